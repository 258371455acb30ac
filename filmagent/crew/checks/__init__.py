"""What can be said against a document without taste: pure functions, run before any model judges.

=====================  =====================================================================
`check_outline`        people and scenes of a story, before it is written
`check_pages`          one scene in words
`check_breakdown`      casting, voices, sets, props, and that all names are people and scenes
`check_blocking`       marks, seats, doors, props, presence, readings: can it be played?
`check_coverage`       beats, subjects, shot rules, the line of action: can it be cut?
`check_filmagent`      the nine shot rules of FilmAgent, for comparisons only
=====================  =====================================================================

Each returns `filmagent.crew.problems.Problem` s: what is wrong, what would be right, and the names
that would be right. What the house crew decides has none, whatever the screenplay.
"""

from filmagent.crew.checks.blocking import check_blocking
from filmagent.crew.checks.breakdown import check_breakdown
from filmagent.crew.checks.coverage import Asked, check_coverage
from filmagent.crew.checks.filmagent import Shown, check_filmagent
from filmagent.crew.checks.story import check_outline, check_pages

__all__ = [
    "Asked",
    "Shown",
    "check_blocking",
    "check_breakdown",
    "check_coverage",
    "check_filmagent",
    "check_outline",
    "check_pages",
]
