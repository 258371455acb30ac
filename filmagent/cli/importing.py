"""Commands that bring in what others have made: bodies and motion."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import cyclopts
from rich.markup import escape

from filmagent.cli.app import DIRECT, Json, app
from filmagent.cli.casting import cast
from filmagent.cli.words import print_json, print_table, say

if TYPE_CHECKING:
    from filmagent.film.foreign import Brought

motion = cyclopts.App(name="motion", help="Motion of your own, as actions.", group=DIRECT)
app.command(motion)


@cast.command(name="import")
def import_body(
    file: Path,
    *,
    name: str | None = None,
    title: str = "",
    gender: Literal["female", "male", "unknown"] = "unknown",
    years: int = 35,
    word: list[str] | None = None,
    height: float | None = None,
    betas: str = "",
    map: Path | None = None,
    into: Path | None = None,
    json: Json = False,
) -> None:
    """Make a member of a body of your own: SMPL-X .npz, or a rigged .fbx, .glb, .gltf, .blend.

    Shows whose bone is whose; where that is wrong, put it right in a TOML and give it with --map.

    Parameters
    ----------
    file
        SMPL-X, SMPL-H or SMPL weights as .npz, or a rigged character (Mixamo, Rigify, MPFB,
        Character Creator, Unreal, VRM … bone names, or any that can be told).
    name
        What the member is called; by default the file's name.
    title
        One line for those who cast: "Hero, 30: short hair, green coat".
    gender
        Of the member.
    years
        How old.
    word
        A word of its looks that descriptions may use; may be repeated.
    height
        Metres, where the file's own unit does not tell.
    betas
        Shape coefficients of SMPL-X: 0.5,-1,2
    map
        A TOML: [bones] ours = "theirs"; for SMPL-X also [expressions] jawOpen = [[0, 1.5]].
    into
        The folder; by default that of your own cast (FILMAGENT_CAST).
    """
    from filmagent.film import foreign

    person = foreign.Person(name or _stem(file), title, gender, years, tuple(word or ()), height)
    made = foreign.body(file, person, bone_map=map, betas=_numbers(betas), into=into)
    _tell(made, json)


@motion.command(name="import")
def import_motion(
    file: Path,
    *,
    name: str | None = None,
    word: list[str] | None = None,
    map: Path | None = None,
    model: Path | None = None,
    up: Literal["x", "y", "z"] | None = None,
    start: float = 0.0,
    end: float | None = None,
    into: Path | None = None,
    json: Json = False,
) -> None:
    """Make an action of a take of your own: BVH, FBX (Mixamo), glTF, .blend, or AMASS .npz.

    Parameters
    ----------
    file
        The take.
    name
        What the action is called; by default the file's name. That of a gesture that filmagent
        knows is played instead of it.
    word
        A verb or phrase of a screenplay that means it; may be repeated.
    map
        A TOML: [bones] ours = "theirs".
    model
        The SMPL-X weights that an AMASS take was fitted to, for its exact rest pose.
    up
        The axis of the file that is up, where it is not plain.
    start
        Seconds into the take.
    end
        Seconds into the take.
    into
        The folder; by default that of your own motion (FILMAGENT_MOTION).
    """
    from filmagent.film import foreign

    made = foreign.motion(
        file,
        name or _stem(file),
        words=word or (),
        bone_map=map,
        model=model,
        up=up or "",
        start=start,
        end=end,
        into=into,
    )
    _tell(made, json)


@motion.command(name="list")
def list_motion(*, json: Json = False) -> None:
    """The clips on your shelf."""
    from filmagent.library import clips

    found = clips.entries()
    if json:
        print_json({"motion": [entry.model_dump(mode="json") for entry in found]})
        return
    print_table([
        {"name": escape(e.name), "seconds": f"{e.seconds:.1f}", "words": escape(", ".join(e.words)),
         "from": escape(e.description)}
        for e in found
    ])  # fmt: skip


def _tell(made: Brought, as_json: bool) -> None:
    rows = made.bones.rows()
    if as_json:
        print_json(
            {"name": made.name, "path": str(made.path), "bones": rows, "notes": made.notes,
             "seconds": round(made.seconds, 3)}
        )  # fmt: skip
        return
    print_table([{key: escape(value) for key, value in row.items()} for row in rows])
    for note in made.notes:
        say(note)
    say(f"{made.name}: {made.path}")


def _stem(file: Path) -> str:
    return "".join(c if c.isalnum() and c.isascii() else "_" for c in file.stem.casefold())


def _numbers(text: str) -> list[float]:
    from filmagent.errors import InputError

    try:
        return [float(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise InputError(f"--betas {text} are no numbers; write 0.5,-1,2.") from None
