"""The cast on the shelf: baked, dressed people.

>>> from filmagent.library import cast
>>> ines = cast.load("ines")
>>> ines.height, ines.eye_height, ines.seat_height   # metres
>>> grip_bone, grip = ines.landmark("grip.R")        # a point in that bone's own axes

A body rests in an A-pose at the origin, soles on z = 0, facing +Y. `filmagent.library.skin` poses
it. Eyeballs follow the bones ``eye.L`` and ``eye.R`` alone; the eyeLook shapes move the lids.

Landmarks (``bake.extra["landmarks"]``: name → bone and point in body coordinates at rest)
-------------------------------------------------------------------------------------------
``eye.L`` ``eye.R`` eyeball centres · ``head_top`` (hair included) ``chin`` ``nose_tip`` ``mouth``
``brow`` ``nape`` ``ear.L`` ``ear.R`` · ``shoulder.L/R`` ``elbow.L/R`` ``wrist.L/R`` · ``grip.L/R``
the middle of the closed hand, ``fingertip.L/R`` of the index · ``hip.L/R`` ``knee.L/R``
``ankle.L/R`` ``heel.L/R`` ``ball.L/R`` ``toe.L/R``: the last three on the sole, z = 0.
``head_hull``: some forty points around head and hair, all of the bone ``head``, for framing.

Members come with filmagent, or are the user's own: bakes in the folder that ``FILMAGENT_CAST``
names (by default ``filmagent/cast`` in the user's data folder), which ``filmagent cast new`` fills.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from filmagent.documents.catalogue import MemberEntry
from filmagent.errors import InputError
from filmagent.library import shelf
from filmagent.library.bake import Bake, MeshPart

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Member:
    """A person on the shelf."""

    name: str
    bake: Bake
    bake_path: Path

    @property
    def bones(self) -> list[str]:
        """Bone names, parents before children."""
        return self.bake.bones

    @cached_property
    def rest(self) -> Array:
        """(J, 4, 4) float64, body_from_bone at rest."""
        assert self.bake.bone_rest is not None
        return self.bake.bone_rest

    @cached_property
    def parents(self) -> Array:
        """(J,) index of each bone's parent, −1 for the root."""
        assert self.bake.bone_parents is not None
        return self.bake.bone_parents.astype(np.int64)

    @cached_property
    def lengths(self) -> Array:
        """(J,) metres."""
        assert self.bake.bone_lengths is not None
        return self.bake.bone_lengths

    @cached_property
    def _index(self) -> dict[str, int]:
        return {bone: index for index, bone in enumerate(self.bones)}

    def bone(self, name: str) -> int:
        """Index of a bone; KeyError if there is none."""
        return self._index[name]

    def point(self, name: str) -> Array:
        """A landmark at rest in body coordinates, (3,)."""
        return np.array(self.bake.extra["landmarks"][name]["point"])

    def landmark(self, name: str) -> tuple[int, Array]:
        """A landmark as its bone's index and the point in that bone's axes, (3,)."""
        index = self.bone(self.bake.extra["landmarks"][name]["bone"])
        rest = self.rest[index]
        local: Array = rest[:3, :3].T @ (self.point(name) - rest[:3, 3])
        return index, local

    def track(self, name: str, world_from_bone: Array) -> Array:
        """Where a landmark is in each frame.

        Parameters
        ----------
        name
            A landmark.
        world_from_bone
            (F, J, 4, 4), of `filmagent.library.skin.pose`.

        Returns
        -------
        array
            (F, 3) metres.
        """
        index, local = self.landmark(name)
        pose = world_from_bone[:, index]
        track: Array = pose[:, :3, :3] @ local + pose[:, :3, 3]
        return track

    @cached_property
    def head_hull(self) -> Array:
        """(H, 3) points around head and hair at rest, body coordinates, rigid with ``head``."""
        return np.array(self.bake.extra["head_hull"])

    def parts(self, use: Literal["preview", "render"]) -> list[MeshPart]:
        """The meshes that an engine of this kind draws."""
        return [part for part in self.bake.parts if part.use in ("both", use)]

    def _measure(self, name: str) -> float:
        return float(self.bake.extra["measures"][name])

    @property
    def height(self) -> float:
        """Standing height in shoes, hair left out, metres."""
        return self._measure("height")

    @property
    def eye_height(self) -> float:
        """Of the eyes, standing, metres."""
        return self._measure("eye_height")

    @property
    def shoulder_height(self) -> float:
        """Of the shoulder joints, standing, metres."""
        return self._measure("shoulder_height")

    @property
    def hip_height(self) -> float:
        """Of the hip joints, standing, metres."""
        return self._measure("hip_height")

    @property
    def seat_height(self) -> float:
        """How far the hip joints are above the seat one sits on, metres, clothes included."""
        return self._measure("seat_height")

    def entry(self) -> MemberEntry:
        """What a crew reads to choose this person."""
        extra = self.bake.extra
        return MemberEntry(
            name=self.name,
            title=extra["title"],
            gender=extra["gender"],
            age=extra["age"],
            years=extra["years"],
            words=extra["words"],
            height=self.height,
        )


def search_path() -> list[Path]:
    """Folders that hold bakes; those that come with filmagent first, and no name twice."""
    return [shelf.data("assets") / "cast", shelf.own("cast")]


def names() -> list[str]:
    """Everybody on the shelf, sorted."""
    return sorted({path.stem for folder in search_path() for path in folder.glob("*.npz")})


def load(name: str) -> Member:
    """A person by name; the same object each time, until another bake of the name is saved.

    Raises
    ------
    InputError
        If nobody is called that; the message has the nearest names.
    """
    known = names()
    if name not in known:
        near = difflib.get_close_matches(name.lower(), known, n=2, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}."
        raise InputError(f"There is no cast member {name!r}; {hint}")
    paths = [folder / f"{name}.npz" for folder in search_path()]
    path = next(path for path in paths if path.exists())
    return _read(name, path, path.stat().st_mtime_ns)


@lru_cache(maxsize=24)
def _read(name: str, path: Path, stamp: int) -> Member:
    return Member(name, Bake.load(path), path)
