"""Fronts of houses."""

from __future__ import annotations

from filmagent.library.kit.shape import Shape, piece
from filmagent.library.kit.solids import box


@piece
def block(size: list[float], surface: str = "plaster_grey") -> Shape:
    """A plain solid standing on z = 0: a house's mass behind its front."""
    return Shape("wall").add(box(size, 0.0, upright=True), surface)
