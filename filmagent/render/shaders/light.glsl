const float PI = 3.14159265;
uniform vec3 sky_top, sky_horizon, sky_ground;

vec3 sky(vec3 d) {
    float level = d.z * 0.5 + 0.5;
    vec3 middle = mix(sky_horizon, sky_top, 0.65);
    vec3 low = mix(sky_ground, sky_horizon, clamp((level - 0.497) / 0.006, 0.0, 1.0));
    vec3 high = level < 0.75 ? mix(sky_horizon, middle, clamp((level - 0.503) / 0.247, 0.0, 1.0))
                             : mix(middle, sky_top, clamp((level - 0.75) / 0.25, 0.0, 1.0));
    return level < 0.503 ? low : high;
}
