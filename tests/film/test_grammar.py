"""What a screenplay's marks mean, over the whole film: seen, heard, and when."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from filmagent.documents import Beat, Cut, Line
from filmagent.film import Film, make
from filmagent.library import npz

NIGHT_SHIFT = Path(__file__).parents[2] / "examples" / "night_shift.fountain"


@pytest.fixture(scope="module")
def film(once) -> Film:
    """The film of voices from elsewhere and jumps in time, as far as its edit."""
    return once(
        "night_shift", lambda folder: make(NIGHT_SHIFT, folder, size=(160, 90), until="edit")
    )


def beat(film: Film, text: str) -> tuple[str, Beat]:
    """A beat by its words, and its scene."""
    return next((s.id, b) for s in film.breakdown.scenes for b in s.beats if text in b.text)


def line(film: Film, text: str) -> tuple[str, Line]:
    scene, found = beat(film, text)
    return scene, next(x for x in film.timing(scene).lines if x.beat == found.id)


def lips(film: Film, scene: str, actor: str, start: float, end: float) -> float:
    """The widest an actor's mouth opens or moves for speech in a stretch of a scene."""
    body = npz.load(film.folder.performance(scene) / f"{actor}.npz")
    names = list(body["face_names"])
    rate = film.edit.fps[0] / film.edit.fps[1]
    seconds = (np.arange(len(body["face"])) + int(body["first_frame"])) / rate
    columns = [names.index(n) for n in ("jawOpen", "mouthFunnel", "mouthClose")]
    return float(body["face"][(seconds >= start) & (seconds <= end)][:, columns].max())


def shown(film: Film, scene: str) -> list[Cut]:
    return [c for c in film.edit.cuts if c.kind == "shot" and c.scene == scene]


def heard(film: Film, text: str) -> float:
    scene, found = beat(film, text)
    return next(h.film_seconds for h in film.edit.heard if (h.scene, h.beat) == (scene, found.id))


def test_a_voice_over_is_heard_and_never_mouthed(film: Film) -> None:
    scene, told = line(film, "The night shift has one rule")
    assert told.delivery == "vo"
    assert heard(film, "The night shift has one rule") > 0
    assert (film.root / told.wav).stat().st_size > 10_000
    assert lips(film, scene, "noor", told.start, told.end) < 0.1
    _, aloud = line(film, "I'm thinking!")
    assert lips(film, scene, "noor", aloud.start, aloud.end) > 0.2, "the measure sees speech"


def test_an_off_screen_voice_comes_from_outside_the_frame(film: Film) -> None:
    scene, called = line(film, "You calling him or not?")
    assert called.delivery == "os"
    body = npz.load(film.folder.performance(scene) / "tomas.npz")
    rate = film.edit.fps[0] / film.edit.fps[1]
    row = round(called.start * rate) - int(body["first_frame"])
    assert not body["visible"][row], "who calls is out of sight"
    assert lips(film, scene, "tomas", called.start, called.end) < 0.1


def test_somebody_who_goes_on_after_a_beat_is_the_same_person(film: Film) -> None:
    scene, first = beat(film, "You've been thinking since Sunday.")
    _, then = beat(film, "Just call.")
    assert then.continued and first.speaker == then.speaker == "tomas"
    voices = {c.id: c.voice for c in film.breakdown.characters}
    assert voices["tomas"] is not None
    pause = line(film, "Just call.")[1].start - line(film, "thinking since Sunday")[1].end
    assert 0.8 <= pause <= 1.5
    assert scene == beat(film, "Just call.")[0]


def test_every_written_beat_is_a_silence_of_its_length(film: Film) -> None:
    pauses = 0
    for scene in film.breakdown.scenes:
        timing = film.timing(scene.id)
        times = {b.beat: b for b in timing.beats}
        for pause in (b for b in scene.beats if b.kind == "pause"):
            pauses += 1
            found = times[pause.id]
            assert 0.75 <= found.end - found.start <= 3.0
            assert not [
                x for x in timing.lines if x.start < found.end - 0.05 and x.end > found.start + 0.05
            ]
    assert pauses >= 4
    short = [
        b
        for s in film.breakdown.scenes
        for b in s.beats
        if b.kind == "pause" and (s.id, b.id) in {("1", "1.13"), ("4", "4.2")}
    ]
    assert all(0.8 <= (b.seconds or 0) <= 1.5 for b in short) and len(short) == 2


def test_an_intercut_plays_questions_and_answers_in_the_order_written(film: Film) -> None:
    telephoned = ["Hello?", "It's me.", "Noor? Do you know", "Three. I know.", "Of course you are."]
    times = [heard(film, text) for text in telephoned]
    assert times == sorted(times)
    scenes = {beat(film, text)[0] for text in telephoned}
    cuts = [c.scene for c in film.edit.cuts if c.scene in scenes]
    assert len(scenes) == 2
    assert sum(a != b for a, b in pairwise(cuts)) >= 3, "back and forth"
    ends = [t + line(film, text)[1].seconds for t, text in zip(times, telephoned, strict=True)]
    assert all(end <= start + 0.1 for end, start in zip(ends, times[1:], strict=False))


def test_two_columns_are_spoken_at_once(film: Film) -> None:
    assert abs(heard(film, "So?") - heard(film, "So.")) < 0.05
    assert line(film, "So?")[1].actor != line(film, "So.")[1].actor


def test_scenes_hang_together_as_their_headings_say(film: Film) -> None:
    joins = {s.slugline: s.join for s in film.breakdown.scenes}
    assert joins["INT. DINER - FLASHBACK - DAY"] == "flashback"
    assert joins["LATER"] == "later"
    assert joins["MONTAGE - THE REST OF THE NIGHT"] == "montage"
    first = {
        s.slugline: shown(film, s.id)[0].transition
        for s in film.breakdown.scenes
        if shown(film, s.id)
    }
    assert first["LATER"] == "dissolve"
    assert first["EXT. STREET - SAME"] == "cut"
    assert shown(film, "1")[0].transition == "fade_in"
    assert film.edit.cuts[-1].fade_out_frames > 0
    after = next(
        s.id for s in film.breakdown.scenes if s.slugline == "INT. DINER - NIGHT" and s.id > "5"
    )
    assert shown(film, after)[0].transition == "dissolve"


def test_the_flashback_is_another_time_in_the_same_place(film: Film) -> None:
    scenes = {s.slugline: s for s in film.breakdown.scenes}
    then, now = scenes["INT. DINER - FLASHBACK - DAY"], scenes["INT. DINER - NIGHT"]
    assert then.set == now.set and (then.time, now.time) == ("day", "night")
    lights = {b.scene: b.light for b in film.blocking.scenes}
    assert lights[then.id] != lights[now.id]


def test_a_montage_is_quicker_than_what_is_played_out(film: Film) -> None:
    lengths = {
        s.join: np.mean([c.frames for c in shown(film, s.id)])
        for s in film.breakdown.scenes
        if s.join in ("montage", "later")
    }
    assert lengths["montage"] < lengths["later"]


def test_words_on_the_screen_lie_on_the_picture_or_stand_on_black(film: Film) -> None:
    over = [c for c in film.edit.cuts if c.kind == "shot" and c.text]
    assert [c.text for c in over] == ["Three in the morning"]
    assert over[0].super_frames > 24
    cards = [c.text for c in film.edit.cuts if c.kind == "card"]
    assert cards[0].startswith("Night Shift") and cards[1:] == ["Nine years earlier", "THE END"]
    number = next(n for n, c in enumerate(film.edit.cuts) if c.text == "Nine years earlier")
    assert film.edit.cuts[number + 1].scene == beat(film, "Nine years earlier")[0]
