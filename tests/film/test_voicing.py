"""A film's lines: people's recordings first, a server where one is named, nothing said twice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from filmagent.cast.speech import ServerDown
from filmagent.documents import SpokenLine
from filmagent.film import Event, Film, make, stages_to
from tests.cast.speaking_server import SpeakingServer, error, wav

pytestmark = pytest.mark.skipif(shutil.which("flite") is None, reason="flite plays everybody")


def lines(film: Film) -> dict[str, SpokenLine]:
    return {
        beat.id: SpokenLine.model_validate_json(
            film.folder.line(scene.id, beat.id).with_suffix(".json").read_text("utf-8")
        )
        for scene in film.breakdown.scenes
        for beat in scene.beats
        if beat.kind == "line"
    }


@pytest.fixture
def spoken(script: Path, tmp_path: Path) -> Film:
    """A film as far as its lines."""
    return make(script, tmp_path / "film", until="voices")


def again(film: Film) -> tuple[set[str], list[str]]:
    """Bring the lines up to date; the beats that were said again, and what was noted."""
    before = {
        beat: film.folder.line("1", beat).with_suffix(".json").stat().st_mtime_ns
        for beat in lines(film)
    }
    said: list[str] = []

    def listen(event: Event) -> None:
        if event.kind == "note":
            said.append(event.text)

    film = Film(film.root, listen)
    film.run(stages_to("voices"))
    after = {
        beat: film.folder.line("1", beat).with_suffix(".json").stat().st_mtime_ns for beat in before
    }
    return {beat for beat in before if after[beat] != before[beat]}, said


def test_a_recording_takes_its_line_and_no_other(spoken: Film) -> None:
    beats = lines(spoken)
    jonas = [beat for beat, line in beats.items() if line.actor == "jonas"]
    home = spoken.folder.recordings
    home.mkdir()
    (home / "Jonas_2.wav").write_bytes(wav(beats[jonas[1]].text, 44_100, "kal16"))
    assert again(spoken) == ({jonas[1]}, [])
    assert lines(spoken)[jonas[1]].seconds != beats[jonas[1]].seconds
    # the beat's own file goes before the character's, and a damaged one is said
    (home / f"{jonas[1]}.wav").write_bytes(b"no sound")
    redone, said = again(spoken)
    assert redone == {jonas[1]} and f"{jonas[1]}.wav is damaged" in said[0]
    assert lines(spoken)[jonas[1]].seconds == beats[jonas[1]].seconds, "the voice says it again"
    for path in home.iterdir():
        path.unlink()
    assert again(spoken)[0] == {jonas[1]}
    assert again(spoken) == (set(), [])


def test_a_recording_of_no_line_is_said_once(spoken: Film) -> None:
    home = spoken.folder.recordings
    home.mkdir()
    (home / "mara_99.wav").write_bytes(b"x")
    (home / "readme.txt").write_text("no sound")
    redone, said = again(spoken)
    assert redone == set() and len(said) == 1 and "mara_99.wav" in said[0]
    assert again(spoken) == (set(), [])


def test_a_film_spoken_by_a_server_asks_for_each_line_once(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILMAGENT_API_KEY", "sk-mine")
    root = tmp_path / "film"
    broken: list[int] = []

    def answers(request: dict) -> tuple[int, str, bytes]:
        if len(broken) < 1 and "sorry" in request["input"]:
            broken.append(1)
            return error(404, "No such voice.")
        return 200, "audio/wav", wav(request["input"])

    with SpeakingServer(answers) as server:
        with pytest.raises(ServerDown, match="No such voice"):
            make(script, root, until="voices", speech_url=server.url, speech_model="kokoro")
        film = make(script, root, until="voices")
        make(script, root, until="voices")
        asked = [r["input"] for r in server.asked]
    spoken = lines(film)
    assert sorted(asked) == sorted([x.text for x in spoken.values()] + ["I know. I am sorry."])
    assert {r["model"] for r in server.asked} == {"kokoro"}
    voices = {c.id: c.voice for c in film.breakdown.characters if c.voice}
    assert {v.engine for v in voices.values()} == {"speech"}
    assert voices["mara"].name == "nova" and voices["jonas"].name == "onyx"
    assert all(line.phones and not line.note for line in spoken.values())
    for path in root.rglob("*.json"):
        assert "sk-mine" not in path.read_text("utf-8"), path
