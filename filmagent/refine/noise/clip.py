"""The noise that a clip begins with: some of it fixed in the world, the rest new in every frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from filmagent.errors import InputError, RenderError
from filmagent.refine.noise import octree
from filmagent.refine.noise.cells import Points, voxels_of
from filmagent.refine.noise.gaussian import Floats, joined, key_of, normals
from filmagent.refine.passes import Passes

if TYPE_CHECKING:
    # it is described in tensors, and torch takes a second to load
    from filmagent.refine.video.backend import Capabilities

WIDTH = 0.5
"""Width of a voxel in cells: no two cells share one, and it hardly matters where cells begin."""


@dataclass(frozen=True)
class Surface:
    """Which point of what each pixel of a frame shows."""

    ids: NDArray[np.uint8]
    """(H, W)."""
    rest: Points
    """(H, W, 3) metres on the object, before anything moves it; of the sky, its direction."""

    @classmethod
    def of(cls, frame: Passes) -> Surface:
        """That of a frame that was read with its ``rest`` and ``view``.

        Raises
        ------
        RenderError
            If it was not.
        """
        if frame.rest is None or frame.view is None:
            missing = "rest positions" if frame.rest is None else "camera"
            raise RenderError(
                f"Noise that sticks to the world needs each frame's {missing}: render the shot "
                "with its data passes, or take a gamma of 0."
            )
        ray = frame.view.rays()
        direction = ray / np.linalg.norm(ray, axis=-1, keepdims=True)
        sky = np.isinf(frame.depth)[..., None]
        return cls(frame.ids, np.where(sky, direction, frame.rest))


def of_frame(
    surface: Surface,
    names: Mapping[int, str],
    *,
    scale: int,
    channels: int,
    seed: int,
    width: float = WIDTH,
) -> Floats:
    """Standard normal noise that sticks to what a frame shows, (channels, rows, columns) float32.

    Every surface is full of noise, in voxels of rest space of every size, the same in every frame
    and shot. A cell is the sum of the voxels that it shows, weighted by their pixels and divided by
    the root of the sum of squared weights: exactly normal, and independent of its neighbours.
    (After P. Chang, J. Tang, M. Gross, V. Azevedo, "How I Warped Your Noise", ICLR 2024, section 3,
    whose noise is warped from frame to frame, not looked up.)

    Parameters
    ----------
    surface
        What it shows.
    names
        What object ids are called throughout the film.
    scale, channels
        Pixels of a cell's side, and numbers in a cell.
    seed
        Of the film.
    width
        Of a voxel, in cells, about.
    """
    keys = np.array(
        [key_of(names.get(i, f"object {i}")) for i in range(int(surface.ids.max()) + 1)], np.uint64
    )
    voxels, share = voxels_of(surface.ids, keys, surface.rest, scale, scale * width)
    total = share @ octree.values(voxels, seed, channels)
    cell = np.repeat(np.arange(share.shape[0]), np.diff(share.indptr))
    size = np.sqrt(np.bincount(cell, np.square(share.data))).astype(np.float32)
    rows, columns = (-(-n // scale) for n in surface.ids.shape)
    return np.ascontiguousarray((total / size[:, None]).T).reshape(channels, rows, columns)


def of_clip(
    read: Callable[[int], Surface],
    frames: int,
    model: Capabilities,
    names: Mapping[int, str],
    *,
    seed: int,
    shot: str,
    gamma: float,
    width: float = WIDTH,
) -> Floats:
    """Standard normal noise for the latents of a clip, (1, C, f, h, w) float32.

    It is √(1 − γ²) · new + γ · the world's. A latent frame shows what the middle one of its frames
    does, which is all that is read.

    Parameters
    ----------
    read
        Gives a frame of the clip by its number from 0.
    frames
        How many there are, before the clip is padded.
    model
        Its latents' shape and frames.
    names
        What object ids are called throughout the film.
    seed
        Of the film: world noise is the same in all its shots.
    shot
        What the clip is called: the rest of the noise is its own.
    gamma
        Share of the noise that sticks to the world, 0–1: more is steadier, and the less varied.

    Raises
    ------
    InputError
        If gamma is out of range.
    RenderError
        If frames have several sizes.
    """
    if not 0 <= gamma <= 1:
        raise InputError(f"gamma {gamma:g} is out of range: 0 (all new) to 1 (all the world's).")
    begun = read(0)
    height, across = begun.ids.shape
    clip = _fresh(model.latent(frames, height, across), seed, shot)
    for latent in range(clip.shape[2] if gamma > 0 else 0):
        first, end = model.span(latent)
        frame = min((first + end - 1) // 2, frames - 1)
        surface = read(frame) if frame else begun
        if surface.ids.shape != begun.ids.shape:
            rows, columns = surface.ids.shape
            raise RenderError(
                f"Frame {frame} of {shot} is {columns}x{rows}, its first {across}x{height}: render "
                "the shot in one size."
            )
        noise = of_frame(
            surface, names, scale=model.scale, channels=model.channels, seed=seed, width=width
        )
        # beyond the picture, where it is padded, all stays new
        part = clip[0, :, latent, : noise.shape[1], : noise.shape[2]]
        part *= np.float32(np.sqrt(1 - gamma**2))
        part += np.float32(gamma) * noise
    return clip


def _fresh(shape: tuple[int, int, int, int, int], seed: int, shot: str) -> Floats:
    """Noise of nothing but its place in a shot's clip: a latent frame's is the same in any clip."""
    _, channels, frames, rows, columns = shape
    clip = np.empty(shape, np.float32)
    for latent in range(frames):
        start = joined(joined(np.array([key_of(shot)]), seed), latent)
        cells = joined(start, np.arange(rows * columns))
        clip[0, :, latent] = normals(cells, channels).T.reshape(channels, rows, columns)
    return clip
