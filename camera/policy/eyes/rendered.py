"""Rendered pictures, colour and depth, of a world or a mesh with people in it.

By pyrender, without a screen: OpenGL through EGL, in software where there is no GPU. The depth is
what `camera.policy.eyes.see` finds by rays; the colours tell what is what, lit from the camera.
One process has one OpenGL platform: where another was chosen before, that one is used.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from camera.lens import Lens
from camera.pose import Array, matrix
from camera.world import Bodies, World

if TYPE_CHECKING:
    from trimesh import Trimesh

_SET, _SUBJECT, _OTHER = (168, 164, 158), (214, 120, 64), (92, 116, 160)
_SKY = (0.55, 0.68, 0.82)
_NEAR, _FAR = 0.05, 500.0


@dataclass(frozen=True)
class Rendered:
    """One picture.

    Parameters
    ----------
    rgb : (rows, columns, 3) uint8
    depth : (rows, columns) float32
        Metres along the view; inf where there is sky.
    """

    rgb: Array
    depth: Array


class Renderer:
    """Pictures of one set; close it, or use it in a ``with``.

    Parameters
    ----------
    scene : World or trimesh.Trimesh
        What stands.
    lens
        Whose aspect and focal length pictures have.
    bodies
        Who moves.
    subjects : owners among the bodies who are coloured apart
    columns
        Pixels across; rows follow from the lens's aspect.

    Raises
    ------
    ValueError
        If there is nothing to see, or the picture has no pixels.
    RuntimeError
        If no OpenGL context can be made here.
    """

    def __init__(
        self,
        scene: World | Trimesh,
        lens: Lens,
        bodies: Bodies | None = None,
        *,
        subjects: tuple[int, ...] = (0,),
        columns: int = 294,
    ) -> None:
        rows = round(columns / lens.aspect)
        if columns < 1 or rows < 1:
            raise ValueError(f"a picture of {columns} × {rows} pixels has none; give more columns")
        self.lens, self.bodies = lens, bodies or Bodies.none()
        pyrender = _pyrender()
        mesh = mesh_of(scene) if isinstance(scene, World) else scene
        if not len(mesh.faces):
            raise ValueError("there is nothing to see: the scene has no faces")
        self._scene = pyrender.Scene(bg_color=(*_SKY, 1.0), ambient_light=(0.25, 0.25, 0.25))
        self._scene.add(_coloured(pyrender, mesh, _SET))
        self._capsules = [
            self._scene.add(_coloured(pyrender, self._capsule(n), _colour(int(owner), subjects)))
            for n, owner in enumerate(self.bodies.owners)
        ]
        self._camera = self._scene.add(
            pyrender.PerspectiveCamera(1.0, znear=_NEAR, zfar=_FAR, aspectRatio=lens.aspect)
        )
        self._light = self._scene.add(pyrender.DirectionalLight(color=np.ones(3), intensity=3.0))
        try:
            self._renderer: Any = pyrender.OffscreenRenderer(columns, rows)
        except Exception as error:  # pyrender raises bare assertions and ctypes errors
            raise RuntimeError(
                f"no OpenGL context could be made: {error}. Install Mesa's EGL "
                "(libegl1, libgl1-mesa-dri), or set PYOPENGL_PLATFORM"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the context back."""
        self._renderer.delete()

    def see(
        self,
        position: ArrayLike,
        quaternion: ArrayLike,
        frame: int = 0,
        focal: float | None = None,
    ) -> Rendered:
        """What one camera sees.

        Parameters
        ----------
        position, quaternion : (3,), (4,)
            World frame, metres; wxyz, looking along −Z, up +Y.
        frame
            Of the bodies.
        focal
            Frame heights; the lens's where it does not zoom.
        """
        pose = np.eye(4)
        pose[:3, :3] = matrix(np.asarray(quaternion, np.float64))
        pose[:3, 3] = position
        height = self.lens.focal_heights if focal is None else float(focal)
        self._camera.camera.yfov = 2.0 * np.arctan(0.5 / height)
        for node in (self._camera, self._light):
            self._scene.set_pose(node, pose)
        self._place(min(frame, len(self.bodies.ends) - 1))
        rgb, depth = self._renderer.render(self._scene)
        far = np.where(depth > 0, depth, np.inf).astype(np.float32)
        return Rendered(np.asarray(rgb), far)

    def _capsule(self, number: int) -> Any:
        long = np.linalg.norm(np.diff(self.bodies.ends[:, number], axis=1)[:, 0], axis=1)
        length = float(np.nanmedian(long)) if np.isfinite(long).any() else 0.0
        return _capsule(length, float(self.bodies.radii[number]))

    def _place(self, frame: int) -> None:
        """Everybody where they are in a frame; who is not there goes out of sight."""
        for node, (a, b) in zip(self._capsules, self.bodies.ends[frame], strict=True):
            pose = np.eye(4)
            if np.isfinite([a, b]).all():
                pose[:3, :3] = _upright(b - a)
                pose[:3, 3] = (a + b) / 2
            else:
                pose[2, 3] = -1e4
            self._scene.set_pose(node, pose)


def mesh_of(world: World) -> Any:
    """A world as one `trimesh.Trimesh`; its round shapes in facets."""
    import trimesh

    t = world.triangles
    parts = [trimesh.Trimesh(t.reshape(-1, 3), np.arange(3 * len(t)).reshape(-1, 3), process=False)]
    if world.shapes is not None:
        s = world.shapes
        for foot, height, radius in zip(s.feet, s.heights, s.radii, strict=True):
            middle = foot + np.array([0.0, 0.0, height / 2])
            parts.append(_capsule(float(height), float(radius)).apply_translation(middle))
    return trimesh.util.concatenate(parts)


def _capsule(length: float, radius: float) -> Any:
    """An upright capsule round the origin, its axis of this length."""
    from trimesh.creation import capsule

    # of no length it is a ball, but the mesh wants some
    one = capsule(max(length, 1e-3), radius, count=[24, 24])
    return one.apply_translation(-one.bounds.mean(axis=0))


def _upright(axis: Array) -> Array:
    """A rotation (3, 3) whose z axis goes along another."""
    size = float(np.linalg.norm(axis))
    z = axis / size if size > 1e-9 else np.array([0.0, 0.0, 1.0])
    x = np.cross([0.0, 1.0, 0.0] if abs(z[1]) < 0.9 else [1.0, 0.0, 0.0], z)
    x /= np.linalg.norm(x)
    return np.stack([x, np.cross(z, x), z], axis=1)


def _colour(owner: int, subjects: tuple[int, ...]) -> tuple[int, int, int]:
    return _SUBJECT if owner in subjects else _OTHER


def _coloured(pyrender: Any, mesh: Any, colour: tuple[int, int, int]) -> Any:
    material = pyrender.MetallicRoughnessMaterial(
        baseColorFactor=(*(c / 255 for c in colour), 1.0), metallicFactor=0.0, roughnessFactor=0.9
    )
    return pyrender.Mesh.from_trimesh(mesh, material=material, smooth=False)


def _pyrender() -> Any:
    """The renderer, told to need no screen before it is loaded."""
    os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
    try:
        import pyrender
    except ImportError:
        raise RuntimeError("rendered pictures need pyrender: pip install pyrender") from None
    return pyrender
