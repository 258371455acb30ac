"""Sets on the shelf: loaded by name, baked from their ``set.toml`` when that has changed.

>>> from filmagent.library import sets
>>> cafe = sets.load("cafe")
>>> cafe.spec.marks["window_a"].partners
('window_b',)

A set is a folder with a ``set.toml`` (`filmagent.library.kit.layout`). Folders are searched in the
directory named by ``FILMAGENT_SCENES``, then among those that come with filmagent.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

import numpy as np
import shapely
import trimesh

from filmagent.documents import (
    DoorEntry,
    MarkEntry,
    SetEntry,
    StageLight,
    StageWorld,
    Vector,
)
from filmagent.documents.breakdown import Setting
from filmagent.errors import InputError
from filmagent.library import shelf
from filmagent.library.bake import Bake
from filmagent.library.kit import build, layout, version

BODY_RADIUS = 0.28
"""Metres round a walker that obstacles keep out of."""


@dataclass(frozen=True)
class Mark:
    """A place to stand or sit. Positions are on the floor; seated, below the pelvis."""

    id: str
    kind: Literal["stand", "seat"]
    position: Vector
    heading: float
    """Radians; 0 faces +y."""
    role: str
    seat_height: float | None = None
    """Top of the seat, metres above the floor."""
    partners: tuple[str, ...] = ()
    surface: Vector | None = None
    """Where a prop lies within reach: a point on the tabletop."""
    background: bool = False
    description: str = ""
    approach: Vector | None = None
    """Where a walker comes to, clear of every obstacle by a body's radius: a stand mark's own
    position; for a seat the nearest free place in front of it or beside it."""
    feet: Vector | None = None
    """Seats: where the feet stand on sitting down, between seat and table; inside the
    clearance of both, so nobody walks through it."""


@dataclass(frozen=True)
class Door:
    """A way in and out."""

    id: str
    position: Vector
    """Just inside."""
    heading: float
    """Into the set."""
    outside: Vector
    """Where a body is out of sight; walkable from ``position``."""
    description: str = ""


@dataclass(frozen=True)
class LightPlan:
    """The lights of a time of day."""

    lights: tuple[StageLight, ...]
    world: StageWorld
    exposure: float
    """Stops."""


@dataclass(frozen=True)
class SetSpec:
    """What is known of a set beside its geometry."""

    name: str
    title: str
    words: tuple[str, ...]
    setting: Setting
    public: bool
    marks: Mapping[str, Mark]
    doors: Mapping[str, Door]
    light_plans: Mapping[str, LightPlan]
    floor: shapely.Polygon
    """Where people may walk, obstacles not yet taken out."""
    stage: shapely.Polygon
    """Where scenes are played and cameras may stand."""


@dataclass(frozen=True)
class SetPiece:
    """A set: its spec and its bake."""

    spec: SetSpec
    bake_path: Path
    bake: Bake = field(repr=False)
    obstacles: tuple[shapely.Polygon, ...] = field(repr=False)
    """What stands on the floor between 0.05 and 2 m, walls included; one polygon a piece."""

    @property
    def floor(self) -> shapely.Polygon:
        """Where people may walk, obstacles not yet taken out."""
        return self.spec.floor

    @cached_property
    def free(self) -> shapely.Geometry:
        """Where the centre of a walker (radius `BODY_RADIUS`) may be."""
        blocked = shapely.union_all(self.obstacles).buffer(BODY_RADIUS)
        return self.spec.floor.buffer(-BODY_RADIUS, join_style="mitre").difference(blocked)

    def entry(self) -> SetEntry:
        """The set as a crew sees it: names only."""
        spec = self.spec
        return SetEntry(
            name=spec.name,
            title=spec.title,
            setting=spec.setting,
            words=list(spec.words),
            public=spec.public,
            light_plans=list(spec.light_plans),
            marks=[
                MarkEntry(
                    id=mark.id,
                    kind=mark.kind,
                    role=mark.role,
                    partners=list(mark.partners),
                    surface=mark.surface is not None,
                    background=mark.background,
                    description=mark.description,
                )
                for mark in spec.marks.values()
            ],
            doors=[
                DoorEntry(id=door.id, description=door.description) for door in spec.doors.values()
            ],
        )

    def collision_mesh(self) -> trimesh.Trimesh:
        """Everything cameras and people keep clear of, as one mesh."""
        parts = [part for part in self.bake.parts if part.collide]
        starts = np.cumsum([0, *(len(part.vertices) for part in parts)])
        return trimesh.Trimesh(
            np.vstack([part.vertices for part in parts]),
            np.vstack([part.faces + start for part, start in zip(parts, starts, strict=False)]),
            process=False,
        )


def search_path() -> list[Path]:
    """Folders that hold set folders, the user's own first."""
    own = os.environ.get("FILMAGENT_SCENES")
    return [*([Path(own)] if own else []), shelf.data("scenes")]


def names() -> list[str]:
    """Every set on the shelf."""
    found = {path.parent.name for folder in search_path() for path in folder.glob("*/set.toml")}
    return sorted(found)


def folder(name: str) -> Path:
    """The folder of the set called ``name``.

    Raises
    ------
    InputError
        If there is none, naming the nearest.
    """
    if name in names():
        for root in search_path():
            if (root / name / "set.toml").is_file():
                return root / name
    near = difflib.get_close_matches(name, names(), n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"the shelf has {', '.join(names())}."
    raise InputError(f'There is no set called "{name}"; {hint}')


def load(name: str) -> SetPiece:
    """The set called ``name``, baked first if its ``set.toml`` or the kit has changed.

    Raises
    ------
    InputError
        If there is no such set, or a piece of it cannot be made.
    DocumentError
        If its ``set.toml`` is not what it should be.
    """
    path = folder(name) / "set.toml"
    return _load(name, path, f"{blake2b(path.read_bytes(), digest_size=6).hexdigest()}-{version()}")


@lru_cache(maxsize=8)
def _load(name: str, path: Path, digest: str) -> SetPiece:
    baked = shelf.cache() / "sets" / f"{name}-{digest}.npz"
    if not baked.is_file():
        build.bake(name, layout.read(path), str(path)).save(baked)
    bake = Bake.load(baked)
    resolved: dict[str, Any] = bake.extra["set"]
    return SetPiece(
        spec=_spec(name, resolved),
        bake_path=baked,
        bake=bake,
        obstacles=tuple(shapely.Polygon(ring[0], ring[1:]) for ring in resolved["obstacles"]),
    )


def _spec(name: str, resolved: dict[str, Any]) -> SetSpec:
    marks = {entry["id"]: Mark(**_tuples(entry)) for entry in resolved["marks"]}
    doors = {entry["id"]: Door(**_tuples(entry)) for entry in resolved["doors"]}
    plans = {
        key: LightPlan(
            lights=tuple(StageLight.model_validate(light) for light in plan["lights"]),
            world=StageWorld.model_validate(plan["world"]),
            exposure=plan["exposure"],
        )
        for key, plan in resolved["light_plans"].items()
    }
    return SetSpec(
        name=name,
        title=resolved["title"],
        words=tuple(resolved["words"]),
        setting=resolved["setting"],
        public=resolved["public"],
        marks=marks,
        doors=doors,
        light_plans=plans,
        floor=shapely.Polygon(resolved["floor"][0], resolved["floor"][1:]),
        stage=shapely.Polygon(resolved["stage"]),
    )


def _tuples(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
