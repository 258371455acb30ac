"""What a run will take, said before it: calls and tokens, as near as can be known.

Figures are of the prompts and of scenes of middle length; a film that is not written yet is taken
to have four scenes and four people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from filmagent.crew.model import Expected
from filmagent.crew.prompts import load
from filmagent.documents import Catalogue, Scene

_SCENES, _PEOPLE, _BEATS = 4, 4, 24
"""Of a film that is not written yet; beats of a scene."""
_MOST_BEATS = 36
"""Beats that are staged, or covered, in one call."""
_LETTERS = 4
"""Letters a token, about."""
_SCHEMA = 200
"""Tokens of an answer's schema."""


def expected(
    catalogue: Catalogue, scenes: Sequence[Scene] | None, pending: Mapping[str, int | None]
) -> list[Expected]:
    """The calls of a run.

    Parameters
    ----------
    scenes
        The breakdown's; None before there is one.
    pending
        How many items of each stage are to be decided; None where that cannot be known yet.
        Stages that have nothing to do are left out.
    """
    beats = [len(s.beats) for s in scenes] if scenes else [_BEATS] * _SCENES
    people = len({p for s in scenes for p in s.people}) if scenes else _PEOPLE
    pieces = sum(-(-count // _MOST_BEATS) for count in beats) or 1
    mean = sum(beats) // pieces
    shelf = 15 * max((len(s.marks) for s in catalogue.sets), default=0)
    shelf += 12 * len(catalogue.actions)
    members = 35 * (len(catalogue.members) + people)
    places = 45 * (len(catalogue.sets) + len(beats))
    table: dict[str, list[tuple[str, int, int, int]]] = {
        "outline": [("outline", 1, 200, 600), ("outline_review", 1, 500, 60)],
        "scenes": [("scene", len(beats), 200, 900)],
        "dialogue": [("lines", people, 40 * sum(beats) // max(people, 1), 120)],
        "breakdown": [
            ("casting", 1, members, 20 * people),
            ("locations", 1, places, 30 * len(beats)),
        ],
        "blocking": [("block", pieces, 25 * mean + shelf, 35 * mean)],
        "shotlist": [
            ("cover", 2 * pieces, 30 * mean, 650),
            ("select", pieces, 20 * mean + 700, 90),
        ],
    }
    found = []
    for stage, count in pending.items():
        for name, calls, tokens_in, tokens_out in table[stage]:
            # one of several scenes is about its share of the calls
            some = calls if count is None or calls == 1 else round(calls * count / len(beats))
            found.append(_calls(name, max(some, 1), tokens_in, tokens_out))
    return found


def _calls(name: str, calls: int, tokens_in: int, tokens_out: int) -> Expected:
    prompt = load(name)
    own = (len(prompt.system) + len(prompt.user)) // _LETTERS + _SCHEMA
    return Expected(prompt.role, prompt.task, calls, own + tokens_in, tokens_out)
