"""``python -m camera.policy.images.train``: the pilot with eyes, trained on the pilot's lessons.

    python -m camera.policy.images.train OUT --lessons LESSONS
    python -m camera.policy.images.train OUT --lessons LESSONS --minutes 5    # go on for so long

``LESSONS`` is the folder of lessons that ``python -m camera.policy.train`` fills. ``OUT/pictures``
has what its cameras saw, ``OUT/pilot_images.safetensors`` the weights. What is there already is
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

from camera.policy.course import say
from camera.policy.eyes.fitting import Recipe, fit, parser
from camera.policy.eyes.lessons import make_pictures, read_lessons
from camera.policy.images.network import KEPT, ImagePilot, patches, save_images
from camera.policy.pilot.config import PilotConfig
from camera.policy.pilot.mirror import mirrored
from camera.policy.pilot.training import loss_of

_NAMES = ("decided", "weight", *(f"seen.{kind}" for kind in KEPT))
_BLUR = 0.01
"""Standard deviation of the noise on nearness."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Train; 0 when the weights are there, 3 when there is more to do."""
    command = parser(
        "camera.policy.images.train", "Train the pilot with eyes.", steps=1000, batch=12
    )
    command.add_argument("--span", type=int, default=12, help="decisions in a piece")
    options = command.parse_args(arguments)
    torch.set_num_threads(options.threads)
    out: Path = options.out
    recipe = Recipe(options.steps, options.batch, seed=options.seed)
    torch.manual_seed(recipe.seed)
    network = ImagePilot(PilotConfig())
    pairs = make_pictures(options.lessons, out / "pictures", network.config.rate, say)
    lessons = read_lessons(pairs, _NAMES)

    def loss(random: torch.Generator) -> Tensor:
        return image_loss(network, lessons, recipe.batch, options.span, random)

    begun = time.process_time()
    half = out / "pilot_images.half.safetensors"
    if not fit(network, loss, recipe, half, minutes=options.minutes):
        say("to be gone on with\n")
        return 3
    card = {
        "lessons": str(len(lessons["decided"])),
        "recipe": json.dumps({**asdict(recipe), "span": options.span}, sort_keys=True),
    }
    save_images(out / "pilot_images.safetensors", network, card)
    say(f"{out / 'pilot_images.safetensors'} after {time.process_time() - begun:.0f} s of CPU\n")
    return 0


def image_loss(
    network: ImagePilot,
    lessons: dict[str, Tensor],
    batch: int,
    span: int,
    random: torch.Generator,
) -> Tensor:
    """The pilot's loss over ``span`` decisions of some flights; half of them mirrored."""
    flights, long = lessons["decided"].shape[:2]
    count = min(span, long)
    rows = torch.randint(flights, (batch,), generator=random)
    firsts = torch.randint(long - count + 1, (batch,), generator=random)
    part = rows[:, None], firsts[:, None] + torch.arange(count)
    near, people = lessons["near"][part].float(), lessons["people"][part]
    near = near + _BLUR * torch.randn(near.shape, generator=random)
    told = {kind: lessons[f"seen.{kind}"][part].float() for kind in KEPT}
    decided, weight = lessons["decided"][part], lessons["weight"][part]
    half = batch // 2
    flipped, turned = mirrored({k: v[:half] for k, v in told.items()}, decided[:half])
    seen = {k: torch.cat([flipped[k], v[half:]]) for k, v in told.items()}
    near = torch.cat([near[:half].flip(-1), near[half:]])
    people = torch.cat([people[:half].flip(-1), people[half:]])
    seen["image"] = patches(near, people)
    return loss_of(network, seen, torch.cat([turned, decided[half:]]), weight)


if __name__ == "__main__":
    sys.exit(main())
