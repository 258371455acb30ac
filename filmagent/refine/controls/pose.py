"""Everybody's skeleton, drawn as OpenPose draws what it finds: but from the stage's own joints.

Eighteen points a person and the colours of their sticks: Z. Cao et al., "OpenPose: Realtime
Multi-Person 2D Pose Estimation using Part Affinity Fields", IEEE TPAMI 2021, in the COCO order that
pose-controlled models were trained on. A point that something hides fades out, and takes the sticks
that hang on it with it; a point on the far side of its own body stays, as an estimator has it,
except in the face: who turns away shows no eyes.
"""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.documents import SceneStage
from filmagent.errors import DocumentError
from filmagent.library import npz, skin
from filmagent.library.bake import Bake
from filmagent.library.cast import Member
from filmagent.refine.passes import Floats, Passes
from filmagent.refine.views import View

Array = NDArray[Any]

POINTS = (
    *("nose_tip", "", "shoulder.R", "elbow.R", "wrist.R", "shoulder.L", "elbow.L", "wrist.L"),
    *("hip.R", "knee.R", "ankle.R", "hip.L", "knee.L", "ankle.L"),
    *("eye.R", "eye.L", "ear.R", "ear.L"),
)
"""Landmarks of a body (`filmagent.library.cast`) in OpenPose's order; the neck is between the
shoulders."""
STICKS = (
    *((1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12)),
    *((12, 13), (1, 0), (0, 14), (14, 16), (0, 15), (15, 17)),
)
"""Points that are joined, in the order of their colours."""
_NECK, _SHOULDERS, _FACE = 1, (2, 5), (0, 14, 15, 16, 17)
_WIDTH = 1 / 128
"""Half a stick's width, and a point's radius, in picture heights."""
_DIM = 0.6
"""Brightness of sticks, under points."""
_DEEP = {True: (0.05, 0.09), False: (0.28, 0.38)}
"""Metres by which a surface may lie before a point of the face, or of the body, until it begins to
fade, and until it is gone. Ears and eyeballs lie little, joints up to a seated thigh, under it."""
_COLOURS = np.array([colorsys.hsv_to_rgb(k / len(POINTS), 1, 1) for k in range(len(POINTS))])


@dataclass(frozen=True)
class _Body:
    """Somebody's motion on the stage."""

    object_id: int
    member: Member
    performance: Mapping[str, Array]

    def points(self, frame: int) -> Array | None:
        """(18, 3) world places at a frame, NaN where the body has no such landmark."""
        arrays = self.performance
        count = len(arrays["rotations"])
        row = int(np.clip(frame - int(arrays["first_frame"]), 0, count - 1))
        if "visible" in arrays and not bool(arrays["visible"][row]):
            return None
        rotations = np.tile([1.0, 0.0, 0.0, 0.0], (len(self.member.bones), 1))
        order = {name: at for at, name in enumerate(self.member.bones)}
        for column, name in enumerate(str(n) for n in arrays["bone_names"]):
            if name in order:
                rotations[order[name]] = arrays["rotations"][row, column]
        bones = skin.pose(
            self.member,
            rotations[None],
            arrays["root"][row : row + 1],
            arrays["root_rotation"][row : row + 1],
        )[0]
        known = self.member.bake.extra.get("landmarks", {})
        found = np.full((len(POINTS), 3), np.nan)
        for at, name in enumerate(POINTS):
            if name in known:
                bone, local = self.member.landmark(name)
                found[at] = bones[bone, :3, :3] @ local + bones[bone, :3, 3]
        found[_NECK] = found[list(_SHOULDERS)].mean(0)
        return found


@dataclass(frozen=True)
class Cast:
    """Everybody on the stage of a setup's scene."""

    bodies: tuple[_Body, ...]

    @classmethod
    def of(cls, film: Path, setup: str) -> Cast:
        """Read the stage that a setup shoots.

        Raises
        ------
        DocumentError
            If no scene has such a setup, or a file that its stage names is missing or damaged.
        """
        for path in sorted((film / "stage").glob("scene_*.json")):
            stage = SceneStage.read(path)
            if any(setup in (camera.setup, camera.take) for camera in stage.cameras):
                return cls(
                    tuple(
                        _Body(
                            actor.object_id,
                            Member(actor.name, Bake.load(film / actor.bake), film / actor.bake),
                            npz.load(film / actor.performance),
                        )
                        for actor in stage.actors
                    )
                )
        raise DocumentError(
            f"{film / 'stage'} holds no scene with a setup {setup}; run `filmagent make` on the "
            "film."
        )


def drawn(cast: Cast, known: Passes, frame: int) -> Floats:
    """The skeletons of a frame, (H, W, 3) on black; who is nearer is drawn last."""
    assert known.view is not None
    found = []
    for body in cast.bodies:
        places = body.points(frame)
        if places is not None:
            columns, rows, depth = known.view.pixels(places)
            shown = _shown(known, body.object_id, columns, rows, depth)
            if shown.max() > 0:
                found.append((float(np.nanmin(depth)), np.stack([columns, rows], -1), shown))
    found.sort(key=lambda one: -one[0])
    height = known.ids.shape[0]
    picture = np.zeros((*known.ids.shape, 3), np.float32)
    for _, places, shown in found:
        for (one, other), colour in zip(STICKS, _COLOURS, strict=False):
            seen = min(shown[one], shown[other])
            if seen > 0:
                _ellipse(picture, places[one], places[other], height * _WIDTH, colour * _DIM, seen)
        for place, colour, seen in zip(places, _COLOURS, shown, strict=True):
            if seen > 0:
                _ellipse(picture, place, place, height * _WIDTH, colour, float(seen))
    return picture


def _shown(known: Passes, object_id: int, columns: Array, rows: Array, depth: Array) -> Array:
    """How far each point is to be seen, (18,) 0–1."""
    view = known.view
    assert isinstance(view, View)
    width, height = view.size
    with np.errstate(invalid="ignore"):
        inside = (columns >= 0) & (columns <= width - 1) & (rows >= 0) & (rows <= height - 1)
    inside &= depth > 0
    r = np.clip(np.rint(np.nan_to_num(rows)), 0, height - 1).astype(int)
    c = np.clip(np.rint(np.nan_to_num(columns)), 0, width - 1).astype(int)
    before = np.nan_to_num(depth) - known.depth[r, c]
    own = known.ids[r, c] == object_id
    shown = np.zeros(len(POINTS))
    for at in np.flatnonzero(inside):
        face = at in _FACE
        low, high = _DEEP[face]
        # one's own arm before one's own chest hides nothing that an estimator would miss
        hidden = 0.0 if own[at] and not face else (before[at] - low) / (high - low)
        shown[at] = 1.0 - float(np.clip(hidden, 0.0, 1.0))
    return shown


def _ellipse(
    picture: Floats, one: Array, other: Array, width: float, colour: Array, seen: float
) -> None:
    """Draw a stick from point to point, as wide as ``width`` on either side in its middle.

    One and the same point is a disk. Edges are soft over a pixel: sticks glide.
    """
    middle, along = (one + other) / 2, (other - one) / 2
    length = float(np.hypot(*along))
    far = max(length, width) + 2
    height, wide = picture.shape[:2]
    left, top = (max(int(n - far), 0) for n in middle)
    right, bottom = min(int(middle[0] + far) + 1, wide), min(int(middle[1] + far) + 1, height)
    if left >= right or top >= bottom:
        return
    x, y = np.meshgrid(np.arange(left, right) - middle[0], np.arange(top, bottom) - middle[1])
    ux, uy = along / length if length > 0 else (1.0, 0.0)
    major = max(length, width)
    u, v = (x * ux + y * uy) / major, (y * ux - x * uy) / width
    away = np.hypot(u, v)
    # the distance to an ellipse, to first order: its equation over the length of its gradient
    slope = np.hypot(u / major, v / width) / np.maximum(away, 1e-6)
    distance = (away - 1.0) / np.maximum(slope, 1e-6)
    cover = (np.clip(0.5 - distance, 0.0, 1.0) * seen)[..., None].astype(np.float32)
    box = picture[top:bottom, left:right]
    box[...] = box * (1.0 - cover) + colour.astype(np.float32) * cover
