"""A film through a video model: planned, painted, stopped at any moment, reported, shown."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from filmagent.cli import main
from filmagent.documents import Edit
from filmagent.documents.film_time import needed
from filmagent.documents.naming import frame_path
from filmagent.errors import InputError
from filmagent.film import STAGES, Film, briefing, grading, refining
from filmagent.refine import sources
from filmagent.refine.video.backend import Wish
from filmagent.refine.video.shot import Shot

VIDEO = Path(__file__).parents[1] / "refine" / "video"
FRAMES = 5
OPTIONS = ("--steps", "2", "--tries", "1", "--no-references", "--json")


def few(edit: Edit) -> dict[str, list[int]]:
    """The first frames of two shots: what a tiny model paints in a second."""
    return {setup: frames[:FRAMES] for setup, frames in list(needed(edit).items())[:2]}


def faces(edit: Edit) -> dict[str, list[int]]:
    """The first frames of two shots that show the same face large enough."""
    return {setup: frames[:FRAMES] for setup, frames in list(needed(edit).items())[3:5]}


def files(root: Path) -> list[str]:
    """What a film's folder holds, but for what is kept of how it stands."""
    found = (path.relative_to(root).as_posix() for path in root.rglob("*"))
    return sorted(name for name in found if not name.startswith(".filmagent"))


@pytest.fixture
def film(finished: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Film:
    for module in (briefing, grading):
        monkeypatch.setattr(module, "needed", few)
    shutil.copytree(finished.root, tmp_path / "film")
    return Film(tmp_path / "film")


@pytest.fixture(scope="module")
def unpainted(finished: Film, tmp_path_factory: pytest.TempPathFactory) -> Film:
    """A film that is refused before anything of it changes: one copy is enough."""
    root = tmp_path_factory.mktemp("unpainted") / "film"
    shutil.copytree(finished.root, root)
    return Film(root)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Wan VACE as diffusers writes it."""
    sys.path.insert(0, str(VIDEO))
    import tiny

    folder = tmp_path_factory.mktemp("model") / "vace"
    tiny.vace().save_pretrained(folder)
    return folder


@pytest.fixture
def filmagent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """The command line, in this process: exit code, stdout, stderr."""

    def run(*words: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["filmagent", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, err = capsys.readouterr()
        return code, out, " ".join(err.split())

    return run


KILLED = """
import sys
sys.path[:0] = sys.argv[1:2]
import test_refining
from filmagent.cli import main
from filmagent.film import briefing, grading
briefing.needed = grading.needed = test_refining.few
sys.argv[1:] = sys.argv[2:]
main()
"""


def killed(words: Sequence[str | Path], frames: float) -> list[dict[str, object]]:
    """The command line in a process that is killed when so many frames are painted."""
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(Path(__file__).parent), *map(str, words)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )
    assert process.stdout is not None
    heard = []
    for line in process.stdout:
        heard.append(json.loads(line))
        if heard[-1].get("stage") == "paint" and heard[-1].get("done", 0) > frames:
            process.send_signal(signal.SIGKILL)
            break
    process.wait()
    process.stdout.close()
    assert process.returncode == -signal.SIGKILL, heard[-3:]
    return heard


def painted(root: Path) -> dict[str, NDArray[np.int_]]:
    return {
        p.relative_to(root).as_posix(): np.asarray(Image.open(p), int)
        for p in (root / "refined" / "model").rglob("rgb.*.png")
    }


def test_a_film_is_painted_killed_taken_up_reported_and_shown(
    film: Film, model: Path, filmagent: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    words = ("--backend", "vace", "--model", model, *OPTIONS)
    heard = killed(["refine", film.root, *words], FRAMES + 1)
    notes = [str(e["text"]) for e in heard if e["kind"] == "note"]
    assert "2 of 2 shots are to be painted by WanVACEPipeline" in notes[0]
    assert "10 frames in 2 pieces, 2 steps" in notes[0]
    assert "GiB of memory" in notes[1], "what it takes is said before it begins"
    one, two = few(film.edit)
    folder = film.folder.refined / "model"
    first = (folder / one / "shot.json").stat().st_mtime_ns
    assert (folder / two / "work").exists() and not (folder / two / "shot.json").exists()
    # a copy that knows its passes and nothing of what was painted
    clean = tmp_path / "clean"
    shutil.copytree(film.root, clean, ignore=shutil.ignore_patterns("model"))
    assert not (clean / "refined" / "model").exists()

    code, out, _ = filmagent("refine", film.root, *words)
    assert code == 0, out
    assert (folder / one / "shot.json").stat().st_mtime_ns == first, "a finished shot stays"
    assert "1 of 2 shots are to be painted" in out and not list(folder.glob("*/work"))
    again = json.loads(out.splitlines()[-1])
    shots = json.loads(Path(again["report"]).read_text())
    assert [s["setup"] for s in shots] == [one, two]
    assert all(s["faults"] and "try 1 of 1 is kept" in s["said"] for s in shots), (
        "weights at random"
    )
    assert grading.pictures(film) == (film.root, "refined")
    for setup, frames in few(film.edit).items():
        shown = np.asarray(Image.open(film.folder.refined / setup / f"rgb.{frames[0]:04d}.png"))
        raw = np.asarray(Image.open(sources.painted_path(film.root, setup, frames[0])))
        assert raw.shape == (90, 160, 3)
        # without a look, what was painted is what is shown
        assert film.settings.look != "none" or (shown == raw).all()
    states = {s.item: s for s in film.status(STAGES)}
    assert states["cut"].because == ["frames"]

    assert filmagent("refine", clean, *words)[0] == 0
    mine, whole = painted(film.root), painted(clean)
    assert mine.keys() == whole.keys() and len(mine) == 2 * FRAMES
    # where torch's arrays lie in memory decides how it rounds: two processes are that far apart
    apart = [np.abs(mine[name] - whole[name]) for name in mine]
    assert max(a.max() for a in apart) <= 1 and max((a > 0).mean() for a in apart) < 1e-3
    code, out, _ = filmagent("refine", clean, *words)
    assert code == 0 and "2 shots are painted already" in out


@pytest.mark.slow
def test_with_heroes_a_later_shot_starts_from_an_earlier_ones_painting(
    film: Film,
    model: Path,
    filmagent: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from filmagent.refine.run import sampled

    for module in (briefing, grading):
        monkeypatch.setattr(module, "needed", faces)
    asked = []

    def shot(backend: object, wish: Wish, *words: object, **named: Any) -> Shot:
        asked.append((wish, named))
        return Shot(backend, wish, *words, **named)

    monkeypatch.setattr(sampled, "Shot", shot)
    words = ("--backend", "vace", "--model", model, "--steps", "2", "--tries", "1", "--json")
    code, out, said = filmagent("refine", film.root, *words, "--heroes")
    assert code == 0, said
    one, two = faces(film.edit)
    first, later = asked
    assert first[1]["sigma"] is None, "nothing is painted before it"
    for wish, _ in asked:
        assert wish.references and all(picture.min() < 0.9 for picture in wish.references)
    held, picture = later[1]["sigma"][0:1][0], later[0].picture[0:1][0]
    frame = faces(film.edit)[two][0]
    path = frame_path(film.folder.frames, film.settings.quality, two, "rgb", frame, "png")
    engine = np.asarray(Image.open(path).convert("RGB")) / 255
    known, free = held < 0.35, held > 0.59
    assert known.mean() > 0.05 and free.mean() > 0.2
    added = np.abs(picture - engine)
    assert added[known].mean() > 0.02 > 10 * added[free].mean()
    report = json.loads(Path(json.loads(out.splitlines()[-1])["report"]).read_text())
    assert [s["setup"] for s in report] == [one, two]
    # another painting of the first shot is another start of the second
    (film.folder.refined / "model" / one / "shot.json").unlink()
    code, out, _ = filmagent("refine", film.root, *words, "--heroes", "--seed", "5", "--dry-run")
    assert code == 0 and "2 of 2 shots are to be painted" in out


def test_a_shot_that_changes_is_shown_as_rendered_until_it_is_painted_again(
    film: Film, filmagent: Callable[..., tuple[int, str, str]]
) -> None:
    quality = film.settings.quality
    setup, frames = next(iter(few(film.edit).items()))
    engine = sources.Engine(film.root, setup, quality)
    for frame in frames:
        path = sources.painted_path(film.root, setup, frame)
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", film.settings.size, (200, 30, 30)).save(path)
    (path.parent / "shot.json").write_text(
        json.dumps({"key": "k", "frames": {str(f): engine.key(f) for f in frames}})
    )
    assert set(grading.painted(film)) == {setup}
    assert filmagent("refine", film.root, "--look", "noir")[0] == 0
    graded = film.folder.refined / setup / f"rgb.{frames[0]:04d}.png"
    assert np.ptp(np.asarray(Image.open(graded)).astype(int), -1).max() == 0, "in its look"
    keys = film.folder.frames / quality / setup / "keys.json"
    keys.write_text(json.dumps({**json.loads(keys.read_text()), str(frames[1]): "another"}))
    assert not grading.painted(film)
    told: list[str] = []
    again = Film(film.root, lambda event: told.append(event.text))
    grading.RefineStage().make(again)
    assert any(f"{setup} has changed since a video model painted it" in t for t in told)
    assert np.asarray(Image.open(graded)).std() > 1, "as rendered"


def test_shots_are_told_in_words_and_by_name(film: Film) -> None:
    one, two = few(film.edit)
    both = refining.shots(film)
    assert [s.setup for s in both] == [one, two] and len(both[0].frames) == FRAMES
    assert "café" in both[0].prompt.casefold() and both[0].shows
    assert both[0].prompt == refining.shots(film, [one])[0].prompt
    assert set(both[0].names.values()) >= {"mara", "jonas"} <= set(both[0].people)
    assert refining.shots(film, [two], "Oil painting")[0].prompt.startswith("Oil painting.")
    with pytest.raises(InputError, match='no setup "1ZZ"'):
        refining.shots(film, ["1ZZ"])


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--model", "{model}"), 2, "Name the kind of video model with --backend"),
        (("--backend", "vace"), 2, "needs a model: give its folder with --model"),
        (("--backend", "vace", "--model", "{film}/none"), 2, "There is no folder"),
        (("--backend", "vace", "--model", "{film}"), 2, "is no model that can be loaded"),
        (("--backend", "vace", "--model", "{pickle}"), 2, "as a pickle"),
        (("--backend", "ltx", "--model", "{model}"), 2, "holds a WanVACEPipeline"),
        (("--backend", "vace", "--model", "{model}", "--sigma-start", "2"), 2, "out of range"),
        (("--backend", "vace", "--model", "{model}", "--shots", "9Z"), 2, 'no setup "9Z"'),
        (("--backend", "vace", "--model", "{model}", "--lora", "EVE=x"), 2, 'no character "EVE"'),
        (("--backend", "vace", "--model", "{model}", "--lora", "MARA=x"), 2, "no LoRA x for mara"),
        (("--backend", "vace", "--model", "{model}", "--protect", "face"), 2, 'mean "faces"'),
        (("--backend", "server", "--url", "http://localhost:1"), 2, "--workflow"),
    ],
)
def test_what_cannot_be_painted_is_one_sentence_before_anything_is_made(
    unpainted: Film,
    model: Path,
    tmp_path: Path,
    filmagent: Callable[..., tuple[int, str, str]],
    words: Sequence[str],
    code: int,
    says: str,
) -> None:
    pickle = tmp_path / "pickle"
    if "{pickle}" in words:
        shutil.copytree(model, pickle)
        for path in (pickle / "transformer").glob("*.safetensors"):
            path.rename(path.with_suffix(".bin"))
    root = unpainted.root
    places = {"model": model, "film": root, "pickle": pickle}
    before = files(root)
    ended, _, said = filmagent("refine", root, *(w.format(**places) for w in words))
    assert ended == code and says in said, said
    assert files(root) == before


def test_too_little_memory_is_said_with_what_would_do(
    unpainted: Film,
    model: Path,
    filmagent: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from filmagent.refine.video import budget

    monkeypatch.setattr(budget, "available", lambda device: 0.1)
    for module in (briefing, grading):
        monkeypatch.setattr(module, "needed", few)
    words = ("--backend", "vace", "--model", model, "--no-references", "--gamma", "0")
    code, _, said = filmagent("refine", unpainted.root, *words)
    assert code == 2 and "GiB of memory on cpu, and 0.1 are free" in said
