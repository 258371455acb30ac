"""A staged scene with its arrays: what a renderer needs of `SceneStage`, indexed by frame."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from camera.lens import Lens
from camera.pose import from_matrix
from filmagent.documents import SceneStage, StageActor, StageCamera, StageProp
from filmagent.errors import DocumentError
from filmagent.library import npz, shelf
from filmagent.library.bake import Bake

Array = NDArray[Any]

NEAR, FAR = 0.05, 300.0
"""Clipping distances in metres."""

_MIDDLE, _TO_HEAD = np.array([0.0, 0.0, 0.9]), np.array([0.0, 0.0, 0.5])
"""From the floor to a body's middle, and from there to its head, metres."""


@dataclass
class Camera:
    """A camera at one frame."""

    position: Array
    world_from_camera: Array
    """(3, 3) rotation."""
    focal_mm: float
    focus_m: float
    fstop: float
    sensor_mm: float

    def view(self) -> Array:
        """camera_from_world, (4, 4)."""
        matrix = np.eye(4)
        matrix[:3, :3] = self.world_from_camera.T
        matrix[:3, 3] = -self.world_from_camera.T @ self.position
        return matrix

    def projection(self, size: tuple[int, int]) -> Array:
        """clip_from_camera, (4, 4); horizontal fit, as Blender with sensor_fit HORIZONTAL."""
        width, height = size
        scale = 2.0 * self.focal_mm / self.sensor_mm
        matrix = np.zeros((4, 4))
        matrix[0, 0], matrix[1, 1] = scale, scale * width / height
        matrix[2, 2] = -(FAR + NEAR) / (FAR - NEAR)
        matrix[2, 3] = -2.0 * FAR * NEAR / (FAR - NEAR)
        matrix[3, 2] = -1.0
        return matrix

    def told(self, size: tuple[int, int]) -> str:
        """The camera of a picture as JSON; ``filmagent/refine/views.py`` says what it holds."""
        lens = Lens(self.focal_mm, self.sensor_mm, size[0] / size[1])
        world_from_camera = np.eye(4)
        world_from_camera[:3, :3] = self.world_from_camera
        world_from_camera[:3, 3] = self.position
        return json.dumps(
            {
                "size": list(size),
                "position": self.position.tolist(),
                "quaternion": from_matrix(self.world_from_camera).tolist(),
                "focal_mm": self.focal_mm,
                "sensor_mm": self.sensor_mm,
                "shift": [0.0, 0.0],
                "focus_m": self.focus_m,
                "fstop": self.fstop,
                "intrinsics": lens.intrinsics(size[0]).tolist(),
                "world_from_camera": world_from_camera.tolist(),
            },
            indent=1,
        )

    def project(self, points: Array, size: tuple[int, int]) -> Array:
        """World points (N, 3) to pixels (N, 2), x right and y down from the top left corner."""
        eye = points @ self.view()[:3, :3].T + self.view()[:3, 3]
        scale = self.focal_mm / self.sensor_mm * size[0]
        x, y = eye[:, 0] / -eye[:, 2] * scale, eye[:, 1] / -eye[:, 2] * scale
        return np.stack([size[0] / 2 + x, size[1] / 2 - y], -1)


def rotation(quaternion: Array) -> Array:
    """Unit quaternions wxyz (…, 4) to matrices (…, 3, 3)."""
    q = np.asarray(quaternion, np.float64)
    w, x, y, z = np.moveaxis(q / np.linalg.norm(q, axis=-1, keepdims=True), -1, 0)
    rows = [
        1 - 2 * (y * y + z * z),
        2 * (x * y - w * z),
        2 * (x * z + w * y),
        2 * (x * y + w * z),
        1 - 2 * (x * x + z * z),
        2 * (y * z - w * x),
        2 * (x * z - w * y),
        2 * (y * z + w * x),
        1 - 2 * (x * x + y * y),
    ]
    return np.asarray(np.stack(rows, -1).reshape(*q.shape[:-1], 3, 3))


@dataclass
class Staged:
    """A scene as staged, with the npz files it names, loaded when first asked for.

    Examples
    --------
    >>> staged = Staged.read(Path("films/x"), "1")           # doctest: +SKIP
    >>> staged.camera("1A", 48).focal_mm                     # doctest: +SKIP
    50.0
    """

    film: Path
    doc: SceneStage
    _tracks: dict[str, dict[str, Array]] = field(default_factory=dict)
    _files: dict[str, dict[str, Array]] = field(default_factory=dict)
    _bakes: dict[str, Bake] = field(default_factory=dict)

    @classmethod
    def read(cls, film: Path, scene: str) -> Staged:
        """Read ``stage/scene_<NN>.json`` of a film folder."""
        return cls(film, SceneStage.read(film / "stage" / f"scene_{scene.zfill(2)}.json"))

    def path(self, name: str) -> Path:
        """A path of the document: relative to the film folder, or on the library's shelf."""
        direct = self.film / name
        if direct.exists() or Path(name).is_absolute():
            return direct
        kind = Path(name).parts[0] if Path(name).parts else ""
        if kind in ("assets", "scenes"):
            return shelf.data(kind).joinpath(*Path(name).parts[1:])
        return direct

    def bake(self, name: str) -> Bake:
        """A bake named in the document."""
        if name not in self._bakes:
            self._bakes[name] = Bake.load(self.path(name))
        return self._bakes[name]

    def arrays(self, name: str) -> dict[str, Array]:
        """The arrays of an npz named in the document."""
        if name not in self._files:
            self._files[name] = dict(npz.load(self.path(name)))
        return self._files[name]

    def row(self, arrays: dict[str, Array], frame: int, like: str) -> int:
        """The row of a scene frame in a track, held at both ends."""
        first = int(arrays["first_frame"])
        return int(np.clip(frame - first, 0, len(arrays[like]) - 1))

    def setup(self, name: str) -> StageCamera:
        """The staged camera of a setup (or of a take's name).

        Raises
        ------
        DocumentError
            If the scene has no such camera.
        """
        for camera in self.doc.cameras:
            if name in (camera.setup, camera.take):
                return camera
        known = ", ".join(camera.setup for camera in self.doc.cameras)
        raise DocumentError(
            f"scene {self.doc.scene} has no setup {name!r} on its stage (it has "
            f"{known or 'none'}); name one of these."
        )

    def camera(self, setup: str, frame: int) -> Camera:
        """The camera of a setup at a scene frame."""
        staged = self.setup(setup)
        if setup not in self._tracks:
            self._tracks[setup] = dict(npz.load(self.path(staged.track)))
        track = self._tracks[setup]
        at = int(np.clip(np.searchsorted(track["frames"], frame), 0, len(track["frames"]) - 1))
        return Camera(
            position=np.asarray(track["positions"][at], np.float64),
            world_from_camera=rotation(track["quaternions"][at]),
            focal_mm=float(track["focal_mm"][at]),
            focus_m=float(track["focus_m"][at]),
            fstop=float(staged.fstop),
            sensor_mm=float(staged.sensor_mm),
        )

    def visible(self, thing: StageActor | StageProp, frame: int) -> bool:
        """Whether an actor or prop is on the set at a frame."""
        name = thing.performance if isinstance(thing, StageActor) else thing.motion
        arrays = self.arrays(name)
        if "visible" not in arrays:
            return True
        return bool(arrays["visible"][self.row(arrays, frame, "visible")])

    def placed(self, prop: StageProp, frame: int) -> Array:
        """world_from_prop at a frame, (4, 4)."""
        arrays = self.arrays(prop.motion)
        at = self.row(arrays, frame, "positions")
        matrix = np.eye(4)
        matrix[:3, :3] = rotation(arrays["quaternions"][at])
        matrix[:3, 3] = arrays["positions"][at]
        return matrix

    @cached_property
    def roaming(self) -> tuple[Array, Array]:
        """The box that people may be in, from the set alone: low and high corners.

        It holds the set's stage, marks and doors; nothing of the performance moves it, so that a
        changed line does not relight a scene.
        """
        bake = self.bake(self.doc.set_bake)
        plan = bake.extra.get("set", {})
        points = [np.asarray(ring, float)[:, :2] for ring in [plan.get("stage", [])] if len(ring)]
        for kind in ("marks", "doors"):
            entries = plan.get(kind, {})
            entries = entries.values() if isinstance(entries, dict) else entries
            points += [np.array([entry["position"][:2]], float) for entry in entries]
        if not points:
            points = [np.asarray(part.vertices)[:, :2] for part in bake.parts]
        every = np.concatenate(points)
        low, high = every.min(0) - 0.3, every.max(0) + 0.3
        return np.append(low, 0.0), np.append(high, 2.2)

    def seen(self, camera: Camera, frame: int) -> list[StageActor]:
        """The actors near enough to the picture to be seen, or to throw a shadow into it."""
        return [
            actor
            for actor in self.doc.actors
            if self.visible(actor, frame) and self._near(camera, self._place(actor, frame))
        ]

    def _place(self, actor: StageActor, frame: int) -> Array:
        arrays = self.arrays(actor.performance)
        return np.asarray(arrays["root"][self.row(arrays, frame, "root")] + _MIDDLE)

    def _near(self, camera: Camera, place: Array, reach: float = 2.4) -> bool:
        """Whether a ball of ``reach`` metres meets the camera's pyramid."""
        eye = camera.view() @ np.append(place, 1.0)
        slope = camera.sensor_mm / 2 / camera.focal_mm
        normal = np.hypot(1.0, slope)
        width, height = self.doc.size
        across = (abs(eye[0]) + eye[2] * slope) / normal
        rise = slope * height / width
        along = (abs(eye[1]) + eye[2] * rise) / np.hypot(1.0, rise)
        return bool(eye[2] < reach and across < reach and along < reach)

    def faces(self, setup: str) -> Array:
        """Where heads are in the frames that the film shows of a setup, (N, 3) metres.

        Rounded to a quarter of a metre and without repeats: they choose the lamps that are shaded
        live, which a step aside must not change.
        """
        spans = [(c.source_in, c.source_out) for c in self.doc.cuts if c.setup == setup]
        if not spans:
            spans = [(self.doc.first, self.doc.end)]
        found = []
        for first, end in spans:
            for frame in range(first, max(end, first + 1), max(1, (end - first) // 6)):
                camera = self.camera(setup, frame)
                for actor in self.doc.actors:
                    place = self._place(actor, frame) + _TO_HEAD
                    if self.visible(actor, frame) and self._near(camera, place, 0.3):
                        found.append(place)
        cells = np.round(np.array(found).reshape(-1, 3) * 4) / 4
        return np.asarray(np.unique(cells, axis=0))
