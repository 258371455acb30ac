"""The application, its groups, and options that several commands share."""

from __future__ import annotations

from typing import Annotated, Literal

import cyclopts
from cyclopts import Group, Parameter
from rich.console import Console

from filmagent import __version__

FILM = Group("Make a film", sort_key=1)
LOOK = Group("Look", sort_key=2)
DIRECT = Group("Direct", sort_key=3)
STAGE = Group("One stage, and every stage before it", sort_key=4)
MEASURE = Group("Measure", sort_key=5)
app = cyclopts.App(
    name="filmagent",
    version=__version__,
    help="A virtual film studio: a screenplay in, a finished, cut film out.",
    suppress_keyboard_interrupt=False,  # main() says what a stop means
)
app["--help"].group = app["--version"].group = Group("Options", sort_key=9)
console = Console(stderr=True, highlight=False)
Json = Annotated[bool, Parameter(name="--json", help="Print JSON instead of words.")]
Redo = Annotated[
    list[str] | None,
    Parameter(name="--redo", help="A stage, or stage/item, to decide again; may be repeated."),
]
Quality = Literal["preview", "draft", "final"]
