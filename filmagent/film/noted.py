"""Notes as an input of stages: what stands in ``notes.json`` is carried out whenever one runs.

So a note survives everything that is made again, and only what it names is made again for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from filmagent.crew.notes import applying
from filmagent.documents import Edit, Scene, SceneBlocking, SceneCoverage, TakeReport
from filmagent.documents.notes import Changes, Note, Notes
from filmagent.film.noted_cut import recut
from filmagent.film.production import Film
from filmagent.film.records import digest

_OF_STAGE = {
    "blocking": ("readings", "cues"),
    "shotlist": ("shots", "adds", "drops", "showings"),
    "edit": ("showings", "lengths"),
}
"""What of a note each stage carries out."""


def read(film: Film) -> Notes:
    """``notes.json``; none before the first note."""
    path = film.folder.notes
    return Notes.read(path) if path.exists() else Notes()


def inputs(film: Film, stage: str, scene: Scene | None = None) -> dict[str, str]:
    """What a stage reads of the notes, for its key; nothing where none concerns it."""
    kept = []
    for note in read(film).standing():
        part = concerning(note, stage, scene)
        if part.any():
            kept.append([part, note.text])
    return {"notes": digest(kept)} if kept else {}


def concerning(note: Note, stage: str, scene: Scene | None = None) -> Changes:
    """What of a note is a stage's business, in a scene or in all."""
    part = Changes()
    for name in _OF_STAGE[stage]:
        setattr(
            part,
            name,
            [c for c in getattr(note.changes, name) if scene is None or _is_of(c, scene)],
        )
    return part


def blocked(film: Film, scene: Scene, blocking: SceneBlocking) -> SceneBlocking:
    """A scene's blocking as the crew made it, with its notes carried out."""
    for note in read(film).standing():
        blocking = applying.blocked(blocking, concerning(note, "blocking", scene))
    return blocking


def covered(film: Film, scene: Scene, coverage: SceneCoverage) -> SceneCoverage:
    """A scene's coverage as the crew made it, with its notes carried out."""
    beats = [b.id for b in scene.beats]
    for note in read(film).standing():
        part = concerning(note, "shotlist", scene)
        coverage = applying.covered(coverage, part, beats, note.text)
        _say_lost(film, note, part, coverage)
    return coverage


def cut(film: Film, edit: Edit, reports: dict[str, TakeReport]) -> Edit:
    """The edit as it was decided, with its notes carried out."""
    for note in read(film).standing():
        part = concerning(note, "edit")
        if part.any():
            edit, said = edited(film, edit, part, reports)
            for sentence in said:
                film.note("edit", f"note {note.id}: {sentence}.")
    return edit


def edited(
    film: Film, edit: Edit, changes: Changes, reports: dict[str, TakeReport]
) -> tuple[Edit, list[str]]:
    """An edit with changes carried out, and what there was no room for."""
    scenes = film.breakdown.scenes
    timings = {s.id: film.timing(s.id) for s in scenes if film.folder.timing(s.id).exists()}
    return recut(edit, changes, timings, reports, scenes)


def _say_lost(film: Film, note: Note, part: Changes, coverage: SceneCoverage) -> None:
    there = {s.id for s in coverage.setups}
    for change in part.shots:
        if change.setup not in there:
            film.note("shotlist", f"note {note.id}: there is no shot {change.setup} any more.")


def _is_of(change: object, scene: Scene) -> bool:
    """Whether a change names a beat or a setup of a scene."""
    beats = {b.id for b in scene.beats}
    own: Sequence[str] = getattr(change, "beats", None) or [getattr(change, "beat", "")]
    if any(own):
        return bool(beats & set(own))
    setup = getattr(change, "setup", "")
    return bool(re.fullmatch(rf"{re.escape(scene.id)}[A-Z]+\d*", setup))
