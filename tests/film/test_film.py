"""A whole film, from screenplay to cut, tiny but through every stage."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import av
import opentimelineio as otio
import pysubs2

from filmagent.documents.film_time import starts
from filmagent.film import STAGES, Film, make
from filmagent.film.production import Event


def test_the_film_plays_picture_sound_and_subtitles(finished: Film) -> None:
    with av.open(str(finished.folder.cut / "film.mp4")) as container:
        kinds = [stream.type for stream in container.streams]
        assert kinds == ["video", "audio", "subtitle"]
        video = container.streams.video[0]
        assert (video.codec_context.name, container.streams.audio[0].codec_context.name) == (
            "h264",
            "aac",
        )
        assert (video.width, video.height) == finished.settings.size
        pictures = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    assert len(pictures) == starts(finished.edit)[-1]
    middles = [
        pictures[start + cut.frames // 2]
        for start, cut in zip(starts(finished.edit), finished.edit.cuts, strict=False)
        if cut.kind == "shot"
    ]
    assert all(10 < p.mean() < 245 and p.std() > 5 for p in middles), "every shot shows something"


def test_subtitles_say_every_line_when_it_is_heard(finished: Film) -> None:
    said = pysubs2.load(str(finished.folder.cut / "film.srt"))
    text = " ".join(line.plaintext.replace("\n", " ") for line in said)
    for line in finished.timing("1").lines:
        assert line.text in text
    heard = {h.beat: h.film_seconds for h in finished.edit.heard}
    assert [round(s.start / 1000, 1) for s in said] == [round(t, 1) for t in sorted(heard.values())]


def test_the_timeline_reads_back_with_every_cut(finished: Film) -> None:
    line = otio.adapters.read_from_file(str(finished.folder.cut / "film.otio"))
    clips = line.video_tracks()[0].find_clips()
    shots = [c for c in finished.edit.cuts if c.kind == "shot"]
    named = [c for c in clips if isinstance(c.media_reference, otio.schema.ImageSequenceReference)]
    assert len(named) == len(shots)
    for clip, cut in zip(named, shots, strict=True):
        assert clip.source_range.duration.to_frames() == cut.frames


def test_the_contact_sheet_has_every_shot(finished: Film) -> None:
    page = (finished.folder.cut / "contact_sheet.html").read_text(encoding="utf-8")
    shots = [c for c in finished.edit.cuts if c.kind == "shot"]
    assert page.count("<figure") >= len(shots)
    assert all(cut.setup in page for cut in shots)
    assert not re.findall(r'src="(?!data:)', page), "the page stands alone"


def test_every_scene_has_its_blend_and_the_sound_its_stems(finished: Film) -> None:
    assert finished.folder.blend("1").stat().st_size > 100_000
    stems = {p.stem for p in (finished.folder.cut / "stems").glob("*.wav")}
    assert "dialogue" in stems and len(stems) >= 3


def test_everything_is_done_and_nothing_is_made_twice(
    finished: Film, script: Path, tmp_path: Path
) -> None:
    standings = finished.status(STAGES)
    assert {s.state for s in standings} == {"done"}, [s for s in standings if s.state != "done"]
    folder = tmp_path / "film"
    shutil.copytree(finished.root, folder)
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file()}
    told: list[Event] = []
    make(script, folder, listener=told.append)
    assert told == []
    now = {p: p.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file()}
    changed = {p.relative_to(folder).as_posix() for p in before if now[p] != before[p]}
    assert now.keys() == before.keys() and changed <= {"film.json", ".filmagent/lock"}
