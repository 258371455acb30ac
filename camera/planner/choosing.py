"""Which of several tracks of one shot is the better, and why: one judge for all who fly.

A track is measured by `camera.score`, against every subject, and by how it begins, ends and
carries out its move. What costs a film its shot is not weighed but ruled out: touching something,
a worse picture than the first track's, losing sight, not doing the move. What is left goes by a
price in which what the picture, the size and the move's course are off by (squared: nobody sees a
hundredth), what is not seen, and restlessness are added up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from camera.framing import CROWN
from camera.grammar import HEAD, SIZES
from camera.metrics import score
from camera.metrics.framing import azimuth_elevation_of, framing_error
from camera.metrics.safety import crashes
from camera.metrics.score import sight
from camera.planner.composing import focal_heights, wished_screen
from camera.planner.moves import motion
from camera.planner.scene import Cast, Request, cast
from camera.planner.subject import calm
from camera.pose import Array
from camera.rigs import motion as rig_motion
from camera.trajectory import Trajectory

WORSE = 0.01
"""Frame heights by which no chosen track's framing is worse than the first one's."""
_ENDS = 0.5
"""Seconds that a shot's beginning and end are."""
_SIGHT, _LOST = 0.01, 0.15
"""Share of the subject that may be seen less, and seconds that it may be lost for longer."""
_SIZE, _COURSE, _HASTE = 0.05, 0.06, 1.05
"""Log size, radians off the course, and haste by which a track may be worse than the first."""
_PLAIN = {"framing": 0.04, "size": 0.1, "course": 0.15}
"""From where a fault is plain to see: half of it is a quarter as bad, and a tenth is nothing."""
_CLEARLY = 0.005
"""By how much a price must be lower to be preferred."""


@dataclass(frozen=True)
class Worth:
    """What a track is worth.

    Parameters
    ----------
    figures : by name
        ``crash`` (0 or 1), ``clearance`` (metres), ``framing`` (RMS of the eyes over the subjects,
        frame heights), ``begins``, ``ends`` (the same, of the first and last half second),
        ``clipped`` (share of frames that cut a head off whose size keeps it whole),
        ``size`` (RMS of the log distance against the move's), ``course`` (RMS radians round and
        over the subject against the move's), ``visible`` (share), ``hidden`` (seconds of the
        longest loss), ``jerk`` (RMS, m/s³), ``turn_jerk`` (RMS, rad/s³), ``haste`` (fastest going
        or turning over what the rig does).
    """

    figures: Mapping[str, float]

    @property
    def parts(self) -> dict[str, float]:
        """What its faults cost, by name."""
        f = self.figures
        return {
            "framing": 4.0 * f["framing"] ** 2 / _PLAIN["framing"],
            "size": f["size"] ** 2 / _PLAIN["size"],
            "course": 0.5 * f["course"] ** 2 / _PLAIN["course"],
            "sight": 3.0 * (1.0 - f["visible"]) + f["clipped"],
            "calm": 0.1 * (f["jerk"] + f["turn_jerk"]),
        }

    @property
    def price(self) -> float:
        """All faults together; a crash is worse than any picture."""
        return sum(self.parts.values()) + 100.0 * self.figures["crash"]


@dataclass(frozen=True)
class Choice:
    """The chosen track's name, why in half a sentence, and what each is worth."""

    name: str
    why: str
    worths: Mapping[str, Worth]


def worth(request: Request, track: Trajectory, used: tuple[float, float] | None = None) -> Worth:
    """What a track of a request is worth.

    Parameters
    ----------
    used : optional
        Seconds from and to which the track is meant to be shown: what is outside, its handles,
        only has to touch nothing.

    Raises
    ------
    ValueError
        If the track has other times than the request's scene, or as `camera.plan`.
    """
    scene = cast(request.scene, request.radius)
    screen = wished_screen(request, scene, track)
    t = scene.times
    rows = _rows(t, used)
    ends = [rows[t[rows] <= t[rows[0]] + _ENDS], rows[t[rows] >= t[rows[-1]] - _ENDS]]
    tables = [_score(request, scene, track, screen, s, rows) for s in range(screen.shape[1])]
    bodies = scene.bodies if len(scene.bodies.radii) else None
    safe = crashes(track, request.world, bodies, request.radius)
    first = tables[0]
    turning = track.angular_jerks()[rows]
    able = rig_motion(request.shot.rig)
    haste = (first["peak_speed"] / max(able.speed, 1e-9), first["peak_turn"] / max(able.turn, 1e-9))
    return Worth(
        {
            "crash": float(safe["crash"] or _outside(request, track)),
            "clearance": safe["clearance"],
            "framing": float(np.mean([table["framing_error"] for table in tables])),
            "begins": _framing(request, scene, track, screen, ends[0]),
            "ends": _framing(request, scene, track, screen, ends[1]),
            "clipped": max(table["head_clipped"] for table in tables),
            "visible": float(np.mean([table["visible"] for table in tables])),
            "hidden": max(table["hidden_longest"] for table in tables),
            "jerk": first["jerk"],
            "turn_jerk": float(np.sqrt((turning**2).sum(axis=1).mean())),
            **_carried_out(request, scene, track, rows),
            "haste": 0.0 if able.still else max(haste),
        }
    )


def choose(
    request: Request,
    tracks: Mapping[str, Trajectory],
    used: tuple[float, float] | None = None,
) -> Choice:
    """The best of some tracks; the first is the one that others have to be better than.

    Parameters
    ----------
    tracks : by who flew them
        All with the times of the request's scene.
    used : optional
        As in `worth`.

    Returns
    -------
    Choice
        Another than the first only if it touches nothing, frames no more than `WORSE` worse, sees
        as much, carries the move out as far, and has the lower price.

    Raises
    ------
    ValueError
        If there are no tracks; as `worth`.
    """
    if not tracks:
        raise ValueError("there is no track to choose; give one at least")
    worths = {name: worth(request, track, used) for name, track in tracks.items()}
    names = list(tracks)
    best, why = names[0], ""
    for name in names[1:]:
        lost = ruled_out(worths[name], worths[names[0]])
        if lost:
            why = why or f"the {name} {lost}" * (best == names[0])
        elif worths[name].price < worths[best].price - _CLEARLY:
            best, why = name, _advantage(worths[name], worths[best])
        else:
            why = why or f"{_advantage(worths[best], worths[name])} than the {name}'s"
    return Choice(best, why, worths)


def ruled_out(one: Worth, first: Worth) -> str:
    """What rules a track out against the first, said of who flew it; "" if nothing does."""
    a, b = one.figures, first.figures
    if a["crash"] > b["crash"] or (a["crash"] and a["clearance"] < b["clearance"]):
        return f"came within {max(a['clearance'], 0.0):.2f} m of something"
    for name, when in (("framing", "was off"), ("begins", "began off"), ("ends", "ended off")):
        if a[name] > b[name] + WORSE:
            return (
                f"{when} the wished picture by {a[name]:.2f} frame heights, against {b[name]:.2f}"
            )
    if a["clipped"] > b["clipped"] + _SIGHT:
        return f"cut a head off for {100 * a['clipped']:.0f} % of the time"
    if a["hidden"] > b["hidden"] + _LOST:
        return f"lost sight for {a['hidden']:.1f} s"
    if a["visible"] < b["visible"] - _SIGHT:
        return f"saw {100 * a['visible']:.0f} % of the subject, against {100 * b['visible']:.0f} %"
    if a["size"] > max(b["size"], 0.05) + _SIZE:
        return f"let the size go by {100 * (np.exp(a['size']) - 1):.0f} %"
    if a["course"] > b["course"] + _COURSE:
        return f"left the move's course by {np.degrees(a['course']):.0f}°"
    if a["haste"] > max(b["haste"], 1.0) * _HASTE:
        return f"went {a['haste']:.1f} times as fast as its rig can"
    return ""


_BETTER = {
    "framing": ("nearer to the wished picture", "framing", "{:.3f}", " frame heights off", 1.0),
    "size": ("truer to the size", "size", "{:.0f}", " % off", 100.0),
    "course": ("truer to the move", "course", "{:.0f}", "° off", float(np.degrees(1.0))),
    "sight": ("sees more of the subject", "visible", "{:.0f}", " %", 100.0),
    "calm": ("calmer", "jerk", "jerk {:.2f}", " m/s³", 1.0),
}
"""What a lower part of a price is called, the figure that shows it, and how it is written."""


def _advantage(one: Worth, other: Worth) -> str:
    """What one has over the other, with the figures of both."""
    a, b = one.parts, other.parts
    part = max(a, key=lambda name: b[name] - a[name])
    words, figure, form, suffix, unit = _BETTER[part]
    if part == "calm" and one.figures["jerk"] >= other.figures["jerk"]:
        words, figure, suffix = "aimed more calmly", "turn_jerk", " rad/s³"
    here, there = (form.format(w.figures[figure] * unit) for w in (one, other))
    return f"{words} ({here} against {there.removeprefix('jerk ')}{suffix})"


def _rows(times: Array, used: tuple[float, float] | None) -> Array:
    """The frames that are looked at; all of them where too few are used."""
    if used is not None:
        rows = np.flatnonzero((times >= used[0] - 1e-9) & (times <= used[1] + 1e-9))
        if len(rows) >= 8:
            return rows
    return np.arange(len(times))


def _score(
    request: Request, scene: Cast, track: Trajectory, screen: Array, s: int, rows: Array
) -> dict[str, float]:
    eyes = scene.eyes[rows, s, None]
    crown = eyes + np.array([0.0, 0.0, CROWN])
    heads = np.concatenate([eyes, crown, scene.points[rows, s]], axis=1)
    owner = int(scene.owners[s]) if len(scene.owners) else -1
    shown, bodies = track.picked(rows), scene.bodies
    wish = {"wished": screen[rows, s], "size": request.shot.size}
    # what is touched is asked once, of the whole track
    figures = score(shown, request.lens, heads, **wish)
    there = bodies.at(rows) if len(bodies.radii) else None
    return figures | sight(shown, request.lens, heads, request.world, there, owner, **wish)


def _framing(request: Request, scene: Cast, track: Trajectory, screen: Array, rows: Array) -> float:
    """RMS distance of the subjects' eyes from their places, a mean over subjects."""
    some = track.picked(rows)
    zoom = focal_heights(request, some) / request.lens.focal_heights
    off = []
    for s in range(screen.shape[1]):
        shown, _ = request.lens.project(scene.eyes[rows, s], some.positions, some.quaternions)
        off.append(framing_error(shown * zoom[:, None], screen[rows, s]))
    return float(np.mean(off))


def _carried_out(request: Request, scene: Cast, track: Trajectory, rows: Array) -> dict[str, float]:
    """How far size and course are from what the move's words say, whatever side it began on."""
    shot, picture = request.shot, request.picture
    shows = SIZES[shot.size].shows
    if picture.head_fraction is not None:
        shows = HEAD / picture.head_fraction
    far = request.lens.focal_heights * shows
    eyes = calm(scene.times, scene.eyes)[:, 0]
    look = calm(scene.times, scene.look)[:, 0]
    held = picture.azimuth is not None
    round_, above = azimuth_elevation_of(track.positions, eyes, np.zeros(len(look)))
    # a move's words are about its middle: there an arc is on the side that it goes round
    middle = len(look) // 2
    side = round_[middle] - (look[middle] if held else look[0])
    seconds = float(scene.times[-1] - scene.times[0])
    move = motion(shot, scene.gone, seconds, far, float(np.angle(np.exp(1j * side))))
    base = look if move.accompanies or held else np.full_like(look, look[0])
    turned = np.exp(1j * (round_ - base - (0.0 if held else move.turn)))[rows]
    # whichever side it is filmed from, it is to be the same side all the time
    off = np.angle(turned * np.conj(turned.mean())) * np.cos(above[rows])
    lift = (above - move.rise)[rows]
    _, depth = request.lens.project(eyes, track.positions, track.quaternions)
    wished = far * move.size * move.zoom
    size = np.log(np.maximum(np.nan_to_num(depth, nan=0.05), 0.05) / wished)[rows]
    return {
        "size": float(np.sqrt(np.mean(size**2))),
        "course": float(np.sqrt(np.mean(off**2 + (lift - np.median(lift)) ** 2))),
    }


def _outside(request: Request, track: Trajectory) -> bool:
    """Whether the camera leaves the set."""
    if request.world.rings is None:
        return False
    return bool(request.world.border(track.positions)[0].min() < request.radius - 1e-6)
