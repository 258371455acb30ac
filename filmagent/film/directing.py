"""A person's hand in a film: who plays whom, where a scene is shot, what must not change.

Each verb holds the film from reading a document to writing it, so that nothing that another
process writes in between is lost; while another process has the film, it raises BusyError.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from filmagent.documents import Breakdown, Document, ShotList, TakeReport
from filmagent.errors import InputError
from filmagent.film import hand_saved
from filmagent.film.crewing import house_of
from filmagent.film.production import Film


def _nearest(kind: str, name: str, known: Iterable[str]) -> InputError:
    known = sorted(known)
    near = difflib.get_close_matches(name.casefold(), [k.casefold() for k in known], n=1)
    by = {k.casefold(): k for k in known}
    hint = f'; did you mean "{by[near[0]]}"?' if near else f"; there are {', '.join(known)}."
    return InputError(f'There is no {kind} "{name}"{hint}')


def cast(film: Film, character: str, member: str) -> None:
    """Have ``member`` of the library play ``character``; the voice follows."""
    with film.held():
        breakdown = film.breakdown
        by_name = {c.name.casefold(): c for c in breakdown.characters}
        by_name |= {c.id.casefold(): c for c in breakdown.characters}
        who = by_name.get(character.casefold())
        if who is None:
            raise _nearest("character", character, [c.name for c in breakdown.characters])
        if member not in {m.name for m in film.catalogue.members}:
            raise _nearest("cast member", member, [m.name for m in film.catalogue.members])
        who.member = member
        if who.voice is not None:
            who.voice = house_of(film).voice(who, breakdown, film.catalogue)
        breakdown.write(film.folder.breakdown)


def place(film: Film, scene: str, name: str) -> None:
    """Shoot a scene on the set ``name``."""
    with film.held():
        breakdown = film.breakdown
        found = next((s for s in breakdown.scenes if s.id == scene), None)
        if found is None:
            raise _nearest("scene", scene, [s.id for s in breakdown.scenes])
        if name not in {s.name for s in film.catalogue.sets}:
            raise _nearest("set", name, [s.name for s in film.catalogue.sets])
        found.set, found.set_reason = name, "chosen by hand"
        breakdown.write(film.folder.breakdown)


def lock(film: Film, name: str, locked: bool = True) -> None:
    """Keep a setup and its take (``1B``) as they are, whatever else changes, or let go of it."""
    with film.held():
        shotlist = film.shotlist
        setups = {s.id: s for scene in shotlist.scenes for s in scene.setups}
        if name not in setups:
            raise _nearest("setup", name, setups)
        setups[name].locked = locked
        shotlist.write(film.folder.shotlist)
        for path in sorted(film.folder.takes.glob("*.json")):
            report = film.report(path.stem)
            if report.setup == name:
                report.locked = locked
                report.write(path)


def changed_by_hand(film: Film) -> list[str]:
    """The documents and .blend files that differ from the machine's last output."""
    kinds: dict[Path, type[Document]] = {
        film.folder.breakdown: Breakdown,
        film.folder.shotlist: ShotList,
        **{path: TakeReport for path in film.folder.takes.glob("*.json")},
    }
    changed = []
    folder = film.folder
    for path in [folder.outline, folder.scenes, *kinds, folder.blocking, folder.edit]:
        base = film.folder.base / film.folder.relative(path)
        if path.exists() and base.exists() and _plain(path) != _plain(base):
            changed.append(film.folder.relative(path))
    return sorted([*changed, *hand_saved.changed(film)])


def _plain(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
