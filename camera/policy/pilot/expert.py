"""Lessons: what the planner, who knows the future, does where a pilot stands.

A `Lesson` is a flight: what was seen at each decision, and what the planner decided there. The
first lessons are the planner's own flights. Then the pilot flies, and the planner is asked at some
of its states how it would go on from there (DAgger: S. Ross, G. Gordon and D. Bagnell, "A Reduction
of Imitation Learning and Structured Prediction to No-Regret Online Learning", 2011).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from camera.families import TRAINING, Case, asking, make
from camera.families.plots import PLOTS
from camera.grammar import Shot
from camera.lens import PRIMES, Lens
from camera.planner import Picture, Plan, Request, Scene, plan_batch
from camera.policy.pilot.flight import Flown, decision_rows
from camera.policy.pilot.motion import FASTEST, SCALE, WIDTH, State, decision_between
from camera.policy.pilot.observation import observe
from camera.policy.pilot.wishing import wished
from camera.pose import Array
from camera.trajectory import Trajectory
from camera.world import Bodies

MOVES = ("follow", "lead", "arc", "crane", "truck", "pedestal", "push_in", "pull_out", "drone")
"""Moves that lessons are given in, beside those of the cases' own witnesses."""
SECONDS, RATE = 10.0, 24.0
_HORIZON, _ASKED = 3.0, 10
"""Seconds that a planner goes on for from a pilot's state; and at so many states of a flight."""
_BATCH = 16


@dataclass(frozen=True)
class Lesson:
    """One flight of D decisions.

    Parameters
    ----------
    seen : dict of (D, tokens, width)
    decided : (D, 5), in units of `camera.policy.pilot.motion.SCALE`
    weight : (D,)
        How much each decision counts; 0 where the planner was not asked.
    """

    seen: dict[str, Array]
    decided: Array
    weight: Array


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
    then = np.append(rows[1:], len(w.times) - 1)
    args = (track.times, track.positions, track.quaternions)
    now, later = State.along(*args, rows), State.along(*args, then)
    return Lesson(
        observe(w, rows, now), _possible(decision_between(now, later)), np.ones(len(rows))
    )


def corrected(flights: Sequence[Flown], rate: float, r: np.random.Generator) -> list[Lesson]:
    """Flights with what the planner would have decided at some of their states."""
    asks: list[tuple[int, int, Request]] = []
    for number, flown in enumerate(flights):
        turns = r.choice(len(flown.rows), min(_ASKED, len(flown.rows)), replace=False)
        for turn in sorted(int(t) for t in turns):
            request = _onwards(flown, int(flown.rows[turn]))
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
                    decided[number][turn] = _first_decision(flights[number], turn, plan, rate)
                    weight[number][turn] = 1.0
    return [Lesson(f.seen, d, w) for f, d, w in zip(flights, decided, weight, strict=True)]


def _onwards(flown: Flown, row: int) -> Request | None:
    """The rest of a shot, or its next seconds, from where the pilot is.

    None near its end; and where the direction is the move's and not the request's, because what is
    left of a move cannot be asked for.
    """
    w = flown.wished
    dt = float(np.median(np.diff(w.times)))
    end = min(row + round(_HORIZON / dt), len(w.times))
    if row < 2 or (end - row) * dt < 1.0 or w.request.picture.azimuth is None:
        return None
    span = slice(row, end)
    c = w.cast
    still = len(c.bodies.ends) == 1
    ends = c.bodies.ends if still else c.bodies.ends[span]
    side = (
        None
        if c.side is None
        else tuple(np.broadcast_to(a, (len(w.times), 2))[span] for a in c.side)
    )
    scene = Scene(
        w.times[span],
        c.eyes[span],
        c.look[span],
        side=side,  # type: ignore[arg-type]
        bodies=Bodies(ends, c.bodies.radii, c.bodies.owners),
        owners=tuple(int(o) for o in c.owners),
        points=c.points[span],
    )
    t = flown.trajectory
    before = slice(max(row - 8, 0), row + 1)
    after = Trajectory(t.times[before], t.positions[before], t.quaternions[before])
    return replace(w.request, scene=scene, after=after)


def _first_decision(flown: Flown, turn: int, plan: Plan, rate: float) -> Array:
    """How fast the plan is when the pilot decides next, in the pilot's axes now."""
    t, row = plan.trajectory, int(flown.rows[turn])
    step = min(round(1.0 / rate / float(np.median(np.diff(t.times)))), len(t) - 2)
    args = (t.times, t.positions, t.quaternions)
    f = flown.trajectory
    now = State.along(f.times, f.positions, f.quaternions, np.array([row]))
    then = State.along(*args, np.array([step]))
    return np.asarray(_possible(decision_between(now, then))[0])


def _possible(decisions: Array) -> Array:
    return np.asarray(np.clip(decisions, -FASTEST / SCALE, FASTEST / SCALE))
