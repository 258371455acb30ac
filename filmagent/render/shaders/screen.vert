// one triangle over the whole target
out vec2 at;
void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    at = corner * 2.0;
    gl_Position = vec4(corner * 4.0 - 1.0, 0.0, 1.0);
}
