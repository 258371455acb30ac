"""How well faces speak and look, over many seeded performances of two-person scenes.

``python tests/benchmarks/bench_faces.py [--count 200] [--seed 1] [--profile]``. Every performance
has its own script, people, moods and blocking; the recordings are made once for each sentence and
voice of this machine, and used again. Figures are printed with what they should be.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import os
import pstats
import sys
import tempfile
import time
import wave
from collections import defaultdict
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "stage"))
sys.path.insert(0, str(Path(__file__).parent.parent / "cast"))
from lips import Lips
from short_scenes import blocked, film

from filmagent import cast
from filmagent.documents import (
    ActorTiming,
    Beat,
    Breakdown,
    Gaze,
    Line,
    LineReading,
    SceneTiming,
    Segment,
    Span,
    SpokenLine,
    Voice,
)
from filmagent.library import cast as members
from filmagent.library import skin
from filmagent.library.bake import ARKIT
from filmagent.stage import schedule

FPS = 24
SENTENCES = (
    "You kept me waiting, and I almost missed the bus.",
    "Maybe. People never change, but I came back for my mother.",
    "She left the house to both of us before the summer.",
    "Nobody told me about the garden, or about the piano.",
    "Put the box back where you found it, please.",
    "Five of them were over there by the river, every morning.",
    "What on earth are you doing here?",
    "I have a problem with that, and you know it.",
    "Perhaps we could both be happier, somewhere warm.",
    "No.",
    "My brother bought a boat. A very big, very blue boat.",
    "Listen to me. It was never about the money, it was about being believed.",
    "Stop it. You are making a mess of everything.",
    "I remember her voice better than her face.",
    "Big problems begin with small promises, Tom.",
    "Fine. Leave the key with Ruth, then, and go.",
)
MANNERS = ("", "", "", "angrily", "sadly", "happily", "afraid", "surprised", "disgusted")
PEOPLE = (("MARA", "female"), ("JONAS", "male"))
Said = dict[tuple[str, str], tuple[SpokenLine, np.ndarray]]


def record(folder: Path) -> tuple[Said, dict[str, list[str]], float]:
    """Every sentence by up to two voices of each kind; and how many seconds of speech a second."""
    voices: dict[str, list[Any]] = defaultdict(list)
    for entry in cast.voices():
        if "en" in entry.languages and len(voices[entry.gender]) < 2:
            voices[entry.gender].append(entry)
    said: Said = {}
    began, heard = time.perf_counter(), 0.0
    for entry in (e for some in voices.values() for e in some):
        for k, text in enumerate(SENTENCES):
            beat = Beat(id=f"1.{k}", kind="line", text=text, speaker="x", span=Span(first=1, end=2))
            path = folder / f"{entry.name}_{k}.wav"
            line = cast.speak(
                beat, Voice(engine=entry.engine, name=entry.name), LineReading(beat=beat.id), path
            )
            heard += line.seconds
            said[entry.name, text] = (line, onsets(path, line))
    rate = heard / (time.perf_counter() - began)
    every = [e.name for some in voices.values() for e in some]
    names = {g: [e.name for e in voices[g]] or every for g in ("female", "male")}
    return said, names, rate


def onsets(path: Path, line: SpokenLine) -> np.ndarray:
    """(N, 2): index of a p or b before an open sound, and when its burst is heard.

    The second is that of the steepest rise of the energy (5 ms windows, dB) between the middle of
    the stop and 80 ms after its end.
    """
    with wave.open(str(path)) as f:
        rate = f.getframerate()
        samples = np.frombuffer(f.readframes(f.getnframes()), "<i2").astype(float) / 32768
    hop = rate // 400
    count = len(samples) // hop
    power = (samples[: count * hop].reshape(count, hop) ** 2).mean(axis=1)
    level = 10 * np.log10(np.convolve(power, np.ones(3) / 3, "same") + 1e-7)
    rise = np.r_[0, 0, level[3:] - level[:-3], 0]
    found = []
    for k, phone in enumerate(line.phones[:-1]):
        after = line.phones[k + 1].phone
        if phone.phone in ("p", "b") and after[0] in "aeiouwrly":
            a = int((phone.start + 0.5 * (phone.end - phone.start)) * 400)
            b = min(int((phone.end + 0.08) * 400), count)
            if b > a and rise[a:b].max() > 8:
                found.append((k, (a + np.argmax(rise[a:b])) / 400))
    return np.array(found).reshape(-1, 2)


def scene(seed: int, said: Said, voices: dict[str, list[str]]) -> tuple[SceneTiming, dict]:
    """A seeded scene of two people who stand or sit and talk, and its recordings' onsets."""
    rng = np.random.default_rng(seed)
    shelf = {g: [n for n in members.names() if members.load(n).bake.extra["gender"] == g]
             for g in ("female", "male")}  # fmt: skip
    people = tuple((n, g, str(rng.choice(shelf[g]))) for n, g in PEOPLE)
    voice = {n.casefold(): str(rng.choice(voices[g]))
             for n, g in PEOPLE}  # fmt: skip
    rows = ["MARA and JONAS sit at a table." if rng.random() < 0.5 else "MARA stops JONAS."]
    speaker = int(rng.integers(2))
    for text in rng.choice(SENTENCES, int(rng.integers(4, 8)), replace=False):
        manner = str(rng.choice(MANNERS))
        rows.append(f"{PEOPLE[speaker][0]}{f' ({manner})' if manner else ''}: {text}")
        speaker = 1 - speaker if rng.random() < 0.85 else speaker
    breakdown: Breakdown = film("\n".join(rows), *people)
    spoken, bursts = [], {}
    for beat in breakdown.scenes[0].beats:
        if beat.kind == "line":
            line, heard = said[voice[beat.speaker], beat.text]
            spoken.append(line.model_copy(update={"beat": beat.id, "actor": beat.speaker}))
            bursts[beat.id] = heard
    cast_of = {c.id: c.member for c in breakdown.characters}
    timing = schedule(breakdown.scenes[0], blocked(breakdown, seed), spoken, cast_of, seed, None)
    return timing, bursts


class Person:
    """Somebody in a performed scene, measured."""

    lips: ClassVar[dict[str, Lips]] = {}

    def __init__(self, timing: SceneTiming, actor: str, seed: int) -> None:
        self.me = next(a for a in timing.actors if a.actor == actor)
        self.made = cast.perform(timing, actor, (FPS, 1), seed)
        self.member = members.load(self.me.member)
        if self.member.name not in self.lips:
            self.lips[self.member.name] = Lips(self.member)
        self.mouth = self.lips[self.member.name]
        self.world = skin.pose(
            self.member, self.made["rotations"], self.made["root"], self.made["root_rotation"]
        )
        self.face = self.made["face"].astype(float)
        self.t = (np.arange(len(self.face)) + int(self.made["first_frame"])) / FPS
        self.eye = {s: self.member.track(f"eye.{s}", self.world) for s in "LR"}
        self.eyes = 0.5 * (self.eye["L"] + self.eye["R"])
        # between the eyes and the mouth
        self.middle = 0.5 * (self.eyes + self.member.track("mouth", self.world))
        self.ray = {s: self._direction(f"eye.{s}") for s in "LR"}

    def _direction(self, bone: str) -> np.ndarray:
        k = self.member.bone(bone)
        turn = self.world[:, k, :3, :3] @ self.member.rest[k][:3, :3].T
        return turn @ np.array([0.0, 1.0, 0.0])

    def shape(self, name: str) -> np.ndarray:
        return self.face[:, ARKIT.index(name)]

    def at(self, start: float, end: float) -> np.ndarray:
        return (self.t >= start) & (self.t < end)

    def beside(self, other: Person) -> tuple[np.ndarray, np.ndarray]:
        """How far the eyes' ray passes by the middle of another's face, and how far that is; m."""
        ray = self.ray["L"] + self.ray["R"]
        ray = ray / np.linalg.norm(ray, axis=1, keepdims=True)
        way = other.middle - self.eyes
        along = np.sum(way * ray, axis=1)
        miss = np.linalg.norm(way - along[:, None] * ray, axis=1)
        return np.where(along > 0, miss, np.inf), np.linalg.norm(way, axis=1)


def mouths(person: Person, lines: list[Line], bursts: dict, found: dict) -> None:
    """Closures, tucked lips, onsets, silence, flutter."""
    frame = 1 / FPS
    for line in lines:
        burst = {int(k): at for k, at in bursts[line.beat]}
        for k, phone in enumerate(line.phones):
            a, b = line.start + phone.start, line.start + phone.end
            rows = np.flatnonzero(person.at(a - frame, b + frame))
            if phone.phone in ("p", "b", "m"):
                wide = np.arange(rows[0] - 3, rows[-1] + 5)
                gap = person.mouth.gap(person.face[wide])
                best = gap[3:-4].min()
                found["closed"].append(best < 0.002)
                found["pressed"].append(best < 0.0005)
                if k in burst:
                    shut = int(np.argmin(gap[3:-4])) + 3
                    opens = np.flatnonzero(gap[shut:] > 0.001)
                    if len(opens):
                        i = shut + opens[0]
                        part = (0.001 - gap[i - 1]) / max(gap[i] - gap[i - 1], 1e-9)
                        opened = person.t[wide[i - 1]] + part * frame
                        found["onset"].append(opened - line.start - burst[k])
            elif phone.phone in ("f", "v"):
                rest = person.mouth.to_teeth(np.zeros((1, len(ARKIT))))[0]
                near = person.mouth.to_teeth(person.face[rows]).min()
                found["tucked"].append(near < 0.75 * rest)
        rows = person.at(line.start, line.start + line.seconds)
        jaw = person.shape("jawOpen")[rows]
        step = np.diff(jaw)
        step = step[np.abs(step) > 0.015]
        found["reversals"].append((np.diff(np.sign(step)) != 0).sum() / line.seconds)
        found["jaw step"].extend(np.abs(np.diff(jaw)))
    silent = np.ones(len(person.t), bool)
    for line in lines:
        silent &= ~person.at(line.start - 0.12, line.end + 0.16)
    # an emotion may part the lips; speech may not
    for mood in person.me.moods:
        if mood.emotion != "neutral":
            silent &= ~person.at(mood.start - 0.3, mood.end + 0.6)
    for gesture in person.me.gestures:
        silent &= ~person.at(gesture.start - 0.3, gesture.end + 0.6)
    rows = np.flatnonzero(silent)[::3]
    if len(rows):
        found["silent"].extend(person.mouth.gap(person.face[rows]) < 0.002)


def eyes(person: Person, other: Person, timing: SceneTiming, found: dict) -> None:
    """Whom one looks at while listening and speaking; vergence; blinks."""
    miss, away = person.beside(other)
    # the face is an ellipse of 7 by 10 cm about its middle; the eyes alone are 4 cm above it
    on = miss < 0.085
    target = np.zeros(len(person.t), bool)
    for gaze in person.me.gazes:
        if gaze.target == other.me.actor:
            # the saccade itself, and a head that still turns
            target |= person.at(gaze.start + 0.35, gaze.end)
    doing = np.zeros(len(person.t), bool)
    for gesture in person.me.gestures:
        doing |= person.at(gesture.start - 0.2, gesture.end + 0.2)
    near = away < 4.0
    found["past"].extend(~on[target & ~doing & near])
    for line in timing.lines:
        if line.delivery != "on":
            continue
        rows = person.at(line.start, line.end) & near
        if line.actor == other.me.actor:
            found["listening"].extend(on[rows])
            continue
        found["speaking"].extend(on[rows])
        if line.seconds > 2.5:
            found["away at the start"].append(not on[person.at(line.start, line.start + 0.7)].all())
            found["back at the end"].append(on[person.at(line.end - 0.35, line.end)].any())
    both = on & near
    angle = np.arccos(np.clip(np.sum(person.ray["L"] * person.ray["R"], axis=1), -1, 1))
    apart = np.linalg.norm(person.eye["L"] - person.eye["R"], axis=1)
    found["vergence"].extend(np.degrees(np.abs(angle - 2 * np.arctan(apart / 2 / away)))[both])
    shut = person.shape("eyeBlinkLeft") > 0.8
    found["blinks"].append((np.diff(shut.astype(int)) == 1).sum())
    found["minutes"].append((person.t[-1] - person.t[0]) / 60)


def minute(folder: Path) -> SceneTiming:
    """A minute of dialogue between two people who stand, every line spoken anew."""
    voices = {v.gender: v for v in reversed(cast.voices()) if "en" in v.languages}
    lines: list[Line] = []
    at = 0.5
    while at < 56:
        k = len(lines)
        name, gender = PEOPLE[k % 2]
        voice = voices.get(gender) or next(iter(voices.values()))
        beat = Beat(id=f"1.{k}", kind="line", text=SENTENCES[k % len(SENTENCES)],
                    speaker=name.casefold(), span=Span(first=1, end=2))  # fmt: skip
        said = cast.speak(beat, Voice(engine=voice.engine, name=voice.name),
                          LineReading(beat=beat.id), folder / f"{k}.wav")  # fmt: skip
        lines.append(Line(**said.model_dump(), start=at, end=at + said.seconds))
        at += said.seconds + 0.6
    actors = []
    for k, ((name, _), member) in enumerate(zip(PEOPLE, ("ines", "walter"), strict=True)):
        other = PEOPLE[1 - k][0].casefold()
        heading = (-1) ** (k + 1) * np.pi / 2
        stand = Segment(kind="stand", start=-1, end=61, position=(1.2 * k, 0, 0),
                        heading=heading, end_heading=heading)  # fmt: skip
        actors.append(ActorTiming(actor=name.casefold(), member=member, segments=[stand],
                                  gazes=[Gaze(start=-1, end=61, target=other)]))  # fmt: skip
    return SceneTiming(scene="1", set="nowhere", duration=60, lines=lines, actors=actors)


def speed(profile: bool) -> None:
    """Seconds for a minute of two people, voices included."""
    with tempfile.TemporaryDirectory() as folder:
        began, before = time.perf_counter(), os.times()
        timing = minute(Path(folder))
        spoken, voiced = time.perf_counter() - began, sum(os.times()[:4]) - sum(before[:4])
    for a in timing.actors:
        members.load(a.member)
    watch = cProfile.Profile()
    began, busy = time.perf_counter(), time.process_time()
    if profile:
        watch.enable()
    for a in timing.actors:
        cast.perform(timing, a.actor, (FPS, 1), 1)
    watch.disable()
    moved, acted = time.perf_counter() - began, time.process_time() - busy
    print(f"a minute of two people: voices {spoken:.2f} s + performance {moved:.2f} s (≤ 10); "
          f"of a processor {voiced:.2f} + {acted:.2f} s")  # fmt: skip
    if profile:
        text = io.StringIO()
        pstats.Stats(watch, stream=text).sort_stats("tottime").print_stats(18)
        print(text.getvalue())


def report(found: dict, minutes: float) -> None:
    """Print the figures with what they should be."""
    share = {key: 100 * float(np.mean(found[key])) for key in found if len(found[key])}
    onset = 1000 * np.array(found["onset"])
    blinks = sum(found["blinks"]) / sum(found["minutes"])
    print(f"performed: {minutes:.1f} minutes of people")
    print(
        f"p b m closed within a frame   {share['closed']:6.2f} % of {len(found['closed'])} (≥ 95)"
    )
    print(f"  lips pressed (< 0.5 mm)     {share['pressed']:6.2f} %")
    print(
        f"f v lip to the teeth          {share['tucked']:6.2f} % of {len(found['tucked'])} (≥ 95)"
    )
    print(f"mouth shut in silence         {share['silent']:6.2f} % (≥ 99)")
    print(f"lips open after the burst     {np.median(onset):+6.1f} ms median, |error| p95 "
          f"{np.percentile(np.abs(onset), 95):.1f} ms of {len(onset)} (≤ 40)")  # fmt: skip
    print(f"jaw turns about               {np.mean(found['reversals']):6.2f} a second, p95 "
          f"{np.percentile(found['reversals'], 95):.1f} (≤ 12); step p99.9 "
          f"{np.percentile(found['jaw step'], 99.9):.2f} a frame")  # fmt: skip
    print(f"listener on partner's face    {share['listening']:6.2f} % (≥ 70)")
    print(f"speaker on partner's face     {share['speaking']:6.2f} % (40–90)")
    print(f"speaker away at a long start  {share['away at the start']:6.2f} % (≥ 60)")
    print(f"speaker back at its end       {share['back at the end']:6.2f} % (≥ 90)")
    print(f"eyes past a partner looked at {share['past']:6.2f} % (≤ 3)")
    print(f"vergence error                {np.median(found['vergence']):6.2f}° median (≤ 0.3)")
    print(f"blinks                        {blinks:6.2f} a minute (12–20)")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    speed(options.profile)
    found: dict[str, list] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        said, voices, rate = record(Path(folder))
    print(f"{len(said)} recordings for all scenes, {rate:.1f} seconds of speech a second")
    minutes, began = 0.0, time.perf_counter()
    for k in range(options.count):
        timing, bursts = scene(options.seed * 100_003 + k, said, voices)
        people = [Person(timing, name.casefold(), k) for name, _ in PEOPLE]
        for person, other in (people, people[::-1]):
            own = [x for x in timing.lines if x.actor == person.me.actor and x.delivery == "on"]
            mouths(person, own, bursts, found)
            eyes(person, other, timing, found)
            minutes += (person.t[-1] - person.t[0]) / 60
    print(f"{options.count} performances in {time.perf_counter() - began:.0f} s, measured")
    report(found, minutes)


if __name__ == "__main__":
    main()
