// lights what surface.frag found: baked light, live keys with shadows, gloss
#include "light.glsl"
in vec2 at;
out vec4 radiance;

uniform sampler2D paint, shape, around, depth;
uniform sampler2DShadow fixed_0, fixed_1, moving_0, moving_1;   // the set's and the people's
uniform mat4 world_from_clip;
uniform vec3 eye;
uniform mat4 shadow_clip[2], people_clip[2];
uniform vec3 key_colour[2], key_place[2], key_forward[2], key_across[2], key_up[2];
uniform vec4 key_kind[2];       // 0 none 1 sun 2 area 3 spot 4 point; cos edge; blend; blur (uv)
uniform vec2 key_scale, key_blur;
uniform vec4 spheres[24];
uniform int sphere_count;
uniform sampler2D facts;

vec3 unfolded(vec2 e) {
    e = e * 2.0 - 1.0;
    vec3 n = vec3(e, 1.0 - abs(e.x) - abs(e.y));
    float t = max(-n.z, 0.0);
    n.xy += vec2(n.x >= 0.0 ? -t : t, n.y >= 0.0 ? -t : t);
    return normalize(n);
}

const vec2 DISK[12] = vec2[](
    vec2(0.1768, 0.0), vec2(-0.2603, 0.2388), vec2(0.0400, -0.4547), vec2(0.3289, 0.4288),
    vec2(-0.6030, -0.1060), vec2(0.5698, -0.3622), vec2(-0.1828, 0.7128), vec2(-0.3657, -0.6995),
    vec2(0.7942, 0.2786), vec2(-0.8164, 0.3533), vec2(0.3729, -0.8577), vec2(0.3304, 0.9210));

float open_way(sampler2DShadow map, mat4 clip, vec3 p, float blur, mat2 turn) {
    vec4 c = clip * vec4(p, 1.0);
    if (c.w <= 0.0) { return 1.0; }
    vec3 q = c.xyz / c.w * 0.5 + 0.5;
    if (any(lessThan(q.xy, vec2(0.0))) || any(greaterThan(q.xy, vec2(1.0))) || q.z > 1.0) {
        return 1.0;
    }
    float sum = 0.0;
    for (int k = 0; k < 12; ++k) {
        sum += texture(map, vec3(q.xy + turn * DISK[k] * blur, q.z));
    }
    return sum / 12.0;
}

// irradiance per unit of the key's colour, before shadows; wrap softens the terminator
float reach(int k, vec3 p, vec3 n, float wrap) {
    float kind = key_kind[k].x;
    float norm = 1.0 / ((1.0 + wrap) * (1.0 + wrap));
    if (kind == 1.0) { return max(dot(n, -key_forward[k]) + wrap, 0.0) * norm; }
    float total = 0.0;
    int count = kind == 2.0 ? 4 : 1;
    for (int s = 0; s < count; ++s) {
        vec3 from = key_place[k];
        if (kind == 2.0) {
            from += key_across[k] * ((s & 1) == 0 ? -0.5 : 0.5)
                  + key_up[k] * ((s & 2) == 0 ? -0.5 : 0.5);
        }
        vec3 d = from - p;
        float r2 = max(dot(d, d), 0.0225);
        vec3 l = d * inversesqrt(r2);
        float e = max(dot(n, l) + wrap, 0.0) * norm / r2;
        float c = -dot(l, key_forward[k]);
        if (kind == 2.0) { e *= max(c, 0.0) / PI; }
        else { e /= 4.0 * PI; }
        if (kind == 3.0) {
            float t = clamp((c - key_kind[k].y) / key_kind[k].z, 0.0, 1.0);
            e *= t * t * (3.0 - 2.0 * t);
        }
        total += e;
    }
    return total / float(count);
}

// where a mirror would see the lamp: B. Karis, "Real Shading in Unreal Engine 4", SIGGRAPH 2013
vec3 gleam_direction(int k, vec3 p, vec3 r) {
    if (key_kind[k].x == 1.0) { return -key_forward[k]; }
    vec3 d = key_place[k] - p;
    if (key_kind[k].x == 2.0) {
        float facing = dot(r, key_forward[k]);
        vec3 hit = abs(facing) > 1e-4 ? r * (dot(d, key_forward[k]) / facing) : d;
        if (dot(hit, r) < 0.0) { hit = d; }
        vec3 off = hit - d;
        vec2 half2 = vec2(dot(key_across[k], key_across[k]), dot(key_up[k], key_up[k]));
        vec2 uv = clamp(vec2(dot(off, key_across[k]), dot(off, key_up[k])) / half2, -1.0, 1.0);
        d += key_across[k] * uv.x + key_up[k] * uv.y;
    }
    return normalize(d);
}

float ggx(vec3 n, vec3 v, vec3 l, float rough) {
    vec3 h = normalize(l + v);
    float a = rough * rough, nh = max(dot(n, h), 0.0), nl = max(dot(n, l), 0.0);
    float nv = max(dot(n, v), 0.05), d = nh * nh * (a * a - 1.0) + 1.0;
    float vis = 0.5 / mix(2.0 * nl * nv, nl + nv, a);
    return a * a / (PI * d * d) * vis;
}

float fresnel(float f0, float c) { return f0 + (1.0 - f0) * pow(1.0 - clamp(c, 0.0, 1.0), 5.0); }

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    float z = texelFetch(depth, pixel, 0).r;
    vec4 far = world_from_clip * vec4(at * 2.0 - 1.0, z * 2.0 - 1.0, 1.0);
    vec3 p = far.xyz / far.w;
    vec3 v = normalize(eye - p);
    if (z == 1.0) {
        radiance = vec4(sky(-v), 1.0);
        return;
    }
    vec4 coat = texelFetch(paint, pixel, 0), form = texelFetch(shape, pixel, 0);
    vec4 baked = texelFetch(around, pixel, 0);
    vec3 base = coat.rgb * coat.rgb;
    float rough = max(coat.a, 0.05);
    float code = round(form.a * 255.0), kind = floor(code / 16.0);
    float f0 = mod(code, 16.0) / 15.0 * 0.08;
    if (kind == 5.0) { radiance = vec4(baked.rgb * max(base, vec3(0.02)), 1.0); return; }
    vec3 n = unfolded(form.xy);
    bool living = kind >= 1.0 && kind <= 4.0;
    vec3 r = reflect(-v, n);
    float nv = max(dot(n, v), 0.02);

    vec3 ambient = baked.rgb;
    float openness = living ? baked.a : 1.0;
    if (!living) {
        float shut = 1.0;
        for (int s = 0; s < sphere_count; ++s) {
            vec3 d = spheres[s].xyz - p;
            float r2 = max(dot(d, d), spheres[s].w * spheres[s].w);
            shut *= 1.0 - 0.9 * clamp((dot(n, d) * inversesqrt(r2) + 0.25) * 0.8, 0.0, 1.0)
                * spheres[s].w * spheres[s].w / r2;
        }
        ambient *= shut;
    }
    float noise = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
    float angle = noise * 2.0 * PI;
    mat2 turn = mat2(cos(angle), sin(angle), -sin(angle), cos(angle));
    vec3 lit = ambient, gloss = vec3(0.0);
    float metal = kind == 6.0 ? 1.0 : 0.0;
    for (int k = 0; k < 2; ++k) {
        float what = key_kind[k].x;
        if (what == 0.0) { continue; }
        vec3 l = what == 1.0 ? -key_forward[k] : normalize(key_place[k] - p);
        vec3 lifted = p + n * (living ? 0.012 : 0.025) + l * 0.01;
        float free = k == 0 ? open_way(moving_0, people_clip[0], lifted, key_blur.x, turn)
                            : open_way(moving_1, people_clip[1], lifted, key_blur.y, turn);
        float e;
        vec3 tone = vec3(1.0);
        if (living || what == 1.0) {
            float set = k == 0 ? open_way(fixed_0, shadow_clip[0], lifted, key_kind[0].w, turn)
                               : open_way(fixed_1, shadow_clip[1], lifted, key_kind[1].w, turn);
            free *= set;
            if (kind == 2.0) {
                // blood carries light past the terminator, red furthest
                vec3 soft = vec3(reach(k, p, n, 0.28), reach(k, p, n, 0.12), reach(k, p, n, 0.08));
                e = soft.g;
                tone = soft / max(e, 1e-5);
                tone = mix(vec3(1.0), tone, e > 1e-5 ? 1.0 : 0.0);
                if (e <= 1e-5) { e = 1.0; tone = soft; }
            } else {
                e = reach(k, p, n, kind == 4.0 ? 0.3 : kind == 1.0 ? 0.08 : 0.0);
            }
            if (living) { free *= mix(1.0, openness, 0.35); }
        } else {
            e = k == 0 ? baked.a * key_scale.x : form.b * form.b * key_scale.y;
        }
        vec3 arriving = key_colour[k] * free;
        lit += arriving * e * tone;
        vec3 g = gleam_direction(k, p, r);
        float flux = living || what == 1.0 ? reach(k, p, g, 0.0) : e / max(dot(n, l), 0.2);
        float spread = what == 2.0 ? 0.08 : 0.0;
        float sharp = max(rough, what == 2.0 ? 0.18 : 0.06);
        vec3 h = normalize(g + v);
        float shine = ggx(n, v, g, sharp) * max(dot(n, g), 0.0) * fresnel(f0, dot(h, v));
        if (kind == 4.0) {
            // hair gleams in a band across its fall: J. Kajiya, T. Kay, SIGGRAPH 1989
            vec3 fall = normalize(vec3(0.0, 0.0, -1.0) + n * n.z);
            float along = dot(fall, h);
            float band = pow(max(1.0 - along * along, 0.0), 24.0);
            shine = 0.10 * band * smoothstep(-0.1, 0.4, dot(n, g)) / PI * 2.0;
        }
        gloss += arriving * flux * min(shine, 40.0) * mix(vec3(1.0), base / 0.04, metal);
    }
    // what the room itself mirrors: irradiance as a blurred environment, Karis' fitted BRDF
    float lift = max(1.0 - rough, f0);
    float edge = f0 + (lift - f0) * pow(1.0 - nv, 5.0);
    vec3 room = ambient / PI * openness;
    vec3 mirror = metal > 0.5 ? base * room * 1.6 : room * edge;
    radiance = vec4(lit * base * (1.0 - metal) / PI + gloss + mirror, 1.0);
}
