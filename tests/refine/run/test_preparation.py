"""What a model is asked for is what the passes show; what it gives back keeps colours and faces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import moving_world as world
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from filmagent.errors import RenderError
from filmagent.library import npz, png
from filmagent.refine.identity import Protected
from filmagent.refine.run import Choices, Run, Shot
from filmagent.refine.run.clips import rendered
from filmagent.refine.run.painter import Request, Told
from filmagent.refine.run.preparation import FromPasses
from filmagent.refine.run.tries import Try
from filmagent.refine.run.work import Work
from filmagent.refine.sources import painted_path
from filmagent.refine.video.backend import Capabilities

Frames = NDArray[np.float32]
SHOTS = [
    Shot(name, "1", range(5), "a café", "", world.NAMES, ("MARA", "JONAS"), ("MARA",))
    for name in "ABC"
]
ASKED = Try(seed=7, sigma_start=0.6)


class Painter:
    """Paints one shot in another hue, and the engine's pictures otherwise."""

    capabilities = Capabilities("painter", 4, 1, 81, 16, 4, 8, 16, ("depth",), references=2)
    fingerprint = "paint"

    def __init__(self, gains: dict[str, tuple[float, float, float]]) -> None:
        self.gains = gains

    def paint(self, request: Request, work: Work, name: str, told: Told) -> Iterator[Frames]:
        gain = self.gains.get(work.folder.parent.parent.name, (1.0, 1.0, 1.0))
        yield np.asarray(request.wish.picture[:] * np.array(gain), np.float32)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    for shot in "ABC":
        world.write(tmp_path, shot, range(5))
    return tmp_path


def prepared(film: Path, painter: Painter | None = None, **more: object) -> FromPasses:
    choices = Choices(gamma=0.0, **{k: v for k, v in more.items() if k != "protected"})  # type: ignore[arg-type]
    protected = more.get("protected", {})
    return FromPasses(film, "preview", painter or Painter({}), choices, protected=protected)  # type: ignore[arg-type]


def test_a_request_has_the_engines_picture_controls_and_words(film: Path) -> None:
    request = prepared(film).request(SHOTS[0], range(1, 4), ASKED)
    wish = request.wish
    assert wish.prompt == "a café" and wish.picture is not None
    assert wish.picture.shape == (3, *world.SIZE[::-1], 3)
    assert (wish.picture[1:2][0] * 255 == world.frame("A", 2).rgb).all()
    assert set(wish.controls) == {"depth"} and wish.controls["depth"].shape == wish.picture.shape
    near, far = wish.controls["depth"][0:1][0][world.frame("A", 1).ids == 3], 0.0
    far = wish.controls["depth"][0:1][0][world.frame("A", 1).ids == 1].max()
    assert near.min() > far, "who is near is bright"
    assert (request.sigma_start, request.seed, request.noise) == (0.6, 7, None)


def test_people_in_the_shot_are_shown_and_other_people_change_the_key(film: Path) -> None:
    ready = prepared(film)
    face = np.full((8, 6, 3), 90, np.uint8)
    ready.people = {"MARA": [face, face, face], "JONAS": [face]}
    found = ready.request(SHOTS[0], range(5), ASKED).wish.references
    assert len(found) == 2 and found[0].shape == (8, 6, 3)
    key = ready.fingerprint(SHOTS[0])
    ready.people = {"MARA": [face + np.uint8(1)], "JONAS": [face]}
    assert ready.fingerprint(SHOTS[0]) != key
    ready.choices = replace(ready.choices, references=False)
    assert not ready.request(SHOTS[0], range(5), ASKED).wish.references


def test_who_is_protected_starts_from_less_noise_or_is_put_back(film: Path) -> None:
    keep = {"1": Protected(whole=frozenset({2}))}
    held = prepared(film, protected=keep)
    sigma = held.request(SHOTS[0], range(5), ASKED).sigma
    assert sigma is not None
    mara = world.frame("A", 3).ids == 2
    assert (sigma[3:4][0][mara] == np.float32(0.2)).all()
    assert (sigma[3:4][0][~mara] == np.float32(0.6)).all()
    back = prepared(film, protected=keep, composite=True, colours=False)
    assert back.request(SHOTS[0], range(5), ASKED).sigma is None
    white = np.full((*world.SIZE[::-1], 3), 255, np.uint8)
    shown = back.finished(SHOTS[0], 3, white, None).astype(int)  # type: ignore[arg-type]
    inside = np.abs(shown - world.frame("A", 3).rgb).max(-1) <= 1
    assert inside[mara].mean() > 0.85 and (shown[~mara] == 255).all()


def test_a_hue_that_one_shot_got_does_not_stay(film: Path) -> None:
    painter = Painter({"C": (1.1, 1.0, 0.88)})
    for colours, drifts in ((False, True), (True, False)):
        ready = prepared(film, painter, colours=colours)
        run = Run(film, painter, ready, Choices(gamma=0.0, colours=colours, tries=1))
        outcomes = run.paint(SHOTS)
        kinds = outcomes[2].tries[-1].kinds
        assert ("drift" in kinds) == drifts, kinds
    shown = np.asarray(Image.open(painted_path(film, "C", 2)), float)
    assert np.abs(shown - world.frame("C", 2).rgb).mean() < 2.5


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("rgb.0003.png", r"rgb\.0003\.png is missing or damaged"),
        ("small", r"rgb\.0003\.png is 96x64, the first frame of the shot 192x128"),
        ("depth.0002.npz", r"depth\.0002\.npz is missing or damaged"),
        ("nan", "not a number"),
    ],
)
def test_a_frame_that_cannot_be_painted_is_named(film: Path, name: str, says: str) -> None:
    folder = film / "frames" / "preview" / "A"
    if name == "small":
        (folder / "rgb.0003.png").write_bytes(png.encode(world.frame("A", 3).rgb[::2, ::2]))
    elif name == "nan":
        depth = np.full(world.SIZE[::-1], np.nan, np.float16)
        npz.save(folder / "depth.0002.npz", {"depth": depth})
    else:
        (folder / name).write_bytes(b"nothing")
    with pytest.raises(RenderError, match=says):
        request = prepared(film).request(SHOTS[0], range(5), ASKED)
        _ = request.wish.controls["depth"][0:5]


def test_frames_are_read_by_slices(film: Path) -> None:
    clip = rendered(film, "preview", "A", range(5))
    (film / "frames" / "preview" / "A" / "rgb.0004.png").write_bytes(b"")
    assert clip[0:2].shape == (2, *world.SIZE[::-1], 3), "what is not asked for is not read"
    assert clip[2:2].shape == (0, *world.SIZE[::-1], 3)
