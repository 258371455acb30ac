"""The judgement by rule: a shot's worst fault has remedies; the first untried one is wished."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from camera.grammar import wider
from filmagent.crew.notes.vocabulary import carried
from filmagent.crew.review.looked import Look
from filmagent.documents import Setup
from filmagent.documents.notes import ShotChange

Tried = Collection[tuple[str, str]]
"""Setups and the changes (as JSON) that were tried on them."""
_WORTH = 0.05
"""Cost of a fault from which a shot is taken again."""


@dataclass(frozen=True)
class Judgement:
    """A shot that is to be taken again, and with which wish."""

    setup: str
    why: str
    change: ShotChange


def judge(
    every: Sequence[Look],
    tried: Tried = (),
    wished: Mapping[str, Collection[str]] | None = None,
) -> list[Judgement]:
    """The shots to be taken again, by their figures alone.

    Parameters
    ----------
    tried
        What has been tried before, and did not help.
    wished
        Setup → the fields that a person's note has set: these are not touched.
    """
    found = []
    for look in every:
        if look.held:
            continue
        theirs = set((wished or {}).get(look.setup.id, ()))
        for fault in look.faults:
            if fault.cost < _WORTH:
                break
            change = _first(look.setup, fault.remedies, tried, theirs)
            if change is not None:
                found.append(Judgement(look.setup.id, fault.said, change))
                break
    return found


def _first(
    setup: Setup, remedies: Sequence[Mapping[str, Any]], tried: Tried, theirs: set[str]
) -> ShotChange | None:
    for remedy in remedies:
        wish = _wish(setup, remedy)
        wish = {k: v for k, v in wish.items() if getattr(setup, k) != v}
        if not wish or theirs & wish.keys():
            continue
        change = ShotChange(setup=setup.id, **wish)
        if (setup.id, spelled(change)) not in tried:
            return change
    return None


def spelled(change: ShotChange) -> str:
    """A change as it is remembered."""
    return change.model_dump_json(exclude_none=True)


def _wish(setup: Setup, remedy: Mapping[str, Any]) -> dict[str, Any]:
    """A remedy as wishes for this setup; nothing where it is none for it."""
    if "steps" in remedy:
        return {"size": wider(setup.size, remedy["steps"])}
    if remedy.get("slow"):
        return {} if setup.move == "static" else {"speed": "slow"}
    if remedy.get("clean"):
        return {"view": "three_quarter", "over": ""} if setup.view == "ots" else {}
    if "move" in remedy:
        return {"move": remedy["move"], "rig": carried(remedy["move"])}
    if "view" in remedy and (setup.view in ("ots", "pov") or len(setup.subjects) > 1):
        # past a shoulder there is no other view; a group is not turned
        return {}
    return dict(remedy)
