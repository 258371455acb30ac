"""From a request to numbers over time: what the picture shall be, and from where to try."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from camera.framing import aim, eyes_height
from camera.grammar import ANGLES, HEAD, SIZES, VIEWS
from camera.planner.grids import Grid, grid
from camera.planner.moves import Motion, motion
from camera.planner.people import columns, sight
from camera.planner.scene import Cast, Request
from camera.planner.spline import instants
from camera.planner.subject import calm
from camera.pose import Array, azimuth_elevation, facing, heading_of

_CALM_AIM, _CALM_TURN = 1.0, 0.25
"""Hertz above which the aim no longer follows a subject's steps, nor the camera their turning."""
_STARTS = ((0.0, 0.0), (0.3, 0.0), (-0.3, 0.0), (0.0, 0.25), (0.6, 0.0), (-0.6, 0.0), (0.0, -0.2))
"""Azimuth and elevation, radians, by which the starts differ when there is one wish."""


@dataclass(frozen=True)
class Asked:
    """A request at T instants, with N starts.

    Parameters
    ----------
    cast, brief
        The scene in every frame, and at the instants.
    u : (T,)
        The instants, as fractions of the shot.
    eyes : (T, S, 3) metres, calmed
    screen : (N, T, S, 2), share : (S,)
    focal : (T,) frame heights, zoom : (T,), depth : (T,) metres
    anchor : (T, 3), direction : (N, T, 3)
        What the camera is around, and from where each start shall see it.
    begin : (N, T, 3) and (N, T, 2)
        Positions, yaw and pitch to begin with.
    sight : (T, Q, 3), hides : (Q, O)
    columns : (5, T, O), x, y, low, high, radius
    shown : (S, P) bool
        Which of the subjects' points such a picture has in frame.
    """

    request: Request
    cast: Cast
    brief: Cast
    motion: Motion
    seconds: float
    u: Array
    eyes: Array
    screen: Array
    share: Array
    focal: Array
    depth: Array
    anchor: Array
    direction: Array
    begin: tuple[Array, Array]
    sight: Array
    hides: Array
    columns: Array
    grid: Grid
    floor: float

    @property
    def starts(self) -> int:
        """How many there are."""
        return len(self.direction)

    @property
    def kind(self) -> tuple[int, ...]:
        """What requests have to share to be reckoned together."""
        return (
            len(self.u),
            self.eyes.shape[1],
            self.columns.shape[2],
            int(self.motion.travels),
            int(self.motion.turns),
        )


def asked(request: Request, cast: Cast, travel: float = 1.0, *, near: bool = False) -> Asked:
    """What a request wishes; a move goes ``travel`` times as far as its words say.

    With ``near`` the starts are on this side of what is between subject and camera.

    Raises
    ------
    ValueError
        If the picture's numbers are none that a picture can have.
    """
    _check(request, cast)
    seconds = float(cast.times[-1] - cast.times[0])
    u = np.linspace(0.0, 1.0, instants(seconds))
    followed_look = calm(cast.times, cast.look, _CALM_TURN)
    aimed = calm(cast.times, cast.eyes, _CALM_AIM)
    brief = replace(cast, eyes=aimed, look=followed_look).at(u)
    followed = replace(cast, eyes=calm(cast.times, cast.eyes)).at(u).eyes
    y = eyes_height(request.shot.size)
    shows = SIZES[request.shot.size].shows
    if request.picture.head_fraction is not None:
        shows = HEAD / request.picture.head_fraction
    distance = request.lens.focal_heights * shows
    wishes = _directions(request, cast)
    moves = [motion(request.shot, u, seconds * travel, distance, w[0]) for w in wishes]
    focal = request.lens.focal_heights * moves[0].zoom
    depth = distance * moves[0].size * moves[0].zoom
    anchor = followed[:, 0]
    if len(cast.look[0]) > 1 and request.picture.azimuth is None:
        anchor = followed.mean(axis=1)
    held = request.picture.azimuth is not None
    base = brief.look[:, 0]
    if _between(request, cast):
        base = np.unwrap(heading_of(followed[:, 1] - followed[:, 0]))
    base = base if moves[0].accompanies or held else np.full_like(base, base[0])
    if request.shot.move == "follow" and not held:
        base = base + np.pi
    directions, places, turns, screens = [], [], [], []
    for (azimuth, elevation, aside, above), move in zip(wishes, moves, strict=True):
        turn = base + azimuth + (0.0 if held else move.turn)
        direction = _towards(turn, elevation + move.rise)
        away = _towards(turn + aside, elevation + move.rise + above)
        screen = _screen(request, followed, away, y)
        middle = screen.mean(axis=1)
        reach = depth * np.sqrt(1 + (screen[:, 0] ** 2).sum(-1) / focal**2)
        if near:
            free = request.world.ray_lengths(anchor, away, reach + request.radius)
            reach = np.maximum(free - request.radius, 0.3)
        place = anchor + reach[:, None] * away
        target = followed.mean(axis=1)
        q = aim(place, target, middle, focal)
        yaw, pitch, _ = azimuth_elevation(q)
        directions.append(direction)
        places.append(place)
        turns.append(np.stack([np.unwrap(yaw), pitch], axis=1))
        screens.append(screen)
    ys = screens[0].mean(axis=0)[:, 1]
    seen, owner = sight(brief, ys, shows, directions[0], distance)
    people, owners = columns(brief.bodies)
    place = np.stack(places)
    low = cast.points[..., 2].min()
    if len(cast.bodies.radii) and np.isfinite(cast.bodies.ends).any():
        low = min(low, np.nanmin(cast.bodies.ends[..., 2]))
    return Asked(
        request,
        cast,
        brief,
        moves[0],
        seconds,
        u,
        brief.eyes,
        np.stack(screens),
        _share(request, cast),
        focal,
        depth,
        anchor,
        np.stack(directions),
        (place, np.stack(turns)),
        seen,
        owner[:, None] != owners[None, :],
        people,
        grid(request.world, *_region(place, seen)),
        min(float(low), 0.0),
    )


def _check(request: Request, cast: Cast) -> None:
    picture, subjects = request.picture, cast.eyes.shape[1]
    if picture.head_fraction is not None and not 0 < picture.head_fraction < 10:
        raise ValueError(
            f"a head cannot take {picture.head_fraction} of the frame's height; "
            "give a fraction above 0"
        )
    if picture.screen is not None:
        screen = np.asarray(picture.screen, np.float64)
        if screen.shape != (subjects, 2) or not np.all(np.isfinite(screen)):
            raise ValueError(
                f"the screen places {screen.tolist()} are not x, y of {subjects} subjects"
            )
    for name in ("azimuth", "elevation"):
        value = getattr(picture, name)
        if value is not None and not np.isfinite(value):
            raise ValueError(f"the picture's {name} must be finite radians, not {value}")


def _directions(request: Request, cast: Cast) -> list[tuple[float, float, float, float]]:
    """Azimuth and elevation to be seen from, and by how much the start is aside and above."""
    picture = request.picture
    elevation = ANGLES[request.shot.angle] if picture.elevation is None else picture.elevation
    if picture.azimuth is not None:
        return [(picture.azimuth, elevation, a, e) for a, e in _STARTS]
    if request.azimuths is not None:
        given = np.atleast_1d(np.asarray(request.azimuths, np.float64))
        if not given.size or not np.all(np.isfinite(given)):
            raise ValueError(f"azimuths {given.tolist()} are not finite radians")
    elif _between(request, cast):
        given = np.array([1.2, -1.2, np.pi / 2, -np.pi / 2, 1.9, -1.9])
    else:
        least, best, most = VIEWS[request.shot.view]
        given = np.array([s * a for a, s in product((best, least, most), (1.0, -1.0))])
    if len(given) > 3:
        return [(float(a), elevation, 0.0, 0.0) for a in given]
    above = (0.0, 0.25)[: max(1, 4 // len(given))]
    return [(float(a), elevation, 0.0, e) for a in given for e in above]


def _between(request: Request, cast: Cast) -> bool:
    """Whether the camera is to stand beside the line between two, not before one of them."""
    return (
        cast.eyes.shape[1] > 1
        and request.picture.azimuth is None
        and request.azimuths is None
        and request.shot.view not in ("ots", "pov")
    )


def _share(request: Request, cast: Cast) -> Array:
    share = np.zeros(cast.eyes.shape[1])
    share[0] = 1.0
    if _between(request, cast) and request.picture.head_fraction is None:
        share[:] = 1.0 / len(share)
    return share


def _towards(heading: Array, elevation: Array) -> Array:
    away = facing(heading) * np.cos(elevation)[:, None]
    away[:, 2] = np.sin(elevation)
    return np.asarray(away)


def _screen(request: Request, eyes: Array, away: Array, y: float) -> Array:
    """Where (T, S, 2) each subject shall be; without a wish spread out as they are seen."""
    frames, subjects = eyes.shape[:2]
    if request.picture.screen is not None:
        return np.tile(np.asarray(request.picture.screen, np.float64), (frames, 1, 1))
    screen = np.full((frames, subjects, 2), y)
    screen[..., 0] = 0.0
    if subjects > 1:
        right = np.array([-away[:, 1].mean(), away[:, 0].mean()])
        order = np.argsort((eyes[:, :, :2] @ right).mean(axis=0), kind="stable")
        screen[:, order, 0] = np.linspace(-1, 1, subjects) * 0.17 * request.lens.aspect
    return screen


def _region(place: Array, sight: Array) -> tuple[Array, Array]:
    """What a camera may come to be in: all starts and all that is seen, and some way beyond."""
    points = np.concatenate([place.reshape(-1, 3), sight.reshape(-1, 3)])
    return points.min(axis=0) - np.array([1.5, 1.5, 0.8]), points.max(axis=0) + 1.5
