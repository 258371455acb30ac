"""A licence-free model in SMPL-X's format, made from our own cast: the double of real weights.

T-pose, Y up, facing +Z, 55 joints in SMPL-X's order; ten shape coefficients (taller, wider, …) and
ten expressions that are ARKit shapes, named in the file.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.optimize import nnls

from filmagent.library import cast, skin
from filmagent.library.bake import ARKIT
from filmagent.library.bodies import names, smplx
from filmagent.library.bodies.rig import checked

EXPRESSIONS = (
    "jawOpen", "mouthSmileLeft", "mouthSmileRight", "eyeBlinkLeft", "eyeBlinkRight",
    "browInnerUp", "mouthPucker", "mouthFunnel", "browDownLeft", "browDownRight",
)  # fmt: skip
_PARENTS = (-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 15, 15, 15,
            20, 25, 26, 20, 28, 29, 20, 31, 32, 20, 34, 35, 20, 37, 38,
            21, 40, 41, 21, 43, 44, 21, 46, 47, 21, 49, 50, 21, 52, 53)  # fmt: skip
_TO_SMPLX = np.array([[-1.0, 0, 0], [0, 0, 1], [0, 1, 0]])


def write(path: Path, *, use: str = "preview", correctives: bool = False) -> Path:
    """Write the double of Tomas: of his small preview meshes, or of those that are rendered.

    With ``correctives`` it has those too (none moves anything), which the package asks for.
    """
    body = cast.load("tomas")
    ours = _bones(body)
    world = skin.pose(body, _t_pose(body), np.zeros((1, 3)), np.array([[1.0, 0, 0, 0]]))
    kept = [p for p in body.parts(use) if p.kind in ("skin", "cloth", "shoe", "eye")]
    template = np.concatenate([skin.deform(body, p, world)[0] for p in kept]) @ _TO_SMPLX.T
    starts = np.cumsum([0, *(len(p.vertices) for p in kept)])
    faces = np.concatenate([p.faces + s for p, s in zip(kept, starts, strict=False)])
    joints = world[0, [body.bone(b) for b in ours], :3, 3] @ _TO_SMPLX.T
    weights = np.zeros((len(template), 55), np.float32)
    owner = _owners(body, ours)
    for part, start in zip(kept, starts, strict=False):
        rows = start + np.arange(len(part.vertices))
        for k in range(4):
            np.add.at(weights, (rows, owner[part.bone_ids[:, k]]), part.bone_weights[:, k])
    weights /= weights.sum(axis=1, keepdims=True)
    shapes = np.zeros((len(template), 3, 20), np.float32)
    for k, axis in enumerate(([1.0, 1, 1], [0, 1, 0], [1, 0, 0], [0, 0, 1])):
        shapes[..., k] = 0.03 * template * axis
    for part, start in zip(kept, starts, strict=False):
        moved = _moved(body, part)
        for k, delta in enumerate(moved):
            shapes[start : start + len(part.vertices), :, 10 + k] = delta @ _TO_SMPLX.T
    np.savez(
        path,
        v_template=template.astype(np.float32),
        f=faces.astype(np.uint32),
        shapedirs=shapes,
        J_regressor=_regressor(template, joints).astype(np.float32),
        kintree_table=np.array([[2**32 - 1, *_PARENTS[1:]], range(55)], np.int64),
        weights=weights,
        expression_names=np.array(EXPRESSIONS),
        lmk_faces_idx=np.zeros(51, np.int64),
        lmk_bary_coords=np.tile([1.0, 0, 0], (51, 1)).astype(np.float32),
        hands_componentsl=np.eye(45),
        hands_componentsr=np.eye(45),
        hands_meanl=np.zeros(45),
        hands_meanr=np.zeros(45),
        **({"posedirs": np.zeros((len(template), 3, 486), np.float32)} if correctives else {}),
    )
    return path


def _bones(body: cast.Member) -> list[str]:
    """Our bone that starts at each of SMPL-X's joints."""
    rig = checked(list(smplx.JOINTS[55]), np.array(_PARENTS), np.zeros((55, 3)), "SMPL-X")
    slot_of = {bone: slot for slot, bone in names.guess(rig).items()}
    return [slot_of[joint].replace("toes", "toe2-1") for joint in smplx.JOINTS[55]]


def _t_pose(body: cast.Member) -> np.ndarray:
    """Rotations that stretch the arms out sideways and the legs straight down, (1, J, 4)."""
    from filmagent.cast.skeleton import Posed, Skeleton

    skeleton = Skeleton.of(body)
    posed = Posed(skeleton, 1)
    for side, out in (("L", -1.0), ("R", 1.0)):
        for bone, end, way in (
            ("upperarm01", "lowerarm01", (out, 0, 0)), ("lowerarm01", "wrist", (out, 0, 0)),
            ("wrist", "finger3-1", (out, 0, 0)), ("upperleg01", "lowerleg01", (0, 0, -1)),
            ("lowerleg01", "foot", (0, 0, -1)),
        ):  # fmt: skip
            along = skeleton.head(f"{end}.{side}") - skeleton.head(f"{bone}.{side}")
            posed.turn(f"{bone}.{side}", between(along, np.array(way, float))[None])
        posed.turn(f"foot.{side}", np.eye(3)[None])
    return posed.encode()


def between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The smallest rotation from one direction to another."""
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    v, c = np.cross(a, b), float(a @ b)
    k = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])
    return np.eye(3) + k + k @ k / (1 + c)


def _owners(body: cast.Member, ours: list[str]) -> np.ndarray:
    """SMPL-X's joint for each of our bones: that of the next bone above that has one."""
    out = []
    for bone in range(len(body.bones)):
        while body.bones[bone] not in ours and body.parents[bone] >= 0:
            bone = int(body.parents[bone])
        out.append(ours.index(body.bones[bone]) if body.bones[bone] in ours else 0)
    return np.array(out)


def _moved(body: cast.Member, part: object) -> np.ndarray:
    """What the expressions move, (E, V, 3)."""
    out = np.zeros((len(EXPRESSIONS), len(part.vertices), 3))
    if part.shape_index is None:
        return out
    for k, name in enumerate(EXPRESSIONS):
        shape = ARKIT.index(name)
        span = slice(part.shape_index[shape], part.shape_index[shape + 1])
        out[k, part.shape_vertices[span]] = part.shape_deltas[span]
    return out


def _regressor(points: np.ndarray, joints: np.ndarray) -> np.ndarray:
    """Few vertices with weights ≥ 0 that sum to 1 and give each joint."""
    out = np.zeros((len(joints), len(points)))
    for row, joint in enumerate(joints):
        away = points - joint
        # from all around, so that the joint lies among them
        octant = (away > 0) @ [1, 2, 4]
        near = np.argsort(np.linalg.norm(away, axis=1))
        ids = np.unique(np.concatenate([near[octant[near] == k][:12] for k in range(8)]))
        found, _ = nnls(np.vstack([points[ids].T, np.full(len(ids), 1.0)]), [*joint, 1.0])
        out[row, ids] = found / found.sum()
    return out
