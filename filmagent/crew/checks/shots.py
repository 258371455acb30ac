"""How a setup is shot: what fits its kind, what fits its move, and how many may move.

The tables are in ``shots.toml``. What the script itself directs (the idiom ``as directed``) may be
of any size, and is not counted among the moves that the crew chose.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from filmagent.crew.checks.floor import Floor
from filmagent.crew.problems import Problem, listed, nearest
from filmagent.documents import Setup

_SHARE = 3
"""One in so many setups of dialogue may move."""
_LENSES = (10.0, 300.0)
"""Millimetres of the lenses that are carried."""
_DIRECTED = "as directed"


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("shots.toml").read_text(encoding="utf-8"))


def check_shot(setup: Setup, floor: Floor) -> list[Problem]:
    """What is wrong with one setup, whose people and beats are right."""
    where = f"setup {setup.id}"
    told = [*_kind(setup, floor), *_shoulder(setup), *_move(setup, floor), *_reveal(setup, floor)]
    if setup.lens_mm is not None and not _LENSES[0] <= setup.lens_mm <= _LENSES[1]:
        told.append((f"has a lens of {setup.lens_mm:g} mm; there are 10 to 300 mm.", ()))
    return [Problem(where, what, tuple(choices)) for what, choices in told]


Told = list[tuple[str, Sequence[str]]]


def _kind(setup: Setup, floor: Floor) -> Told:
    found: Told = []
    row = _tables()["kind"][setup.kind]
    least, most = row["people"]
    count = len(setup.subjects)
    if len(set(setup.subjects)) < count:
        found.append(("names somebody twice among its subjects; name each once.", ()))
    if not least <= count <= most:
        wanted = f"{least}" if least == most else f"{least} to {most}" if most < 99 else f"{least}+"
        thing = "things" if setup.kind == "insert" else "people"
        fits = [
            kind
            for kind, other in _tables()["kind"].items()
            if other["people"][0] <= count <= other["people"][1] and kind != "insert"
        ]
        found.append(
            (
                f"is of kind {setup.kind} with {count} subjects; that kind shows {wanted} {thing}. "
                "Change the subjects or the kind.",
                nearest(setup.kind, fits),
            )
        )
    if setup.size not in row["sizes"] and setup.idiom != _DIRECTED:
        found.append((f"is {setup.size}, which a {setup.kind} is not; another size.", row["sizes"]))
    for kind, who in (("entrance", floor.coming), ("exit", floor.going)):
        if setup.kind != kind:
            continue
        who_does = f"{listed(setup.subjects)} {'enters' if kind == 'entrance' else 'leaves'}"
        if not any(who[beat] & set(setup.subjects) for beat in setup.beats):
            when = [f"{p} in {b}" for b in floor.order for p in sorted(who[b])]
            found.append((f"is an {kind}, but {who_does} in none of its beats.", when[:8]))
    return found


def _shoulder(setup: Setup) -> Told:
    found: Told = []
    if (setup.kind == "ots") != (setup.view == "ots"):
        found.append(("is half over the shoulder: kind and view are both ots, or neither is.", ()))
    if setup.kind == "ots" and not setup.over:
        found.append(("is over the shoulder of nobody; say over whose.", ()))
    if setup.kind != "ots" and setup.over:
        found.append((f"is over {setup.over}, which only kind ots is; leave that empty.", ()))
    if setup.over and setup.over in setup.subjects:
        found.append((f"films {setup.over} over their own shoulder; film whoever faces them.", ()))
    return found


def _move(setup: Setup, floor: Floor) -> Told:
    found: Told = []
    row = _tables()["move"][setup.move]
    if setup.move == "static" and setup.motive.strip():
        found.append(("is static but has a motive for a move; leave the motive empty.", ()))
    if setup.move != "static" and not any(c.isalpha() for c in setup.motive):
        found.append(
            (f"moves ({setup.move}) without a motive; name what in the scene makes it move, or "
             "keep it static.", ())
        )  # fmt: skip
    if setup.rig not in row["rigs"] and setup.idiom != _DIRECTED:
        found.append((f"cannot {setup.move} on a {setup.rig}; another rig.", row["rigs"]))
    if row.get("mover") and not _walks(setup, floor):
        walkers = [f"{p} in {b}" for b in floor.order for p in sorted(floor.walking[b])]
        found.append(
            (f"is to {setup.move} {listed(setup.subjects) or 'nobody'}, who walks in none of its "
             "beats; follow a walker, or let the camera stand or push in.", walkers[:8])
        )  # fmt: skip
    if setup.kind == "follow" and setup.move == "static":
        found.append(("is of kind follow but static; it goes along with its subject.",
                      ("follow", "lead", "truck", "handheld")))  # fmt: skip
    return found


def _walks(setup: Setup, floor: Floor) -> bool:
    return any(floor.walking[beat] & set(setup.subjects) for beat in setup.beats)


def _reveal(setup: Setup, floor: Floor) -> Told:
    """A reveal moves, and there is something to reveal."""
    table = _tables()["reveal"]
    said = re.findall(r"\w+", f"{setup.idiom} {setup.motive}".casefold())
    if not set(table["words"]) & set(said):
        return []
    if setup.move not in table["moves"]:
        return [(f"is to reveal something, which {setup.move} does not; another move.",
                 table["moves"])]  # fmt: skip
    comes = any(floor.coming[beat] for beat in setup.beats)
    if len(setup.subjects) < 2 and setup.kind not in ("establishing", "master") and not comes:
        others = sorted(set().union(*(floor.there[b] for b in setup.beats)) - set(setup.subjects))
        return [("reveals nothing: name a second subject, who comes into the picture.",
                 [*others, *floor.things][:8])]  # fmt: skip
    return []


def check_moves(setups: Sequence[Setup], floor: Floor) -> list[Problem]:
    """At most a third of the setups of dialogue move."""
    kinds = _tables()["kind"]
    lines = {beat.id for beat in floor.beats if beat.kind == "line"}
    talk = [s for s in setups if kinds[s.kind].get("talk") and lines & set(s.beats)]
    moving = [s for s in talk if s.move != "static" and s.idiom != _DIRECTED]
    # a single setup of a scene may move: a third of one is none, but so is a choice of one
    most = max(len(talk) // _SHARE, 1 if len(talk) == 1 else 0)
    return [
        Problem(
            f"setup {setup.id}",
            f"moves ({setup.move}), as {len(moving)} of the {len(talk)} setups of dialogue do; at "
            f"most {most} may: make this one static, without a motive.",
        )
        for setup in moving[most:]
    ]
