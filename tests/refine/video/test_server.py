"""A shot painted by a server that speaks as ComfyUI does: whatever breaks, nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import comfy_loopback
import numpy as np
import pytest
from comfy_loopback import Comfy

from filmagent.errors import InputError, RenderError
from filmagent.refine.run.painter import Request
from filmagent.refine.run.work import Work
from filmagent.refine.video.backend import Wish
from filmagent.refine.video.server import Patience, Server, parcels

HEIGHT, WIDTH = 32, 48
PATIENCE = Patience(silence_s=0.5, away_s=1.0, longest_s=5.0, poll_s=0.01, backoff_s=0.01)


@pytest.fixture
def comfy() -> Iterator[Comfy]:
    with comfy_loopback.serving() as comfy:
        yield comfy


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return Work(tmp_path / "work", "key")


def nodes(loader: str = "VHS_LoadImages", saver: str = "SaveImage") -> dict[str, Any]:
    """A workflow as ComfyUI exports it."""
    slot = comfy_loopback.LOADERS[loader]
    return {
        "filmagent": {"every": 4, "beyond": 1, "grid": 16, "longest": 9, "overlap": 3},
        "1": {
            "class_type": loader,
            "inputs": {slot: "old", "skip": 0},
            "_meta": {"title": "filmagent.picture"},
        },
        "2": {
            "class_type": "CLIPTextEncode",
            "inputs": {"text": "film still, {{prompt}}; {{fps}}"},
        },
        "5": {
            "class_type": "Paint",
            "inputs": {"video": ["1", 0], "words": ["2", 0], "seed": "{{seed}}", "cfg": 3},
            "_meta": {"title": "sampler"},
        },
        "7": {"class_type": saver, "inputs": {"images": ["5", 0]}},
    }


def written(folder: Path, workflow: dict[str, Any]) -> Path:
    path = folder / "workflow.json"
    path.write_text(json.dumps(workflow))
    return path


def server(comfy: Comfy, folder: Path, workflow: dict[str, Any] | None = None) -> Server:
    return Server(comfy.url, written(folder, workflow or nodes()), fps=24, patience=PATIENCE)


def video(frames: int) -> Any:
    """Frames of one grey each, so that a lossy codec keeps them."""
    grey = np.linspace(0.1, 0.9, frames, dtype=np.float32)
    return np.broadcast_to(grey[:, None, None, None], (frames, HEIGHT, WIDTH, 3))


def request(frames: int = 9, **wish: Any) -> Request:
    return Request(Wish("a man {{seed}}", picture=video(frames), **wish), 0.6, 20, seed=2**40 + 5)


def painted(by: Server, asked: Request, work: Work) -> Any:
    return np.concatenate(list(by.paint(asked, work, "piece", lambda part: None)))


@pytest.mark.parametrize("loader", ["VHS_LoadImages", "VHS_LoadVideo", "LoadVideo"])
@pytest.mark.parametrize("saver", ["SaveImage", "VHS_VideoCombine"])
def test_a_shot_goes_there_and_comes_back(
    comfy: Comfy, work: Work, tmp_path: Path, loader: str, saver: str
) -> None:
    made = painted(server(comfy, tmp_path, nodes(loader, saver)), request(), work)
    lossless = (loader, saver) == ("VHS_LoadImages", "SaveImage")
    assert made.shape == (9, HEIGHT, WIDTH, 3)
    assert np.allclose(made, 1 - video(9), atol=0.003 if lossless else 0.03)
    sent = comfy.asked[0]
    assert sent["5"]["inputs"]["seed"] == 5
    # what the prompt says is no place to fill
    assert sent["2"]["inputs"]["text"] == "film still, a man {{seed}}; 24"
    assert "filmagent" not in sent


def test_frames_and_sizes_are_padded_to_the_workflow_s_and_trimmed(
    comfy: Comfy, work: Work, tmp_path: Path
) -> None:
    shot = Request(Wish("", picture=video(6)[:, :20, :41]), 0.6, 20, 1)
    made = painted(server(comfy, tmp_path), shot, work)
    assert made.shape == (6, 20, 41, 3)
    assert len(comfy.inputs) == 9


def test_a_long_shot_is_painted_in_windows_that_fade_into_each_other(
    comfy: Comfy, work: Work, tmp_path: Path
) -> None:
    told: list[float] = []
    by = server(comfy, tmp_path)
    parts = list(by.paint(request(20), work, "piece", told.append))
    assert np.allclose(np.concatenate(parts), 1 - video(20), atol=1 / 250)
    assert len(comfy.asked) == 3
    assert told == pytest.approx([1 / 3, 2 / 3, 1])


def test_finished_windows_are_never_asked_for_again(
    comfy: Comfy, work: Work, tmp_path: Path
) -> None:
    by = server(comfy, tmp_path)
    comfy.faults["job"] = ["", "error"]
    with pytest.raises(RenderError, match=r"node 5 \(sampler\): CUDA out of memory. .*9 GiB"):
        painted(by, request(20), work)
    assert len(comfy.asked) == 2
    again = painted(by, request(20), Work(work.folder, "key"))
    assert len(comfy.asked) == 4
    assert np.allclose(again, 1 - video(20), atol=1 / 250)


def test_a_job_that_went_on_without_us_is_taken_up_not_asked_for_twice(
    comfy: Comfy, work: Work, tmp_path: Path
) -> None:
    by = server(comfy, tmp_path)
    comfy.faults["/view"] = ["500"] * 4
    with pytest.raises(
        RenderError, match=r"cannot be reached .*answers 500.*what is finished is kep"
    ):
        painted(by, request(), work)
    made = painted(by, request(), Work(work.folder, "key"))
    assert len(comfy.asked) == 1
    assert np.allclose(made, 1 - video(9), atol=1 / 250)


@pytest.mark.parametrize("path", ["/upload", "/prompt", "/history", "/queue", "/view"])
@pytest.mark.parametrize("fault", ["500", "hang", "truncate"])
def test_a_request_that_breaks_is_made_again(
    comfy: Comfy, work: Work, tmp_path: Path, path: str, fault: str
) -> None:
    comfy.faults[path] = [fault]
    made = painted(server(comfy, tmp_path), request(5), work)
    assert np.allclose(made, 1 - video(5), atol=1 / 250)
    assert len(comfy.asked) == 1 or path == "/prompt"


def test_a_job_whose_answer_was_lost_is_not_asked_for_twice(
    comfy: Comfy, work: Work, tmp_path: Path
) -> None:
    comfy.faults["/prompt"] = ["drop"]
    painted(server(comfy, tmp_path), request(), work)
    assert len(comfy.asked) == 1


@pytest.mark.parametrize("fault", ["forget", "torn"])
def test_a_job_that_is_forgotten_or_spoilt_is_asked_for_again(
    comfy: Comfy, work: Work, tmp_path: Path, fault: str
) -> None:
    comfy.faults["job"] = [fault]
    made = painted(server(comfy, tmp_path), request(), work)
    assert np.allclose(made, 1 - video(9), atol=1 / 250)
    assert len(comfy.asked) == 2


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("short", "gave 8 frames for a window of 9; have the workflow make as many as"),
        ("small", "pictures of 24×16, the shot has 48×32 pixels; have the workflow take its size"),
    ],
)
def test_pictures_that_do_not_fit_are_refused(
    comfy: Comfy, work: Work, tmp_path: Path, fault: str, says: str
) -> None:
    comfy.faults["job"] = [fault]
    with pytest.raises(RenderError, match=says):
        painted(server(comfy, tmp_path), request(), work)
    # when the workflow is mended the window is asked for anew
    painted(server(comfy, tmp_path), request(), work)


def test_a_job_without_an_end_is_stopped(comfy: Comfy, work: Work, tmp_path: Path) -> None:
    comfy.faults["job"] = ["never"]
    short = Patience(silence_s=0.5, longest_s=0.1, poll_s=0.01)
    by = Server(comfy.url, written(tmp_path, nodes()), patience=short)
    with pytest.raises(RenderError, match="has worked at one window for 0 minutes"):
        painted(by, request(), work)
    assert len(comfy.stopped) == 1 and not comfy.running


def test_who_gives_up_waiting_stops_the_job(
    comfy: Comfy, work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from filmagent.refine.video.server import exchange

    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    comfy.faults["job"] = ["never"]
    monkeypatch.setattr(exchange.time, "sleep", interrupted)
    with pytest.raises(KeyboardInterrupt):
        painted(server(comfy, tmp_path), request(), work)
    assert len(comfy.stopped) == 1


def test_a_refusal_names_the_node_and_the_reason(comfy: Comfy, work: Work, tmp_path: Path) -> None:
    workflow = nodes()
    workflow["9"] = {"class_type": "WanVaceToVideo", "inputs": {}}
    says = r"refuses the workflow: node 9 \(WanVaceToVideo\): Node not found"
    with pytest.raises(RenderError, match=says):
        painted(server(comfy, tmp_path, workflow), request(), work)


def test_a_server_that_is_not_there_or_none_is_told(work: Work, tmp_path: Path) -> None:
    path = written(tmp_path, nodes())
    gone = Server("http://user:secret@127.0.0.1:9", path, patience=PATIENCE)
    with pytest.raises(RenderError, match=r"^http://127\.0\.0\.1:9 cannot be reached") as error:
        painted(gone, request(), work)
    assert "secret" not in str(error.value)
    for url in ("ftp://film", "http://", "http://a:b:c"):
        with pytest.raises(InputError, match="is no address of a server"):
            Server(url, path)


def test_colours_are_kept_on_the_way() -> None:
    colours = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.8, 0.5, 0.2], [0.2, 0.6, 0.9]])
    clip = np.broadcast_to(colours[:, None, None], (5, HEIGHT, WIDTH, 3)).astype(np.float32)
    back = np.stack(list(parcels.opened(parcels.mp4(clip, 0, 5, 24), (WIDTH, HEIGHT))))
    assert np.allclose(back / 255, clip, atol=3 / 255)


def test_names_that_the_server_gives_never_become_paths(
    comfy: Comfy, work: Work, tmp_path: Path
) -> None:
    def pictures() -> set[Path]:
        return {p for p in tmp_path.parent.rglob("*") if p.is_file() and "png" in p.name}

    before = pictures()
    painted(server(comfy, tmp_path), request(), work)
    assert all(name.startswith("../../") for name in comfy.outputs)
    assert pictures() == before


def test_controls_masks_and_references_go_where_they_belong(
    comfy: Comfy, work: Work, tmp_path: Path
) -> None:
    workflow = nodes()
    workflow["1"]["_meta"]["title"] = "filmagent.control.depth"
    workflow["10"] = {"class_type": "VHS_LoadImages", "inputs": {"directory": "{{mask}}"}}
    for number in (1, 2):
        workflow[f"2{number}"] = {
            "class_type": "LoadImage",
            "inputs": {"image": "a.png"},
            "_meta": {"title": f"filmagent.reference.{number}"},
        }
    by = server(comfy, tmp_path, workflow)
    assert by.capabilities.controls == ("depth",)
    assert (by.capabilities.references, by.capabilities.masks) == (2, True)
    face = np.zeros((20, 10, 3), np.float32)
    wish = Wish(
        "",
        controls={"depth": video(5)},
        mask=np.ones((5, HEIGHT, WIDTH), np.float32),
        picture=video(5),
        references=[face],
    )
    painted(by, Request(wish, 1.0, 20, 1), work)
    sent = comfy.asked[0]
    first, second = (sent[n]["inputs"]["image"] for n in ("21", "22"))
    assert first == second and first in comfy.inputs
    masks = [n for n in comfy.inputs if n.startswith(sent["10"]["inputs"]["directory"] + "/")]
    assert len(masks) == 5
    with pytest.raises(InputError, match=r"needs control\.depth, which this shot has not"):
        painted(by, request(5, references=[face]), Work(work.folder, "other"))


BROKEN = {
    "an editor's file": ({"nodes": [], "links": []}, "as the editor keeps it; export it with"),
    "no nodes": ([], "holds no nodes"),
    "no place": ({"1": {"class_type": "SaveImage", "inputs": {}}}, "takes nothing of the shot"),
    "an unknown place": (
        {"1": {"class_type": "T", "inputs": {"text": "{{contol.depth}}"}}},
        'there is no place "contol.depth"; do you mean "control.depth"',
    ),
    "pictures among words": (
        {"1": {"class_type": "T", "inputs": {"text": "{{picture}}"}}},
        'cannot stand in its "text"; pictures go into video, file, directory or image',
    ),
    "a title on the wrong node": (
        {
            "1": {
                "class_type": "VAEDecode",
                "inputs": {"samples": ["2", 0]},
                "_meta": {"title": "filmagent.seed"},
            }
        },
        r"node 1 \(filmagent.seed\): it has no input for \"seed\"; it needs one called value,",
    ),
    "an odd window": (nodes() | {"filmagent": {"longest": 80}}, "80 is no length of 4k.1 frames"),
    "an unknown rule": (nodes() | {"filmagent": {"evry": 8}}, "filmagent.evry: Extra inputs"),
    "a node without inputs": (nodes() | {"8": 3}, '"8" has no inputs'),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_workflow_that_cannot_be_filled_says_what_to_mend(broken: str, tmp_path: Path) -> None:
    workflow, says = BROKEN[broken]
    with pytest.raises(InputError, match=says):
        Server("http://127.0.0.1:9", written(tmp_path, workflow))


def test_two_outputs_want_a_title(comfy: Comfy, work: Work, tmp_path: Path) -> None:
    workflow = nodes()
    workflow["8"] = {"class_type": "VHS_VideoCombine", "inputs": {"images": ["5", 0]}}
    with pytest.raises(InputError, match=r"at nodes 7 \(SaveImage\), 8 .* \"filmagent.output\""):
        painted(server(comfy, tmp_path, workflow), request(5), work)
    workflow["8"]["_meta"] = {"title": "filmagent.output"}
    assert len(painted(server(comfy, tmp_path, workflow), request(5), work)) == 5
