"""``python -m camera.policy.layout.train``: DVGFormer's layout, trained on the pilot's lessons.

    python -m camera.policy.layout.train OUT --lessons LESSONS
    python -m camera.policy.layout.train OUT --lessons LESSONS --minutes 5    # go on for so long

``LESSONS`` is the folder of lessons that ``python -m camera.policy.train`` fills. ``OUT/pictures``
has what its cameras saw, ``OUT/dvg_layout.safetensors`` the weights. What is there already is
not made again.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor

from camera.grammar import MOVES, RIGS
from camera.policy.course import say
from camera.policy.eyes.fitting import Recipe, fit, parser
from camera.policy.eyes.lessons import make_pictures, read_lessons
from camera.policy.layout.network import SMALL, LayoutNetwork, save_layout
from camera.policy.layout.samples import RATE, Samples, respelt

_NAMES = ("decided", "weight", "seen.wish", "at.position", "at.velocity", "at.yaw", "at.pitch",
          "at.turning")  # fmt: skip
_FLIPPED_STATE = torch.tensor([-1.0, 1, 1, 1, 1, -1, -1])
_FLIPPED_ACTION = torch.tensor([-1.0, 1, 1, 1, -1, -1])
"""Signs in the mirror, left for right: along x, and for turns about y and z."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Train; 0 when the weights are there, 3 when there is more to do."""
    command = parser("camera.policy.layout.train", "Train DVGFormer's layout.", steps=1500, batch=8)
    options = command.parse_args(arguments)
    torch.set_num_threads(options.threads)
    out: Path = options.out
    pairs = make_pictures(options.lessons, out / "pictures", RATE, say)
    lessons = read_lessons(pairs, _NAMES)
    samples, moves = respelt(lessons), moves_of(lessons["seen.wish"])
    # a step looks where its first decision is made
    near = lessons["near"][:, ::2][:, : samples.states.shape[1]]
    recipe = Recipe(options.steps, options.batch, seed=options.seed)
    torch.manual_seed(recipe.seed)
    network = LayoutNetwork(SMALL)

    def loss(random: torch.Generator) -> Tensor:
        return loss_of(network, samples, near, moves, recipe.batch, random)

    begun = time.process_time()
    half = out / "dvg_layout.half.safetensors"
    if not fit(network, loss, recipe, half, minutes=options.minutes):
        say("to be gone on with\n")
        return 3
    card = {"lessons": str(len(moves)), "recipe": json.dumps(asdict(recipe), sort_keys=True)}
    save_layout(out / "dvg_layout.safetensors", network, card)
    say(f"{out / 'dvg_layout.safetensors'} after {time.process_time() - begun:.0f} s of CPU\n")
    return 0


def moves_of(wishes: Tensor) -> Tensor:
    """The numbers (N,) of the moves that flights (N, D, 1, width) were asked for."""
    words = wishes[:, 0, 0, -len(MOVES) - len(RIGS) : -len(RIGS)]
    return words.float().argmax(dim=1)


def loss_of(
    network: LayoutNetwork,
    samples: Samples,
    near: Tensor,
    moves: Tensor,
    batch: int,
    random: torch.Generator,
) -> Tensor:
    """The L1 of normalised actions, as published, over windows of some flights; half mirrored."""
    flights, steps = samples.states.shape[:2]
    window = network.config.steps
    rows = torch.randint(flights, (batch,), generator=random)
    firsts = torch.randint(steps - window + 1, (batch,), generator=random)
    part = rows[:, None], firsts[:, None] + torch.arange(window)
    picture, states = near[part].float(), samples.states[part]
    actions, wanted, weight = samples.actions[part], samples.wanted[part], samples.weight[part]
    flip = torch.arange(batch) < batch // 2
    picture = torch.where(flip[:, None, None, None], picture.flip(-1), picture)
    sign = torch.where(flip[:, None], _FLIPPED_ACTION, torch.ones(6))[:, None, None]
    actions, wanted = actions * sign, wanted * sign
    states = states * torch.where(flip[:, None], _FLIPPED_STATE, torch.ones(7))[:, None]
    noise = torch.randn(batch, network.config.hidden_size, generator=random)
    said = network(network.stem(picture), states, actions, noise, moves[rows])
    off = (said - wanted).abs().mean(dim=-1)
    told = weight.sum(dim=(1, 2))
    each = (off * weight).sum(dim=(1, 2)) / told.clamp_min(1.0)
    total: Tensor = each.sum() / (told > 0).sum().clamp_min(1)
    return total


if __name__ == "__main__":
    sys.exit(main())
