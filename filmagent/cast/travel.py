"""Where the whole body is: segments → ground track of the pelvis, posture, footsteps.

`Travel` is what every other layer stands on. Each kind of segment has its planner (`walk`,
`sit`); all planners write into the same arrays and the same `Footwork`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from filmagent.cast import sit, walk
from filmagent.cast.gait import CARRIED, Style
from filmagent.cast.rotation import Array, ease, wrap
from filmagent.cast.skeleton import Skeleton
from filmagent.cast.steps import Footwork, Plant
from filmagent.documents import Segment
from filmagent.documents.seeds import seed as seed_of


@dataclass
class Travel:
    """The body's way through a scene, (F,) or (F, n) over the frames."""

    t: Array
    ground: Array
    """(F, 2) below the middle of the hips."""
    floor: Array
    """(F,) height of the floor there."""
    yaw: Array
    """Heading of the pelvis, unwrapped."""
    seated: Array
    """0 standing … 1 seated."""
    hip_seated: Array
    """Height of the hip joints above the floor when seated, where a seat is near."""
    fold: Array
    """Forward lean of the trunk that sitting down and standing up need, radians."""
    speed: Array
    """Of walking, m/s."""
    phase: Array
    """Of the walk's cycle in radians; the left foot lands at 0, the right at π."""
    stride: Array
    """0–1, how much of a full walking step is being taken."""
    course: Array
    """Change of heading that lies ahead on the path (look there), radians."""
    visible: Array
    work: Footwork
    seats: list[tuple[float, float]]
    """(start, end) of the times fully or partly seated."""
    style: dict[str, Array]
    """How a walk is carried, by `cast.gait.CARRIED`, (F,); of an even walk where nobody walks."""


def plan(
    segments: Sequence[Segment],
    t: Array,
    skeleton: Skeleton,
    seed: int,
    style: Callable[[Segment], Style] = lambda _: Style(),
) -> Travel:
    """Plan a body's way.

    Parameters
    ----------
    segments
        Contiguous and in order; the first is held before its start, the last after its end.
    t
        (F,) scene seconds.
    skeleton, seed
        The body, and the seed of its small irregularities.
    style
        How each of its walks is walked.
    """
    segments = merged(segments)
    n = len(t)
    first = segments[0]
    here = np.array(first.position)
    travel = Travel(
        t=t,
        ground=np.tile(here[:2], (n, 1)),
        floor=np.full(n, here[2]),
        yaw=np.full(n, first.heading),
        seated=np.zeros(n),
        hip_seated=np.full(n, skeleton.hip_height),
        fold=np.zeros(n),
        speed=np.zeros(n),
        phase=np.zeros(n),
        stride=np.zeros(n),
        course=np.zeros(n),
        visible=np.ones(n, bool),
        work=Footwork(_first_stance(first, skeleton, seed)),
        seats=[],
        style={name: np.full(n, getattr(Style(), name)) for name in CARRIED},
    )
    heading = first.heading
    seen: dict[str, int] = {}
    for i, segment in enumerate(segments):
        after = segments[i + 1] if i + 1 < len(segments) else None
        name = f"{segment.kind}/{segment.mark}"
        seen[name] = seen.get(name, 0) + 1
        key = seed_of(seed, "travel", f"{name}/{seen[name]}")
        end_position = _end_position(segment, after, skeleton)
        # headings are unwrapped along the way, so that nobody spins the long way round
        facing = segment.heading
        if segment.kind == "offstage" and after is not None:
            facing = after.heading  # who comes in has already turned to the way in
        start = heading + float(wrap(facing - heading))
        away = segment.kind == "offstage"
        heading = start if away else start + float(wrap(segment.end_heading - start))
        last = after is None
        rows = (
            (t >= segment.start) & ((t < segment.end) | last) if i else ((t < segment.end) | last)
        )
        own = style(segment).varied(key) if segment.kind == "walk" else Style()
        _PLANNERS[segment.kind](
            walk.Part(segment, start, heading, end_position, rows, key, skeleton, own), travel
        )
        hold = t >= segment.end
        travel.ground[hold] = end_position[:2]
        travel.floor[hold] = end_position[2]
        travel.yaw[hold] = heading
    return travel


def merged(segments: Sequence[Segment]) -> list[Segment]:
    """Walks that continue one another are one walk: nobody stops at a joint of two paths."""
    out: list[Segment] = []
    for s in segments:
        p = out[-1] if out else s
        if out and s.kind == p.kind == "walk" and s.manner == p.manner and p.path and s.path:
            out[-1] = p.model_copy(
                update={
                    "end": s.end,
                    "end_heading": s.end_heading,
                    "path": [*p.path, *s.path[1:]],
                    "mark": s.mark,
                }
            )
        else:
            out.append(s)
    return out


def _end_position(segment: Segment, after: Segment | None, skeleton: Skeleton) -> Array:
    if after is not None and after.kind != "offstage":
        return np.array(after.position)
    here = np.array(segment.position)
    if segment.kind == "walk" and segment.path:
        return np.array([*segment.path[-1], here[2]])
    forward = np.array([-np.sin(segment.end_heading), np.cos(segment.end_heading), 0.0])
    way = {"sit_down": -0.9, "stand_up": 0.9}.get(segment.kind, 0.0)
    out: Array = here + way * skeleton.leg[0] * forward
    return out


def _first_stance(first: Segment, skeleton: Skeleton, seed: int) -> dict[str, Plant]:
    key = seed_of(seed, "stance", f"{first.kind}/{first.mark}")
    if first.kind in ("sit", "stand_up"):
        return sit.plants(
            np.array(first.position), first.heading, _height(first), skeleton, first.mark
        )
    return walk.stance(np.array(first.position), first.heading, skeleton, key)


def _height(segment: Segment) -> float:
    return 0.45 if segment.seat_height is None else segment.seat_height


def _offstage(part: walk.Part, travel: Travel) -> None:
    travel.visible[part.rows] = False
    travel.ground[part.rows] = part.end[:2]
    travel.floor[part.rows] = part.end[2]
    travel.yaw[part.rows] = part.heading
    # unseen feet are simply put where the next entrance needs them
    for side, plant in walk.stance(part.end, part.end_heading, part.skeleton, part.key).items():
        part.move(travel.work, side, plant, part.segment.end - 0.24, part.segment.end - 0.02)


def _stand(part: walk.Part, travel: Travel) -> None:
    walk.settle(part, travel.work)
    travel.ground[part.rows] = part.start_position[:2]
    travel.yaw[part.rows] = part.heading + (part.end_heading - part.heading) * ease(
        (travel.t[part.rows] - part.segment.start) / 0.8
    )


def _walk(part: walk.Part, travel: Travel) -> None:
    gait = walk.plan(part, travel.work)
    rows = part.rows
    state = gait.at(travel.t[rows])
    travel.ground[rows], travel.yaw[rows] = state.ground, state.yaw
    travel.speed[rows], travel.phase[rows] = state.speed, state.phase
    travel.stride[rows], travel.course[rows] = state.stride, state.course
    share = ease(state.speed / max(gait.top, 1e-6))
    for name, values in travel.style.items():
        even = getattr(Style(), name)
        values[rows] = even + (getattr(part.style, name) - even) * share


def _turn(part: walk.Part, travel: Travel) -> None:
    travel.yaw[part.rows] = walk.turn(part, travel.work, travel.t[part.rows])
    travel.ground[part.rows] = part.start_position[:2]


def _sit_down(part: walk.Part, travel: Travel) -> None:
    _seat(part, travel, sit.down(part, travel.work, travel.t[part.rows]))


def _sit(part: walk.Part, travel: Travel) -> None:
    _seat(part, travel, sit.hold(part, travel.work, travel.t[part.rows]))


def _stand_up(part: walk.Part, travel: Travel) -> None:
    _seat(part, travel, sit.up(part, travel.work, travel.t[part.rows]))


def _seat(part: walk.Part, travel: Travel, state: sit.State) -> None:
    rows = part.rows
    travel.ground[rows], travel.yaw[rows] = state.ground, state.yaw
    travel.seated[rows], travel.fold[rows] = state.seated, state.fold
    travel.hip_seated[rows] = sit.hip_height(_height(part.segment), part.skeleton)
    travel.seats.append((part.segment.start, part.segment.end))


_PLANNERS = {
    "offstage": _offstage,
    "stand": _stand,
    "walk": _walk,
    "turn": _turn,
    "sit_down": _sit_down,
    "sit": _sit,
    "stand_up": _stand_up,
}
