"""A prop lies where it is put, fits a hand, and is found by the script's word for it."""

from __future__ import annotations

import numpy as np
import pytest

from filmagent.errors import InputError
from filmagent.library import props

PROPS = ("bag", "book", "cup", "glass", "key", "laptop", "letter", "newspaper", "pen", "phone")
LENGTHS = {
    "bag": (0.3, 0.5), "book": (0.15, 0.3), "cup": (0.08, 0.14), "glass": (0.08, 0.15),
    "key": (0.06, 0.14), "laptop": (0.28, 0.4), "letter": (0.18, 0.3), "newspaper": (0.25, 0.42),
    "pen": (0.11, 0.16), "phone": (0.12, 0.17),
}  # fmt: skip


def test_the_shelf_has_what_scripts_hand_about():
    assert set(PROPS) <= set(props.names())
    for name in props.names():
        entry = props.load(name).entry()
        assert name in entry.words


def test_an_unknown_prop_names_the_nearest():
    with pytest.raises(InputError, match='did you mean "phone"'):
        props.load("phome")


@pytest.mark.parametrize("name", PROPS)
def test_a_prop_rests_on_its_surface_at_its_real_size(name: str):
    prop = props.load(name)
    lowest = min(float(part.vertices[:, 2].min()) for part in prop.bake.parts)
    assert -0.001 <= lowest <= 0.002, "neither sunk nor floating"
    low, high = LENGTHS[name]
    assert low <= max(prop.size) <= high
    assert not any(part.collide for part in prop.bake.parts)


@pytest.mark.parametrize("name", PROPS)
def test_a_held_prop_is_in_the_hand(name: str):
    prop = props.load(name)
    points = np.vstack([part.vertices for part in prop.bake.parts])
    for hand in ("right", "left"):
        grip = prop.prop_from_hand(hand)
        assert np.allclose(grip[:3, :3] @ grip[:3, :3].T, np.eye(3), atol=1e-5)
        assert np.linalg.det(grip[:3, :3]) > 0.99
        held = np.c_[points, np.ones(len(points))] @ np.linalg.inv(grip).T
        low, high = held[:, :3].min(axis=0), held[:, :3].max(axis=0)
        reach = np.linalg.norm(np.clip(0.0, low, high))
        assert reach < 0.08, f"{name} hangs {reach:.2f} m from the palm"


def test_a_hand_holds_the_bag_by_its_handle_with_the_bag_below_the_fingers():
    prop = props.load("bag")
    hand_from_prop = np.linalg.inv(prop.prop_from_hand())
    handle = hand_from_prop @ [*prop.bake.extra["anchors"]["handle"], 1.0]
    assert np.linalg.norm(handle[:3]) < 0.1
    assert hand_from_prop[1, 2] < -0.9, "fingers point down, the bag's up is against them"


def test_a_cup_is_held_upright_when_the_thumb_is_up():
    assert np.linalg.inv(props.load("cup").prop_from_hand())[0, 2] > 0.9


def test_a_key_can_be_read_in_an_insert():
    parts = props.load("key").bake.parts
    assert sum(len(part.faces) for part in parts) > 1000
    assert len({part.material for part in parts}) >= 3


def test_a_left_hand_holds_things_the_right_way_up():
    for name, axis in (("cup", 2), ("letter", 1), ("phone", 2)):
        right = np.linalg.inv(props.load(name).prop_from_hand("right"))[:3, axis]
        left = np.linalg.inv(props.load(name).prop_from_hand("left"))[:3, axis]
        assert np.allclose(left, right * [-1, 1, 1]), name
    handle = np.linalg.inv(props.load("cup").prop_from_hand("left"))[:3, 0]
    assert handle[1] < -0.9, "the cup's handle points back into the hand"
