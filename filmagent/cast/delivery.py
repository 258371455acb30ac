"""How a character's voice and a line's reading become the manner in which an engine speaks."""

from __future__ import annotations

from filmagent.cast.engine import Manner
from filmagent.documents import LineReading, Voice

_FEELING: dict[str, tuple[float, float, float]] = {
    # semitones, rate, liveliness of the melody
    "neutral": (0.0, 1.0, 1.0),
    "happy": (1.0, 1.04, 1.3),
    "sad": (-1.0, 0.9, 0.7),
    "angry": (0.8, 1.06, 1.35),
    "afraid": (1.6, 1.08, 1.1),
    "surprised": (1.8, 1.02, 1.5),
    "disgusted": (-0.6, 0.95, 0.9),
}

_THROAT = 0.4
"""Share of a character's pitch that is the size of the throat: it moves the formants as well."""


def delivered(voice: Voice, reading: LineReading | None, bends: bool) -> tuple[Manner, float]:
    """The manner of a line, and the size of its speaker's throat.

    Parameters
    ----------
    voice
        The character's.
    reading
        Emotion and energy; None is neutral.
    bends
        Whether the engine can raise this voice's pitch; the throat does it all where not.

    Returns
    -------
    manner, throat
        The throat is the speed at which the engine's sound is played: 1.05 makes it five per cent
        smaller. The manner's rate makes up for what that takes from the line's length.
    """
    energy = 0.5 if reading is None else reading.energy
    emotion = "neutral" if reading is None else reading.emotion
    semitones, rate, liveliness = _FEELING[emotion]
    total = voice.pitch + semitones * (0.6 + 0.8 * energy) + 1.5 * (energy - 0.5)
    moved = voice.pitch * _THROAT if bends else total
    throat = 2 ** (moved / 12)
    pace = voice.rate * rate * (0.94 + 0.12 * energy)
    manner = Manner(
        total - moved, pace / throat, liveliness * (0.75 + 0.5 * energy), emotion, energy
    )
    return manner, throat


def gain(reading: LineReading | None) -> float:
    """Decibels that a line is louder than one of medium energy."""
    return 0.0 if reading is None else 8.0 * (reading.energy - 0.5)
