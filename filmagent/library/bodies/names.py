"""Whose bone is whose: guessed by names, then by place in the skeleton; a user's TOML has the word.

>>> bone_map = names.guess(rig)                                          # doctest: +SKIP
>>> bone_map["upperarm01.L"]                                             # doctest: +SKIP
'mixamorig:LeftArm'
>>> bone_map.rows()[0]                                                   # doctest: +SKIP
{'ours': 'root', 'theirs': 'mixamorig:Hips', 'by': 'Mixamo'}
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from filmagent.errors import InputError
from filmagent.library.bodies import limbs
from filmagent.library.bodies.rig import Rig
from filmagent.library.bodies.slots import REQUIRED, SIDES, SLOTS, SPINE

_SPACES = re.compile(r"[:|]")
_SPACE = re.compile(r"[\s._\-]+")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LEFT = {"l", "left", "lf", "lft"}
_RIGHT = {"r", "right", "rt", "rgt"}
_HALF = 0.6
"""Share of the required slots that makes a convention the one that is meant."""


@dataclass(frozen=True)
class BoneMap(Mapping[str, str]):
    """Slot → the name of their bone, with how each was found."""

    bones: Mapping[str, str]
    by: Mapping[str, str]
    convention: str
    """The convention whose names fit, or ""."""

    def __getitem__(self, slot: str) -> str:
        return self.bones[slot]

    def __iter__(self) -> Iterator[str]:
        return (slot for slot in SLOTS if slot in self.bones)

    def __len__(self) -> int:
        return len(self.bones)

    def rows(self) -> list[dict[str, str]]:
        """For eyes: ours, theirs, and by what it was found; what is missing says so."""
        shown = [slot for slot in SLOTS if slot in self.bones or slot in REQUIRED]
        return [
            {
                "ours": slot,
                "theirs": self.bones.get(slot, ""),
                "by": self.by.get(slot, "missing"),
            }
            for slot in shown
        ]

    def missing(self) -> list[str]:
        """Required slots that nothing fills."""
        lost = [slot for slot in REQUIRED if slot not in self.bones]
        return lost if any(slot in self.bones for slot in SPINE) else [*lost, SPINE[2]]

    def required(self, source: str) -> BoneMap:
        """Itself, if nobody misses a bone that posing needs.

        Raises
        ------
        InputError
            Naming what is missing and where to say it.
        """
        lost = self.missing()
        if lost:
            raise InputError(
                f"{source} has no bone for {', '.join(lost)}; name theirs in a TOML "
                f'([bones] {_key(lost[0])} = "…") and give it with --map.'
            )
        return self


def guess(rig: Rig, override: Mapping[str, str] | None = None) -> BoneMap:
    """Find whose bone is whose.

    Parameters
    ----------
    rig
        Their skeleton.
    override
        Slot → their bone, of `read`; an empty name leaves a slot out.

    Raises
    ------
    InputError
        If the override names a bone that the skeleton does not have.
    """
    bones, by, convention = _by_convention(rig)
    for slot, bone in _by_words(rig, bones).items():
        bones[slot], by[slot] = bone, "words"
    if any(slot not in bones for slot in REQUIRED):
        for slot, bone in limbs.find(rig).items():
            if slot not in bones and bone not in bones.values():
                bones[slot], by[slot] = bone, "topology"
    for slot, bone in (override or {}).items():
        if bone and bone not in rig.names:
            near = difflib.get_close_matches(bone, rig.names, n=2, cutoff=0.4)
            hint = f"did you mean {' or '.join(near)}?" if near else "it has other names."
            raise InputError(f"The bone map names {bone!r}, which the skeleton lacks; {hint}")
        bones.pop(slot, None)
        if bone:
            bones, by = {k: v for k, v in bones.items() if v != bone}, by
            bones[slot], by[slot] = bone, "yours"
    return BoneMap(bones, by, convention)


def read(path: Path) -> dict[str, str]:
    """A user's bone map: a TOML whose table ``bones`` says slot = "their bone" (or "").

    Raises
    ------
    InputError
        If it is no TOML, has no such table, or names a slot there is not.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"There is no bone map {path}; write one, or leave --map out.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path} is not a bone map in TOML ({error}).") from None
    table = raw.get("bones")
    if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values()):
        raise InputError(f'{path} has no table of bones; write [bones] and "head" = "Their Head".')
    for slot in table:
        if slot not in SLOTS:
            near = difflib.get_close_matches(slot, SLOTS, n=1, cutoff=0.3) or [SLOTS[0]]
            raise InputError(f"{path}: there is no bone {slot!r} to fill; did you mean {near[0]}?")
    return {str(slot): str(bone) for slot, bone in table.items()}


def toml(bone_map: BoneMap) -> str:
    """A bone map as a TOML that `read` reads: for a user to mend."""
    lines = [f"{_key(row['ours'])} = {_quoted(row['theirs'])}" for row in bone_map.rows()]
    return "[bones]\n" + "\n".join(lines) + "\n"


def _key(slot: str) -> str:
    return f'"{slot}"' if "." in slot else slot


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@cache
def _tables() -> dict[str, Any]:
    text = Path(__file__).with_name("names.toml").read_text("utf-8")
    return tomllib.loads(text)


def _by_convention(rig: Rig) -> tuple[dict[str, str], dict[str, str], str]:
    best: dict[str, str] = {}
    name, score = "", 0.0
    for convention in _tables()["convention"]:
        found = _fitted(rig, convention)
        fit = sum(slot in found for slot in REQUIRED) + 0.01 * len(found)
        if fit > score + 1e-9:
            best, name, score = found, convention["name"], fit
    if score < _HALF * len(REQUIRED):
        return {}, {}, ""
    return best, dict.fromkeys(best, name), name


def _fitted(rig: Rig, convention: Mapping[str, Any]) -> dict[str, str]:
    known: dict[str, str] = {}
    strip = tuple(convention.get("strip", ()))
    # bones that deform come with a prefix, and win over their namesakes that steer
    for bone in sorted(rig.names, key=lambda name: not name.startswith(strip or "~")):
        bare = _SPACES.split(bone)[-1]
        for prefix in strip:
            bare = bare.removeprefix(prefix)
        plain = _plain(bare)
        known.setdefault(plain, bone)
    out = {}
    for slot in SLOTS:
        for wanted in _spellings(slot, convention):
            if wanted in known:
                out[slot] = known[wanted]
                break
    return out


def _spellings(slot: str, convention: Mapping[str, Any]) -> list[str]:
    base, _, side = slot.partition(".")
    words = {"side": convention["sides"][SIDES.index(side)] if side else ""}
    if base.startswith("finger"):
        finger, joint = base.removeprefix("finger").split("-")
        words |= {"finger": convention["fingers"][int(finger) - 1], "joint": joint}
        base = "finger"
        if not words["finger"]:
            return []
    given = convention["bones"].get(base, [])
    patterns = [given] if isinstance(given, str) else given
    return [_plain(pattern.format(**words)) for pattern in patterns]


def _plain(name: str) -> str:
    return _SPACE.sub("", _SPACES.split(name)[-1]).casefold()


def _by_words(rig: Rig, taken: Mapping[str, str]) -> dict[str, str]:
    """Slots that no convention filled, by the words of names and their sides."""
    table: dict[str, list[str]] = _tables()["words"]
    free = [b for b in rig.names if b not in taken.values()]
    read_names = {bone: _words_of(bone) for bone in free}
    out: dict[str, str] = {}
    for slot in SLOTS:
        base, _, side = slot.partition(".")
        has_spine = base in SPINE and any(other in taken for other in SPINE)
        if slot in taken or base not in table or has_spine:
            continue
        for word in sorted(table[base], key=len, reverse=True):
            fits = [b for b, (w, s) in read_names.items() if w == word and s == side]
            fits = [b for b in fits if b not in out.values()]
            if fits:
                out[slot] = fits[0]
                break
    return out


def _words_of(bone: str) -> tuple[str, str]:
    """What is left of a bone's name, and its side: ``L``, ``R`` or ""."""
    words = [w.casefold() for w in _WORD.findall(_SPACES.split(bone)[-1])]
    side = "L" if _LEFT & set(words) else "R" if _RIGHT & set(words) else ""
    rest = [w for w in words if w not in _LEFT | _RIGHT]
    return "".join(rest).removesuffix("jnt").removesuffix("bone"), side
