// what is out of focus, at half resolution: a sample counts where its disk reaches this pixel.
// Scatter as gather: H. Nguyen (ed.), "GPU Gems 3", chapter 28
in vec2 at;
out vec4 blurred;               // light; how much of it lies over what is sharp
uniform sampler2D half_light;
uniform float widest;           // pixels at this resolution
const int TAPS = 28;
void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy), last = textureSize(half_light, 0) - 1;
    vec4 own = texelFetch(half_light, pixel, 0);
    // eight looks round find whether something nearer spills over from further away
    float spill = max(-own.a, 0.0);
    for (int k = 0; k < 8; ++k) {
        float turn = float(k) * 0.785398;
        ivec2 q = clamp(pixel + ivec2(vec2(cos(turn), sin(turn)) * widest * 0.7), ivec2(0), last);
        spill = max(spill, -texelFetch(half_light, q, 0).a);
    }
    float radius = clamp(max(max(own.a, spill), 0.0) * 0.5, 0.0, widest);
    vec4 sum = vec4(own.rgb, 1.0) * 0.35;
    float near = max(-own.a, 0.0) > 1.0 ? 0.35 : 0.0;
    int count = radius < 0.5 ? 0 : TAPS;
    for (int k = 0; k < count; ++k) {
        float r = sqrt((float(k) + 0.5) / float(TAPS)) * radius, turn = float(k) * 2.3999632;
        vec2 step = vec2(cos(turn), sin(turn)) * r;
        vec4 one = texelFetch(half_light, clamp(pixel + ivec2(floor(step + 0.5)), ivec2(0), last), 0);
        float reach = abs(one.a) * 0.5;
        // a sample behind this pixel's surface never blurs over it further than this one does
        reach = one.a > own.a ? min(reach, max(abs(own.a) * 0.5, spill * 0.5)) : reach;
        float weight = smoothstep(-0.5, 0.5, reach - r + 0.25);
        sum += vec4(one.rgb, 1.0) * weight;
        near += one.a < -1.0 ? weight : 0.0;
    }
    // a face's own nose is no foreground: only what is far out of focus spills
    float over = clamp(near / sum.a * 1.6, 0.0, 1.0) * smoothstep(2.0, 4.5, spill);
    blurred = vec4(sum.rgb / sum.a, over);
}
