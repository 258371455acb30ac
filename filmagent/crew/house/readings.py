"""How a line is said, and to whom, from its parenthetical, its marks and its words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from filmagent.crew.house.prose import Names
from filmagent.documents.blocking import Emotion, LineReading, Relation
from filmagent.documents.breakdown import Beat, Scene

_LASTING: dict[str, float] = {"angry": 0.45, "sad": 0.35, "afraid": 0.45}
"""Emotions that still colour the next line of the same person, and with what energy."""


@dataclass(frozen=True)
class _Said:
    words: tuple[str, ...]
    emotion: Emotion | None
    energy: float


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("emotions.toml").read_text(encoding="utf-8"))


@cache
def _said() -> tuple[_Said, ...]:
    moods = [_Said(tuple(e["said"]), e["name"], e["energy"]) for e in _data()["emotion"]]
    manners = [_Said(tuple(m["said"]), m.get("emotion"), m["energy"]) for m in _data()["manner"]]
    return tuple(moods + manners)


def business(emotion: Emotion) -> list[str]:
    """Gestures somebody in this mood takes up."""
    found: list[str] = next(e["business"] for e in _data()["emotion"] if e["name"] == emotion)
    return found


def _has(text: str, words: Sequence[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) for word in words)


def readings(scene: Scene, names: Names, present: dict[str, list[str]]) -> list[LineReading]:
    """A reading for every line of a scene.

    Parameters
    ----------
    present
        For each line's beat id, who is there to be spoken to.
    """
    lines = [beat for beat in scene.beats if beat.kind == "line" and beat.speaker]
    found: list[LineReading] = []
    lasting: dict[str, Emotion] = {}
    for index, beat in enumerate(lines):
        emotion, energy = _mood(beat)
        speaker = beat.speaker or ""
        if emotion == "neutral" and not beat.parenthetical and speaker in lasting:
            emotion = lasting.pop(speaker)
            energy = max(_LASTING[emotion], energy if "!" in beat.text else 0.0)
        elif emotion in _LASTING:
            lasting[speaker] = emotion
        else:
            lasting.pop(speaker, None)
        to = _addressee(beat, lines, index, names, present.get(beat.id, []))
        found.append(LineReading(beat=beat.id, emotion=emotion, energy=energy, to=to))
    return found


def _mood(beat: Beat) -> tuple[Emotion, float]:
    said = beat.parenthetical.casefold()
    heard = beat.text.casefold().replace("’", "'")
    emotion: Emotion = "neutral"
    energy: float | None = None
    for entry in _said():
        if said and _has(said, entry.words):
            emotion = entry.emotion or emotion
            energy = entry.energy if energy is None or entry.emotion is None else energy
    if emotion == "neutral" and not said:
        emotion = _heard(heard, beat.text)
    if energy is None:
        base = next(e["energy"] for e in _data()["emotion"] if e["name"] == emotion)
        energy = _marked(beat.text, base if emotion != "neutral" else 0.5)
    return emotion, energy


def _heard(heard: str, text: str) -> Emotion:
    for entry in _data()["emotion"]:
        if entry["heard"] and _has(heard, entry["heard"]):
            name: Emotion = entry["name"]
            return name
    if re.search(r"[?？][!！]|[!！][?？]", text):
        return "surprised"
    return "neutral"


def _marked(text: str, energy: float) -> float:
    words = [word for word in re.findall(r"[^\W\d_]{3,}", text) if word.upper() != word.lower()]
    if words and all(word.isupper() for word in words):
        return 0.9
    if re.search(r"[!！]", text):
        return max(energy, 0.72)
    if re.search(r"(\.\.\.|…)\s*$", text):
        return min(energy, 0.38)
    return energy


def _addressee(beat: Beat, lines: list[Beat], index: int, names: Names, present: list[str]) -> str:
    speaker = beat.speaker or ""
    if beat.delivery == "vo":
        return ""
    others = [person for person in present if person != speaker]
    told = re.search(r"\b(?:to|at)\s+(.+)", beat.parenthetical)
    if told:
        person = names.mentioned(told.group(1), speaker)
        if person in others:
            return person
    for start, end, person in names.find(beat.text):
        before, after = beat.text[:start].rstrip(), beat.text[end:].lstrip()
        opens = not before or before[-1] in ",.!?…—-;:¿¡"
        closes = not after or after[0] in ",.!?…—-;:"
        if person in others and opens and closes:
            return person
    # who answers is who was meant; else who spoke before
    for near in (*lines[index + 1 : index + 3], *reversed(lines[max(0, index - 4) : index])):
        if near.delivery != "vo" and near.speaker != speaker and near.speaker in others:
            return near.speaker or ""
    return others[0] if others else ""


def relation(text: str) -> Relation:
    """What two people are to each other, by words of a text that is about them."""
    low = text.casefold()
    for entry in _data()["relation"]:
        if _has(low, entry["words"]):
            name: Relation = entry["name"]
            return name
    return "acquaintances"
