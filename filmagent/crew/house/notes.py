"""Notes of the script that direct the film; every other note is its author's own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from filmagent.crew.house.lexicon import table
from filmagent.screenplay import Element, notes

_DIRECTIVE = re.compile(r"\s*([a-z]+)\s*[:：]\s*(\S.*?)\s*", re.IGNORECASE | re.DOTALL)
_SETTING = re.compile(r"(.+?)\s*=\s*(.+)", re.DOTALL)


@dataclass
class Directed:
    """What the script's notes ask for."""

    cast: dict[str, str] = field(default_factory=dict)
    """Character's name as the note says it → cast member."""
    sets: dict[str, str] = field(default_factory=dict)
    """Scene number or place → set."""
    voices: dict[str, str] = field(default_factory=dict)
    """Character's name → voice."""


def directives(text: str) -> list[tuple[str, str]]:
    """The key and the body of a directing note: ``("camera", "slow push on MARA")``."""
    match = _DIRECTIVE.fullmatch(text)
    if not match:
        return []
    key, body = match.group(1).casefold(), " ".join(match.group(2).split())
    known = [*table("script_words")["direction"]["keys"], "cast", "set", "voice"]
    return [(key, body)] if key in known else []


def directions(element: Element) -> list[str]:
    """The notes of an element that direct a beat: ``["camera: slow push on MARA"]``."""
    found = [pair for note in notes(element) for pair in directives(note.text)]
    return [f"{key}: {body}" for key, body in found if key not in ("cast", "set", "voice")]


def read_notes(elements: list[Element], scene_of: dict[int, str]) -> Directed:
    """Casting, sets and voices that the script asks for.

    Parameters
    ----------
    scene_of
        Index of an element → id of the scene it stands in, for ``[[set: cafe]]``.
    """
    directed = Directed()
    wanted = {"cast": directed.cast, "set": directed.sets, "voice": directed.voices}
    for index, element in enumerate(elements):
        for note in notes(element):
            for key, body in directives(note.text):
                if key not in wanted:
                    continue
                for part in re.split(r"[,;]", body):
                    match = _SETTING.fullmatch(part.strip())
                    if match:
                        wanted[key][match.group(1).strip()] = match.group(2).strip()
                    elif key == "set" and scene_of.get(index):
                        directed.sets[scene_of[index]] = part.strip()
    return directed
