"""Shots as sentences: ``MCU of mara, three-quarter left, eye level, slow push in, 50 mm``.

A sentence is phrases between commas. The first says what is in the picture, how large, of whom:
``CU of mara``, ``two-shot of mara and jonas``, ``MS over the shoulder of mara over jonas``. Then,
in any order: view, angle, ``dutch``, a move with its speed and sweep (``slow 90° arc``), the rig,
the lens. What is not said is eye level, from the front, static. Names with commas, quotes or the
words ``and`` and ``over`` in them are written in quotes: ``"Smith, John"``.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from camera.grammar.vocabulary import Shot

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_PLAIN = re.compile(r"\w[\w.'’-]*(?: \w[\w.'’-]*)*")
_LENS = re.compile(r"(\d+(?:\.\d+)?)\s*mm(?: lens)?")
_SWEEP = re.compile(r"(\d+(?:\.\d+)?)\s*(?:°|degrees?)\s*")
_ORDER = ("view", "angle", "dutch", "move", "rig")


@cache
def _words() -> dict[str, Any]:
    text = files("camera.grammar").joinpath("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _meanings(table: str) -> dict[str, str]:
    """Everything that is understood → what it means, longest first."""
    said = {_plain(way): word for word, ways in _words()[table].items() for way in ways}
    if table not in ("rig", "dutch"):
        # "crane" alone is the move
        said = {_plain(word.replace("_", " ")): word for word in _words()[table]} | said
    return dict(sorted(said.items(), key=lambda item: (-len(item[0]), item[0])))


def _plain(phrase: str) -> str:
    return " ".join(phrase.replace("-", " ").replace("’", "'").casefold().split())


def parse(sentence: str) -> Shot:
    """The shot a sentence speaks of.

    Raises
    ------
    ValueError
        Naming the phrase that is not understood and the nearest one that is; or what is said twice.
    """
    phrases = [p.strip() for p in _split(sentence, ",")]
    if not all(phrases):
        raise ValueError(
            f"{sentence!r} has an empty phrase; say something like 'MS of mara, static'"
        )
    found = _opening(phrases[0])
    for phrase in phrases[1:]:
        for name, value in _phrase(phrase).items():
            if name in found:
                raise ValueError(f"{phrase!r} says the {name} of {sentence!r} a second time")
            found[name] = value
    found.setdefault("rig", _words()["carried"][found.get("move", "static")])
    return Shot(**found)


def _opening(phrase: str) -> dict[str, Any]:
    """Size, kind, and who: the first phrase."""
    found: dict[str, Any] = {}
    left = phrase.split(" ")
    while left and left[0] != "of":
        table, word, count = _first(left, phrase)
        if table in found:
            raise ValueError(f"{phrase!r} says the {table} twice")
        found[table], left = word, left[count:]
    tail, over = " ".join(left[1:]), ""
    if left:
        tail, *rest = _split(tail, " over ")
        over = _name(" over ".join(rest)) if rest else ""
    names = tuple(_name(n) for n in _split(tail, " and ")) if left else ()
    found["subjects"] = names
    if over:
        found.setdefault("kind", "ots")
        found["over"] = over
    if found.get("kind") == "ots":
        found["view"] = "ots"
    elif "kind" not in found and len(names) > 1:
        found["kind"] = "two_shot" if len(names) == 2 else "group"
    return found


def _first(words: list[str], phrase: str) -> tuple[str, str, int]:
    """The size or kind that some words begin with, and how many of them say it."""
    for count in range(min(len(words), 5), 0, -1):
        said = _plain(" ".join(words[:count]))
        for table in ("size", "kind"):
            if said in _meanings(table):
                return table, _meanings(table)[said], count
    ways = [*_meanings("size"), *_meanings("kind")]
    end = words.index("of") if "of" in words else len(words)
    raise ValueError(_unknown(_plain(" ".join(words[:end])), ways, phrase))


def _phrase(phrase: str) -> dict[str, Any]:
    """One phrase after the first."""
    said = _plain(phrase)
    lens = _LENS.fullmatch(said)
    if lens:
        return {"lens_mm": float(lens[1])}
    for table in ("view", "angle", "rig", "dutch"):
        word = _meanings(table).get(said)
        if word is not None:
            return {table: True if table == "dutch" else word}
    found: dict[str, Any] = {}
    for way, speed in _meanings("speed").items():
        if said.startswith(way + " "):
            found["speed"], said = speed, said[len(way) + 1 :]
            break
    sweep = _SWEEP.match(said)
    if sweep:
        found["sweep"], said = float(sweep[1]), said[sweep.end() :]
    move = _meanings("move").get(said)
    if move is None:
        tables = [m for t in (*_ORDER, "speed") for m in _meanings(t)]
        raise ValueError(_unknown(said, tables, phrase))
    return {"move": move, **found}


def _unknown(said: str, ways: list[str], phrase: str) -> str:
    near = difflib.get_close_matches(said, ways, n=1, cutoff=0.0)[0]
    return f"{said!r} in {phrase!r} is not understood; did you mean {near!r}?"


def _split(text: str, word: str) -> list[str]:
    """Split at a word that is not inside quotes."""
    parts = re.split(f"({_QUOTED})", text)
    joined = "".join(p if p.startswith('"') else p.replace(word, "\0") for p in parts)
    return joined.split("\0")


def _name(text: str) -> str:
    text = text.strip()
    if re.fullmatch(_QUOTED, text):
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    if not text or '"' in text:
        raise ValueError(f"{text!r} is no name; write a name, or one in double quotes")
    return text


def quoted(name: str) -> str:
    """A name as sentences have it: in quotes where it needs them.

    Raises
    ------
    ValueError
        If it is empty or has a line break.
    """
    if not name or not name.isprintable():
        raise ValueError(f"{name!r} is no name; give one of printable letters")
    if _PLAIN.fullmatch(name) and not {"and", "over", "of"} & set(name.split()):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def spoken(shot: Shot) -> str:
    """A shot as a sentence; `parse` gives the same shot back.

    Raises
    ------
    ValueError
        If a name cannot be written.
    """
    words = _words()
    head = shot.size
    if shot.kind != "single" or len(shot.subjects) > 1:
        head += " " + words["kind"][shot.kind][0]
    if shot.subjects:
        head += " of " + " and ".join(quoted(name) for name in shot.subjects)
    if shot.over:
        head += " over " + quoted(shot.over)
    phrases = [head]
    if shot.view != ("ots" if shot.kind == "ots" else "front"):
        phrases.append(words["view"][shot.view][0])
    if shot.angle != "eye":
        phrases.append(words["angle"][shot.angle][0])
    if shot.dutch:
        phrases.append(words["dutch"]["yes"][0])
    if (shot.move, shot.speed, shot.sweep) != ("static", "normal", None):
        speed = "" if shot.speed == "normal" else words["speed"][shot.speed][0] + " "
        sweep = "" if shot.sweep is None else f"{shot.sweep:g}° "
        phrases.append(speed + sweep + words["move"][shot.move][0])
    if shot.rig != words["carried"][shot.move]:
        phrases.append(words["rig"][shot.rig][0])
    if shot.lens_mm is not None:
        phrases.append(f"{shot.lens_mm:g} mm")
    return ", ".join(phrases)


def named_shot(name: str, subject: str) -> Shot:
    """One of FilmAgent's nine shots, of somebody.

    Raises
    ------
    ValueError
        On an unknown name; the message has the nine.
    """
    nine = _words()["filmagent"]
    if name not in nine:
        near = difflib.get_close_matches(name, nine, n=1, cutoff=0.0)[0]
        raise ValueError(f"there is no shot {name!r}; did you mean {near!r}? {', '.join(nine)}")
    return parse(nine[name].format(subject=quoted(subject)))
