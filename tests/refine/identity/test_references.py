"""Characters are cut out cleanly, and share a model's room fairly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from filmagent.refine.identity import on_white, references


def person(red: int, height: int = 60, width: int = 40) -> NDArray[np.uint8]:
    """Somebody of one colour on white."""
    picture = np.full((height, width, 3), 255, np.uint8)
    picture[10:, 12:28] = (red, 40, 40)
    return picture


def shown(picture: NDArray[np.float32]) -> set[int]:
    """The reds of those who are in a picture."""
    return set(np.unique(np.rint(picture[picture[..., 1] < 0.5][:, 0] * 255)).astype(int))


def test_cutting_out_leaves_white_and_no_rim_of_what_was_behind() -> None:
    picture = np.full((64, 64, 3), (0, 255, 0), np.uint8)
    mask = np.zeros((64, 64), bool)
    mask[16:48, 20:44] = True
    picture[mask] = (200, 100, 50)
    # as a renderer smooths it: half of what is behind
    picture[16:48, 20] = picture[16:48, 43] = (100, 178, 25)
    cut = on_white(picture, mask, finer=2)
    assert cut.shape == (32, 32, 3)
    assert (cut[:6] == 255).all() and (cut[16, 16] == (200, 100, 50)).all()
    between = cut[16, :16].astype(int)
    # mixtures of the person and white alone
    assert (between[:, 0] >= 199).all() and (between[:, 2] >= 49).all()


def test_everybody_has_as_many_pictures() -> None:
    people = [[person(50), person(51), person(52)], [person(150), person(151)]]
    assert [shown(p) for p in references(people, 4)] == [{50}, {51}, {150}, {151}]
    assert [shown(p) for p in references(people, 3)] == [{50}, {150}]


def test_where_room_is_short_the_last_share_a_picture() -> None:
    people = [[person(red)] for red in (50, 100, 150)]
    found = references(people, 2)
    assert [shown(p) for p in found] == [{50}, {100, 150}]
    assert shown(references(people, 1)[0]) == {50, 100, 150}
    assert found[1].dtype == np.float32 and found[1].min() >= 0 and found[1].max() <= 1


def test_without_room_or_people_there_are_none() -> None:
    assert references([[person(50)]], 0) == [] and references([[]], 3) == []
