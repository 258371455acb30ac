"""Learning to fly from lessons: the likelihood of the planner's decisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_

from camera.policy.course import share
from camera.policy.pilot.mirror import mirrored
from camera.policy.pilot.network import PilotNetwork
from camera.policy.pilot.observation import WIDTHS


@dataclass(frozen=True)
class Recipe:
    """How a pilot is trained.

    Parameters
    ----------
    steps, batch
        Of the optimiser; flights in each.
    span
        Decisions in a row of each flight in a batch.
    rate, warm
        Peak learning rate, and the share of steps that it rises in before a cosine takes it down.
    decay
        Weight decay (AdamW).
    blur
        Standard deviation of the noise on what is seen, so that it leans on no single number; but
        not on what it knows of itself, which what it corrects is made of.
    seed
        Of the order of lessons, and of the noise.
    """

    steps: int = 4000
    batch: int = 24
    span: int = 30
    rate: float = 8e-4
    warm: float = 0.03
    decay: float = 0.02
    blur: float = 0.01
    seed: int = 0


def loss_of(
    network: PilotNetwork, seen: dict[str, Tensor], decided: Tensor, weight: Tensor
) -> Tensor:
    """Laplace's negative log likelihood and the plain L1, of decisions (B, T, 5) that are weighed.

    Flights count alike, whether the planner was asked at all of their states or at some.
    """
    mean, scale = network(seen)
    off = (mean - decided).abs()
    each = (0.5 * (off / scale + torch.log(scale)) + 2.0 * off).mean(dim=-1)
    told = weight.sum(dim=1)
    flights = (each * weight).sum(dim=1) / told.clamp_min(1.0)
    total: Tensor = flights.sum() / (told > 0).sum().clamp_min(1)
    return total


def off_by(network: PilotNetwork, lessons: dict[str, Tensor], device: str = "cpu") -> float:
    """Mean absolute error of decisions on lessons, in units of a decision."""
    network.eval()
    told = lessons["weight"].to(device)
    with torch.no_grad():
        seen = {kind: lessons[f"seen.{kind}"].float().to(device) for kind in WIDTHS}
        off = (network(seen)[0] - lessons["decided"].to(device)).abs().mean(dim=-1)
    network.train()
    return float((off * told).sum() / told.sum().clamp_min(1.0))


def optimiser_of(network: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """What leads a network's weights, at its beginning."""
    return torch.optim.AdamW(network.parameters(), lr=recipe.rate, weight_decay=recipe.decay)


def train(
    network: PilotNetwork,
    lessons: dict[str, Tensor],
    recipe: Recipe,
    *,
    device: str = "cpu",
    begin: int = 0,
    state: dict[str, object] | None = None,
    told: Callable[[int, float, torch.optim.Optimizer], None] = lambda step, loss, optimiser: None,
) -> None:
    """Train in place, on lessons as `camera.policy.pilot.shards.read_shards` gives them.

    The same recipe, lessons and begin give the same weights on the same machine. On a GPU
    activations are bfloat16.

    Parameters
    ----------
    begin, state
        The step to go on from, and the optimiser's state there.
    told
        Called after each step with its number from 1, its loss and the optimiser.
    """
    count, long = lessons["decided"].shape[:2]
    network.to(device).train()
    optimiser = optimiser_of(network, recipe)
    if state is not None:
        optimiser.load_state_dict(state)
    for step in range(begin, recipe.steps):
        # every step draws by its own number: going on from it is as never having stopped
        random = torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)
        rows = torch.randint(count, (recipe.batch,), generator=random)
        firsts = torch.randint(max(long - recipe.span, 0) + 1, (recipe.batch,), generator=random)
        turns = firsts[:, None] + torch.arange(min(recipe.span, long))
        part = rows[:, None], turns
        seen = {}
        for kind in WIDTHS:
            values = lessons[f"seen.{kind}"][part].float()
            noise = recipe.blur * torch.randn(values.shape, generator=random)
            if kind == "self":
                noise = noise * 0.0
            if kind in ("actor", "other"):
                # who is absent stays absent
                noise = noise * values[..., :1]
                noise[..., 0] = 0.0
            seen[kind] = values + noise
        decided, weight = lessons["decided"][part], lessons["weight"][part]
        half = recipe.batch // 2
        flipped, turned = mirrored({k: v[:half] for k, v in seen.items()}, decided[:half])
        seen = {k: torch.cat([flipped[k], v[half:]]).to(device) for k, v in seen.items()}
        decided = torch.cat([turned, decided[half:]])
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * share(step, recipe.steps, recipe.warm)
        with torch.autocast(device.split(":")[0], torch.bfloat16, enabled=device != "cpu"):
            loss = loss_of(network, seen, decided.to(device), weight.to(device))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        told(step + 1, float(loss.detach()), optimiser)
    network.eval()
