"""How fast and how well people perform: seconds a minute of two, slides, seats, eyes, pops.

Run with ``python tests/benchmarks/bench_performance.py``.
"""

from __future__ import annotations

import math
import tempfile
import time
from pathlib import Path

import numpy as np

from filmagent import cast
from filmagent.documents import (
    ActorTiming,
    Beat,
    Gaze,
    Line,
    LineReading,
    SceneTiming,
    Segment,
    Span,
    Voice,
)
from filmagent.library import cast as members
from filmagent.library import skin

FPS = 24
WORDS = (
    "You kept me waiting, and I almost missed the bus.",
    "I know. People never change, maybe, but I came back.",
    "She left the house to both of us before the summer.",
    "Nobody told me about the garden, or about the key.",
)


def record(folder: Path) -> list[Line]:
    """A minute of dialogue."""
    voices = {v.gender: v for v in reversed(cast.voices()) if "en" in v.languages}
    lines: list[Line] = []
    at = 0.5
    while at < 55:
        k = len(lines)
        actor, gender = (("ada", "female"), ("bob", "male"))[k % 2]
        beat = Beat(id=f"1.{k}", kind="line", text=WORDS[k % 4], speaker=actor,
                    span=Span(first=1, end=2))  # fmt: skip
        voice = Voice(engine=voices[gender].engine, name=voices[gender].name)
        said = cast.speak(beat, voice, LineReading(beat=beat.id), folder / f"{k}.wav")
        lines.append(Line(**said.model_dump(), start=at, end=at + said.seconds))
        at += said.seconds + 0.6
    return lines


def scene(lines: list[Line]) -> SceneTiming:
    """Two people: one comes in and sits down, one sits."""
    path = [(-6 + 0.08 * i, 1.6) for i in range(86)]
    seat = {"seat_height": 0.46, "mark": "a"}

    def segment(kind: str, start: float, end: float, position: tuple[float, float, float],
                heading: float, **more: object) -> Segment:  # fmt: skip
        return Segment.model_validate({
            "kind": kind, "start": start, "end": end, "position": position, "heading": heading,
            "end_heading": heading, **more,
        })  # fmt: skip

    quarter = math.pi / 2
    ada = [
        segment("walk", -1, 5, (-6, 1.6, 0), -quarter, path=path),
        segment("turn", 5, 6, (0.8, 1.6, 0), -quarter, end_heading=0),
        segment("sit_down", 6, 7.6, (0.8, 1.6, 0), 0, **seat),
        segment("sit", 7.6, 61, (0.8, 1.25, 0), 0, **seat),
    ]
    bob = [segment("sit", -1, 61, (0.8, 2.8, 0), math.pi, seat_height=0.46, mark="b")]
    return SceneTiming(scene="1", set="nowhere", duration=60, lines=lines, actors=[
        ActorTiming(actor="ada", member="ines", segments=ada,
                    gazes=[Gaze(start=-1, end=61, target="bob")]),
        ActorTiming(actor="bob", member="walter", segments=bob,
                    gazes=[Gaze(start=-1, end=61, target="ada")]),
    ])  # fmt: skip


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        lines = record(Path(folder))
    spoken = time.perf_counter() - start
    timing = scene(lines)
    start = time.perf_counter()
    made = {a.actor: cast.perform(timing, a.actor, (FPS, 1), 1) for a in timing.actors}
    moved = time.perf_counter() - start
    print(f"voices      {spoken:6.2f} s for {len(lines)} lines in 60 s")
    print(f"performance {moved:6.2f} s for two people, 60 s, {FPS} frames a second")
    worlds = {}
    for a in timing.actors:
        p = made[a.actor]
        member = members.load(a.member)
        worlds[a.actor] = skin.pose(member, p["rotations"], p["root"], p["root_rotation"])
        turn = worlds[a.actor][..., :3, :3]
        cosine = (np.einsum("fjab,fjab->fj", turn[1:], turn[:-1]) - 1) / 2
        speed = np.arccos(np.clip(cosine, -1, 1)) * FPS
        print(f"{a.actor}: joints' speed p99.9 {np.percentile(speed, 99.9):.1f} rad/s")
        slides = []
        for side in "LR":
            tracks = [member.track(f"{x}.{side}", worlds[a.actor]) for x in ("heel", "ball")]
            still = np.minimum(*(np.linalg.norm(np.diff(x, axis=0), axis=1) for x in tracks)) * FPS
            low = np.minimum(*(x[1:, 2] for x in tracks)) < 0.004
            slides.append(np.percentile(still[low], 95))
        print(f"{a.actor}: feet on the floor slide at p95 {max(slides):.4f} m/s")
    for one, other in (("ada", "bob"), ("bob", "ada")):
        a, b = (members.load(next(x.member for x in timing.actors if x.actor == n))
                for n in (one, other))  # fmt: skip
        target = 0.5 * (b.track("eye.L", worlds[other]) + b.track("eye.R", worlds[other]))
        bone = a.bone("eye.L")
        seen = worlds[one][:, bone, :3, :3] @ a.rest[bone][:3, :3].T @ np.array([0.0, 1.0, 0.0])
        way = target - a.track("eye.L", worlds[one])
        way /= np.linalg.norm(way, axis=1, keepdims=True)
        error = np.degrees(np.arccos(np.clip(np.sum(way * seen, axis=1), -1, 1)))[8 * FPS :]
        print(f"{one}: looks {np.median(error):.2f}° beside {other}'s eyes (median)")


if __name__ == "__main__":
    main()
