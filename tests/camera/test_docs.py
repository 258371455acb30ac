"""What the camera library's pages show is what it does."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import camera

ROOT = Path(camera.__file__).parent
PAGES = [
    "camera",
    *(
        f"camera.{path.stem if path.is_file() else path.name}"
        for path in sorted(ROOT.iterdir())
        if (path / "__init__.py").exists() or (path.suffix == ".py" and path.stem != "__init__")
    ),
]


@pytest.mark.parametrize("name", PAGES)
def test_examples_of_a_module_hold(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


def test_examples_of_the_readme_hold() -> None:
    text = (
        (ROOT / "README.md").read_text(encoding="utf-8").replace("```python", "").replace("```", "")
    )
    page = doctest.DocTestParser().get_doctest(text, {}, "README.md", "README.md", 0)
    assert page.examples
    assert doctest.DocTestRunner().run(page).failed == 0


def test_every_move_has_a_small_picture_of_what_it_does() -> None:
    shown = (ROOT / "README.md").read_text(encoding="utf-8")
    for move in camera.grammar.MOVES:
        if move == "static":
            continue
        picture = ROOT.parent / "examples" / "moves" / f"{move}.png"
        assert f"../examples/moves/{picture.name}" in shown, move
        assert picture.read_bytes().startswith(b"\x89PNG"), move
        assert picture.stat().st_size <= 200_000, move
