// light and blur of 2 × 2 pixels, for the lens
in vec2 at;
out vec4 half_light;
uniform sampler2D scene;
void main() {
    ivec2 corner = ivec2(gl_FragCoord.xy) * 2, last = textureSize(scene, 0) - 1;
    vec4 sum = vec4(0.0);
    float blur = 0.0;
    for (int k = 0; k < 4; ++k) {
        vec4 one = texelFetch(scene, min(corner + ivec2(k & 1, k >> 1), last), 0);
        // bright points are held back, or each would stamp its disk into the picture
        float weight = 1.0 / (1.0 + max(max(one.r, one.g), one.b));
        sum += vec4(one.rgb, 1.0) * weight;
        blur += one.a * 0.25;
    }
    half_light = vec4(sum.rgb / sum.a, blur);
}
