"""Forced alignment: what was said is known, and is found in the sound, phone by phone.

pocketsphinx (BSD) hears with its own US-English model. It is told the words; a Viterbi search
says where their phones are. Every line has a recogniser of its own, with a dictionary of just its
words: it takes a twentieth of a second, needs no lock, and no line hears what another left behind.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from filmagent.cast import lexicon
from filmagent.cast.flite import spoken_words
from filmagent.cast.recording import Recording, Samples, heard_until, resampled
from filmagent.documents import Phone, Word

HERTZ = 16_000
FRAME = 0.010
CENTRE = 0.0128 - FRAME / 2
"""A frame is heard through a window of 25.6 ms, so what changes between two frames changes this
much after the later one's nominal start."""
_PAD = 0.15
"""Seconds of hush put before and after: the search begins and ends in silence."""


class Unaligned(Exception):
    """The words were not found in the sound; the message says why, as the end of a sentence."""


def align(recording: Recording, text: str) -> Recording:
    """The recording with the times of its phones and words.

    Parameters
    ----------
    recording
        English speech at any rate.
    text
        What is said in it.

    Raises
    ------
    Unaligned
        If there is nothing to align, or the sound is not of these words.
    """
    if find_spec("pocketsphinx") is None:
        raise Unaligned("pocketsphinx is not installed")
    words = spoken_words(text)
    ways = lexicon.pronounced(words)
    if not any(ways):
        raise Unaligned("nobody knows how its words are pronounced")
    # numbered names: a word that comes twice may be said in two ways
    names = {f"w{k}": options for k, options in enumerate(ways) if options}
    heard = _hushed(_search(_pcm(recording), names), recording)
    return Recording(
        recording.samples,
        recording.rate,
        _phones(heard, recording.seconds),
        _words(words, names, heard, recording.seconds),
    )


def _pcm(recording: Recording) -> bytes:
    samples = resampled(recording.samples, recording.rate, to=HERTZ)
    # exact zeros have no logarithm; the hush is the same every time
    hush = np.random.default_rng(0).normal(0.0, 1e-4, (2, int(_PAD * HERTZ)))
    loudest = float(np.abs(samples).max()) or 1.0
    whole: Samples = np.concatenate([hush[0], samples * (0.7 / loudest), hush[1]])
    return bytes(np.round(whole * 32767).astype("<i2").tobytes())


def _search(pcm: bytes, names: dict[str, list[list[str]]]) -> list[tuple[str, str, float, float]]:
    """(word, phone, start, end) of everything heard, silences included."""
    with tempfile.TemporaryDirectory(prefix="filmagent-align-") as home:
        listing = Path(home) / "words.dict"
        listing.write_text(_listed(names), "ascii")
        decoder = _decoder(listing)
    try:
        decoder.set_align_text(" ".join(names))
        _hear(decoder, pcm)
        if decoder.hyp() is None:
            raise Unaligned("its words are not heard in it")
        decoder.set_alignment()
        _hear(decoder, pcm)
        found = [
            (word.name.partition("(")[0], phone.name.lower(), phone.start, phone.duration)
            for word in decoder.get_alignment()
            for phone in word
        ]
    except RuntimeError:
        raise Unaligned("its words are not heard in it") from None
    offset = CENTRE - _PAD
    return [
        (word, phone, at * FRAME + offset, (at + length) * FRAME + offset)
        for word, phone, at, length in found
    ]


def _decoder(listing: Path) -> Any:
    from pocketsphinx import Decoder

    return Decoder(
        samprate=HERTZ, dict=str(listing), lm=None, cmn="batch", bestpath=False, loglevel="FATAL"
    )


def _hear(decoder: Any, pcm: bytes) -> None:
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()


def _listed(names: dict[str, list[list[str]]]) -> str:
    return "".join(
        f"{name}{f'({k + 1})' if k else ''} {' '.join(way).upper()}\n"
        for name, ways in names.items()
        for k, way in enumerate(ways)
    )


def _hushed(
    heard: Sequence[tuple[str, str, float, float]], recording: Recording
) -> list[tuple[str, str, float, float]]:
    """The same with sounds before a silence ended where they are no longer heard.

    The search would rather lengthen a last vowel into its room than call the room a silence.
    """
    ended: list[tuple[str, str, float, float]] = []
    for k, (word, phone, start, end) in enumerate(heard):
        last = k + 1 == len(heard) or not _spoken(heard[k + 1][0])
        if _spoken(word) and last and 0 <= start < end <= recording.seconds:
            fallen = heard_until(recording.samples, recording.rate, start, end)
            ended.append((word, phone, start, fallen))
            ended.append(("", "sil", fallen, end))
        else:
            ended.append((word, phone, start, end))
    return ended


def _spoken(word: str) -> bool:
    """Whether it is one of the numbered words, and no silence or noise."""
    return word.startswith("w")


def _phones(heard: Sequence[tuple[str, str, float, float]], seconds: float) -> list[Phone]:
    phones: list[Phone] = []
    for word, name, start, end in heard:
        start, end = (min(max(t, 0.0), seconds) for t in (start, end))
        phone = name if _spoken(word) else "pau"
        if end <= start:
            continue
        if phone == "pau" and phones and phones[-1].phone == "pau":
            phones[-1] = phones[-1].model_copy(update={"end": end})
        else:
            phones.append(Phone(phone=phone, start=start, end=end))
    return phones


def _words(
    texts: Sequence[str],
    names: dict[str, list[list[str]]],
    heard: Sequence[tuple[str, str, float, float]],
    seconds: float,
) -> list[Word]:
    """Every word's time; one that nobody could pronounce lies between its neighbours."""
    times: dict[str, tuple[float, float]] = {}
    for name, _, start, end in heard:
        if name in names:
            first, _ = times.get(name, (start, end))
            times[name] = (min(max(first, 0.0), seconds), min(max(end, 0.0), seconds))
    words: list[Word] = []
    for k, text in enumerate(texts):
        before = words[-1].end if words else 0.0
        following = (times[f"w{i}"][0] for i in range(k + 1, len(texts)) if f"w{i}" in times)
        start, end = times.get(f"w{k}") or (before, max(before, next(following, seconds)))
        words.append(Word(text=text, start=start, end=end))
    return words
