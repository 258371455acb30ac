// edges at four samples a pixel from colours at one: Chajdas, McGuire, Luebke, "Subpixel
// Reconstruction Antialiasing", I3D 2011, with exact pieces of surface instead of distances
in vec2 at;
out vec4 picture;
uniform sampler2D developed, facts;
uniform sampler2DMS pieces;
// Direct3D's standard pattern, which llvmpipe and GPUs share
const vec2 PATTERN[4] = vec2[](vec2(-0.125, -0.375), vec2(0.375, -0.125),
                               vec2(-0.375, 0.125), vec2(0.125, 0.375));
void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    vec3 here = texelFetch(developed, pixel, 0).rgb;
    float own = texelFetch(facts, pixel, 0).w;
    vec4 keys = vec4(texelFetch(pieces, pixel, 0).r, texelFetch(pieces, pixel, 1).r,
                     texelFetch(pieces, pixel, 2).r, texelFetch(pieces, pixel, 3).r);
    ivec2 last = textureSize(developed, 0) - 1;
    vec3 sum = vec3(0.0);
    for (int s = 0; s < 4; ++s) {
        ivec2 side = ivec2(PATTERN[s].x < 0.0 ? -1 : 1, PATTERN[s].y < 0.0 ? -1 : 1);
        vec3 colour = here;
        if (keys[s] != own) {
            vec4 found = vec4(0.0);
            for (int c = 0; c < 8; ++c) {
                ivec2 step = c == 0 ? ivec2(side.x, 0) : c == 1 ? ivec2(0, side.y)
                           : c == 2 ? side : c == 3 ? ivec2(-side.x, 0) : c == 4 ? ivec2(0, -side.y)
                           : c == 5 ? ivec2(side.x, -side.y) : c == 6 ? ivec2(-side.x, side.y) : -side;
                ivec2 q = clamp(pixel + step, ivec2(0), last);
                if (texelFetch(facts, q, 0).w == keys[s]) {
                    float weight = 1.0 / (0.2 + dot(vec2(step) - PATTERN[s], vec2(step) - PATTERN[s]));
                    found += vec4(texelFetch(developed, q, 0).rgb, 1.0) * weight;
                    if (c >= 2) { break; }
                }
            }
            if (found.a > 0.0) { colour = found.rgb / found.a; }
        }
        sum += colour;
    }
    picture = vec4(sum / 4.0, 1.0);
}
