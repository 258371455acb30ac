"""Mouths: lips meet where they must, and nobody mouths what others say."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from lips import Lips

from filmagent.cast import lipsync
from filmagent.documents import Line, Phone
from filmagent.library import cast
from filmagent.library.bake import ARKIT
from filmagent.library.casting import sheet


def line(phones: str, each: float = 0.07, **more) -> Line:
    names = phones.split()
    made = [Phone(phone=n, start=i * each, end=(i + 1) * each) for i, n in enumerate(names)]
    length = len(names) * each
    return Line(beat="1.1", actor="a", text="x", wav="x.wav", seconds=length, phones=made,
                start=1.0, end=1.0 + length, **more)  # fmt: skip


def shape(curves: np.ndarray, name: str) -> np.ndarray:
    return curves[:, ARKIT.index(name)]


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


@pytest.mark.parametrize("member", ["tomas", "ruth"])
def test_on_a_real_face_a_vowel_opens_the_lips_and_a_p_closes_them(member):
    t = np.arange(0, 96) / 24
    curves, _ = lipsync.mouth([line("aa aa p p aa aa", 0.1)], t)
    opening = Lips(cast.load(member)).gap(curves)
    assert opening[(t > 1.05) & (t < 1.2)].max() > 0.006
    assert opening[(t > 1.2) & (t < 1.4)].min() < 0.0005
    assert opening[t < 0.8].max() < 0.002, "shut in silence"


def test_on_a_real_face_f_and_v_bring_the_lower_lip_to_the_teeth():
    t = np.arange(0, 72) / 24
    curves, _ = lipsync.mouth([line("ah f ah v aa", 0.1)], t)
    away = Lips(cast.load("tomas")).to_teeth(curves)
    for k in (1, 3):
        rows = (t > 1 + 0.1 * k - 0.03) & (t < 1.1 + 0.1 * k + 0.03)
        assert away[rows].min() < 0.7 * away[0]


def test_lips_part_within_a_frame_of_the_burst():
    t = np.arange(0, 96) / 24
    lips = Lips(cast.load("tomas"))
    for shift in (0.0, 0.012, 0.025):
        said = line("ah p ah b aa b iy p aa", 0.085).model_copy(update={"start": 1 + shift})
        gap = lips.gap(lipsync.mouth([said], t)[0])
        for phone in said.phones:
            if phone.phone in ("p", "b"):
                start, end = said.start + phone.start, said.start + phone.end
                shut = np.flatnonzero((t > start - 0.03) & (t < end + 0.02))
                at = shut[gap[shut].argmin()]
                opened = at + np.argmax(gap[at:] > 0.001)
                assert abs(t[opened] - end) < 0.062, "half a frame of sampling, 40 ms of lips"


def test_between_two_closures_the_vowel_is_seen():
    t = np.arange(0, 96) / 24
    gap = Lips(cast.load("tomas")).gap(lipsync.mouth([line("p iy p ax p", 0.085)], t)[0])
    for k in (1, 3):
        rows = (t > 1 + 0.085 * k - 0.01) & (t < 1 + 0.085 * (k + 1) + 0.01)
        assert gap[rows].max() > 0.001


def test_fast_speech_does_not_flutter():
    t = np.arange(0, 480) / 120
    jaw = [
        shape(lipsync.mouth([line("s aa " * 12, each)], t)[0], "jawOpen") for each in (0.03, 0.14)
    ]
    # twelve syllables in 0.7 s are a mumble: the jaw swings far less than it does at leisure
    fast, calm = (np.ptp(j[(t > 1.2) & (t < 1.6)]) for j in jaw)
    assert fast < 0.06 * calm
    assert max(np.abs(np.diff(j)).max() for j in jaw) < 0.035, "nor is it ever faster than a jaw"


def test_a_short_vowel_falls_short_of_its_shape():
    t = np.arange(0, 240) / 60
    short, long = (
        shape(lipsync.mouth([line("t aa t", each)], t)[0], "jawOpen").max() for each in (0.04, 0.2)
    )
    assert short < 0.75 * long


def test_sorrow_speaks_smaller_than_anger():
    t = np.arange(0, 72) / 24
    sad, angry = (
        shape(lipsync.mouth([line("aa aa aa", emotion=e)], t)[0], "jawOpen").max()
        for e in ("sad", "angry")
    )
    assert angry > 1.25 * sad


@pytest.mark.parametrize("member", ["ines", "ruth"])
def test_lips_are_not_sewn_together_where_a_preview_has_fewer_triangles(member):
    pytest.importorskip("fast_simplification")
    part = next(p for p in cast.load(member).bake.parts if p.name == "skin")
    whole = sp.identity(len(part.vertices), format="csr")
    light = sheet.lighten(sheet.Sheet(part.vertices.astype(float), part.faces, whole), 5600)
    a, b = part.shape_index[ARKIT.index("jawOpen") : ARKIT.index("jawOpen") + 2]
    down = np.zeros(len(part.vertices))
    down[part.shape_vertices[a:b]] = part.shape_deltas[a:b, 2]
    down = light.carry(down)
    near = np.abs(light.points - cast.load(member).point("mouth")) < [0.012, 0.02, 0.012]
    inside = light.faces[near.all(axis=1)[light.faces].all(axis=1)]
    lower = down[inside] < 0.5 * down[near.all(axis=1)].min()
    assert set(lower.sum(axis=1)) <= {0, 3}
