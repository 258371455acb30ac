"""Kokoro, when it is installed: fifty neural voices of one small model.

The package is ``pip install kokoro-onnx``; its two files, ``kokoro*.onnx`` and ``voices*.bin``, lie
in the voices folder. They hold arrays and a graph, no pickle.
"""

from __future__ import annotations

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

NAME = "kokoro"
_LANGUAGES: dict[str, tuple[str, list[str]]] = {
    # first letter of a voice's name: what its phones are asked of espeak in, what it speaks
    "a": ("en-us", ["en-us", "en"]),
    "b": ("en-gb", ["en-gb", "en"]),
    "e": ("es", ["es"]),
    "f": ("fr-fr", ["fr-fr", "fr"]),
    "h": ("hi", ["hi"]),
    "i": ("it", ["it"]),
    "j": ("ja", ["ja"]),
    "p": ("pt-br", ["pt-br", "pt"]),
    "z": ("cmn", ["cmn", "zh"]),
}
_GENDERS: dict[str, Gender] = {"f": "female", "m": "male"}
_BEST = ("af_heart", "am_michael", "af_bella", "am_fenrir", "bf_emma", "bm_george")
"""The voices its makers grade highest, women and men in turn."""
_SLOWEST, _FASTEST = 0.5, 2.0
_LOCK = threading.Lock()


def voices() -> tuple[VoiceEntry, ...]:
    """Kokoro's voices, the best first; none unless package, model and voices are there."""
    files = _files()
    if files is None or find_spec("kokoro_onnx") is None:
        return ()
    try:
        with np.load(files[1], allow_pickle=False) as kept:
            names = [str(name) for name in kept.files]
    except (OSError, ValueError, EOFError):
        # a file that is no archive of arrays holds no voices
        return ()
    known = [n for n in names if n[:1] in _LANGUAGES and n[1:2] in _GENDERS and n[2:3] == "_"]
    rank = {name: place for place, name in enumerate(_BEST)}
    return tuple(
        VoiceEntry(
            engine=NAME,
            name=name,
            gender=_GENDERS[name[1]],
            languages=_LANGUAGES[name[0]][1],
        )
        for name in sorted(known, key=lambda n: (rank.get(n, len(rank)), n))
    )


def bends(name: str) -> bool:
    """Kokoro has no setting for pitch."""
    return False


def speak(text: str, name: str, manner: Manner) -> Recording:
    """Say a text; its phones are not timed.

    Parameters
    ----------
    text
        In the voice's language.
    name
        ``af_heart``: accent, gender, name.
    manner
        The rate is followed, between half and twice the voice's own.

    Raises
    ------
    RenderError
        If the voice is not there, or fails.
    """
    files = _files()
    if files is None:
        raise RenderError(
            f"Kokoro's model is not in {folder()}; put kokoro-v1.0.onnx and voices-v1.0.bin there."
        )
    try:
        with _LOCK:
            samples, rate = _loaded(*files).create(
                text,
                voice=name,
                speed=min(max(manner.rate, _SLOWEST), _FASTEST),
                lang=_LANGUAGES[name[0]][0],
            )
    except Exception as error:
        # whatever onnxruntime throws: there is no family of errors to catch
        said = " ".join(str(error).split())[:160] or type(error).__name__
        raise RenderError(
            f"Kokoro's voice {name} failed ({said}); choose another with `filmagent list voices`."
        ) from None
    return Recording(np.asarray(samples, np.float64), int(rate))


def _files() -> tuple[Path, Path] | None:
    """The newest model and voices in the voices folder."""
    home = folder()
    models, styles = sorted(home.glob("kokoro*.onnx")), sorted(home.glob("voices*.bin"))
    return (models[-1], styles[-1]) if models and styles else None


@cache
def _loaded(model: Path, styles: Path) -> Any:
    from kokoro_onnx import Kokoro

    return Kokoro(str(model), str(styles))
