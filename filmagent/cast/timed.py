"""Phones and words for a recording that came without: the recogniser first, then espeak's own."""

from __future__ import annotations

from filmagent.cast import espeak, forced, warping
from filmagent.cast.engine import Manner
from filmagent.cast.recording import Recording
from filmagent.documents import Word
from filmagent.errors import RenderError


def timed(recording: Recording, text: str, language: str) -> tuple[Recording, str]:
    """The recording with its phones and words, and what is to be known about their times.

    Parameters
    ----------
    recording
        Of any engine or person.
    text
        What is said in it.
    language
        ``en``, ``fr``, ``pt-br`` …

    Returns
    -------
    recording, note
        The note is "" where a recogniser of the language found the phones.
    """
    why = ""
    if language.split("-")[0] == "en":
        try:
            return forced.align(recording, text), ""
        except forced.Unaligned as error:
            why = f" ({error})"
    try:
        known = espeak.speak(text, _speaker(language), Manner())
    except RenderError as error:
        return _evenly(recording, text), f"its words are timed by their letters ({error})"
    if not known.phones:
        return _evenly(recording, text), f"its words are timed by their letters{why}"
    return warping.warp(known, recording), f"its phones are timed by another voice's{why}"


def _speaker(language: str) -> str:
    """espeak's voice for a language; one that it lacks goes by its family, then as English."""
    names = espeak.languages()
    if language == "en":
        return "en-us"
    for code in (language, language.split("-")[0]):
        for name, answers in names.items():
            if code == name or code in answers:
                return name
    return "en-us"


def _evenly(recording: Recording, text: str) -> Recording:
    words, at = [], 0.0
    texts = [t for t in text.split() if any(c.isalnum() for c in t)]
    letters = sum(len(t) for t in texts)
    for token in texts:
        end = at + recording.seconds * len(token) / letters
        words.append(Word(text=token, start=at, end=end))
        at = end
    return Recording(recording.samples, recording.rate, [], words)
