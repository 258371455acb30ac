"""`plan` and `plan_batch`: try, improve, check, mend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from camera.grammar import DUTCH, Shot
from camera.lens import Lens
from camera.planner.arrays import Device
from camera.planner.arrays import device as found_device
from camera.planner.asked import Asked, asked
from camera.planner.batch import Found, Row, begin, improve
from camera.planner.checking import Verdict, given_up, judge
from camera.planner.scene import Picture, Plan, Request, Scene, cast
from camera.planner.spline import curve
from camera.pose import from_azimuth_elevation
from camera.smoothing import shake
from camera.trajectory import Trajectory
from camera.world import World

_TRIAL, _STEPS = 6, 8
_KEPT = 2
"""So many starts of each request are carried through."""
_CHECKED = 4
"""So many tracks of each request are measured when all starts were carried through."""


def plan(
    shot: Shot,
    scene: Scene,
    world: World,
    lens: Lens,
    *,
    picture: Picture | None = None,
    azimuths: ArrayLike | None = None,
    radius: float = 0.3,
    seed: int = 0,
    after: Trajectory | None = None,
) -> Plan:
    """The best track for a shot; see `Request` for the parameters.

    Raises
    ------
    ValueError
        If the scene's arrays disagree or are not finite, or a wish is none that can be meant.
    """
    request = Request(shot, scene, world, lens, picture or Picture(), azimuths, radius, seed, after)
    return plan_batch([request])[0]


def plan_batch(
    requests: Sequence[Request], *, device: str | None = None, dtype: str = "float64"
) -> list[Plan]:
    """Plans of many shots at once; each is what it would be alone, to the last bit.

    Parameters
    ----------
    requests
    device : optional
        Where tracks descend: None for numpy, "cuda" or another of torch's names for a GPU,
        "cpu-torch" for torch on the processor. Worlds, starts and checks are numpy's in any case.
    dtype
        "float64", whose tracks are numpy's to a millionth of a metre, or "float32" for GPUs that
        are slow in the other: they differ by millimetres, and of starts that are as good another
        may be taken.

    Raises
    ------
    ValueError
        As `plan`; if there is no such device.
    """
    on = found_device(device, dtype)
    casts = [cast(r.scene, r.radius) for r in requests]
    works = [_Work(asked(r, c)) for r, c in zip(requests, casts, strict=True)]
    _first(works, on)
    for mend, faults in _MENDS:
        bad = [w for w in works if w.faults & faults]
        if bad:
            mend(bad, on)
    return [w.plan() for w in works]


def checked(request: Request, track: Trajectory) -> Plan:
    """A track that somebody else flew, measured and told as the planner tells its own.

    Raises
    ------
    ValueError
        As `plan`; if the track has other times than the request's scene.
    """
    scene = cast(request.scene, request.radius)
    if len(track) != len(scene.times):
        raise ValueError(
            f"a track of {len(track)} samples does not film a scene of {len(scene.times)}; "
            "give both the same times"
        )
    made = asked(request, scene)
    verdict = judge(made, track)
    reason = _told(made, request.shot.move, track)
    return Plan(track, verdict.figures, [reason], given_up(made, verdict, ""))


def _told(made: Asked, move: str, track: Trajectory) -> str:
    """What the camera does, in words."""
    d = np.linalg.norm(track.positions - made.cast.eyes[:, 0], axis=1)
    return (
        f"{move.replace('_', ' ')} over {track.path_length():.1f} m in {track.duration:.1f} s, "
        f"{d.min():.1f}–{d.max():.1f} m from the subject"
    )


@dataclass(frozen=True)
class _Best:
    row: Row
    found: Found
    track: Trajectory
    verdict: Verdict
    told: str


@dataclass
class _Work:
    """A request on its way, and the best track so far."""

    asked: Asked
    best: _Best | None = None

    @property
    def faults(self) -> frozenset[str]:
        """What is to be mended of the best."""
        return frozenset() if self.best is None else self.best.verdict.faults

    @property
    def done(self) -> bool:
        """Whether there is a track without a fault."""
        return self.best is not None and not self.faults

    def offer(self, row: Row, found: Found, told: str = "") -> None:
        """Check a track, and keep it if it is the best so far."""
        track = _track(row.asked, found)
        verdict = judge(row.asked, track)
        if self.best is None or verdict.price < self.best.verdict.price - 1e-9:
            self.best = _Best(row, found, track, verdict, told)

    def plan(self) -> Plan:
        """What is handed back."""
        assert self.best is not None
        one, track = self.best, self.best.track
        reason = _told(self.asked, one.row.asked.request.shot.move, track)
        lost = given_up(self.asked, one.verdict, one.told)
        return Plan(track, one.verdict.figures, [reason], lost)


def _first(works: list[_Work], on: Device) -> None:
    """Try every start a little, carry the cheapest through, and check the best."""
    rows = [Row(w.asked, s, pull=0.5, stride=2) for w in works for s in range(w.asked.starts)]
    trials = improve(rows, [begin(r) for r in rows], _TRIAL, on)
    at = 0
    chosen: list[tuple[_Work, Row, Found]] = []
    for w in works:
        count = w.asked.starts
        ranks = [t.rank for t in trials[at : at + count]]
        for i in np.argsort(ranks, kind="stable")[:_KEPT]:
            chosen.append((w, rows[at + i], trials[at + i]))
        at += count
    tracks = [f for _, _, f in chosen]
    for pull in (1.0, 6.0):
        rows = [replace(r, pull=pull, stride=1) for _, r, _ in chosen]
        tracks = improve(rows, tracks, _STEPS, on)
    ready = sorted(zip(chosen, rows, tracks, strict=True), key=lambda one: one[2].rank)
    for (w, _, _), row, found in ready:
        if not w.done:
            w.offer(row, found)


def _firmer(works: list[_Work], on: Device) -> None:
    """Keep farther off what is hit, freer what is hidden, and slower what is too fast."""
    rows, tracks = [], []
    for w in works:
        assert w.best is not None
        row = replace(w.best.row, pull=30.0, spare=0.06, berth=0.3)
        if w.best.verdict.hasty:
            row = replace(row, drag=0.1)
        rows.append(row)
        tracks.append(w.best.found)
    for w, row, found in zip(works, rows, improve(rows, tracks, 12, on), strict=True):
        w.offer(row, found)


def _elsewhere(works: list[_Work], on: Device) -> None:
    """Carry every start through."""
    _all_starts(works, [w.asked for w in works], "", on)


def _nearer(works: list[_Work], on: Device) -> None:
    """From this side of what hides the subject, at another size if need be."""
    near = [asked(w.asked.request, w.asked.cast, near=True) for w in works]
    _all_starts(works, near, "", on)


def _shorter(works: list[_Work], on: Device) -> None:
    """Not all of the way."""
    works = [w for w in works if w.asked.motion.travels and not w.asked.motion.accompanies]
    less = [asked(w.asked.request, w.asked.cast, travel=0.4) for w in works]
    _all_starts(works, less, "the move is shortened: the place does not allow all of it", on)


def _standing(works: list[_Work], on: Device) -> None:
    """From one place, whatever the move was."""
    works = [w for w in works if w.asked.motion.travels]
    pans = [
        asked(
            replace(w.asked.request, shot=replace(w.asked.request.shot, move="pan")), w.asked.cast
        )
        for w in works
    ]
    told = "the camera pans from one place: the place does not allow the move"
    _all_starts(works, pans, told, on)


_MENDS: tuple[tuple[Callable[[list[_Work], Device], None], frozenset[str]], ...] = (
    (_firmer, frozenset({"unsafe", "blind", "hasty"})),
    (_elsewhere, frozenset({"unsafe", "blind", "astray"})),
    (_nearer, frozenset({"unsafe", "blind"})),
    (_shorter, frozenset({"unsafe", "blind", "astray", "hasty"})),
    (_standing, frozenset({"unsafe", "blind"})),
)
"""What is tried in turn, and for which faults."""


def _all_starts(works: list[_Work], wishes: list[Asked], told: str, on: Device) -> None:
    """Try a wish of each from every start, until one is good."""
    rows = [
        Row(a, s, pull=2.0, berth=0.25, spare=0.03, stride=2)
        for a in wishes
        for s in range(a.starts)
    ]
    tracks = improve(rows, [begin(r) for r in rows], 12, on)
    rows = [replace(r, pull=15.0, stride=1) for r in rows]
    tracks = improve(rows, tracks, 10, on)
    at = 0
    for w, a in zip(works, wishes, strict=True):
        ranks = [t.rank for t in tracks[at : at + a.starts]]
        for i in np.argsort(ranks, kind="stable")[:_CHECKED]:
            w.offer(rows[at + i], tracks[at + i], told)
            if w.done:
                break
        at += a.starts


def _track(a: Asked, found: Found) -> Trajectory:
    """The dense track of control points, with the life its rig adds."""
    times, u = a.cast.times, a.cast.gone
    count = len(a.u)
    way, gaze = curve(count, moves=a.motion.travels), curve(count, moves=a.motion.turns)
    positions = way.at(u) @ found.place.T
    yaw, pitch = (gaze.at(u) @ found.turn.T).T
    focal = a.request.lens.focal_mm * np.interp(u, a.u, a.motion.zoom)
    focus = np.maximum(np.linalg.norm(a.cast.eyes[:, 0] - positions, axis=1), 0.1)
    roll = DUTCH if a.request.shot.dutch else 0.0
    track = Trajectory(times, positions, from_azimuth_elevation(yaw, pitch, roll), focal, focus)
    return shake(track, a.request.shot.rig, a.request.seed)
