"""What the preview's picture promises."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import trimesh
from scipy.spatial import ConvexHull

from filmagent.render import passes
from filmagent.render.people import Motion
from filmagent.render.staged import Staged


def test_everybody_in_front_of_the_camera_is_in_the_picture(preview):
    ids = preview.frame("1A", 0)["ids"]
    for who in (1, 2, 3, 9):
        assert (ids == who).sum() >= 8, f"object {who} is not in the picture"


def test_a_head_is_where_the_camera_says_it_is(preview, film):
    staged = Staged.read(film, "1")
    bones = preview.people["ann"].motion.bones(0)
    height = 1.7 - 0.15
    centre = np.array([[*bones[0][:2, 3], height]])
    camera = staged.camera("1B", 0)
    expected = camera.project(centre, preview.size)[0]
    frame = preview.frame("1B", 0)
    rows, columns = np.nonzero(frame["ids"] == 2)
    top = rows.min() + 0.5
    crown = camera.project(centre + np.array([[0, 0, 0.14]]), preview.size)[0]
    assert abs(crown[1] - top) < 2.0
    head = columns[rows < expected[1]]
    assert abs(head.mean() + 0.5 - expected[0]) < 0.6


def test_depth_is_the_distance_along_the_cameras_axis(preview, film):
    camera = Staged.read(film, "1").camera("1A", 0)
    frame = preview.frame("1A", 0)
    walls = np.array([[0.0, 2.5, 2.0], [1.5, 2.5, 1.8]])
    seen = walls @ camera.view()[:3, :3].T + camera.view()[:3, 3]
    for pixel, eye in zip(camera.project(walls, preview.size), seen, strict=True):
        x, y = pixel.astype(int)
        assert frame["ids"][y, x] == 1
        assert abs(float(frame["depth"][y, x]) + eye[2]) < 0.02


def test_vectors_lead_to_where_a_walker_is_in_the_next_frame(preview, film):
    camera = Staged.read(film, "1").camera("1A", 0)
    frame = preview.frame("1A", 0)
    person = preview.people["bob"]
    chest = np.array([[*person.motion.bones(0)[0][:2, 3], 1.0]])
    after = np.array([[*person.motion.bones(1)[0][:2, 3], 1.0]])
    moved = camera.project(after, preview.size) - camera.project(chest, preview.size)
    x, y = camera.project(chest, preview.size)[0].astype(int)
    assert frame["ids"][y, x] == 3
    found = frame["vectors"][y, x].astype(float)
    assert abs(found[0] - moved[0, 0]) < 0.1
    assert abs(found[1] + moved[0, 1]) < 0.1, "y of motion is up, y of pixels is down"


def test_nothing_moves_on_a_still_set_under_a_still_camera(preview):
    frame = preview.frame("1A", 0)
    assert not frame["vectors"][frame["ids"] == 1].astype(bool).any()


def test_a_frame_is_the_same_whatever_was_drawn_before_it(preview):
    first = preview.frame("1A", 3)
    preview.frame("1C", 0)
    preview.frame("1A", 4)
    again = preview.frame("1A", 3)
    for name in first:
        assert np.array_equal(first[name], again[name]), name


def test_the_window_lights_the_side_that_faces_it(preview):
    frame = preview.frame("1A", 0)
    rows, columns = np.nonzero(frame["ids"] == 2)
    upper = rows < np.percentile(rows, 25)
    middle = np.median(columns[upper])
    bright = frame["rgb"].astype(float).sum(-1)
    lit = bright[rows[upper], columns[upper]]
    # the window is on the left of this picture
    assert lit[columns[upper] < middle].mean() > 1.15 * lit[columns[upper] > middle].mean()


def test_people_darken_the_floor_they_stand_on(preview):
    from filmagent.documents import StageActor

    with_people = preview.frame("1A", 0)
    seen = Staged.seen

    def nobody(self, camera, frame) -> list[StageActor]:
        return []

    Staged.seen = nobody
    try:
        empty = preview.frame("1A", 0)
    finally:
        Staged.seen = seen
    floor = (with_people["ids"] == 1) & (empty["ids"] == 1)
    change = empty["rgb"].astype(float).sum(-1) - with_people["rgb"].astype(float).sum(-1)
    assert change[floor].max() > 40
    assert (change[floor] < -12).mean() < 0.01


def test_a_jaw_that_opens_moves_the_chin(preview, film):
    person = preview.people["ann"]
    frames = range(0, 8)
    low = [person.motion.vertices(f)[-642:, 2].min() for f in frames]
    assert np.ptp(low) > 0.01


def test_a_body_is_posed_as_the_library_poses_it(film):
    from filmagent.library import skin

    staged = Staged.read(film, "1")
    actor = staged.doc.actors[0]
    bake = staged.bake(actor.bake)
    from filmagent.render.people import Body

    body = Body(bake, staged.path(actor.bake))
    arrays = staged.arrays(actor.performance)
    motion = Motion(body, arrays)
    row = motion.row(5)
    world = skin.pose(
        body.member,
        arrays["rotations"][row : row + 1],
        arrays["root"][row : row + 1],
        arrays["root_rotation"][row : row + 1],
    )
    face = arrays["face"][row : row + 1]
    expected = np.concatenate(
        [skin.deform(body.member, part, world, face)[0] for part in bake.parts]
    )
    assert np.abs(motion.vertices(5) - expected).max() < 1e-5


def test_a_still_shot_does_not_flicker(preview):
    """Without people every pixel stays what it is; with them, only what they touch changes."""
    frames = [preview.frame("1A", number) for number in range(6)]
    moved = np.zeros(frames[0]["ids"].shape, bool)
    for one, other in pairwise(frames):
        moved |= np.any(one["rgb"] != other["rgb"], axis=-1)
    people = np.any([frame["ids"] > 1 for frame in frames], axis=0)
    assert (moved & ~people).mean() < 0.15
    assert not moved[:4].any(), "the wall above everybody's head flickers"


def test_closed_shapes_are_told_from_open_ones():
    from small_film import box

    from filmagent.library.bake import MeshPart
    from filmagent.render.solid import closed

    shut = box("crate", "wood", (0, 0, 0), (1, 1, 1))
    room = box("room", "wall", (-2, -2, 0), (2, 2, 3), inside=True)
    sheet = MeshPart("sheet", "cloth", shut.vertices, shut.faces[:-1])
    assert closed([shut, room, sheet]).tolist() == [True, False, False]


def _outline_centre(corners):
    """The centre of area of a convex solid's outline, (2,), from its projected corners (N, 2)."""
    ring = corners[ConvexHull(corners).vertices]
    after = np.roll(ring, -1, axis=0)
    cross = ring[:, 0] * after[:, 1] - after[:, 0] * ring[:, 1]
    return ((ring + after) * cross[:, None]).sum(0) / (3 * cross.sum())


@pytest.mark.parametrize("place", [(-0.3, -1.2, 1.2), (0.2, -1.0, 1.6), (0.6, -1.3, 1.3)])
@pytest.mark.parametrize("number", [0, 5])
def test_a_landmark_is_within_half_a_pixel_of_where_the_camera_puts_it(
    preview, film, monkeypatch, place, number
):
    model = np.diag([1.5, 1.5, 1.5, 1.0])
    model[:3, 3] = place
    monkeypatch.setattr(Staged, "placed", lambda self, prop, frame: model)
    staged = Staged.read(film, "1")
    corners = staged.bake(staged.doc.props[0].bake).parts[0].vertices * 1.5 + place
    for setup in ("1A", "1C"):
        frame = preview.frame(setup, number)
        pixels = staged.camera(setup, number).project(corners, preview.size)
        if (pixels < 0).any() or (pixels > preview.size).any():
            continue
        rows, columns = np.nonzero(frame["ids"] == staged.doc.props[0].object_id)
        assert len(rows) > 15
        found = np.array([columns.mean(), rows.mean()]) + 0.5
        assert np.hypot(*(found - _outline_centre(pixels))) < 0.5
        near = np.asarray(frame["depth"], float)[rows, columns]
        view = staged.camera(setup, number).view()
        away = -(corners @ view[2, :3] + view[2, 3])
        assert away.min() - 0.01 < near.min() and near.max() < away.max() + 0.01


def test_rest_positions_name_the_same_spot_wherever_it_is(preview, film):
    camera = Staged.read(film, "1").camera("1A", 0)
    frame = preview.frame("1A", 0, ("ids", "depth", "rest", "normal", "materials", "albedo"))
    ids, rest, normal = frame["ids"], frame["rest"], frame["normal"].astype(float)
    rows, columns = np.nonzero(ids == 1)
    seen = camera.project(rest[rows, columns].astype(float), preview.size)
    off = np.abs(seen - np.stack([columns, rows], -1) - 0.5)
    assert off.max() < 0.02, "a set is at rest where it is"
    for who, name in ((2, "ann"), (3, "bob")):
        person = preview.people[name]
        mine = np.argwhere(ids == who)
        spots = rest[mine[:, 0], mine[:, 1]].astype(float)
        body = person.body.vertices[person.body.faces]
        # carried from the undeformed body to where skinning puts it now
        posed = person.motion.vertices(0)[person.body.faces]
        for spot, (row, column) in list(zip(spots, mine, strict=True))[:: max(1, len(mine) // 12)]:
            near = trimesh.triangles.closest_point(body, np.tile(spot, (len(body), 1)))
            face = np.linalg.norm(near - spot, axis=1).argmin()
            weights = trimesh.triangles.points_to_barycentric(body[face][None], near[face][None])
            there = camera.project(weights @ posed[face], preview.size)[0]
            assert np.abs(there - (column + 0.5, row + 0.5)).max() < 0.2
    drawn = ids > 0
    assert np.abs(np.linalg.norm(normal[drawn], axis=1) - 1).max() < 2e-3
    towards = np.einsum("pi,pi->p", normal[ids == 1], camera.position - rest[ids == 1])
    assert (towards > -1e-3).all()
    assert (
        len(np.unique(frame["materials"][drawn])) >= 4 and (frame["materials"][~drawn] == 0).all()
    )
    cup = frame["albedo"][ids == 9].astype(float)
    assert np.abs(cup.mean(0) - (0.8, 0.8, 0.75)).max() < 0.03


def test_a_picture_is_the_same_whatever_else_is_asked(preview):
    every = preview.frame("1A", 3, passes.EVERYTHING["preview"])
    alone = preview.frame("1A", 3, ("rgb",))
    assert np.array_equal(every["rgb"], alone["rgb"])
