"""What a note means: words about a film become typed changes of its documents.

==================  ========================================================================
`notes.dailies`     `Dailies`: what there is to speak of: setups, cuts, lines, people, things
`notes.scope`       whom and what a clause speaks of: ``shot 2C``, ``line 3``, ``her``
`notes.clauses`     a note → its clauses
`notes.rules`       a clause → changes, by the everyday words of ``words.toml``
`notes.shots`       … of setups          `notes.playing` … of lines and what people do
`notes.cutting`     … of the cut
`notes.asked`       the same by a model; the rules are the net
`notes.checks`      changes that cannot be carried out, and why
`notes.applying`    changes carried out on a blocking and a shot list
==================  ========================================================================

>>> from filmagent.crew.notes import understand
>>> understand("shot 2C: closer, and hold on her after the line", dailies)  # doctest: +SKIP
Understood(changes=Changes(shots=[ShotChange(setup='2C', size='CU')], …), said=[])
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from filmagent.crew.notes.applying import blocked as blocked
    from filmagent.crew.notes.applying import covered as covered
    from filmagent.crew.notes.asked import ask as ask
    from filmagent.crew.notes.checks import possible as possible
    from filmagent.crew.notes.checks import problems as problems
    from filmagent.crew.notes.dailies import Dailies as Dailies
    from filmagent.crew.notes.rules import Understood as Understood
    from filmagent.crew.notes.rules import understand as understand

# carrying notes out is part of every run: it must not load what only understanding them needs
_WHERE = {
    "blocked": "applying",
    "covered": "applying",
    "ask": "asked",
    "possible": "checks",
    "problems": "checks",
    "Dailies": "dailies",
    "Understood": "rules",
    "understand": "rules",
}
__all__ = [
    "Dailies",
    "Understood",
    "ask",
    "blocked",
    "covered",
    "possible",
    "problems",
    "understand",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(f"filmagent.crew.notes.{_WHERE[name]}"), name)
    raise AttributeError(f"module 'filmagent.crew.notes' has no attribute {name!r}")
