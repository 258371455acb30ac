"""Means, intervals and paired differences of many results."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from camera.bench.running import Result
from camera.grammar import SIZES
from camera.metrics.framing import size_scores, sizes_shown
from camera.metrics.samples import bootstrap, energy_distance, frechet_distance
from camera.pose import Array

COLUMNS: dict[str, tuple[str, int]] = {
    "crash": ("share of tracks that hit something (0.3 m, swept, bodies too)", -1),
    "failed": ("share that hit something or went less than half as far as the planner's", -1),
    "clearance_p5": ("m", +1),
    "visible": ("share of 12 points unoccluded and in frame", +1),
    "hidden_longest": ("s, longest run with less than half seen", -1),
    "face_seen": ("share of frames, where the wish is from before", +1),
    "framing_error": ("frame heights, RMS", -1),
    "head_clipped": ("share of frames", -1),
    "size_f1": ("macro-F1 of size classes", +1),
    "size_error": ("size classes off", -1),
    "view_error": ("radians, median", -1),
    "line_crossed": ("share of frames over the 180° line", -1),
    "ldlj": ("smoothness of going", +1),
    "sparc": ("smoothness of going", +1),
    "turn_ldlj": ("smoothness of turning", +1),
    "turn_sparc": ("smoothness of turning", +1),
    "jerk": ("m/s³, RMS over a track", -1),
    "speed_p99": ("m/s", 0),
    "acceleration_p99": ("m/s²", -1),
    "turn_p99": ("rad/s", -1),
    "roll": ("radians, 99th percentile", -1),
    "lag": ("s behind the subject, going", 0),
    "aim_lag": ("s behind the subject, aiming", 0),
    "path_length": ("m", 0),
    "energy": ("energy distance of kinetic features to the witnesses'", -1),
    "frechet": ("Fréchet distance of kinetic features to the witnesses'", -1),
}
"""Column → what it is in, and whether more (+1) or less (−1) is better."""
_DRAWS = {"energy": 200, "frechet": 200}
REFERENCES = ("planner", "witness")
"""What others are compared with case by case: the first of these that was run."""
_SETS = ("energy", "frechet", "size_f1")
"""Columns that only a set of tracks has."""

Interval = tuple[float, float, float]


@dataclass(frozen=True)
class Table:
    """What was measured, to be read.

    Parameters
    ----------
    results : of every baseline on every case
    settings : what the table was made with, repeated in its files
    """

    results: Sequence[Result]
    settings: dict[str, Any]

    @cached_property
    def baselines(self) -> list[str]:
        """Their names, in the order run."""
        return list(dict.fromkeys(r.baseline for r in self.results))

    @cached_property
    def families(self) -> list[str]:
        """Their names, in the order run."""
        return list(dict.fromkeys(r.family for r in self.results))

    @cached_property
    def reference(self) -> str | None:
        """The baseline that differences are taken to."""
        return next((name for name in REFERENCES if name in self.baselines), None)

    def _of(self, baseline: str, family: str | None) -> list[Result]:
        return [
            r
            for r in self.results
            if r.baseline == baseline and family in (None, r.family) and r.figures is not None
        ]

    def values(self, baseline: str, column: str, family: str | None = None) -> Array:
        """A column (N,) over the cases of a family, or of all; NaN where it means nothing."""
        rows = self._of(baseline, family)
        return np.array([self._figure(r, column) for r in rows], np.float64)

    def _figure(self, result: Result, column: str) -> float:
        """One case's; ``failed`` only where the planner filmed it too."""
        figures = result.figures or {}
        if column != "failed":
            return figures.get(column, float("nan"))
        far = self._planned.get((result.family, result.seed))
        if far is None or "crash" not in figures:
            return float("nan")
        return float(figures["crash"] > 0 or figures["path_length"] < 0.5 * far)

    @cached_property
    def _planned(self) -> dict[tuple[str, int], float]:
        """How far the planner's camera went in each case, metres."""
        return {
            (r.family, r.seed): r.figures["path_length"]
            for r in self.results
            if r.baseline == "planner" and r.figures is not None
        }

    def interval(self, baseline: str, column: str, family: str | None = None) -> Interval | None:
        """Mean and 95 % bootstrap interval; None where nothing was measured."""
        key = (baseline, column, family)
        if key not in self._intervals:
            self._intervals[key] = self._interval(*key)
        return self._intervals[key]

    @cached_property
    def _intervals(self) -> dict[tuple[str, str, str | None], Interval | None]:
        """Those already taken: a thousand draws each."""
        return {}

    def _interval(self, baseline: str, column: str, family: str | None) -> Interval | None:
        rows = self._of(baseline, family)
        if column in _SETS:
            return self._of_set(rows, column, family)
        values = self.values(baseline, column, family)
        values = values[np.isfinite(values)]
        return bootstrap(values) if len(values) else None

    def _of_set(self, rows: list[Result], column: str, family: str | None) -> Interval | None:
        if len(rows) < 2:
            return None
        if column == "size_f1":
            names = list(SIZES)
            shown = sizes_shown([(r.figures or {})["head_fraction"] for r in rows])
            pairs = np.array(
                [
                    (names.index(r.wished_size), names.index(s))
                    for r, s in zip(rows, shown, strict=True)
                ]
            )
            return bootstrap(
                pairs,
                lambda p: size_scores(
                    [names[int(i)] for i in p[:, 0]], [names[int(i)] for i in p[:, 1]]
                )[0],
                draws=200,
            )
        witnesses = [r.features for r in self._of("witness", family)]
        if len(witnesses) < 2:
            return None
        distance = energy_distance if column == "energy" else frechet_distance
        features = np.array([r.features for r in rows])
        return bootstrap(features, lambda f: distance(f, np.array(witnesses)), draws=_DRAWS[column])

    def difference(self, baseline: str, column: str, family: str | None = None) -> Interval | None:
        """Baseline minus reference, case by case, and its interval; None without both."""
        if self.reference is None or baseline == self.reference or column in _SETS:
            return None
        other = {(r.family, r.seed): r for r in self._of(self.reference, family)}
        pairs = [(r, other.get((r.family, r.seed))) for r in self._of(baseline, family)]
        gaps = [self._figure(a, column) - self._figure(b, column) for a, b in pairs if b]
        values = np.array(gaps, np.float64)
        values = values[np.isfinite(values)]
        return bootstrap(values) if len(values) else None

    @cached_property
    def columns(self) -> list[str]:
        """Those columns in which anything was measured."""
        return [c for c in COLUMNS if any(self.interval(b, c) for b in self.baselines)]

    def as_json(self) -> str:
        """Everything: settings, intervals overall and by family, differences, timings, cases."""
        groups: list[str | None] = [None, *self.families]
        body = {
            "settings": self.settings,
            "columns": {c: {"meaning": COLUMNS[c][0], "better": COLUMNS[c][1]} for c in COLUMNS},
            "means": {
                family or "all": {
                    b: {c: _rounded(self.interval(b, c, family)) for c in self.columns}
                    for b in self.baselines
                }
                for family in groups
            },
            "reference": self.reference,
            "differences": {
                b: {c: _rounded(self.difference(b, c)) for c in self.columns}
                for b in self.baselines
                if b != self.reference
            },
            "cases": [
                {
                    "family": r.family,
                    "seed": r.seed,
                    "baseline": r.baseline,
                    "figures": None
                    if r.figures is None
                    else {k: _plain(v) for k, v in r.figures.items()},
                }
                for r in self.results
            ],
        }
        return json.dumps(body, indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    def timings(self) -> dict[str, tuple[float, float]]:
        """Milliseconds a frame of each baseline: median and 95th percentile."""
        found = {}
        for name in self.baselines:
            spent = [r.milliseconds for r in self.results if r.baseline == name]
            found[name] = (float(np.median(spent)), float(np.percentile(spent, 95)))
        return found

    def as_markdown(self) -> str:
        """The means, by baseline and column; the best of each column bold."""
        lines = [f"# Cameras on {', '.join(self.families)}", ""]
        lines += [f"{k}: {v}  " for k, v in self.settings.items()]
        lines += [
            "",
            "Means and 95 % bootstrap intervals over cases; bold is best but the witness.",
        ]
        lines += ["", *self._grid()]
        if self.reference is not None and len(self.baselines) > 1:
            lines += ["", f"## Minus {self.reference}, case by case", "", *self._gaps()]
        for family in self.families if len(self.families) > 1 else []:
            lines += ["", f"## {family}", "", *self._grid(family)]
        return "\n".join(lines) + "\n"

    def _grid(self, family: str | None = None) -> list[str]:
        head = [
            "| | " + " | ".join(self.baselines) + " |",
            "|---" * (len(self.baselines) + 1) + "|",
        ]
        rows = []
        for c in self.columns:
            found = {b: self.interval(b, c, family) for b in self.baselines}
            best = _best(found, COLUMNS[c][1])
            cells = [_cell(found[b], bold=b in best) for b in self.baselines]
            rows.append(f"| **{c}** {COLUMNS[c][0]} | " + " | ".join(cells) + " |")
        counts = [str(len(self._of(b, family))) for b in self.baselines]
        return [*head, "| cases | " + " | ".join(counts) + " |", *rows]

    def _gaps(self) -> list[str]:
        others = [b for b in self.baselines if b != self.reference]
        rows = ["| | " + " | ".join(others) + " |", "|---" * (len(others) + 1) + "|"]
        for c in self.columns:
            found = {b: self.difference(b, c) for b in others}
            if any(found.values()):
                cells = [_cell(found[b], bold=False) for b in others]
                rows.append(f"| **{c}** | " + " | ".join(cells) + " |")
        return rows


def _best(found: dict[str, Interval | None], sign: int) -> list[str]:
    known = {b: i[0] for b, i in found.items() if i is not None and b != "witness"}
    if not known or not sign:
        return []
    top = max(sign * v for v in known.values())
    return [b for b, v in known.items() if sign * v >= top - 1e-6]


def _cell(interval: Interval | None, bold: bool) -> str:
    if interval is None:
        return "–"
    # the last bits of a still camera's speed are no speed
    value, low, high = (f"{round(x, 6) + 0.0:.3g}" for x in interval)
    return f"**{value}** [{low}, {high}]" if bold else f"{value} [{low}, {high}]"


def _rounded(interval: Interval | None) -> list[float | None] | None:
    return None if interval is None else [_plain(x) for x in interval]


def _plain(value: float) -> float | None:
    """JSON has no NaN."""
    return round(float(value), 6) if np.isfinite(value) else None
