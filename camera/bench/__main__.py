"""``python -m camera.bench``: make the table of cameras."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from camera.bench import BASELINES, LEARNT, Table, run
from camera.bench.plots import bars, scatter
from camera.families import FAMILIES, HELD_OUT, TRAINING

_SETS = {"all": FAMILIES, "training": TRAINING, "held-out": HELD_OUT}
_PLOTTED = ("crash", "visible", "framing_error", "size_f1", "ldlj", "turn_ldlj", "failed", "jerk")


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, run, write; 2 and one sentence where that cannot be done."""
    options = _options().parse_args(arguments)
    try:
        families = _names(options.families, _SETS)
        every = (*BASELINES, *(LEARNT if options.weights else ()))
        baselines = _names(options.baselines, {"all": every})
        seeds = _seeds(options.seeds)
        results = run(
            families,
            seeds,
            baselines,
            seconds=options.seconds,
            rate=options.rate,
            metres=options.equal_path,
            demanding=options.demanding,
            weights=options.weights,
            jobs=options.jobs,
            progress=_Bar(),
        )
    except ValueError as error:
        print(f"camera.bench: {error}", file=sys.stderr)
        return 2
    settings = {
        "families": ", ".join(families),
        "seeds": options.seeds,
        "seconds": options.seconds,
        "rate": options.rate,
        "equal_path_m": options.equal_path,
        "demanding": options.demanding,
    }
    table = Table(results, settings)
    _write(table, options.out)
    print(
        table.as_markdown() if options.full else "\n".join(table.as_markdown().split("\n## ")[:1])
    )
    print(f"written to {options.out}/: table.md, table.json, timings.json, *.svg")
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m camera.bench",
        description="Measure cameras on procedural scenes: means, 95 % intervals, paired "
        "differences, as Markdown, JSON and SVG plots.",
    )
    parser.add_argument(
        "--families", default="held-out", help="names by comma, or all, training, held-out"
    )
    parser.add_argument("--seeds", default="0-19", help="as 0-19 or 3,5,8-10 (default 0-19)")
    parser.add_argument(
        "--baselines",
        default="all",
        help=f"names by comma of {', '.join(BASELINES)}, with weights {', '.join(LEARNT)}; or all",
    )
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="of what has learnt")
    parser.add_argument("--out", type=Path, default=Path("bench"), help="a folder (default bench)")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each case")
    parser.add_argument("--rate", type=float, default=24.0, help="frames a second")
    parser.add_argument(
        "--equal-path", type=float, metavar="METRES", help="measure each track until it went so far"
    )
    parser.add_argument(
        "--demanding",
        action="store_true",
        help="only wishes that a camera cannot keep to all the time",
    )
    parser.add_argument("--jobs", type=int, default=1, help="processes (default 1)")
    parser.add_argument("--full", action="store_true", help="print every family's table too")
    return parser


def _names(text: str, sets: dict[str, tuple[str, ...]]) -> list[str]:
    found: list[str] = []
    for word in filter(None, (w.strip() for w in text.split(","))):
        found += sets.get(word, (word,))
    return list(dict.fromkeys(found))


def _seeds(text: str) -> list[int]:
    """Whole numbers and ranges by comma.

    Raises
    ------
    ValueError
        If a part is neither.
    """
    found: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d+)\s*(?:-\s*(\d+)\s*)?", part)
        if match is None or (match[2] is not None and int(match[2]) < int(match[1])):
            raise ValueError(f"seeds {part!r} are no number and no range; write 0-19 or 3,5,8-10")
        found += range(int(match[1]), int(match[2] or match[1]) + 1)
    return list(dict.fromkeys(found))


def _write(table: Table, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    files = {"table.json": table.as_json(), "table.md": table.as_markdown()}
    for column in _PLOTTED:
        if column in table.columns:
            files[f"{column}.svg"] = bars(table, column)
    files["framing_crash.svg"] = scatter(table)
    spent = {
        name: {"ms_per_frame_p50": round(p50, 4), "ms_per_frame_p95": round(p95, 4)}
        for name, (p50, p95) in table.timings().items()
    }
    # clocks differ from run to run: the other files do not
    files["timings.json"] = json.dumps(spent, indent=1) + "\n"
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


class _Bar:
    """Progress on stderr: a bar on a terminal, otherwise a line for every tenth."""

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.told = 0

    def __call__(self, done: int, total: int) -> None:
        spent = time.monotonic() - self.begun
        left = spent / done * (total - done) if done else 0.0
        words = f"{done}/{total} cases, {spent:.0f} s gone, {left:.0f} s to go"
        if sys.stderr.isatty():
            filled = round(30 * done / total)
            end = "\n" if done == total else ""
            print(f"\r{'█' * filled}{'░' * (30 - filled)} {words}  ", end=end, file=sys.stderr)
            sys.stderr.flush()
        elif done * 10 // total > self.told:
            self.told = done * 10 // total
            print(words, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
