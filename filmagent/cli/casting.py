"""Commands of the casting department: who plays whom, who is there, somebody new."""

from __future__ import annotations

import sys
from pathlib import Path

import cyclopts
from rich.markup import escape

from filmagent.cli.app import DIRECT, Json, app
from filmagent.cli.options import parse_choice
from filmagent.cli.running import readable
from filmagent.cli.words import answer, listening, print_json, print_table

cast = cyclopts.App(name="cast", help="Who plays whom; who is there; somebody new.", group=DIRECT)
app.command(cast)


@cast.default
def choose(film: Path, *choices: str, json: Json = False) -> None:
    """Have a cast member play a character: filmagent cast FILM MARA=ines."""
    from filmagent.film import directing

    production = readable(film, json)
    for choice in choices:
        character, member = parse_choice(choice, "MARA=ines")
        directing.cast(production, character, member)
    people = production.breakdown.characters
    answer(
        json,
        {c.name: c.member for c in people},
        "\n".join(f"{c.name}: {c.member}" for c in people),
    )


@cast.command
def new(
    words: str | None = None,
    *,
    recipe: Path | None = None,
    name: str | None = None,
    seed: int = 0,
    into: Path | None = None,
    json: Json = False,
) -> None:
    """Make a new member: filmagent cast new "woman, 60, short, grey bob, green cardigan".

    Writes the recipe, which may be edited, and bakes it (needs the extra [cast]); from then on the
    member is cast by name or description like all others.

    Parameters
    ----------
    words
        Age, gender, height, build, skin, hair, face, clothes.
    recipe
        A recipe file instead of words.
    name
        What the member is called; by default the first words.
    seed
        Another face for the same words.
    into
        The folder; by default that of your own cast (FILMAGENT_CAST).
    """
    from filmagent.film import newcomers

    with listening(json, sys.stderr) as listener:
        made = newcomers.welcome(
            words, recipe=recipe, name=name, seed=seed, into=into, listener=listener
        )
    said = [f"{made.name}: {made.title}", f"recipe: {made.recipe}", f"bake: {made.bake}"]
    value = {"name": made.name, "title": made.title, "recipe": str(made.recipe),
             "bake": str(made.bake), "not_understood": made.unknown}  # fmt: skip
    answer(json, value, "\n".join([*said, *([made.doubt] if made.doubt else [])]))


@cast.command(name="list")
def list_command(*, json: Json = False) -> None:
    """Everybody on the shelf, your own included."""
    from filmagent.film import shelf_views

    rows = shelf_views.rows("cast")
    if json:
        print_json({"cast": rows})
        return
    print_table([
        {"name": escape(row["name"]), "years": str(row["years"]), "height": f"{row['height']:.2f}",
         "title": escape(row["title"])}
        for row in rows
    ])  # fmt: skip


@cast.command
def sheet(*, json: Json = False) -> None:
    """A page of pictures of everybody: portrait and figure."""
    from filmagent.film import shelf_views

    with listening(json, sys.stderr) as listener:
        page = shelf_views.picture_sheet("cast", listener)
    answer(json, {"pictures": str(page)}, f"pictures: {page}")
