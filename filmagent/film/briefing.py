"""The film's shots as a video model is told of them: frames, names, words."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from filmagent.documents import Character, Cut, SceneStage, Setup
from filmagent.documents.film_time import fps, needed
from filmagent.documents.naming import frame_path
from filmagent.errors import InputError
from filmagent.film import grading
from filmagent.film.production import Film
from filmagent.library import cast

if TYPE_CHECKING:
    # a film without a video model loads none of it
    from filmagent.refine.run import Shot

_SEEN = 0.002
"""Share of a picture that somebody must fill to be spoken of."""


def shots(film: Film, only: Sequence[str] = (), style: str = "") -> list[Shot]:
    """The film's shots in order, with words for a model.

    Parameters
    ----------
    film
        Rendered.
    only
        Setups; empty: all that the film shows.
    style
        First words of every prompt; "" for ours.

    Raises
    ------
    InputError
        If the film shows no setup of a name.
    RenderError
        If an id pass cannot be read.
    """
    from filmagent.refine.run import Shot, words

    shown = needed(film.edit)
    for setup in only:
        if setup not in shown:
            near = difflib.get_close_matches(setup.upper(), shown, n=1)
            hint = f'did you mean "{near[0]}"?' if near else f"there are {', '.join(shown)}."
            raise InputError(f'The film shows no setup "{setup}"; {hint}')
    scenes = {s.id: s for s in film.breakdown.scenes}
    setups = {s.id: s for scene in film.shotlist.scenes for s in scene.setups}
    characters = {c.id: c for c in film.breakdown.characters}
    first = {c.setup: c for c in reversed(film.edit.cuts) if c.kind == "shot"}
    names, people = grading.named(film)
    found = []
    for setup, frames in shown.items():
        if only and setup not in only:
            continue
        event, staged = first[setup], film.staged(first[setup].scene)
        in_it = _people(film, staged, setups[setup], frames)
        prompt = words.prompt(
            scenes[event.scene],
            setups[setup],
            [_in_words(characters[p]) for p in in_it if p in characters],
            lens_mm=film.report(event.take).lens_mm,
            style=style,
            beats=_beats(film, event, frames),
        )
        found.append(
            Shot(
                setup=setup,
                scene=event.scene,
                frames=frames,
                prompt=prompt,
                negative=words.negative(),
                names=names[setup],
                people=people,
                shows=in_it,
            )
        )
    return found


def _people(film: Film, staged: SceneStage, setup: Setup, frames: Sequence[int]) -> list[str]:
    """Who can be seen: whom the setup is of first, then by size."""
    from filmagent.refine import passes

    area: dict[str, float] = {}
    for frame in dict.fromkeys((frames[0], frames[len(frames) // 2], frames[-1])):
        path = frame_path(film.folder.frames, film.settings.quality, setup.id, "ids", frame, "png")
        ids = passes.picture(path, "L")
        for actor in staged.actors:
            share = float((ids == actor.object_id).mean())
            area[actor.id] = max(area.get(actor.id, 0.0), share)
    seen = [a.id for a in staged.actors if area[a.id] > _SEEN and not a.extra]
    order = {who: number for number, who in enumerate(setup.subjects)}
    return sorted(seen, key=lambda who: (order.get(who, len(order)), -area[who], who))


def _in_words(character: Character) -> str:
    from filmagent.refine.run import words

    title = cast.load(character.member).bake.extra["title"] if character.member else ""
    return words.person(character, title)


def _beats(film: Film, event: Cut, frames: Sequence[int]) -> set[str]:
    """Beats that happen while a setup is seen."""
    rate = fps(film.edit)
    first, end = frames[0] / rate, (frames[-1] + 1) / rate
    return {b.beat for b in film.timing(event.scene).beats if b.start < end and b.end > first}
