"""Looks: what a film stock and its print do to a picture, as data in ``assets/looks/*.toml``."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, model_validator

from filmagent.documents.base import Document, Real
from filmagent.errors import DocumentError, InputError
from filmagent.library import shelf

Share = Annotated[Real, Field(ge=0.0, le=1.0)]
Colour = tuple[Real, Real, Real]
Gain = Annotated[Real, Field(gt=0.0, le=4.0)]
Gains = tuple[Gain, Gain, Gain]
_UNITY: Gains = (1.0, 1.0, 1.0)
_NOTHING: Colour = (0.0, 0.0, 0.0)


class Look(Document):
    """A film look. Every number at its default leaves the picture as it is."""

    title: str = ""
    """What it looks like, in a few words."""
    exposure: Annotated[Real, Field(ge=-4.0, le=4.0)] = 0.0
    """Stops."""
    balance: Gains = _UNITY
    """Gain of red, green and blue light."""
    saturation: Annotated[Real, Field(ge=0.0, le=2.0)] = 1.0
    """0 is black and white; luminance stays."""
    monochrome: Colour | None = None
    """Sensitivity of a black and white stock to red, green and blue; None for a colour stock."""
    contrast: Annotated[Real, Field(ge=0.5, le=2.0)] = 1.0
    """Slope of the print's curve at its pivot."""
    pivot: Annotated[Real, Field(gt=0.0, lt=1.0)] = 0.42
    """Display value, 0–1, that contrast leaves where it is."""
    black: Annotated[Real, Field(ge=0.0, le=0.2)] = 0.0
    """Display value of the deepest black."""
    white: Annotated[Real, Field(ge=0.6, le=1.0)] = 1.0
    """Display value of the brightest white."""
    shadows: Colour = _NOTHING
    """Display value added to red, green and blue where it is dark."""
    highlights: Colour = _NOTHING
    """Display value added to red, green and blue where it is bright."""
    bloom: Share = 0.0
    """Share of all light that the lens scatters."""
    halation: Share = 0.0
    """How strongly highlights light the film's red layer from behind."""
    halation_colour: Gains = (1.0, 0.32, 0.08)
    vignette: Share = 0.0
    """Share of light that the corners lose."""
    grain: Annotated[Real, Field(ge=0.0, le=0.3)] = 0.0
    """Standard deviation of the negative's log10 exposure, at a mid-grey."""
    grain_size: Annotated[Real, Field(ge=0.5, le=6.0)] = 1.2
    """Width of a grain in pixels of a picture 360 pixels high."""
    grain_colour: Share = 0.35
    """How far the three layers have grain of their own; 0 is grey grain."""

    def plain(self) -> Look:
        """The stock and its print alone: no scattered light, no vignette, no grain."""
        return self.model_copy(
            update=dict.fromkeys(("bloom", "halation", "vignette", "grain"), 0.0)
        )

    @model_validator(mode="after")
    def _monochrome_sees_light(self) -> Look:
        if self.monochrome is not None and sum(self.monochrome) <= 0:
            raise ValueError("a monochrome stock that sees no light shows nothing")
        return self


def names() -> list[str]:
    """Every look on the shelf."""
    return sorted(path.stem for path in _folder().glob("*.toml"))


def load(name: str) -> Look:
    """A look of the shelf.

    Raises
    ------
    InputError
        If there is none of that name; the message has the nearest.
    DocumentError
        If its file is damaged; the message names the place.
    """
    known = names()
    if name not in known:
        near = difflib.get_close_matches(name.casefold(), known, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"there are {', '.join(known)}."
        raise InputError(f'There is no look "{name}"; {hint}')
    return read(_folder() / f"{name}.toml")


def read(path: Path) -> Look:
    """A look of a TOML file.

    Raises
    ------
    DocumentError
        If it is missing, no TOML, or not a look.
    """
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DocumentError(f"{path} is missing; write a look there.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DocumentError(f"{path} is not valid TOML ({error}); mend it.") from None
    return Look.from_raw(raw, str(path))


def _folder() -> Path:
    return shelf.data("assets") / "looks"
