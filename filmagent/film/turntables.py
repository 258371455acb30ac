"""Pictures of a character from every side on white: the same for every shot they are in.

>>> from filmagent.film import turntables
>>> turntables.of(["ines"])["ines"]                                       # doctest: +SKIP
[PosixPath('…/half.png'), PosixPath('…/face.png'), PosixPath('…/figure.png'), …]

Members of the cast turn before a camera that stands still, so that light falls on them as it does
on one who turns their head. Each is drawn once and kept in the cache by the content of their bake.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from camera.framing import Setup as Stand
from camera.framing import aim
from camera.lens import Lens
from camera.pose import facing
from filmagent import render
from filmagent.documents import ActorTiming, Gaze, SceneTiming, Segment
from filmagent.documents.base import write_bytes
from filmagent.documents.timing import SegmentKind
from filmagent.film.records import digest, digest_of_bytes
from filmagent.film.tableaux import FPS, Progress, Tableau, View
from filmagent.library import cast, npz, png, sets, shelf
from filmagent.refine import passes
from filmagent.refine.identity import on_white

VERSION = 1
_SET, _MARK, _LOOK = "street", "kerb", 0.7 * math.pi
"""Where the light of the sky comes from all around, and nothing stands in the way."""
_SIZE = (480, 640)
_FINER = 2
"""Drawn so much larger, for edges that are smooth on white."""
_LENS, _SENSOR = 60.0, 24.0
_TURN = 1.0
"""Seconds that each side is shown."""
_GONE = 0.2
_HAIR = 0.1
"""Metres that stay free above the head."""
_LIVELESS = 1
"""The largest object id of sky and set."""
_VIEWS = (
    ("half", 25, 1.15),
    ("face", 0, 0.55),
    ("figure", -20, 2.25),
    ("side", 90, 1.15),
    ("face_side", -50, 0.55),
    ("back", 180, 2.25),
)
"""What they are called, degrees by which somebody is turned, metres that it shows from above the
head; first what says most."""


def of(members: Sequence[str], progress: Progress | None = None) -> dict[str, list[Path]]:
    """The pictures of members of the cast, those that say most first; drawn unless they stand.

    Raises
    ------
    InputError
        If there is no such member.
    RenderError
        If they cannot be drawn.
    """
    found = {name: _paths(name) for name in sorted(set(members))}
    missing = [name for name, paths in found.items() if not all(p.exists() for p in paths)]
    if missing:
        with tempfile.TemporaryDirectory() as place:
            _draw(missing, Path(place), found, progress)
    return found


def _paths(name: str) -> list[Path]:
    content = digest_of_bytes(cast.load(name).bake_path.read_bytes())
    place = [_SET, _MARK, _LOOK, _LENS, digest_of_bytes(sets.load(_SET).bake_path.read_bytes())]
    key = digest(content, place, _VIEWS, _SIZE, VERSION, render.VERSION)
    folder = shelf.cache() / "turntables" / f"{name}-{key}"
    return [folder / f"{view}.png" for view, _, _ in _VIEWS]


def _draw(
    names: Sequence[str],
    root: Path,
    paths: Mapping[str, Sequence[Path]],
    progress: Progress | None,
) -> None:
    position = np.array(sets.load(_SET).spec.marks[_MARK].position)
    views, whole = [], _TURN * len(_VIEWS)
    for number, name in enumerate(names):
        for step, (view, _, height) in enumerate(_VIEWS):
            frame = round((number * whole + (step + 0.6) * _TURN) * FPS[0] / FPS[1])
            stand, focus = _before(position, cast.load(name).height + _HAIR, height)
            views.append(View(f"{name}-{view}", frame, stand, focus, (name,)))
    end = whole * len(names)
    actors = [_actor(n, position, k * whole, end) for k, n in enumerate(names)]
    tableau = Tableau(root, SceneTiming(scene="1", set=_SET, duration=end, actors=actors))
    finer = (_SIZE[0] * _FINER, _SIZE[1] * _FINER)
    drawn = tableau.frames(views, finer, ("rgb", "ids"), progress)
    for path, files in zip([p for n in names for p in paths[n]], drawn, strict=True):
        shown = passes.picture(files["ids"], "L") > _LIVELESS
        write_bytes(path, png.encode(on_white(passes.picture(files["rgb"]), shown, _FINER)))


def _actor(name: str, position: npz.Array, begin: float, end: float) -> ActorTiming:
    """Somebody who is gone between two sides, so that nobody is seen to turn."""
    x, y, z = (float(n) for n in position)
    spans: list[tuple[SegmentKind, float, float]] = [("offstage", -1.0, _LOOK)]
    gazes = []
    for number, (_, turn, _) in enumerate(_VIEWS):
        start, heading = begin + _TURN * number, _LOOK + math.radians(turn)
        spans += [("stand", start, heading), ("offstage", start + _TURN - _GONE, heading)]
        to_x, to_y, _ = position + 20.0 * facing(heading)
        gazes.append(
            Gaze(start=start, end=start + _TURN, target="", position=(to_x, to_y, z + 1.6))
        )
    ends = [start for _, start, _ in spans[1:]] + [end + 1.0]
    segments = [
        Segment(
            kind=kind,
            start=start,
            end=last,
            position=(x, y, z),
            heading=heading,
            end_heading=heading,
        )
        for (kind, start, heading), last in zip(spans, ends, strict=True)
    ]
    return ActorTiming(actor=name, member=name, segments=segments, gazes=gazes)


def _before(feet: npz.Array, top: float, height: float) -> tuple[Stand, float]:
    """A camera before somebody that shows so much of them from the top down, and its focus."""
    lens = Lens(_LENS, aspect=_SIZE[0] / _SIZE[1], sensor_mm=_SENSOR)
    target = feet + np.array([0.0, 0.0, top - 0.5 * height])
    position = target + lens.distance_showing(height) * facing(_LOOK)
    stand = Stand(position, aim(position, target, np.zeros(2), lens.focal_heights), lens)
    return stand, float(np.linalg.norm(position - target))
