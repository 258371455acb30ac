// every surface of the scene: where it is, where it will be, and the light that is not live
layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec2 uv;
layout(location = 3) in vec3 colour;
layout(location = 4) in vec3 light;   // set: baked irradiance; people: x is openness
layout(location = 5) in vec3 keys;    // set: baked irradiance of the keys; z: the part's number
layout(location = 6) in vec3 after;   // people: the position at the next frame

uniform mat4 clip, clip_after;        // clip_from_world now and at the next frame
uniform mat4 model, model_after;      // world_from_thing now and at the next frame
uniform vec3 eye;
uniform int two_sided;
uniform int living;                   // 0 set, 1 body (positions in the world), 2 prop
uniform vec4 probes[36];              // irradiance harmonics at four heights
uniform vec2 heights;                 // the lowest, and the distance between them
uniform vec3 towards_key[2];          // sun's direction, or the lamp's position
uniform ivec2 key_is_sun;

out vec3 place, facing, tint, ambient;
out vec2 mapped, keyed, shade;
out vec4 next_clip;
flat out float part;

vec3 irradiance(int level, vec3 n) {
    int k = level * 9;
    return probes[k].rgb * 0.282095
        + 0.488603 * (probes[k + 1].rgb * n.y + probes[k + 2].rgb * n.z + probes[k + 3].rgb * n.x)
        + 1.092548 * (probes[k + 4].rgb * n.x * n.y + probes[k + 5].rgb * n.y * n.z
                      + probes[k + 7].rgb * n.x * n.z)
        + 0.315392 * probes[k + 6].rgb * (3.0 * n.z * n.z - 1.0)
        + 0.546274 * probes[k + 8].rgb * (n.x * n.x - n.y * n.y);
}

void main() {
    vec4 world = model * vec4(position, 1.0);
    vec3 n = normalize(mat3(model) * normal);
    vec4 next = living == 1 ? vec4(after, 1.0) : model_after * vec4(position, 1.0);
    place = world.xyz;
    facing = n;
    mapped = uv;
    tint = colour;
    part = keys.z;
    shade = vec2(1.0);
    if (living == 0) {
        ambient = light;
        keyed = keys.xy;
    } else {
        float level = clamp((world.z - heights.x) / heights.y, 0.0, 2.999);
        int low = int(level);
        // cloth seen from behind (the fold of a collar) is lit from behind
        vec3 lit = two_sided == 1 && dot(n, normalize(eye - world.xyz)) < -0.1 ? -n : n;
        vec3 found = mix(irradiance(low, lit), irradiance(low + 1, lit), fract(level));
        float openness = living == 1 ? light.x : 1.0;
        ambient = max(found, vec3(0.0)) * openness;
        keyed = vec2(openness, 0.0);
    }
    next_clip = clip_after * next;
    gl_Position = clip * world;
}
