"""Mouths: lips meet where they must, and nobody mouths what others say."""

from __future__ import annotations

import numpy as np
import pytest

from filmagent.cast import lipsync
from filmagent.documents import Line, Phone
from filmagent.library import cast, skin
from filmagent.library.bake import ARKIT


def line(phones: str, each: float = 0.07, **more) -> Line:
    names = phones.split()
    made = [Phone(phone=n, start=i * each, end=(i + 1) * each) for i, n in enumerate(names)]
    length = len(names) * each
    return Line(beat="1.1", actor="a", text="x", wav="x.wav", seconds=length, phones=made,
                start=1.0, end=1.0 + length, **more)  # fmt: skip


def shape(curves: np.ndarray, name: str) -> np.ndarray:
    return curves[:, ARKIT.index(name)]


def gap(curves: np.ndarray) -> np.ndarray:
    """Opening between the inner lips of a real face, metres."""
    member = cast.load("tomas")
    part = next(p for p in member.bake.parts if p.name == "skin")
    mouth = member.point("mouth")
    rest = np.tile([1.0, 0, 0, 0], (len(curves), len(member.bones), 1))
    bodies = skin.pose(member, rest, np.zeros((len(curves), 3)), rest[:, 0])
    points = skin.deform(member, part, bodies, curves)
    near = np.flatnonzero((np.abs(part.vertices - mouth) < [0.006, 0.03, 0.03]).all(axis=1))
    open_shape = np.zeros((1, 52))
    open_shape[0, ARKIT.index("jawOpen")] = 1
    moved = skin.deform(member, part, bodies[:1], open_shape)[0] - part.vertices
    lower = near[moved[near, 2] < -0.012]
    upper = near[moved[near, 2] > -0.003]
    rim = part.vertices[lower][:, 2].max()
    lower = lower[part.vertices[lower][:, 2] > rim - 0.004]
    ceiling = part.vertices[upper][:, 2]
    upper = upper[np.abs(ceiling - ceiling.min()) < 0.02]
    top = points[:, lower, 2].max(axis=1)
    above = np.sort(points[:, upper, 2], axis=1)
    return above[:, :3].mean(axis=1) - top


@pytest.mark.parametrize("fps", [24, 25, 30, 60])
@pytest.mark.parametrize("each", [0.045, 0.07, 0.12])
def test_lips_meet_on_every_p_b_and_m(fps, each):
    said = line("ah p ah b aa m iy p aa", each, energy=0.9)
    t = np.arange(0, 3 * fps) / fps
    curves, _ = lipsync.mouth([said], t)
    for phone in said.phones:
        if phone.phone in ("p", "b", "m"):
            a, b = 1 + phone.start, 1 + phone.end
            rows = (t >= a - 0.6 / fps) & (t <= b + 0.6 / fps)
            closed = shape(curves, "jawOpen") - shape(curves, "mouthClose")
            assert closed[rows].min() < 0.0, f"{phone.phone} at {phone.start} stays open"
            assert shape(curves, "mouthPressLeft")[rows].max() > 0.4


def test_the_lower_lip_tucks_on_f_and_v():
    t = np.arange(0, 72) / 24
    curves, _ = lipsync.mouth([line("ah f ah v aa", 0.1)], t)
    for k in (1, 3):
        rows = (t >= 1 + 0.1 * k - 0.03) & (t <= 1 + 0.1 * (k + 1) + 0.03)
        assert shape(curves, "mouthRollLower")[rows].max() > 0.4


def test_vowels_open_and_silence_is_shut():
    t = np.arange(0, 96) / 24
    curves, owned = lipsync.mouth([line("aa aa pau pau pau pau pau aa", 0.15)], t)
    assert shape(curves, "jawOpen")[(t > 1.05) & (t < 1.25)].max() > 0.35
    assert np.abs(curves[(t > 1.55) & (t < 1.85)]).max() < 0.02
    assert np.abs(curves[(t < 0.85) | (t > 2.5)]).max() == 0 and owned[t < 0.85].max() == 0


def test_the_mouth_is_ready_before_the_sound():
    t = np.arange(0, 480) / 240
    curves, _ = lipsync.mouth([line("uw uw uw", 0.1)], t)
    pucker = shape(curves, "mouthPucker")
    first = t[np.argmax(pucker > 0.1 * pucker.max())]
    assert 0.92 - 0.03 < first < 0.97


@pytest.mark.parametrize("delivery", ["vo", "os"])
def test_voices_from_elsewhere_are_not_mouthed(delivery):
    t = np.arange(0, 72) / 24
    curves, owned = lipsync.mouth([line("aa aa aa", delivery=delivery)], t)
    assert not curves.any() and not owned.any()


def test_louder_is_wider():
    t = np.arange(0, 72) / 24
    soft, _ = lipsync.mouth([line("aa aa aa", energy=0.1)], t)
    loud, _ = lipsync.mouth([line("aa aa aa", energy=1.0)], t)
    assert shape(loud, "jawOpen").max() > 1.4 * shape(soft, "jawOpen").max()


def test_on_a_real_face_a_vowel_opens_the_lips_and_a_p_closes_them():
    t = np.arange(0, 96) / 24
    curves, _ = lipsync.mouth([line("aa aa p p aa aa", 0.1)], t)
    opening = gap(curves)
    rest = opening[0]
    vowel = opening[(t > 1.05) & (t < 1.2)].max() - rest
    closed = opening[(t > 1.2) & (t < 1.4)].min() - rest
    assert vowel > 0.006 and closed < 0.0015
