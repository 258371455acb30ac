"""Piper and Kokoro speak where they are installed: each here with a model made on the spot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from filmagent.cast import kokoro, piper
from filmagent.cast.engine import Manner
from filmagent.errors import RenderError

TEXT = "Hello there."


def hum(path: Path, inputs: dict[str, tuple[str, list[Any]]], count: str, hop: int) -> None:
    """A model that hums: ``hop`` samples for each element of the input ``count``, slower by the
    factor in ``scales[1]``, or faster by the one in ``speed``."""
    onnx = pytest.importorskip("onnx")
    helper, kind = onnx.helper, onnx.TensorProto
    nodes, constants = [], []

    def constant(name: str, value: np.ndarray) -> str:
        constants.append(onnx.numpy_helper.from_array(value, name))
        return name

    def op(name: str, takes: list[str], gives: str, **more: Any) -> str:
        nodes.append(helper.make_node(name, takes, [gives], **more))
        return gives

    tokens = op("Cast", [op("Size", [count], "size")], "counted", to=kind.FLOAT)
    if "scales" in inputs:
        pace = op("Gather", ["scales", constant("one", np.array(1))], "pace")
        length = op("Mul", [tokens, pace], "paced")
    else:
        squeezed = op("Squeeze", ["speed", constant("axis", np.array([0]))], "pace")
        length = op("Div", [tokens, squeezed], "paced")
    samples = op("Mul", [length, constant("hop", np.array(hop, np.float32))], "samples")
    steps = op("Range", [constant("zero", np.array(0, np.float32)), samples,
                         constant("step", np.array(1, np.float32))], "steps")  # fmt: skip
    angle = op("Mul", [steps, constant("angle", np.array(0.05, np.float32))], "angles")
    op("Unsqueeze", [op("Sin", [angle], "hummed"), constant("dims", np.array([0, 1]))], "output")
    types = {"int64": kind.INT64, "float": kind.FLOAT}
    graph = helper.make_graph(
        nodes,
        "hum",
        [helper.make_tensor_value_info(k, types[t], shape) for k, (t, shape) in inputs.items()],
        [helper.make_tensor_value_info("output", kind.FLOAT, None)],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    path.write_bytes(model.SerializeToString())


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FILMAGENT_VOICES", str(tmp_path))
    return tmp_path


@pytest.fixture
def ryan(home: Path) -> str:
    """A voice of Piper that hums."""
    pytest.importorskip("piper")
    path = home / "en_GB-alan-low.onnx"
    hum(
        path,
        {"input": ("int64", [1, "n"]), "input_lengths": ("int64", [1]), "scales": ("float", [3])},
        "input",
        256,
    )
    config = {
        "audio": {"sample_rate": 16_000},
        "espeak": {"voice": "en-us"},
        "language": {"code": "en_GB"},
        "inference": {"noise_scale": 0.667, "length_scale": 1.0, "noise_w": 0.8},
        "phoneme_type": "espeak",
        "num_symbols": 256,
        "num_speakers": 1,
        "phoneme_id_map": {chr(c): [c % 250 + 3] for c in range(32, 900)}
        | {"_": [0], "^": [1], "$": [2]},
    }
    path.with_name(f"{path.name}.json").write_text(json.dumps(config))
    return path.stem


@pytest.fixture
def heart(home: Path) -> str:
    """A voice of Kokoro that hums."""
    pytest.importorskip("kokoro_onnx")
    hum(
        home / "kokoro-v1.0.onnx",
        {
            "tokens": ("int64", [1, "n"]),
            "style": ("float", [1, 256]),
            "speed": ("float", [1]),
        },
        "tokens",
        600,
    )
    with (home / "voices-v1.0.bin").open("wb") as out:
        style = np.zeros((510, 1, 256), np.float32)
        np.savez(out, af_heart=style, bm_george=style, zz_odd=style, ff_siwis=style)
    return "af_heart"


def test_without_files_neither_has_a_voice(home: Path) -> None:
    assert piper.voices() == () == kokoro.voices()
    with pytest.raises(RenderError, match="Kokoro's model is not in"):
        kokoro.speak(TEXT, "af_heart", Manner())


def test_a_damaged_file_has_no_voices(home: Path) -> None:
    (home / "kokoro.onnx").write_bytes(b"x")
    (home / "voices.bin").write_bytes(b"no arrays")
    assert kokoro.voices() == ()


def test_pipers_voices_are_found_and_speak_at_a_pace(ryan: str) -> None:
    (voice,) = piper.voices()
    assert (voice.name, voice.gender) == (ryan, "male")
    assert voice.languages == ["en-gb", "en"]
    slow, fast = (piper.speak(TEXT, ryan, Manner(rate=rate)) for rate in (1.0, 1.25))
    assert slow.rate == 16_000 and slow.seconds > 0.2 and np.abs(slow.samples).max() > 0.5
    assert slow.seconds / fast.seconds == pytest.approx(1.25, rel=0.01)


def test_a_broken_voice_of_piper_is_one_sentence(ryan: str, home: Path) -> None:
    (home / "en_US-x-low.onnx").write_bytes(b"x")
    (home / "en_US-x-low.onnx.json").write_text("{}")
    with pytest.raises(RenderError, match=r"Piper's voice en_US-x-low failed .*download"):
        piper.speak(TEXT, "en_US-x-low", Manner())


def test_kokoros_voices_are_found_the_best_first_and_speak_at_a_pace(heart: str) -> None:
    found = [(v.name, v.gender, v.languages[0]) for v in kokoro.voices()]
    assert found == [
        ("af_heart", "female", "en-us"),
        ("bm_george", "male", "en-gb"),
        ("ff_siwis", "female", "fr-fr"),
    ]
    slow, fast = (kokoro.speak(TEXT, heart, Manner(rate=rate)) for rate in (1.0, 1.25))
    assert slow.rate == 24_000 and slow.seconds > 0.1
    assert slow.seconds > 1.1 * fast.seconds
    with pytest.raises(RenderError, match="Kokoro's voice af_gone failed"):
        kokoro.speak(TEXT, "af_gone", Manner())
