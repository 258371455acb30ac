"""A benchmark of crews as a document and as a page."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from filmagent.crew.bench.discussed import Validity
from filmagent.crew.bench.figures import Figures
from filmagent.documents import Document, Part, Real


class Row(Part):
    """One story: a film made of an idea, a film folder, or a FilmAgent script."""

    name: str
    source: str = "film"
    """``film`` or ``filmagent``."""
    whole: bool = True
    """Every document came out."""
    error: str = ""
    figures: Figures = Figures()
    violations: list[str] = Field(default_factory=list)
    """What the mechanical checks have against its documents."""
    validity: Validity | None = None
    """None where no model was asked."""
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    usd: Real | None = 0.0
    seconds: Real = 0.0
    """Wall time."""


class Bench(Document):
    """``bench.json``."""

    SCHEMA_VERSION: ClassVar[int] = 1
    crew: str
    model: str = ""
    seed: int = 0
    rows: list[Row] = Field(default_factory=list)
    together: Figures = Figures()
    """All stories counted as one: entropy and shot types are over all of them."""

    @property
    def violations_per_100(self) -> float:
        """Violations for every hundred lines."""
        return 100.0 * sum(len(r.violations) for r in self.rows) / max(self.together.lines, 1)

    def markdown(self) -> str:
        """A page for people."""
        total = self.together
        asked = [r.validity for r in self.rows if r.validity is not None and r.validity.questions]
        questions = sum(v.questions for v in asked)
        summary = [
            ("stories whole", f"{sum(r.whole for r in self.rows)} of {len(self.rows)}"),
            ("lines, scenes", f"{total.lines}, {total.scenes}"),
            ("violations per 100 lines", f"{self.violations_per_100:.2f}"),
            ("shot types", str(total.shot_types)),
            ("shot-type entropy, bits", f"{total.shot_entropy:.2f}"),
            ("medium and close, share", f"{total.mid_close_share:.2f}"),
            ("moves per 100 lines", f"{total.moves_per_100:.1f}"),
            ("actions known, share", f"{total.actions_known:.3f}"),
            ("action types", str(total.action_types)),
            ("FilmAgent's shot rules broken per 100 lines", f"{total.nine_broken_per_100:.2f}"),
            ("zooms broken", f"{total.zooms_broken} of {total.zooms}"),
        ]
        if questions:
            at_once = sum(v.valid_at_once * v.questions for v in asked) / questions
            after = sum(v.valid_after_repair * v.questions for v in asked) / questions
            summary += [
                ("answers valid at once, share", f"{at_once:.3f}"),
                ("decided by the model after repair, share", f"{after:.3f}"),
                ("decided by the house crew", str(sum(v.house for v in asked))),
            ]
        calls = sum(r.calls for r in self.rows)
        if calls:
            prices = [r.usd for r in self.rows]
            usd = None if None in prices else sum(p for p in prices if p is not None)
            summary += [
                ("calls", str(calls)),
                ("tokens in, out", f"{self._sum('tokens_in'):,}, {self._sum('tokens_out'):,}"),
                ("cost", "price unknown" if usd is None else f"${usd:.4f}"),
                ("wall time, s", f"{sum(r.seconds for r in self.rows):.1f}"),
            ]
        who = f"{self.crew} crew" + (f", {self.model}" if self.model else "")
        lines = [f"# Crew benchmark: {who}", "", "| figure | value |", "|---|---|"]
        lines += [f"| {name} | {value} |" for name, value in summary]
        lines += ["", _HEAD, "|---|" + "---:|" * 7, *(_row(r) for r in self.rows)]
        faults = [f"- {_cell(r.name)}: {_cell(v)}" for r in self.rows for v in r.violations]
        failed = [f"- {_cell(r.name)}: {_cell(r.error)}" for r in self.rows if r.error]
        if faults or failed:
            lines += ["", "## What is wrong", "", *failed, *faults]
        return "\n".join(lines) + "\n"

    def _sum(self, name: str) -> int:
        return sum(getattr(row, name) for row in self.rows)


_HEAD = "| story | lines | violations | shot types | mid+close | moves/100 | calls | seconds |"


def _row(row: Row) -> str:
    f = row.figures
    cells = [
        _cell(row.name) + ("" if row.whole else " (not whole)"),
        f.lines,
        len(row.violations),
        f.shot_types,
        f"{f.mid_close_share:.2f}",
        f"{f.moves_per_100:.1f}",
        row.calls,
        f"{row.seconds:.1f}",
    ]
    return f"| {' | '.join(map(str, cells))} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
