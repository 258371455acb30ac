// scene-linear light to the display, through the film's view transform
in vec2 at;
out vec4 picture;
uniform sampler2D scene;
uniform sampler3D film;
uniform float gain;
uniform vec2 stops;
uniform float points;
void main() {
    vec3 linear = texelFetch(scene, ivec2(gl_FragCoord.xy), 0).rgb * gain;
    vec3 place = (log2(max(linear, exp2(stops.x))) - stops.x) / (stops.y - stops.x);
    picture = vec4(texture(film, (clamp(place, 0.0, 1.0) * (points - 1.0) + 0.5) / points).rgb, 1.0);
}
