"""Lessons respelt: three pictures a second, fifteen actions a second, as DVGFormer reads flights.

A lesson decides six times a second, two decisions a step of five actions: frames 0, 1, 2 of a step
carry out its first decision, 3 and 4 its second (the third frame's middle is where the second
decision is made). Speeds change evenly between decisions (`camera.policy.pilot.motion`), so poses
at 15 fps follow from the states that lessons have, as cubics through places and speeds.

What is read are the flight's own actions; what is to be predicted is what the planner decided
there. In the planner's own flights that is the same; in corrected ones it is not, and only actions
whose decision the planner was asked for count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy.interpolate import CubicHermiteSpline
from torch import Tensor

from camera.policy.actions import actions_between, relative_states
from camera.policy.pilot.motion import SCALE, from_level
from camera.policy.tokens import ACTION_FPS, ACTION_WIDTH, ACTIONS
from camera.pose import Array, from_azimuth_elevation, opencv_from_blender, rotate

RATE = 6.0
"""Decisions a second of the lessons that are read."""
STATE_STD = np.array([3.0, 3.0, 3.0, 0.3, 0.3, 0.3, 0.3])
ACTION_STD = np.array([1.0, 1.0, 1.0, 0.5, 0.5, 0.5]) / ACTION_FPS
"""What normalised states and actions of 1 are: people are filmed within metres, at 1 m/s and
0.5 rad/s, where the published scales are a drone's."""
_MOST = 8.0
"""What a normalised action is at most: who looks straight up turns round in no time."""
_DECISION = (0, 0, 0, 1, 1)
"""Which of a step's two decisions each of its actions carries out."""


@dataclass(frozen=True)
class Samples:
    """N flights of T steps, normalised.

    Parameters
    ----------
    states : (N, T, 7)
    actions : (N, T, 5, 6), as flown
    wanted : (N, T, 5, 6), as the planner would have
    weight : (N, T, 5), 0 where it was not asked
    """

    states: Tensor
    actions: Tensor
    wanted: Tensor
    weight: Tensor


def respelt(lessons: dict[str, Tensor]) -> Samples:
    """Lessons, with their states, as steps of five actions.

    Parameters
    ----------
    lessons
        ``decided``, ``weight`` and ``at.*`` of `camera.policy.pilot.shards`, at 6 decisions a
        second; the last step, which has no end, is left out.
    """
    flights = [_flight({name: value[n].numpy() for name, value in lessons.items()})
               for n in range(len(lessons["decided"]))]  # fmt: skip
    parts = zip(*flights, strict=True)
    states, actions, wanted, weight = (torch.from_numpy(np.stack(part)).float() for part in parts)
    return Samples(states, actions, wanted, weight)


def _flight(one: dict[str, Array]) -> tuple[Array, Array, Array, Array]:
    steps = len(one["decided"]) // 2 - 1
    frames = ACTIONS * steps
    knots = np.arange(len(one["decided"])) / RATE
    angles = np.stack([np.unwrap(one["at.yaw"]), one["at.pitch"]], axis=1)
    places = CubicHermiteSpline(knots, one["at.position"], one["at.velocity"])
    turns = CubicHermiteSpline(knots, angles, one["at.turning"])
    times = np.arange(frames + 1) / ACTION_FPS
    p, (yaw, pitch) = places(times), turns(times).T
    positions, quaternions = opencv_from_blender(p, from_azimuth_elevation(yaw, pitch))
    flown = actions_between(positions, quaternions).reshape(steps, ACTIONS, ACTION_WIDTH)
    states = relative_states(positions[:-1:ACTIONS], quaternions[:-1:ACTIONS])
    rows = (2 * np.arange(steps)[:, None] + _DECISION).ravel()
    wanted = _wanted(one, rows, times[:-1], yaw[:-1], quaternions[:-1])
    weight = one["weight"][rows].reshape(steps, ACTIONS)
    return (
        normalised_states(states),
        np.clip(flown / ACTION_STD, -_MOST, _MOST),
        wanted.reshape(flown.shape) / ACTION_STD,
        weight,
    )


def _wanted(one: dict[str, Array], rows: Array, times: Array, yaw: Array, turned: Array) -> Array:
    """Actions (F, 6) that carry out decisions ``rows`` (F,) at frames' middles."""
    goal = one["decided"][rows] * SCALE
    share = ((times + 0.5 / ACTION_FPS - rows / RATE) * RATE)[:, None]
    toward = from_level(goal[:, :3], one["at.yaw"][rows])
    begun = one["at.velocity"][rows]
    velocity = begun + share * (toward - begun)
    rates = one["at.turning"][rows]
    rates = rates + share * (goal[:, 3:] - rates)
    # turning is about the vertical, tilting about the camera's right, which is level
    right = np.stack([np.cos(yaw), np.sin(yaw), np.zeros_like(yaw)], axis=1)
    spin = rates[:, 1:] * right
    spin[:, 2] += rates[:, 0]
    back = turned * np.array([1.0, -1.0, -1.0, -1.0])
    moved = np.concatenate([rotate(back, velocity), rotate(back, spin)], axis=1)
    return np.asarray(moved / ACTION_FPS)


def normalised_states(states: Array) -> Array:
    """States (..., 7) as the network reads them."""
    return np.asarray((states - np.array([0.0, 0.0, 0.0, 0.8, 0.0, 0.0, 0.0])) / STATE_STD)
