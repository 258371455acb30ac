// the lens's focus, then scene-linear light to the display through the film's view transform;
// the depth says which pixels have an edge in them
in vec2 at;
layout(location = 0) out vec4 picture;
layout(location = 1) out vec4 smoothed;
uniform sampler2D facts;
uniform sampler2DMS pieces;
uniform sampler2D scene, blurred;
uniform sampler3D film;
uniform float gain;
uniform vec2 stops;
uniform float points;
uniform int lens;
void main() {
    vec4 sharp = texelFetch(scene, ivec2(gl_FragCoord.xy), 0);
    vec3 linear = sharp.rgb;
    if (lens == 1) {
        vec4 soft = texture(blurred, at);
        float share = max(smoothstep(1.1, 2.6, abs(sharp.a)), soft.a);
        linear = mix(linear, soft.rgb, share);
    }
    vec3 place = (log2(max(linear * gain, exp2(stops.x))) - stops.x) / (stops.y - stops.x);
    picture = vec4(texture(film, (clamp(place, 0.0, 1.0) * (points - 1.0) + 0.5) / points).rgb, 1.0);
    smoothed = picture;
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    float own = texelFetch(facts, pixel, 0).w;
    vec4 keys = vec4(texelFetch(pieces, pixel, 0).r, texelFetch(pieces, pixel, 1).r,
                     texelFetch(pieces, pixel, 2).r, texelFetch(pieces, pixel, 3).r);
    gl_FragDepth = all(equal(keys, vec4(own))) ? 0.6 : 0.4;
}
