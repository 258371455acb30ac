"""A wish that can be fulfilled, by the camera that fulfils it.

Cameras are drawn by the dozen: round one subject by azimuth and elevation at the distance of a
size, or beside two at the distance that puts them so far apart on the screen. Each keeps its place
to its calmed subject. The first that touches nothing, hides nothing, crosses no line and shows the
same picture throughout is the witness; the wish is what it shows.
"""

from __future__ import annotations

import numpy as np

from camera.families.case import Wish
from camera.families.drawing import Drawn, draw, giving_way
from camera.families.people import POINTS
from camera.families.plot import Plot, Random
from camera.framing import aim
from camera.grammar import ANGLES, HEAD, Shot, size_of
from camera.lens import Lens
from camera.metrics.framing import view_of
from camera.pose import Array, facing, heading_of
from camera.trajectory import Trajectory
from camera.world import Bodies
from camera.world.bodies import nearest_body

RADIUS = 0.3
"""Metres round the camera that nothing is in."""
_HIT, _LOST = 0.25, 0.93
"""What a demanding wish costs who keeps to it: metres of air, share of the subject seen."""
_VERIFIED = 6
_FASTEST, _HARDEST = 4.5, 9.0  # m/s and m/s² at the most
# Shares of the time in which a witness keeps the size and the view
_STEADY, _YIELDING = (0.97, 0.9), (0.9, 0.6)
_CROWN = POINTS.index("crown")

Found = tuple[Shot, Wish, Lens, tuple[Array, Array] | None, Trajectory]


def find(
    r: Random,
    times: Array,
    plot: Plot,
    points: Array,
    eyes: Array,
    heading: Array,
    bodies: Bodies,
    subjects: int,
    demanding: bool,
) -> Found | None:
    """The shot, wish, lens, line of action and witness of a scene; None if none was drawn.

    What is demanding is only what keeping to the wish all the time would hit or hide: the witness
    gives way and comes back.
    """
    plain = draw(r, times, eyes[:, :subjects], heading[:, :subjects])
    drawn = giving_way(r, times, plain) if demanding else plain
    good = np.flatnonzero(_near_nothing(drawn, plot, bodies))
    now_and_then = np.linspace(0, len(times) - 1, 9).astype(int)
    good = good[_hides_nothing(drawn[good], plot, points, bodies, now_and_then)]
    if demanding:
        rigid = _near_nothing(plain[good], plot, bodies)
        rigid &= _hides_nothing(plain[good], plot, points, bodies, now_and_then)
        good = good[~rigid]
    keeps = _YIELDING if demanding else _STEADY
    for k in good[:_VERIFIED]:
        one = drawn[np.array([k])]
        found = _verified(one, times, plot, points, eyes, heading, bodies, keeps)
        if found is None:
            continue
        if not demanding or _too_rigid(found, plot, points, eyes, heading, bodies):
            return found
    return None


def kept_to(wish: Wish, lens: Lens, eyes: Array, heading: Array) -> Array:
    """Positions (F, 3) at the wished distance and direction from eyes (F, 3) that face so (F,)."""
    x, y = wish.screen[0]
    focal = lens.focal_heights
    # the wished fraction is of the depth, which is less than the distance off the axis
    distance = HEAD * focal / wish.head_fraction * np.sqrt(1 + (x * x + y * y) / focal**2)
    away = facing(heading + wish.azimuth) * np.cos(wish.elevation)
    away[..., 2] = np.sin(wish.elevation)
    return np.asarray(eyes + distance * away)


def _too_rigid(
    found: Found, plot: Plot, points: Array, eyes: Array, heading: Array, bodies: Bodies
) -> bool:
    """Whether a camera that keeps to the wish all the time hits or loses something."""
    wish, lens = found[1], found[2]
    first = wish.subjects[0]
    p = kept_to(wish, lens, eyes[:, first], np.unwrap(heading[:, first]))
    gap = np.minimum(plot.world.border(p)[0], plot.world.sweep(p, bodies)[1])
    if gap.min() < _HIT:
        return True
    q = aim(p, eyes[:, first], wish.screen[0], lens.focal_heights)
    screen, _ = lens.project(points[:, first], p[:, None], q[:, None])
    within = (np.abs(screen[..., 0]) <= lens.aspect / 2) & (np.abs(screen[..., 1]) <= 0.5)
    row, point = np.nonzero(within)
    who = np.full(len(row), first)
    clear = plot.world.visible(p[row], points[row, first, point], bodies, who, rows=row)
    return bool(clear.mean() < _LOST)


def _near_nothing(drawn: Drawn, plot: Plot, bodies: Bodies) -> Array:
    """Whether (K,) each camera is clear of the set, the limit and everybody, now and then."""
    frames = drawn.positions.shape[1]
    rows = np.linspace(0, frames - 1, 12).astype(int)
    good = np.ones(len(drawn.first), bool)
    margin = RADIUS + 0.04

    def border(p: Array, _: Array) -> Array:
        return np.minimum(plot.world.border(p)[0], p[:, 2] - 0.3)

    def walls(p: Array, _: Array) -> Array:
        return plot.world.signed_distance(p)[0]

    def people(p: Array, each: Array) -> Array:
        return nearest_body(p, bodies.at(each))[0]

    # from cheap to dear: what fails is not asked again
    for test in (border, walls, people):
        left = np.flatnonzero(good)
        if not len(left):
            break
        p = drawn.positions[left][:, rows]
        gap = test(p.reshape(-1, 3), np.tile(rows, len(left)))
        good[left] = gap.reshape(len(left), -1).min(axis=1) > margin
    return good


def _poses(drawn: Drawn, rows: Array) -> tuple[Array, Array]:
    """Positions (K, R, 3) and quaternions (K, R, 4)."""
    focal = (drawn.focal * Lens(35.0).focal_heights / 35.0)[:, None]
    p = drawn.positions[:, rows]
    return p, aim(p, drawn.targets[:, rows], drawn.screen[:, None], focal)


def _hides_nothing(drawn: Drawn, plot: Plot, points: Array, bodies: Bodies, rows: Array) -> Array:
    """Whether (K,) all points of the subjects that are in the frame are seen in these rows."""
    p, q = _poses(drawn, rows)
    unit = Lens(35.0)
    good = np.ones(len(drawn.first), bool)
    for second in (False, True):
        asked = np.flatnonzero(good & (drawn.two | (not second)))
        if not len(asked):
            break
        who = np.where(second, 1 - drawn.first, drawn.first)[asked]
        body = points[rows[None], who[:, None]]
        screen, _ = unit.project(body, p[asked, :, None], q[asked, :, None])
        screen *= (drawn.focal[asked] / 35.0)[:, None, None, None]
        within = (np.abs(screen[..., 0]) <= unit.aspect / 2) & (np.abs(screen[..., 1]) <= 0.5)
        k, row, point = np.nonzero(within)
        clear = plot.world.visible(
            p[asked[k], row], body[k, row, point], bodies, who[k], rows=rows[row]
        )
        hidden = np.bincount(k, ~clear, len(asked))
        good[asked] = (hidden == 0) & within.any(axis=2).all(axis=1)
    return good


def _verified(
    one: Drawn,
    times: Array,
    plot: Plot,
    points: Array,
    eyes: Array,
    heading: Array,
    bodies: Bodies,
    keeps: tuple[float, float],
) -> Found | None:
    """What a single camera shows, if it shows it without fault in every frame.

    ``keeps`` are the shares of the time in which it must keep the size and the view.
    """
    frames = len(times)
    every = np.arange(frames)
    p, q = (a[0] for a in _poses(one, every))
    lens, first = Lens(float(one.focal[0])), int(one.first[0])
    subjects = (first, 1 - first) if one.two[0] else (first,)
    velocity = np.gradient(p, times, axis=0)
    if np.linalg.norm(velocity, axis=1).max() > _FASTEST:
        return None
    if np.linalg.norm(np.gradient(velocity, times, axis=0), axis=1).max() > _HARDEST:
        return None
    screen, depth = lens.project(eyes[:, subjects], p[:, None], q[:, None])
    # over time the picture stays: place, size, view
    wished = np.median(screen, axis=0)
    off = np.sqrt(((screen - wished) ** 2).sum(-1).mean(axis=0))
    if not off.max() < (0.12 if one.two[0] else 0.05):
        return None
    sides = np.abs(screen[..., 0]).max() < lens.aspect / 2 - 0.06
    crown, _ = lens.project(points[:, subjects, _CROWN], p[:, None], q[:, None])
    if not sides or screen[..., 1].min() < -0.42 or crown[..., 1].max() > 0.49:
        return None
    fraction = HEAD * lens.focal_heights / depth[:, 0]
    wish_fraction = float(np.median(fraction))
    size = size_of(wish_fraction)
    if np.mean([size_of(f) == size for f in fraction[::4]]) < keeps[0]:
        return None
    offset = p - eyes[:, first]
    azimuth = heading_of(offset) - heading[:, first]
    kind = view_of(azimuth)
    middle = _median_angle(azimuth)
    if np.mean(kind == view_of(middle)) < keeps[1]:
        return None
    line = _line(eyes, p) if one.two[0] else None
    if line is not None and (((p[:, :2] - line[0]) * line[1]).sum(1) < 0.15).any():
        return None
    if not _hides_nothing(one, plot, points, bodies, every).all():
        return None
    if plot.world.border(p)[0].min() < RADIUS or plot.world.sweep(p, bodies)[1].min() < RADIUS:
        return None
    elevation = np.arctan2(offset[:, 2], np.hypot(offset[:, 0], offset[:, 1]))
    raised = float(np.median(elevation))
    moving = float(np.ptp(p, axis=0).max()) > 0.15
    view = str(view_of(middle))
    shot = Shot(
        size=size,
        angle=min(ANGLES, key=lambda name: abs(ANGLES[name] - raised)),
        view=view,
        move=_move(view, moving, turned=float(np.ptp(_bearing(q))) > 0.03),
        rig="steadicam" if moving else "tripod",
        subjects=tuple(f"person {s}" for s in subjects),
        lens_mm=lens.focal_mm,
    )
    wish = Wish(subjects, wished, wish_fraction, middle, raised)
    focus = np.linalg.norm(offset, axis=1)
    track = Trajectory(times, p, q, np.full(frames, lens.focal_mm), focus)
    return shot, wish, lens, line, track


def _line(eyes: Array, positions: Array) -> tuple[Array, Array]:
    """The line of action through the first two people, its normals to the camera's side."""
    a, b = eyes[:, 0, :2], eyes[:, 1, :2]
    along = b - a
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    side = np.sign(np.median(((positions[:, :2] - a) * normal).sum(1)))
    return (a + b) / 2, normal * side


def _median_angle(radians: Array) -> float:
    """The angle that as many are left of as right of, near their mean."""
    mean = np.angle(np.mean(np.exp(1j * radians)))
    off = (radians - mean + np.pi) % (2 * np.pi) - np.pi
    return float((mean + np.median(off) + np.pi) % (2 * np.pi) - np.pi)


def _move(view: str, moving: bool, turned: bool) -> str:
    """The word for what the camera does."""
    if not moving:
        return "pan" if turned else "static"
    return {"back": "follow", "profile": "truck"}.get(view, "lead")


def _bearing(q: Array) -> Array:
    """Headings (F,) that cameras look along."""
    w, x, y, z = q.T
    # the camera's −Z axis, seen from above
    return np.unwrap(np.arctan2(2 * (x * z + w * y), -2 * (y * z - w * x)))
