"""The look: frames graded between rendering and the cut, where the film asks for one.

Where a video model has painted a shot (`filmagent.film.refining`), the look goes on top of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filmagent import render
from filmagent.documents.film_time import needed
from filmagent.documents.seeds import seed
from filmagent.documents.settings import NO_LOOK
from filmagent.errors import InputError
from filmagent.film.production import Event, Film, save_settings
from filmagent.film.records import Item, digest

if TYPE_CHECKING:
    # departments load when something is made: to say how a film stands, none is needed
    from filmagent import refine

MODEL = "model"
"""Of `filmagent.refine.sources`: the folder of what a video model painted."""
_A_SECOND = 80.0
"""Graded frames a second, for the progress bar."""


@dataclass
class RefineStage:
    """``refined/``: the film's frames in its look; nothing where there is nothing to do."""

    name: str = "refine"
    VERSION = 1

    def items(self, film: Film) -> Sequence[Item]:
        """One item, inside which each frame has its own key; none without look and model."""
        if not graded(film):
            return []
        wanted = needed(film.edit)
        return [
            Item(
                stage=self.name,
                id="",
                inputs={
                    "edit": digest(wanted),
                    "frames": render.frames_digest(film.folder.frames, film.settings.quality),
                    **_look_digests(film),
                    "model": digest(painted(film)),
                    "version": str(self.VERSION),
                },
                make=lambda: self.make(film),
                exists=lambda: _complete(film, wanted),
                seconds=sum(map(len, wanted.values())) / _A_SECOND,
            )
        ]

    def make(self, film: Film) -> None:
        """Grade what is stale."""
        from filmagent import refine
        from filmagent.refine import sources

        for setup in sources.outdated(film.root, needed(film.edit), film.settings.quality):
            film.note(
                self.name,
                f"{setup} has changed since a video model painted it, and is shown as rendered; "
                "run `filmagent refine` with the model again.",
            )
        refine.grade(
            film.root,
            needed(film.edit),
            finish(film),
            quality=film.settings.quality,
            workers=film.workers,
            on_progress=lambda done, total: film.listener(
                Event("progress", self.name, done=done, total=total)
            ),
        )


def painted(film: Film) -> dict[str, str]:
    """The shots that a video model painted and that are up to date, each with its hash."""
    if not (film.folder.refined / MODEL).is_dir():
        return {}
    from filmagent.refine import sources

    return sources.painted(film.root, needed(film.edit), film.settings.quality)


def graded(film: Film) -> bool:
    """Whether the cut shows other pictures than those rendered."""
    return film.settings.look != NO_LOOK or bool(painted(film))


def choose(film: Film, look: str | None, strength: float | None, denoise: bool | None) -> None:
    """Keep a look for a film; None leaves what is kept.

    Raises
    ------
    InputError
        If the film has no look yet and none is named, or there is none of that name.
    """
    film.folder.require()
    check_look(look, strength)
    if look is None and film.settings.look == NO_LOOK:
        raise InputError(
            f"{film.root} has no look; name one with --look (`filmagent list looks` has them)."
        )
    with film.held():
        save_settings(film.folder, look=look, look_strength=strength, denoise=denoise)


def check_look(look: str | None, strength: float | None) -> None:
    """See that there is such a look.

    Raises
    ------
    InputError
        If not, with the nearest; or if the strength is out of range.
    """
    if strength is not None and not 0.0 <= strength <= 1.0:
        raise InputError(f"A look's strength of {strength:g} is out of range: 0 to 1.")
    if look is not None and look != NO_LOOK:
        from filmagent import refine

        refine.load(look)


def report(film: Film) -> Path:
    """Measure every shot against its own passes; the report's path.

    Painted shots are compared with one another, before any look; the others with one another,
    against their engine frames in a plain version of the look. Shots that miss a threshold are
    noted.
    """
    from filmagent import refine
    from filmagent.refine import metrics
    from filmagent.refine.run import kept, said

    chosen, by_model = finish(film), painted(film)
    shown = needed(film.edit)
    plain = refine.Grade(film.settings.size, chosen.look.plain(), chosen.strength)
    names, people = named(film)
    reports = {
        r.setup: r
        for r in metrics.measure(
            film.root,
            {setup: frames for setup, frames in shown.items() if setup not in by_model},
            refined=film.folder.refined,
            quality=film.settings.quality,
            names=names,
            people=people,
            meant=lambda picture: plain(picture, seed=0),
        )
    }
    known = [k for k in (kept.read(film.root, setup) for setup in by_model) if k is not None]
    for shot, what in zip(metrics.settle([k.seen for k in known], people), known, strict=True):
        shot.said = said(what.tries)
        reports[shot.setup] = shot
    for setup in shown:
        shot = reports[setup]
        for fault in [shot.said] if shot.said else shot.faults:
            film.note("refine", f"{setup}: {fault}")
    path = film.folder.refined / "report.json"
    metrics.write(path, [reports[setup] for setup in shown])
    return path


def named(film: Film) -> tuple[dict[str, dict[int, str]], list[str]]:
    """What object ids are called in each setup that the film shows; and everybody in the film.

    A set has a name a scene: by another light it has other colours.
    """
    names: dict[str, dict[int, str]] = {}
    people: set[str] = set()
    for cut in film.edit.cuts:
        if cut.kind == "shot" and cut.setup not in names:
            staged = film.staged(cut.scene)
            names[cut.setup] = {
                1: f"{staged.set_name} {cut.scene}",
                **{a.object_id: a.id for a in staged.actors},
            }
            people |= {a.id for a in staged.actors}
    return names, sorted(people)


def said(film: Film) -> dict[str, list[str]]:
    """What the contact sheet says of painted shots, by setup."""
    by_model = painted(film)
    if not by_model:
        return {}
    from filmagent.refine.run import kept
    from filmagent.refine.run import said as in_words

    known = ((setup, kept.read(film.root, setup)) for setup in by_model)
    return {setup: [w for w in [in_words(k.tries)] if w] for setup, k in known if k is not None}


def finish(film: Film) -> refine.Finish:
    """How a film is finished; without a look nothing is done to its pictures.

    Raises
    ------
    InputError
        If the look is not on the shelf.
    """
    from filmagent import refine

    settings = film.settings
    traced = settings.quality != "preview"
    plain = settings.look == NO_LOOK
    return refine.Finish(
        refine.Look() if plain else refine.load(settings.look),
        settings.look_strength,
        not plain and (traced if settings.denoise is None else settings.denoise),
        seed(settings.seed, "refine", "film"),
    )


def pictures_digest(film: Film) -> str:
    """Hash of what the cut shows: frames, and the look they are graded in."""
    frames = render.frames_digest(film.folder.frames, film.settings.quality)
    if not graded(film):
        return frames
    return digest(frames, _look_digests(film), painted(film))


def pictures(film: Film) -> tuple[Path, str]:
    """Where the cut finds frames: a folder, and the folder in it that holds the setups."""
    if not graded(film):
        return film.folder.frames, film.settings.quality
    return film.root, film.folder.refined.name


def grade_stills(film: Film, stills: Sequence[Path]) -> None:
    """Put single pictures into the film's look."""
    if film.settings.look == NO_LOOK:
        return
    from filmagent import refine

    for still in stills:
        refine.grade_still(still, finish(film))


def _look_digests(film: Film) -> dict[str, str]:
    from filmagent import refine

    chosen = finish(film)
    return {
        "look": digest(chosen.look, chosen.strength, chosen.denoise),
        "seed": str(film.settings.seed),
        "grade": str(refine.VERSION),
    }


def _complete(film: Film, wanted: dict[str, list[int]]) -> bool:
    from filmagent import refine

    return refine.complete(film.root, wanted)
