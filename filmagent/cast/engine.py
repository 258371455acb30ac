"""What a voice engine is: it lists its voices and says a text by one of them.

=================  ==========================================================================
`cast.kokoro`      Kokoro's onnx model, where the package and its files are installed
`cast.piper`       Piper's voices in the voices folder, where the package is installed
`cast.flite`       flite, with phone times of its own
`cast.espeak`      espeak-ng in a process of its own, with phone times of its own
`cast.speech`      a server that speaks OpenAI's ``audio.speech``, named by a film
=================  ==========================================================================

An engine is a module or an object: whatever has these three functions.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from filmagent.cast.recording import Recording
from filmagent.documents import VoiceEntry

VOICES = "FILMAGENT_VOICES"
"""The environment's name for the folder of downloaded voices."""


@dataclass(frozen=True)
class Manner:
    """How a line is said. An engine does what it can of it and leaves out the rest."""

    semitones: float = 0.0
    """Pitch against the voice's own."""
    rate: float = 1.0
    """1.1 is ten per cent faster."""
    liveliness: float = 1.0
    """Range of the melody; 1 is the voice's own."""
    emotion: str = "neutral"
    energy: float = 0.5
    """0 whispers, 1 shouts."""


class Engine(Protocol):
    """Somebody who can speak."""

    def voices(self) -> tuple[VoiceEntry, ...]:
        """Its voices on this machine, the best first; none where it is not installed."""
        ...

    def bends(self, name: str) -> bool:
        """Whether a voice follows `Manner.semitones`; otherwise its throat is made smaller."""
        ...

    def speak(self, text: str, name: str, manner: Manner) -> Recording:
        """Say a text; phones and words stay empty where the engine does not time them.

        Raises
        ------
        RenderError
            In one sentence, if it cannot.
        """
        ...


def folder() -> Path:
    """Where voices that people download are kept: ``FILMAGENT_VOICES``, else the data folder."""
    own = os.environ.get(VOICES)
    if own:
        return Path(own)
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(home) / "filmagent" / "voices"
