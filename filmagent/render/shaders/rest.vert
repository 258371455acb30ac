// where every surface is, where it is on its object before anything moves it, and how it faces
layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 7) in vec3 rest;    // people: the position on the undeformed body

uniform mat4 clip, model;
uniform int living;                   // 0 set, 1 body (positions in the world), 2 prop

out vec3 place, facing, still;

void main() {
    vec4 world = model * vec4(position, 1.0);
    place = world.xyz;
    facing = mat3(model) * normal;
    still = living == 1 ? rest : position;
    gl_Position = clip * world;
}
