"""Later shots start from how the best earlier frame of everybody was painted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import posed_world as world
import pytest
from numpy.typing import NDArray

from filmagent.documents.base import write_bytes
from filmagent.library import png
from filmagent.refine import passes
from filmagent.refine.identity import Carried, Hero, Part
from filmagent.refine.passes import Passes
from filmagent.refine.run import Choices, Shot, clips
from filmagent.refine.run import heroes as run_heroes
from filmagent.refine.run.heroes import Heroes
from filmagent.refine.run.painter import Request, Told
from filmagent.refine.run.preparation import FromPasses
from filmagent.refine.run.tries import Try
from filmagent.refine.run.work import Work
from filmagent.refine.sources import painted_path
from filmagent.refine.video.backend import Capabilities

SIZE = (160, 90)
NAMES = {world.SET: "room", world.BODY: "mara", world.BOX: "box"}
FACES = {"1": {world.BODY: [Part((0.0, -0.1, 0.75), (0.0, -0.1, 0.85), 0.2)]}}
SHOTS = [
    Shot("1A", "1", [0, 1], names=NAMES, shows=["mara"]),
    Shot("1B", "1", [4, 5], names=NAMES, shows=["mara"]),
    Shot("2A", "2", [0], names=NAMES, shows=["mara"]),
]
PAINT = np.array([(150, 190, 230), (120, 110, 100), (190, 130, 110), (90, 140, 100)], np.uint8)


class Painter:
    """Asked only what it takes."""

    capabilities = Capabilities("painter", 4, 1, 81, 16, 4, 8, 16, ("depth",))
    fingerprint = "paint"

    def paint(
        self, request: Request, work: Work, name: str, told: Told
    ) -> Iterator[NDArray[np.float32]]:
        raise NotImplementedError


def frame(number: int) -> Passes:
    known = world.frame(0.05 * number, SIZE).passes
    grain = np.random.default_rng(number).integers(-12, 12, (*known.ids.shape, 1))
    rgb = np.clip(PAINT[known.ids] + grain, 0, 255).astype(np.uint8)
    return replace(known, rgb=rgb, materials=known.ids.astype(np.uint32))


@pytest.fixture
def heroes(tmp_path: Path) -> Heroes:
    for shot in SHOTS:
        for number in shot.frames:
            world.write(tmp_path, shot.setup, number, frame(number))
    return Heroes(tmp_path, "preview", SHOTS, FACES)


def paint(film: Path, setup: str, number: int) -> NDArray[np.uint8]:
    """A painted frame: redder than the engine's."""
    red = np.clip(frame(number).rgb + np.array([40, 0, 0]), 0, 255).astype(np.uint8)
    path = painted_path(film, setup, number)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, png.encode(red))
    return red


def engine(heroes: Heroes, shot: Shot) -> clips.Frames:
    return clips.rendered(heroes.film, "preview", shot.setup, shot.frames)


def test_before_anything_is_painted_all_is_the_engines(heroes: Heroes) -> None:
    shown = engine(heroes, SHOTS[1])
    assert heroes.of(SHOTS[1]) == []
    assert heroes.into(SHOTS[1], shown, {}) is None


def test_a_later_shot_of_the_scene_starts_from_what_was_painted(heroes: Heroes) -> None:
    for number in SHOTS[0].frames:
        paint(heroes.film, "1A", number)
    (one,) = heroes.of(SHOTS[1])
    assert one.setup == "1A" and one.things == (world.BODY,) and one.place
    assert heroes.of(SHOTS[0]) == [] and heroes.of(SHOTS[2]) == []
    shown = engine(heroes, SHOTS[1])
    known = heroes.into(SHOTS[1], shown, {})
    assert known is not None
    made, sigma = known.pictures, known.sigma(0.6)
    assert made.shape == shown.shape and sigma.shape == shown.shape[:3]
    redder = (made[0:2] - shown[0:2])[..., 0]
    held = sigma[0:2] < 0.35
    assert 0.3 < held.mean() < 1 and redder[held].mean() > 0.1
    free = sigma[0:2] == np.float32(0.6)
    assert np.abs(redder[free]).max() < 0.01
    for thing in (world.BODY, world.SET):
        mine = passes.read(heroes.film / "frames", "preview", "1B", 4).ids == thing
        assert held[0][mine].mean() > 0.3


def test_what_others_hold_stays_held(heroes: Heroes) -> None:
    paint(heroes.film, "1A", 0)
    shown = engine(heroes, SHOTS[1])
    low = clips.Frames(
        shown.numbers, shown.size[:2], lambda n: np.full(SIZE[::-1], 0.1, np.float32)
    )
    known = heroes.into(SHOTS[1], shown, {})
    assert known is not None and (known.sigma(0.6, low)[0:1] == np.float32(0.1)).all()


def test_its_fingerprint_is_that_of_what_was_painted(heroes: Heroes) -> None:
    bare = heroes.fingerprint(SHOTS[1])
    paint(heroes.film, "1A", 0)
    first = heroes.fingerprint(SHOTS[1])
    assert first != bare and heroes.fingerprint(SHOTS[1]) == first
    path = painted_path(heroes.film, "1A", 0)
    write_bytes(path, png.encode(frame(0).rgb))
    assert heroes.fingerprint(SHOTS[1]) != first


def test_a_request_starts_from_them_and_a_shot_is_of_another_key(heroes: Heroes) -> None:
    ready = FromPasses(heroes.film, "preview", Painter(), Choices(gamma=0.0, heroes=True))
    bare = ready.request(SHOTS[1], range(4, 6), Try(seed=7, sigma_start=0.6))
    ready.heroes = heroes
    before = ready.fingerprint(SHOTS[1])
    paint(heroes.film, "1A", 0)
    assert ready.fingerprint(SHOTS[1]) != before
    request = ready.request(SHOTS[1], range(4, 6), Try(seed=7, sigma_start=0.6))
    assert bare.sigma is None and request.sigma is not None
    assert bare.wish.picture is not None and request.wish.picture is not None
    redder = request.wish.picture[0:1] - bare.wish.picture[0:1]
    assert redder[..., 0][request.sigma[0:1] < 0.35].mean() > 0.1


def test_frames_that_are_known_nearly_whole_are_keyframes(heroes: Heroes) -> None:
    again = Shot("1C", "1", [0, 1], names=NAMES, shows=["mara"])
    for number in (0, 1):
        world.write(heroes.film, "1C", number, frame(number))
    heroes.shots = [*SHOTS[:2], again]
    able = replace(Painter.capabilities, keyframes=True)
    painter = Painter()
    painter.capabilities = able
    wishes = Choices(gamma=0.0, heroes=True)
    ready = FromPasses(heroes.film, "preview", painter, wishes, heroes=heroes)
    asked = Try(seed=7, sigma_start=0.6)
    assert not ready.request(again, range(2), asked).wish.keyframes
    red = paint(heroes.film, "1A", 0)
    stills = ready.request(again, range(2), asked).wish.keyframes
    # the same camera a moment later: what was painted is there again
    assert set(stills) <= {0, 1} and np.abs(stills[0] * 255 - red).mean() < 6
    painter.capabilities = Painter.capabilities
    assert not ready.request(again, range(2), asked).wish.keyframes


def test_each_frame_is_worked_out_once(heroes: Heroes, monkeypatch: pytest.MonkeyPatch) -> None:
    paint(heroes.film, "1A", 0)
    carried, asked = run_heroes.carried, list[int]()

    def counted(hero: Hero, frame: Passes, things: Sequence[int] | None) -> Carried:
        asked.append(len(asked))
        return carried(hero, frame, things)

    monkeypatch.setattr(run_heroes, "carried", counted)
    shown = engine(heroes, SHOTS[1])
    known = heroes.into(SHOTS[1], shown, {})
    assert known is not None
    known.keyframes()
    made, held = known.pictures[0:2], known.sigma(0.6)[0:2]
    assert len(asked) == 2 and np.ptp(made) > 0 and np.ptp(held) > 0
    # a piece may be longer than there are pictures in memory: its map of σ is still there
    assert (known.sigma(0.6)[0:2] == held).all() and len(asked) == 2


def test_a_shot_that_comes_back_goes_on_from_how_it_was_left(
    heroes: Heroes, tmp_path: Path
) -> None:
    again = Shot("1C", "1", [0, 2], names=NAMES, shows=["mara"])
    for number in again.frames:
        world.write(heroes.film, "1C", number, frame(number))
    heroes.shots = [*SHOTS, again]
    painter = Painter()
    painter.capabilities = replace(Painter.capabilities, keyframes=True)
    ready = FromPasses(heroes.film, "preview", painter, Choices(gamma=0.0), heroes=heroes)
    asked = Try(seed=7, sigma_start=0.6)
    assert ready.request(again, range(1), asked, {}).sigma is None, "nothing is before it"
    red = np.clip(frame(0).rgb + np.array([40, 0, 0]), 0, 255).astype(np.uint8)
    work = tmp_path / "raw.0.png"
    work.write_bytes(png.encode(red))
    request = ready.request(again, range(2, 3), asked, {0: work})
    assert request.sigma is not None and request.wish.picture is not None
    held, shown = request.sigma[0:1][0] < 0.35, request.wish.picture[0:1][0]
    redder = (shown - frame(2).rgb / 255)[..., 0]
    ids = frame(2).ids
    for thing in (world.BODY, world.SET):
        assert held[ids == thing].mean() > 0.3 and redder[held & (ids == thing)].mean() > 0.1
    # the same camera: what is known for the most part is pinned
    assert set(request.wish.keyframes) == {0}
    # another try was painted elsewhere, and starts from its own
    work.write_bytes(png.encode(frame(0).rgb))
    other = ready.request(again, range(2, 3), asked, {0: work})
    assert other.wish.picture is not None
    assert np.abs(other.wish.picture[0:1][0] - frame(2).rgb / 255)[held].mean() < 0.02


def test_a_frame_whose_passes_were_never_written_is_nobodys_best(heroes: Heroes) -> None:
    for number in SHOTS[0].frames:
        paint(heroes.film, "1A", number)
    for path in (heroes.film / "frames/preview/1A").glob("rest.*"):
        path.unlink()
    assert heroes.of(SHOTS[1]) == []
    for number in SHOTS[0].frames:
        world.write(heroes.film, "1A", number, frame(number))
    assert len(heroes.of(SHOTS[1])) == 1
