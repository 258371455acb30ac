"""Why a camera moves: because somebody does, or comes into the picture, or as the shot list says.

A move without a motive is a camera that calls attention to itself; it stands still instead, and
the take says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from filmagent.documents import Setup
from filmagent.shoot.arrangement import Company

_STILL: dict[str, object] = {"move": "static", "rig": "tripod", "speed": "normal", "motive": ""}
_STANDS = "it stands still: a {move} was wished, and nothing in the scene moves it"


def motivated(setup: Setup, company: Company) -> tuple[Setup, str]:
    """A setup with the motive of its move, and the sentence that the take says it in.

    Where the shot list names none, what moves in the setup's beats is one: its subject, or
    somebody who comes to it. Otherwise the setup is static.
    """
    if setup.move == "static":
        return setup, ""
    motive = setup.motive.strip() or _mover(setup, company)
    if motive:
        return setup.model_copy(update={"motive": motive}), f"it moves because {motive}"
    kind = "single" if setup.kind == "follow" else setup.kind
    stilled = setup.model_copy(update={**_STILL, "kind": kind})
    return stilled, _STANDS.format(move=setup.move.replace("_", " "))


def _mover(setup: Setup, company: Company) -> str:
    """What of the scene moves during a setup's beats."""
    spans = company.spans(setup.beats)
    for who in setup.subjects:
        if who in company.actors and _walks(company, who, spans):
            return f"{_name(who)} walks"
    for who, actor in company.actors.items():
        if who not in setup.subjects and not actor.extra and _walks(company, who, spans, True):
            return f"{_name(who)} comes in"
    return ""


def _walks(
    company: Company, who: str, spans: Sequence[tuple[int, int]], coming: bool = False
) -> bool:
    """Whether somebody walks in a span; with ``coming`` only onto the set."""
    segments = company.actors[who].segments
    before = [None, *segments]
    walks = [
        s
        for s, last in zip(segments, before, strict=False)
        if s.kind == "walk" and not (coming and last is not None and last.kind != "offstage")
    ]
    return any(
        company.frame(s.start) < end and company.frame(s.end) > start
        for s in walks
        for start, end in spans
    )


def _name(actor: str) -> str:
    return actor.replace("_", " ").upper()


__all__ = ["motivated"]
