"""A bare room with a table and two people to film: no library needed."""

from __future__ import annotations

import numpy as np

from camera.world import World
from filmagent.documents import (
    ActorTiming,
    Beat,
    BeatTime,
    Breakdown,
    Gesture,
    Line,
    PropHold,
    PropTiming,
    Scene,
    SceneCoverage,
    SceneTiming,
    Segment,
    Setup,
    Span,
    Word,
)
from filmagent.shoot.place import Place

FPS = (24, 1)
SIZE = (640, 360)
LINES = (
    ("ann", 5.0, 7.4),
    ("bob", 8.0, 10.5),
    ("ann", 11.2, 14.0),
    ("bob", 14.5, 17.6),
    ("ann", 18.2, 20.6),
    ("bob", 21.4, 24.0),
    ("ann", 24.8, 27.2),
    ("bob", 28.0, 31.0),
)


def place(*pillars: tuple[float, float]) -> Place:
    """An 8 × 6 m room with a table, and pillars where asked."""
    centres = [
        [0, 0, -0.05],
        [0, 3, 1.5],
        [0, -3, 1.5],
        [4, 0, 1.5],
        [-4, 0, 1.5],
        [0, 0, 0.37],
        [0, 0, 3.05],
        *([x, y, 1.5] for x, y in pillars),
    ]
    halves = [
        [4, 3, 0.05],
        [4, 0.05, 1.5],
        [4, 0.05, 1.5],
        [0.05, 3, 1.5],
        [0.05, 3, 1.5],
        [0.35, 0.35, 0.37],
        [4, 3, 0.05],
        *([0.2, 0.2, 1.5] for _ in pillars),
    ]
    ring = np.array([[-3.95, -2.95], [3.95, -2.95], [3.95, 2.95], [-3.95, 2.95]])
    door = {"hall": np.array([-3.6, 2.4, 1.5])}
    return Place(World.of_boxes(centres, halves, inside=[ring]), door)


def seated(actor: str, x: float, end: float) -> ActorTiming:
    """Somebody at the table, looking across it."""
    heading = np.pi / 2 if x > 0 else -np.pi / 2
    return ActorTiming(
        actor=actor,
        member="nobody",
        segments=[
            Segment(
                kind="sit",
                start=-1,
                end=end + 1,
                position=(x, 0, 0),
                heading=heading,
                end_heading=heading,
                seat_height=0.46,
            )
        ],
    )


def arriving(end: float) -> ActorTiming:
    """Bob comes in by the hall door and sits down."""
    path = [(-3.6 + 4.9 * u, 2.4 - 1.6 * u) for u in np.linspace(0, 1, 40)]

    def part(kind: str, a: float, b: float, p: tuple[float, float], **more: object) -> Segment:
        return Segment(
            kind=kind, start=a, end=b, position=(*p, 0), heading=1.57, end_heading=1.57, **more
        )  # type: ignore[arg-type]

    return ActorTiming(
        actor="bob",
        member="nobody",
        segments=[
            part("walk", -1, 3.0, path[0], path=path),
            part("sit_down", 3.0, 4.4, path[-1]),
            part("sit", 4.4, end + 1, (0.75, 0), seat_height=0.46),
        ],
    )


def timing(*, longer: float = 0.0, walk: bool = False) -> SceneTiming:
    """A talk over a table; ``longer`` stretches its third line."""
    lines, shift = [], 0.0
    for n, (who, a, b) in enumerate(LINES):
        start, end = a + shift, b + shift + (longer if n == 2 else 0.0)
        shift += longer if n == 2 else 0.0
        count = int((end - start) / 0.4)
        words = [Word(text="word", start=0.4 * i, end=0.4 * i + 0.3) for i in range(count)]
        lines.append(
            Line(
                beat=f"1.{n + 2}",
                actor=who,
                text="word " * count,
                wav="",
                seconds=end - start,
                start=start,
                end=end,
                words=words,
                to="bob" if who == "ann" else "ann",
                energy=0.4 + 0.05 * n,
            )
        )
    end = 32.5 + longer
    return SceneTiming(
        scene="1",
        set="bare",
        duration=end,
        beats=[
            BeatTime(beat="1.1", start=0, end=5),
            *(BeatTime(beat=x.beat, start=x.start, end=x.end) for x in lines),
        ],
        lines=lines,
        actors=[
            seated("ann", -0.75, end).model_copy(
                update={"gestures": [Gesture(id="g", action="nod", start=16.0, end=17.0)]}
            ),
            arriving(end) if walk else seated("bob", 0.75, end),
        ],
        props=[
            PropTiming(
                prop="key",
                model="key",
                position=(0.0, 0.0, 0.74),
                holds=[PropHold(start=21.0, end=22.4, actor="bob")],
                rests=[(22.4, (0.1, 0.05, 0.74))],
            )
        ],
    )


BEATS = [f"1.{n}" for n in range(1, 10)]
COVERAGE = SceneCoverage(
    scene="1",
    setups=[
        Setup(id="1A", kind="master", size="MLS", subjects=["ann", "bob"], beats=BEATS),
        Setup(id="1B", kind="ots", size="MS", subjects=["ann"], over="bob", pair="1C", beats=BEATS),
        Setup(id="1C", kind="ots", size="MS", subjects=["bob"], over="ann", pair="1B", beats=BEATS),
        Setup(id="1D", kind="single", size="CU", subjects=["ann"], pair="1E", beats=BEATS[1:]),
        Setup(id="1E", kind="single", size="CU", subjects=["bob"], pair="1D", beats=BEATS[1:]),
        Setup(id="1F", kind="insert", size="ECU", subjects=["key"], beats=["1.7"]),
        Setup(id="1G", kind="two_shot", size="MS", subjects=["ann", "bob"], beats=BEATS),
    ],
)


def breakdown(**scene: object) -> Breakdown:
    """One scene; more of its fields by name."""
    span = Span(first=1, end=2)
    beats = [Beat(id="1.1", kind="action", span=span)]
    beats += [
        Beat(id=f"1.{n + 2}", kind="line", speaker=who, span=Span(first=3 * n + 3, end=3 * n + 5))
        for n, (who, _, _) in enumerate(LINES)
    ]
    fields = {"id": "1", "slugline": "INT. ROOM", "beats": beats, "span": span} | scene
    return Breakdown(title="A Film", credit="by nobody", scenes=[Scene(**fields)])  # type: ignore[arg-type]
