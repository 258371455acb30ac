"""The crew sees its film: shots judged by their figures and, where a model sees, by their frames.

==================  ========================================================================
`review.looked`     `Look`: a shot as it was taken and cut; its faults and its score
`review.faults`     thresholds, weights and remedies, from ``faults.toml``
`review.house`      the judgement by rule: figures alone
`review.asked`      the judgement by models: the cinematographer proposes, the director approves
==================  ========================================================================

A judgement changes the wish for a shot, never its camera: the shot is taken again, and the change
is kept only if the shot's score rises and the film's does not fall.
"""

from filmagent.crew.review.asked import ask
from filmagent.crew.review.faults import Fault, faults_of, score
from filmagent.crew.review.house import Judgement, judge
from filmagent.crew.review.looked import Look, film_score, looks

__all__ = [
    "Fault",
    "Judgement",
    "Look",
    "ask",
    "faults_of",
    "film_score",
    "judge",
    "looks",
    "score",
]
