"""Faces: emotions come at their own pace, leave speech its mouth, and eyes blink as people's do."""

from __future__ import annotations

import numpy as np
import pytest
from lips import Lips

from filmagent.cast import face, lipsync
from filmagent.documents import Line, Mood, Phone
from filmagent.library import cast
from filmagent.library.bake import ARKIT

FELT = [name for name in face.feelings() if name != "neutral"]
T = np.arange(0, 24 * 8) / 24


def felt(emotion: str, energy: float = 0.7, seed: int = 1, end: float = 6.0) -> np.ndarray:
    return face.temper([Mood(start=1, end=end, emotion=emotion, energy=energy)], T, seed).face


def column(rows: np.ndarray, name: str) -> np.ndarray:
    return rows[:, ARKIT.index(name)]


def test_no_two_emotions_share_a_face():
    shapes = np.stack([face.feelings()[name].shapes(0.7) for name in FELT])
    for i in range(len(FELT)):
        for j in range(i):
            assert np.linalg.norm(shapes[i] - shapes[j]) > 0.9, (FELT[i], FELT[j])


@pytest.mark.parametrize("emotion", FELT)
def test_an_emotion_comes_and_goes_without_a_pop(emotion):
    rows = felt(emotion)
    assert np.abs(np.diff(rows, axis=0)).max() < 0.35
    assert np.abs(rows[T < 0.8]).max() == 0 and np.abs(rows[T > 7]).max() < 1e-6
    assert rows[(T > 2) & (T < 5)].max() > 0.45


def test_surprise_is_quicker_than_sorrow_and_does_not_last():
    def reached(emotion: str) -> float:
        size = np.linalg.norm(felt(emotion), axis=1)
        return float(T[np.argmax(size > 0.6 * size.max())])

    assert reached("surprised") < reached("sad") - 0.1
    size = np.linalg.norm(felt("surprised"), axis=1)
    assert size[(T > 5) & (T < 5.8)].mean() < 0.85 * size[(T > 1.2) & (T < 2)].max()


def test_a_held_face_is_never_a_mask():
    rows = felt("happy")[(T > 2) & (T < 5.5)]
    smile = column(rows, "mouthSmileLeft")
    assert 0.02 < smile.std() < 0.2
    assert not np.allclose(column(rows, "mouthSmileLeft"), column(rows, "mouthSmileRight"), 0.02)


def test_two_people_feel_alike_but_never_the_same():
    one, two = felt("angry", seed=1), felt("angry", seed=2)
    assert 0.05 < np.abs(one - two).max() < 0.6


def test_more_energy_is_another_face_not_only_a_stronger_one():
    angry = face.feelings()["angry"]
    tense, furious = angry.shapes(0.4), angry.shapes(1.0)
    press, teeth = ARKIT.index("mouthPressLeft"), ARKIT.index("mouthLowerDownLeft")
    assert tense[press] > 0.4 and tense[teeth] < 0.1, "cold anger presses its lips"
    assert furious[teeth] > 0.5, "rage bares its teeth"


@pytest.mark.parametrize("member", cast.names())
def test_everybodys_lips_meet_in_every_emotion(member):
    phones = [Phone(phone=p, start=0.1 * k, end=0.1 * k + 0.1)
              for k, p in enumerate(["aa", "p", "aa", "m", "iy", "f", "aa"])]  # fmt: skip
    lips = Lips(cast.load(member))
    still = np.zeros((1, len(ARKIT)))
    rest = lips.to_teeth(still)[0]
    assert lips.gap(still)[0] < 0.002, "a mouth at rest is shut"
    for emotion in FELT:
        line = Line(beat="1", actor="a", text="x", wav="", seconds=0.7, phones=phones, start=3.0,
                    end=3.7, emotion=emotion, energy=0.9)  # fmt: skip
        speech, owned = lipsync.mouth([line], T)
        rows = face.compose(speech, owned, felt(emotion, 0.9), np.zeros_like(speech))
        here = (T > 2.9) & (T < 3.8)
        gap, t = lips.gap(rows[here]), T[here]
        for k in (1, 3):
            near = (t > 3 + 0.1 * k - 1 / 24) & (t < 3.1 + 0.1 * k + 1 / 24)
            assert gap[near].min() < 0.002, (emotion, k)
        assert gap.max() > 0.004, "and the vowels are open"
        tucked = (t > 3.5 - 1 / 24) & (t < 3.6 + 1 / 24)
        assert lips.to_teeth(rows[here][tucked]).min() < 0.8 * rest, emotion


def test_a_smile_survives_speech():
    line = Line(beat="1", actor="a", text="x", wav="", seconds=0.6, start=3.0, end=3.6,
                phones=[Phone(phone="ah", start=0.0, end=0.6)])  # fmt: skip
    speech, owned = lipsync.mouth([line], T)
    happy = face.compose(speech, owned, felt("happy"), np.zeros_like(speech))
    plain = face.compose(speech, owned, np.zeros_like(speech), np.zeros_like(speech))
    said = (T > 3.1) & (T < 3.5)
    more = column(happy - plain, "mouthSmileLeft")[said]
    assert more.min() > 0.2


def test_people_blink_twelve_to_twenty_times_a_minute_each_at_their_own_times():
    t = np.arange(0, 24 * 240) / 24
    counts, starts = [], []
    for seed in range(6):
        shut = (
            face.blinks(t, list(np.arange(4.0, 240, 9)), list(np.arange(6.5, 240, 11)), seed) > 0.8
        )
        at = np.flatnonzero(np.diff(shut.astype(int)) == 1)
        counts.append(len(at) / 4)
        starts.append(at)
    assert 12 <= np.mean(counts) <= 20 and min(counts) > 10 and max(counts) < 23
    assert len(np.intersect1d(starts[0], starts[1])) < 0.5 * len(starts[0])


def test_blinks_fall_on_big_looks_and_ends_of_thoughts():
    t = np.arange(0, 24 * 240) / 24
    shifts = list(np.arange(4.0, 236, 8))
    shut = face.blinks(t, shifts, [], 3)
    met = [shut[(t > s - 0.05) & (t < s + 0.25)].max() > 0.8 for s in shifts]
    assert np.mean(met) > 0.6


def test_fear_blinks_more_than_anger():
    t = np.arange(0, 24 * 300) / 24
    moods = face.feelings()
    counts = {
        name: sum(
            (
                np.diff((face.blinks(t, [], [], seed, moods[name].blink) > 0.8).astype(int)) == 1
            ).sum()
            for seed in range(4)
        )
        for name in ("afraid", "angry")
    }
    assert counts["afraid"] > 1.2 * counts["angry"]
