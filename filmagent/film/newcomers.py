"""Somebody new on the shelf: words or a recipe → a recipe of the user's own, and its bake.

>>> from filmagent.film import newcomers
>>> greta = newcomers.welcome("woman, 60, short, grey bob, green cardigan", name="greta")
>>> greta.bake                                                       # doctest: +SKIP
PosixPath('…/filmagent/cast/greta.npz')
"""

from __future__ import annotations

import io
import os
import re
import tomllib
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from filmagent.documents import write_text
from filmagent.errors import InputError, MissingDependency
from filmagent.film.production import Event, Listener
from filmagent.library import shelf

_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,40}")
_WORDS = 4
"""Of a description that make a name."""
_FIRST = (
    "Anny prepares its model, once on this machine: this takes some minutes and 2 GB of disk "
    "(ANNY_CACHE_DIR moves them); members after this one take seconds."
)


@dataclass(frozen=True)
class Newcomer:
    """A member just made."""

    name: str
    title: str
    recipe: Path
    bake: Path
    unknown: list[str] = field(default_factory=list)
    """Words that were not understood."""

    @property
    def doubt(self) -> str:
        """What was not understood, as a sentence; "" where all was."""
        if not self.unknown:
            return ""
        return f"Not understood, and left out: {', '.join(self.unknown)}."


def welcome(
    words: str | None = None,
    *,
    recipe: Path | None = None,
    name: str | None = None,
    seed: int = 0,
    into: Path | None = None,
    listener: Listener | None = None,
) -> Newcomer:
    """Write a recipe and bake it.

    Parameters
    ----------
    words, recipe
        A description, or a recipe file: one of them.
    name
        What the member is called: small letters, digits and ``_``; made of the words by default.
    seed
        Of what the words leave open.
    into
        The folder; by default the shelf of the user's own cast.
    listener
        Told that a bake has begun: the first may take minutes.

    Raises
    ------
    InputError
        If there are neither words nor a recipe, nothing in them is understood, or the name is
        another's.
    MissingDependency
        If Anny is not installed; the recipe is written all the same.
    """
    from filmagent.library.casting import describe, dress, written
    from filmagent.library.casting import recipe as recipes

    if (words is None) == (recipe is None):
        raise InputError(
            'Say who it shall be: in words ("woman, 60, grey bob"), or by a file (--recipe FILE).'
        )
    name = _name(name, words or (recipe.stem if recipe else ""))
    folder = into or shelf.own("cast")
    path, unknown = folder / f"{name}.toml", []
    if recipe is not None:
        made = recipes.read(recipe)
        if recipe.resolve() != path.resolve():
            _unused(path, recipe.read_text(encoding="utf-8"))
            write_text(path, recipe.read_text(encoding="utf-8"))
    else:
        told = describe.recipe(words or "", name, seed)
        made, unknown = told.recipe, told.unknown
        _unused(path, written.toml(told.raw))
        write_text(path, written.toml(told.raw))
    bake = path.with_suffix(".npz")
    if listener is not None:
        listener(Event("stage", f"cast {name}", total=1.0))
        if not _prepared():
            listener(Event("note", "cast", text=_FIRST))
    try:
        # Anny's engine prints what it is; what is printed is the command's answer
        with redirect_stdout(io.StringIO()):
            dress.member(name, made).save(bake)
    except MissingDependency as error:
        raise MissingDependency(f"The recipe is {path}. {error}") from None
    if listener is not None:
        listener(Event("end", f"cast {name}"))
    return Newcomer(name, made.title, path, bake, unknown)


def _prepared() -> bool:
    """Whether Anny has kept its model; without Anny there is nothing to wait for."""
    home = Path(os.environ.get("ANNY_CACHE_DIR") or Path.home() / ".cache" / "anny")
    return find_spec("anny") is None or any(home.glob("*/build_model_data_*.safetensors"))


def _name(name: str | None, words: str) -> str:
    if name is None:
        found = re.findall(r"[a-z0-9]+", words.casefold())
        name = "_".join(word for word in found if word not in ("a", "an", "the"))
        name = "_".join(name.split("_")[:_WORDS])
    if not _NAME.fullmatch(name):
        raise InputError(
            f'"{name}" cannot be a member\'s name; use small letters, digits and _ (--name greta).'
        )
    if (shelf.data("assets") / "cast" / f"{name}.npz").exists():
        raise InputError(f"{name} comes with filmagent; give the newcomer another --name.")
    return name


def _unused(path: Path, text: str) -> None:
    """A member somebody made is never written over by another."""
    if not path.exists():
        return
    try:
        same = tomllib.loads(path.read_text(encoding="utf-8")) == tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        same = False
    if not same:
        raise InputError(
            f"There is a {path.stem} in {path.parent} already; give the newcomer another --name, "
            f"or bake it again as it is: --recipe {path}."
        )
