"""The table of cameras: baselines × families × seeds, with intervals.

``python -m camera.bench --help`` makes it. Every baseline films the same `camera.families` cases
and is measured by `camera.metrics`; differences to the planner are taken case by case.

=====================  =======================================================================
`BASELINES`            name → a camera: a function from a `Case` to a `Trajectory`
`LEARNT`               name → a camera that needs weights
`measure`              the figures of one track on one case
`run`                  measure baselines on cases
`Table`                means, intervals and differences; as JSON, Markdown and plots
=====================  =======================================================================
"""

from camera.bench.baselines import BASELINES as BASELINES
from camera.bench.baselines import LEARNT as LEARNT
from camera.bench.measure import measure as measure
from camera.bench.running import Result as Result
from camera.bench.running import run as run
from camera.bench.table import Table as Table

__all__ = ["BASELINES", "LEARNT", "Result", "Table", "measure", "run"]
