// lights what surface.frag found: baked light, live keys with shadows, gloss
// CLASS: 0 set, 1 set that people may shade, 2 people and things, 3 skin
// KIND_0, KIND_1: the live lamps; 0 none, 1 sun, 2 area, 3 spot, 4 point
#include "light.glsl"
in vec2 at;
out vec4 radiance;

uniform sampler2D paint, shape, around, depth;
uniform sampler2DShadow fixed_0, fixed_1, moving_0, moving_1;   // the set's and the people's
uniform mat4 world_from_clip;
uniform vec3 eye;
uniform mat4 shadow_clip[2], people_clip[2];
uniform vec3 key_colour[2], key_place[2], key_forward[2], key_across[2], key_up[2];
uniform vec4 key_kind[2];       // cosine of a spot's edge, its blend; blur of the set's shadows (uv)
uniform vec2 key_scale, key_blur;
uniform vec4 spheres[24];
uniform int sphere_count;
uniform vec2 lens;      // radius of blur in pixels: x * (y - 1 / z) at a distance z, < 0 in front
uniform vec3 ahead;     // where the camera looks

const bool LIVING = CLASS >= 2;

vec3 unfolded(vec2 e) {
    e = e * 2.0 - 1.0;
    vec3 n = vec3(e, 1.0 - abs(e.x) - abs(e.y));
    float t = max(-n.z, 0.0);
    n.xy += vec2(n.x >= 0.0 ? -t : t, n.y >= 0.0 ? -t : t);
    return normalize(n);
}

const vec2 DISK[8] = vec2[](
    vec2(0.2500, 0.0), vec2(-0.3193, 0.2925), vec2(0.0489, -0.5569), vec2(0.4028, 0.5252),
    vec2(-0.7386, -0.1299), vec2(0.6996, -0.4445), vec2(-0.2341, 0.8703), vec2(-0.4463, -0.8593));

float open_way(sampler2DShadow map, mat4 clip, vec3 p, float blur, mat2 turn, int taps) {
    vec4 c = clip * vec4(p, 1.0);
    vec3 q = c.xyz / c.w * 0.5 + 0.5;
    vec2 held = clamp(q.xy, 0.0, 1.0);
    float outside = c.w <= 0.0 || held != q.xy || q.z > 1.0 ? 1.0 : 0.0;
    float sum = 0.0;
    for (int k = 0; k < taps; ++k) {
        sum += texture(map, vec3(q.xy + turn * DISK[k] * blur, q.z));
    }
    return max(sum / float(taps), outside);
}

// irradiance per unit of a key's colour, before shadows. rgb: with the light that blood carries
// past the terminator, red furthest; w: on a plane that faces the lamp
vec4 reach(int kind, int k, vec3 p, vec3 n, vec3 wrap) {
    vec3 norm = 1.0 / ((1.0 + wrap) * (1.0 + wrap));
    if (kind == 1) {
        return vec4(max(vec3(dot(n, -key_forward[k])) + wrap, vec3(0.0)) * norm, 1.0);
    }
    vec4 total = vec4(0.0);
    const int COUNT = 4;
    int count = kind == 2 ? COUNT : 1;
    for (int s = 0; s < count; ++s) {
        vec3 from = key_place[k];
        if (kind == 2) {
            from += key_across[k] * ((s & 1) == 0 ? -0.5 : 0.5)
                  + key_up[k] * ((s & 2) == 0 ? -0.5 : 0.5);
        }
        vec3 d = from - p;
        float r2 = max(dot(d, d), 0.0225);
        vec3 l = d * inversesqrt(r2);
        float e = 1.0 / r2, c = -dot(l, key_forward[k]);
        if (kind == 2) { e *= max(c, 0.0) / PI; } else { e /= 4.0 * PI; }
        if (kind == 3) {
            float t = clamp((c - key_kind[k].x) / key_kind[k].y, 0.0, 1.0);
            e *= t * t * (3.0 - 2.0 * t);
        }
        total += vec4(max(vec3(dot(n, l)) + wrap, vec3(0.0)) * norm, 1.0) * e;
    }
    return total / float(count);
}

// where a mirror would see the lamp: B. Karis, "Real Shading in Unreal Engine 4", SIGGRAPH 2013
vec3 gleam_direction(int kind, int k, vec3 p, vec3 r) {
    if (kind == 1) { return -key_forward[k]; }
    vec3 d = key_place[k] - p;
    if (kind == 2) {
        float facing = dot(r, key_forward[k]);
        float along = abs(facing) > 1e-4 ? dot(d, key_forward[k]) / facing : -1.0;
        vec3 off = along > 0.0 ? r * along - d : vec3(0.0);
        vec2 half2 = vec2(dot(key_across[k], key_across[k]), dot(key_up[k], key_up[k]));
        vec2 uv = clamp(vec2(dot(off, key_across[k]), dot(off, key_up[k])) / half2, -1.0, 1.0);
        d += key_across[k] * uv.x + key_up[k] * uv.y;
    }
    return normalize(d);
}

float ggx(vec3 n, vec3 v, vec3 l, float a) {
    vec3 h = normalize(l + v);
    float nh = max(dot(n, h), 0.0), nl = max(dot(n, l), 0.0);
    float nv = max(dot(n, v), 0.05), d = nh * nh * (a * a - 1.0) + 1.0;
    return a * a / (PI * d * d) * 0.5 / mix(2.0 * nl * nv, nl + nv, a);
}

float fifth(float x) { float y = x * x; return y * y * x; }

struct Point { vec3 p, n, v, r, base; float rough, f0, kind, openness; };

// diffuse light in lit, mirrored light in gloss
void live(int kind, int k, Point q, float baked, float free, inout vec3 lit, inout vec3 gloss) {
    vec4 e;
    if (LIVING || kind == 1) {
        vec3 wrap = CLASS == 3 ? vec3(0.26, 0.11, 0.07)
                  : LIVING ? vec3(q.kind == 4.0 ? 0.3 : 0.06) : vec3(0.0);
        e = reach(kind, k, q.p, q.n, wrap);
    } else {
        vec3 d = key_place[k] - q.p;
        float r2 = max(dot(d, d), 0.09);
        vec3 l = d * inversesqrt(r2);
        float facing = kind == 2 ? max(-dot(l, key_forward[k]), 0.0) / PI : 0.25 / PI;
        e = vec4(vec3(baked), min(baked / max(dot(q.n, l), 0.2), facing / r2));
    }
    vec3 arriving = key_colour[k] * free;
    lit += arriving * e.rgb;
    vec3 g = gleam_direction(kind, k, q.p, q.r), h = normalize(g + q.v);
    float alpha = max(q.rough * q.rough, 0.004), wide = alpha, most = 1e4;
    if (kind == 2) {
        // a lamp with a size widens the lobe by what it covers, and no mirror outshines the lamp
        float area = 4.0 * length(key_across[k]) * length(key_up[k]);
        wide = min(alpha + 0.19 * sqrt(area) / max(distance(key_place[k], q.p), 0.2), 1.0);
        most = 1.0 / (PI * area);
    }
    float fresnel = q.f0 + (1.0 - q.f0) * fifth(1.0 - clamp(dot(h, q.v), 0.0, 1.0));
    float lobe = ggx(q.n, q.v, g, wide) * (alpha / wide) * (alpha / wide) * max(dot(q.n, g), 0.0);
    float shine = min(e.w * lobe, most) * fresnel;
    if (CLASS == 2 && q.kind == 3.0) {
        // a catchlight: the lamp, small and round, in a cornea that lids shade
        vec3 to = kind == 1 ? -key_forward[k] : normalize(key_place[k] - q.p);
        float off = 1.0 - dot(q.n, normalize(to + q.v));
        shine = 0.5 * e.w * (1.0 - smoothstep(0.003, 0.009, off)) * smoothstep(0.05, 0.3, q.openness);
    }
    if (CLASS == 2) {
        // hair gleams in a band across its fall: J. Kajiya, T. Kay, SIGGRAPH 1989
        vec3 fall = normalize(vec3(0.0, 0.0, -1.0) + q.n * q.n.z + 1e-4);
        float along = dot(fall, h);
        float band = max(1.0 - along * along, 0.0);
        band *= band; band *= band; band *= band; band *= band;
        // brows and lashes lie in all directions and do not gleam
        float combed = clamp((0.95 - q.rough) * 3.0, 0.0, 1.0);
        float across = 0.018 * band * smoothstep(-0.1, 0.5, dot(q.n, g)) * combed;
        shine = q.kind == 4.0 ? across * e.w : shine;
    }
    vec3 tint = q.kind == 6.0 ? q.base / 0.04 : q.kind == 4.0 ? mix(vec3(1.0), q.base * 4.0, 0.5)
              : vec3(1.0);
    gloss += arriving * min(shine, 8.0) * tint;
}

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    float z = texelFetch(depth, pixel, 0).r;
    vec4 far = world_from_clip * vec4(at * 2.0 - 1.0, z * 2.0 - 1.0, 1.0);
    vec4 coat = texelFetch(paint, pixel, 0), form = texelFetch(shape, pixel, 0);
    vec4 baked = texelFetch(around, pixel, 0);
    float code = round(form.a * 255.0);
    Point q;
    q.p = far.xyz / far.w;
    q.v = normalize(eye - q.p);
    q.n = unfolded(form.xy);
    q.r = reflect(-q.v, q.n);
    q.base = coat.rgb * coat.rgb;
    q.rough = max(coat.a, 0.05);
    q.kind = floor(code / 16.0);
    q.kind -= q.kind >= 7.0 ? 2.0 : 0.0;
    q.f0 = mod(code, 16.0) / 15.0 * 0.08;
    q.openness = LIVING ? baked.a : 1.0;
    float metal = q.kind == 6.0 ? 1.0 : 0.0;

    vec3 ambient = baked.rgb;
    if (CLASS == 1) {
        float shut = 1.0;
        for (int s = 0; s < sphere_count; ++s) {
            vec3 d = spheres[s].xyz - q.p;
            float r2 = max(dot(d, d), spheres[s].w * spheres[s].w);
            shut *= 1.0 - 0.9 * clamp((dot(q.n, d) * inversesqrt(r2) + 0.25) * 0.8, 0.0, 1.0)
                * spheres[s].w * spheres[s].w / r2;
        }
        ambient *= shut;
    }
    float noise = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
    float c = cos(noise * 2.0 * PI), s = sin(noise * 2.0 * PI);
    mat2 turn = mat2(c, s, -s, c);
    vec3 lit = ambient, gloss = vec3(0.0);
    vec3 lifted = q.p + q.n * (LIVING ? 0.014 : 0.025);
    float self = LIVING ? mix(1.0, q.openness, q.kind == 3.0 ? 1.0 : 0.35) : 1.0;
#if KIND_0 > 0
    {
        float free = self;
        if (CLASS > 0) { free *= open_way(moving_0, people_clip[0], lifted, key_blur.x, turn, 8); }
        if (LIVING || KIND_0 == 1) {
            free *= open_way(fixed_0, shadow_clip[0], lifted, key_kind[0].z, turn, 6);
        }
        live(KIND_0, 0, q, baked.a * key_scale.x, free, lit, gloss);
    }
#endif
#if KIND_1 > 0
    {
        float free = self;
        if (CLASS > 0) { free *= open_way(moving_1, people_clip[1], lifted, key_blur.y, turn, 8); }
        if (LIVING || KIND_1 == 1) {
            free *= open_way(fixed_1, shadow_clip[1], lifted, key_kind[1].z, turn, 6);
        }
        live(KIND_1, 1, q, form.b * form.b * key_scale.y, free, lit, gloss);
    }
#endif
    // what the room itself mirrors: irradiance as a blurred environment, Karis' fitted BRDF
    // an eye is seen at its rim through a film of tears between lids, not against the room
    float lift = q.kind == 3.0 ? q.f0 : max(1.0 - q.rough, q.f0);
    float edge = q.f0 + (lift - q.f0) * fifth(1.0 - max(dot(q.n, q.v), 0.02));
    vec3 room = ambient / PI * q.openness;
    vec3 mirror = metal > 0.5 ? q.base * room * 1.6 : room * edge;
    float blur = lens.x * (lens.y - 1.0 / max(dot(q.p - eye, ahead), 0.05));
    vec3 found = lit * q.base * (1.0 - metal) / PI + gloss + mirror;
    radiance = vec4(q.kind == 5.0 ? baked.rgb : found, blur);
}
