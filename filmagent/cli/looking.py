"""Commands that show: boards, status, shelves, what is installed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from rich.markup import escape

from filmagent.cli.app import LOOK, Json, app
from filmagent.cli.running import bring, keep_status
from filmagent.cli.words import listening, print_json, print_table, say, tell_made


@app.command(group=LOOK)
def boards(film: Path, *, json: Json = False) -> None:
    """One lit frame a shot, before any full render: cut/boards/ and cut/boards.html."""
    from filmagent.film import Film
    from filmagent.film.finishing import make_boards

    with listening(json) as listener:
        production = Film(film, listener)
        bring(production, "stage")
        path = make_boards(production)
    tell_made(production, json, f"Boards: {path}", boards=str(path))


@app.command(group=LOOK)
def status(film: Path, *, json: Json = False) -> None:
    """Show what is done, stale (because …) and missing."""
    from filmagent.film import snapshot
    from filmagent.film.folder import Folder

    Folder(film).require()
    known = snapshot.read(film) or keep_status(film)
    if json:
        print_json({"film": str(film), **known})
        return
    colours = {"done": "green", "stale": "yellow", "missing": "red"}
    print_table(
        [
            {
                "item": escape(s["item"]),
                "state": f"[{colours[s['state']]}]{s['state']}[/]",
                "because": escape(", ".join(s["because"])),
            }
            for s in known["items"]
        ]
    )
    if known["changed_by_hand"]:
        say("changed by hand: " + ", ".join(known["changed_by_hand"]))


@app.command(name="list", group=LOOK)
def list_command(
    shelf: Literal["sets", "cast", "actions", "props", "voices", "looks", "stages"],
    *,
    pictures: bool = True,
    json: Json = False,
) -> None:
    """Show what is on the shelf; sets, cast and actions with pictures."""
    from filmagent.film import shelf_views

    rows, sheet = shelf_views.rows(shelf), None
    if pictures and shelf in ("sets", "cast", "actions"):
        with listening(json, sys.stderr) as listener:
            sheet = shelf_views.picture_sheet(shelf, listener)
    if json:
        print_json({shelf: rows, "pictures": str(sheet) if sheet else None})
        return
    print_table(
        [
            {k: escape(", ".join(v) if isinstance(v, list) else str(v)) for k, v in row.items()}
            for row in rows
        ]
    )
    if sheet:
        say(f"pictures: {sheet}")


@app.command(group=LOOK)
def doctor(*, json: Json = False) -> None:
    """Say what is installed, what is missing, and what that costs."""
    from filmagent.film.doctor import examine

    findings = examine()
    if json:
        print_json([vars(f) for f in findings])
    else:
        for f in findings:
            mark = "✓" if f.present else "–" if f.optional else "✗"
            say(f"{mark} {f.name}: {f.found if f.present else f.costs}")
    if not all(f.present or f.optional for f in findings):
        raise SystemExit(4)
