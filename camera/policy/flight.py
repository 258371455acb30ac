"""`fly`: a policy's closed loop: look, act, move, look again."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from camera.policy.actions import fly_actions, normalise_states, relative_states, restore_actions
from camera.policy.dvgformer import DVGFormer
from camera.policy.inputs import Numbers
from camera.policy.rollout import Slide
from camera.policy.tokens import ACTION_FPS
from camera.policy.vision import Eyes
from camera.pose import blender_from_opencv, opencv_from_blender
from camera.trajectory import Trajectory


def fly(
    model: DVGFormer,
    eyes: Eyes,
    positions: ArrayLike,
    quaternions: ArrayLike,
    steps: int,
    *,
    noise: Numbers,
    drone_type: Numbers = 0,
    slide: Slide = "overlap",
) -> list[Trajectory]:
    """Fly a batch of cameras from where they stand.

    Parameters
    ----------
    model : DVGFormer
        From `load_dvgformer`.
    eyes : Eyes
        What the cameras see from anywhere.
    positions, quaternions : (B, 3), (B, 4)
        Where they begin: world frame, metres; wxyz, looking along −Z, up +Y.
    steps : int
        Thirds of a second: five frames each, at 15 fps.
    noise, drone_type, slide
        See `DVGFormer.teacher_forced` and `camera.policy.rollout`.

    Returns
    -------
    list of B Trajectory
        Of 5 · steps + 1 frames, the first where the camera began.

    Raises
    ------
    ValueError
        If ``steps`` is not positive or a shape does not fit.
    """
    if steps < 1:
        raise ValueError(f"steps is {steps}; fly one third of a second or more")
    p, q = opencv_from_blender(np.atleast_2d(positions), np.atleast_2d(quaternions))
    batch = len(p)
    rollout = model.rollout(noise, drone_type, batch, steps=steps, slide=slide)
    path, turned = p[:, None], q[:, None]
    for _ in range(steps):
        ends = np.stack([path[:, 0], path[:, -1]], 1), np.stack([turned[:, 0], turned[:, -1]], 1)
        states = normalise_states(relative_states(*ends)[:, 1])
        tokens = eyes(*blender_from_opencv(path[:, -1], turned[:, -1]))
        wanted = rollout.step(tokens, states)
        actions = restore_actions(wanted.float().cpu().numpy())
        ahead, turns = fly_actions(path[:, -1], turned[:, -1], actions)
        path = np.concatenate([path, ahead[:, 1:]], axis=1)
        turned = np.concatenate([turned, turns[:, 1:]], axis=1)
    flown, seen = blender_from_opencv(path, turned)
    times = np.arange(flown.shape[1]) / ACTION_FPS
    return [Trajectory(times, flown[b], seen[b]) for b in range(batch)]
