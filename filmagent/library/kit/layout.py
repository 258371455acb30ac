"""``set.toml``: a whole set as data. Lengths in metres, angles in degrees, Z up.

A piece stands at ``at`` turned by ``turn`` (counter-clockwise from above, 0 has its front towards
−y), or ``on`` another piece, whose frame and top it then shares. Marks and lights may hang on
pieces, so that moving a chair moves its seat and moving a lamp moves its light.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from filmagent.documents import Document, Part
from filmagent.documents.breakdown import Setting
from filmagent.errors import DocumentError


class PieceLayout(Part):
    """One thing on the set."""

    id: str
    kit: str
    """A name of `filmagent.library.kit.pieces`."""
    at: list[float] = [0.0, 0.0]
    turn: float = 0.0
    on: str = ""
    """The piece it stands on; ``at`` is then in that piece's frame, from its top."""
    spot: str = "top"
    """Which anchor of that piece."""
    params: dict[str, Any] = Field(default={}, alias="with")
    stands: bool | None = None
    """Whether people walk round it (None: as its kit piece says)."""
    overlaps: list[str] = []
    """Pieces it is meant to reach into, such as the wall a shelf is let into."""
    held: str = ""
    """What carries it when it stands on nothing: ``wall``, ``ceiling``."""


class MarkLayout(Part):
    """A place to stand or sit: given by ``at`` and ``face``, or by the seat it is on."""

    id: str
    role: str
    at: list[float] = []
    face: float = 0.0
    """Heading in degrees; 0 faces +y."""
    seat: str = ""
    """A piece with seats (``piece`` or ``piece.anchor``)."""
    partners: list[str] = []
    surface: str = ""
    """A piece on whose top a prop can lie within reach."""
    background: bool = False
    description: str = ""


class DoorLayout(Part):
    """A way in and out."""

    id: str
    at: list[float]
    face: float
    outside: list[float]
    description: str = ""


class LightLayout(Part):
    """A light: aimed by ``towards`` (a point), or by ``azimuth`` and ``elevation`` (a sun)."""

    id: str
    kind: Literal["sun", "area", "spot", "point"]
    energy: float
    at: list[float] = []
    on: str = ""
    """A piece whose ``bulb`` anchor the light sits at."""
    towards: list[float] = []
    azimuth: float = 0.0
    """Where a sun stands, degrees counter-clockwise from +y."""
    elevation: float = 45.0
    kelvin: float = 0.0
    colour: list[float] = []
    size: list[float] = [0.1, 0.1]
    spot_angle: float = 90.0
    spot_blend: float = 0.4
    shadow: bool = True
    role: Literal["key", "fill", "rim", "practical", "sky", "window"] = "key"


class WorldLayout(Part):
    """What is behind everything, linear colours."""

    top: list[float]
    horizon: list[float]
    ground: list[float]
    strength: float = 1.0


class PlanLayout(Part):
    """A light plan."""

    exposure: float = 0.0
    world: WorldLayout
    lights: list[LightLayout] = []
    glow: dict[str, float] = {}
    """Strength of emitting surfaces in this plan, by surface name."""


class SurfaceLayout(Part):
    """A material of this set's own, or a shelf material changed (``like``)."""

    like: str = ""
    model: str | None = None
    base_colour: list[float] | None = None
    roughness: float | None = None
    metallic: float | None = None
    texture: str | None = None
    texture_metres: float | None = None
    emission: list[float] | None = None
    emission_strength: float | None = None
    alpha: float | None = None


class SetLayout(Document):
    """A ``set.toml``."""

    title: str
    words: list[str]
    setting: Setting
    public: bool
    seed: int = 0
    floor: list[list[list[float]]]
    """Rings of (x, y); together they are the ground people may walk on."""
    stage: list[list[float]] = []
    """The ring within which scenes are played and cameras stand ([]: the floor's first ring)."""
    piece: list[PieceLayout]
    mark: list[MarkLayout]
    door: list[DoorLayout]
    light: dict[str, PlanLayout]
    surface: dict[str, SurfaceLayout] = {}


def read(path: Path) -> SetLayout:
    """Read and check a ``set.toml``.

    Raises
    ------
    DocumentError
        Naming the file, the place in it, and the nearest known key.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DocumentError(f"{path} is missing; every set folder holds a set.toml.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DocumentError(f"{path} is not valid TOML ({error}); mend it.") from None
    layout = SetLayout.from_raw(raw, str(path))
    _check_names(layout, path)
    return layout


def _check_names(layout: SetLayout, path: Path) -> None:
    for table, entries in (("piece", layout.piece), ("mark", layout.mark), ("door", layout.door)):
        seen: set[str] = set()
        for entry in entries:
            if entry.id in seen:
                raise DocumentError(f'{path}: two {table}s are called "{entry.id}"; rename one.')
            seen.add(entry.id)
    marks = {mark.id for mark in layout.mark}
    for mark in layout.mark:
        for partner in mark.partners:
            if partner not in marks:
                raise DocumentError(
                    f'{path}: mark "{mark.id}" names the partner "{partner}", '
                    "which is no mark; mend its partners."
                )
