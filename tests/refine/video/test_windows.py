"""Long shots advance in windows that cover them, overlap, and agree where they do."""

from __future__ import annotations

import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some
from torch import Tensor

from filmagent.refine.video.windows import Span, averaged, spans


@given(some.integers(1, 300), some.integers(2, 25), some.data())
def test_windows_cover_a_clip_and_overlap(frames: int, window: int, more: some.DataObject) -> None:
    overlap = more.draw(some.integers(0, window - 1))
    found = spans(frames, window, overlap)
    assert found[0][0] == 0
    assert found[-1][1] == frames
    assert all(end - first == min(window, frames) for first, end in found)
    for (_, end), (first, _) in itertools.pairwise(found):
        assert end - first >= overlap


def test_windows_that_never_advance_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot overlap"):
        spans(40, 8, 8)


def test_what_windows_agree_on_is_left_as_it_is() -> None:
    x = torch.randn(1, 2, 3 + 20, 4, 4)
    moves = averaged(x, 3, spans(20, 8, 3), lambda part, span: 2 * part)
    assert float((moves - 2 * x).abs().max()) < 1e-6


def test_where_windows_disagree_the_change_is_gradual() -> None:
    def velocity(part: Tensor, span: Span) -> Tensor:
        return torch.full_like(part, float(span[0] > 0))

    moves = averaged(torch.zeros(1, 1, 12, 1, 1), 0, ((0, 8), (4, 12)), velocity).flatten()
    assert moves[:4].tolist() == [0] * 4
    assert moves[8:].tolist() == [1] * 4
    assert (moves[4:8].diff() > 0).all()
    assert float(moves.diff().max()) < 0.45
