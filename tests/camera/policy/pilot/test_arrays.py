"""The pilot without torch: what the network decides, to a rounding."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from camera.policy import write_safetensors
from camera.policy.pilot import Pilot, load_array_pilot, load_pilot
from camera.policy.pilot.arrays import ArrayPilot
from camera.policy.pilot.config import PilotConfig
from camera.policy.pilot.network import PilotNetwork
from camera.policy.pilot.observation import COUNTS, WIDTHS
from camera.pose import Array

SHIPPED = Path(__file__).parents[4] / "assets" / "policy" / "pilot.safetensors"
TINY = PilotConfig(width=32, heads=2, looks=1, thoughts=2, memory=6)


def moments(count: int, batch: int) -> list[dict[str, Array]]:
    """What is seen from moment to moment; people come and go."""
    r = np.random.default_rng(3)
    sizes = {kind: (batch, COUNTS[kind], width) for kind, width in WIDTHS.items()}
    made = [{k: r.standard_normal(size) for k, size in sizes.items()} for _ in range(count)]
    for seen in made:
        for kind in ("actor", "other"):
            seen[kind][..., 0] = seen[kind][..., 0] > 0
    return made


def gap(torched: Pilot, plain: ArrayPilot, seen: list[dict[str, Array]]) -> float:
    """The most by which both differ over a flight."""
    one, other = torched.remembering(), plain.remembering()
    pairs = [zip(one(now), other(now), strict=True) for now in seen]
    return float(max(np.abs(a - b).max() for pair in pairs for a, b in pair))


@pytest.mark.parametrize("memory", [1, 6])
def test_it_decides_what_the_network_does_for_longer_than_it_remembers(memory: int) -> None:
    torch.manual_seed(0)
    config = PilotConfig(width=32, heads=2, looks=2, thoughts=2, memory=memory)
    network = PilotNetwork(config)
    # before it has learnt its head says nothing, whatever it sees
    torch.nn.init.normal_(network.head.weight)
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    assert gap(Pilot(network), ArrayPilot(config, weights), moments(15, 3)) < 1e-5


def test_the_pilot_of_films_decides_the_same_either_way() -> None:
    assert gap(load_pilot(SHIPPED), load_array_pilot(SHIPPED), moments(24, 1)) < 1e-5


def test_its_weights_are_the_networks_by_name_and_shape() -> None:
    network = PilotNetwork(TINY)
    assert TINY.shapes() == {name: tuple(p.shape) for name, p in network.state_dict().items()}


def test_it_is_loaded_and_flies_without_torch() -> None:
    code = (
        "import sys\n"
        "import numpy as np\n"
        "from camera.policy.flying import flown\n"
        "from camera.policy.pilot import load_array_pilot\n"
        "from camera.policy.pilot.observation import COUNTS, WIDTHS\n"
        "seen = {k: np.zeros((1, COUNTS[k], w)) for k, w in WIDTHS.items()}\n"
        f"load_array_pilot({str(SHIPPED)!r}).remembering()(seen)\n"
        "assert 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_weights_that_are_no_fractions_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "pilot.safetensors"
    network = PilotNetwork(TINY)
    whole = {name: value.to(torch.int8) for name, value in network.state_dict().items()}
    write_safetensors(path, whole, {"format": "camera pilot 2", "config": TINY.to_json()})
    with pytest.raises(ValueError, match=r"pilot\.safetensors: tensor '.*' is of type I8"):
        load_array_pilot(path)
