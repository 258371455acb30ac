"""The same watts are the same light as in Cycles."""

from __future__ import annotations

import numpy as np
import pytest
from small_film import box, look_at, room

from filmagent.documents import StageLight, StageWorld
from filmagent.library.bake import Bake, Material
from filmagent.render import view
from filmagent.render.lamps import Lamp, sky
from filmagent.render.lighting import harmonics
from filmagent.render.radiosity import light_set
from filmagent.render.rays import Rays

DOWN = (1.0, 0.0, 0.0, 0.0)
FAR_AWAY = Rays(np.array([[90, 90, 90], [91, 90, 90], [90, 91, 90.0]]), np.array([[0, 1, 2]]))


# irradiance at the centre of a white plane 4 m under each light, measured in Cycles 4.5
@pytest.mark.parametrize(
    ("light", "irradiance"),
    [
        ({"kind": "sun", "energy": 1.0, "size": (0.01, 0.01)}, 1.0),
        ({"kind": "point", "energy": 100.0, "size": (0.05, 0.05)}, 0.49727),
        ({"kind": "spot", "energy": 100.0, "size": (0.05, 0.05), "spot_angle": 1.2}, 0.49727),
        ({"kind": "area", "energy": 100.0, "size": (0.1, 0.1)}, 1.98897),
        ({"kind": "area", "energy": 100.0, "size": (1.0, 1.0)}, 1.94922),
    ],
)
def test_lamps_are_as_bright_as_cycles(light, irradiance):
    lamp = Lamp(StageLight(id="x", position=(0, 0, 4), quaternion=DOWN, **light))
    found = lamp.irradiance(np.zeros((1, 3)), np.array([[0, 0, 1.0]]), FAR_AWAY, 64)[0]
    assert found * light["energy"] == pytest.approx(irradiance, rel=0.01)


def test_a_closed_white_box_keeps_the_light_it_gets():
    """The furnace test: in a closed room of reflectance r, light sums to 1 / (1 − r)."""
    bake = Bake(
        "set",
        "furnace",
        [box("walls", "grey", (-2, -2, 0), (2, 2, 4), inside=True)],
        {"grey": Material(base_colour=(0.5, 0.5, 0.5), emission=(1, 1, 1), emission_strength=1.0)},
    )
    dark = StageWorld(top=(0, 0, 0), horizon=(0, 0, 0), ground=(0, 0, 0))
    lit = light_set(bake, [], dark, (np.array([-1, -1, 0]), np.array([1, 1, 2])))
    total = np.pi * (1 + 0.5 + 0.25 + 0.125)
    assert np.median(lit.bounced) == pytest.approx(total, rel=0.05)
    up = lit.probes.reshape(-1, 9, 3)[:, 0, 0] * harmonics(np.array([0, 0, 1.0]))[0]
    assert np.median(up) == pytest.approx(np.pi * 2, rel=0.1)


def test_a_red_wall_tints_what_is_beside_it():
    east = StageLight(
        id="w",
        kind="area",
        position=(-2, 0, 1.5),
        energy=100,
        quaternion=tuple(look_at((0, 0, 0), (1, 0, 0.001))),
        size=(1, 1),
    )
    world = StageWorld(top=(0, 0, 0), horizon=(0, 0, 0), ground=(0, 0, 0))
    lit = light_set(room(), [east], world, (np.array([-2, -2, 0]), np.array([2, 2, 2])))
    at = lit.surface.vertices
    ceiling = (at[:, 2] > 2.79) & (lit.surface.normals[:, 2] < -0.9) & (abs(at[:, 1]) < 2)
    share = lit.bounced[:, 0] / np.maximum(lit.bounced[:, 2], 1e-9)
    assert share[ceiling & (at[:, 0] > 2.2)].mean() > 1.3 * share[ceiling & (at[:, 0] < 0)].mean()


def test_the_table_shades_the_floor_under_it():
    lamp = StageLight(
        id="l", kind="area", position=(0.2, 0.7, 2.7), energy=80, quaternion=DOWN, size=(0.4, 0.4)
    )
    world = StageWorld(top=(0, 0, 0), horizon=(0, 0, 0), ground=(0, 0, 0))
    lit = light_set(room(), [lamp], world, (np.array([-2, -2, 0]), np.array([2, 2, 2])))
    at = lit.surface.vertices
    floor = (abs(at[:, 2]) < 1e-3) & (lit.surface.normals[:, 2] > 0.9)
    under = floor & (abs(at[:, 0] - 0.2) < 0.4) & (abs(at[:, 1] - 0.7) < 0.25)
    beside = floor & (abs(at[:, 0] + 1.0) < 0.4)
    assert lit.direct[under, 0].mean() < 0.2 * lit.direct[beside, 0].mean()


def test_the_sky_runs_from_ground_to_zenith():
    world = StageWorld(top=(0, 0, 1), horizon=(1, 1, 1), ground=(0.2, 0.1, 0), strength=2.0)
    found = sky(world, np.array([[0, 0, 1.0], [1, 0, 0.02], [0, 0, -1.0]]))
    assert np.allclose(found[0], (0, 0, 2))
    assert found[1].min() > 1.8
    assert np.allclose(found[2], (0.4, 0.2, 0))


def test_the_view_transform_is_blenders_agx():
    # middle grey and white through AgX, as Blender 4.5 shows them
    grey, white = view.develop(np.array([[0.18] * 3, [1.0] * 3]))
    assert grey[0] == pytest.approx(0.4613, abs=0.004)
    assert white[0] == pytest.approx(0.771, abs=0.004)


def test_the_table_of_the_view_transform_is_as_good_as_the_transform():
    from scipy.interpolate import RegularGridInterpolator

    axis = np.linspace(*view.STOPS, view.POINTS)
    table = RegularGridInterpolator((axis,) * 3, view.table("AgX", "None"))
    spread = np.random.default_rng(1)
    colours = np.exp2(spread.uniform(-8, 4, (2000, 1)) + spread.normal(0, 0.5, (2000, 3)))
    found = table(np.log2(colours)[:, ::-1])
    assert np.abs(found - view.develop(colours)).max() * 255 < 4


def test_without_blenders_configuration_there_is_still_a_film_look(monkeypatch):
    monkeypatch.setattr(view, "config_path", lambda: None)
    grey, white = view.develop(np.array([[0.18] * 3, [1.0] * 3]))
    assert 0.4 < grey[0] < 0.55 < white[0] < 0.85
