"""`refine` with a video model: the film's shots painted, and what became of them.

The model paints what the film's documents say and its passes show (`filmagent.refine.run`); the
look goes on top of that (`filmagent.film.grading`). `make` never runs a model: a painted shot that
has changed since is shown as rendered, and said.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filmagent import render
from filmagent.documents import Character
from filmagent.documents.film_time import fps
from filmagent.errors import InputError
from filmagent.film.briefing import shots
from filmagent.film.production import Event, Film
from filmagent.library.bake import Bake
from filmagent.render.passes import EVERYTHING

if TYPE_CHECKING:
    # a film without a video model loads none of it
    from filmagent.refine.identity import Protected
    from filmagent.refine.passes import Picture
    from filmagent.refine.run import Choices, Outcome, Progress, Run, Shot
    from filmagent.refine.run.heroes import Heroes
    from filmagent.refine.run.models import Model
    from filmagent.refine.run.painter import Painter

STAGE = "paint"
_OF_BODIES = ("faces", "hands")
"""What is found by rest positions when it is to be protected."""


def look_at(
    film: Film, backend: str, *, loras: Mapping[str, str] | None = None, **asked: Any
) -> Model:
    """Look at the model that is asked for, by the fields of `filmagent.refine.run.models.Asked`.

    Parameters
    ----------
    film
        A film.
    backend, asked
        The model.
    loras
        Files by a character's name or id.

    Raises
    ------
    InputError
        If it cannot be used; said before anything is rendered for it.
    MissingDependency
        If a package is missing.
    """
    from filmagent.refine.run import models

    known = {}
    for who, path in (loras or {}).items():
        found = [c.id for c in film.breakdown.characters if who.casefold() in _called(c)]
        if not found:
            there = ", ".join(c.name for c in film.breakdown.characters)
            raise InputError(f'There is no character "{who}" for a LoRA; there are {there}.')
        known[found[0]] = Path(path).expanduser()
    return models.look_at(models.Asked(backend, loras=known, **asked))


def _called(character: Character) -> set[str]:
    return {name.casefold() for name in (character.id, character.name, *character.aliases)}


def choices(film: Film, *, seed: int | None, **wishes: Any) -> Choices:
    """How shots are painted; the film's seed unless another is asked for.

    Raises
    ------
    InputError
        If a number is out of range.
    """
    from filmagent.refine.run import Choices

    return Choices(seed=film.settings.seed if seed is None else seed, **wishes)


def refine(
    film: Film, model: Model, wishes: Choices, only: Sequence[str] = (), style: str = ""
) -> list[Outcome]:
    """Paint the film's shots; what will be done is said first.

    Raises
    ------
    FilmError
        In one sentence; what is finished is kept, and the same call goes on from there.
    """
    with film.held():
        wanted = shots(film, only, style)
        run = _run(film, model, wishes, wanted)
        todo = run.todo(wanted)
        for line in _plan(film, model, wishes, wanted, todo):
            film.note(STAGE, line)
        # hero frames may be in shots that are painted already
        _survey(film, wishes, shots(film) if wishes.heroes and todo else todo)
        return _paint(film, run, wanted)


def _paint(film: Film, run: Run, wanted: Sequence[Shot]) -> list[Outcome]:
    """Bring painted shots up to date, and say how far it is."""
    total = float(sum(len(s.frames) for s in wanted))
    film.listener(Event("stage", STAGE, total=total))

    def told(progress: Progress) -> None:
        item = progress.setup if progress.number == 1 else f"{progress.setup}, again"
        film.listener(Event("progress", STAGE, item, done=progress.done, total=progress.total))

    run.told = told
    with film.held():
        outcomes = run.paint(wanted)
    film.listener(Event("end", STAGE))
    return outcomes


def plan(
    film: Film, model: Model, wishes: Choices, only: Sequence[str] = (), style: str = ""
) -> list[str]:
    """What `refine` would do, and what that takes, a sentence a line."""
    wanted = shots(film, only, style)
    return _plan(film, model, wishes, wanted, _run(film, model, wishes, wanted).todo(wanted))


def _run(film: Film, model: Model, wishes: Choices, wanted: Sequence[Shot]) -> Run:
    from filmagent.refine.run import Run
    from filmagent.refine.run.models import Later
    from filmagent.refine.run.preparation import FromPasses

    def opened() -> Painter:
        todo = run.todo(wanted)
        return model.open(fps(film.edit), [w for s in todo for w in (s.prompt, s.negative)])

    painter = Later(model.fingerprint, opened)
    preparation = FromPasses(
        film.root,
        film.settings.quality,
        painter,
        wishes,
        model.guidance,
        film.settings.seed,
        _turntables(film, wanted) if wishes.references else {},
        {s: film.staged(s).set_name for s in film.scene_ids()},
        _protected(film, wishes.protect),
        _heroes(film) if wishes.heroes else None,
    )
    run = Run(film.root, painter, preparation, wishes, film.settings.quality)
    return run


def _survey(film: Film, wishes: Choices, wanted: Sequence[Shot]) -> None:
    """Have the engine write down what a model is told of a frame beside its picture."""
    bodies = set(wishes.protect) & set(_OF_BODIES)
    more = wishes.gamma > 0 or wishes.heroes or bodies or set(wishes.controls) - {"depth"}
    if not wanted or not more:
        return
    quality = film.settings.quality
    takes = {c.setup: (c.scene, c.take) for c in film.edit.cuts if c.kind == "shot"}
    film.listener(Event("stage", "survey"))
    render.render(
        film.root,
        [
            render.Shot(takes[s.setup][0], s.setup, takes[s.setup][1], list(s.frames))
            for s in wanted
        ],
        quality=quality,
        size=film.settings.size,
        workers=film.workers,
        on_progress=lambda done, total: film.listener(
            Event("progress", "survey", done=done, total=total)
        ),
        wanted=EVERYTHING[quality],
    )
    film.listener(Event("end", "survey"))


def _turntables(film: Film, wanted: Sequence[Shot]) -> dict[str, list[Picture]]:
    """Pictures of whoever can be seen, from every side, by name."""
    from filmagent.film import turntables
    from filmagent.refine import passes

    members = {c.id: c.member for c in film.breakdown.characters if c.member}
    shown = sorted({who for shot in wanted for who in shot.shows if who in members})
    drawn = turntables.of([members[who] for who in shown])
    return {who: [passes.picture(path) for path in drawn[members[who]]] for who in shown}


def _protected(film: Film, words: Sequence[str]) -> dict[str, Protected]:
    """What is protected in each scene.

    Raises
    ------
    InputError
        If nobody and nothing is called so.
    """
    if not words:
        return {}
    from filmagent.refine.identity import Protected, parts
    from filmagent.refine.run.shot import PROTECTED

    scenes = {s: film.staged(s) for s in film.scene_ids()}
    objects = {
        scene: {**{p.id: p.object_id for p in s.props}, **{a.id: a.object_id for a in s.actors}}
        for scene, s in scenes.items()
    }
    known = {name for some in objects.values() for name in some}
    for word in words:
        if word not in (*PROTECTED, *known):
            there = [*PROTECTED, *sorted(known)]
            near = difflib.get_close_matches(word.casefold(), there, n=1)
            hint = f'did you mean "{near[0]}"?' if near else f"there are {', '.join(there)}."
            raise InputError(f'There is nothing called "{word}" to protect; {hint}')
    asked = [name for name in PROTECTED if name in words]
    found = {}
    for scene, staged in scenes.items():
        whole = {number for name, number in objects[scene].items() if name in words}
        bodies = {a.object_id: parts(Bake.load(film.root / a.bake), asked) for a in staged.actors}
        found[scene] = Protected(frozenset(whole), bodies if asked else {})
    return found


def _heroes(film: Film) -> Heroes:
    """The best frames of everybody, of all the film's shots."""
    from filmagent.refine.identity import parts
    from filmagent.refine.run.heroes import Heroes

    faces = {
        scene: {
            actor.object_id: parts(Bake.load(film.root / actor.bake), ("faces",))
            for actor in film.staged(scene).actors
        }
        for scene in film.scene_ids()
    }
    return Heroes(film.root, film.settings.quality, shots(film), faces)


def _plan(
    film: Film, model: Model, wishes: Choices, wanted: Sequence[Shot], todo: Sequence[Shot]
) -> list[str]:
    """What will be done and what it takes.

    Raises
    ------
    InputError
        If there is too little memory.
    """
    if not todo:
        return [f"{len(wanted)} shots are painted already, as asked."]
    width, height = film.settings.size
    pieces = [(len(piece), height, width) for shot in todo for piece in shot.pieces()]
    frames = sum(length for length, _, _ in pieces)
    said = [
        f"{len(todo)} of {len(wanted)} shots are to be painted by {model.title}: {frames} frames "
        f"in {len(pieces)} pieces, {wishes.steps or model.steps} steps from σ "
        f"{wishes.sigma_start:g}."
    ]
    takes = model.cost(pieces, wishes)
    if takes is not None:
        tries = f"; up to {wishes.tries} times as long where shots are tried again"
        again = tries if wishes.tries > 1 else ""
        free = "" if takes.free == float("inf") else f" ({takes.free:.1f} are free)"
        said.append(
            f"On {takes.device} that takes about {takes.gib:.1f} GiB of memory{free} and "
            f"{_long(takes.seconds)}{again}."
        )
    return said


def _long(seconds: float) -> str:
    if seconds < 90:
        return f"{max(seconds, 1):.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
