"""Control videos say what the engine knows, in the manner models learnt, and never pulse."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import posed_world as world
import pytest

from camera.lens import Lens
from camera.pose import look_at
from filmagent.documents import SceneStage, StageActor, StageCamera, StageWorld
from filmagent.errors import DocumentError, InputError, RenderError
from filmagent.library import cast, npz
from filmagent.refine import controls
from filmagent.refine.controls import outlines, pose, shapes
from filmagent.refine.passes import Passes
from filmagent.refine.views import View

SIZE = (160, 90)
_PLACE = (0.0, 3.6, 0.9)
FRONT = View(Lens(28.0), _PLACE, tuple(look_at(_PLACE, [0, 0, 0.9])), (320, 180))
"""From in front of who faces +Y."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight frames of the posed world, and a stage where INES stands at rest."""
    folder = tmp_path_factory.mktemp("film")
    for number in range(8):
        world.write(folder, "1A", number, world.frame(number / 24, SIZE).passes)
    ines = cast.load("ines")
    (folder / "bakes").mkdir()
    (folder / "bakes/ines.npz").write_bytes(ines.bake_path.read_bytes())
    turned = np.tile([1.0, 0, 0, 0], (2, 1))
    turned[1] = (0, 0, 0, 1)
    npz.save(
        folder / "ines.npz",
        {
            "first_frame": np.array(0),
            "bone_names": np.array(ines.bones),
            "rotations": np.tile([1.0, 0, 0, 0], (2, len(ines.bones), 1)),
            "root": np.zeros((2, 3)),
            "root_rotation": turned,
            "visible": np.ones(2, bool),
        },
    )
    SceneStage(
        scene="1",
        title="",
        fps=(24, 1),
        first=0,
        end=8,
        size=SIZE,
        set_name="room",
        set_bake="bakes/room.npz",
        light_plan="day",
        actors=[
            StageActor(
                id="ines", name="INES", bake="bakes/ines.npz", performance="ines.npz", object_id=2
            )
        ],
        cameras=[StageCamera(setup="1A", take="1A_t01", track="takes/1A.npz", static=True)],
        lights=[],
        world=StageWorld(top=(1, 1, 1), horizon=(1, 1, 1), ground=(1, 1, 1)),
    ).write(folder / "stage/scene_01.json")
    return folder


def empty(view: View, depth: float, who: int) -> Passes:
    """A picture filled by something at a depth."""
    shape = view.size[::-1]
    return Passes(
        rgb=np.zeros((*shape, 3), np.uint8),
        ids=np.full(shape, who, np.uint8),
        depth=np.full(shape, depth, np.float32),
        vectors=np.zeros((*shape, 2), np.float32),
        view=view,
    )


@pytest.mark.parametrize("kind", controls.KINDS)
def test_a_control_is_a_clip_read_by_slices(film: Path, kind: str) -> None:
    clip = controls.of(film, "1A", range(2, 7), kind)
    assert clip.shape == (5, 90, 160, 3)
    every = np.asarray(clip)
    assert every.shape == clip.shape and every.dtype == np.float32
    assert every.min() >= 0 and every.max() <= 1 and np.isfinite(every).all()
    assert np.array_equal(clip[1:3], every[1:3]) and clip[3:3].shape == (0, 90, 160, 3)


def test_depth_is_nearness_on_one_scale_for_the_whole_setup(film: Path) -> None:
    depth = world.frame(0.0, SIZE).passes.depth
    grey = controls.of(film, "1A", [0], "depth")[:][0, ..., 0]
    order = np.argsort(depth, axis=None)
    assert (np.diff(grey.ravel()[order]) <= 1e-6).all(), "nearer is brighter"
    assert (grey[np.isinf(depth)] == 0).all() and grey.max() > 0.8
    # frames are scaled alike, whichever are asked for together
    alone = controls.of(film, "1A", [5], "depth")[:][0]
    assert np.array_equal(alone, controls.of(film, "1A", range(8), "depth")[5:6][0])
    inside = (grey > 0.01) & (grey < 0.99)
    line = np.polyfit(1 / depth[inside].astype(float), grey[inside], 1)
    assert np.abs(np.polyval(line, 1 / depth[inside]) - grey[inside]).max() < 1e-3
    # what comes close in one frame darkens nothing else
    scale = shapes.Scale.of(film / "frames", "preview", "1A")
    known = world.frame(0.0, SIZE).passes
    close = known.depth.copy()
    close[:10, :10] = 0.1
    found = shapes.nearness(replace(known, depth=close), scale)[..., 0]
    assert np.array_equal(found[10:], grey[10:]) and (found[:10, :10] == 1).all()


def test_a_frame_more_does_not_change_the_scale(film: Path, tmp_path: Path) -> None:
    frames = [world.frame(number / 24, SIZE).passes for number in range(4)]
    for number, known in enumerate(frames[:3]):
        world.write(tmp_path, "1A", number, known)
    before = shapes.Scale.of(tmp_path / "frames", "preview", "1A")
    world.write(tmp_path, "1A", 3, frames[3])
    assert shapes.Scale.of(tmp_path / "frames", "preview", "1A") == before
    assert before.near <= frames[0].depth.min() * 1.05 and before.far > before.near


def test_lines_are_on_outlines_and_folds_and_nowhere_else() -> None:
    known = world.frame(0.0, (320, 180)).passes
    known = replace(
        known,
        albedo=np.full((180, 320, 3), 0.5, np.float32),
        materials=known.ids.astype(np.uint32),
    )
    line = outlines.drawn(known)[..., 0]
    ids = known.ids
    flat = np.zeros(ids.shape, bool)
    # the floor, seen steeply: nothing but near where something stands on it
    flat[120:178, 20:90] = (known.rest[120:178, 20:90, 2] < 1e-3) & (ids[120:178, 20:90] == 1)
    assert flat.sum() > 1000 and line[flat].mean() < 0.01
    # a floor to the horizon has none at all: nearness is linear over it
    plane = np.repeat(np.linspace(0.004, 1.0, 180, dtype=np.float32)[:, None], 320, 1)
    upright = np.broadcast_to(np.array([0, 0, 1], np.float32), (180, 320, 3))
    floor = replace(known, depth=1 / plane, normal=upright, ids=np.ones_like(ids))
    assert outlines.drawn(floor).max() < 1e-3
    body = ids == world.BODY
    right = body & ~np.roll(body, -1, 1)
    assert (line[right] > 0.9).all(), "an outline is the nearer thing's"
    behind = np.roll(right, 1, 1) & (ids == 1)
    assert (line[behind] > 0.9).mean() < 0.35
    box = ids == world.BOX
    folds = (line > 0.5) & box & np.roll(box, 1, 0) & np.roll(box, -1, 0)
    folds &= np.roll(box, 1, 1) & np.roll(box, -1, 1)
    assert folds.sum() > 10, "a box has edges inside its outline"
    checked = known.albedo.copy()
    checked[:, :60] = 0.05
    painted = outlines.drawn(replace(known, albedo=checked))[..., 0]
    assert (painted[60:170, 58:62].max(1) > 0.9).all(), "so has paint"


def test_normals_are_blue_towards_the_camera_and_red_to_the_left() -> None:
    known = empty(FRONT, 2.0, 1)
    for normal, colour in (
        ((0, 1, 0), (0.5, 0.5, 1.0)),
        ((0, 0, 1), (0.5, 1.0, 0.5)),
        ((1, 0, 0), (1.0, 0.5, 0.5)),  # the world's +X is on the left of who looks along −Y
    ):
        every = np.broadcast_to(np.array(normal, np.float32), (180, 320, 3))
        found = shapes.facing(replace(known, normal=every))
        assert np.abs(found - colour).max() < 1e-5


def test_skeletons_are_where_the_bodies_joints_are(film: Path) -> None:
    bodies = pose.Cast.of(film, "1A")
    known = empty(FRONT, 50.0, 1)
    picture = pose.drawn(bodies, known, 0)
    ines = cast.load("ines")
    for at, name in enumerate(pose.POINTS):
        if not name:
            continue
        screen, _ = FRONT.lens.project(ines.point(name), FRONT.position, FRONT.quaternion)
        x, y = screen[0] * 180 + 159.5, 89.5 - screen[1] * 180
        colour = picture[round(y), round(x)]
        if at in (2, 4, 7, 10, 13):  # the ends of limbs, that no later point covers
            assert np.abs(colour - pose._COLOURS[at]).max() < 0.15, name
        assert colour.max() > 0.5, name
    neck = (ines.point("shoulder.L") + ines.point("shoulder.R")) / 2
    screen, _ = FRONT.lens.project(neck, FRONT.position, FRONT.quaternion)
    at = picture[round(89.5 - screen[1] * 180), round(screen[0] * 180 + 159.5)]
    assert np.abs(at - pose._COLOURS[1]).max() < 0.15
    # her right arm is on the left of the picture, in the colours of a right arm
    assert (picture[:, :160, 0] > picture[:, :160, 2] + 0.3).sum() > 20


def test_what_hides_somebody_takes_their_skeleton(film: Path) -> None:
    bodies = pose.Cast.of(film, "1A")
    table = empty(FRONT, 50.0, 1)
    table.depth[130:] = 1.5  # before her shins
    free, behind = pose.drawn(bodies, empty(FRONT, 50.0, 1), 0), pose.drawn(bodies, table, 0)
    assert np.array_equal(free[:105], behind[:105]) and free[130:].max() > 0.5
    assert behind[130:].max() == 0


def test_who_turns_away_shows_no_face(film: Path) -> None:
    bodies = pose.Cast.of(film, "1A")
    # the back of a head is some 15 cm before its eyes, and everything else of the body as it was
    head = empty(FRONT, 3.4, 2)
    found = pose.drawn(bodies, head, 1)
    shown = pose._shown(head, 2, *FRONT.pixels(bodies.bodies[0].points(1)))
    assert shown[[0, 14, 15]].max() == 0 and shown[[2, 5, 8, 11]].min() == 1
    assert found.max() > 0.5


def test_skeletons_glide_between_pixels(film: Path) -> None:
    bodies = pose.Cast.of(film, "1A")
    moved = replace(FRONT, position=(0.0036, 3.6, 0.9))  # a quarter of a pixel
    one = pose.drawn(bodies, empty(FRONT, 50.0, 1), 0)
    other = pose.drawn(bodies, empty(moved, 50.0, 1), 0)
    assert 0 < np.abs(one - other).max() < 0.5


def test_what_cannot_be_drawn_is_said(film: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match='no control "canny"; there are depth, line'):
        controls.of(film, "1A", [0], "canny")
    with pytest.raises(InputError, match="No frame of 1A"):
        controls.of(film, "1A", [], "line")
    with pytest.raises(RenderError, match=r"frames/preview/9Z holds no frames"):
        controls.of(film, "9Z", [0], "depth")
    with pytest.raises(DocumentError, match="no scene with a setup 9Z"):
        controls.of(film, "9Z", [0], "pose")
    folder = world.write(tmp_path, "1A", 0, world.frame(0.0, SIZE).passes)
    (folder / "normal.0000.npz").unlink()
    with pytest.raises(RenderError, match=r"normal.0000.npz is missing"):
        controls.of(tmp_path, "1A", [0], "normal")[:]
