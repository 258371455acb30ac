"""`fly_layout`: the closed loop of DVGFormer's layout over a request, as it says or guarded."""

from __future__ import annotations

import numpy as np
import torch

from camera.grammar import MOVES
from camera.planner.scene import Request
from camera.policy.actions import relative_states
from camera.policy.eyes.lessons import sight_of
from camera.policy.inputs import Inputs
from camera.policy.layout.network import LayoutNetwork
from camera.policy.layout.samples import ACTION_STD, normalised_states
from camera.policy.pilot.flight import Flown, decision_rows
from camera.policy.pilot.motion import SCALE, WIDTH, State
from camera.policy.pilot.safety import safe
from camera.policy.pilot.wishing import Wished, wished
from camera.policy.rollout import Rollout
from camera.policy.tokens import ACTION_FPS, ACTIONS
from camera.pose import Array, exp, multiply, normalised, opencv_from_blender, rotate
from camera.trajectory import Trajectory

_LOOKS = ACTION_FPS / ACTIONS
"""Pictures a second."""
_UNSURE = 1e-3
"""Of what has no head for its doubt, as `camera.policy.pilot.straight.servo` has none."""


def fly_layout(
    network: LayoutNetwork, request: Request, start: State, *, guarded: bool, seed: int = 0
) -> Flown:
    """Fly a request's camera from where it starts until its scene ends.

    Every third of a second it looks and says five actions, each the same speed for a fifteenth of a
    second; frames in between are gone through evenly. With ``guarded`` each frame's speed is made
    safe as the pilot's is.

    Parameters
    ----------
    seed
        Of the flight's noise vector.
    """
    w = wished(request, start.position[0])
    rows = decision_rows(w.times, _LOOKS)
    frames = len(w.times)
    path, turned = np.empty((frames, 3)), np.empty((frames, 4))
    path[0], turned[0] = start.position[0], start.quaternion[0]
    held = np.zeros(frames)
    rollout, stem = _begun(network, request, len(rows), seed), network.stem
    for turn, row in enumerate(rows):
        until = int(rows[turn + 1]) if turn + 1 < len(rows) else frames - 1
        at = np.array([row])
        near, _ = sight_of(w, at, path[at], turned[at])
        with torch.inference_mode():
            tokens = stem(torch.from_numpy(near).float())
        ends = opencv_from_blender(path[[0, row]], turned[[0, row]])
        state = normalised_states(relative_states(*ends))[1:]
        said = rollout.step(tokens, state)[0].numpy() * ACTION_STD
        _carry_out(w, said * ACTION_FPS, int(row), until, path, turned, held, guarded)
    focal = request.lens.focal_mm * w.focal / request.lens.focal_heights
    focus = np.maximum(np.linalg.norm(w.cast.eyes[:, 0] - path, axis=1), 0.1)
    track = Trajectory(w.times, path, normalised(turned), focal, focus)
    decided = np.zeros((len(rows), WIDTH))
    return Flown(w, track, rows, {}, decided, np.full(decided.shape, _UNSURE) / SCALE, held)


def _begun(network: LayoutNetwork, request: Request, steps: int, seed: int) -> Rollout:
    inputs = Inputs(network.config.hidden_size, network.boa_token_embed)
    drawn = np.random.default_rng(seed).standard_normal((1, network.config.hidden_size))
    move = torch.tensor([MOVES.index(request.shot.move)])
    with torch.inference_mode():
        prefix = network.prefix(inputs.noise(drawn, 1), move)
    return Rollout(network, prefix, inputs, steps=steps)


def _carry_out(
    w: Wished,
    rates: Array,
    row: int,
    until: int,
    path: Array,
    turned: Array,
    held: Array,
    guarded: bool,
) -> None:
    """Move from frame ``row`` to ``until`` at speeds (5, 6) a second, in OpenCV camera axes."""
    flip = np.array([1.0, -1.0, -1.0])
    edges = np.arange(ACTIONS + 1) / ACTION_FPS
    gone = np.concatenate([np.zeros((1, 6)), np.cumsum(rates, axis=0)]) / ACTION_FPS
    last = w.times[row] + edges[-1]
    for frame in range(row, until):
        since = np.clip(w.times[[frame, frame + 1]], None, last) - w.times[row]
        dt = float(w.times[frame + 1] - w.times[frame])
        part = np.array([np.interp(since, edges, column) for column in gone.T])
        step = np.diff(part, axis=1)[:, 0]
        velocity = rotate(turned[frame], step[:3] * flip) / dt
        if guarded:
            free = safe(w, frame, path[frame], velocity)
            held[frame] = np.linalg.norm(free - velocity)
            velocity = free
        path[frame + 1] = path[frame] + dt * velocity
        turned[frame + 1] = multiply(turned[frame], exp(step[3:] * flip))
