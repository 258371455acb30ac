"""``python -m camera.policy.train``: lessons, training and correction of a pilot.

    python -m camera.policy.train OUT                      # all of it, by the recipe of the card
    python -m camera.policy.train OUT --flights 500 --rounds 0 --steps 500    # a quick try

``OUT/lessons/round-0`` has the planner's flights, ``round-1`` the servo's in a wind, ``round-2`` …
the pilot's before it in half a wind; all but the first are corrected by the planner.
``OUT/round-0.safetensors`` has learnt from the planner's flights alone. They teach no other pilot:
where the planner is off its wish it is so on purpose, and who learns from that stays off it.
``round-N`` has learnt from all corrections until then, and ``pilot.safetensors`` is the one that
flew best in validation: on cases of the training families that no lesson is made of. What is there
already is not made again: stop it when you like, and start it again.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from camera.policy.course import resume, save_half, say
from camera.policy.pilot.config import PilotConfig
from camera.policy.pilot.expert import Lesson, corrected, from_planner, in_wind, task
from camera.policy.pilot.flight import fly
from camera.policy.pilot.motion import State
from camera.policy.pilot.network import PilotNetwork
from camera.policy.pilot.pilot import load_pilot, save_pilot
from camera.policy.pilot.shards import read_shards, write_shard
from camera.policy.pilot.straight import servo
from camera.policy.pilot.training import Recipe, off_by, optimiser_of, train
from camera.policy.pilot.validation import validated

_SHARD = 32
"""Flights; which are drawn with which random numbers depends on it."""
_SAVED = 200
"""Steps between two points that training can go on from."""
_KEPT = 0.95
"""Of each round's lessons, the share that is learnt from; the loss on the others is logged."""
_GUARDED = 0.5
"""Share of the corrected flights that are guarded: the pilot learns to live with it and without."""
_APART = 1_000_000
"""Seeds between the tasks of two rounds."""
_TOGETHER = 16
"""Flights side by side."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Train a pilot; 0 when it is there."""
    options = _parser().parse_args(arguments)
    out: Path = options.out
    config = PilotConfig(width=options.width, thoughts=options.layers)
    for number in range(options.rounds + 1):
        flights = [options.flights, *options.corrections]
        _write_flights(
            out / "lessons" / f"round-{number}",
            flights[min(number, len(flights) - 1)],
            options.jobs,
            config.rate,
            # the servo flies before there is a pilot that may fly by itself
            out / f"round-{number - 1}.safetensors" if number > 1 else None,
        )
        if not (out / f"round-{number}.safetensors").exists():
            recipe = Recipe(steps=options.steps, batch=options.batch, seed=options.seed + number)
            _fit(out, number, config, recipe, options)
    best = _best(out, options.rounds, options.validate)
    (out / "pilot.safetensors").write_bytes(best.read_bytes())
    print(f"{out / 'pilot.safetensors'} is {best.name}")
    return 0


def _best(out: Path, rounds: int, flights: int) -> Path:
    """The pilot that flies best in validation; all figures, the servo's too, are in a file."""
    table: dict[str, dict[str, float]] = {}
    for number in range(rounds + 1):
        path = out / f"round-{number}.safetensors"
        pilot = load_pilot(path)
        table[path.name] = validated(pilot.remembering, pilot.rate, flights)
        say(f"{path.name} in validation: {table[path.name]['price']:.4f}")
    sys.stderr.write("\n")
    best = min(table, key=lambda name: table[name]["price"])
    table["servo"] = validated(lambda: servo, PilotConfig().rate, flights)
    (out / "validation.json").write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    return out / best


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m camera.policy.train", description="Train a pilot."
    )
    parser.add_argument("out", type=Path, help="folder of lessons, logs and weights")
    parser.add_argument("--flights", type=int, default=640, help="of the planner's")
    parser.add_argument("--rounds", type=int, default=2, help="of flying and correcting")
    parser.add_argument(
        "--corrections",
        type=int,
        nargs="+",
        default=[448, 320],
        help="flights of each round; the last number is every further one's",
    )
    parser.add_argument("--steps", type=int, default=800, help="of each training")
    parser.add_argument("--validate", type=int, default=40, help="flights to choose a round by")
    parser.add_argument("--batch", type=int, default=24, help="flights a step")
    parser.add_argument("--width", type=int, default=96, help="of the network")
    parser.add_argument("--layers", type=int, default=2, help="over time")
    parser.add_argument("--jobs", type=int, default=1, help="processes that make lessons")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--compile", action="store_true", help="torch.compile (a GPU)")
    parser.add_argument("--tensorboard", action="store_true", help="log for TensorBoard, too")
    return parser


def _write_flights(folder: Path, count: int, jobs: int, rate: float, pilot: Path | None) -> None:
    """Shards of lessons that are not there yet."""
    # a round's tasks are none that an earlier round has had
    number = int(folder.name.removeprefix("round-"))
    work = [
        (
            folder / f"{first:06d}.safetensors",
            number,
            first,
            min(_SHARD, count - first),
            rate,
            pilot,
        )
        for first in range(0, count, _SHARD)
    ]
    work = [one for one in work if not one[0].exists()]
    if not work:
        return
    began, made = time.monotonic(), 0
    for more in _mapped(work, jobs):
        made += more
        seconds = time.monotonic() - began
        left = (len(work) * _SHARD - made) * seconds / max(made, 1)
        say(f"{folder.name}: {made} lessons, {made / seconds:.1f}/s, {left / 60:.0f} min left")
    sys.stderr.write("\n")


def _mapped(work: list[Any], jobs: int) -> Iterator[int]:
    if jobs == 1:
        yield from map(_shard, work)
        return
    # a fork of a process whose threads have trained hangs
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(_shard, work)


def _shard(work: tuple[Path, int, int, int, float, Path | None]) -> int:
    """Make one shard; how many lessons it has."""
    torch.set_num_threads(1)
    path, number, first, count, rate, pilot = work
    tasks = {}
    for seed in range(first, first + count):
        seed += _APART * number
        try:
            tasks[seed] = task(seed)
        except ValueError:
            # nothing to film there
            continue
    seeds = {id(request): seed for seed, request in tasks.items()}
    flights = from_planner(list(tasks.values()), rate)
    lessons = [one for one, _, _ in flights]
    requests, starts = [one for _, one, _ in flights], [one for _, _, one in flights]
    if number:
        r = np.random.default_rng([first, number, 11])
        lessons = _corrected(pilot, requests, starts, rate, r)
    write_shard(path, lessons, [seeds[id(request)] for request in requests], starts)
    return len(lessons)


def _corrected(
    weights: Path | None,
    requests: list[Any],
    starts: list[State],
    rate: float,
    r: np.random.Generator,
) -> list[Lesson]:
    """Flights of the servo, or of a pilot, in a wind; corrected."""
    pilot = None if weights is None else load_pilot(weights)
    lessons = []
    for first in range(0, len(requests), _TOGETHER):
        part = slice(first, first + _TOGETHER)
        begun = [_nudged(start, r) for start in starts[part]]
        guarded = bool(r.random() < _GUARDED)
        if pilot is None:
            decide = in_wind(servo, r, rate)
        else:
            decide = in_wind(pilot.remembering(), r, rate, 0.5)
        lessons += corrected(fly(decide, requests[part], begun, rate, guarded=guarded), r)
    return lessons


def _nudged(start: State, r: np.random.Generator) -> State:
    """Not quite where the planner would begin, nor so fast."""
    return replace(
        start,
        position=start.position + r.normal(0, 0.12, start.position.shape),
        velocity=start.velocity * r.uniform(0, 1),
        yaw=start.yaw + r.normal(0, 0.06, 1),
        pitch=start.pitch + r.normal(0, 0.03, 1),
    )


def _fit(out: Path, number: int, config: PilotConfig, recipe: Recipe, options: Any) -> None:
    """Train on all lessons so far, from the pilot before or as the servo flies."""
    numbers = range(1, number + 1) if number else [0]
    parts = [read_shards(out / "lessons" / f"round-{n}") for n in numbers]
    kept = [max(1, int(_KEPT * len(part["decided"]))) for part in parts]
    pairs = list(zip(parts, kept, strict=True))
    lessons = {name: torch.cat([part[name][:k] for part, k in pairs]) for name in parts[0]}
    unseen = {name: torch.cat([part[name][k:] for part, k in pairs]) for name in parts[0]}
    torch.manual_seed(recipe.seed)
    network = PilotNetwork(config)
    if number > 1:
        network = load_pilot(out / f"round-{number - 1}.safetensors").network
    half, begin, state = out / f"round-{number}.half.safetensors", 0, None
    if half.exists():
        optimiser = optimiser_of(network, recipe)
        begin = resume(half, network, optimiser)
        state = optimiser.state_dict()
    log = (out / "log.jsonl").open("a", encoding="utf-8")
    board = _board(out, options.tensorboard)
    began, mean = time.monotonic(), 0.0

    def told(step: int, loss: float, optimiser: torch.optim.Optimizer) -> None:
        nonlocal mean
        mean = loss if step == begin + 1 else 0.98 * mean + 0.02 * loss
        if step % 20 == 0:
            pace = (step - begin) / (time.monotonic() - began)
            log.write(json.dumps({"round": number, "step": step, "loss": round(mean, 5)}) + "\n")
            log.flush()
            if board is not None:
                board.add_scalar(f"loss/round-{number}", mean, step)
            left = (recipe.steps - step) / pace / 60
            say(f"round {number}: step {step}, loss {mean:.4f}, {left:.0f} min left")
        if step % _SAVED == 0:
            save_half(half, network, optimiser, step)
            off = off_by(network, unseen, options.device)
            log.write(json.dumps({"round": number, "step": step, "unseen": round(off, 5)}) + "\n")

    flown = torch.compile(network) if options.compile else network
    train(flown, lessons, recipe, device=options.device, begin=begin, state=state, told=told)  # type: ignore[arg-type]
    sys.stderr.write("\n")
    card = {
        "lessons": str(len(lessons["decided"])),
        "recipe": json.dumps(asdict(recipe), sort_keys=True),
        "round": str(number),
    }
    save_pilot(out / f"round-{number}.safetensors", network.cpu(), card)
    half.unlink(missing_ok=True)
    log.close()


def _board(out: Path, wanted: bool) -> Any:
    if not wanted:
        return None
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise SystemExit("--tensorboard needs TensorBoard: pip install tensorboard") from None
    return SummaryWriter(out / "tensorboard")


if __name__ == "__main__":
    sys.exit(main())
