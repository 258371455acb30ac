"""Commands for a person's hand: who plays whom, where, what must not change, notes."""

from __future__ import annotations

import sys
from pathlib import Path

from filmagent.cli.app import DIRECT, Json, app
from filmagent.cli.options import parse_choice
from filmagent.cli.running import readable
from filmagent.cli.words import answer, listening


@app.command(name="set", group=DIRECT)
def set_command(film: Path, *choices: str, json: Json = False) -> None:
    """Shoot a scene on another set: filmagent set FILM 1=cafe."""
    from filmagent.film import directing

    production = readable(film, json)
    for choice in choices:
        scene, name = parse_choice(choice, "1=cafe")
        directing.place(production, scene, name)
    answer(
        json,
        {s.id: s.set for s in production.breakdown.scenes},
        "\n".join(f"{s.id}: {s.set}  ({s.slugline})" for s in production.breakdown.scenes),
    )


@app.command(group=DIRECT)
def lock(film: Path, *setups: str, unlock: bool = False, json: Json = False) -> None:
    """Keep setups (1B) and their takes as they are, whatever else changes; --unlock lets go."""
    from filmagent.film import Film, directing

    production = Film(film)
    production.folder.require()
    for setup in setups:
        directing.lock(production, setup, not unlock)
    held = sorted(s.id for scene in production.shotlist.scenes for s in scene.setups if s.locked)
    answer(json, {"locked": held}, f"locked: {', '.join(held) or 'nothing'}")


@app.command(group=DIRECT)
def note(
    film: Path,
    *words: str,
    dry_run: bool = False,
    withdraw: str | None = None,
    llm_url: str | None = None,
    model: str | None = None,
    json: Json = False,
) -> None:
    """Give a note: filmagent note FILM "shot 2C: closer, and hold on her after the line".

    The documents change as the note asks, which is shown; filmagent make redoes what it touches.
    Without words, the notes of the film are listed.

    Parameters
    ----------
    film
        The film folder.
    words
        The note; several wishes may stand in it.
    dry_run
        Only show what would change.
    withdraw
        Take a note (n1) back.
    llm_url
        An OpenAI-compatible endpoint whose model reads the note; else the film's own crew does.
    model
        The model there.
    """
    from filmagent.film import Film, noted, noting

    production = Film(film)
    production.folder.require()
    if withdraw:
        taken = noting.withdraw(production, withdraw)
        answer(json, taken.model_dump(mode="json"), f"withdrawn: {taken.id} {taken.text}")
        return
    if not words:
        notes = noted.read(production).notes
        lines = [f"{n.id} {n.state}: {n.text}" for n in notes]
        answer(json, [n.model_dump(mode="json") for n in notes], "\n".join(lines) or "no notes yet")
        return
    opened = noting.opened(production, llm_url, model)
    told = noting.note(production, " ".join(words), dry_run=dry_run, model=opened)
    answer(
        json,
        {
            "note": told.note.model_dump(mode="json"),
            "kept": told.kept,
            "differences": [vars(d) for d in told.differences],
        },
        "\n".join([*map(str, told.differences), *told.note.said]),
    )


@app.command(group=DIRECT)
def review(
    film: Path,
    *,
    rounds: int = 2,
    llm_url: str | None = None,
    model: str | None = None,
    json: Json = False,
) -> None:
    """Have the crew look at its shots and take again those that fail, if that makes them better.

    Parameters
    ----------
    film
        The film folder.
    rounds
        At most two.
    llm_url
        An OpenAI-compatible endpoint whose model looks; else the film's own crew does.
    model
        The model there.
    """
    from filmagent.film import Film, noting, reviewing

    with listening(json, sys.stderr) as listener:
        production = Film(film, listener)
        production.folder.require()
        looked = reviewing.review(
            production, rounds=rounds, model=noting.opened(production, llm_url, model)
        )
    words = [f"score: {looked.before:.3f} → {looked.after:.3f} in {looked.rounds} rounds"]
    words += [f"taken again: {j.setup}: {j.why}" for j in looked.kept]
    words += [f"no better, taken back: {j.setup}: {j.why}" for j in looked.refused]
    words += [f"still: {text}" for text in looked.left]
    answer(
        json,
        {
            "before": looked.before,
            "after": looked.after,
            "rounds": looked.rounds,
            "kept": [j.setup for j in looked.kept],
            "refused": [j.setup for j in looked.refused],
            "left": looked.left,
        },
        "\n".join(words),
    )
