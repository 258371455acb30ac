"""Shots that move: the planner's wish from a setup, the bodies it follows, the take's frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from camera.framing import share
from camera.grammar import HEAD, MOVES, RIGS, SIZES, VIEWS, Shot
from camera.lens import PRIMES, Lens
from camera.planner import Picture, Request, Scene, plan_batch, walking_heading
from camera.pose import Array, heading_of
from camera.trajectory import Trajectory
from filmagent.documents import Setup
from filmagent.documents.seeds import seed as seed_of
from filmagent.shoot.arrangement import Company
from filmagent.shoot.candidates import Frame
from filmagent.shoot.people import POINTS, Figure, canonical, capsules, segment_at
from filmagent.shoot.place import Place
from filmagent.shoot.still import Solved

_TRAVELS = ("follow", "lead", "pan", "handheld")
_GOES = ("follow", "lead")
_ROUND = (0.3, -0.3, 0.7, -0.7, 0.0, 1.1, -1.1)
"""Radians aside from straight behind or before a walker that are tried."""
_FACED = np.radians(52.0)
"""Radians off the lens up to which a walker's face is sure to be seen."""
_BESIDE, _ABREAST = 1.6, 0.34
"""Metres within which people go together, and the share of a frame's width between them."""
_ALIKE = 0.05
"""Shares of the time by which ways that see a face are alike."""
_WALKS = 0.35
"""Metres a second from which somebody goes somewhere."""
_SEEN = ("head_top", "eye.L", "eye.R", "mouth", "chin", "shoulder.L", "shoulder.R")
"""What of a subject shall be seen, as far as the picture's size has it: the rest may be behind a
table."""
_WALKER = (*_SEEN, "hip.L", "hip.R")
"""The same of somebody a camera goes with."""


@dataclass(frozen=True)
class Move:
    """A moving take: its frames' arrays, as in ``takes/<take>.npz``, its lens in mm, and why so.

    ``request`` and ``track`` are what was asked of the camera and what it did, in seconds.
    """

    arrays: dict[str, Array]
    focal: float
    reasons: list[str]
    given_up: list[str]
    request: Request
    track: Trajectory


@dataclass(frozen=True)
class Mover:
    """A setup that moves, and all that planning it needs.

    Parameters
    ----------
    acted
        Real bodies over all of the company's frames, by actor.
    still
        Where the same shot would stand if it stood still: moves on a person who stays put pass
        through it.
    """

    setup: Setup
    company: Company
    acted: Mapping[str, Figure]
    frame: Frame
    place: Place
    seed: int
    still: Solved | None = None

    @property
    def move(self) -> str:
        """What it does; a setup that films no still person follows."""
        move = self.setup.move if self.setup.move != "static" else "follow"
        return move if move in MOVES else "follow"

    def way(self, frames: Array) -> Move:
        """The planner's track over scene frames."""
        request = self.request(frames)
        found = plan_batch([request])[0]
        focal = request.lens.focal_mm
        return Move(
            arrays_of(found.trajectory, frames, focal),
            focal,
            found.reasons,
            found.given_up,
            request,
            found.trajectory,
        )

    def request(self, frames: Array) -> Request:
        """What is asked of whoever moves the camera over scene frames."""
        setup = self.setup
        shot = Shot(
            size=setup.size if self.still is None else self.still.size,
            angle=setup.angle,
            move=self.move,
            speed=setup.speed,
            rig=setup.rig if setup.rig in RIGS else "steadicam",
            subjects=tuple(setup.subjects),
        )
        focal = _lens(setup, self.frame, self.still)
        scene, faces, own = self._scene(frames, shot.size)
        return Request(
            shot,
            scene,
            self.place.world,
            Lens(focal, self.frame.sensor_mm, self.frame.aspect),
            picture=_picture(shot.size, own, scene.eyes, self.frame),
            azimuths=self._azimuths(scene.eyes[:, 0], scene.look[:, 0], faces),
            seed=seed_of(self.seed, "shake", setup.id),
        )

    def _scene(self, frames: Array, size: str) -> tuple[Scene, Array, float]:
        """What is filmed, headings (F, S) of the faces, and the part of the size that shows it."""
        people = [self.figure(actor, frames) for actor in self.company.actors]
        owners = self._together(people)
        subjects = [held(people[owner]) for owner in owners]
        times = frames / self.company.rate
        faces = [np.unwrap(np.asarray(s.look)) for s in subjects]
        ways = faces
        if self.move in _TRAVELS and self.still is None:
            ways = [
                walking_heading(times, s.eyes, face)
                for s, face in zip(subjects, faces, strict=True)
            ]
        points = _WALKER if self.move in _GOES else _SEEN
        scene = Scene(
            times,
            np.stack([s.eyes for s in subjects], axis=1),
            np.stack(ways, axis=1),
            bodies=capsules(people),
            owners=owners,
            points=np.stack([s.stack(points) for s in subjects], axis=1),
        )
        own = max(float(np.median(share(s.body, size))) for s in subjects)
        return scene, np.stack(faces, axis=1), own

    def _together(self, people: Sequence[Figure]) -> tuple[int, ...]:
        """Who of the people is filmed: the first subject, and the others that go with them."""
        names = list(self.company.actors)
        first = names.index(self.setup.subjects[0])
        if self.move not in _GOES or self.still is not None:
            return (first,)
        others = [names.index(a) for a in self.setup.subjects[1:] if a in names]
        gaps = [np.linalg.norm(people[i].eyes - people[first].eyes, axis=1) for i in others]
        with np.errstate(invalid="ignore"):
            near = [bool((gap <= _BESIDE).mean() > 0.5) for gap in gaps]
        return (first, *(i for i, goes in zip(others, near, strict=True) if goes))

    def figure(self, actor: str, frames: Array) -> Figure:
        """Somebody at scene frames: acted where there is a performance, else as they are placed."""
        company = self.company
        if actor in self.acted:
            rows = np.clip(frames - company.first, 0, company.end - company.first - 1)
            found = Figure(actor, {k: p[rows] for k, p in self.acted[actor].points.items()})
            if actor != self.setup.subjects[0] or np.isfinite(found.eyes).all(axis=1).any():
                return found
        placed = [walking_figure(company, actor, float(n) / company.rate) for n in frames]
        return Figure(actor, {k: np.stack([f.points[k] for f in placed]) for k in POINTS})

    def _azimuths(self, eyes: Array, headings: Array, faces: Array) -> tuple[float, ...]:
        """Ways round the subject to try."""
        if self.still is not None:
            d = self.still.position - eyes[0]
            return (float(heading_of(d) - headings[0]),)
        if self.move == "follow":
            return _ROUND[:5]
        if self.move == "lead":
            return self._faced(eyes, headings, faces)
        usual = VIEWS[self.setup.view][1]
        return (usual, -usual, usual + 0.7, -usual - 0.7)

    def _faced(self, eyes: Array, headings: Array, faces: Array) -> tuple[float, ...]:
        """Ways before a walker from which faces (F, S) are seen most: they look about."""
        walks = np.linalg.norm(np.gradient(eyes[:, :2], axis=0), axis=1) * self.company.rate
        rows = walks > _WALKS if (walks > _WALKS).any() else np.ones(len(walks), bool)
        off = headings[rows, None, None] + np.array(_ROUND)[:, None] - faces[rows, None]
        seen = (np.abs(np.angle(np.exp(1j * off))) <= _FACED).mean(axis=(0, 2))
        best = np.flatnonzero(seen >= seen.max() - _ALIKE)
        return tuple(_ROUND[i] for i in best[:5])


def _picture(size: str, own: float, eyes: Array, frame: Frame) -> Picture:
    """As wide as those who walk abreast, eyes (F, S, 3), need it; children alone from nearer."""
    gaps = np.linalg.norm(eyes[:, :, None] - eyes[:, None], axis=-1)
    apart = float(np.median(gaps.max(axis=(1, 2))))
    shows = max(own * SIZES[size].shows, apart / (_ABREAST * frame.aspect))
    return Picture(head_fraction=HEAD / shows) if shows != SIZES[size].shows else Picture()


def arrays_of(track: Trajectory, frames: Array, focal: float) -> dict[str, Array]:
    """A track over scene frames as it is written to ``takes/<take>.npz``."""
    return {
        "frames": frames,
        "positions": np.round(track.positions, 6),
        "quaternions": np.round(track.quaternions, 9),
        "focal_mm": np.full(len(frames), focal)
        if track.focal_lengths is None
        else np.round(track.focal_lengths, 4),
        "focus_m": np.round(track.focus_distances, 3)
        if track.focus_distances is not None
        else np.full(len(frames), 3.0),
    }


def held(figure: Figure) -> Figure:
    """Somebody's landmarks (F, 3), while they are away those of the nearest frame they are in."""
    there = np.flatnonzero(np.isfinite(figure.eyes).all(axis=1))
    if len(there) in (0, len(figure.eyes)):
        return figure
    every = np.arange(len(figure.eyes))
    nearest = there[np.abs(there[None] - every[:, None]).argmin(axis=1)]
    return Figure(figure.actor, {name: p[nearest] for name, p in figure.points.items()})


def walking_figure(company: Company, actor: str, second: float) -> Figure:
    """Somebody's canonical figure at a second, on the way where they walk."""
    segment = segment_at(company.actors[actor], second)
    position, heading = np.array(segment.position), segment.heading
    span = max(segment.end - segment.start, 1e-6)
    u = float(np.clip((second - segment.start) / span, 0, 1))
    if segment.kind == "walk" and len(segment.path) > 1:
        path = np.array(segment.path)
        at = u * (len(path) - 1)
        i = min(int(at), len(path) - 2)
        position[:2] = path[i] + (at - i) * (path[i + 1] - path[i])
        d = path[i + 1] - path[i]
        heading = float(np.arctan2(-d[0], d[1]))
    seat = segment.seat_height if segment.kind == "sit" else None
    return canonical(actor, company.bodies[actor], position, heading, seat)


def _lens(setup: Setup, frame: Frame, still: Solved | None) -> float:
    if still is not None:
        return still.focal
    if setup.lens_mm is not None:
        return float(setup.lens_mm)
    # a moving camera stays 1.6–3 m from whom it goes with: the prime that shows the size there
    shows = SIZES[setup.size].shows
    distances = [float(frame.focal_heights(np.array(f))) * shows for f in PRIMES]
    return min(PRIMES[:4], key=lambda f: abs(np.log(distances[PRIMES.index(f)] / 1.9)))
