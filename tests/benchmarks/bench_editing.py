"""How long an edit takes, and how it keeps its promises: ``bench_editing.py [TALKS]``.

Every talk is a minute of two or three people with up to twelve takes, some of them from the wrong
side of the line. Times are the best of five on this machine, one thread.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "camera"))

from editing_scenes import coverage, talk

from camera.editing import edit, faults, speaker_list, styles
from camera.editing.content import inside_words
from camera.editing.cut_list import solve
from camera.editing.seeing import views


def best(work: Callable[[], object], times: int = 5) -> float:
    """Milliseconds of the quickest of a few runs."""
    spans = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spans.append(time.perf_counter() - began)
    return 1e3 * min(spans)


def speed() -> None:
    """A minute, twelve takes."""
    script = talk(0, seconds=60.0, people=3)
    takes = [*coverage(script), *coverage(script, 1)]
    takes = [type(t)(**{**vars(t), "name": f"{n}"}) for n, t in enumerate(takes)][:12]
    made = edit(takes, script)
    tables = best(lambda: faults(views(takes, script)))
    choose = best(lambda: solve(made.problem, least=1.0, most=9.0, breaks=script.breaks))
    whole = best(lambda: edit(takes, script))
    print(f"60 s, {len(takes)} takes, {script.steps} steps")
    print(f"  tables of cuts {tables:.1f} ms, the best list {choose:.1f}: {tables + choose:.1f} ms")
    print(f"  the whole edit, until its shares are kept: {whole:.1f} ms")


def promises(count: int) -> None:
    """What edits of many talks are like, by style."""
    print(f"\n{count} talks of 60 s          " + "".join(f"{s:>15}" for s in styles()))
    rows: dict[str, list[str]] = {}
    for style in styles():
        cuts = crossed = close = words = brief = worse = 0
        shares, edges, lengths = [], [], []
        for seed in range(count):
            script = talk(seed, seconds=60.0, people=2 + seed % 2)
            takes = coverage(script, seed, sound=seed % 3 > 0)
            made = edit(takes, script, style)
            starts = [p.start for p in made.pieces[1:]]
            cuts += len(starts)
            crossed += sum(s.faults["line"] > 0 for s in made.shots)
            close += sum(s.faults["angle"] > 0 for s in made.shots)
            words += int(inside_words(script)[starts].sum())
            spans = [s.end - s.start for s in made.shots]
            brief += sum(s < 1.0 - 1e-9 for s in spans)
            worse += made.cost > made.problem.price(speaker_list(takes, script)) + 1e-9
            lengths += spans
            shares.append(made.listener)
            edges.append(made.boundary)
        figures = {
            "180° broken, of cuts": f"{crossed}/{cuts}",
            "30° broken, of cuts": f"{close}/{cuts}",
            "cuts inside a word": f"{words}",
            "shots under 1 s": f"{brief}",
            "mean shot, s": f"{np.mean(lengths):.1f}",
            "on a listener, least": f"{min(shares):.2f}",
            "on a boundary, most": f"{max(edges):.2f}",
            "dearer than the idiom": f"{worse}",
        }
        for name, figure in figures.items():
            rows.setdefault(name, []).append(figure)
    for name, values in rows.items():
        print(f"{name:28}" + "".join(f"{v:>15}" for v in values))


if __name__ == "__main__":
    speed()
    promises(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
