"""Places are heard from before, with or after their picture, and pass into each other smoothly."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from filmagent.cut import Room
from filmagent.cut.ambience import ambience, places
from filmagent.cut.synth import RATE
from filmagent.documents import Cut, Edit
from filmagent.documents.edit import Crossing

ROOMS = {
    "1": Room(outdoors=False, night=False, seconds=0.5, surface="wood"),
    "2": Room(outdoors=True, night=False, seconds=0.3, surface="asphalt"),
}


def film(kind: str = "straight", seconds: float = 0.0, **more: object) -> Edit:
    """Four seconds in a room, then four in the street."""
    sound = Crossing(kind=kind, seconds=seconds)  # type: ignore[arg-type]
    return Edit(
        cuts=[
            Cut(id="a", scene="1", setup="1A", source_out=96),
            Cut(id="b", scene="2", setup="2A", source_out=96, sound=sound, **more),  # type: ignore[arg-type]
        ]
    )


def heard_alone(edit: Edit, scene: str) -> np.ndarray:
    """Loudness of one place in each tenth of a second."""
    sound = ambience(edit, {scene: ROOMS[scene]}, 8 * RATE, seed=3)
    return np.sqrt((sound.reshape(80, -1) ** 2).mean(1))


@pytest.mark.parametrize(
    ("kind", "seconds", "first", "last"), [("J", 0.8, 32, 40), ("L", 0.8, 40, 48)]
)
def test_a_place_is_heard_before_it_is_seen_or_after_as_the_edit_has_it(kind, seconds, first, last):
    edit = film(kind, seconds)
    room, street = heard_alone(edit, "1"), heard_alone(edit, "2")
    assert street[:first].max() == 0 < street[first + 1]
    assert room[last:].max() == 0 < room[last - 2]


def test_a_smash_cut_is_abrupt_and_a_dissolve_takes_its_time():
    (room, street) = places(film(transition="smash_cut"))
    assert street.full - street.start < 0.02
    (room, street) = places(film(transition="dissolve", transition_frames=24))
    assert (street.start, street.full) == (4.0, 5.0) == (room.fading, room.end)


@pytest.mark.parametrize(("kind", "seconds"), [("straight", 0.0), ("J", 0.5), ("L", 1.2)])
def test_there_is_no_hole_and_no_click_where_places_change(kind, seconds):
    sound = ambience(film(kind, seconds), ROOMS, 8 * RATE, seed=3)
    loud = 20 * np.log10(np.sqrt((sound[RATE : 7 * RATE].reshape(60, -1) ** 2).mean(1)))
    both = sorted((np.median(loud[:20]), np.median(loud[-20:])))
    assert loud.min() > both[0] - 6 and loud.max() < both[1] + 9
    steps = np.abs(np.diff(sound[:, 0]))
    near = steps[int(2.5 * RATE) : int(5.5 * RATE)].max()
    assert near <= 1.5 * max(steps[RATE : 2 * RATE].max(), steps[6 * RATE : 7 * RATE].max())


def test_places_tile_the_film_whatever_the_edit_has():
    shots = [("1", 12), ("2", 6), ("1", 6), ("2", 30), ("2", 24)]
    cuts = [
        Cut(id=str(n), scene=scene, setup=f"{scene}A", source_out=frames,
            sound=Crossing(kind="J" if n % 2 else "L", seconds=5.0))
        for n, (scene, frames) in enumerate(shots)
    ]  # fmt: skip
    found = places(Edit(cuts=[Cut(id="t", kind="card", source_out=24), *cuts]))
    assert found[0].start == 0 and found[-1].end == pytest.approx(102 / 24)
    for place in found:
        assert place.start <= place.full <= place.fading <= place.end
    for one, two in pairwise(found):
        assert (one.fading, one.end) == (two.start, two.full)
