// panes: what they reflect, laid over what is behind them
#include "light.glsl"
in vec3 place, facing, ambient;
uniform vec3 eye;
uniform vec3 base;
uniform float alpha;
out vec4 radiance;
void main() {
    vec3 v = normalize(eye - place), n = normalize(facing);
    float c = abs(dot(n, v));
    float mirrored = 0.04 + 0.96 * pow(1.0 - c, 5.0);
    vec3 around = ambient / PI;
    float cover = clamp(mirrored + alpha, 0.0, 1.0);
    vec3 own = base * around;
    radiance = vec4(around * mirrored * 0.8 + own * alpha, cover);
}
