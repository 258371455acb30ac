// a number for "the same piece of surface": part and coarse normal, exact in half floats
float piece(float part, vec3 n) {
    vec3 coarse = floor(clamp(n, -0.999, 0.999) * 1.5 + 1.5);
    float facing = coarse.x + 3.0 * coarse.y + 9.0 * coarse.z;
    return 1.0 + mod(part, 75.0) * 27.0 + facing;
}
