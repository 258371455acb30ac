"""Pictures on their way to a server and back."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from filmagent.refine.video.backend import Clip
from filmagent.refine.video.server.exchange import Failed

Pictures = NDArray[np.uint8]


class Unreadable(Failed):
    """A picture that arrived broken; fetched once more it may be whole."""


_STILLS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_READ = 16


def mp4(clip: Clip, first: int, end: int, fps: float) -> bytes:
    """Frames of a clip (F, H, W, 3) or mask (F, H, W) as H.264 of hardly visible loss."""
    rate = Fraction(fps).limit_denominator(1001)
    file = BytesIO()
    with av.open(file, "w", format="mp4") as container:
        options = {"crf": "6", "preset": "fast", "threads": "1"}
        video = container.add_stream("libx264", rate=rate, options=options)
        video.width, video.height, video.pix_fmt = clip.shape[2], clip.shape[1], "yuv420p"
        tags = video.codec_context
        tags.color_range, tags.colorspace, tags.color_primaries, tags.color_trc = 1, 1, 1, 1
        for number, picture in enumerate(_bytes(clip, first, end)):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame = frame.reformat(
                format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG"
            )
            frame.pts, frame.time_base = number, 1 / rate
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    return file.getvalue()


def stills(clip: Clip, first: int, end: int) -> Iterator[bytes]:
    """Frames of a clip or mask as PNG files, without loss."""
    for picture in _bytes(clip, first, end):
        file = BytesIO()
        Image.fromarray(picture).save(file, "PNG", compress_level=1)
        yield file.getvalue()


def opened(data: bytes, size: tuple[int, int]) -> Iterator[Pictures]:
    """The pictures (H, W, 3) of a still or a film file.

    Parameters
    ----------
    data
        Of a PNG, a JPEG, or anything that FFmpeg reads.
    size
        Width and height that they must have.

    Raises
    ------
    Unreadable
        If they are broken.
    Failed
        If they are of another size.
    """
    try:
        if data.startswith(_STILLS):
            with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as still:
                _expect(still.size, size)
                yield np.asarray(still.convert("RGB"))
            return
        with av.open(BytesIO(data)) as container:
            for frame in container.decode(video=0):
                _expect((frame.width, frame.height), size)
                yield frame.to_ndarray(format="rgb24")
    except (OSError, SyntaxError, ValueError, IndexError, av.error.FFmpegError) as error:
        raise Unreadable(
            f"The server sent a picture that cannot be read ({str(error)[:120]})."
        ) from None


def _expect(found: tuple[int, int], size: tuple[int, int]) -> None:
    if found != size:
        raise Failed(
            f"The server sent pictures of {found[0]}×{found[1]}, the shot has {size[0]}×{size[1]} "
            "pixels; have the workflow take its size from the shot's video, or from "
            '"filmagent.width" and "filmagent.height".'
        )


def _bytes(clip: Clip, first: int, end: int) -> Iterator[Pictures]:
    for start in range(first, end, _READ):
        some = np.asarray(clip[start : min(start + _READ, end)], np.float32)
        shown = np.rint(np.clip(some, 0, 1) * 255).astype(np.uint8)
        for picture in shown:
            yield picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, 2)
