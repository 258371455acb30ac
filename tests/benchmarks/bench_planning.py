"""Seconds of planning per second of film, stage by stage.

``python tests/benchmarks/bench_planning.py [screenplay]``. Planning is everything before pictures
are rendered: voices, blocking, timing, bodies, shot list, cameras and the edit.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

# as the command line has it
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from filmagent.documents import Edit
from filmagent.film.making import make
from filmagent.film.progress import Event

EXAMPLE = Path(__file__).parents[2] / "examples" / "the_spare_key.fountain"


def main() -> None:
    """Plan a film in a fresh folder and print what each stage took."""
    screenplay = Path(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLE
    stages: list[tuple[str, float]] = []

    def listen(event: Event) -> None:
        if event.kind == "end" and event.stage:
            stages.append((event.stage, event.seconds))

    with tempfile.TemporaryDirectory() as folder:
        wall, cpu = time.perf_counter(), time.process_time()
        make(screenplay, Path(folder) / "film", until="edit", listener=listen)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        edit = Edit.read(Path(folder) / "film" / "edit.json")
    film = sum(cut.frames for cut in edit.cuts) * edit.fps[1] / edit.fps[0]
    for name, seconds in stages:
        print(f"{name:12} {seconds:7.2f} s  {seconds / film:7.4f} s a second of film")
    print(
        f"{'all':12} {wall:7.2f} s  {wall / film:7.4f} s a second of film: {film / wall:.1f} times "
        f"faster than the {film:.1f} s film ({cpu:.1f} s of one processor)"
    )


if __name__ == "__main__":
    main()
