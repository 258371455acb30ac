"""The picture: frames in film order, and the file that holds picture, sound and subtitles."""

from __future__ import annotations

import importlib
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from filmagent.cut.subtitles import Subtitle
from filmagent.cut.titles import card, superimpose
from filmagent.documents import Cut, Edit
from filmagent.documents.film_time import Seen, seen
from filmagent.documents.naming import frame_path
from filmagent.errors import RenderError

Frame = NDArray[np.uint8]
_SUPER_FADE = 8
_BLACK_FADE_CARD = 10
_READERS, _AHEAD, _ENCODERS = 2, 16, 4
RATE = 48_000
# what the mov_text encoder wants to know about style, once; the encoder reads up to the zero,
# which PyAV does not set, and would take what lies behind it in memory for more of the header
_ASS_HEADER = b"""[Script Info]
ScriptType: v4.00+
PlayResX: 384
PlayResY: 288

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, \
Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, \
Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
\0"""


def pictures(edit: Edit, frames: Path, quality: str, size: tuple[int, int]) -> Iterator[Frame]:
    """Every frame of the film, (H, W, 3) uint8, transitions and words included.

    Files are read and mixed some frames ahead, while the last ones are encoded.
    """
    ahead: deque[Future[Frame]] = deque()
    with ThreadPoolExecutor(_READERS) as readers:
        for now in seen(edit):
            ahead.append(readers.submit(_composed, now, frames, quality, size))
            if len(ahead) > _AHEAD:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _composed(now: Seen, frames: Path, quality: str, size: tuple[int, int]) -> Frame:
    picture = _picture(now.cut, now.frame, frames, quality, size)
    if now.before is not None:
        before = _picture(now.before, now.before_frame, frames, quality, size)
        picture = _mix(before, picture, now.weight)
    elif now.weight < 1.0:
        picture = _mix(np.zeros_like(picture), picture, now.weight)
    if now.cut.kind == "shot" and now.cut.text:
        step = now.frame - now.cut.source_in
        length = now.cut.super_frames or now.cut.frames
        weight = min(1.0, (step + 1) / _SUPER_FADE, (length - step) / _SUPER_FADE)
        if weight > 0:
            picture = superimpose(picture, now.cut.text, weight)
    return picture


def encode(
    film: Path,
    edit: Edit,
    images: Iterator[Frame],
    sound: NDArray[np.float32],
    subtitles: Sequence[Subtitle],
    size: tuple[int, int],
    *,
    title: str = "",
    on_frame: Callable[[int], None] = lambda frame: None,
) -> None:
    """Write an MP4: H.264 (BT.709 tagged), AAC, and a soft subtitle track.

    Parameters
    ----------
    film
        The file; written under a temporary name and renamed when whole.
    sound
        (N, 2) float32, −1 … 1, 48 kHz, as long as the film.

    Raises
    ------
    RenderError
        If a frame is missing or cannot be read.
    """
    rate = Fraction(*edit.fps)
    film.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".encode-", dir=film.parent) as folder:
        whole = Path(folder) / "film.mp4"
        with av.open(str(whole), "w", options={"movflags": "+faststart"}) as container:
            if title:
                container.metadata["title"] = title
            video = container.add_stream(
                "libx264", rate=rate, options={"crf": "17", "preset": "veryfast", **_same_bytes()}
            )
            video.width, video.height, video.pix_fmt = size[0], size[1], "yuv420p"
            tags = video.codec_context
            # as many on every machine: the bytes depend on the number
            tags.thread_count = _ENCODERS
            tags.color_range, tags.colorspace = 1, 1
            tags.color_primaries, tags.color_trc = 1, 1
            audio = container.add_stream("aac", rate=RATE, layout="stereo", options={"b": "192k"})
            words = container.add_stream("mov_text") if subtitles else None
            if words is not None:
                words.time_base = Fraction(1, 1000)
                words.codec_context.subtitle_header = _ASS_HEADER
            for number, image in enumerate(images):
                frame = av.VideoFrame.from_ndarray(image, format="rgb24")
                frame = frame.reformat(
                    format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG"
                )
                frame.pts, frame.time_base = number, 1 / rate
                container.mux(video.encode(frame))
                on_frame(number + 1)
            container.mux(video.encode(None))
            _mux_sound(container, audio, sound)
            if words is not None:
                _mux_subtitles(container, words, subtitles)
        whole.replace(film)


def _same_bytes() -> dict[str, str]:
    """Options with which x264 makes the same bytes of the same pictures every time.

    Its AVX-512 code (core 165) does not: it reads memory that it did not write, and what lies there
    depends on what the process did before. Its AVX2 code does, at nearly the same speed.
    """
    return {"x264-params": "asm=avx2"} if _has_avx512() else {}


@cache
def _has_avx512() -> bool:
    for home in ("numpy._core", "numpy.core"):  # of numpy 2, of numpy 1
        try:
            found = importlib.import_module(f"{home}._multiarray_umath")
        except ImportError:
            continue
        return bool(getattr(found, "__cpu_features__", {}).get("AVX512F"))
    return False


def _picture(cut: Cut, frame: int, frames: Path, quality: str, size: tuple[int, int]) -> Frame:
    if cut.kind == "card":
        image = card(cut.text, size)
        weight = min(1.0, (frame + 1) / _BLACK_FADE_CARD, (cut.frames - frame) / _BLACK_FADE_CARD)
        return _mix(np.zeros_like(image), image, weight) if weight < 1 else image
    path = frame_path(frames, quality, cut.setup, "rgb", frame, "png")
    try:
        with Image.open(path) as file:
            picture = file.convert("RGB")
            if picture.size != size:
                picture = picture.resize(size, Image.Resampling.LANCZOS)
            return np.asarray(picture)
    except (OSError, SyntaxError) as error:
        raise RenderError(
            f"{path} is missing or damaged ({error}); run `filmagent render` on the film: only "
            "what is missing is rendered."
        ) from None


def _mix(first: Frame, second: Frame, weight: float) -> Frame:
    mixed = first.astype(np.float32) * (1 - weight) + second.astype(np.float32) * weight
    return (mixed + 0.5).astype(np.uint8)


def _mux_sound(
    container: av.container.OutputContainer, stream: av.AudioStream, sound: NDArray[np.float32]
) -> None:
    block = 1024
    for start in range(0, len(sound), block):
        piece = np.ascontiguousarray(sound[start : start + block].T)
        frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _mux_subtitles(
    container: av.container.OutputContainer,
    stream: av.SubtitleStream,
    subtitles: Sequence[Subtitle],
) -> None:
    end = 0.0
    for line in subtitles:
        if line.start > end:
            # tracks without gaps: an empty text until the next line
            _mux_text(container, stream, "", end, line.start)
        _mux_text(container, stream, line.text, line.start, line.end)
        end = line.end


def _mux_text(
    container: av.container.OutputContainer,
    stream: av.SubtitleStream,
    text: str,
    start: float,
    end: float,
) -> None:
    data = text.encode("utf-8")
    packet = av.Packet(len(data).to_bytes(2, "big") + data)
    packet.stream, packet.time_base = stream, Fraction(1, 1000)
    packet.pts = packet.dts = round(start * 1000)
    packet.duration = round((end - start) * 1000)
    container.mux(packet)
