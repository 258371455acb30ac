"""A piece of a set while it is being made: solids with surfaces, and the anchors it offers."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from filmagent.errors import InputError
from filmagent.library.bake import Material
from filmagent.library.kit.solids import Array, Mesh


@dataclass(frozen=True)
class Patch:
    """One solid with the surface it is made of."""

    mesh: Mesh
    surface: str
    kind: str
    collide: bool
    hinge: str = ""


@dataclass(frozen=True)
class Anchor:
    """A place on a piece that something hangs on: a seat, a bulb, a tabletop.

    ``heading`` (radians) is local to the piece; ``size`` is free (a seat's or a top's height).
    """

    position: tuple[float, float, float]
    heading: float = 0.0


@dataclass
class Shape:
    """What a kit piece returns: patches in the piece's own frame, front towards −y.

    ``kind`` and ``collide`` are the defaults of its patches. A ``stands`` piece has a footprint
    that people walk round.
    """

    kind: str = "furniture"
    collide: bool = True
    stands: bool = True
    hull: bool = True
    """Its footprint is its convex hull; otherwise its outline is followed (walls, shelters)."""
    patches: list[Patch] = field(default_factory=list)
    anchors: dict[str, Anchor] = field(default_factory=dict)
    hinges: dict[str, dict[str, Any]] = field(default_factory=dict)
    own: dict[str, Material] = field(default_factory=dict)
    """Surfaces that only this piece has, such as the lettering of its sign."""
    images: dict[str, dict[str, Array]] = field(default_factory=dict)
    """Textures of those surfaces."""

    def add(
        self,
        mesh: Mesh,
        surface: str,
        at: Sequence[float] = (0.0, 0.0, 0.0),
        turn: float = 0.0,
        *,
        tilt: float = 0.0,
        roll: float = 0.0,
        stretch: Sequence[float] = (1.0, 1.0, 1.0),
        kind: str = "",
        collide: bool | None = None,
        hinge: str = "",
    ) -> Shape:
        """Add a solid, moved to its place in the piece's frame."""
        placed = mesh.moved(at, turn, tilt, roll, stretch)
        if not (mesh.fixed or mesh.fitted):
            # no two boards show the same stretch of grain
            count = len(self.patches) + 1
            shift = np.array([(count * 0.61803) % 1.0, (count * 0.75487) % 1.0]) * 3.0
            placed = Mesh(placed.vertices, placed.normals, placed.uvs + shift, placed.faces)
        self.patches.append(
            Patch(
                placed,
                surface,
                kind or self.kind,
                self.collide if collide is None else collide,
                hinge,
            )
        )
        return self

    def include(
        self,
        other: Shape,
        at: Sequence[float] = (0.0, 0.0, 0.0),
        turn: float = 0.0,
    ) -> Shape:
        """Add all of another shape."""
        for patch in other.patches:
            self.patches.append(
                Patch(
                    patch.mesh.moved(at, turn),
                    patch.surface,
                    patch.kind,
                    patch.collide,
                    patch.hinge,
                )
            )
        self.own |= other.own
        self.images |= other.images
        return self

    def print(self, name: str, image: dict[str, Array], like: Material) -> str:
        """A surface of this piece's own that shows ``image`` once over; its name."""
        self.images[name] = image
        self.own[name] = replace(like, texture=name, texture_metres=0.0)
        return name

    def anchor(self, name: str, at: Sequence[float], heading: float = 0.0) -> None:
        """Offer a place for something to hang on."""
        self.anchors[name] = Anchor((float(at[0]), float(at[1]), float(at[2])), heading)


Maker = Callable[..., Shape]
_PIECES: dict[str, Maker] = {}


def piece(maker: Maker) -> Maker:
    """Register a function as a kit piece under its own name."""
    _PIECES[maker.__name__] = maker
    return maker


def pieces() -> dict[str, Maker]:
    """Every kit piece by name."""
    return dict(sorted(_PIECES.items()))


def make(kit: str, parameters: dict[str, Any], seed: int, place: str) -> Shape:
    """Make the piece called ``kit``; makers that take ``seed`` get one of their own.

    Raises
    ------
    InputError
        Naming ``place`` and the nearest known piece or parameter.
    """
    if kit not in _PIECES:
        raise InputError(f'{place}: there is no kit piece "{kit}"{_nearest(kit, _PIECES)}')
    known = inspect.signature(_PIECES[kit]).parameters
    for key in parameters:
        if key not in known or key == "seed":
            others = [name for name in known if name != "seed"]
            raise InputError(f'{place}: {kit} has no parameter "{key}"{_nearest(key, others)}')
    given = dict(parameters)
    if "seed" in known:
        given["seed"] = seed
    try:
        return _PIECES[kit](**given)
    except (TypeError, ValueError, ArithmeticError, IndexError) as error:
        raise InputError(
            f"{place}: {kit} cannot be made with {parameters} ({error}); mend its parameters."
        ) from error


def _nearest(word: str, known: Any) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f'; did you mean "{near[0]}"?' if near else f"; known: {', '.join(sorted(known))}."


def small() -> Shape:
    """A thing that stands on something and that nobody walks into."""
    return Shape("prop", collide=False, stands=False)
