#include "light.glsl"
in vec2 at;
out vec4 radiance;
uniform mat4 world_from_clip;
uniform vec3 eye;
uniform vec2 lens;
void main() {
    vec4 far = world_from_clip * vec4(at * 2.0 - 1.0, 1.0, 1.0);
    radiance = vec4(sky(normalize(far.xyz / far.w - eye)), lens.x * lens.y);
}
