"""How well people perform, over many seeded scenes of two: every figure with its floor.

Run with ``python tests/benchmarks/bench_performance.py [--count 200] [--seed 0] [--worst]``. Lines
are spoken without sound (words with times); bodies, props and eyes are the film's own.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import capsules
from acts import segment, straight

from filmagent import cast
from filmagent.cast.props import grip, hand_from_wrist
from filmagent.cast.role import gather
from filmagent.documents import (
    ActorTiming,
    Gaze,
    Gesture,
    Line,
    Mood,
    PropHold,
    PropTiming,
    SceneTiming,
    Word,
)
from filmagent.library import actions, skin
from filmagent.library import cast as members

FPS = 24
_END = 16.0
_SAID = (
    "You kept me waiting, and I almost missed the bus.",
    "I know. People never change, maybe, but I came back.",
    "She left the house to both of us before the summer!",
    "Nobody told me about the garden, or about the key.",
)
_WALKS = {"": 1.3, "hurry": 1.72, "stroll": 1.0, "trudge": 0.87, "sneak": 0.68, "run": 2.7}
_TOUCHING = {"cry", "think", "phone", "drink", "cross_arms", "clap", "facepalm", "gasp", "rub_neck",
             "laugh", "hands_on_hips", "hug", "handshake", "give", "read", "write", "type",
             "check_watch", "bow"}  # fmt: skip
"""Gestures in which hands touch the own body, the other's or each other: declared contacts."""
FLOORS = {
    "foot skate p95, m/s": 0.03,
    "lowest toe or heel, cm under the floor": 1.0,
    "hip off the seat, cm": 2.0,
    "hand from what it holds, cm": 2.0,
    "hands that meet, cm apart": 3.0,
    "frames with bodies > 1 cm into each other, %": 1.0,
    "joints' speed p99.9, rad/s": 14.0,
    "joints' acceleration p99.9, rad/s²": 300.0,
    "mark missed, cm": 5.0,
    "mark missed, degrees": 3.0,
    "speech with moving hands, %": 75.0,
    "gestures repeated within 10 s": 0.0,
    "listening with eyes off the partner's face, %": 30.0,
}


def scene(k: int) -> SceneTiming:
    """A seeded scene of two: people, ways, moods, words, gestures, things."""
    rng = np.random.default_rng(k)
    names = [str(n) for n in rng.permutation(members.names())[:2]]
    kind = ("meet", "table", "sit", "close")[k % 4]
    there, seat = _partner(kind, rng)
    ways = {"ada": _way(kind, rng, there), "bob": [there]}
    lines = _lines(rng)
    people = []
    for actor, other, member in zip(("ada", "bob"), ("bob", "ada"), names, strict=True):
        people.append(ActorTiming(
            actor=actor, member=member, segments=ways[actor],
            gestures=_gestures(actor, other, rng, kind, ways[actor]),
            gazes=[Gaze(start=-1, end=_END + 1, target=other)],
            moods=[Mood(start=2.0, end=12.0, energy=float(rng.uniform(0.4, 0.9)),
                        emotion=str(rng.choice(["happy", "sad", "angry", "afraid", "neutral"])))],
        ))  # fmt: skip
    props = []
    if kind == "close":
        props = [PropTiming(prop="it", model="letter", position=(0, 0, 1), holds=[
            PropHold(start=-1, end=10.0, actor="ada"),
            PropHold(start=10.0, end=_END + 1, actor="bob")])]  # fmt: skip
    elif kind == "table":
        place = (0.14, 0.46, seat + 0.28)
        back = (0.06, 0.44, seat + 0.28)
        model = str(rng.choice(["cup", "glass", "book", "key", "letter", "phone"]))
        props = [PropTiming(prop="it", model=model, position=place,
                            holds=[PropHold(start=5.0, end=11.0, actor="ada")],
                            rests=[(11.0, back)])]  # fmt: skip
    return SceneTiming(scene=str(k), set="nowhere", duration=_END, lines=lines, actors=people,
                       props=props)  # fmt: skip


def _partner(kind: str, rng: np.random.Generator) -> tuple:
    seat = float(rng.uniform(0.42, 0.50))
    if kind == "table":
        return segment("sit", -1, _END + 1, (0, 1.15, 0), math.pi, mark="b",
                       seat_height=seat), seat  # fmt: skip
    gap = {"meet": 0.95, "sit": 1.4, "close": 1.0}[kind]
    return segment("stand", -1, _END + 1, (0, gap, 0), math.pi), seat


def _way(kind: str, rng: np.random.Generator, there) -> list:
    seat = {"seat_height": float(there.seat_height or rng.uniform(0.42, 0.50)), "mark": "a"}
    if kind == "table":
        return [segment("sit", -1, _END + 1, (0, 0, 0), 0.0, **seat)]
    if kind == "close":
        # up to the other, an embrace, and back to where one can talk
        return [
            segment("stand", -1, 1.6, (0, 0, 0)),
            segment("walk", 1.6, 2.9, (0, 0, 0), path=straight((0, 0), (0, 0.58))),
            segment("stand", 2.9, 6.6, (0, 0.58, 0)),
            segment("walk", 6.6, 8.0, (0, 0.58, 0), path=straight((0, 0.58), (0, 0)),
                    manner="back"),
            segment("stand", 8.0, _END + 1, (0, 0, 0)),
        ]  # fmt: skip
    manner = str(rng.choice(list(_WALKS)))
    angle = float(rng.uniform(-0.5, 0.5))
    far = 3.2 if manner != "run" else 5.0
    start = (far * math.sin(angle), -far * math.cos(angle))
    took = far / _WALKS[manner] + 0.45
    walk = segment("walk", 0.5, 0.5 + took, (*start, 0), angle, end_heading=0.0,
                   path=straight(start, (0.0, 0.0)), manner=manner)  # fmt: skip
    at = 0.5 + took
    first = segment("stand", -1, 0.5, (*start, 0), angle)
    if kind == "meet":
        return [first, walk, segment("stand", at, _END + 1, (0, 0, 0))]
    return [
        first, walk,
        segment("turn", at, at + 1.3, (0, 0, 0), 0.0, end_heading=math.pi),
        segment("sit_down", at + 1.3, at + 2.9, (0, 0, 0), math.pi, **seat),
        segment("sit", at + 2.9, _END - 2, (0, 0.36, 0), math.pi, **seat),
        segment("stand_up", _END - 2, _END - 0.6, (0, 0.36, 0), math.pi, **seat),
        segment("stand", _END - 0.6, _END + 1, (0, 0, 0), math.pi),
    ]  # fmt: skip


def _gestures(actor: str, other: str, rng: np.random.Generator, kind: str, way: list) -> list:
    sits = any(s.kind == "sit" for s in way)
    walks = [s for s in way if s.kind in ("walk", "turn", "sit_down")]
    free = max([s.end for s in walks], default=0.3) + 0.4
    posture = "sit" if sits else "stand"
    known = [a for a in actions.load() if a.kind == "gesture" and posture in a.postures
             and a.target in ("none", "actor", "any")
             and a.name not in ("handshake", "hug", "give")]  # fmt: skip
    if kind == "close":
        known = [a for a in known if a.name in ("nod", "shake_head", "laugh", "sigh", "shrug")]
    out = []
    at = free + float(rng.uniform(0.0, 1.5))
    last = _END - (2.6 if kind == "sit" else 1.0)
    taken = {"table": [(4.0, 6.0), (10.0, 12.0)], "close": [(3.0, 7.0), (8.8, 11.2)],
             "meet": [(10.0, 13.2)]}.get(kind, [])  # fmt: skip
    while at < last:
        entry = known[int(rng.integers(len(known)))]
        end = at + entry.seconds
        if end < last and not any(at < b and end > a for a, b in taken):
            target = other if entry.target == "actor" else ""
            out.append(Gesture(id=f"{at:.2f}/{actor}/{entry.name}", action=entry.name, start=at,
                               end=end, target=target,
                               target_position=(0.0, 0.5, 1.3) if target else None))  # fmt: skip
        at = end + float(rng.uniform(0.6, 3.0))
    contact = {"close": ("hug", 3.3, 6.6), "meet": ("handshake", 10.3, 12.8)}.get(kind)
    if contact and actor == "ada":
        name, start, end = contact
        out.append(Gesture(id=f"{start}/ada/{name}", action=name, start=start, end=end,
                           target="bob"))  # fmt: skip
    if kind == "close" and actor == "ada":
        out.append(Gesture(id="9/ada/give", action="give", start=9.1, end=10.9, target="bob"))
    return out


def _lines(rng: np.random.Generator) -> list[Line]:
    out, at = [], 1.0
    while at < _END - 4:
        k = len(out)
        words = _SAID[int(rng.integers(4))].split()
        long = 0.32 * len(words)
        energy = float(rng.uniform(0.3, 0.95))
        felt = str(rng.choice(["neutral", "happy", "sad", "angry", "afraid", "surprised"]))
        actor, to = (("ada", "bob"), ("bob", "ada"))[k % 2]
        said = [Word(text=w, start=0.32 * i, end=0.32 * i + 0.28) for i, w in enumerate(words)]
        out.append(Line(beat=f"1.{k}", actor=actor, to=to, text=" ".join(words), wav="",
                        seconds=long, start=at, end=at + long, energy=energy, emotion=felt,
                        words=said))  # fmt: skip
        at += long + float(rng.uniform(0.4, 1.0))
    return out


class Played:
    """A performed scene and what is measured in it."""

    def __init__(self, timing: SceneTiming, seed: int) -> None:
        self.timing, self.seed = timing, seed
        fps = (FPS, 1)
        began = time.perf_counter()
        self.made = {a.actor: cast.perform(timing, a.actor, fps, seed) for a in timing.actors}
        self.motions = cast.move_props(timing, self.made, fps)
        self.took = time.perf_counter() - began
        self.member = {a.actor: members.load(a.member) for a in timing.actors}
        self.world = {
            n: skin.pose(self.member[n], p["rotations"], p["root"], p["root_rotation"])
            for n, p in self.made.items()
        }
        first = int(self.made["ada"]["first_frame"])
        self.t = (np.arange(len(self.world["ada"])) + first) / FPS
        self.acts = {a.actor: gather(timing, a.actor, self.t, seed, {}) for a in timing.actors}

    def rows(self, start: float, end: float) -> np.ndarray:
        """Frames of a time."""
        return (self.t >= start) & (self.t < end)

    def hand(self, actor: str, side: str) -> np.ndarray:
        """(F, 4, 4) world_from_hand."""
        member = self.member[actor]
        bone = self.world[actor][:, member.bone(f"wrist.{side}")]
        return bone @ np.linalg.inv(hand_from_wrist(member, side))

    def measure(self, into: dict[str, list]) -> None:
        """Add this scene's figures."""
        for actor in self.made:
            self._feet(actor, into)
            self._joints(actor, into)
            self._marks(actor, into)
            self._life(actor, into)
        self._holds(into)
        self._contacts(into)
        self._bodies(into)

    def _feet(self, actor: str, into: dict[str, list]) -> None:
        member, world = self.member[actor], self.world[actor]
        for side in "LR":
            tracks = [member.track(f"{x}.{side}", world) for x in ("heel", "ball")]
            still = np.minimum(*(np.linalg.norm(np.diff(x, axis=0), axis=1) for x in tracks)) * FPS
            low = np.minimum(*(np.maximum(x[1:, 2], x[:-1, 2]) for x in tracks)) < 0.003
            into["foot skate p95, m/s"].append(np.percentile(still[low], 95) if low.any() else 0)
            toe = member.bone(f"toe2-1.{side}")
            rest = member.rest[toe]
            tip = rest[:3, :3].T @ (member.point(f"toe.{side}") - rest[:3, 3])
            points = [*tracks, world[:, toe, :3, :3] @ tip + world[:, toe, :3, 3]]
            lowest = -100 * float(np.min([p[:, 2] for p in points]))
            into["lowest toe or heel, cm under the floor"].append(max(lowest, 0.0))
        for s in self.acts[actor].me.segments:
            rows = self.rows(s.start + 0.2, s.end - 0.2)
            if s.kind == "sit" and rows.any():
                hips = 0.5 * (member.track("hip.L", world) + member.track("hip.R", world))[rows]
                off = np.abs(hips[:, 2] - (s.seat_height or 0.45) - member.seat_height)
                into["hip off the seat, cm"].append(100 * float(off.max()))

    def _joints(self, actor: str, into: dict[str, list]) -> None:
        member, turn = self.member[actor], self.world[actor][..., :3, :3]
        change = np.einsum("fjab,fjcb->fjac", turn[1:], turn[:-1])
        skew = 0.5 * np.stack([change[..., 2, 1] - change[..., 1, 2],
                               change[..., 0, 2] - change[..., 2, 0],
                               change[..., 1, 0] - change[..., 0, 1]], axis=-1)  # fmt: skip
        sine = np.linalg.norm(skew, axis=-1, keepdims=True)
        cosine = 0.5 * (np.trace(change, axis1=2, axis2=3) - 1)[..., None]
        spin = skew / np.maximum(sine, 1e-9) * np.arctan2(sine, cosine) * FPS
        keep = [i for i, n in enumerate(member.bones) if not n.startswith("eye")]
        spin = spin[:, keep]
        into["joints' speed p99.9, rad/s"].append(np.linalg.norm(spin, axis=-1).ravel())
        jolt = np.linalg.norm(np.diff(spin, axis=0), axis=-1) * FPS
        into["joints' acceleration p99.9, rad/s²"].append(jolt.ravel())

    def _marks(self, actor: str, into: dict[str, list]) -> None:
        member, world = self.member[actor], self.world[actor]
        segments = self.acts[actor].me.segments
        for s, after in pairwise(segments):
            rows = self.rows(after.start + 0.5, min(after.end, after.start + 2.0))
            if s.kind != "walk" or s.manner == "back" or after.kind != "stand" or not rows.any():
                continue
            left, right = (member.track(f"hip.{x}", world)[rows] for x in "LR")
            off = np.linalg.norm((0.5 * (left + right))[:, :2].mean(0) - after.position[:2])
            into["mark missed, cm"].append(100 * float(off))
            feet = self.made[actor]["root_rotation"][rows]
            yaw = 2 * np.arctan2(feet[:, 3], feet[:, 0])
            wrong = (yaw - after.heading + np.pi) % (2 * np.pi) - np.pi
            into["mark missed, degrees"].append(abs(float(np.degrees(wrong.mean()))))

    def _life(self, actor: str, into: dict[str, list]) -> None:
        member, world, role = self.member[actor], self.world[actor], self.acts[actor]
        speed = np.max([np.r_[0, np.linalg.norm(np.diff(member.track(f"wrist.{s}", world), axis=0),
                                                axis=1) * FPS] for s in "LR"], axis=0)  # fmt: skip
        acted = np.zeros(len(self.t), bool)
        for act in role.acts:
            acted |= self.rows(act.start - 0.1, act.end + 0.1)
        acted |= np.asarray(role.travel.stride > 0)
        for grasp in role.grasps:
            for second in (grasp.hold.start, grasp.hold.end):
                acted |= self.rows(second - 0.8, second + 0.8)
        talk, listen = np.zeros((2, len(self.t)), bool)
        for line in self.timing.lines:
            if line.actor == actor:
                talk |= self.rows(line.start, line.end)
            else:
                listen |= self.rows(line.start + 0.4, line.end)
        talk &= ~acted
        if talk.sum() > FPS:
            into["speech with moving hands, %"].append(100 * float((speed[talk] > 0.12).mean()))
        again = 0
        for group in ([a for a in role.acts if a.action != "answer"], role.beats):
            for i, a in enumerate(group):
                again += sum(b.start - a.start < 10 and a.action == b.action and (
                    a.variant == b.variant if a.action != "talk" else a.spec is b.spec)
                    for b in group[i + 1 :])  # fmt: skip
        into["gestures repeated within 10 s"].append(again)
        other = "bob" if actor == "ada" else "ada"
        bone = member.bone("eye.L")
        seen = world[:, bone, :3, :3] @ member.rest[bone][:3, :3].T @ np.array([0.0, 1.0, 0.0])
        eyes = 0.5 * sum(self.member[other].track(f"eye.{s}", self.world[other]) for s in "LR")
        way = eyes - member.track("eye.L", world)
        far = np.linalg.norm(np.cross(way, seen), axis=1)
        busy = np.zeros(len(self.t), bool)
        for act in role.acts:
            if act.spec.gaze is not None or act.action in ("look", "point"):
                busy |= self.rows(act.start - 0.1, act.end + 0.2)
        behind = np.abs(_bearing(way, self.made[actor]["root_rotation"])) > 1.75
        rows = listen & ~busy & ~behind
        if rows.any():
            off = (far[rows] > 0.10) | (np.sum(way * seen, axis=1)[rows] < 0)
            into["listening with eyes off the partner's face, %"].append(100 * float(off.mean()))

    def _holds(self, into: dict[str, list]) -> None:
        for prop in self.timing.props:
            motion = self.motions[prop.prop]
            world = np.tile(np.eye(4), (len(self.t), 1, 1))
            world[:, :3, :3] = skin.rotation_matrices(motion["quaternions"])
            world[:, :3, 3] = motion["positions"]
            for hold in prop.holds:
                rows = self.rows(hold.start + 0.45, hold.end - 0.45)
                spot = (world @ grip(prop, hold.hand))[:, :3, 3]
                hand = self.hand(hold.actor, hold.hand[0].upper())[:, :3, 3]
                off = np.linalg.norm(spot - hand, axis=1)[rows]
                if len(off):
                    into["hand from what it holds, cm"].append(100 * float(off.max()))

    def _contacts(self, into: dict[str, list]) -> None:
        for g in self.acts["ada"].me.gestures:
            if g.action == "handshake":
                row = int(np.searchsorted(self.t, 0.5 * (g.start + g.end)))
                a, b = (self.hand(n, "R")[row, :3, 3] for n in ("ada", "bob"))
                into["hands that meet, cm apart"].append(100 * float(np.linalg.norm(a - b)))

    def _bodies(self, into: dict[str, list]) -> None:
        sets = {n: capsules.placed(self.member[n], self.world[n]) for n in self.made}
        inside = {}
        touching = {n: np.zeros(len(self.t), bool) for n in self.made}
        for n in self.made:
            role = self.acts[n]
            for act in role.acts:
                if act.action in _TOUCHING:
                    wide = 0.5 if act.action == "hug" else 0.2
                    touching[n] |= self.rows(act.start - wide, act.end + wide)
            seated = np.asarray(role.travel.seated > 0)
            for a, b in capsules.PAIRS:
                deep = capsules.depth(sets[n][a], sets[n][b]) > 0.01
                arms = a.startswith(("hand", "forearm")) or b.startswith(("hand", "forearm"))
                if arms:
                    deep &= ~touching[n]
                    if b.startswith("thigh") or a.startswith("thigh"):
                        deep &= ~seated  # hands lie in the lap
                inside[f"{a} in {b}"] = inside.get(f"{a} in {b}", 0) + deep
        both = touching["ada"] | touching["bob"]
        for a, one in sets["ada"].items():
            for b, other in sets["bob"].items():
                deep = (capsules.depth(one, other) > 0.01) & ~both
                inside[f"{a} in other's {b}"] = deep
        for pair, deep in inside.items():
            if np.any(deep):
                into["pairs"].append((pair, int(np.sum(deep)), self.timing.scene))
        bad = np.any([np.asarray(v) > 0 for v in inside.values()], axis=0)
        into["frames with bodies > 1 cm into each other, %"].append(100 * float(bad.mean()))


def _bearing(way: np.ndarray, root: np.ndarray) -> np.ndarray:
    yaw = 2 * np.arctan2(root[:, 3], root[:, 0])
    return (np.arctan2(-way[:, 0], way[:, 1]) - yaw + np.pi) % (2 * np.pi) - np.pi


def summary(name: str, values: list) -> float:
    """One figure of many scenes'."""
    if "p99.9" in name:
        return float(np.percentile(np.concatenate(values), 99.9))
    if name.startswith(("frames", "speech", "listening")):
        return float(np.mean(values))
    if name.startswith("gestures"):
        return float(np.sum(values))
    return float(np.percentile(values, 99))


def main() -> None:
    """Print every figure against its floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--worst", action="store_true", help="name the scenes that miss most")
    options = parser.parse_args()
    into: dict[str, list] = defaultdict(list)
    where: dict[str, list] = defaultdict(list)
    took = 0.0
    for k in range(options.seed, options.seed + options.count):
        played = Played(scene(k), k)
        took += played.took
        before = {name: len(v) for name, v in into.items()}
        played.measure(into)
        for name, values in into.items():
            new = values[before.get(name, 0) :]
            if name in FLOORS and new:
                worst = max(float(np.percentile(v, 99.9)) for v in new)
                where[name].append((worst, k))
    seconds = options.count * (_END + 2)
    print(f"{options.count} performances of two, {_END:.0f} s each, {FPS} frames a second")
    print(f"{took / seconds * 60:8.2f} s to perform a minute of two people, one process")
    for name, floor in FLOORS.items():
        if not into[name]:
            continue
        value = summary(name, into[name])
        flat = [v for v in into[name] if np.ndim(v) == 0]
        most = f", most {max(flat):.2f}" if flat else ""
        print(f"{value:8.2f} {name} (floor {floor:g}{most}){'' if value <= floor else '  MISSED'}")
        if options.worst:
            top = sorted(where[name], reverse=True)[:4]
            print("           scenes", ", ".join(f"{k} ({v:.2f})" for v, k in top))
    if options.worst:
        pairs: dict[str, int] = defaultdict(int)
        seen: dict[str, set] = defaultdict(set)
        for pair, frames, name in into["pairs"]:
            pairs[pair] += frames
            seen[pair].add(name)
        for pair, frames in sorted(pairs.items(), key=lambda p: -p[1])[:12]:
            print(f"{frames:6d} frames {pair} in scenes {sorted(seen[pair], key=int)[:6]}")


if __name__ == "__main__":
    main()
