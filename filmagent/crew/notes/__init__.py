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

from filmagent.crew.notes.applying import blocked, covered
from filmagent.crew.notes.asked import ask
from filmagent.crew.notes.checks import possible, problems
from filmagent.crew.notes.dailies import Dailies
from filmagent.crew.notes.rules import Understood, understand

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
