"""Sizes in words and numbers."""

from __future__ import annotations

import numpy as np

from camera.grammar import SIZES, size_of, size_steps


def test_size_has_hysteresis_and_order():
    border = 0.23 / np.sqrt(SIZES["CU"].shows * SIZES["MCU"].shows)
    assert size_of(border * 0.99) == "MCU"
    assert size_of(border * 0.99, previous="CU") == "CU"
    assert size_steps("CU", "MS") == 2
