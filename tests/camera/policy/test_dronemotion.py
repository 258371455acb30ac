"""DroneMotion-99k clips: read as published, refused by line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from camera.policy.actions import fly_actions, restore_actions
from camera.policy.dronemotion import clips, read_clip
from camera.pose import exp, forward, multiply, rotate

NAMES = ["frame", *(f"{kind}_{n}" for kind in ("raw", "est") for n in range(13))]


def written(path: Path, frames: int = 12, change: dict[tuple[int, int], str] | None = None) -> Path:
    """A drone that goes ahead and turns; ``change`` has other text for (line, column)."""
    p, q = np.zeros(3), exp(np.array([0.3, 0.0, 0.0]))
    v, w = np.array([0.05, 0.0, 0.4]), np.array([0.0, 0.02, 0.0])
    rows = [["# 3.25"], list(NAMES)]
    for n in range(frames):
        one = [*p, *q, *v, *w]
        rows.append([f"{n:05d}.jpg", *(f"{x + 0.5:.9f}" for x in one[:3]),
                     *(f"{x:.9f}" for x in (*one[3:], *one))])  # fmt: skip
        p, q = p + v, multiply(exp(w), q)
    for (line, column), text in (change or {}).items():
        rows[line - 1][column] = text
    path.write_text("\n".join(",".join(row) for row in rows) + "\n")
    return path


def test_a_clip_gives_its_path_and_the_steps_that_fly_it_again(tmp_path):
    clip = read_clip(written(tmp_path / "clip.csv"))
    assert len(clip) == 12 and clip.scale == 3.25 and clip.pictures[2] == "00002.jpg"
    states, actions = clip.steps()
    assert states.shape == (2, 5, 7) and actions.shape == (2, 5, 6)
    begin = clip.positions[0], clip.quaternions[0]
    path, turned = fly_actions(*begin, restore_actions(actions.reshape(10, 6)))
    assert np.allclose(path, clip.positions[:11], atol=1e-6)
    assert np.allclose(turned, clip.quaternions[:11], atol=1e-6)
    track = clip.trajectory
    assert np.allclose(np.diff(track.times), 1 / 15)
    # OpenCV looks along +Z; this package's cameras look where the drone did
    ahead = rotate(clip.quaternions, np.array([0.0, 0.0, 1.0]))
    assert np.allclose(forward(track.quaternions), ahead, atol=1e-6)


def test_the_last_frame_of_a_whole_step_goes_on_as_it_ended(tmp_path):
    long, short = (read_clip(written(tmp_path / f"{n}.csv", frames=n)) for n in (11, 10))
    assert np.allclose(long.steps()[1][-1, -1], short.steps()[1][-1, -1], atol=1e-6)


def test_what_was_measured_can_be_read_too(tmp_path):
    file = written(tmp_path / "clip.csv")
    measured, filtered = read_clip(file, "measured"), read_clip(file)
    assert np.allclose(measured.positions - filtered.positions, 0.5)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({(5, 15): "nan"}, r"line 5: column 15 is 'nan'"),
        ({(7, 3): "far"}, r"line 7: column 3 is 'far'"),
        ({(4, 17): "0.2"}, r"line 4: the rotation in columns 17–20"),
        ({(6, 26): "0.1,0.2"}, r"line 6: 28 columns, expected 27"),
        ({(1, 0): "scale 3"}, r"line 1: 'scale 3' is not"),
        ({(2, 4): "a,b"}, r"line 2: 28 columns are named"),
    ],
)
def test_a_bad_row_is_refused_by_its_line(tmp_path, change, said):
    with pytest.raises(ValueError, match=said):
        read_clip(written(tmp_path / "clip.csv", change=change))


def test_only_clips_that_their_authors_hold_valid_are_found(tmp_path):
    video = tmp_path / "aBc123"
    video.mkdir()
    names = (
        "scene1_0-recons0-score30",
        "scene2_0-recons0-score0",
        "scene3_0-recons1-score44_invalid",
    )
    for name in names:
        written(video / f"{name}.csv")
    (video / "notes.csv").write_text("a,b\n")
    assert [path.stem for path in clips(tmp_path)] == ["scene1_0-recons0-score30"]


def test_too_short_a_clip_has_no_steps(tmp_path):
    clip = read_clip(written(tmp_path / "clip.csv", frames=4))
    with pytest.raises(ValueError, match="4 frames has no step of 5"):
        clip.steps()
