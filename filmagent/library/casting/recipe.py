"""The recipe of a cast member: ``assets/cast/<name>.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from filmagent.documents.breakdown import Age, Gender
from filmagent.errors import InputError
from filmagent.library.casting import rack

Colour = tuple[float, float, float]
"""Linear Rec.709."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Skin(_Part):
    """Complexion."""

    tone: Colour
    """Base colour of the cheek, linear."""
    lips: Colour
    flush: float = 0.5
    """Redness of cheeks, nose, ears and knuckles, 0–1."""
    freckles: float = 0.0
    spots: float = 0.0
    """Age spots, 0–1."""
    wrinkles: float = 0.0
    stubble: float = 0.0
    """Shadow of a shaved beard, 0–1."""
    makeup: float = 0.0
    """Darkened lash lines and tinted lips, 0–1."""


class Hair(_Part):
    """Hair, brows and beard."""

    style: Literal[
        "bob", "bun", "curls", "afro", "short", "side", "crop", "buzz", "long", "ponytail", "braid",
        "balding",
    ]  # fmt: skip
    colour: Colour
    grey: float = 0.0
    """Part of the locks that are grey, 0–1."""
    length: float = 0.05
    """Of the longest locks, metres."""
    brow: float = 1.0
    """Thickness of the brows, 1 is usual."""
    brow_colour: Colour | None = None
    beard: float = 0.0
    """Length of a beard, metres; 0 for none."""
    beard_cut: Literal["full", "goatee", "moustache"] = "full"
    """Where the beard grows."""
    parting: float = 0.02
    """Where the hair parts, metres to the left of the middle."""


class Garment(_Part):
    """One piece of clothing; lengths in metres, places as fractions of the body."""

    name: str
    kind: Literal["top", "trousers", "skirt", "dress", "coat", "apron", "tie", "shoes"]
    colour: Colour
    cloth: Literal[
        "cotton", "denim", "wool", "knit", "rib", "twill", "corduroy", "leather", "silk", "nylon"
    ]  # fmt: skip
    mhclo: str = ""
    """A MakeHuman garment beside the recipe, worn instead of one that is cut here."""
    ease: float = 0.008
    """Air between skin and cloth."""
    thickness: float = 0.002
    sleeve: float = 1.0
    """How far down the arm: 0 shoulder, 0.45 t-shirt, 1 wrist."""
    neck: float = 0.03
    """How deep the neckline falls below the pit of the neck."""
    vee: bool = False
    collar: Literal["none", "rib", "roll", "fold", "lapel"] = "rib"
    """Edge of the neckline: a knitted band, a turned-up roll, a folded collar, wide lapels."""
    hem: float = 0.0
    """How far the hem hangs below the hip joint (negative: above it)."""
    flare: float = 0.0
    """How much wider the hem is than the hip, as a fraction."""
    open: float = 0.0
    """Width of a front opening at the hem; 0 is closed."""
    buttons: int = 0
    """How many down the front of a coat."""
    tucked: bool = False
    """A top that is worn inside trousers or a skirt."""
    band: float = 0.0
    """Height of a knitted band or a sewn cuff at hem and wrists."""
    leg: float = 1.0
    """How far down the leg trousers go: 0.4 shorts, 1 ankle."""
    room: float = 0.02
    """How much wider than the leg trousers are."""
    pleats: int = 0
    """How many around a skirt."""
    belt: Colour | None = None
    badge: Colour | None = None
    """A metal badge on the chest."""
    shaft: float = 0.012
    """How far a shoe reaches above the ankle; negative: a low shoe that shows the instep."""
    sole: Colour | None = None
    """Of a shoe; as its upper where there is none."""
    folds: float = 1.0
    roughness: float | None = None
    """As the cloth is where there is none."""


class Glasses(_Part):
    """Spectacles."""

    shape: Literal["round", "square", "reading"] = "round"
    colour: Colour = (0.02, 0.018, 0.016)


class Recipe(_Part):
    """Everything that makes one cast member."""

    title: str
    gender: Gender
    age: Age
    years: int
    words: list[str]
    body: dict[str, float]
    """Anny's phenotypes, 0–1."""
    features: dict[str, float] = {}
    """Anny's local changes, −1…1; ``l-`` and ``r-`` are set together as ``lr-``."""
    skin: Skin
    iris: Colour
    hair: Hair
    glasses: Glasses | None = None
    garments: list[Garment]


def read(path: Path) -> Recipe:
    """Read a recipe.

    Raises
    ------
    InputError
        If it is missing, not toml, or has a key that no recipe has.
    """
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return Recipe.model_validate(rack.filled(raw, path.parent))
    except FileNotFoundError:
        raise InputError(f"There is no recipe {path}; copy one of its neighbours.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not valid toml ({error}); mend it.") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path}: {place}: {first['msg']}; see `Recipe` for what fits.") from None
