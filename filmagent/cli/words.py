"""What commands say: to eyes or as JSON, while they work and at their end."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, TextIO

from rich.console import Console

from filmagent.cli.app import console

if TYPE_CHECKING:
    # departments load when a command needs them: --help and status answer at once
    from filmagent.film import Film
    from filmagent.film.progress import JsonListener, ProgressListener


def listening(as_json: bool, stream: TextIO | None = None) -> JsonListener | ProgressListener:
    """Told of a run: prints events, or shows bars and notes."""
    from filmagent.film.progress import JsonListener, ProgressListener

    return JsonListener(stream or sys.stdout) if as_json else ProgressListener(console)


def tell_made(film: Film, as_json: bool, words: str = "", **results: str) -> None:
    """Say where results are; under ``--json``, as the last event."""
    if as_json:
        made = {"event": "made", "film": str(film.root), **results}
        print(json.dumps(made, ensure_ascii=False))
    elif words:
        say(words)


def print_json(value: object) -> None:
    """One JSON document."""
    print(json.dumps(value, ensure_ascii=False, indent=1))


def answer(as_json: bool, value: object, words: str) -> None:
    """Answer a question."""
    if as_json:
        print_json(value)
    else:
        say(words)


def say(words: str) -> None:
    """Say what is the answer; it goes to stdout."""
    # paths stay whole, and brackets are brackets
    Console(highlight=False).print(words, markup=False, soft_wrap=True)


def print_table(rows: list[dict[str, str]]) -> None:
    """Rows of marked-up cells."""
    from rich.table import Table

    table = Table(*rows[0], box=None) if rows else Table(box=None)
    for row in rows:
        table.add_row(*row.values())
    Console(highlight=False).print(table)
