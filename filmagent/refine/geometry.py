"""Where the points of one frame are in any other, and which of them it hides: exactly.

`refine.motion` follows the renderer's vectors from neighbour to neighbour. Here two frames may be
as far apart as they like: rest positions name the same spot of paint in both. What does not bend
(the set; props, whose place is found from their own pixels) is moved and projected; what bends
(people) is found by its rest position among the other frame's pixels, between which its place is
solved for. Nothing is estimated from pictures.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from filmagent.refine.motion import Correspondence
from filmagent.refine.passes import Passes
from filmagent.refine.views import View

Array = NDArray[Any]

NEEDS = ("rest", "normal", "view")
"""What `passes.read` is asked for, to say where points are; ``materials`` helps."""
SET = 1
"""The id of what never moves."""

_STIFF = 0.0005
"""Metres, and share of the distance, by which points of what does not bend may miss its place: as
far as the preview's depth, in half floats, goes."""
_FEW = 12
"""Pixels that a place is found from at least."""
_SAMPLE = 600
"""Pixels that a place is found from at most."""
_NEAR = 0.003
"""Metres by which one surface may lie before another and be taken for it."""
_LEAST = 0.1
"""Share of a point's surroundings that must show it."""
_ROUNDS = 2
_REACH = 1.0
"""Pixels from the middle of a pixel to where a point may be solved for."""


def between(now: Passes, then: Passes) -> Correspondence:
    """Where the points of ``now`` are in ``then``, whichever is the earlier.

    Parameters
    ----------
    now, then
        Frames of one scene, of any cameras, with `NEEDS`.

    Returns
    -------
    Correspondence
        Places of what ``then`` does not show are where it would be for what does not bend, and of
        no use for what does.

    Raises
    ------
    ValueError
        If a frame lacks one of `NEEDS`.
    """
    for frame in (now, then):
        lacking = [name for name in NEEDS if getattr(frame, name) is None]
        if lacking:
            raise ValueError(f"motion between any two frames needs their {', '.join(lacking)}")
    height, width = now.ids.shape
    x = np.full((height, width), np.nan)
    y = np.full((height, width), np.nan)
    visible = np.zeros((height, width), bool)
    pieces, pieces_then = _pieces(now), _pieces(then)
    for piece in (0, SET, *np.unique(pieces[pieces > SET])):
        mine, there = pieces == piece, pieces_then == piece
        if not mine.any():
            continue
        if piece == 0:
            found = _sky(now, then, mine)
        elif piece == SET:
            found = _stiff(now, then, mine, there, None)
        elif not there.any():
            continue
        elif (place := _moved(now, mine, then, there)) is not None:
            found = _stiff(now, then, mine, there, place)
        else:
            found = _bent(now, then, mine, there)
        x[mine], y[mine], visible[mine] = found
    visible &= (x >= -0.5) & (x <= then.ids.shape[1] - 0.5)
    visible &= (y >= -0.5) & (y <= then.ids.shape[0] - 0.5)
    own_x, own_y = np.meshgrid(np.arange(width), np.arange(height))
    lost = ~np.isfinite(x + y)
    x[lost], y[lost] = own_x[lost], own_y[lost]
    seen, size = visible & ~lost, (then.ids.shape[0], then.ids.shape[1])
    return Correspondence(x.astype(np.float32), y.astype(np.float32), seen, size)


Found = tuple[Array, Array, Array]
"""Columns, rows and whether they are seen, (n,) each."""
Place = tuple[Array, Array]
"""world_from_rest: a rotation (3, 3) and where the origin goes."""


def _pieces(frame: Passes) -> Array:
    """(H, W) a number for each object's each material: a body bends where its shoes do not.

    The sky is 0 and the set 1, whatever it is made of. Cloth lies nearer on skin than a pixel is
    wide, and is another piece too.
    """
    ids = frame.ids.astype(np.int64)
    if frame.materials is None:
        return ids
    return np.asarray(np.where(ids > SET, ids + 256 * frame.materials.astype(np.int64), ids))


def _sky(now: Passes, then: Passes, mine: Array) -> Found:
    x, y, _ = _view(then).bearing(_view(now).rays()[mine])
    rows, columns, inside = _nearest(x, y, then.ids.shape)
    return x, y, inside & (then.ids[rows, columns] == 0)


def _stiff(now: Passes, then: Passes, mine: Array, there: Array, place: Place | None) -> Found:
    """Points of what does not bend: moved, projected, and seen where pixels show their plane.

    What has no ``place`` never moves.
    """

    def moved(rest: Array) -> Array:
        return rest if place is None else np.asarray(rest @ place[0].T + place[1])

    points = moved(_rest(now)[mine])
    x, y, z = _view(then).pixels(points)
    points, across = points.astype(np.float32), (np.maximum(z, 0.0) / _view(then).focal)
    near, off = (np.square(2.0 * across), _NEAR + 0.5 * across)
    # a point lies between the middles of four pixels; it is seen where those that show what it
    # lies on weigh more, by how near they are, than those that show something before it
    left, top = np.floor(np.nan_to_num(x)), np.floor(np.nan_to_num(y))
    shown, hidden = np.zeros(len(x)), np.zeros(len(x))
    for right in (0, 1):
        for down in (0, 1):
            rows, columns, _ = _nearest(left + right, top + down, then.ids.shape)
            apart: Array = points - moved(_rest(then)[rows, columns]).astype(np.float32)
            height = np.abs(np.einsum("pi,pi->p", apart, _normal(then)[rows, columns]))
            # in its plane, or just round a corner
            same = (height <= off) | (np.einsum("pi,pi->p", apart, apart) <= near)
            same &= there[rows, columns]
            weight = np.abs(1 - right - (x - left)) * np.abs(1 - down - (y - top))
            shown += np.where(same, weight, 0.0)
            hidden += np.where(~same & (then.depth[rows, columns] < z), weight, 0.0)
    return x, y, (shown > hidden) & (shown > _LEAST) & (z > 0)


def _moved(now: Passes, mine: Array, then: Passes, there: Array) -> Place | None:
    """Where a piece that bends neither now nor then is then; None for one that does."""
    return _place(then, there) if _place(now, mine) is not None else None


def _place(frame: Passes, mine: Array) -> Place | None:
    """The rigid motion that takes rest positions to where the depth says they are.

    Least squares by the singular value decomposition: W. Kabsch, Acta Crystallographica A32, 1976.
    """
    index = np.flatnonzero(mine)
    if len(index) < _FEW:
        return None
    index = index[:: -(-len(index) // _SAMPLE)]
    rows, columns = np.divmod(index, mine.shape[1])
    view, depth = _view(frame), frame.depth[rows, columns].astype(np.float64)
    world = view.rays(columns, rows) * depth[:, None] + np.asarray(view.position)
    rest = _rest(frame)[rows, columns].astype(np.float64)
    middle, centre = rest.mean(0), world.mean(0)
    u, _, v = np.linalg.svd((rest - middle).T @ (world - centre))
    flip = np.diag([1.0, 1.0, np.sign(np.linalg.det(v.T @ u.T))])
    turn = v.T @ flip @ u.T
    shift = centre - turn @ middle
    off = np.linalg.norm(rest @ turn.T + shift - world, axis=1)
    return (turn, shift) if np.quantile(off, 0.9) < _STIFF * (1.0 + depth.mean()) else None


def _bent(now: Passes, then: Passes, mine: Array, there: Array) -> Found:
    """Points of what bends: the pixel with the nearest rest position, then between pixels."""
    wanted = _rest(now)[mine].astype(np.float64)
    rows, columns = np.nonzero(there)
    _, nearest = cKDTree(_rest(then)[there]).query(wanted)
    # most pieces are a small part of the picture
    top, left = rows.min(), columns.min()
    box = slice(top, rows.max() + 1), slice(left, columns.max() + 1)
    rows, columns = rows[nearest] - top, columns[nearest] - left
    x, y, seen = _solved(wanted, _rest(then)[box], there[box], rows, columns)
    return x + left, y + top, seen


def _solved(wanted: Array, rest: Array, there: Array, rows: Array, columns: Array) -> Found:
    """Where rest positions lie between pixels, by Gauss and Newton's method on the pass itself."""
    across, down = _slopes(rest, there)
    height, width = there.shape
    x, y = columns.astype(float), rows.astype(float)
    for _ in range(_ROUNDS):
        jx, jy = across[rows, columns].astype(float), down[rows, columns].astype(float)
        apart = wanted - rest[rows, columns]
        xx, xy, yy = (np.einsum("pi,pi->p", a, b) for a, b in ((jx, jx), (jx, jy), (jy, jy)))
        bx, by = (np.einsum("pi,pi->p", j, apart) for j in (jx, jy))
        determinant = xx * yy - xy * xy
        sound = determinant > 1e-3 * xx * yy
        safe = np.where(sound, determinant, 1.0)
        dx = np.where(sound, (yy * bx - xy * by) / safe, bx / np.maximum(xx, 1e-12))
        dy = np.where(sound, (xx * by - xy * bx) / safe, by / np.maximum(yy, 1e-12))
        dx, dy = np.clip(dx, -8, 8), np.clip(dy, -8, 8)
        left = np.linalg.norm(apart - jx * dx[:, None] - jy * dy[:, None], axis=1)
        x, y = columns + dx, rows + dy
        # go on from the pixel that was found, if it is of the piece
        r = np.clip(np.rint(y), 0, height - 1).astype(np.intp)
        c = np.clip(np.rint(x), 0, width - 1).astype(np.intp)
        on = there[r, c] & (np.maximum(np.abs(dx), np.abs(dy)) < 2.0)
        if not (on & ((r != rows) | (c != columns))).any():
            break
        rows, columns = np.where(on, r, rows), np.where(on, c, columns)
    size = np.sqrt(np.maximum(xx, yy))
    seen = (np.maximum(np.abs(dx), np.abs(dy)) <= _REACH) & (left <= 0.5 * size + 0.001)
    return x, y, seen


def _slopes(rest: Array, there: Array) -> tuple[Array, Array]:
    """How a piece's rest position changes by a pixel right and down, (H, W, 3) each.

    Of the steps to the pixels on both sides the smaller one, and of those that lie on the piece:
    the other crosses an outline, or a fold.
    """
    found = []
    for axis in (1, 0):
        step = np.diff(rest, axis=axis)
        size = np.square(step).sum(-1)
        size[~(there[:, 1:] & there[:, :-1] if axis == 1 else there[1:] & there[:-1])] = np.inf
        before, after = [(0, 0)] * 2, [(0, 0)] * 2
        before[axis], after[axis] = (1, 0), (0, 1)
        behind = np.pad(size, before, constant_values=np.inf)
        ahead = np.pad(size, after, constant_values=np.inf)
        nearer = np.where(
            (ahead <= behind)[..., None],
            np.pad(step, [*after, (0, 0)]),
            np.pad(step, [*before, (0, 0)]),
        )
        nearer[np.isinf(np.minimum(ahead, behind))] = 0.0
        found.append(nearer)
    return found[0], found[1]


def _nearest(x: Array, y: Array, shape: tuple[int, ...]) -> tuple[Array, Array, Array]:
    """Rows and columns of the nearest pixels, inside the picture, and whether they were."""
    height, width = shape[:2]
    with np.errstate(invalid="ignore"):
        inside = (x > -0.5) & (x < width - 0.5) & (y > -0.5) & (y < height - 0.5)
    rows = np.clip(np.rint(np.nan_to_num(y)), 0, height - 1).astype(np.intp)
    columns = np.clip(np.rint(np.nan_to_num(x)), 0, width - 1).astype(np.intp)
    return rows, columns, inside


def _view(frame: Passes) -> View:
    assert frame.view is not None
    return frame.view


def _rest(frame: Passes) -> Array:
    assert frame.rest is not None
    return frame.rest


def _normal(frame: Passes) -> Array:
    assert frame.normal is not None
    return frame.normal
