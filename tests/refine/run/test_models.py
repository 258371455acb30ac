"""A model is known by what decides its pictures, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from filmagent.errors import InputError
from filmagent.refine.run.kinds import KINDS, fingerprint, kind_of
from filmagent.refine.run.models import Asked, Later, Local, look_at


@pytest.fixture
def found(tmp_path: Path) -> Any:
    """A folder of a model, as far as a fingerprint looks."""
    (tmp_path / "transformer").mkdir()
    (tmp_path / "model_index.json").write_text("{}")
    weights = bytearray(range(256)) * 4096
    (tmp_path / "transformer" / "weights.safetensors").write_bytes(weights)
    return SimpleNamespace(folder=tmp_path, name="WanVACEPipeline", parts={})


def test_other_weights_settings_or_windows_are_another_model(found: Any) -> None:
    first = fingerprint(found, window=None)
    assert fingerprint(found, window=None) == first != fingerprint(found, window=33)
    path = found.folder / "transformer" / "weights.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    second = fingerprint(found, window=None)
    (found.folder / "model_index.json").write_text("{ }")
    assert len({first, second, fingerprint(found, window=None)}) == 3


def test_where_a_model_works_changes_nothing_and_what_it_has_learned_does(
    found: Any, tmp_path: Path
) -> None:
    def model(loras: dict[str, Path] | None = None, **loading: object) -> str:
        asked = Asked("vace", model="x", loras=loras or {}, loading=loading)
        return Local(asked, KINDS["vace"], found).fingerprint

    plain = model(device="cpu", dtype="bfloat16")
    assert model(device="cuda", offload="model", dtype="bfloat16") == plain
    assert model(device="cpu", dtype="float32") != plain
    lora = tmp_path / "mara.safetensors"
    lora.write_bytes(b"one")
    worn = model({"mara": lora}, device="cpu", dtype="bfloat16")
    lora.write_bytes(b"two")
    assert len({plain, worn, model({"mara": lora}, device="cpu", dtype="bfloat16")}) == 3


def test_a_model_is_opened_only_when_something_is_painted() -> None:
    opened = []

    class Painter:
        capabilities, fingerprint = None, "f"

        def paint(self, *words: object) -> Iterator[int]:
            yield 1

    def open() -> Any:
        opened.append(1)
        return Painter()

    later = Later("f", open)
    assert later.fingerprint == "f" and not opened
    assert list(later.paint(None, None, "", lambda done: None)) == [1]  # type: ignore[arg-type]
    assert later.capabilities is None and opened == [1]


def test_a_kind_that_is_not_there_and_a_server_without_a_workflow_are_said() -> None:
    with pytest.raises(InputError, match='no video model "sora"; there are vace, ltx'):
        kind_of("sora")
    with pytest.raises(InputError, match="needs --url"):
        look_at(Asked("server", url="http://localhost:8188"))
