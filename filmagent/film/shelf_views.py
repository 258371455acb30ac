"""What is on the shelf: as rows for a table, and as one page of pictures.

>>> from filmagent.film import shelf_views
>>> shelf_views.rows("cast")[0]["name"]                              # doctest: +SKIP
'ines'
>>> shelf_views.picture_sheet("sets", lambda event: None)            # doctest: +SKIP
PosixPath('…/shelf/sets-….html')

Pictures are drawn once and kept in the cache by the content of what they show.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from filmagent.documents import write_text
from filmagent.film.production import Event, Listener
from filmagent.film.records import Digests, digest
from filmagent.film.shelves import bake, catalogue
from filmagent.library import shelf

VERSION = 1
Row = dict[str, Any]
Figure = tuple[str, str, Sequence[Path]]
"""A name, what is said of it, its pictures."""

_STYLE = """
body{background:#16171a;color:#ddd8cf;font:14px/1.45 system-ui,sans-serif;margin:32px}
h1{font-weight:500;margin:0 0 20px} main{display:flex;flex-wrap:wrap;gap:22px}
figure{margin:0;background:#1e2024;border-radius:6px;overflow:hidden}
.strip{display:flex;gap:2px} img{display:block;height:var(--tall)}
figcaption{padding:10px 12px;max-width:640px} .name{font-weight:600;color:#f3efe7;margin-right:8px}
"""


def rows(kind: str) -> list[Row]:
    """Everything of one kind on this machine's shelf, a dict each."""
    return _ROWS[kind]()


def picture_sheet(kind: str, listener: Listener) -> Path:
    """The page of pictures of ``sets``, ``cast`` or ``actions``; drawn unless it stands."""
    from filmagent import render

    folder = shelf.cache() / "shelf"
    content = digest(rows(kind), _content(kind), VERSION, render.VERSION)
    page = folder / f"{kind}-{content}.html"
    if page.exists():
        return page
    listener(Event("stage", f"list {kind}", total=1.0))

    def progress(done: int, total: int) -> None:
        listener(Event("progress", f"list {kind}", done=done, total=total))

    figures = _FIGURES[kind](folder / kind, progress)
    _write(page, kind, figures)
    listener(Event("end", f"list {kind}"))
    return page


def _sets() -> list[Row]:
    return [
        {
            "name": entry.name,
            "title": entry.title,
            "setting": entry.setting,
            "light": entry.light_plans,
            "doors": [door.id for door in entry.doors],
            "marks": [mark.id for mark in entry.marks],
        }
        for entry in catalogue().sets
    ]


def _cast() -> list[Row]:
    return [
        {
            "name": e.name,
            "title": e.title,
            "gender": e.gender,
            "years": e.years,
            "height": round(e.height, 2),
            "looks": e.words,
        }
        for e in catalogue().members
    ]


def _actions() -> list[Row]:
    return [
        {
            "name": e.name,
            "kind": e.kind,
            "target": e.target,
            "seconds": e.seconds,
            "description": e.description,
        }
        for e in catalogue().actions
    ]


def _props() -> list[Row]:
    from filmagent.library import props

    found = []
    for name in props.names():
        piece = props.load(name)
        size = " x ".join(f"{100 * side:.0f}" for side in piece.size)
        found.append({"name": name, "size": f"{size} cm", "words": list(piece.words)})
    return found


def _voices() -> list[Row]:
    return [
        {"name": v.name, "engine": v.engine, "gender": v.gender, "languages": v.languages}
        for v in catalogue().voices
    ]


def _looks() -> list[Row]:
    from filmagent import refine

    return [{"name": name, "look": refine.load(name).title} for name in refine.names()]


def _stages() -> list[Row]:
    from filmagent.film.making import STAGES
    from filmagent.film.progress import TITLES

    return [{"name": s.name, "does": TITLES.get(s.name, "")} for s in STAGES]


_ROWS: dict[str, Callable[[], list[Row]]] = {
    "sets": _sets,
    "cast": _cast,
    "actions": _actions,
    "props": _props,
    "voices": _voices,
    "looks": _looks,
    "stages": _stages,
}
Progress = Callable[[int, int], None]


def _set_figures(root: Path, progress: Progress) -> list[Figure]:
    from filmagent.film import shelf_pictures

    entries = catalogue().sets
    figures: list[Figure] = []
    for number, entry in enumerate(entries):
        said = f"{entry.title}; marks: {', '.join(m.id for m in entry.marks)}"
        picture = shelf_pictures.of_set(entry.name, root / entry.name, None)
        figures.append((entry.name, said, [picture]))
        progress(number + 1, len(entries))
    return figures


def _cast_figures(root: Path, progress: Progress) -> list[Figure]:
    from filmagent.film import shelf_pictures

    titles = {entry.name: entry.title for entry in catalogue().members}
    pictures = shelf_pictures.of_members(list(titles), root, progress)
    return [(name, titles[name], pictures[name]) for name in pictures]


def _action_figures(root: Path, progress: Progress) -> list[Figure]:
    from filmagent.film import shelf_strips

    pictures = shelf_strips.of_actions(root, progress)
    return [(e.name, e.description, pictures[e.name]) for e in catalogue().actions]


_FIGURES: dict[str, Callable[[Path, Progress], list[Figure]]] = {
    "sets": _set_figures,
    "cast": _cast_figures,
    "actions": _action_figures,
}
_HEIGHTS = {"sets": 360, "cast": 360, "actions": 200}


def _content(kind: str) -> list[str]:
    """Digests of what is seen in the pictures of a kind."""
    files = Digests()
    people = [bake("cast", entry.name) for entry in catalogue().members]
    places = [bake("sets", entry.name) for entry in catalogue().sets]
    seen = {"sets": places, "cast": people + places, "actions": people + places}[kind]
    return [files.file(path) for path in seen]


def _write(page: Path, kind: str, figures: Sequence[Figure]) -> None:
    shown = "\n".join(_figure(*figure) for figure in figures)
    write_text(
        page,
        f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>filmagent: {kind}</title>
<style>{_STYLE}:root{{--tall:{_HEIGHTS[kind]}px}}</style></head><body>
<h1>{kind.capitalize()}</h1>
<main>
{shown}
</main></body></html>
""",
    )


def _figure(name: str, said: str, pictures: Sequence[Path]) -> str:
    images = "".join(
        f'<img alt="" src="data:image/png;base64,{base64.b64encode(p.read_bytes()).decode()}">'
        for p in pictures
    )
    return (
        f'<figure><div class="strip">{images}</div><figcaption>'
        f'<span class="name">{html.escape(name)}</span>{html.escape(said)}</figcaption></figure>'
    )
