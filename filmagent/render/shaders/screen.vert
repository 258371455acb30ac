// one triangle over the whole target, at a depth that picks the pixels it is for
out vec2 at;
uniform float level;
void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    at = corner * 2.0;
    gl_Position = vec4(corner * 4.0 - 1.0, level * 2.0 - 1.0, 1.0);
}
