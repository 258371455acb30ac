"""Voices: which there are on this machine, and a line said by one of them."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path

from filmagent.cast import espeak, flite, recording
from filmagent.cast.recording import Recording
from filmagent.documents import Beat, LineReading, SpokenLine, Voice, VoiceEntry, Word
from filmagent.errors import RenderError

LOG = logging.getLogger(__name__)

_ENGINES: dict[str, Callable[[str, str, float, float, float], Recording]] = {
    "flite": flite.speak,
    "espeak": espeak.speak,
}

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

_SCRIPTS: dict[str, str] = {
    "CYRILLIC": "ru",
    "GREEK": "el",
    "HEBREW": "he",
    "ARABIC": "ar",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "HANGUL": "ko",
    "CJK": "cmn",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "THAI": "th",
    "ETHIOPIC": "am",
    "MYANMAR": "my",
    "SINHALA": "si",
}

_WRITTEN: dict[str, frozenset[str]] = {
    "CYRILLIC": frozenset(["ru", "uk", "bg", "be", "mk", "sr", "kk", "ky", "tt", "ba", "cv", "mn"]),
    "ARABIC": frozenset(["ar", "fa", "ur", "sd", "ug", "ku"]),
    "DEVANAGARI": frozenset(["hi", "mr", "ne", "kok"]),
    "HEBREW": frozenset({"he", "yi"}),
    "BENGALI": frozenset({"bn", "as", "bpy"}),
    "CJK": frozenset({"cmn", "zh", "yue", "hak", "ja"}),
    "GREEK": frozenset({"el", "grc"}),
    "ETHIOPIC": frozenset({"am", "ti"}),
}

_WORDS_A_SECOND, _CJK_A_SECOND, _MARGIN = 3.75, 4.5, 1.2


@cache
def _listed() -> tuple[VoiceEntry, ...]:
    return flite.voices() + espeak.voices()


def voices() -> list[VoiceEntry]:
    """Every voice this machine can speak with, the best first."""
    return list(_listed())


def speak(beat: Beat, voice: Voice | None, reading: LineReading | None, wav: Path) -> SpokenLine:
    """Say a beat's line.

    Parameters
    ----------
    beat
        A beat of kind ``line``.
    voice
        The character's voice; None says nothing and estimates.
    reading
        Emotion and energy; None is neutral.
    wav
        Written as 48 kHz mono 16-bit PCM. Not written when no voice can say the line.

    Returns
    -------
    SpokenLine
        Words and phones with measured times. ``wav`` is "" and ``note`` says why where nobody
        could say it; the length is then what reading it aloud would take.
    """
    text = beat.text.strip()
    if not any(c.isalnum() for c in text):
        return _silent(beat, text, "the line has no words")
    if voice is None:
        return _silent(beat, text, "its speaker has no voice")
    chosen, note = _able(text, voice)
    if chosen is None:
        return _silent(beat, text, note)
    energy = 0.5 if reading is None else reading.energy
    semitones, rate, liveliness = _FEELING["neutral" if reading is None else reading.emotion]
    strength = 0.6 + 0.8 * energy
    total = chosen.pitch + semitones * strength + 1.5 * (energy - 0.5)
    fixed = chosen.engine == "flite" and chosen.name in flite.FIXED_PITCH
    moved = total if fixed else chosen.pitch * _THROAT
    throat = 2 ** (moved / 12)
    pace = chosen.rate * rate * (0.94 + 0.12 * energy)
    try:
        said = _ENGINES[chosen.engine](
            text,
            chosen.name,
            total - moved,
            pace / throat,
            liveliness * (0.75 + 0.5 * energy),
        )
        if not said.phones:
            return _silent(beat, text, f"the voice {chosen.name} cannot say it")
        line = recording.master(said, gain_db=8.0 * (energy - 0.5), formant=throat)
    except RenderError as error:
        LOG.warning("beat %s: %s", beat.id, error)
        return _silent(beat, text, str(error))
    recording.write(line, wav)
    return SpokenLine(
        beat=beat.id,
        actor=beat.speaker or "",
        text=text,
        wav=str(wav),
        seconds=line.seconds,
        words=line.words,
        phones=line.phones,
        note=note,
    )


def _able(text: str, voice: Voice) -> tuple[Voice | None, str]:
    """A voice on this machine that can say the text, and what to tell the user."""
    script = _script(text)
    mine = _entry(voice)
    if mine is not None and (script == "LATIN" or _reads(mine, script)):
        return voice, ""
    gender = mine.gender if mine is not None else "unknown"
    # an espeak name says its language even where that voice is not installed
    language = voice.name.partition("+")[0].split("-")[0] if voice.engine == "espeak" else "en"
    wanted = language if script == "LATIN" else _SCRIPTS.get(script, "")
    for entry in _listed():
        if wanted in entry.languages and gender in (entry.gender, "unknown"):
            other = voice.model_copy(update={"engine": entry.engine, "name": entry.name})
            return other, (
                f"the voice {voice.name} cannot say it here; {entry.name} ({entry.engine}) does"
            )
    return None, f"no voice on this machine reads {script.title()} script; it is subtitled"


def _entry(voice: Voice) -> VoiceEntry | None:
    for entry in _listed():
        if (entry.engine, entry.name) == (voice.engine, voice.name):
            return entry
    return None


def _reads(entry: VoiceEntry, script: str) -> bool:
    able = _WRITTEN.get(script, frozenset({_SCRIPTS.get(script, "")}))
    return any(code.split("-")[0] in able for code in entry.languages)


def _script(text: str) -> str:
    """The script most letters of a text are in: ``LATIN``, ``CYRILLIC``, ``CJK`` …"""
    counts: dict[str, int] = {}
    for letter in text:
        if letter.isalpha():
            name = unicodedata.name(letter, "LATIN").split()[0].split("-")[0]
            counts[name] = counts.get(name, 0) + 1
    if counts.get("HIRAGANA") or counts.get("KATAKANA"):
        return "HIRAGANA"
    return max(sorted(counts), key=lambda k: counts[k]) if counts else "LATIN"


def _silent(beat: Beat, text: str, note: str) -> SpokenLine:
    wide = sum(unicodedata.east_asian_width(c) in "WF" and c.isalnum() for c in text)
    tokens = text.split()
    narrow = sum(
        any(c.isalnum() and unicodedata.east_asian_width(c) not in "WF" for c in t) for t in tokens
    )
    seconds = max(0.4, (narrow / _WORDS_A_SECOND + wide / _CJK_A_SECOND) * _MARGIN)
    words, at, letters = [], 0.0, max(1, sum(len(t) for t in tokens))
    for token in tokens:
        length = seconds * len(token) / letters
        words.append(Word(text=token, start=at, end=at + length))
        at += length
    return SpokenLine(
        beat=beat.id,
        actor=beat.speaker or "",
        text=text,
        wav="",
        seconds=seconds,
        words=words,
        note=note,
    )
