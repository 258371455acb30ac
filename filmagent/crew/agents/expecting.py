"""What a run will take, said before it: calls and tokens, as near as can be known.

Figures are of the prompts and of scenes of middle length; what is answered already is not known
here, and an outline that is not written yet is taken to have four scenes and four people.
"""

from __future__ import annotations

from collections.abc import Sequence

from filmagent.crew.model import Expected
from filmagent.crew.prompts import load
from filmagent.documents import Catalogue, Scene

_SCENES, _PEOPLE, _BEATS = 4, 4, 24
"""Of a film that is not written yet; beats of a scene."""
_MOST_BEATS = 36
_LETTERS = 4
"""Letters a token, about."""
_SCHEMA = 250
"""Tokens of an answer's schema."""


def expected(
    catalogue: Catalogue, scenes: Sequence[Scene] | None, of_an_idea: bool
) -> list[Expected]:
    """The calls of a film.

    Parameters
    ----------
    scenes
        The breakdown's; None before there is one.
    of_an_idea
        The screenplay has still to be written.
    """
    beats = [len(s.beats) for s in scenes] if scenes else [_BEATS] * _SCENES
    people = len({p for s in scenes for p in s.people}) if scenes else _PEOPLE
    pieces = sum(-(-count // _MOST_BEATS) for count in beats) or 1
    mean = sum(beats) // pieces
    marks = max((len(s.marks) for s in catalogue.sets), default=0)
    shelf = 25 * marks + 20 * len(catalogue.actions)
    found = []
    if of_an_idea and scenes is None:
        found += [
            _calls("outline", 1, 300, 900),
            _calls("outline_review", 1, 900, 60),
            _calls("scene", len(beats), 500, 1000),
            _calls("lines", people, 40 * sum(beats) // max(people, 1), 150),
        ]
    if scenes is None:
        found += [
            _calls("casting", 1, 60 * (len(catalogue.members) + people), 20 * people),
            _calls("locations", 1, 60 * len(catalogue.sets) + 60 * len(beats), 40 * len(beats)),
        ]
    return [
        *found,
        _calls("block", pieces, 40 * mean + shelf, 45 * mean),
        _calls("cover", 2 * pieces, 50 * mean, 700),
        _calls("select", pieces, 20 * mean + 1000, 150),
    ]


def _calls(name: str, calls: int, tokens_in: int, tokens_out: int) -> Expected:
    prompt = load(name)
    own = (len(prompt.system) + len(prompt.user)) // _LETTERS + _SCHEMA
    return Expected(prompt.role, prompt.task, calls, own + tokens_in, tokens_out)
