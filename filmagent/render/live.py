"""The lamps that a setup shades live, and the shadows that the set and people throw in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL

from filmagent.render import gl
from filmagent.render.lamps import Lamp
from filmagent.render.lighting import KEYS, Lighting
from filmagent.render.moment import Moment
from filmagent.render.shadows import ShadowView, shadow_view
from filmagent.render.staged import Staged
from filmagent.render.things import Stationary, stand

Array = NDArray[Any]

_FIXED, _MOVING = 2048, 1024
"""Resolution of the shadow maps of the set and of the people."""
_I = np.eye(4, dtype=np.float32)


class LiveLamps:
    """A setup's live lamps with their shadow maps.

    Attributes
    ----------
    chosen, keys
        Indices of the stage's lights, and the lamps themselves; at most `KEYS`.
    key_scale
        Their greatest baked irradiances, (KEYS,).
    shadows
        Where each sees the scene from.
    fixed, moving
        Shadow maps of the set and of the people, `KEYS` each.
    """

    def __init__(self, staged: Staged, lighting: Lighting, stationary: Stationary) -> None:
        self._staged, self._lighting, self._set = staged, lighting, stationary
        self.lamps = [Lamp(light) for light in staged.doc.lights]
        self._program = gl.Program("thing.vert", "shadow.frag")
        depth = GL.GL_DEPTH_COMPONENT24
        self.fixed = [gl.Target((_FIXED,) * 2, (), depth, compare=True) for _ in range(KEYS)]
        self.moving = [gl.Target((_MOVING,) * 2, (), depth, compare=True) for _ in range(KEYS)]
        self.chosen: list[int] = []
        self.keys: list[Lamp] = []
        self.shadows: list[ShadowView] = []
        self.key_scale: Array = np.ones(KEYS)

    def choose(self, setup: str) -> None:
        """Take a setup's live lamps out of the baked light; draw the set's shadows of them."""
        self.chosen = live_lamps(self._staged, self._lighting, self.lamps, setup)
        self.keys = [self.lamps[k] for k in self.chosen]
        self.key_scale = self._set.relight(self.lamps, self.chosen)
        people = self._staged.roaming
        self.shadows = [shadow_view(lamp, self._set.box, people, _MOVING) for lamp in self.keys]
        with self._drawing():
            for target, shadow in zip(self.fixed, self.shadows, strict=False):
                target.clear()
                stand(self._program, shadow.fixed, shadow.fixed, 0)
                for piece in self._set.seen(shadow.fixed, plain=True):
                    self._set.outline.draw(piece.first, piece.count)

    def shade(self, moment: Moment) -> None:
        """Draw the shadows of people and props."""
        with self._drawing():
            for target, shadow in zip(self.moving, self.shadows, strict=False):
                target.clear()
                clip = shadow.moving
                stand(self._program, clip, clip, 1)
                for person in moment.people:
                    person.shadow()
                for thing in moment.props:
                    stand(self._program, clip, clip, 2, thing.model, thing.model_after)
                    thing.mesh.draw()

    @contextmanager
    def _drawing(self) -> Iterator[None]:
        self._program.use()
        GL.glEnable(GL.GL_POLYGON_OFFSET_FILL)
        GL.glPolygonOffset(1.5, 3.0)
        yield
        GL.glDisable(GL.GL_POLYGON_OFFSET_FILL)

    def maps(self) -> dict[str, gl.Texture]:
        """The shadow maps by their names in ``shade.frag``."""
        found = {f"fixed_{k}": t.depth for k, t in enumerate(self.fixed) if t.depth}
        return found | {f"moving_{k}": t.depth for k, t in enumerate(self.moving) if t.depth}

    def uniforms(self) -> dict[str, Any]:
        """What ``shade.frag`` and ``classify.frag`` know of the lamps."""
        lamps = self.keys + [None] * (KEYS - len(self.keys))
        views = self.shadows + [ShadowView(_I, _I, 0.0, 0.0)] * (KEYS - len(self.keys))
        zero = np.zeros(3)
        kinds = []
        for lamp, shadow in zip(lamps, views, strict=True):
            if lamp is None:
                kinds.append([0.0, 1.0, 0.0, 0.0])
                continue
            light = lamp.light
            edge = np.cos(light.spot_angle / 2)
            kinds.append([edge, max((1 - edge) * light.spot_blend, 1e-4), shadow.fixed_blur, 0.0])
        return {
            "key_colour": [zero if p is None else p.colour for p in lamps],
            "key_place": [zero if p is None else p.position for p in lamps],
            "key_forward": [zero if p is None else p.forward for p in lamps],
            "key_across": [zero if p is None else p.across * p.light.size[0] / 2 for p in lamps],
            "key_up": [zero if p is None else p.up * p.light.size[1] / 2 for p in lamps],
            "key_kind": kinds,
            "key_scale": self.key_scale,
            "key_blur": [shadow.moving_blur for shadow in views],
            "shadow_clip": np.stack([shadow.fixed for shadow in views]),
            "people_clip": np.stack([shadow.moving for shadow in views]),
        }


def live_lamps(staged: Staged, lighting: Lighting, lamps: list[Lamp], setup: str) -> list[int]:
    """The lamps that a setup shades live: those that light its faces most, and the sun."""
    faces = staged.faces(setup)
    if not len(faces):
        faces = np.array([(staged.roaming[0] + staged.roaming[1]) / 2])
    strength = lighting.strength(faces, lamps)
    # each face's own key counts in full, whoever else is in the picture
    share = strength / np.maximum(strength.sum(1, keepdims=True), 1e-9)
    worth = share.max(0) + share.mean(0)
    for number, lamp in enumerate(lamps):
        # in the open the sun draws the picture's shadows, whoever it lights
        if lamp.light.kind == "sun" and lighting.reach[:, number].mean() > 0.25:
            worth[number] += 1.0
        if not lamp.light.shadow:
            worth[number] = 0.0
    ranked = [int(k) for k in np.argsort(-worth, kind="stable") if worth[k] > 0.1]
    return sorted(ranked[:KEYS])
