// what is seen in each pixel, to be lit once the whole picture is known
#include "edge.glsl"
in vec3 place, facing, tint, ambient;
in vec2 mapped, keyed;
in vec4 next_clip;
flat in float part;

uniform sampler2D albedo_map, relief_map;   // relief: normal xyz, roughness in alpha
uniform int textured;
uniform float tile;
uniform vec3 base;
uniform float roughness, specular, kind;
uniform vec3 glow;
uniform vec3 eye;
uniform vec2 size;
uniform float object_id;
uniform vec2 key_scale;
uniform int living, two_sided;
uniform vec3 towards_key[2];
uniform ivec2 key_is_sun;

layout(location = 0) out vec4 paint;     // sqrt of the base colour, roughness
layout(location = 1) out vec4 shape;     // octahedral normal, second key, kind and specular
layout(location = 2) out vec4 around;    // ambient irradiance, first key (or openness)
layout(location = 3) out vec4 facts;     // motion in pixels, object, piece

vec2 octahedral(vec3 n) {
    n /= abs(n.x) + abs(n.y) + abs(n.z);
    vec2 folded = (1.0 - abs(n.yx)) * vec2(n.x >= 0.0 ? 1.0 : -1.0, n.y >= 0.0 ? 1.0 : -1.0);
    return (n.z >= 0.0 ? n.xy : folded) * 0.5 + 0.5;
}

// cotangent frame from screen derivatives: C. Schueler, "Normal Mapping Without Precomputed
// Tangents", ShaderX 5
vec3 bent(vec3 n, vec3 relief, vec2 uv) {
    vec3 px = dFdx(place), py = dFdy(place);
    vec2 ux = dFdx(uv), uy = dFdy(uv);
    vec3 qx = cross(py, n), qy = cross(n, px);
    vec3 t = qx * ux.x + qy * uy.x, b = qx * ux.y + qy * uy.y;
    float length2 = max(max(dot(t, t), dot(b, b)), 1e-18);
    float scale = inversesqrt(length2);
    return normalize(t * scale * relief.x + b * scale * relief.y + n * relief.z);
}

void main() {
    vec3 n = normalize(facing);
    vec3 geometric = n;
    bool back = dot(n, eye - place) < 0.0;
    if (back && (two_sided == 1 || living == 0)) { n = -n; }
    vec3 colour = base * tint;
    float rough = roughness;
    vec3 lit = ambient;
    vec2 key = keyed;
    if (textured == 1) {
        vec2 uv = mapped * tile;
        colour *= texture(albedo_map, uv, -0.5).rgb;
        vec4 relief = texture(relief_map, uv);
        rough = clamp(relief.a, 0.04, 1.0);
        vec3 mapped_normal = bent(n, relief.xyz * 2.0 - 1.0, uv);
        if (living == 0) {
            // baked light knows the plain surface: lean it towards where the keys come from
            for (int k = 0; k < 2; ++k) {
                vec3 l = key_is_sun[k] == 1 ? towards_key[k] : normalize(towards_key[k] - place);
                float plain = max(dot(n, l), 0.15);
                key[k] *= clamp(max(dot(mapped_normal, l), 0.0) / plain, 0.3, 1.8);
            }
            lit *= 1.0 + 0.6 * (mapped_normal.z - n.z);
        }
        n = mapped_normal;
    }
    if (kind == 5.0) { lit = glow; }
    paint = vec4(sqrt(clamp(colour, 0.0, 1.0)), rough);
    // what glows and what is metal in people's hands is told from the same on the set
    float told = living > 0 && kind >= 5.0 ? kind + 2.0 : kind;
    float code = (told * 16.0 + clamp(round(specular * 15.0), 0.0, 15.0)) / 255.0;
    shape = vec4(octahedral(n), sqrt(clamp(key.y / key_scale.y, 0.0, 1.0)), code);
    // a set has its key's light here, people how open they are
    around = vec4(lit, living == 0 ? key.x / key_scale.x : keyed.x);
    vec2 next = next_clip.xy / next_clip.w;
    vec2 motion = (next * 0.5 + 0.5) * size - gl_FragCoord.xy;
    // a 64th of a pixel is finer than what is known, and files of it are half as long
    motion = round(motion * 64.0) / 64.0;
    facts = vec4(clamp(motion, -2000.0, 2000.0), object_id, piece(part, normalize(facing)));
}
