"""Bodies and motion of one's own, from the command line: what was understood is shown."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from filmagent.cast import imported
from filmagent.cli import app
from filmagent.documents import ActorTiming, Gesture, SceneTiming, Segment
from filmagent.film import clipping
from filmagent.library import cast

sys.path.insert(0, str(Path(__file__).parent.parent / "library" / "bodies"))
import double


@pytest.fixture(autouse=True)
def shelves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for kind in ("CAST", "MOTION"):
        monkeypatch.setenv(f"FILMAGENT_{kind}", str(tmp_path / kind.lower()))
    return tmp_path


def command(*words: str) -> None:
    app([*words], exit_on_error=False, result_action="return_value")


def test_smplx_weights_and_an_amass_take_join_the_shelves(
    shelves: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = double.write(shelves / "MY_BODY.npz")
    command("cast", "import", str(file), "--gender", "male", "--years", "41", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["name"] == "my_body"
    assert {"ours": "head", "theirs": "head", "by": "SMPL-X"} in told["bones"]
    assert cast.load("my_body").entry().years == 41

    poses = np.zeros((60, 165))
    poses[:, 0] = np.pi / 2
    poses[:, 3 * 17 + 2] = np.linspace(0, 1, 60)
    np.savez(shelves / "take.npz", poses=poses, trans=np.zeros((60, 3)), mocap_framerate=30.0)
    command("motion", "import", str(shelves / "take.npz"), "--name", "reach_out",
            "--word", "reaches out", "--start", "0.5")  # fmt: skip
    out = capsys.readouterr().out
    assert "right_shoulder" in out and "reach_out:" in out
    command("motion", "list", "--json")
    listed = json.loads(capsys.readouterr().out)["motion"]
    assert [(e["name"], e["words"], e["seconds"]) for e in listed] == [
        ("reach_out", ["reaches out"], pytest.approx(1.467, abs=0.01))
    ]


def test_a_scene_plays_the_clips_its_gestures_name(shelves: Path) -> None:
    poses = np.zeros((60, 165))
    poses[:, 0] = np.pi / 2
    np.savez(shelves / "take.npz", poses=poses, trans=np.zeros((60, 3)), mocap_framerate=30.0)
    command("motion", "import", str(shelves / "take.npz"), "--name", "t_pose", "--json")
    still = Segment(kind="stand", start=-1, end=4, position=(0, 0, 0), heading=0, end_heading=0)
    actor = ActorTiming(actor="ada", member="ines", segments=[still])
    timing = SceneTiming(scene="1", set="nowhere", duration=3, actors=[actor])
    body = cast.load("ines")
    bare = imported.play(imported.load(shelves / "motion" / "t_pose.npz"), body, (24, 1))
    bare |= {
        "rotations": np.tile(np.float32([1, 0, 0, 0]), (len(bare["root"]), len(body.bones), 1))
    }
    assert clipping.played(timing, actor, bare, (24, 1)) is bare
    actor.gestures = [Gesture(id="1.1/ada/t_pose", action="t_pose", start=0, end=1.9)]
    acted = clipping.played(timing, actor, bare, (24, 1))
    arm = body.bone("upperarm01.L")
    assert np.abs(acted["rotations"][24, arm] - bare["rotations"][24, arm]).max() > 0.1
    assert np.abs(acted["rotations"][0, arm] - bare["rotations"][0, arm]).max() < 1e-6


def test_a_body_that_is_none_leaves_nothing_behind(shelves: Path) -> None:
    from filmagent.errors import InputError

    (shelves / "SMPL.pkl").write_bytes(b"\x80\x04.")
    with pytest.raises(InputError, match="is a pickle"):
        command("cast", "import", str(shelves / "SMPL.pkl"), "--name", "ada")
    with pytest.raises(InputError, match="are no numbers"):
        command("cast", "import", str(shelves / "SMPL.npz"), "--name", "ada", "--betas", "1;2")
    with pytest.raises(InputError, match="cannot be the name"):
        command("cast", "import", str(shelves / "SMPL.npz"), "--name", "../ada")
    assert not (shelves / "cast").exists()
