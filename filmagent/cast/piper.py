"""Piper, when it is installed: small neural voices in forty languages.

The package is ``pip install piper-tts``; a voice is two files, ``NAME.onnx`` and
``NAME.onnx.json``, in the voices folder (``python -m piper.download_voices NAME`` fetches them).
"""

from __future__ import annotations

import json
import threading
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from filmagent.cast.engine import Manner, folder
from filmagent.cast.recording import Recording
from filmagent.documents import VoiceEntry
from filmagent.documents.breakdown import Gender
from filmagent.errors import RenderError

NAME = "piper"
_GENDERS: dict[str, Gender] = {
    # Piper's files do not say; these are its English speakers, by its own samples
    "amy": "female", "kathleen": "female", "kristin": "female", "hfc_female": "female",
    "ljspeech": "female", "alba": "female", "cori": "female", "jenny_dioco": "female",
    "southern_english_female": "female", "lessac": "female",
    "ryan": "male", "joe": "male", "john": "male", "bryce": "male", "danny": "male",
    "norman": "male", "hfc_male": "male", "kusal": "male", "alan": "male",
    "northern_english_male": "male",
}  # fmt: skip
_LOCK = threading.Lock()


def voices() -> tuple[VoiceEntry, ...]:
    """Piper's voices in the voices folder."""
    home = folder()
    if not home.is_dir() or find_spec("piper") is None:
        return ()
    return tuple(
        VoiceEntry(
            engine=NAME,
            name=path.stem,
            gender=_GENDERS.get(_speaker(path.stem), "unknown"),
            languages=_languages(path),
        )
        for path in sorted(home.glob("*.onnx"))
        if path.with_name(f"{path.name}.json").is_file()
    )


def bends(name: str) -> bool:
    """Piper has no setting for pitch."""
    return False


def speak(text: str, name: str, manner: Manner) -> Recording:
    """Say a text; Piper does not time its phones.

    Parameters
    ----------
    text
        In the voice's language.
    name
        The stem of its files: ``en_US-lessac-medium``.
    manner
        The rate is followed.

    Raises
    ------
    RenderError
        If the voice is not there, or fails.
    """
    from piper.config import SynthesisConfig

    try:
        with _LOCK:
            voice = _loaded(folder() / f"{name}.onnx")
            # no noise in durations or sound: the same line is the same file
            manner_of_piper = SynthesisConfig(
                length_scale=voice.config.length_scale / manner.rate,
                noise_scale=0.0,
                noise_w_scale=0.0,
            )
            pieces = [
                np.asarray(chunk.audio_float_array, np.float64)
                for chunk in voice.synthesize(text, manner_of_piper)
            ]
    except Exception as error:
        # whatever onnxruntime throws: there is no family of errors to catch
        raise RenderError(
            f"Piper's voice {name} failed ({_short(error)}); download it again with "
            f"`python -m piper.download_voices {name}`, or choose another."
        ) from None
    return Recording(np.concatenate(pieces or [np.zeros(0)]), int(voice.config.sample_rate))


@cache
def _loaded(path: Path) -> Any:
    from piper import PiperVoice

    return PiperVoice.load(path)


def _speaker(name: str) -> str:
    """``lessac`` of ``en_US-lessac-medium``."""
    parts = name.split("-")
    return parts[1] if len(parts) > 1 else ""


def _languages(path: Path) -> list[str]:
    code = path.stem.partition("-")[0]
    try:
        kept = json.loads(path.with_name(f"{path.name}.json").read_text("utf-8"))
        code = kept.get("language", {}).get("code", code)
    except (OSError, ValueError, AttributeError):
        # a damaged description is found out when the voice is loaded
        pass
    full = code.lower().replace("_", "-")
    family = {"zh": "cmn", "no": "nb"}.get(full.partition("-")[0], full.partition("-")[0])
    return list(dict.fromkeys([full, full.partition("-")[0], family]))


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__
