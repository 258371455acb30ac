"""A note: words become changes of the film's documents, shown as a diff.

>>> told = note("films/x", "shot 2C: closer, and hold on her after the line")  # doctest: +SKIP
>>> print(*told.differences, sep="\\n")  # doctest: +SKIP
shotlist.json  2C size: MCU → CU
edit.json  2C-1 source_out: 231 → 255
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filmagent.crew.model import Model
from filmagent.crew.notes import Dailies, applying, ask, possible, understand
from filmagent.crew.problems import Problem
from filmagent.crew.transcript import Transcript
from filmagent.documents import Blocking, Document, Edit, ShotList
from filmagent.documents.notes import Author, Note, Notes
from filmagent.documents.seeds import seed
from filmagent.errors import InputError
from filmagent.film import crewing, noted
from filmagent.film.differences import Difference, differences
from filmagent.film.production import Film
from filmagent.film.shooting import EditStage, reports_of
from filmagent.film.writing import BlockingStage, CoverageStage


@dataclass(frozen=True)
class Told:
    """What became of a note."""

    note: Note
    differences: list[Difference]
    kept: bool
    """False after a dry run."""


def note(
    film: str | Path | Film,
    text: str,
    *,
    by: Author = "person",
    dry_run: bool = False,
    model: Model | None = None,
) -> Told:
    """Change a film's documents as a note asks; ``make`` then redoes only what that touches.

    Parameters
    ----------
    film
        A film folder with a shot list.
    text
        ``shot 2C: closer, and hold on her after the line``; several wishes may stand in one note.
    by
        Who gives it.
    dry_run
        Only say what would change.
    model
        Understands what the rules do not; default the film's own crew: the rules, or its model.

    Raises
    ------
    InputError
        If nothing of the note can be carried out; the message says why, with the nearest names.
    BusyError
        If another process has the film.
    """
    film = film if isinstance(film, Film) else Film(Path(film))
    film.folder.require()
    with film.held():
        dailies = dailies_of(film)
        with reader(film, model) as reading:
            if reading is None:
                understood = understand(text, dailies)
            else:
                log = Transcript(film.folder.crew / "transcript.jsonl").of(department="notes")
                number = seed(film.settings.seed, "notes", text) >> 32
                understood = ask(text, dailies, reading, log, number)
        changes, wrong = possible(understood.changes, dailies)
        said = [*understood.said, *(_sentence(p) for p in wrong)]
        if not changes.any():
            raise InputError(" ".join(said) or f'"{text}" asks for nothing that can be changed.')
        notes = noted.read(film)
        new = Note(id=notes.free_id(), by=by, text=text, changes=changes, said=said)
        found = _carried_out(film, new)
        if not dry_run:
            keep(film, Notes(notes=[*notes.notes, new]))
            _write_out(film, new)
    return Told(new, found, kept=not dry_run)


def withdraw(film: str | Path | Film, name: str) -> Note:
    """Take a note back; the next ``make`` decides what it touched without it.

    Raises
    ------
    InputError
        If there is no such note, or it has been withdrawn before.
    """
    film = film if isinstance(film, Film) else Film(Path(film))
    film.folder.require()
    with film.held():
        notes = noted.read(film)
        standing = {n.id: n for n in notes.standing()}
        if name not in standing:
            known = ", ".join(standing) or "none"
            raise InputError(f'There is no note "{name}" that holds; there are {known}.')
        standing[name].state = "withdrawn"
        keep(film, notes)
    return standing[name]


@contextmanager
def reader(film: Film, model: Model | None) -> Iterator[Model | None]:
    """The model that reads: the one given, or the film's crew's; None to go by the rules.

    The crew's is settled with afterwards.
    """
    if model is not None or film.settings.crew != "llm":
        yield model
        return
    try:
        yield film.agents.model
    finally:
        if "agents" in vars(film):
            crewing.settle(film)


def opened(film: Film, url: str | None, name: str | None) -> Model | None:
    """The model of an endpoint that is named for once; None where none is."""
    if url is None and name is None:
        return None
    from filmagent.crew.model import ModelSettings
    from filmagent.crew.model.opening import open_model

    settings = ModelSettings(url=url, name=name or "", seed=film.settings.seed)
    return open_model(settings, film.folder.answers)


def keep(film: Film, notes: Notes) -> None:
    """Write ``notes.json``."""
    notes.write(film.folder.notes)


def dailies_of(film: Film) -> Dailies:
    """What there is to speak of.

    Raises
    ------
    InputError
        Before there is a shot list.
    """
    if not film.folder.shotlist.exists():
        raise InputError(
            f"{film.root} has no shot list yet; run `filmagent edit {film.root}` first."
        )
    scenes = [s for s in film.scene_ids() if film.folder.timing(s).exists()]
    return Dailies(
        film.breakdown,
        film.blocking,
        film.shotlist,
        film.catalogue,
        film.edit if film.folder.edit.exists() else None,
        {s: film.timing(s) for s in scenes},
        frozenset(r.setup for s in scenes for r in reports_of(film, s) if r.locked),
    )


def _carried_out(film: Film, new: Note) -> list[Difference]:
    """What a note changes in the documents as they stand."""
    found: list[Difference] = []
    for path, kind, change in _documents(film, new, said=new.said):
        before = kind.read(path)
        found += _compared(path, before, change(before))
    return found


def _write_out(film: Film, new: Note) -> None:
    """Write the documents, and what the machine last made of them, with the note in both.

    The note is an input of their stages by now: stages that would only make the same again are on
    record as done.
    """
    for path, kind, change in _documents(film, new, said=[]):
        for place in (path, film.folder.base / film.folder.relative(path)):
            if place.exists():
                document = kind.read(place)
                changed = change(document)
                if changed != document:
                    changed.write(place)
    for stage in (BlockingStage(), CoverageStage(), EditStage()):
        if not _made_before(film, stage.name):
            continue
        for item in stage.items(film):
            if film.records.standing(item).because == ["notes"]:
                film.records.done(item)


def _made_before(film: Film, stage: str) -> bool:
    document = {"blocking": film.folder.blocking, "shotlist": film.folder.shotlist}
    return document.get(stage, film.folder.edit).exists()


def _documents(
    film: Film, new: Note, said: list[str]
) -> list[tuple[Path, type[Document], Callable[[Document], Document]]]:
    """The documents a note can change, and how."""
    scenes = {s.id: s for s in film.breakdown.scenes}

    def blocking(document: Document) -> Document:
        assert isinstance(document, Blocking)
        made = document.model_copy(deep=True)
        made.scenes = [
            applying.blocked(s, noted.concerning(new, "blocking", scenes[s.scene]))
            if s.scene in scenes
            else s
            for s in made.scenes
        ]
        return made

    def shotlist(document: Document) -> Document:
        assert isinstance(document, ShotList)
        made = document.model_copy(deep=True)
        made.scenes = [
            applying.covered(
                s,
                noted.concerning(new, "shotlist", scenes[s.scene]),
                [b.id for b in scenes[s.scene].beats],
                new.text,
            )
            if s.scene in scenes
            else s
            for s in made.scenes
        ]
        return made

    def edit(document: Document) -> Document:
        assert isinstance(document, Edit)
        reports = {r.setup: r for s in film.scene_ids() for r in reports_of(film, s)}
        changes = noted.concerning(new, "edit")
        made, left = noted.edited(film, document, changes, reports)
        made_later = {a.setup for a in new.changes.adds}
        said.extend(f"{s}." for s in left if not any(n in s for n in made_later))
        return made

    rows: list[tuple[Path, type[Document], Callable[[Document], Document]]] = [
        (film.folder.blocking, Blocking, blocking),
        (film.folder.shotlist, ShotList, shotlist),
        (film.folder.edit, Edit, edit),
    ]
    return [row for row in rows if row[0].exists()]


def _compared(path: Path, before: Document, after: Document) -> list[Difference]:
    sides = []
    for document in (before, after):
        raw = json.loads(document.to_json())
        # what follows from the rest would hide what was asked
        raw.pop("heard", None)
        for cut in raw.get("cuts", []):
            cut.pop("joins", None)
        sides.append(raw)
    return differences(path.name, *sides)


def _sentence(problem: Problem) -> str:
    text = str(problem)
    where, _, what = text.partition(": ")
    text = what if problem.where and where == problem.where else text
    return text[:1].upper() + text[1:]
