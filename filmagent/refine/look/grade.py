"""The grade: a display picture in, a graded display picture out; a pure function of its arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from filmagent.refine.look import colour
from filmagent.refine.look.glow import Glow
from filmagent.refine.look.grain import FOG, Grain
from filmagent.refine.look.presets import Look

Picture = NDArray[np.uint8]

_POINTS = 16384
_BRIGHTEST = 16.0
"""Opened light at the end of the table; white is 7.1."""


class Grade:
    """One look at one size; keep it for many frames. Threads may share it.

    Parameters
    ----------
    size
        Pixels, width and height.
    look
        The look.
    strength
        0 leaves pictures as they are; 1 is the look as written.
    seed
        The film's: of its grain.

    Raises
    ------
    ValueError
        If the strength is not between 0 and 1, or the look's curves turn back.

    Examples
    --------
    >>> import numpy as np
    >>> from filmagent.refine.look import Grade, load
    >>> grade = Grade((640, 360), load("classic"))
    >>> grade(np.zeros((360, 640, 3), np.uint8), seed=7).shape
    (360, 640, 3)
    """

    def __init__(
        self, size: tuple[int, int], look: Look, strength: float = 1.0, seed: int = 0
    ) -> None:
        if not 0.0 <= strength <= 1.0:
            raise ValueError(f"strength {strength} of a look is out of range: 0 to 1")
        self.size = size
        self._opened = colour.opened(np.arange(256) / 255).astype(np.float32)
        self._glow = Glow(size, look, strength)
        self._matrix = colour.matrix(look, strength)
        self._plain = bool((self._matrix == np.eye(3, dtype=np.float32)).all())
        self._grain = Grain(size, look, strength, seed)
        self.grainy = look.grain * strength > 0.0
        # the table is indexed by the square root of light: fine where eyes are
        root = (np.arange(_POINTS) + 0.5) / (_POINTS - 1) * np.sqrt(_BRIGHTEST + FOG)
        printed = colour.curves(look, strength, colour.closed(root**2 - FOG))
        codes = np.floor(printed * 255 + 0.5).astype(np.uint8)
        self._same = bool((codes == codes[:, :1]).all())
        self._print = codes[:, 0].copy() if self._same else codes.T.copy()

    def __call__(self, picture: Picture, seed: int) -> Picture:
        """Grade a picture (H, W, 3) uint8 sRGB; ``seed`` is the frame's, of its grain.

        Raises
        ------
        ValueError
            If the picture has another size.
        """
        if picture.shape != (self.size[1], self.size[0], 3) or picture.dtype != np.uint8:
            raise ValueError(
                f"the picture is {picture.dtype} {picture.shape}; this grade is for uint8 "
                f"({self.size[1]}, {self.size[0]}, 3)"
            )
        light = self._glow(np.take(self._opened, picture))
        light += np.float32(FOG)
        root = np.sqrt(light, out=light)
        if not self._plain:
            root = (root.reshape(-1, 3) @ self._matrix).reshape(root.shape)
            np.maximum(root, 0.0, out=root)
        root = self._grain(root, seed)
        root *= np.float32((_POINTS - 1) / np.sqrt(_BRIGHTEST + FOG))
        np.minimum(root, np.float32(_POINTS - 1), out=root)
        index = root.astype(np.uint16)
        if self._same:
            return np.asarray(np.take(self._print, index))
        graded = np.empty_like(picture)
        for channel in range(3):
            graded[..., channel] = np.take(self._print[channel], index[..., channel])
        return graded
