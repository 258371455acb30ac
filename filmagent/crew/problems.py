"""What is wrong with an answer, said so that whoever answered can put it right.

`Problem.where` is a name that a repair keeps, so that the thing can be asked for again alone:

====================  ====================================================================
``""``                the answer as a whole
``character mara``    somebody of the outline or of the cast; by name where ids are not made yet
``scene 2``           a scene of the outline, the script or the breakdown
``placement mara``    where somebody begins
``beat 1.4``          a cue or a reading of that beat
``setup 1B``          a setup
``prop key``          a thing of the scene · ``extra e1`` a passer-by
====================  ====================================================================
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_CHOICES = 8
"""Right names that a problem offers: more would bury the nearest."""
_LONGEST = 80
"""Letters of a wrong name that are repeated."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Parameters
    ----------
    where
        The thing at fault, by a name that its repair keeps; "" for the whole answer.
    what
        What is wrong and what would be right, one sentence.
    choices
        The names that would be right, nearest first; empty where words are wanted.
    """

    where: str
    what: str
    choices: tuple[str, ...] = ()

    def __str__(self) -> str:
        head = f"{self.where}: " if self.where else ""
        tail = f" (choose from: {', '.join(self.choices)})" if self.choices else ""
        return f"{head}{self.what}{tail}"


def nearest(name: str, known: Iterable[str], most: int = MOST_CHOICES) -> tuple[str, ...]:
    """The known names, those most like ``name`` first; accents, case and spacing do not count.

    >>> nearest("Window Seat", ["door", "window_seat", "window_stand"], 2)
    ('window_seat', 'window_stand')
    """
    wanted = _plain(name)
    scored = [
        (-difflib.SequenceMatcher(None, wanted, _plain(other)).ratio(), place, other)
        for place, other in enumerate(dict.fromkeys(known))
    ]
    return tuple(other for _, _, other in sorted(scored)[:most])


def unknown(where: str, name: str, kind: str, known: Iterable[str]) -> Problem:
    """The problem of a name that nobody knows.

    Parameters
    ----------
    kind
        What it should have been the name of, with its article: ``"a mark of the set cafe"``.
    """
    choices = nearest(name, known)
    instead = "" if choices else "; there is none to choose, leave it empty"
    return Problem(where, f"{quoted(name)} is not {kind}{instead}.", choices)


def quoted(name: str) -> str:
    """A name out of an answer as problems repeat it: in quotes, on one line, not endless."""
    line = " ".join(name.split())
    return f'"{line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"}"'


def listed(names: Sequence[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.casefold()[:_LONGEST])
    kept = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(kept.replace("_", " ").replace("-", " ").split())
