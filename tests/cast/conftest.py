"""Hand-written scenes, and the measuring of what is performed in them."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from filmagent import cast as performance
from filmagent.cast import props
from filmagent.documents import (
    ActorTiming,
    Beat,
    Gaze,
    Line,
    LineReading,
    SceneTiming,
    Span,
    Voice,
)
from filmagent.library import cast, skin

sys.path.insert(0, str(Path(__file__).parent))
from moves import polyline, segment

FPS = (24, 1)


@pytest.fixture(scope="session")
def way() -> SceneTiming:
    """Somebody stands, walks a bend, turns about, walks, turns, sits down, stands up."""
    west = -math.pi / 2
    bend = polyline([(0, 0), (0, 1.2), (0.6, 2.4), (1.6, 3.0), (3.0, 3.0)])
    seat = {"mark": "chair", "seat_height": 0.46}
    return SceneTiming(
        scene="1", set="nowhere", duration=16,
        actors=[ActorTiming(actor="ada", member="tomas", segments=[
            segment("stand", -1, 1, (0, 0, 0), 0),
            segment("walk", 1, 5, (0, 0, 0), 0, west, path=bend),
            segment("stand", 5, 6, (3, 3, 0), west),
            segment("turn", 6, 7.2, (3, 3, 0), west, -west),
            segment("walk", 7.2, 8.8, (3, 3, 0), -west, -west, path=polyline([(3, 3), (1.5, 3)])),
            segment("turn", 8.8, 9.6, (1.5, 3, 0), -west, math.pi),
            segment("sit_down", 9.6, 11.2, (1.5, 3, 0), math.pi, **seat),
            segment("sit", 11.2, 14, (1.5, 3.38, 0), math.pi, **seat),
            segment("stand_up", 14, 15.4, (1.5, 3.38, 0), math.pi, **seat),
            segment("stand", 15.4, 17, (1.5, 3, 0), math.pi),
        ])],
    )  # fmt: skip


@pytest.fixture(scope="session")
def spoken(tmp_path_factory) -> Callable[..., Line]:
    """Say a line with whatever English voice this machine has, at a time of a scene."""
    folder = tmp_path_factory.mktemp("lines")
    voices = [v for v in performance.voices() if "en" in v.languages]

    def say(beat: str, actor: str, text: str, start: float, gender: str = "male", **more) -> Line:
        entry = next(v for v in voices if v.gender == gender)
        reading = LineReading(
            beat=beat, emotion=more.get("emotion", "neutral"), energy=more.get("energy", 0.5)
        )
        line = performance.speak(
            Beat(id=beat, kind="line", text=text, speaker=actor, span=Span(first=1, end=2)),
            Voice(engine=entry.engine, name=entry.name),
            reading,
            Path(folder / f"{beat.replace('.', '_')}.wav"),
        )
        return Line(**line.model_dump(), start=start, end=start + line.seconds, **more)

    return say


@pytest.fixture(scope="session")
def talk(spoken) -> SceneTiming:
    """Two people stand and talk."""
    lines = [
        spoken("1.1", "ada", "You kept me waiting, Bob. I almost missed my bus!", 0.5, to="bob",
               energy=0.7),
        spoken("1.2", "bob", "I am sorry. People never change, maybe, but I came.", 4.6, to="ada"),
        spoken("1.3", "ada", "Both of us came back for the very same reason.", 9.0, "female",
               to="bob", emotion="angry", energy=0.8),
    ]  # fmt: skip
    end = 13.0
    people = [
        ("ada", "ines", (0.0, 0.0, 0.0), -math.pi / 2 + 0.5),
        ("bob", "walter", (1.3, 0.2, 0.0), math.pi / 2 - 0.4),
    ]
    actors = [
        ActorTiming(
            actor=name, member=member,
            segments=[segment("stand", -1, end + 1, place, heading)],
            gazes=[Gaze(start=-1, end=end + 1, target="bob" if name == "ada" else "ada")],
        )
        for name, member, place, heading in people
    ]  # fmt: skip
    return SceneTiming(scene="1", set="nowhere", duration=end, lines=lines, actors=actors)


class Measured:
    """A performed body, with its bones in the world."""

    def __init__(self, timing: SceneTiming, actor: str, fps=FPS, seed: int = 1) -> None:
        self.timing, self.actor = timing, actor
        self.rate = fps[0] / fps[1]
        self.arrays = performance.perform(timing, actor, fps, seed)
        self.member = cast.load(next(a.member for a in timing.actors if a.actor == actor))
        self.world = skin.pose(
            self.member,
            self.arrays["rotations"],
            self.arrays["root"],
            self.arrays["root_rotation"],
        )
        self.seconds = (np.arange(len(self.world)) + int(self.arrays["first_frame"])) / self.rate

    def hand(self, side: str) -> np.ndarray:
        """Origin of the hand's frame, (F, 3)."""
        return props.world_from_hand(self.member, self.arrays, side)[:, :3, 3]

    def track(self, landmark: str) -> np.ndarray:
        return self.member.track(landmark, self.world)

    def at(self, start: float, end: float) -> np.ndarray:
        return (self.seconds >= start) & (self.seconds < end)

    def speed(self, track: np.ndarray) -> np.ndarray:
        return np.linalg.norm(np.diff(track, axis=0), axis=1) * self.rate

    def turning(self) -> np.ndarray:
        """(F − 1, J) radians a second of every bone."""
        turn = self.world[..., :3, :3]
        change = np.einsum("fjab,fjcb->fjac", turn[1:], turn[:-1])
        cosine = (np.trace(change, axis1=2, axis2=3) - 1) / 2
        return np.arccos(np.clip(cosine, -1, 1)) * self.rate


@pytest.fixture(scope="session")
def measure() -> Callable[..., Measured]:
    return Measured
