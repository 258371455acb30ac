"""The film file: what the edit says, frame for frame."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from filmagent.cut import Subtitle, encode, picture, pictures
from filmagent.documents import Cut, Edit
from filmagent.documents.film_time import needed, seen, starts
from filmagent.documents.naming import frame_path
from filmagent.errors import RenderError

SIZE = (64, 36)


def shot(setup: str, first: int, end: int, **more: object) -> Cut:
    return Cut(
        id=f"{setup}-{first}",
        scene="1",
        setup=setup,
        take=f"{setup}_t01",
        source_in=first,
        source_out=end,
        **more,
    )


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    for setup, red in (("1A", 200), ("1B", 40)):
        for frame in range(-12, 60):
            path = frame_path(tmp_path, "preview", setup, "rgb", frame, "png")
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", SIZE, (red, 100, frame + 50)).save(path)
    return tmp_path


def test_frames_come_in_the_order_of_the_edit_from_their_source_ranges(frames: Path) -> None:
    edit = Edit(cuts=[shot("1A", -3, 4), shot("1B", 10, 12), shot("1A", 4, 6)])
    film = list(pictures(edit, frames, "preview", SIZE))
    assert [int(p[0, 0, 2]) - 50 for p in film] == [-3, -2, -1, 0, 1, 2, 3, 10, 11, 4, 5]
    assert [int(p[0, 0, 0]) for p in film] == [200] * 7 + [40] * 2 + [200] * 2


def test_a_dissolve_runs_the_shot_before_into_its_handle(frames: Path) -> None:
    edit = Edit(
        cuts=[shot("1A", 0, 5), shot("1B", 0, 8, transition="dissolve", transition_frames=4)]
    )
    film = list(pictures(edit, frames, "preview", SIZE))
    reds = [int(p[0, 0, 0]) for p in film]
    assert reds[:5] == [200] * 5
    assert reds[5:9] == sorted(reds[5:9], reverse=True)
    assert 40 < reds[8] < reds[5] < 200
    assert reds[9:] == [40] * 4
    assert needed(edit)["1A"] == list(range(9)), "the handle's frames are asked for"


def test_the_film_fades_in_from_black_and_out_to_black(frames: Path) -> None:
    edit = Edit(
        cuts=[shot("1A", 0, 12, transition="fade_in", transition_frames=5, fade_out_frames=5)]
    )
    reds = [int(p[0, 0, 0]) for p in pictures(edit, frames, "preview", SIZE)]
    assert reds[0] < 60 and reds[6] == 200 and reds[-1] == 0


def test_a_card_shows_its_words_and_a_super_lies_on_the_picture(frames: Path) -> None:
    edit = Edit(
        cuts=[
            Cut(id="title", kind="card", text="The Spare Key\nwritten by", source_out=48),
            shot("1A", 0, 48, text="Lisbon, 1998"),
        ]
    )
    film = list(pictures(edit, frames, "preview", (320, 180)))
    assert film[24].max() > 200 and np.median(film[24]) < 20
    assert film[0].max() < film[24].max(), "a card fades in"
    plain = np.asarray(Image.new("RGB", (1, 1), (200, 100, 70)))
    low, high = film[48 + 20][120:], film[48 + 20][:60]
    assert (low > 230).any() and np.abs(high.astype(int) - plain).max() < 3


@pytest.mark.parametrize("text", ["備用鑰匙", "المفتاح الاحتياطي", "Запасной ключ", "Café — né"])
def test_cards_can_be_read_in_any_script(text: str, frames: Path) -> None:
    edit = Edit(cuts=[Cut(id="t", kind="card", text=text, source_out=30)])
    picture = list(pictures(edit, frames, "preview", (320, 180)))[15]
    columns = np.flatnonzero((picture > 120).any(axis=(0, 2)))
    assert len(columns) > 20
    assert abs((columns[0] + columns[-1]) / 2 - 160) < 12, "centred"


def test_a_missing_frame_is_named_with_what_to_do(frames: Path) -> None:
    edit = Edit(cuts=[shot("1A", 55, 64)])
    with pytest.raises(RenderError, match=r"rgb\.0060\.png is missing.*filmagent render"):
        list(pictures(edit, frames, "preview", SIZE))


def test_every_film_frame_is_seen_once_and_in_order() -> None:
    edit = Edit(
        cuts=[shot("1A", 0, 5), shot("1B", 3, 9, transition="dissolve", transition_frames=3)]
    )
    assert [s.film_frame for s in seen(edit)] == list(range(starts(edit)[-1]))


def test_the_file_holds_tagged_picture_stereo_sound_and_soft_subtitles(
    frames: Path, tmp_path: Path
) -> None:
    edit = Edit(cuts=[shot("1A", 0, 24), shot("1B", 0, 24)])
    path = tmp_path / "cut" / "film.mp4"
    tone = np.sin(np.arange(96_000) * 2 * np.pi * 440 / 48_000).astype(np.float32) * 0.3
    words = [Subtitle(0.2, 0.9, "Hello."), Subtitle(1.0, 1.8, "مرحبا")]
    encode(
        path,
        edit,
        pictures(edit, frames, "preview", SIZE),
        np.stack([tone, tone], 1),
        words,
        SIZE,
        title="A film",
    )
    with av.open(str(path)) as film:
        video, audio, text = film.streams.video[0], film.streams.audio[0], film.streams.subtitles[0]
        assert (video.codec_context.name, audio.codec_context.name, text.codec_context.name) == (
            "h264",
            "aac",
            "mov_text",
        )
        assert video.codec_context.colorspace == 1 and video.codec_context.color_trc == 1
        assert audio.codec_context.sample_rate == 48_000
        pictures_back = [f.to_ndarray(format="rgb24") for f in film.decode(video=0)]
    assert len(pictures_back) == 48
    assert abs(int(pictures_back[12][18, 32, 0]) - 200) < 12
    assert not list(path.parent.glob(".encode-*")), "no temporary file is left"


@pytest.mark.skipif(sys.platform != "linux", reason="fills glibc's free blocks")
def test_what_lies_in_memory_does_not_get_into_the_file(frames: Path, tmp_path: Path) -> None:
    edit = Edit(cuts=[shot("1A", 0, 12)])
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]

    def leave(text: bytes) -> None:
        """Free blocks of the size of the subtitle header, with a text behind where it ends."""
        sizes = [len(picture._ASS_HEADER) - 1 + more for more in range(0, 200, 8)] * 8
        blocks = [(libc.malloc(size), size) for size in sizes]
        for block, size in blocks:
            left = picture._ASS_HEADER.rstrip(b"\0") + text + b" " * 200
            ctypes.memmove(block, left[:size], size)
        for block, _ in blocks:
            libc.free(block)

    files = []
    for text in (b"\0", b"[V4+ Styles]\nStyle: Other,Courier,40,&H0000ff,&H0,&H0,&H0,1,1\n"):
        path = tmp_path / "film.mp4"
        leave(text)
        encode(
            path,
            edit,
            pictures(edit, frames, "preview", SIZE),
            np.zeros((24_000, 2), np.float32),
            [Subtitle(0.1, 0.4, "Hello.")],
            SIZE,
        )
        files.append(path.read_bytes())
    assert files[0] == files[1]
