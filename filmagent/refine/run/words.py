"""A shot said in words: what the film's documents know of it, as a prompt for a video model.

>>> from filmagent.documents import Scene, Setup
>>> from filmagent.documents.breakdown import Span
>>> scene = Scene(id="1", slugline="EXT. PIER - NIGHT", setting="ext", place="PIER", time="night",
...               span=Span(first=1, end=2))
>>> setup = Setup(id="1A", kind="master", size="LS")
>>> prompt(scene, setup, [], lens_mm=35.0, style="film still")
'Film still. Long shot at eye level, 35 mm lens, the camera stands still. Exterior: pier, at night, lit by lamps.'

The same documents always give the same words. Nobody's dialogue is in them: a model would write it
into the picture.
"""  # noqa: E501

from __future__ import annotations

import tomllib
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from filmagent.documents import Character, Scene, Setup

_LONGEST = 160
"""Letters of a person's or an action's words; a screenplay may say more than a model reads."""
_ACTIONS = 3
"""Paragraphs of action that a shot's words tell of."""


def style() -> str:
    """The words every prompt begins with, where nobody asks for others."""
    return str(_table()["style"])


def negative() -> str:
    """What no picture shall show."""
    return str(_table()["negative"])


def prompt(
    scene: Scene,
    setup: Setup,
    people: Sequence[str],
    *,
    lens_mm: float,
    style: str = "",
    beats: Collection[str] = (),
) -> str:
    """What a shot shows, in a few sentences.

    Parameters
    ----------
    scene, setup
        Its documents.
    people
        Who can be seen, each in words (`person`), most important first.
    lens_mm
        Focal length of the take.
    style
        The first words; default `style()`.
    beats
        Beats that the shot shows: their action is told.
    """
    table = _table()
    seen = " ".join(w for w in (table["size"][setup.size], table["angle"][setup.angle]) if w)
    view = table["view"][setup.view]
    camera = ", ".join(
        filter(None, [seen, view, f"{lens_mm:g} mm lens", table["move"][setup.move]])
    )
    place = ", ".join(filter(None, [_line(scene.place).casefold(), table["time"][scene.time]]))
    where = f"{table['setting'][scene.setting]}: {place}"
    sentences = [style or str(table["style"]), camera, where]
    sentences += [_line(who) for who in people]
    actions = [b.text for b in scene.beats if b.kind == "action" and b.id in beats]
    sentences += [_line(text) for text in actions[:_ACTIONS]]
    return " ".join(_sentence(s) for s in sentences if s)


def person(character: Character, title: str = "") -> str:
    """Somebody in words.

    Parameters
    ----------
    character
        Of the breakdown.
    title
        What the library says of who plays the part: ``Ines, 32: dark bob, mustard sweater``. The
        engine's picture shows that person, so these words come before the screenplay's.
    """
    kind = _table()["person"][character.age][character.gender]
    shown = title.partition(":")[2].strip() or character.description
    return f"{character.name.title()}: {kind}, {shown}" if shown else str(kind)


def _sentence(words: str) -> str:
    whole = words.strip()
    return whole[:1].upper() + whole[1:] + ("" if whole[-1:] in ".!?。！？؟" else ".")


def _line(words: str) -> str:
    """On one line, and of a length that a model reads."""
    whole = " ".join(words.split())
    if len(whole) <= _LONGEST:
        return whole
    return whole[:_LONGEST].rsplit(" ", 1)[0].rstrip(",;:")


@cache
def _table() -> dict[str, Any]:
    text = Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
