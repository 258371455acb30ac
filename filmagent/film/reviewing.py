"""The crew looks at its film and takes again what fails: kept only where the score rises.

What is kept stands in ``notes.json`` as the crew's own notes, beside people's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from filmagent.crew.model import Model
from filmagent.crew.review import Judgement, Look, ask, film_score, judge, looks
from filmagent.crew.review.house import spelled
from filmagent.crew.transcript import Transcript
from filmagent.documents.notes import Changes, Note, Notes
from filmagent.documents.seeds import seed
from filmagent.errors import InputError
from filmagent.film import noted, noting
from filmagent.film.making import stages_to
from filmagent.film.production import Event, Film, Listener
from filmagent.film.shooting import reports_of

MOST_ROUNDS = 2
_RISES = 1e-4
"""By how much a score must rise to have risen."""
_SMALL = (320, 180)
"""Pixels of the frames a model is shown: a contact sheet's, not a cinema's."""


@dataclass
class Reviewed:
    """What a review came to."""

    before: float
    """The film's score, 0–1."""
    after: float
    rounds: int = 0
    kept: list[Judgement] = field(default_factory=list)
    refused: list[Judgement] = field(default_factory=list)
    """Tried, and no better."""
    left: list[str] = field(default_factory=list)
    """What is still wrong, a sentence each."""


def review(
    film: str | Path | Film,
    *,
    rounds: int = MOST_ROUNDS,
    model: Model | None = None,
    listener: Listener = lambda event: None,
) -> Reviewed:
    """Have the crew judge its shots, and take again those that fail.

    Parameters
    ----------
    film
        A film folder; brought up to date as far as its edit.
    rounds
        At most two.
    model
        Judges by figures, and by frames where it sees; default the film's own crew: the rules,
        which judge by figures, or its model.

    Raises
    ------
    InputError
        For a number of rounds that is not 0, 1 or 2.
    FilmError
        In one sentence; what was finished is kept.
    """
    if not 0 <= rounds <= MOST_ROUNDS:
        raise InputError(f"A film is reviewed in 0 to {MOST_ROUNDS} rounds, not in {rounds}.")
    film = film if isinstance(film, Film) else Film(Path(film), listener)
    with film.held():
        film.run(stages_to("edit"))
        before = looks_of(film)
        found = Reviewed(film_score(before), film_score(before))
        tried = _tried(noted.read(film))
        for number in range(1, rounds + 1):
            every = looks_of(film)
            judged = _judged(film, every, model, tried, number)
            if not judged:
                break
            found.rounds = number
            _try(film, every, judged, number, found)
            tried |= {(j.setup, spelled(j.change)) for j in judged}
        last = looks_of(film)
        found.after = film_score(last)
        found.left = [f"{x.setup.id}: {f.said}" for x in last for f in x.faults[:1]]
    return found


def looks_of(film: Film) -> list[Look]:
    """The film's shots with their figures."""
    setups = {s.id: s for scene in film.shotlist.scenes for s in scene.setups}
    reports = {r.setup: r for s in film.scene_ids() for r in reports_of(film, s)}
    return looks(setups, reports, film.edit)


def _judged(
    film: Film,
    every: Sequence[Look],
    model: Model | None,
    tried: set[tuple[str, str]],
    number: int,
) -> list[Judgement]:
    wished = _wished(noted.read(film))
    choice = film.settings.model
    own = film.settings.crew == "llm" and choice is not None and choice.sees
    frames = _frames(film, every) if (own if model is None else model.sees) else {}
    with noting.reader(film, model) as judging:
        if judging is None:
            return judge(every, tried, wished)
        item = f"round {number}"
        log = Transcript(film.folder.crew / "transcript.jsonl").of(department="dailies", item=item)
        return ask(
            every,
            noting.dailies_of(film),
            judging,
            log,
            frame=lambda x: frames[x.setup.id].read_bytes() if x.setup.id in frames else None,
            tried=tried,
            wished=wished,
            seed=seed(film.settings.seed, "review", str(number)) >> 32,
        )


def _try(
    film: Film, every: Sequence[Look], judged: Sequence[Judgement], number: int, found: Reviewed
) -> None:
    """Take the shots again; keep the changes that raise their score, if the film's rises."""
    film.listener(Event("stage", "review", total=1.0))
    standing = noted.read(film)
    was = {look.setup.id: look for look in every}
    score = film_score(every)
    good = list(judged)
    after: list[Look] = []
    # without the changes that did not help the others may still do
    while good:
        _carry(film, standing, good, number, [])
        after = looks_of(film)
        now = {look.setup.id: look for look in after}
        better = [j for j in good if _rises(j.setup, was, now)]
        if len(better) == len(good):
            break
        good = better
    if not good or film_score(after) <= score + _RISES:
        good, after = [], list(every)
    kept = {j.setup for j in good}
    left = [j for j in judged if j.setup not in kept]
    said = [f"the film's score: {_said(score)} → {_said(film_score(after))}"]
    _carry(film, standing, good, number, said, left)
    found.kept += good
    found.refused += left
    for j in judged:
        outcome = "kept" if j.setup in kept else "no better, taken back"
        film.note("review", f"{j.setup}: {j.why}: {_wish(j)}: {outcome}")
    film.listener(Event("end", "review"))


def _rises(setup: str, was: dict[str, Look], now: dict[str, Look]) -> bool:
    """Whether a shot's own score has risen; that of a shot that is no longer shown has not."""
    return setup in now and now[setup].score > was[setup].score + _RISES


def _carry(
    film: Film,
    standing: Notes,
    good: Sequence[Judgement],
    number: int,
    said: list[str],
    left: Sequence[Judgement] = (),
) -> None:
    """The notes as they were, with the crew's for these changes; and the film made of them.

    What was ``left``, because it did not help, is remembered as withdrawn.
    """
    notes = standing.model_copy(deep=True)
    for judged, state, outcome in (
        (good, "applied", said),
        (left, "withdrawn", ["no better: taken back"]),
    ):
        if judged:
            notes.notes.append(
                Note(
                    id=notes.free_id(),
                    by="cinematographer",
                    text=f"review {number}: " + "; ".join(f"{j.setup}: {j.why}" for j in judged),
                    changes=Changes(shots=[j.change for j in judged]),
                    state=state,  # type: ignore[arg-type]
                    said=outcome,
                )
            )
    noting.keep(film, notes)
    film.run(stages_to("edit"))


def _tried(notes: Notes) -> set[tuple[str, str]]:
    """Changes that the crew has tried, now or in a review before."""
    crew = [n for n in notes.notes if n.by != "person"]
    return {(c.setup, spelled(c)) for n in crew for c in n.changes.shots}


def _wished(notes: Notes) -> dict[str, set[str]]:
    """Setup → what people's notes have decided of it."""
    found: dict[str, set[str]] = {}
    for note in notes.standing():
        for change in note.changes.shots if note.by == "person" else ():
            fields = change.model_dump(exclude_none=True, exclude={"setup"})
            found.setdefault(change.setup, set()).update(fields)
    return found


def _frames(film: Film, every: Sequence[Look]) -> dict[str, Path]:
    """A small frame of each shot, at the middle of its longest cut."""
    from filmagent import render

    film.run(stages_to("stage"))
    folder = film.folder.hidden / "review"
    shots = []
    for look in every:
        cut = look.longest
        middle = (cut.source_in + cut.source_out) // 2
        path = folder / f"{look.setup.id}.png"
        shots.append(render.StillShot(look.scene, look.setup.id, look.report.take, middle, path))
    done = set(
        render.stills(
            film.root,
            shots,
            quality="preview",
            size=_SMALL,
            on_progress=lambda n, total: film.listener(
                Event("progress", "review", done=n, total=total)
            ),
        )
    )
    return {shot.setup: shot.path for shot in shots if shot.path in done}


def _wish(judgement: Judgement) -> str:
    wish = judgement.change.model_dump(exclude_none=True, exclude={"setup"})
    return ", ".join(f"{k} {v}" for k, v in wish.items())


def _said(score: float) -> str:
    return f"{math.floor(score * 1000) / 1000:.3f}"
