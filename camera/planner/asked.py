"""From a request to numbers over time: what the picture shall be, and from where to try."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from camera.framing import aim, eyes_height
from camera.grammar import DUTCH, HEAD, SIZES
from camera.planner.grids import Grid, grid
from camera.planner.moves import Motion, motion
from camera.planner.people import columns, sight
from camera.planner.scene import Cast, Request
from camera.planner.spline import instants
from camera.planner.starts import beside, directions, places, towards
from camera.planner.subject import calm
from camera.pose import Array, azimuth_elevation, heading_of

_CALM_AIM, _CALM_TURN = 1.0, 0.25
"""Hertz above which the aim no longer follows a subject's steps, nor the camera their turning."""


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
    shown, screen : (N, T, S, 2)
        Where the subjects shall be; where they are before a dutch camera is tilted.
    share : (S,)
    focal : (T,) frame heights, zoom : (T,), depth : (T,) metres
    anchor : (T, 3), direction : (N, T, 3)
        What the camera is around, and from where each start shall see it.
    begin : (N, T, 3) and (N, T, 2)
        Positions, yaw and pitch to begin with.
    outset : (2, 5), optional
        Position, yaw and pitch that the camera comes from, and how fast they change, a second.
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
    shown: Array
    screen: Array
    share: Array
    focal: Array
    depth: Array
    anchor: Array
    direction: Array
    begin: tuple[Array, Array]
    outset: Array | None
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
    starts = directions(request, cast)
    moves = [motion(request.shot, u, seconds * travel, distance, s.azimuth) for s in starts]
    focal = request.lens.focal_heights * moves[0].zoom
    depth = distance * moves[0].size * moves[0].zoom
    anchor = followed[:, 0]
    if cast.eyes.shape[1] > 1 and request.picture.azimuth is None:
        anchor = followed.mean(axis=1)
    turn = _base(request, cast, brief, followed, moves[0])
    lift = np.stack([s.elevation + m.rise for s, m in zip(starts, moves, strict=True)])
    turn = turn + np.array([[s.azimuth] for s in starts])
    if request.picture.azimuth is None:
        turn = turn + np.stack([m.turn for m in moves])
    away = towards(turn + [[s.aside] for s in starts], lift + [[s.above] for s in starts])
    shown = np.stack([places(request, followed, a, y) for a in away])
    screen = levelled(shown, request.shot.dutch)
    reach = depth * np.sqrt(1 + (screen[:, :, 0] ** 2).sum(-1) / focal**2)
    if near:
        reach = _free(request, anchor, away, reach)
    place = anchor + reach[..., None] * away
    q = aim(place, followed.mean(axis=1), screen.mean(axis=2), focal)
    yaw, pitch, _ = azimuth_elevation(q)
    yaw = np.unwrap(yaw, axis=1)
    outset = _outset(request, float(cast.times[0]))
    if outset is not None:
        # of all headings that are the same the one that the camera comes from
        yaw = yaw - 2 * np.pi * np.round((yaw[:, :1] - outset[0, 3]) / (2 * np.pi))
    direction = towards(turn, lift)
    seen, owner = sight(brief, screen[0].mean(axis=0)[:, 1], shows, direction[0], distance)
    region = _region(place, seen, outset)
    people, owners = columns(brief.bodies, region)
    return Asked(
        request,
        cast,
        brief,
        moves[0],
        seconds,
        u,
        brief.eyes,
        shown,
        screen,
        _share(request, cast),
        focal,
        depth,
        anchor,
        direction,
        (place, np.stack([yaw, pitch], axis=2)),
        outset,
        seen,
        owner[:, None] != owners[None, :],
        people,
        grid(request.world, *region),
        _floor(cast),
    )


def levelled(screen: Array, dutch: bool) -> Array:
    """Screen places (..., 2) as a camera with a level horizon would show them."""
    if not dutch:
        return screen
    c, s = np.cos(DUTCH), np.sin(DUTCH)
    return np.asarray(screen @ np.array([[c, s], [-s, c]]))


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


def _base(request: Request, cast: Cast, brief: Cast, followed: Array, move: Motion) -> Array:
    """The heading (T,) that azimuths are measured from."""
    held = request.picture.azimuth is not None
    base = brief.look[:, 0]
    if beside(request, cast):
        base = np.unwrap(heading_of(followed[:, 1] - followed[:, 0]))
    if not (move.accompanies or held):
        base = np.full_like(base, base[0])
    return base + np.pi if request.shot.move == "follow" and not held else base


def _outset(request: Request, time: float) -> Array | None:
    """Where the camera is when the shot begins, by what it did before; see `Asked`."""
    if request.after is None:
        return None
    last = request.after.times[-1]
    if last > time + 1e-6:
        raise ValueError(f"what the camera did before ends at {last:g} s, after the shot begins")
    yaw, pitch, _ = azimuth_elevation(request.after.quaternions[-2:])
    poses = np.column_stack([request.after.positions[-2:], np.unwrap(yaw), pitch])
    rate = np.zeros(5)
    if len(poses) > 1:
        rate = (poses[1] - poses[0]) / (last - request.after.times[-2])
    return np.asarray(np.stack([poses[-1] + (time - last) * rate, rate]))


def _free(request: Request, anchor: Array, away: Array, reach: Array) -> Array:
    """How far (N, T) to go from the anchor so as to stay before what is in the way."""
    start = np.broadcast_to(anchor, away.shape).reshape(-1, 3)
    most = (reach + request.radius).ravel()
    free = request.world.ray_lengths(start, away.reshape(-1, 3), most).reshape(reach.shape)
    return np.maximum(free - request.radius, 0.3)


def _floor(cast: Cast) -> float:
    """Height that no camera goes under: the ground, or what is lower of the people."""
    low = float(cast.points[..., 2].min())
    if np.isfinite(cast.bodies.ends).any():
        low = min(low, float(np.nanmin(cast.bodies.ends[..., 2])))
    return min(low, 0.0)


def _share(request: Request, cast: Cast) -> Array:
    share = np.zeros(cast.eyes.shape[1])
    share[0] = 1.0
    if beside(request, cast) and request.picture.head_fraction is None:
        share[:] = 1.0 / len(share)
    return share


def _region(place: Array, sight: Array, outset: Array | None) -> tuple[Array, Array]:
    """What a camera may come to be in: all starts and all that is seen, and some way beyond."""
    points = np.concatenate([place.reshape(-1, 3), sight.reshape(-1, 3)])
    if outset is not None:
        points = np.concatenate([points, outset[:1, :3]])
    return points.min(axis=0) - np.array([1.5, 1.5, 0.8]), points.max(axis=0) + 1.5
