"""The look: frames graded between rendering and the cut, where the film asks for one."""

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

_A_SECOND = 80.0
"""Graded frames a second, for the progress bar."""


@dataclass
class RefineStage:
    """``refined/``: the film's frames in its look; nothing where the look is ``none``."""

    name: str = "refine"
    VERSION = 1

    def items(self, film: Film) -> Sequence[Item]:
        """One item, inside which each frame has its own key; none without a look."""
        if film.settings.look == NO_LOOK:
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
    """Measure every graded shot against its own passes; the report's path.

    Shots that miss a threshold are noted.
    """
    from filmagent import refine
    from filmagent.refine import metrics

    shown, chosen = needed(film.edit), finish(film)
    plain = refine.Grade(film.settings.size, chosen.look.plain(), chosen.strength)
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
    reports = metrics.measure(
        film.root,
        shown,
        refined=film.folder.refined,
        quality=film.settings.quality,
        names=names,
        people=sorted(people),
        meant=lambda picture: plain(picture, seed=0),
    )
    for shot in reports:
        for fault in shot.faults:
            film.note("refine", f"{shot.setup}: {fault}")
    path = film.folder.refined / "report.json"
    metrics.write(path, reports)
    return path


def finish(film: Film) -> refine.Finish:
    """How a film with a look is finished.

    Raises
    ------
    InputError
        If the look is not on the shelf.
    """
    from filmagent import refine

    settings = film.settings
    traced = settings.quality != "preview"
    return refine.Finish(
        refine.load(settings.look),
        settings.look_strength,
        traced if settings.denoise is None else settings.denoise,
        seed(settings.seed, "refine", "film"),
    )


def pictures_digest(film: Film) -> str:
    """Hash of what the cut shows: frames, and the look they are graded in."""
    frames = render.frames_digest(film.folder.frames, film.settings.quality)
    if film.settings.look == NO_LOOK:
        return frames
    return digest(frames, _look_digests(film))


def pictures(film: Film) -> tuple[Path, str]:
    """Where the cut finds frames: a folder, and the folder in it that holds the setups."""
    if film.settings.look == NO_LOOK:
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
