"""A film's shots through a video model: resumable, measured, painted again where they fail.

>>> from filmagent.refine.run import Choices, Run, Shot
>>> run = Run(film, painter, preparation, Choices(sigma_start=0.6))           # doctest: +SKIP
>>> for outcome in run.paint([Shot("1A", "1", range(48), prompt="…")]):       # doctest: +SKIP
...     print(outcome.setup, outcome.tries[-1].faults)

===================  =====================================================================
`run.runs`           the loop: `Run`
`run.shot`           what a run is told: `Shot`, `Choices`
`run.models`         the video model that is asked for; `run.kinds` what each kind takes
`run.words`          a shot's documents as a prompt
`run.painter`        who paints: `Painter`, `Request`; `run.sampled` our sampler as one
`run.preparation`    requests made of a film's passes
`run.heroes`         the best frames of earlier shots, carried into later ones
`run.tries`          another seed, or less noise; the best is kept
`run.work`           unfinished work on disk
`run.kept`           what is kept of a finished shot
===================  =====================================================================

Nothing here loads torch before a model is at work.
"""

from __future__ import annotations

from filmagent.refine.run.runs import Outcome, Progress, Run
from filmagent.refine.run.shot import Choices, Shot
from filmagent.refine.run.tries import Try, said

__all__ = ["Choices", "Outcome", "Progress", "Run", "Shot", "Try", "said"]
