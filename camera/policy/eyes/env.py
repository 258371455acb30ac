"""`PictureEnv`: the pilot's environment for policies that look, in colour and depth."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike

from camera.policy.eyes.rendered import Renderer
from camera.policy.pilot.env import FilmEnv, Observation


class PictureEnv:
    """A `FilmEnv` whose observations hold pictures, too.

    Parameters
    ----------
    env
        Whose flight, reward and end it is.
    renderer
        Of the same scene. By default one is made of the environment's world, people and lens;
        give one of a mesh to look at that instead.
    """

    def __init__(self, env: FilmEnv, renderer: Renderer | None = None) -> None:
        self.env = env
        request, cast = env.wished.request, env.wished.cast
        owners = tuple(int(o) for o in cast.owners)
        self.renderer = renderer or Renderer(
            request.world, request.lens, cast.bodies, subjects=owners
        )
        self._turn = 0

    @property
    def action_shape(self) -> tuple[int]:
        """As `FilmEnv.action_shape`."""
        return self.env.action_shape

    def reset(self, *, seed: int | None = None) -> tuple[Observation, dict[str, Any]]:
        """Back to the start."""
        seen, info = self.env.reset(seed=seed)
        self._turn = 0
        return self._looking(seen), info

    def step(self, action: ArrayLike) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """As `FilmEnv.step`; the observation has ``rgb`` and ``depth`` (metres, inf for sky)."""
        seen, reward, terminated, truncated, info = self.env.step(action)
        self._turn += 1
        return self._looking(seen), reward, terminated, truncated, info

    def close(self) -> None:
        """Give the renderer's context back."""
        self.renderer.close()

    def _looking(self, seen: Observation) -> Observation:
        w, rows = self.env.wished, self.env.rows
        row = int(rows[self._turn]) if self._turn < len(rows) else len(w.times) - 1
        state = self.env.state
        focal = float(w.focal[row])
        picture = self.renderer.see(state.position[0], state.quaternion[0], row, focal)
        return {**seen, "rgb": picture.rgb, "depth": picture.depth}
