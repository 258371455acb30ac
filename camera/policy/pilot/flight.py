"""The closed loop: look, decide, move, look again; many scenes side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from camera.planner.scene import Request
from camera.policy.pilot.motion import WIDTH, State, advanced, from_level, limited
from camera.policy.pilot.observation import observe, stacked
from camera.policy.pilot.safety import safe
from camera.policy.pilot.wishing import Wished, wished
from camera.pose import Array, from_azimuth_elevation
from camera.trajectory import Trajectory

Decide = Callable[[dict[str, Array]], tuple[Array, Array]]
"""Observations of B flights to decisions (B, 5) and how unsure each number is (B, 5); it may
remember what it saw before."""
Look = Callable[[Wished, Array, State], dict[str, Array]]
"""What cameras see of one scene at some of its frames; `camera.policy.pilot.observation.observe`
is the pilot's."""


@dataclass(frozen=True)
class Flown:
    """One camera's way, F frames and D decisions.

    Parameters
    ----------
    trajectory
        As flown: safe, not yet smoothed.
    rows : (D,) int
        The frames that it decided at.
    seen : dict of (D, tokens, width)
        What it saw; see `camera.policy.pilot.observation`.
    decided, unsure : (D, 5)
        What it decided and how unsure it was, in units of `camera.policy.pilot.motion.SCALE`.
    held_back : (F,) m/s
        How much of its speed was taken away so that it touched nothing.
    """

    wished: Wished
    trajectory: Trajectory
    rows: Array
    seen: dict[str, Array]
    decided: Array
    unsure: Array
    held_back: Array


def decision_rows(times: Array, rate: float) -> Array:
    """The frames (D,) at which something is decided ``rate`` times a second."""
    moments = np.arange(times[0], times[-1] - 1e-9, 1.0 / rate)
    rows = np.searchsorted(times, moments - 1e-6)
    return np.asarray(np.unique(rows[rows < len(times) - 1]))


def fly(
    decide: Decide,
    requests: Sequence[Request],
    starts: Sequence[State],
    rate: float,
    *,
    guarded: bool = True,
    look: Look = observe,
) -> list[Flown]:
    """Fly every request's camera from where it starts until its scene ends.

    All scenes have the same times. With ``guarded`` every frame's speed is made safe
    (`camera.policy.pilot.safety`).

    Raises
    ------
    ValueError
        If there are as many starts as requests not, or the scenes' times differ.
    """
    if len(starts) != len(requests) or not requests:
        raise ValueError(f"{len(starts)} starts for {len(requests)} requests; give one for each")
    scenes = [wished(r, s.position[0]) for r, s in zip(requests, starts, strict=True)]
    times = scenes[0].times
    for number, scene in enumerate(scenes):
        if len(scene.times) != len(times) or not np.allclose(np.diff(scene.times), np.diff(times)):
            raise ValueError(f"request {number} has other times than the first; fly it by itself")
    batch, frames = len(scenes), len(times)
    rows = decision_rows(times, rate)
    state = _joined(starts)
    path = np.empty((batch, frames, 3))
    angles = np.empty((batch, frames, 2))
    held = np.zeros((batch, frames))
    seen: list[list[dict[str, Array]]] = [[] for _ in scenes]
    decided = np.empty((batch, len(rows), WIDTH))
    unsure = np.empty((batch, len(rows), WIDTH))
    for turn, row in enumerate(rows):
        now = np.array([row])
        looks = [look(w, now, state[np.array([b])]) for b, w in enumerate(scenes)]
        for b, one in enumerate(looks):
            seen[b].append(one)
        decided[:, turn], unsure[:, turn] = decide(stacked(looks))
        until = rows[turn + 1] if turn + 1 < len(rows) else frames - 1
        path[:, row] = state.position
        angles[:, row] = np.stack([state.yaw, state.pitch], axis=1)
        way = carried_out(scenes, state, decided[:, turn], row, until, guarded=guarded)
        for frame, (later, taken) in enumerate(way, start=row + 1):
            state, held[:, frame - 1] = later, taken
            path[:, frame] = state.position
            angles[:, frame] = np.stack([state.yaw, state.pitch], axis=1)
    flown = []
    for b, w in enumerate(scenes):
        focal = w.request.lens.focal_mm * w.focal / w.request.lens.focal_heights
        focus = np.maximum(np.linalg.norm(w.cast.eyes[:, 0] - path[b], axis=1), 0.1)
        q = from_azimuth_elevation(angles[b, :, 0], angles[b, :, 1])
        track = Trajectory(times, path[b], q, focal, focus)
        flown.append(Flown(w, track, rows, stacked(seen[b]), decided[b], unsure[b], held[b]))
    return flown


def carried_out(
    scenes: Sequence[Wished], state: State, decided: Array, row: int, until: int, *, guarded: bool
) -> Iterator[tuple[State, Array]]:
    """A camera of each scene on its way from one decision to the next.

    Yields
    ------
    state, held_back
        At each frame after ``row``, ``until`` included; and how much speed (B,) was taken away on
        the way there, m/s.
    """
    times, begin = scenes[0].times, state
    wish = limited(decided)
    goal, turning = from_level(wish[:, :3], state.yaw), wish[:, 3:]
    for frame in range(row, until):
        share = (times[frame + 1] - times[row]) / (times[until] - times[row])
        wanted = begin.velocity + share * (goal - begin.velocity)
        velocity = wanted
        if guarded:
            pairs = enumerate(scenes)
            velocity = np.stack([safe(w, frame, state.position[b], wanted[b]) for b, w in pairs])
        turned = begin.turning + share * (turning - begin.turning)
        state = advanced(state, velocity, turned, float(times[frame + 1] - times[frame]))
        yield state, np.linalg.norm(velocity - wanted, axis=1)


def _joined(states: Sequence[State]) -> State:
    """One camera each, as many cameras."""
    names = State.__dataclass_fields__
    return State(*(np.concatenate([getattr(s, n) for s in states]) for n in names))
