"""Everybody keeps one change of colour through the film; nothing else of a picture is touched."""

from __future__ import annotations

import moving_world as world
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion

from filmagent.refine.identity import Offsets, corrected, measured
from filmagent.refine.metrics import colour
from filmagent.refine.metrics.lab import display, lab

Floats = NDArray[np.float32]
LOOK = {1: (3.0, 1.0, 4.0), 2: (5.0, 6.0, 8.0), 3: (4.0, 2.0, 3.0)}
"""What the model adds to each object everywhere, and a film would keep."""


def painted(shot: str, number: int, *, fault: bool = False) -> Floats:
    """A frame as a model painted it; with a fault, greener and darker to the right."""
    frame = world.frame(shot, number)
    colours = lab(frame.rgb)
    for object_id, added in LOOK.items():
        colours[frame.ids == object_id] += np.array(added, np.float32)
    if fault:
        ramp = np.linspace(0, 1, colours.shape[1], dtype=np.float32)[None, :, None]
        colours += np.array([-8.0, -14.0, 3.0], np.float32) * ramp
    return display(colours)


def learned() -> Offsets:
    """The film's offsets; one of its four shots went wrong."""
    shots = [
        [measured(painted(s, n, fault=bad), world.frame(s, n), world.NAMES) for n in (0, 6)]
        for s, bad in (("A", False), ("B", True), ("C", False), ("A", False))
    ]
    return Offsets.of(shots)


def test_display_values_survive_the_way_to_lab_and_back() -> None:
    values = np.random.default_rng(0).random((50, 40, 3), np.float32)
    assert np.abs(display(lab(values)) - values).max() < 1e-4
    codes = (values * 255 + 0.5).astype(np.uint8)
    assert np.abs(lab(codes) - lab((codes / 255).astype(np.float32))).max() < 1e-3


def test_offsets_are_the_films_not_those_of_the_shot_that_went_wrong() -> None:
    found = learned()
    for object_id, name in world.NAMES.items():
        assert found[name] == pytest.approx(LOOK[object_id], abs=0.5)


def test_who_is_in_too_few_shots_takes_the_films() -> None:
    few = Offsets.of([[{"MARA": (9.0, 9.0, 9.0)}], [{"café": (1.0, 2.0, 3.0)}]] + [[{}]] * 3)
    assert few["MARA"] == few["nobody"] == pytest.approx((5.0, 5.5, 6.0))
    # a flash in one frame is not what a shot looks like
    flash = [{"MARA": (0.0, 0.0, 0.0)}] * 2 + [{"MARA": (60.0, 0.0, 0.0)}]
    assert Offsets.of([flash] * 3)["MARA"] == (0.0, 0.0, 0.0)
    assert Offsets.of([])["MARA"] == (0.0, 0.0, 0.0)


def test_a_shot_that_went_wrong_is_brought_back_and_the_others_stay() -> None:
    offsets = learned()
    for shot, fault in (("B", True), ("A", False)):
        engine, wrong = world.frame(shot, 4), painted(shot, 4, fault=fault)
        mended = corrected(wrong, engine, world.NAMES, offsets)
        right = lab(painted(shot, 4))
        before, after = (np.linalg.norm(lab(f) - right, axis=-1) for f in (wrong, mended))
        assert after.mean() < 0.6 and np.quantile(after, 0.99) < 2
        assert before.mean() > 5 or not fault


def test_drift_from_shot_to_shot_is_gone() -> None:
    offsets = learned()

    def drift(mend: bool) -> float:
        shots = {}
        for shot, fault in (("A", False), ("B", True), ("C", False)):
            engine, frame = world.frame(shot, 2), painted(shot, 2, fault=fault)
            if mend:
                frame = corrected(frame, engine, world.NAMES, offsets)
            codes = (frame * 255 + 0.5).astype(np.uint8)
            shots[shot] = colour.signatures(codes, engine, world.NAMES)
        return max(v for objects in colour.drift(shots).values() for v in objects.values())

    assert drift(False) > 6
    assert drift(True) < 1


def test_a_corrected_frame_needs_no_correction() -> None:
    engine, offsets = world.frame("B", 4), learned()
    once = corrected(painted("B", 4, fault=True), engine, world.NAMES, offsets)
    twice = corrected(once, engine, world.NAMES, offsets)
    assert np.abs(twice - once).max() < 1 / 255


def test_detail_that_the_model_painted_stays() -> None:
    engine, offsets = world.frame("A", 4), learned()
    plain = painted("A", 4)
    pores = np.random.default_rng(1).normal(0, 0.02, plain.shape[:2]).astype(np.float32)[..., None]
    bare, rough = (
        corrected(f, engine, world.NAMES, offsets) for f in (plain, np.clip(plain + pores, 0, 1))
    )
    kept = (rough - bare)[..., 1]
    assert np.corrcoef(kept.ravel(), pores.ravel())[0, 1] > 0.98


def test_outlines_have_no_halo() -> None:
    engine = world.frame("A", 4)
    flat = np.full((*engine.ids.shape, 3), 0.5, np.float32)
    grey = world.Passes((flat * 255).astype(np.uint8), engine.ids, engine.depth, engine.vectors)
    pulled = corrected(flat, grey, world.NAMES, Offsets(own={"MARA": (10.0, 0.0, 0.0)}))
    bright = lab(pulled)[..., 0]
    inside, outside = bright[binary_erosion(engine.ids == 2, iterations=4)], bright[0, 0]
    assert inside == pytest.approx(outside + 10, abs=0.5)
    # nothing is brighter than the inside or darker than the outside, and the step is narrow
    assert bright.min() > outside - 0.1 and bright.max() < outside + 10.5
    between = (bright > outside + 0.5) & (bright < outside + 9.5)
    ring = binary_erosion(engine.ids == 2, iterations=3) | (
        binary_erosion(engine.ids != 2, iterations=3)
    )
    assert not (between & ring).any()
    assert np.abs(np.diff(bright, axis=1)).max() < 7


def test_what_has_no_name_goes_along_with_the_rest() -> None:
    engine = world.frame("A", 4)
    wrong = painted("A", 4, fault=True)
    names = {2: "MARA"}
    mended = corrected(wrong, engine, names, Offsets(film=(4.0, 2.0, 4.0)))
    inside = binary_erosion(engine.ids != 2, iterations=4, border_value=1)
    added = (lab(mended) - lab(engine.rgb))[inside].mean(0)
    assert added == pytest.approx((4.0, 2.0, 4.0), abs=0.3)
