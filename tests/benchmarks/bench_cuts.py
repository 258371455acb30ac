"""How the example films are cut: ``bench_cuts.py [SCREENPLAY …]``.

Each is made as far as its edit; nothing is rendered. Wanted: at most 40 % of the cuts in dialogue
at the edge of a line, at least 20 % of the words on who listens, no shot under a second, and no
rule of continuity broken.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from filmagent.cut import talk
from filmagent.film import Film, make

EXAMPLES = Path(__file__).parents[2] / "examples"
FIGURES = ("shots", "cuts in dialogue", "at an edge", "on a listener", "lines over cuts",
           "places over cuts", "shortest, s", "180° broken", "30° broken")  # fmt: skip


def figures(film: Film) -> list[str]:
    """One film's row."""
    timings = {s: film.timing(s) for s in film.scene_ids()}
    setups = {s.id: s for scene in film.shotlist.scenes for s in scene.setups}
    made = talk(film.edit, timings, setups)
    joins = [c.joins for c in film.edit.cuts]
    return [
        str(sum(c.kind == "shot" for c in film.edit.cuts)),
        str(made.cuts),
        f"{made.edges / max(made.cuts, 1):.0%}",
        f"{made.listened / max(made.spoken, 1e-9):.0%}",
        str(made.lines_over),
        str(made.places_over),
        f"{made.shortest:.2f}",
        str(sum(j.get("line", 0) > 0 for j in joins)),
        str(sum(j.get("angle", 0) > 0.5 for j in joins)),
    ]


def main(screenplays: list[Path]) -> None:
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        for screenplay in screenplays:
            make(screenplay, Path(folder) / screenplay.stem, size=(320, 180), until="edit")
            rows[screenplay.stem] = figures(Film(Path(folder) / screenplay.stem))
    print(f"{'':18}" + "".join(f"{name[:16]:>17}" for name in rows))
    for number, name in enumerate(FIGURES):
        print(f"{name:18}" + "".join(f"{row[number]:>17}" for row in rows.values()))


if __name__ == "__main__":
    main([Path(a) for a in sys.argv[1:]] or sorted(EXAMPLES.glob("*.fountain")))
