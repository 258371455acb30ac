"""One flight as an environment, in gymnasium's manner: `reset`, `step`, a reward, an end.

It needs no gymnasium, and fits wherever one is wanted: five values from `step`, spaces by their
shapes. The reward is what a director would pay for a decision's time: the picture, the sight of the
subject, a calm hand; and less than nothing for touching something, which ends the flight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from camera.planner.scene import Request
from camera.policy.pilot.flight import carried_out, decision_rows
from camera.policy.pilot.motion import WIDTH, State
from camera.policy.pilot.observation import COUNTS, SEEN, SELF, WIDTHS, observe
from camera.policy.pilot.wishing import Wished, wished
from camera.pose import Array

Observation = dict[str, Array]


@dataclass(frozen=True)
class Prices:
    """What a second is worth: 1, less so much for each fault.

    Parameters
    ----------
    framing
        A frame height of distance between the eyes and where they should be.
    size
        A unit of the logarithm of size.
    hidden
        A subject that is not seen at all.
    jerk
        A change of 1 m/s of the speed within a decision.
    crash
        Once.
    """

    framing: float = 2.0
    size: float = 0.5
    hidden: float = 1.0
    jerk: float = 0.1
    crash: float = 10.0


class FilmEnv:
    """A camera in a scene that a request describes.

    Parameters
    ----------
    request
        The scene, the world and the wish; see `camera.planner.Request`.
    start : one camera
        Where it begins.
    rate
        Decisions a second.
    guarded
        Whether speeds are made safe before they are flown (`camera.policy.pilot.safety`).
    """

    def __init__(
        self,
        request: Request,
        start: State,
        rate: float = 6.0,
        *,
        guarded: bool = False,
        prices: Prices | None = None,
    ) -> None:
        if len(start.position) != 1:
            raise ValueError(f"an environment has one camera, not {len(start.position)}")
        self.wished: Wished = wished(request, start.position[0])
        self.rows = decision_rows(self.wished.times, rate)
        self._start, self._guarded, self._prices = start, guarded, prices or Prices()
        self._turn = 0
        self.state = start

    @property
    def observation_shapes(self) -> dict[str, tuple[int, int]]:
        """(tokens, width) of each kind."""
        return {kind: (COUNTS[kind], width) for kind, width in WIDTHS.items()}

    @property
    def action_shape(self) -> tuple[int]:
        """Of a decision, in units of `camera.policy.pilot.motion.SCALE`."""
        return (WIDTH,)

    def reset(self, *, seed: int | None = None) -> tuple[Observation, dict[str, Any]]:
        """Back to the start; nothing is drawn, so ``seed`` changes nothing."""
        self._turn, self.state = 0, self._start
        return self._look(), {}

    def step(self, action: ArrayLike) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Fly until the next decision.

        Returns
        -------
        observation, reward, terminated, truncated, info
            ``terminated`` after a crash, ``truncated`` when the scene is over; ``info`` has the
            reward's parts and ``clearance`` (metres).

        Raises
        ------
        ValueError
            If the action is not five finite numbers.
        RuntimeError
            After the end; `reset` first.
        """
        wish = np.asarray(action, np.float64)
        if wish.shape != (WIDTH,) or not np.all(np.isfinite(wish)):
            raise ValueError(f"an action is {WIDTH} finite numbers, not {np.asarray(action)!r}")
        if self._turn >= len(self.rows):
            raise RuntimeError("the flight is over; reset the environment first")
        row = int(self.rows[self._turn])
        self._turn += 1
        over = self._turn >= len(self.rows)
        until = len(self.wished.times) - 1 if over else int(self.rows[self._turn])
        before = self.state.velocity
        path = self._fly(row, until, wish[None])
        clearance = self._clearance(row, until, path)
        crashed = clearance < self.wished.request.radius
        seen = self._look() if not over else self._look(until)
        parts = self._parts(seen, np.linalg.norm(self.state.velocity - before))
        seconds = float(self.wished.times[until] - self.wished.times[row])
        reward = seconds * (1.0 - sum(parts.values())) - crashed * self._prices.crash
        if crashed:
            self._turn = len(self.rows)
        return seen, float(reward), bool(crashed), over, {**parts, "clearance": clearance}

    def _look(self, row: int | None = None) -> Observation:
        at = int(self.rows[min(self._turn, len(self.rows) - 1)]) if row is None else row
        tokens = observe(self.wished, np.array([at]), self.state)
        return {kind: value[0] for kind, value in tokens.items()}

    def _fly(self, row: int, until: int, decision: Array) -> Array:
        """Positions (frames, 3) on the way."""
        path = [self.state.position[0]]
        way = carried_out([self.wished], self.state, decision, row, until, guarded=self._guarded)
        for self.state, _ in way:
            path.append(self.state.position[0])
        return np.array(path)

    def _clearance(self, row: int, until: int, path: Array) -> float:
        bodies = self.wished.cast.bodies
        moving = bodies.at(np.arange(row, until + 1)) if len(bodies.ends) > 1 else bodies
        world = self.wished.request.world
        gap = world.sweep(path, moving)[1].min()
        return float(min(gap, world.border(path)[0].min()))

    def _parts(self, seen: Observation, change: Any) -> dict[str, float]:
        own, actor = seen["self"][0], seen["actor"]
        p = self._prices
        off = np.hypot(*own[SELF["framing"]][:2])
        hidden = 1.0 - float(actor[0, SEEN]) if actor[0, 0] else 0.0
        return {
            "framing": p.framing * float(min(off, 1.0)),
            "size": p.size * float(min(abs(own[SELF["size"]][0]), 2.0)),
            "hidden": p.hidden * hidden,
            "jerk": p.jerk * float(change),
        }
