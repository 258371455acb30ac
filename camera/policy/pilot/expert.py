"""Lessons: what the planner, who knows the future, does where a pilot stands.

A `Lesson` is a flight: what was seen at each decision, and what the planner decided there. Some
lessons are the planner's own flights. In others `servo` flies, in a wind, or the pilot; and the
planner is asked at some of their states how it would go on from there (DAgger: S. Ross, G. Gordon
and D. Bagnell, "A Reduction of Imitation Learning and Structured Prediction to No-Regret Online
Learning", 2011).

The planner knows what comes, so it can afford to be slow to come back to its wish; who flies the
same way without knowing lags behind. So of a correction only that is taken over which is worth it:
how far off its wish, and to which side, the planner will want to be (round a pillar, nearer than a
wall), and how the wish itself will move. The way there is as brisk as the servo's. And it is
planned from the place where the camera is at the speed that `servo` would have there, not at its
own: what a place asks for does not depend on how one came there, and a pilot that is taught so
cannot learn to copy its own last speed instead of looking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from camera.families import TRAINING, Case, asking, make
from camera.families.plots import PLOTS
from camera.grammar import HEAD, Shot
from camera.lens import PRIMES, Lens
from camera.planner import Picture, Plan, Request, Scene, plan_batch
from camera.policy.pilot.flight import Decide, Flown, decision_rows
from camera.policy.pilot.motion import FASTEST, SCALE, WIDTH, State, from_level, limited, to_level
from camera.policy.pilot.observation import observe
from camera.policy.pilot.straight import GO, servo
from camera.policy.pilot.wishing import wished
from camera.pose import Array, azimuth_elevation, from_azimuth_elevation
from camera.trajectory import Trajectory
from camera.world import Bodies

MOVES = ("follow", "lead", "arc", "crane", "truck", "pedestal", "push_in", "pull_out", "drone")
"""Moves that lessons are given in, beside those of the cases' own witnesses."""
SECONDS, RATE = 10.0, 24.0
_HORIZON, _ASKED = 3.0, 20
"""Seconds that a planner goes on for from a pilot's state; and at so many states of a flight."""
_GOING, _TURNING = 0.5, 0.3
"""Seconds over which a decision's way, and its turn, are taken from a plan."""
_AWARE, _ALONG = 1.5, 1.0 / 3.0
"""Seconds until a pilot is to be as far off its wish as the planner is; and over which the wish's
own way counts, whose middle is when the speed decided on is reached."""
_BATCH = 16
_GUST, _LULL = np.array([0.35, 0.35, 0.3, 0.15, 0.12]), 1.2
"""Standard deviation of a wind, in units of a decision; and seconds that it keeps its direction."""


@dataclass(frozen=True)
class Lesson:
    """One flight of D decisions.

    Parameters
    ----------
    seen : dict of (D, tokens, width)
    decided : (D, 5), in units of `camera.policy.pilot.motion.SCALE`
    weight : (D,)
        How much each decision counts; 0 where the planner was not asked.
    states : D cameras
        Where it was, so that it can be seen what else is seen from there.
    """

    seen: dict[str, Array]
    decided: Array
    weight: Array
    states: State


def task(seed: int, *, families: Sequence[str] = TRAINING) -> Request:
    """A shot to learn from: the same for the same seed.

    Six of ten are a case's own wish, half of those demanding; three ask for a move round a case's
    people; one has nobody in it, only something to look at.

    Raises
    ------
    ValueError
        If the seed is negative.
    """
    if seed < 0:
        raise ValueError(f"a seed is a whole number from 0, not {seed}")
    r = np.random.default_rng([seed, 7])
    family = families[int(r.integers(len(families)))]
    kind = r.random()
    if kind < 0.1:
        return landmark(r, family)
    for attempt in range(20):
        try:
            case = make(family, 100_000 + seed * 20 + attempt, demanding=kind < 0.4)
        except ValueError:
            # a seed whose plot has nothing to film
            continue
        return asking.request(case) if kind < 0.7 else moved(r, case)
    raise ValueError(f"seed {seed} of {family} has no case to learn from; take another seed")


def moved(r: np.random.Generator, case: Case) -> Request:
    """A case's people, filmed with another move from its side."""
    plain = asking.request(case)
    wish = case.wish
    name = MOVES[int(r.integers(len(MOVES)))]
    speed = ("slow", "normal", "fast")[int(r.integers(3))]
    rig = "crane" if name == "crane" else "drone" if name == "drone" else "steadicam"
    shot = replace(case.shot, move=name, speed=speed, rig=rig)
    turned = wish.azimuth + (np.pi if name == "follow" else 0.0)
    picture = Picture(wish.screen, wish.head_fraction)
    return replace(plain, shot=shot, picture=picture, azimuths=[turned])


def landmark(r: np.random.Generator, family: str) -> Request:
    """Nobody: a point in a set, gone round, up, to or away from."""
    times = np.arange(round(SECONDS * RATE)) / RATE
    plot = PLOTS[family](r)
    area = plot.areas[int(r.integers(len(plot.areas)))]
    xy = r.uniform(area[:2], area[2:])
    point = np.append(xy, plot.floor(xy) + r.uniform(0.6, 2.0))
    name = ("arc", "crane", "push_in", "pull_out", "drone", "truck")[int(r.integers(6))]
    size = ("MS", "MLS", "LS")[int(r.integers(3))]
    shot = Shot(size=size, move=name, speed="normal", rig="drone", subjects=())
    scene = Scene(
        times,
        np.tile(point, (len(times), 1)),
        np.full(len(times), r.uniform(-np.pi, np.pi)),
        bodies=Bodies.none(),
        owners=(0,),
    )
    lens = Lens(float(PRIMES[int(r.integers(len(PRIMES)))]))
    return Request(shot, scene, plot.world, lens, azimuths=r.uniform(-np.pi, np.pi, 3))


def good(plan: Plan) -> bool:
    """Whether a plan is worth learning from."""
    c = plan.costs
    return c["clearance"] > 0.29 and c["visibility"] > 0.9 and c["framing"] < 0.2


def from_planner(requests: Sequence[Request], rate: float) -> list[tuple[Lesson, Request, State]]:
    """The planner's own flights, their requests and where they begin; without poor plans."""
    found = []
    for first in range(0, len(requests), _BATCH):
        part = requests[first : first + _BATCH]
        for request, plan in zip(part, plan_batch(part), strict=True):
            if good(plan):
                t = plan.trajectory
                start = State.along(t.times, t.positions, t.quaternions, np.array([0]))
                found.append((lesson(request, t, rate), request, start))
    return found


def lesson(request: Request, track: Trajectory, rate: float) -> Lesson:
    """What a track that flies a request saw and decided."""
    w = wished(request, track.positions[0])
    rows = decision_rows(w.times, rate)
    now = State.along(track.times, track.positions, track.quaternions, rows)
    decided = np.concatenate([_decision(track, int(row)) for row in rows])
    return Lesson(observe(w, rows, now), decided, np.ones(len(rows)), now)


def in_wind(decide: Decide, r: np.random.Generator, rate: float, strength: float = 1.0) -> Decide:
    """A pilot that is blown about, so that it comes to places that it would not come to."""
    kept = float(np.exp(-1.0 / (rate * _LULL)))
    wind: list[Array] = []

    def blown(seen: dict[str, Array]) -> tuple[Array, Array]:
        decided, unsure = decide(seen)
        gust = r.normal(0.0, _GUST * strength, decided.shape)
        # a first-order process whose deviation is the gust's at any time
        wind[:] = [kept * wind[0] + np.sqrt(1 - kept**2) * gust] if wind else [gust]
        return decided + wind[0], unsure

    return blown


def corrected(flights: Sequence[Flown], r: np.random.Generator) -> list[Lesson]:
    """Flights with what the planner would have decided at some of their states."""
    asks: list[tuple[int, int, Request]] = []
    for number, flown in enumerate(flights):
        straight = servo(flown.seen)[0]
        turns = r.choice(len(flown.rows), min(_ASKED, len(flown.rows)), replace=False)
        for turn in sorted(int(t) for t in turns):
            request = _onwards(flown, int(flown.rows[turn]), straight[turn])
            if request is not None:
                asks.append((number, turn, request))
    decided = [np.zeros((len(f.rows), WIDTH)) for f in flights]
    weight = [np.zeros(len(f.rows)) for f in flights]
    by_length: dict[int, list[tuple[int, int, Request]]] = {}
    for ask in asks:
        by_length.setdefault(len(ask[2].scene.times), []).append(ask)
    for same in by_length.values():
        for first in range(0, len(same), 2 * _BATCH):
            part = same[first : first + 2 * _BATCH]
            plans = plan_batch([request for _, _, request in part])
            for (number, turn, _), plan in zip(part, plans, strict=True):
                if plan.costs["clearance"] > 0.2 and plan.costs["visibility"] > 0.5:
                    decided[number][turn] = _correction(flights[number], turn, plan)
                    weight[number][turn] = 1.0
    return [
        Lesson(f.seen, d, w, State.along(*_way(f.trajectory), f.rows))
        for f, d, w in zip(flights, decided, weight, strict=True)
    ]


def _onwards(flown: Flown, row: int, decided: Array) -> Request | None:
    """The next seconds of a shot from where the pilot is, going as is decided; None near its end.

    What is left of a move cannot be asked for in a move's words. So the course of the whole shot is
    asked for: its direction by who is looked at facing that way less a fixed angle, its distance
    and elevation as they will be in a moment.
    """
    w = flown.wished
    dt = float(np.median(np.diff(w.times)))
    end = min(row + round(_HORIZON / dt), len(w.times))
    if (end - row) * dt < 1.0:
        return None
    span, soon = slice(row, end), min(row + round(_GOING / dt), end - 1)
    c = w.cast
    ends = c.bodies.ends if len(c.bodies.ends) == 1 else c.bodies.ends[span]
    side = None
    if c.side is not None:
        point, normal = (np.broadcast_to(a, (len(w.times), 2))[span] for a in c.side)
        side = (point, normal)
    held = float(w.azimuth[row])
    course = c.look[span].copy()
    course[:, 0] = np.unwrap(w.look[span, 0] + w.azimuth[span]) - held
    scene = Scene(
        w.times[span],
        c.eyes[span],
        course,
        side=side,
        bodies=Bodies(ends, c.bodies.radii, c.bodies.owners),
        owners=tuple(int(o) for o in c.owners),
        points=c.points[span],
    )
    request = w.request
    zoom = float(w.focal[soon]) / request.lens.focal_heights
    # a picture's fraction is of the depth, a course's distance is off the axis
    off = np.sqrt(1 + (w.screen[0] ** 2).sum() / w.focal[soon] ** 2)
    fraction = HEAD * float(w.focal[soon] * off / w.distance[soon])
    return replace(
        request,
        shot=replace(request.shot, move="follow", rig="steadicam"),
        scene=scene,
        lens=replace(request.lens, focal_mm=request.lens.focal_mm * zoom),
        picture=Picture(w.screen, fraction, held, float(w.elevation[soon])),
        azimuths=None,
        after=_before(flown, row, decided),
    )


def _before(flown: Flown, row: int, decided: Array) -> Trajectory:
    """Two frames that end where the pilot is and lead on as is decided."""
    t = flown.trajectory
    step = float(np.median(np.diff(t.times)))
    yaw, pitch, _ = azimuth_elevation(t.quaternions[row : row + 1])
    speed = limited(decided[None])
    back = from_level(speed[:, :3], yaw) * step
    places = np.concatenate([t.positions[row : row + 1] - back, t.positions[row : row + 1]])
    turns = speed[0, 3:] * step
    q = from_azimuth_elevation(
        np.array([yaw[0] - turns[0], yaw[0]]), np.array([pitch[0] - turns[1], pitch[0]])
    )
    return Trajectory(t.times[row] + np.array([-step, 0.0]), places, q)


def _decision(track: Trajectory, row: int) -> Array:
    """The way (1, 5) from a frame of a track to where it is a moment later, in units of `SCALE`."""
    times, last = track.times, len(track) - 1
    step = float(np.median(np.diff(times)))
    # near its end what there is, as it goes there
    going, turning = (
        min(max(round(seconds / step), 1), max(last - row, 1)) for seconds in (_GOING, _TURNING)
    )
    begin = min(row, last - 1)
    rows = np.array([begin, min(begin + turning, last), min(begin + going, last)])
    yaw, pitch, _ = azimuth_elevation(track.quaternions[rows])
    yaw = np.unwrap(yaw)
    p = track.positions
    speed = to_level((p[rows[2:]] - p[rows[:1]]) / (times[rows[2]] - times[begin]), yaw[:1])
    turn = np.array([yaw[1] - yaw[0], pitch[1] - pitch[0]]) / (times[rows[1]] - times[begin])
    decided = np.concatenate([speed[0], turn])[None] / SCALE
    return np.asarray(np.clip(decided, -FASTEST / SCALE, FASTEST / SCALE))


def _correction(flown: Flown, turn: int, plan: Plan) -> Array:
    """What a plan (5,) from a pilot's state on comes to for a pilot, in units of `SCALE`."""
    w, track, row = flown.wished, plan.trajectory, int(flown.rows[turn])
    step, last = float(np.median(np.diff(w.times))), len(track) - 1
    soon, late = (min(round(seconds / step), last) for seconds in (_ALONG, _AWARE))
    along = (w.place[row + soon] - w.place[row]) / (w.times[row + soon] - w.times[row])
    aside = track.positions[late] - w.place[row + late]
    going = along + GO * (w.place[row] + aside - track.positions[0])
    decided = _decision(track, 0)[0]
    yaw, _, _ = azimuth_elevation(track.quaternions[:1])
    decided[:3] = to_level(going[None], yaw)[0] / SCALE[:3]
    return np.asarray(np.clip(decided, -FASTEST / SCALE, FASTEST / SCALE))


def _way(track: Trajectory) -> tuple[Array, Array, Array]:
    return track.times, track.positions, track.quaternions
