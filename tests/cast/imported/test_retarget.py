"""Motion from elsewhere is the same motion on any body: it faces, steps and sits as it did."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import bvh
import numpy as np
import pytest
from takes import RATE, soles

from filmagent.cast.imported import Clip, amass, contacts, layer, load, play, retarget, save
from filmagent.cast.rotation import about_z, quaternions
from filmagent.cast.skeleton import Skeleton
from filmagent.documents import ActorTiming, Gesture
from filmagent.errors import DocumentError, InputError
from filmagent.film import foreign
from filmagent.library import actions, cast, skin
from filmagent.library import clips as shelf
from filmagent.library.bodies import smplx

PLANTED = 0.03
"""Metres a second."""


def speeds(clip: Clip, name: str, fps: tuple[int, int] = (24, 1)) -> np.ndarray:
    """How fast the balls of standing feet go."""
    arrays = play(clip, cast.load(name), fps)
    on, tracks = clip.resampled(fps).planted, soles(cast.load(name), arrays)
    found = []
    for i, side in enumerate("LR"):
        gone = np.linalg.norm(np.diff(tracks[f"ball.{side}"][:, :2], axis=0), axis=1)
        found.append(gone[on[1:, i] & on[:-1, i]] * fps[0] / fps[1])
    return np.concatenate(found)


def test_on_its_own_skeleton_nothing_changes(clip: Clip, walked: dict[str, Any]) -> None:
    own = replace(clip, ankle=Skeleton.of(cast.load("tomas")).ankle_height)
    body = cast.load("tomas")
    played = retarget(own, Skeleton.of(body), feet=False)
    ours = skin.pose(body, played.posed.encode(), played.root, quaternions(about_z(played.yaw)))
    theirs = skin.pose(body, walked["rotations"], walked["root"], walked["root_rotation"])
    moved = [i for i, bone in enumerate(body.bones) if bone in clip.slots and "eye" not in bone]
    assert np.abs(ours[:, moved] - theirs[:, moved]).max() < 1e-5


@pytest.mark.parametrize("name", ["ines", "walter", "ruth"])
def test_feet_that_stand_stand_on_any_body(clip: Clip, name: str) -> None:
    assert clip.planted.mean() > 0.5
    assert np.quantile(speeds(clip, name), 0.95) < PLANTED
    tracks = soles(cast.load(name), play(clip, cast.load(name), (24, 1)))
    assert min(track[:, 2].min() for track in tracks.values()) > -0.012


def test_nothing_pops(clip: Clip) -> None:
    body = cast.load("ines")
    arrays = play(clip, body, (24, 1))
    world = skin.pose(body, arrays["rotations"], arrays["root"], arrays["root_rotation"])
    for bone in ("head", "wrist.L", "wrist.R", "foot.L", "foot.R", "lowerleg01.L"):
        track = world[:, body.bone(bone), :3, 3]
        jerk = np.abs(np.diff(track, n=2, axis=0)).max() * 24**2
        assert jerk < 60, bone  # metres a second squared


def test_a_walk_is_as_long_as_the_legs_that_walk_it(clip: Clip) -> None:
    body = cast.load("ines")
    root = play(clip, body, (24, 1))["root"]
    scale = sum(Skeleton.of(body).leg) / clip.leg
    assert np.linalg.norm(root[-1, :2] - root[0, :2]) == pytest.approx(
        scale * clip.travel * clip.leg, abs=0.08
    )


def test_it_begins_where_and_facing_as_it_is_told(clip: Clip) -> None:
    arrays = play(clip, cast.load("ines"), (24, 1), start=(3.0, -2.0, 0.5), heading=2.0)
    turn = skin.rotation_matrices(arrays["root_rotation"])[0]
    assert math.atan2(-turn[0, 1], turn[1, 1]) == pytest.approx(2.0, abs=1e-6)
    assert np.abs(arrays["root"][0] - [3.0, -2.0, 0.5]).max() < 0.15


def test_a_clip_of_a_file_is_the_clip_that_was_saved(clip: Clip, tmp_path: Path) -> None:
    save(clip, tmp_path / "walk.npz")
    again = load(tmp_path / "walk.npz")
    assert again.slots == clip.slots and again.fps == clip.fps
    assert np.abs(again.hips - clip.hips).max() < 1e-6
    save(again, tmp_path / "again.npz")
    assert (tmp_path / "walk.npz").read_bytes() == (tmp_path / "again.npz").read_bytes()
    (tmp_path / "bad.npz").write_bytes((tmp_path / "walk.npz").read_bytes()[:500])
    with pytest.raises(DocumentError, match=r"bad\.npz"):
        load(tmp_path / "bad.npz")


def test_another_rate_shows_the_same_seconds(clip: Clip) -> None:
    film = clip.resampled((24000, 1001))
    assert film.seconds == pytest.approx(clip.seconds, abs=1 / 23)
    second = (len(film.hips) - 5) * 1001 / 24000
    assert np.abs(film.hips[-5] - clip.at(np.array([second])).hips).max() < 1e-9


def test_a_bvh_of_the_kind_of_cmu_is_the_walk_again(walked: dict[str, Any], tmp_path: Path) -> None:
    """Other names, inches, Y up, bones that the file does not have: Blender reads it."""
    file = bvh.write(tmp_path / "walk.bvh", cast.load("tomas"), walked, RATE[0])
    made = foreign.motion(file, "amble", words=["ambles about"], into=tmp_path)
    assert made.bones.convention == "CMU (BVH)" and not made.bones.missing()
    assert any("comes back to the mark" in note for note in made.notes)
    taken = load(made.path)
    assert np.quantile(speeds(taken, "walter"), 0.95) < PLANTED
    body = cast.load("tomas")
    arrays = play(taken, body, RATE, feet=False)
    ours = skin.pose(body, arrays["rotations"], arrays["root"], arrays["root_rotation"])
    theirs = skin.pose(body, walked["rotations"], walked["root"], walked["root_rotation"])
    for bone in ("head", "foot.L", "wrist.R", "lowerleg01.R"):
        i, hip = body.bone(bone), body.bone("upperleg01.L")
        apart = [np.linalg.norm(w[:, i, :3, 3] - w[:, hip, :3, 3], axis=1) for w in (ours, theirs)]
        assert np.abs(apart[0] - apart[1]).max() < 0.01, bone


def test_a_bvh_that_is_damaged_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "bad.bvh"
    file.write_text("HIERARCHY\nROOT Hips\n{\n  OFFSET 0 0\n")
    with pytest.raises(InputError, match=r"bad\.bvh") as caught:
        foreign.motion(file, "bad", into=tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("joints", [24, 52, 55])
def test_amass_takes_stand_upright_with_and_without_their_model(
    joints: int, tmp_path: Path
) -> None:
    poses = np.zeros((40, joints, 3))
    poses[:, 0, 0] = np.pi / 2  # AMASS is Z up, bodies Y up
    named = smplx.JOINTS[joints]
    poses[:, named.index("right_shoulder"), 2] = np.linspace(0, 1.2, 40)
    path = tmp_path / "take.npz"
    np.savez(path, poses=poses.reshape(40, -1), trans=np.zeros((40, 3)), mocap_framerate=60.0,
             gender=np.array({"not": "opened"}, dtype=object))  # fmt: skip
    taken, bone_map = amass.read(path, "reach")
    assert taken.fps == (60, 1) and not bone_map.missing()
    body = cast.load("ines")
    arrays = play(taken, body, (24, 1))
    world = skin.pose(body, arrays["rotations"], arrays["root"], arrays["root_rotation"])
    head = world[:, body.bone("head"), :3, 3]
    assert np.abs(head[:, 2] - body.rest[body.bone("head"), 2, 3]).max() < 0.03
    wrists = world[:, [body.bone("wrist.L"), body.bone("wrist.R")], 2, 3]
    assert abs(wrists[0, 0] - wrists[0, 1]) < 0.02  # a T-pose
    assert abs(wrists[-1, 1] - wrists[0, 1]) > 0.3 and abs(wrists[-1, 0] - wrists[0, 0]) < 0.01


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"poses": None}, "has no poses"),
        ({"mocap_framerate": None}, "mocap_frame_rate"),
        ({"poses": np.zeros((4, 99))}, "33 joints"),
        ({"trans": np.zeros((3, 3))}, "of shape"),
        ({"poses": np.full((4, 165), np.nan)}, "not numbers"),
    ],
)
def test_what_is_no_take_is_one_sentence(keys: dict, said: str, tmp_path: Path) -> None:
    whole = {"poses": np.zeros((4, 165)), "trans": np.zeros((4, 3)), "mocap_framerate": 30.0}
    np.savez(tmp_path / "take.npz", **{k: v for k, v in (whole | keys).items() if v is not None})
    with pytest.raises(InputError, match=said):
        amass.read(tmp_path / "take.npz", "x")


def test_a_stretch_outside_the_take_is_refused(clip: Clip) -> None:
    assert clip.cut(1.0, 2.0).seconds == pytest.approx(1.0, abs=0.04)
    with pytest.raises(InputError, match="nothing is left"):
        clip.cut(500.0, None)


def test_feet_stand_where_they_are_slow_and_low() -> None:
    t = np.arange(120) / 60
    balls = np.zeros((120, 2, 3))
    balls[:, 0, 0] = np.clip(t - 1.0, 0, None) * 2.0  # left stands a second, then slides off
    balls[:, 1, 2] = 0.5  # right is in the air
    on = contacts.planted(balls, 0.8, 60.0)
    assert on[:55, 0].all() and not on[66:, 0].any() and not on[:, 1].any()


def test_a_gesture_plays_the_clip_it_names_and_gives_the_body_back(
    clip: Clip, walked: dict[str, Any]
) -> None:
    body = cast.load("tomas")
    turns = clip.cut(1.0, 3.0)
    actor = ActorTiming(
        actor="ada", member="tomas", segments=[],
        gestures=[Gesture(id="1.1/ada/amble", action="amble", start=6.5, end=8.3)],
    )  # fmt: skip
    out = layer.overlay(walked, actor, body, {"amble": turns}, RATE)
    seconds = (np.arange(len(walked["root"])) + int(walked["first_frame"])) / RATE[0]
    outside = (seconds < 6.5) | (seconds > 8.3)
    assert np.abs(out["root"][outside] - walked["root"][outside]).max() < 1e-6
    assert np.abs(out["root"][~outside] - walked["root"][~outside]).max() > 0.2
    assert np.abs(np.diff(out["root"], axis=0)).max() * RATE[0] < 2.5
    eye = body.bone("eye.L")
    assert np.array_equal(out["face"], walked["face"])
    own, given = (np.abs(a["rotations"][:, eye]) for a in (out, walked))
    assert np.abs(own - given).max() < 1e-5
    assert layer.overlay(walked, actor, body, {}, RATE)["root"] is walked["root"]


def test_a_clip_on_the_shelf_is_an_action(
    clip: Clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILMAGENT_MOTION", str(tmp_path))
    before = {entry.name: entry for entry in actions.load()}
    save(replace(clip, words=("ambles about",)), tmp_path / "amble.npz")
    save(clip, tmp_path / "wave.npz")
    after = {entry.name: entry for entry in actions.load()}
    assert after["amble"].words == ["ambles about"]
    assert actions.seconds()["amble"] == pytest.approx(clip.seconds, abs=1e-3)
    assert after["wave"].words == before["wave"].words
    assert after["wave"].seconds == pytest.approx(clip.seconds, abs=1e-3)
    (tmp_path / "junk.npz").write_bytes(b"junk")
    with pytest.raises(DocumentError, match=r"junk\.npz is not a motion clip"):
        shelf.entries()


def test_a_move_cannot_be_a_clip(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="name it anew"):
        foreign.motion(tmp_path / "x.bvh", "walk")
