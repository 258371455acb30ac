// what a pixel shows, by its place on its object: the name of a spot of paint in every frame
in vec3 place, facing, still;
uniform vec3 eye;
uniform float code;                   // the material's
layout(location = 0) out vec4 spot;   // rest position in metres, material
layout(location = 1) out vec4 turned; // normal in the world, towards the camera

void main() {
    spot = vec4(still, code);
    vec3 n = normalize(facing);
    turned = vec4(dot(n, eye - place) < 0.0 ? -n : n, 1.0);
}
