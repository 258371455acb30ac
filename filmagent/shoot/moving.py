"""Shots that move: the planner's wish from a setup, the bodies it follows, the take's frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from camera.grammar import MOVES, RIGS, SIZES, VIEWS, Shot
from camera.lens import PRIMES, Lens
from camera.planner import Plan, Scene, plan, walking_heading
from camera.pose import Array
from filmagent.documents import Setup
from filmagent.documents.seeds import seed as seed_of
from filmagent.shoot.arrangement import Company
from filmagent.shoot.candidates import Frame
from filmagent.shoot.people import Figure, canonical, segment_at
from filmagent.shoot.place import Place
from filmagent.shoot.still import Solved

_TRAVELS = ("follow", "lead", "pan", "handheld")


@dataclass(frozen=True)
class Move:
    """A moving take: its frames' arrays, as in ``takes/<take>.npz``, its lens in mm, and why so."""

    arrays: dict[str, Array]
    focal: float
    reasons: list[str]
    given_up: list[str]


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

    def way(self, frames: Array, azimuths: tuple[float, ...] | None = None) -> Move:
        """The planner's track over scene frames; None leaves the way round to it."""
        setup, company = self.setup, self.company
        eyes, headings = track(company, self.acted, setup.subjects[0], frames)
        times = frames / company.rate
        if self.move in _TRAVELS and self.still is None:
            headings = walking_heading(times, eyes, headings)
        others = [
            track(company, self.acted, a, frames)[0]
            for a in company.actors
            if a != setup.subjects[0]
        ]
        away = np.stack(others, axis=1) if others else np.zeros((len(frames), 0, 3))
        shot = Shot(
            size=setup.size if self.still is None else self.still.size,
            angle=setup.angle,
            move=self.move,
            speed=setup.speed,
            rig=setup.rig if setup.rig in RIGS else "steadicam",
            subjects=tuple(setup.subjects),
        )
        focal = _lens(setup, self.frame, self.still)
        found = plan(
            shot,
            Scene(times, eyes, headings, away),
            self.place.world,
            Lens(focal, self.frame.sensor_mm, self.frame.aspect),
            azimuths=azimuths or _azimuths(setup, self.move, self.still, eyes, headings),
            seed=seed_of(self.seed, "shake", setup.id),
        )
        return Move(_arrays(found, frames, focal), focal, found.reasons, found.given_up)


def _arrays(found: Plan, frames: Array, focal: float) -> dict[str, Array]:
    track = found.trajectory
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


def track(
    company: Company, acted: Mapping[str, Figure], actor: str, frames: Array
) -> tuple[Array, Array]:
    """Somebody's eyes (F, 3) and heading (F,) at frames: acted where there is a performance."""
    if actor in acted:
        rows = np.clip(frames - company.first, 0, company.end - company.first - 1)
        eyes, look = acted[actor].eyes[rows], np.asarray(acted[actor].look)[rows]
        known = np.isfinite(eyes).all(axis=1)
        if known.any():
            nearest = np.flatnonzero(known)[
                np.abs(np.flatnonzero(known)[None] - np.arange(len(rows))[:, None]).argmin(axis=1)
            ]
            return eyes[nearest], look[nearest]
    figures = [walking_figure(company, actor, float(n) / company.rate) for n in frames]
    return np.array([f.eyes for f in figures]), np.unwrap(np.array([f.look for f in figures]))


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


def _azimuths(
    setup: Setup, move: str, still: Solved | None, eyes: Array, headings: Array
) -> tuple[float, ...]:
    if still is not None:
        d = still.position - eyes[0]
        return (float(np.arctan2(-d[0], d[1]) - headings[0]),)
    if move in ("follow", "lead"):
        return (0.3, -0.3, 0.7, -0.7, 0.0)
    usual = VIEWS[setup.view][1]
    return (usual, -usual, usual + 0.7, -usual - 0.7)
