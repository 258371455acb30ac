#include "edge.glsl"
in vec3 facing;
flat in float part;
layout(location = 0) out float key;
void main() { key = piece(part, normalize(facing)); }
