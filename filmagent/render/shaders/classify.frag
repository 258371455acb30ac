// which lighting each pixel needs, as a depth: software GL then runs each shader only where it must
in vec2 at;
uniform sampler2D depth, shape, near_people;   // near_people: how close each lamp's view of them is
uniform mat4 world_from_clip;
uniform mat4 people_clip[2];
uniform vec4 crowd[8];      // people's centres on the floor (x, y), and how high they shade (z)
uniform int crowd_count, lamps;
uniform int kept;           // the picture already has the light of the set without people

void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    float z = texelFetch(depth, pixel, 0).r;
    float code = round(texelFetch(shape, pixel, 0).a * 255.0), kind = floor(code / 16.0);
    vec4 far = world_from_clip * vec4(at * 2.0 - 1.0, z * 2.0 - 1.0, 1.0);
    vec3 p = far.xyz / far.w;
    float shaded = 0.0;
    for (int k = 0; k < crowd_count; ++k) {
        vec2 away = p.xy - crowd[k].xy;
        shaded = max(shaded, step(dot(away, away), 1.0) * step(p.z, crowd[k].z));
    }
    for (int k = 0; k < 2; ++k) {
        vec4 c = people_clip[k] * vec4(p, 1.0);
        vec3 q = c.xyz / c.w * 0.5 + 0.5;
        vec2 cell = clamp(q.xy, 0.001, 0.999);
        float inside = step(length(cell - q.xy), 0.0) * step(0.0, c.w) * step(float(k) + 0.5, float(lamps));
        ivec2 place = ivec2(cell * float(CELLS));
        float nearest = texelFetch(near_people, place + ivec2(k * CELLS, 0), 0).r;
        shaded = max(shaded, inside * step(nearest, q.z));
    }
    float plain = kept == 1 && kind < 7.0 ? 0.1 : 0.2;
    float set_class = mix(plain, 0.4, shaded);
    float living = kind == 2.0 ? 0.8 : 0.6;
    float heaven = kept == 1 ? 0.1 : 0.95;
    gl_FragDepth = z == 1.0 ? heaven : (kind >= 1.0 && kind <= 4.0) ? living : set_class;
}
