"""Camera files of other programs: what they mean is what is read, and nothing is lost."""

from __future__ import annotations

import json
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from camera import Lens, Trajectory, formats, pose

FOV = np.degrees(2 * np.arctan(20.25 / 100))
HALF = repr(np.sqrt(0.5))
WIDE = repr(50 / 36)
HIGH = repr(50 / 20.25)

# A camera at (1, 2, 3) that looks along +Y, and half a second later from (1, 2, 4) along +X, as
# each format's public definition writes it
BY_HAND = {
    "chan": ("a.chan", f"0 1 3 -2 0 0 0 {FOV!r}\n12 1 4 -2 0 -90 0 {FOV!r}\n"),
    "tum": (
        "a.tum",
        f"# t x y z qx qy qz qw\n0.0 1 2 3 -{HALF} 0 0 {HALF}\n0.5 1 2 4 -.5 .5 -.5 .5\n",
    ),
    "kitti": ("a.kitti", "1 0 0 1 0 1 0 -3 0 0 1 2\n0 0 1 1 0 1 0 -4 -1 0 0 2\n"),
    "realestate": (
        "a.txt",
        "https://example.org/watch\n"
        f"0 {WIDE} {HIGH} 0.5 0.5 0 0 1 0 0 -1 0 1 0 3 0 0 1 -2\n"
        f"500000 {WIDE} {HIGH} 0.5 0.5 0 0 0 0 -1 2 0 1 0 4 1 0 0 -1\n",
    ),
    "gendop": (
        "a.json",
        json.dumps(
            {"w": 1600, "h": 900, "fl_x": 1600 * 50 / 36, "fl_y": 1600 * 50 / 36}
            | {"cx": 800, "cy": 450}
            | {
                "frames": [
                    {"transform_matrix": [[1, 0, 0, 1], [0, 1, 0, 3], [0, 0, 1, -2], [0, 0, 0, 1]]},
                    {
                        "transform_matrix": [
                            [0, 0, -1, 1],
                            [0, 1, 0, 4],
                            [1, 0, 0, -2],
                            [0, 0, 0, 1],
                        ]
                    },
                ]
            }
        ),
    ),
    "usd": (
        "a.usda",
        """#usda 1.0
(
    metersPerUnit = 0.01
    timeCodesPerSecond = 24
    upAxis = "Z"
)

def Xform "dolly"
{
    double3 xformOp:translate = (100, 0, 0)
    uniform token[] xformOpOrder = ["xformOp:translate"]

    def Camera "hero"
    {
        float focalLength = 50
        float focusDistance = 250
        float horizontalAperture = 36
        float verticalAperture = 20.25
        matrix4d xformOp:transform.timeSamples = {
            0: ( (1, 0, 0, 0), (0, 0, 1, 0), (0, -1, 0, 0), (0, 200, 300, 1) ),
            12: ( (0, -1, 0, 0), (0, 0, 1, 0), (-1, 0, 0, 0), (0, 200, 400, 1) ),
        }
        uniform token[] xformOpOrder = ["xformOp:transform"]
    }
}
""",
    ),
}
STEP = {"kitti": 2.0, "gendop": 2.0}
no_usd = pytest.mark.skipif(find_spec("pxr") is None, reason="needs pip install usd-core")
NAMES = [pytest.param(n, marks=[no_usd] if n == "usd" else []) for n in formats.FORMATS]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_made_by_hand_from_the_formats_definition_is_understood(tmp_path, name):
    file, text = BY_HAND[name]
    (tmp_path / file).write_text(text)
    track, lens = formats.read(tmp_path / file, fps=STEP.get(name))
    np.testing.assert_allclose(track.times, [0, 0.5], atol=1e-12)
    np.testing.assert_allclose(track.positions, [[1, 2, 3], [1, 2, 4]], atol=1e-12)
    np.testing.assert_allclose(pose.forward(track.quaternions), [[0, 1, 0], [1, 0, 0]], atol=1e-12)
    up = pose.rotate(track.quaternions, [0.0, 1.0, 0.0])
    np.testing.assert_allclose(up, [[0, 0, 1], [0, 0, 1]], atol=1e-12)
    if name in ("tum", "kitti"):
        assert lens is None
    else:
        assert (lens.focal_mm, lens.aspect) == pytest.approx((50, 16 / 9), rel=1e-6)
    if name == "usd":
        assert track.focus_distances == pytest.approx([2.5, 2.5])


quaternions = arrays(np.float64, (6, 4), elements=st.floats(-1, 1)).filter(
    lambda q: np.linalg.norm(q, axis=1).min() > 0.1
)
positions = arrays(np.float64, (6, 3), elements=st.floats(-1e3, 1e3))
zooms = arrays(np.float64, 6, elements=st.floats(12, 300))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("up", [None, "z", "y", "-y"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(quaternions, positions, zooms, st.integers(-100, 10_000))
def test_what_is_written_is_read_back_to_the_last_digits(tmp_path, name, up, q, p, zoom, start):
    up = None if (name, up) == ("usd", "-y") else up
    start = 0 if name == "kitti" else start
    track = Trajectory((start + np.arange(6)) / 24, p, pose.normalised(q), zoom)
    path = tmp_path / f"a{(formats.FORMATS[name].suffixes or ('.txt',))[-1]}"
    lens = Lens(float(zoom[0]), 24.89, 2.39)
    formats.write(path, track, lens, name, fps=24, up=up)
    back, found = formats.read(path, name, fps=24, up=up, sensor_mm=24.89, aspect=2.39)
    np.testing.assert_allclose(back.times, track.times, atol=1e-6 if name == "realestate" else 1e-9)
    np.testing.assert_allclose(back.positions, p, atol=1e-9)
    same = np.abs(np.einsum("ij,ij->i", back.quaternions, track.quaternions))
    np.testing.assert_allclose(same, 1.0, atol=1e-12)
    if name not in ("tum", "kitti"):
        tight = 1e-6 if name == "usd" else 1e-9
        np.testing.assert_allclose(back.focal_lengths, zoom, rtol=tight)
        assert (found.sensor_mm, found.aspect) == pytest.approx((24.89, 2.39), rel=tight)


def test_a_text_file_tells_its_format_by_its_lines(tmp_path):
    for name in ("tum", "kitti", "realestate"):
        path = tmp_path / "poses.txt"
        path.write_text(BY_HAND[name][1])
        track, lens = formats.read(path)
        assert len(track) == 2 and (lens is not None) == (name == "realestate")


@pytest.mark.parametrize("order", ["XYZ", "ZYX", "YXZ"])
def test_a_chan_file_keeps_rotations_in_any_order_and_straight_up(tmp_path, order):
    q = pose.from_azimuth_elevation([0.3, 0.3, 2.0], [0.4, np.pi / 2, -np.pi / 2], 0.2)
    track = Trajectory(np.arange(3) / 24, np.zeros((3, 3)), q)
    formats.write(tmp_path / "a.chan", track, rotation_order=order)
    back, lens = formats.read(tmp_path / "a.chan", rotation_order=order)
    assert lens is None
    np.testing.assert_allclose(np.abs(np.einsum("ij,ij->i", back.quaternions, q)), 1.0, atol=1e-12)


@pytest.mark.parametrize(
    ("file", "text", "place", "what"),
    [
        ("a.chan", "1 0 0 0 0 0 0\n2 0 0 x 0 0 0\n", "line 2", "'x' is not a number"),
        ("a.chan", "1 0 0 0 0 0 0\n2 0 0 0 0 0\n", "line 2", "6 numbers"),
        ("a.chan", "2 0 0 0 0 0 0\n1 0 0 0 0 0 0\n", "line 2", "not after"),
        ("a.chan", "", "a.chan", "no samples"),
        ("a.tum", "0 0 0 0 0 0 0 1\n# half way\n1 0 0 0 0 0 0 2\n", "line 3", "not unit"),
        ("a.tum", "0 nan 0 0 0 0 0 1\n", "line 1", "nan is not finite"),
        ("a.kitti", "1 0 0 0 0 1 0 0 0 0 2 0\n", "line 1", "no rotation"),
        ("a.kitti", "1 0 0 0 0 1 0 0 0 0 -1 0\n", "line 1", "no rotation"),
        ("a.txt", "u\n0 1 2 .2 .5 0 0 1 0 0 0 0 1 0 0 0 0 1 0\n", "line 2", "principal point"),
        ("a.txt", "1 2 3\n", "a.txt", "3 words"),
        ("a.json", '{"frames": [\n {"transform_matrix": }]}', "line 2", "not JSON"),
        ("a.json", '{"w": 3}', "a.json", "frames"),
        ("a.json", '{"frames": [{"transform_matrix": [1, 2]}]}', "frames[0]", "4 × 4"),
    ],
)
def test_a_malformed_file_is_refused_by_file_line_and_fault(tmp_path, file, text, place, what):
    (tmp_path / file).write_text(text)
    with pytest.raises(formats.FormatError) as caught:
        formats.read(tmp_path / file)
    assert file in str(caught.value) and place in str(caught.value) and what in str(caught.value)


def test_a_binary_file_is_refused_as_no_text(tmp_path):
    (tmp_path / "a.tum").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(formats.FormatError, match="not a text file"):
        formats.read(tmp_path / "a.tum")


def test_what_a_format_cannot_hold_is_said_before_anything_is_written(tmp_path):
    still = Trajectory.still([0.0, 0.51], [0, 0, 0], [1, 0, 0, 0])
    path = tmp_path / "a.chan"
    with pytest.raises(ValueError, match="between two frames"):
        formats.write(path, still)
    with pytest.raises(ValueError, match="give the lens"):
        formats.write(path, still, format="realestate")
    hole = Trajectory(still.times, [[0, 0, 0], [np.nan] * 3], [[1, 0, 0, 0], [np.nan] * 4])
    with pytest.raises(ValueError, match="sample 1 is missing"):
        formats.write(path, hole)
    with pytest.raises(ValueError, match="'fbx' is not known; there are chan"):
        formats.write(path, still, format="fbx")
    with pytest.raises(ValueError, match="give one of chan"):
        formats.write(tmp_path / "a.xyz", still)
    assert not path.exists()


@pytest.mark.skipif(find_spec("pxr") is not None, reason="OpenUSD is installed")
def test_without_openusd_a_usd_file_says_what_to_install(tmp_path):
    still = Trajectory.still([0.0], [0, 0, 0], [1, 0, 0, 0])
    with pytest.raises(ModuleNotFoundError, match="pip install usd-core"):
        formats.write(tmp_path / "a.usda", still)
    with pytest.raises(ModuleNotFoundError, match="pip install usd-core"):
        formats.read(tmp_path / "a.usda")


@no_usd
def test_a_stage_without_a_camera_is_refused(tmp_path):
    (tmp_path / "a.usda").write_text('#usda 1.0\ndef Xform "set"\n{\n}\n')
    with pytest.raises(formats.FormatError, match="no Camera"):
        formats.read(tmp_path / "a.usda")
    (tmp_path / "b.usda").write_text("once upon a time")
    with pytest.raises(formats.FormatError, match="not a USD stage"):
        formats.read(tmp_path / "b.usda")
