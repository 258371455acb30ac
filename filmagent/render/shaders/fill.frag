// evens out the gaps between the lens's samples
in vec2 at;
out vec4 filled;
uniform sampler2D half_light, blurred;
void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy), last = textureSize(blurred, 0) - 1;
    float own = texelFetch(half_light, pixel, 0).a;
    float radius = clamp(abs(own) * 0.5, 0.0, 12.0) * 0.18;
    vec4 sum = texelFetch(blurred, pixel, 0), middle = sum;
    float total = 1.0;
    for (int k = 0; k < 8; ++k) {
        float turn = float(k) * 0.785398 + 0.3;
        vec2 step = vec2(cos(turn), sin(turn)) * radius * ((k & 1) == 0 ? 1.0 : 1.7);
        ivec2 q = clamp(pixel + ivec2(floor(step + 0.5)), ivec2(0), last);
        // only with what is as far out of focus: edges of sharp things stay
        float alike = step.x * step.x + step.y * step.y < 0.2 ? 0.0
                    : 1.0 - smoothstep(1.0, 3.0, abs(texelFetch(half_light, q, 0).a - own));
        sum += texelFetch(blurred, q, 0) * alike;
        total += alike;
    }
    filled = sum / total;
}
