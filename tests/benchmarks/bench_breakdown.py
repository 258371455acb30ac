"""Time to read and break down: ``python tests/benchmarks/bench_breakdown.py``."""

from __future__ import annotations

import time
from pathlib import Path

from filmagent.crew.house import HouseCrew
from filmagent.documents import Catalogue
from filmagent.film.shelves import catalogue
from filmagent.screenplay import parse, write

EXAMPLES = Path(__file__).parents[2] / "examples"


def main() -> None:
    """Print seconds for each example, and for a feature film of 10 000 lines."""
    shelf = catalogue()
    for path in sorted(EXAMPLES.glob("*.fountain")):
        _measure(path.stem, path.read_text(encoding="utf-8"), shelf)
    scene = (EXAMPLES / "the_spare_key.fountain").read_text(encoding="utf-8").split("\n\n", 1)[1]
    # one cast, different words, as in a real script
    film = "\n\n".join(scene.replace("noon", f"noon, {n}") for n in range(155))
    _measure("10 000 lines", film, shelf)


def _measure(name: str, text: str, shelf: Catalogue) -> None:
    begun = time.perf_counter()
    play = parse(text)
    parsed = time.perf_counter()
    write(play)
    written = time.perf_counter()
    made = HouseCrew().breakdown(play, shelf)
    broken = time.perf_counter()
    again = HouseCrew().breakdown(play, shelf, made)
    kept = time.perf_counter()
    assert again == made
    print(
        f"{name:20} {text.count(chr(10)) + 1:6d} lines  parse {parsed - begun:6.3f} s  "
        f"write {written - parsed:6.3f} s  break down {broken - written:6.3f} s  "
        f"again with ids kept {kept - broken:6.3f} s"
    )


if __name__ == "__main__":
    main()
