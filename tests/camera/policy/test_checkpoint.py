"""Weights: what is written is read; what could run code or is damaged is refused by name."""

from __future__ import annotations

import json
import pickle
import shlex
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from camera.policy import (
    DVGFormerConfig,
    load_dvgformer,
    read_safetensors,
    write_safetensors,
)

WEIGHTS = Path(__file__).parent / "oracles" / "dvgformer_h48_l3.safetensors"
SIZES = {"hidden_size": "48", "n_layer": "3", "n_head": "3"}


class Trap:
    """What a pickle could do to who opens it."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (exec, ("raise SystemExit('the pickle ran')",))


def changed(path: Path, change: Callable[[dict[str, Tensor]], object]) -> Path:
    tensors, metadata = read_safetensors(WEIGHTS)
    change(tensors)
    write_safetensors(path, tensors, metadata)
    return path


def test_every_type_comes_back_as_it_was(tmp_path: Path) -> None:
    tensors = {
        "float": torch.randn(3, 4, dtype=torch.float64),
        "half": torch.randn(5).bfloat16(),
        "turned": torch.randn(4, 3).t(),
        "none": torch.empty(0, 7),
        "one": torch.tensor(3),
        "flags": torch.tensor([True, False]),
    }
    write_safetensors(tmp_path / "a.safetensors", tensors, {"b": "2", "a": "1"})
    back, metadata = read_safetensors(tmp_path / "a.safetensors")
    assert metadata == {"a": "1", "b": "2"}
    assert back.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert back[name].dtype == tensor.dtype and torch.equal(back[name], tensor), name


def test_the_same_weights_are_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    tensors = {"b": torch.ones(2), "a": torch.zeros(3)}
    write_safetensors(tmp_path / "1", tensors, {"y": "1", "x": "2"})
    write_safetensors(tmp_path / "2", dict(sorted(tensors.items())), {"x": "2", "y": "1"})
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_a_saved_model_flies_the_same(tmp_path: Path) -> None:
    model = load_dvgformer(WEIGHTS)
    model.save(tmp_path / "own.safetensors")
    again = load_dvgformer(tmp_path / "own.safetensors")
    assert again.config == model.config
    for name, weight in model.network.state_dict().items():
        assert torch.equal(weight, again.network.state_dict()[name]), name


@pytest.mark.parametrize("suffix", [".bin", ".pt", ".pth", ".ckpt", ".pkl"])
def test_formats_that_run_code_are_refused_unread(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(ValueError, match=rf"missing{suffix} holds pickled code.*convert it once"):
        load_dvgformer(tmp_path / f"missing{suffix}")


@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_a_pickle_under_a_good_name_is_refused_unread(tmp_path: Path, protocol: int) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(pickle.dumps(Trap(), protocol))
    with pytest.raises(ValueError, match=r"model\.safetensors holds pickled code"):
        load_dvgformer(path)
    torch.save({"weight": torch.ones(2)}, path)
    with pytest.raises(ValueError, match=r"model\.safetensors holds pickled code"):
        load_dvgformer(path)
    path.write_bytes(pickle.dumps(Trap(), 0))
    with pytest.raises(ValueError, match="is not a safetensors file"):
        load_dvgformer(path)


def test_the_line_that_converts_does(tmp_path: Path) -> None:
    tensors, _ = read_safetensors(WEIGHTS)
    torch.save(tensors, tmp_path / "model.bin")
    with pytest.raises(ValueError) as refusal:
        load_dvgformer(tmp_path / "model.bin")
    line = shlex.split(str(refusal.value).split("convert it once: ")[1])
    subprocess.run([sys.executable, *line[1:]], check=True, timeout=120)
    load_dvgformer(tmp_path / "model.safetensors", SIZES)


def test_a_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    whole = WEIGHTS.read_bytes()
    path = tmp_path / "cut.safetensors"
    for length in (0, 5, 8, 200, 9000, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match=r"cut\.safetensors"):
            load_dvgformer(path)
    path.write_bytes(whole[:-1])
    with pytest.raises(ValueError, match=r"cut short inside tensor 'transformer.wpe.weight'"):
        load_dvgformer(path)
    path.write_bytes(whole + b"more")
    with pytest.raises(ValueError, match="4 bytes after the last tensor"):
        load_dvgformer(path)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}, "takes 8 bytes"),
        ({"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}, "from 0"),
        ({"dtype": "F31", "shape": [1], "data_offsets": [0, 4]}, "type 'F31'"),
        ({"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}, r"shape \[-1\]"),
        ({"dtype": "F32", "shape": [1.0], "data_offsets": [0, 4]}, "shape"),
        ({"dtype": "F32", "shape": [1], "data_offsets": [0, True]}, "no offsets"),
        ({"dtype": "F32", "shape": [2**40], "data_offsets": [0, 2**42]}, "cut short"),
        ([], "no offsets"),
    ],
)
def test_a_header_that_lies_is_refused(tmp_path: Path, entry: object, message: str) -> None:
    text = json.dumps({"w": entry}).encode()
    path = tmp_path / "lie.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(4))
    with pytest.raises(ValueError, match=rf"lie\.safetensors.*'w'.*{message}|{message}.*'w'"):
        read_safetensors(path)


def test_a_tensor_named_twice_is_refused(tmp_path: Path) -> None:
    entry = '"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'
    text = f"{{{entry},{entry}}}".encode()
    path = tmp_path / "twice.safetensors"
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(4))
    with pytest.raises(ValueError, match=r"twice\.safetensors.*twice"):
        read_safetensors(path)


def test_missing_misshapen_and_unknown_tensors_are_named(tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    changed(path, lambda t: t.pop("transformer.h.1.mlp.c_fc.bias"))
    with pytest.raises(ValueError, match=r"m\.safetensors.*'transformer.h.1.mlp.c_fc.bias' is mis"):
        load_dvgformer(path)
    changed(path, lambda t: t.update({"embed_ln.bias": torch.zeros(47)}))
    with pytest.raises(ValueError, match=r"'embed_ln.bias' has shape \(47,\), expected \(48,\)"):
        load_dvgformer(path)
    changed(path, lambda t: t.update({"embed_ln.bias": torch.zeros(48, dtype=torch.int64)}))
    with pytest.raises(ValueError, match=r"'embed_ln.bias' is torch.int64"):
        load_dvgformer(path)
    changed(path, lambda t: t.update({"transformer.h.3.ln_1.bias": torch.zeros(48)}))
    with pytest.raises(ValueError, match=r"'transformer.h.3.ln_1.bias' has no place"):
        load_dvgformer(path)
    changed(path, lambda t: t.update({"transformer.wpe.weight": torch.ones(1562, 48)}))
    with pytest.raises(ValueError, match=r"'transformer.wpe.weight' is not zero"):
        load_dvgformer(path)
    with pytest.raises(ValueError, match=r"'transformer.h.2\..*' has no place"):
        load_dvgformer(WEIGHTS, {**SIZES, "n_layer": 2})


def test_sizes_come_from_the_file_or_the_caller(tmp_path: Path) -> None:
    tensors, _ = read_safetensors(WEIGHTS)
    bare = tmp_path / "bare.safetensors"
    write_safetensors(bare, tensors, {"format": "pt"})
    with pytest.raises(ValueError, match="hidden_size=48, n_layer=3, n_head=…"):
        load_dvgformer(bare)
    config = DVGFormerConfig(48, 3, 3)
    assert load_dvgformer(bare, config).config == load_dvgformer(bare, SIZES).config == config
    for sizes, message in (
        ({**SIZES, "n_head": "three"}, "n_head is 'three'"),
        ({**SIZES, "n_head": 5}, "hidden_size 48 does not divide into 5 heads"),
        ({**SIZES, "n_layer": 0}, "n_layer is 0"),
    ):
        with pytest.raises(ValueError, match=message):
            load_dvgformer(bare, sizes)


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"'w' is torch.complex64"):
        write_safetensors(tmp_path / "a", {"w": torch.ones(2, dtype=torch.complex64)})
    with pytest.raises(ValueError, match=r"'w' is float64"):
        write_safetensors(tmp_path / "a", {"w": np.ones(2)})  # type: ignore[dict-item]
