"""Wide cameras that stand still: establishing shots, masters, two-shots, entrances.

Positions are tried all over where cameras may stand; the best shows everybody, on the right side of
the line, with the place behind them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from camera.framing import CROWN, Line, hold
from camera.grammar import ANGLES, HEAD, SIZES, size_of, size_steps
from camera.pose import Array, facing, heading_of
from filmagent.documents import Setup
from filmagent.shoot.candidates import Candidates, Frame, backdrop, clutter, judge
from filmagent.shoot.people import Figure
from filmagent.shoot.place import Place
from filmagent.shoot.still import Solved

_WIDE = {
    "establishing": (24.0, 18.0, 35.0),
    "master": (24.0, 35.0, 18.0),
    "group": (35.0, 24.0, 18.0),
    "two_shot": (35.0, 50.0, 24.0),
    "entrance": (35.0, 24.0, 50.0, 18.0),
    "exit": (35.0, 24.0, 50.0, 18.0),
}
_HEIGHTS = (1.5, 1.25, 1.75, 2.1)
_AIMED, _JUDGED, _LOOKED = 1500, 260, 50
"""So many of all places are aimed from, judged among the people, and looked through."""
_HIGHEST = 0.34
"""Frame heights over the middle up to which eyes are let by tilting the camera down."""
_DOOR = 0.3
"""Frame heights between the edge of a frame and the door in it: half of it, and who is there."""


def solve_wide(
    setup: Setup,
    film: Sequence[Figure],
    frame: Frame,
    place: Place,
    *,
    around: Sequence[Figure] = (),
    extra: Sequence[Array] = (),
    line: Line | None = None,
) -> Solved:
    """A camera that shows several people, or one person's way, and the place.

    Parameters
    ----------
    film
        Figures to hold in the frame; several of one person are places they pass.
    extra
        Points that should be seen too: a door.
    line
        The line of action to keep to one side of.
    """
    heads = np.array([f.eyes for f in film]) if film else np.array(list(extra))
    candidates = _everywhere(setup, heads, frame, place)
    candidates.cost += _standing(setup, candidates, frame, film, line)
    candidates = candidates.pick(np.argsort(candidates.cost, kind="stable")[:_AIMED])
    candidates.quaternions = _held(candidates, heads, frame)
    candidates.cost += _composition(candidates, frame, film, extra)
    keep = np.argsort(candidates.cost, kind="stable")[:_JUDGED]
    few = candidates.pick(keep)
    judged_cost = few.cost + _people_cost(few, frame, place, film, around)
    order = np.argsort(judged_cost, kind="stable")[:_LOOKED]
    final = few.pick(order)
    distance = _nearest(final, film)
    total = judged_cost[order] + clutter(final, frame, place, distance)
    depth = backdrop(final, frame, place)
    total += (6.0 if setup.kind in ("establishing", "master") else 3.0) * np.exp(-depth / 3.0)
    best = int(np.argmin(total))
    at = float(_nearest(final, film)[best]) if film else 3.0
    size = size_of(HEAD * float(frame.focal_heights(final.focal[best])) / max(at, 0.3))
    return _solved(setup, final, best, float(total[best]), size, film, float(depth[best]))


def _everywhere(setup: Setup, heads: Array, frame: Frame, place: Place) -> Candidates:
    """Cameras on a grid over the floor, at every height and with every lens; all look one way."""
    middle = heads.mean(axis=0)
    reach = 4.0 + 2.2 * SIZES[setup.size].shows + np.ptp(heads[:, :2], axis=0).max(initial=0)
    grid = place.grid(0.4 if place.interior else 0.6)
    grid = grid[np.linalg.norm(grid - middle[:2], axis=1) < reach]
    if not len(grid):
        grid = middle[None, :2] + 3.0 * facing(np.arange(0, 2 * np.pi, 0.3))[:, :2]
    lenses = [setup.lens_mm] if setup.lens_mm else list(_WIDE.get(setup.kind, (35.0, 24.0, 50.0)))
    heights = _heights(setup, middle)
    spot, m, n = (a.ravel() for a in np.indices((len(grid), len(heights), len(lenses))))
    positions = np.column_stack([grid[spot], np.array(heights, np.float64)[m]])
    unaimed = np.tile([1.0, 0.0, 0.0, 0.0], (len(positions), 1))
    focal = np.array(lenses, np.float64)[n]
    return Candidates(np.round(positions, 6), unaimed, focal, 2.5 * n + 0.8 * m)


def _heights(setup: Setup, middle: Array) -> list[float]:
    if setup.angle != "eye":
        lift = np.sin(ANGLES[setup.angle])
        return [round(float(np.clip(middle[2] + 3.5 * lift, 0.5, 2.8)), 3)]
    if setup.kind in ("two_shot", "entrance", "exit"):
        return [
            round(float(middle[2]), 2),
            round(float(middle[2]) + 0.15, 2),
            round(float(middle[2]) - 0.15, 2),
        ]
    return list(_HEIGHTS)


def _held(candidates: Candidates, heads: Array, frame: Frame) -> Array:
    """Level, with the heads centred across, and air over the highest as far as it can be given."""
    f = frame.focal_heights(candidates.focal)
    nearest = np.linalg.norm(candidates.positions[:, None] - heads, axis=2).min(axis=1)
    near = np.maximum(nearest, 0.2)
    # a head's own height is a fair measure of the air it wants, up to a tenth of the frame
    air = np.clip(0.5 * f * HEAD / near, 0.06, 0.12)
    top = np.minimum(0.5 - air, _HIGHEST + f * CROWN / near)
    crowns = heads + np.array([0.0, 0.0, CROWN])
    return hold(candidates.positions, crowns, f, top)


def _standing(
    setup: Setup,
    candidates: Candidates,
    frame: Frame,
    film: Sequence[Figure],
    line: Line | None,
) -> Array:
    """What can be said of where a camera stands, wherever it looks."""
    cost = np.zeros(len(candidates))
    for figure in film:
        look = _look(setup, figure, film)
        facing_camera = np.cos(look - heading_of(candidates.positions - figure.eyes))
        backs = 18.0 if setup.kind == "two_shot" else 8.0
        cost += backs * np.maximum(0.2 - facing_camera, 0) / len(film)
    if film:
        nearest = np.maximum(_nearest(candidates, film), 0.3)
        wished = SIZES[setup.size].head_fraction
        off = np.log(HEAD * frame.focal_heights(candidates.focal) / nearest / wished)
        # masters that are tighter than wished lose the place; wider ones only the faces
        # a way to the door comes before the size it is seen in
        weight = 4.0 if setup.kind in ("entrance", "exit") else 9.0
        cost += weight * np.where(off > 0, 1.3, 0.7) * np.abs(off) ** 1.5
        cost += 30 * np.maximum(1.1 - nearest, 0)
    if line is not None:
        off_line = (candidates.positions[:, :2] - line.a) @ line.normal
        cost += 120 * np.maximum(0.25 - off_line, 0) + np.where(off_line < 0, 60.0, 0.0)
    return cost


def _composition(
    candidates: Candidates, frame: Frame, film: Sequence[Figure], extra: Sequence[Array]
) -> Array:
    """What can be said from screen positions alone."""
    cost = np.zeros(len(candidates))
    half = frame.aspect / 2
    camera = candidates.through(frame)
    for figure in film:
        screen, depth = camera.project(figure.stack(("head_top", "chin", "ear.L", "ear.R")))
        out = np.maximum(np.abs(screen[..., 0]) - (half - 0.06), 0).max(axis=1)
        tall = np.maximum(screen[..., 1].max(axis=1) - 0.45, 0)
        deep = np.maximum(-0.32 - screen[..., 1].min(axis=1), 0)
        cost += 90 * np.where(depth.min(axis=1) > 0.3, out + tall + deep, 2.0)
    for point in extra:
        screen, depth = camera.project(np.asarray(point)[None])
        out = np.maximum(np.abs(screen[..., 0]) - (half - _DOOR), 0)[:, 0]
        cost += np.where(depth[:, 0] > 0.3, 40 * np.minimum(out, 1.5), 60.0)
    if len({x.actor for x in film}) >= 2:
        cost += _spacing(candidates, frame, film)
    return cost


def _look(setup: Setup, figure: Figure, film: Sequence[Figure]) -> float:
    """Where somebody looks: in a two-shot at the others, elsewhere ahead."""
    others = [f.eyes for f in film if f.actor != figure.actor]
    if setup.kind != "two_shot" or not others:
        return float(figure.look)
    return float(heading_of(np.mean(others, axis=0) - figure.eyes))


def _spacing(candidates: Candidates, frame: Frame, film: Sequence[Figure]) -> Array:
    """Heads of different people should stand apart on the screen."""
    cost = np.zeros(len(candidates))
    eyes = np.stack([f.eyes for f in film])
    screen, depth = candidates.through(frame).project(eyes)
    for i in range(len(film)):
        for j in range(i):
            if film[i].actor == film[j].actor:
                continue
            head = (
                HEAD
                * frame.focal_heights(candidates.focal)
                / np.maximum(np.minimum(depth[:, i], depth[:, j]), 0.3)
            )
            gap = np.abs(screen[:, i, 0] - screen[:, j, 0]) / head
            # whoever is behind the lens is nowhere on the screen
            cost += 6.0 * np.nan_to_num(np.maximum(1.6 - gap, 0))
            # equal partners are seen at like sizes
            cost += 3.0 * np.maximum(
                np.abs(np.log(np.maximum(depth[:, i], 0.3) / np.maximum(depth[:, j], 0.3))) - 0.5, 0
            )
    return cost


def _people_cost(
    candidates: Candidates,
    frame: Frame,
    place: Place,
    film: Sequence[Figure],
    around: Sequence[Figure],
) -> Array:
    """Soundness and sightlines, each person judged with those who are there with them."""
    cost = np.zeros(len(candidates))
    firsts: dict[str, Figure] = {}
    for figure in film:
        firsts.setdefault(figure.actor, figure)
    together = list(firsts.values())
    bare = Candidates(
        candidates.positions, candidates.quaternions, candidates.focal, np.zeros(len(candidates))
    )
    cost += judge(bare, frame, place, together, around=around, clean=True).cost
    rest = [f for f in film if firsts[f.actor] is not f]
    for figure in rest:
        weight = 1.0 / max(len(rest), 1)
        cost += weight * judge(bare, frame, place, [figure], clean=False).cost
    return cost


def _nearest(candidates: Candidates, film: Sequence[Figure]) -> Array:
    """Mean of the nearest and the middle person's distance: what the size is measured at."""
    if not film:
        return np.full(len(candidates), 3.0)
    d = np.array([np.linalg.norm(candidates.positions - f.eyes, axis=1) for f in film])
    return np.asarray((d.min(axis=0) + np.median(d, axis=0)) / 2)


def _solved(
    setup: Setup,
    candidates: Candidates,
    row: int,
    cost: float,
    size: str,
    film: Sequence[Figure],
    depth: float,
) -> Solved:
    focal = float(candidates.focal[row])
    position = candidates.positions[row]
    distance = float(_nearest(candidates.pick(np.array([row])), film)[0])
    people = list(dict.fromkeys(f.actor for f in film))
    given_up = []
    if film and size_steps(size, setup.size) >= 2:
        given_up.append(f"{setup.size} became {size}: it is what holds everybody in this place")
    if cost > 1000:
        given_up.append("there is no free place from which everybody is seen")
    elif cost > 150:
        given_up.append("not everybody is seen wholly free from anywhere: this shows the most")
    who = f"holds {', '.join(people)}" if people else "shows the place"
    reasons = (
        f"{focal:g} mm at {distance:.1f} m {who}, with {depth:.0f} m of the place behind",
        f"camera {position[2]:.2f} m above the floor, level",
    )
    return Solved(
        position,
        np.round(candidates.quaternions[row], 9),
        focal,
        round(max(distance, 0.5), 3),
        size,
        reasons,
        tuple(given_up),
        cost,
    )
