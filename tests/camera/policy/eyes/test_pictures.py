"""Pictures: rays hit what is there, and a renderer that knows nothing of them agrees."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh

from camera.families import make
from camera.families.asking import request
from camera.lens import Lens
from camera.policy.eyes import PictureEnv, Renderer, see
from camera.policy.eyes.capsules import first_bodies
from camera.policy.eyes.rays import FAR, pixels
from camera.policy.pilot import FilmEnv, State
from camera.pose import look
from camera.world import Bodies, World
from camera.world.bodies import nearest_body

AHEAD = look(np.array([0.0, 1.0, 0.0]))
SOMEBODY = Bodies(
    np.array([[[[0.0, 2.0, -0.5], [0.0, 2.0, 0.5]]]]), np.array([0.25]), np.array([7])
)


def test_depth_is_along_the_view_and_a_wall_across_it_is_equally_far_everywhere():
    wall = World.of_boxes([[0.0, 3.5, 0.0]], [[20.0, 0.5, 20.0]])
    picture = see(wall, Bodies.none(), [0], np.zeros((1, 3)), AHEAD[None], 1.0)
    assert picture.depth.shape == (1, 20, 36)
    assert np.allclose(picture.depth, 3.0, atol=1e-6) and (picture.whom == -1).all()


def test_where_nothing_is_there_is_sky():
    picture = see(World.empty(), Bodies.none(), [0], np.zeros((1, 3)), AHEAD[None], 1.0)
    assert (picture.depth > 0.7 * FAR).all() and picture.depth.max() == pytest.approx(FAR, rel=0.01)


def test_somebody_is_seen_in_front_of_a_wall_as_wide_as_the_lens_makes_them():
    wall = World.of_boxes([[0.0, 3.5, 0.0]], [[20.0, 0.5, 20.0]])
    wide, narrow = (
        see(wall, SOMEBODY, [0], np.zeros((1, 3)), AHEAD[None], f, rows=90, columns=160)
        for f in (1.0, 2.0)
    )
    for picture in (wide, narrow):
        assert picture.whom[0, 45, 80] == 7 and picture.whom[0, 45, 2] == -1
        assert picture.depth[0, 45, 80] == pytest.approx(1.75, abs=0.01)
    across = [(p.whom[0, 45] == 7).sum() for p in (wide, narrow)]
    assert across[1] == pytest.approx(2 * across[0], abs=2)


def test_the_first_pixel_is_at_the_top_left():
    floor = World.of_boxes([[0.0, 0.0, -1.5]], [[50.0, 50.0, 0.5]])
    picture = see(floor, Bodies.none(), [0], np.zeros((1, 3)), AHEAD[None], 1.0)
    assert picture.depth[0, -1].max() < picture.depth[0, 0].min()
    screen = pixels(16 / 9)
    assert screen[0, 0, 0] < 0 < screen[0, 0, 1]


def test_rays_meet_people_where_marching_towards_them_does():
    r = np.random.default_rng(3)
    ends = r.uniform(-1, 1, (1, 6, 2, 3))
    bodies = Bodies(ends, r.uniform(0.05, 0.4, 6), np.array([0, 0, 1, 1, 2, 3]))
    origins = 4.0 * r.normal(size=(400, 3))
    rays = r.uniform(-0.7, 0.7, (400, 3)) - origins
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)
    far, whom = first_bodies(origins, rays, bodies, np.zeros(400, int))
    gone = np.zeros(400)
    for _ in range(300):
        gone += np.maximum(nearest_body(origins + gone[:, None] * rays, bodies)[0], 0.0)
    met = nearest_body(origins + gone[:, None] * rays, bodies)[0] < 1e-4
    clear = gone > 30.0
    assert met.sum() > 100 and clear.sum() > 50
    assert np.allclose(far[met], gone[met], atol=2e-3)
    assert np.isinf(far[clear]).all() and (whom[clear] == -1).all() and (whom[met] >= 0).all()


def test_who_is_not_there_is_not_seen_and_from_inside_everything_is_at_the_lens():
    nobody = Bodies(np.full((1, 1, 2, 3), np.nan), np.array([0.3]), np.array([0]))
    one = np.zeros((1, 3)), np.array([[0.0, 1.0, 0.0]])
    far, whom = first_bodies(*one, nobody, np.zeros(1, int))
    assert np.isinf(far[0]) and whom[0] == -1
    inside = Bodies(np.array([[[[0.0, 0, -1], [0.0, 0, 1]]]]), np.array([0.3]), np.array([4]))
    far, whom = first_bodies(*one, inside, np.zeros(1, int))
    assert far[0] == 0 and whom[0] == 4


def test_misshapen_cameras_are_refused():
    with pytest.raises(ValueError, match="expected"):
        see(World.empty(), Bodies.none(), [0], np.zeros((1, 2)), AHEAD[None], 1.0)
    with pytest.raises(ValueError, match="positive, not 0"):
        see(World.empty(), Bodies.none(), [0], np.zeros((1, 3)), AHEAD[None], 0.0)


@pytest.mark.parametrize("family", ["courtyard", "doorways"])
def test_the_renderer_finds_the_depth_that_rays_find(family):
    case = make(family, 52, seconds=2.0, rate=12.0)
    p, q = case.witness.positions[9], case.witness.quaternions[9]
    with Renderer(case.world, case.lens, case.bodies, columns=160) as renderer:
        found = renderer.see(p, q, 9)
    rows, columns = found.depth.shape
    size = {"rows": rows, "columns": columns, "aspect": case.lens.aspect}
    asked = see(case.world, case.bodies, [9], p[None], q[None], case.lens.focal_heights, **size)
    gap = np.abs(np.minimum(found.depth, FAR) - asked.depth[0])
    # edges fall on one side of a pixel or the other, and round things have facets
    assert np.mean(gap < 0.05) > 0.97 and np.median(gap) < 0.01
    assert found.rgb.shape == (rows, columns, 3) and found.rgb.dtype == np.uint8


def test_a_mesh_is_rendered_as_well_as_a_world_and_subjects_have_their_own_colour():
    ball = trimesh.creation.icosphere(radius=0.5).apply_translation([0.0, 3.0, 0.0])
    with Renderer(ball, Lens(35.0), SOMEBODY, subjects=(7,), columns=64) as renderer:
        seen = renderer.see(np.array([0.0, 0.0, 0.0]), AHEAD)
        past = renderer.see(np.array([0.0, 2.35, 0.0]), AHEAD)
    middle = seen.depth.shape[0] // 2, 32
    assert seen.depth[middle] == pytest.approx(1.75, abs=0.02)
    assert past.depth[middle] == pytest.approx(0.15, abs=0.02)
    assert np.isinf(seen.depth[0, 0])
    red, _, blue = (int(c) for c in seen.rgb[middle])
    assert red > blue + 30
    with pytest.raises(ValueError, match="nothing to see"):
        Renderer(World.empty(), Lens(35.0))


def test_an_environment_shows_what_its_camera_sees_at_each_decision():
    case = make("room", 2, seconds=1.0)
    w = case.witness
    start = State.along(w.times, w.positions, w.quaternions, np.array([0]))
    plain = FilmEnv(request(case), start)
    env = PictureEnv(FilmEnv(request(case), start))
    seen, _ = env.reset()
    assert {"rgb", "depth", "self"} <= set(seen) and seen["depth"].dtype == np.float32
    expected = plain.reset()[0], plain.step(np.array([0.0, 0.0, 0.0, 1.5, 0.0]))
    later, reward, *_ = env.step(np.array([0.0, 0.0, 0.0, 1.5, 0.0]))
    env.close()
    assert np.array_equal(seen["self"], expected[0]["self"]) and reward == expected[1][1]
    assert np.abs(later["depth"] - seen["depth"])[np.isfinite(seen["depth"])].max() > 0.01
