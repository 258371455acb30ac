"""LoRAs of characters: small weights that know one face, worn only in the shots it is in.

>>> worn = Loras(backend.pipeline, {"MARA": Lora(Path("mara.safetensors"), word="m4ra")})
...                                                                       # doctest: +SKIP
>>> with worn.wearing(["MARA", "JONAS"]):                                 # doctest: +SKIP
...     paint(shot)

E. Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", ICLR 2022. Files are safetensors
as diffusers reads them; all are looked at before any is loaded, and no pickle ever is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from filmagent.errors import InputError
from filmagent.refine.video.folder import PICKLES
from filmagent.refine.video.packages import need

_ENDING = ".safetensors"


@dataclass(frozen=True)
class Lora:
    """What a character's LoRA is."""

    path: Path
    strength: float = 1.0
    """1 as trained."""
    word: str = ""
    """What it was trained to call them; prompts of their shots name it."""


class Loras:
    """The LoRAs of a film's characters, on a pipeline.

    Parameters
    ----------
    pipeline
        Whose transformer they change; nobody's is worn at first.
    characters
        By character, as shots name them.

    Raises
    ------
    InputError
        If a file is missing, damaged, a pickle, or of another model.
    MissingDependency
        If peft is not installed.
    """

    def __init__(self, pipeline: Any, characters: Mapping[str, Lora]) -> None:
        for who, lora in characters.items():
            check(lora, who)
        self._pipeline, self._characters = pipeline, dict(sorted(characters.items()))
        self._names = {who: f"character_{n}" for n, who in enumerate(self._characters)}
        if not self._characters:
            return
        need("peft")
        for who, lora in self._characters.items():
            self._load(who, lora)
        pipeline.disable_lora()

    @property
    def fingerprint(self) -> str:
        """A hash of what they are."""
        digest = blake2b(digest_size=16)
        for who, lora in self._characters.items():
            digest.update(f"{who}\x1f{lora.strength}\x1f{lora.word}\x1f".encode())
            with lora.path.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        return digest.hexdigest()

    def words(self, who: Iterable[str]) -> list[str]:
        """What prompts of a shot with these people must name."""
        there = set(who)
        return [lo.word for name, lo in self._characters.items() if name in there and lo.word]

    @contextmanager
    def wearing(self, who: Iterable[str]) -> Iterator[None]:
        """Within it, the model knows these people; those without a LoRA do not count."""
        there = set(who)
        worn = [name for name in self._characters if name in there]
        if not worn:
            yield
            return
        self._pipeline.enable_lora()
        self._pipeline.set_adapters(
            [self._names[name] for name in worn],
            [self._characters[name].strength for name in worn],
        )
        try:
            yield
        finally:
            self._pipeline.disable_lora()

    def _load(self, who: str, lora: Lora) -> None:
        told: dict[str, Any] = {
            "weight_name": lora.path.name,
            "adapter_name": self._names[who],
            "local_files_only": True,
            "use_safetensors": True,
        }
        both = getattr(self._pipeline, "transformer_2", None) is not None
        try:
            self._pipeline.load_lora_weights(str(lora.path.parent), **told)
            if both:
                # a model whose high and low noise have a transformer each
                self._pipeline.load_lora_weights(
                    str(lora.path.parent), load_into_transformer_2=True, **told
                )
        except (ValueError, RuntimeError, KeyError, OSError) as error:
            raise InputError(
                f"{lora.path} ({who}) does not fit {type(self._pipeline).__name__}: {_line(error)}"
            ) from error
        if self._names[who] not in _adapters(self._pipeline):
            raise InputError(
                f"{lora.path} ({who}) changes nothing of {type(self._pipeline).__name__}: it was "
                "trained for another model."
            )


def check(lora: Lora, who: str) -> None:
    """Look at a LoRA without loading it.

    Raises
    ------
    InputError
        If it is missing, damaged, a pickle, or no LoRA.
    """
    path = lora.path
    if not path.is_file():
        raise InputError(f"There is no LoRA {path} for {who}.")
    if path.suffix.lower() != _ENDING:
        hint = (
            " It is a pickle, which is never loaded: ask who made it for safetensors."
            if path.suffix.lower() in PICKLES
            else ""
        )
        raise InputError(f"The LoRA of {who} must be a {_ENDING} file, not {path.name}.{hint}")
    if not -2 <= lora.strength <= 2:
        raise InputError(f"The LoRA of {who} has strength {lora.strength:g}; take −2 to 2.")
    opened = need("safetensors").safe_open
    try:
        with opened(str(path), framework="pt") as weights:
            names = list(weights.keys())
    except Exception as error:
        # safetensors raises a class of its own that it does not export as stable
        raise InputError(f"{path} is damaged: {_line(error)}. Copy it again.") from error
    if not any("lora" in name.lower() for name in names):
        raise InputError(f"{path} is no LoRA: none of its {len(names)} tensors is one's.")


def _adapters(pipeline: Any) -> set[str]:
    known = pipeline.get_list_adapters()
    return {name for names in known.values() for name in names}


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]
