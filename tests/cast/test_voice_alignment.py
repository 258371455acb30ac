"""Any sound gets its phones: by a recogniser that knows the words, else by espeak's own times."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import pairwise

import numpy as np
import pytest

from filmagent.cast import espeak, flite, forced, lexicon, timed, warping
from filmagent.cast.engine import Manner
from filmagent.cast.recording import Recording
from filmagent.documents import Phone, Word
from filmagent.errors import RenderError

LINES = (
    "You kept me waiting, and I almost missed the bus.",
    "Nobody told me about the garden, or about Zorblax's 300 ice-creams.",
)


def untimed(recording: Recording) -> Recording:
    return Recording(recording.samples, recording.rate)


def apart(ours: list[Phone], known: list[Phone]) -> list[float]:
    """Seconds between the beginnings of the phones that both have."""
    a, b = ([p for p in side if p.phone != "pau"] for side in (ours, known))
    same = {"ax": "ah", "axr": "er", "ix": "ih"}
    names = [[same.get(p.phone, p.phone) for p in side] for side in (a, b)]
    blocks = SequenceMatcher(None, *names, autojunk=False).get_matching_blocks()
    return [abs(a[m.a + k].start - b[m.b + k].start) for m in blocks for k in range(m.size)]


@pytest.mark.skipif(flite.program() is None, reason="flite says when it says what")
def test_the_recogniser_finds_phones_to_15_ms_where_they_are() -> None:
    errors: list[float] = []
    for text, name in zip(LINES, ("rms", "slt"), strict=True):
        said = flite.speak(text, name, Manner())
        found = forced.align(untimed(said), text)
        assert [w.text for w in found.words] == text.split()
        assert all(x.end <= y.start + 1e-9 for x, y in pairwise(found.words))
        errors += apart(found.phones, said.phones)
    assert len(errors) > 50
    assert np.median(errors) < 0.015 and np.percentile(errors, 95) < 0.05


@pytest.mark.skipif(flite.program() is None, reason="flite says when it says what")
def test_no_line_hears_what_another_left_behind() -> None:
    said = [flite.speak(text, "rms", Manner()) for text in LINES]
    alone = forced.align(untimed(said[0]), LINES[0])
    forced.align(untimed(said[1]), LINES[1])
    assert forced.align(untimed(said[0]), LINES[0]).phones == alone.phones


@pytest.mark.parametrize(
    "sound", [np.zeros(32_000), np.random.default_rng(1).normal(0, 0.1, 32_000)]
)
def test_sound_without_the_words_is_refused(sound: np.ndarray) -> None:
    with pytest.raises(forced.Unaligned):
        forced.align(Recording(sound, 16_000), LINES[0])


def test_english_words_are_looked_up_and_strange_ones_spelt() -> None:
    hello, possessive, compound, strange, mixed = lexicon.pronounced(
        ["Hello,", "“Nobody’s", "ice-cream", "Zorblax", "read"]
    )
    assert ["hh", "ah", "l", "ow"] in hello
    assert possessive[0][-1] == "z"
    assert compound == [["ay", "s", "k", "r", "iy", "m"]]
    assert strange[0][0] == "z" and strange[0][-2:] == ["k", "s"]
    assert {way[1] for way in mixed} == {"eh", "iy"}, "said in two ways"


def test_without_espeak_a_strange_word_lies_between_its_neighbours(monkeypatch) -> None:
    def gone(*_: object) -> list[list[str]]:
        raise RenderError("gone")

    said = espeak.speak("Tell my friend Zorblax about it.", "en-us+m3", Manner())
    monkeypatch.setattr(espeak, "spell", gone)
    words = forced.align(untimed(said), "Tell my friend Zorblax about it.").words
    friend, strange, about = words[2:5]
    assert friend.end == strange.start <= strange.end == about.start


@pytest.mark.parametrize(
    ("language", "other", "text"),
    [
        ("fr", "fr-fr+f2", "Je ne sais pas où elle est allée hier soir."),
        ("de", "de+m1", "Niemand hat mir etwas davon gesagt."),
    ],
)
def test_other_languages_are_timed_by_espeaks_own_times(
    language: str, other: str, text: str
) -> None:
    said = espeak.speak(text, other, Manner(semitones=-2, rate=1.2))
    found, note = timed.timed(untimed(said), text, language)
    assert "another voice" in note
    assert np.median(apart(found.phones, said.phones)) < 0.04
    assert [w.text for w in found.words] == text.split()


def test_times_are_laid_over_a_recording_that_goes_slower_and_pauses() -> None:
    rng = np.random.default_rng(3)

    def vowel(hertz: float, seconds: float) -> np.ndarray:
        t = np.arange(int(seconds * 16_000)) / 16_000
        return 0.3 * np.sin(2 * np.pi * hertz * t) + rng.normal(0, 1e-3, len(t))

    known = Recording(
        np.concatenate([vowel(300, 0.3), vowel(2500, 0.3)]),
        16_000,
        [Phone(phone="uw", start=0, end=0.3), Phone(phone="s", start=0.3, end=0.6)],
        [Word(text="use", start=0, end=0.6)],
    )
    slow = Recording(np.concatenate([vowel(300, 0.9), vowel(2500, 0.4)]), 16_000)
    first, second = warping.warp(known, slow).phones
    assert first.end == second.start == pytest.approx(0.9, abs=0.03)


def test_what_cannot_be_timed_keeps_its_words_and_says_so(monkeypatch) -> None:
    monkeypatch.setattr(espeak, "installed", lambda: None)
    found, note = timed.timed(Recording(np.ones(16_000), 16_000), "Où es-tu ?", "fr")
    assert [w.text for w in found.words] == ["Où", "es-tu"] and found.phones == []
    assert "by their letters" in note
