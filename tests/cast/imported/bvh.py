"""Writes a performance as a BVH like those of CMU's motion capture: its names, Y up, inches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from filmagent.cast.skeleton import Skeleton
from filmagent.library import cast, skin

NAMES = {
    "root": "Hips", "spine05": "LowerBack", "spine03": "Spine", "spine01": "Spine1",
    "neck01": "Neck", "neck03": "Neck1", "head": "Head",
}  # fmt: skip
for _side, _long in (("L", "Left"), ("R", "Right")):
    NAMES |= {
        f"upperleg01.{_side}": f"{_long}UpLeg", f"lowerleg01.{_side}": f"{_long}Leg",
        f"foot.{_side}": f"{_long}Foot", f"toe2-1.{_side}": f"{_long}ToeBase",
        f"clavicle.{_side}": f"{_long}Shoulder", f"upperarm01.{_side}": f"{_long}Arm",
        f"lowerarm01.{_side}": f"{_long}ForeArm", f"wrist.{_side}": f"{_long}Hand",
    }  # fmt: skip
_PARENTS = {
    "spine05": "root", "spine03": "spine05", "spine01": "spine03", "neck01": "spine01",
    "neck03": "neck01", "head": "neck03",
}  # fmt: skip
_LIMBS = (("upperleg01", "root"), ("lowerleg01", "upperleg01"), ("foot", "lowerleg01"),
          ("toe2-1", "foot"), ("clavicle", "spine01"), ("upperarm01", "clavicle"),
          ("lowerarm01", "upperarm01"), ("wrist", "lowerarm01"))  # fmt: skip
_INCH = 0.0254
_UP = np.array([[-1.0, 0, 0], [0, 0, 1], [0, 1, 0]])
"""Ours (Z up, facing +Y) → theirs (Y up, facing +Z)."""


def parents() -> dict[str, str]:
    """Our bone → the bone of the file that it hangs on."""
    out = dict(_PARENTS)
    for side in "LR":
        for bone, above in _LIMBS:
            out[f"{bone}.{side}"] = above if above in NAMES else f"{above}.{side}"
    return out


def write(path: Path, member: cast.Member, performance: dict, rate: float) -> Path:
    """Write the motion of a performance, every bone's turn measured from its rest."""
    skeleton = Skeleton.of(member)
    world = skin.pose(
        member, performance["rotations"], performance["root"], performance["root_rotation"]
    )
    above = parents()
    turns = {}
    for bone in NAMES:
        i = member.bone(bone)
        turns[bone] = _UP @ (world[:, i, :3, :3] @ member.rest[i, :3, :3].T) @ _UP.T
    lines, order = ["HIERARCHY"], []
    _joint("root", skeleton, above, lines, order, 0)
    lines += ["MOTION", f"Frames: {len(world)}", f"Frame Time: {1 / rate:.8f}"]
    start = world[:, member.bone("root"), :3, 3] @ _UP.T / _INCH
    columns = [start]
    for bone in order:
        local = (
            turns[bone] if bone == "root" else turns[above[bone]].transpose(0, 2, 1) @ turns[bone]
        )
        columns.append(Rotation.from_matrix(local).as_euler("ZYX", degrees=True))
    table = np.concatenate(columns, axis=1)
    lines += [" ".join(f"{x:.5f}" for x in row) for row in table]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _joint(
    bone: str,
    skeleton: Skeleton,
    above: dict[str, str],
    lines: list[str],
    order: list[str],
    deep: int,
) -> None:
    order.append(bone)
    pad = "  " * deep
    offset = np.zeros(3) if bone == "root" else skeleton.head(bone) - skeleton.head(above[bone])
    spelt = " ".join(f"{x:.6f}" for x in _UP @ offset / _INCH)
    place = "6 Xposition Yposition Zposition " if bone == "root" else "3 "
    lines += [
        f"{pad}{'ROOT' if bone == 'root' else 'JOINT'} {NAMES[bone]}", f"{pad}{{",
        f"{pad}  OFFSET {spelt}", f"{pad}  CHANNELS {place}Zrotation Yrotation Xrotation",
    ]  # fmt: skip
    children = [child for child, parent in above.items() if parent == bone]
    for child in children:
        _joint(child, skeleton, above, lines, order, deep + 1)
    if not children:
        end = _UP @ np.array([0.0, 0.05, 0.0]) / _INCH
        lines += [
            f"{pad}  End Site",
            f"{pad}  {{",
            f"{pad}    OFFSET {end[0]:.4f} {end[1]:.4f} {end[2]:.4f}",
            f"{pad}  }}",
        ]
    lines.append(f"{pad}}}")
