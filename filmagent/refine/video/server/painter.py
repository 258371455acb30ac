"""A shot painted by a workflow on a server: window by window, each kept when it has come."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from filmagent.errors import InputError, RenderError
from filmagent.refine.video.backend import Capabilities, Clip, Frames, Wish
from filmagent.refine.video.clips import fitted, shape
from filmagent.refine.video.server import outputs, parcels
from filmagent.refine.video.server.exchange import Exchange, Failed, Named
from filmagent.refine.video.server.parcels import Pictures, Unreadable
from filmagent.refine.video.server.wire import Patience
from filmagent.refine.video.server.workflow import REFERENCES, Hole, Workflow
from filmagent.refine.video.windows import Span, spans

if TYPE_CHECKING:
    from filmagent.refine.run.painter import Request
    from filmagent.refine.run.work import Work

_SEEDS = 2**32
"""Below this every sampler takes a seed."""
_ASKS = 3
"""How often a window is asked for that the server forgets, or whose pictures arrive broken."""


class Server:
    """A workflow on a server, as a painter of shots.

    Parameters
    ----------
    url
        Of the server.
    workflow
        The file (`filmagent.refine.video.server.workflow`).
    fps
        Of the film.
    patience
        How long is waited for what.

    Raises
    ------
    InputError
        If the file is no workflow that takes something of a shot.
    """

    def __init__(
        self,
        url: str,
        workflow: str | Path,
        *,
        fps: float = 24.0,
        patience: Patience | None = None,
    ) -> None:
        self._workflow = Workflow(Path(workflow))
        self._exchange = Exchange(url, patience or Patience())
        self._fps = fps
        _ = self._workflow.output

    @property
    def capabilities(self) -> Capabilities:
        """What the workflow takes; it has no latents of ours."""
        rules = self._workflow.rules
        return Capabilities(
            name="server",
            every=rules.every,
            beyond=rules.beyond,
            longest=rules.longest,
            grid=rules.grid,
            stride=rules.every,
            scale=rules.grid,
            channels=0,
            controls=self._workflow.controls,
            references=self._workflow.references,
            masks=self._workflow.takes("mask"),
        )

    @property
    def fingerprint(self) -> str:
        """A hash of the workflow."""
        return blake2b(self._workflow.path.read_bytes(), digest_size=16).hexdigest()

    def paint(
        self, request: Request, work: Work, name: str, told: Callable[[float], None]
    ) -> Iterator[Frames]:
        """Pictures (n, H, W, 3) of a request, in order, a few at a time.

        Parameters
        ----------
        request
            What to paint; its map of σ and its noise are the sampler's, and do not reach a server.
        work
            Where finished windows are kept.
        name
            What the piece is called there.
        told
            Told how far it is.

        Raises
        ------
        InputError
            If the workflow has no place for what is wished, or a place for what is not there.
        RenderError
            If the server fails; windows that have come are kept.
        """
        frames, height, width = shape(request.wish)
        wish = fitted(request.wish, self.capabilities)
        windows = self._windows(self.capabilities.padded(frames), frames)
        before: tuple[Span, Pictures] | None = None
        for number, (first, end) in enumerate(windows):
            pictures = self._window(request, wish, (first, end), work, name)
            told((number + 1) / len(windows))
            follows = windows[number + 1][0] if number + 1 < len(windows) else frames
            start = first
            if before is not None:
                start = min(first + self._workflow.rules.overlap, before[0][1])
                yield _faded(before, ((first, end), pictures), first, start)[:, :height, :width]
            shown = pictures[start - first : min(follows, frames) - first, :height, :width]
            yield np.asarray(shown, np.float32) / 255
            before = (first, end), pictures

    def _windows(self, padded: int, frames: int) -> Sequence[Span]:
        rules = self._workflow.rules
        if padded <= rules.longest:
            return ((0, padded),)
        # each is as long as the workflow takes; none goes beyond the shot
        return spans(frames, rules.longest, rules.overlap)

    def _window(self, request: Request, wish: Wish, span: Span, work: Work, name: str) -> Pictures:
        """Pictures of one window: kept, waited for, or asked for."""
        import torch

        kept = f"{name}_{span[0]:04d}_{span[1]:04d}"
        known = work.load(kept)
        if known is not None:
            return np.asarray(known[0]["pictures"].numpy())
        asked = f"{kept}_asked"
        _, height, width = shape(wish)
        for attempt in range(_ASKS):
            job = self._job(request, wish, span, work, asked)
            try:
                record = self._exchange.result(job, self._workflow.called)
                pictures = None
                # a server that was started anew knows nothing of a job
                if record is not None:
                    size = (width, height)
                    pictures = outputs.pictures(self._exchange, self._workflow, record, span, size)
            except KeyboardInterrupt:
                self._exchange.call_off(job)
                work.drop(asked)
                raise
            except Unreadable:
                work.drop(asked)
                if attempt + 1 == _ASKS:
                    raise
                continue
            except Failed:
                work.drop(asked)
                raise
            if pictures is None:
                work.drop(asked)
                continue
            work.save(kept, {"pictures": torch.from_numpy(pictures)})
            work.drop(asked)
            return pictures
        raise RenderError(
            f"{self._exchange.url} forgot a job {_ASKS} times; look whether it crashes, in its log."
        )

    def _job(self, request: Request, wish: Wish, span: Span, work: Work, asked: str) -> str:
        """The name of a window's job at the server: of a run before, if the server still has it."""
        import torch

        known = work.load(asked)
        job = known[1].get("job", "") if known else ""
        if job and self._exchange.stands(job) is not None:
            return job
        filled = self._workflow.filled(dict(self._given(request, wish, span)))
        job = str(uuid.uuid4())
        # first noted, then asked for: a job that is on its way when we stop is found again
        work.save(asked, {"span": torch.tensor(span)}, job=job)
        there = self._exchange.ask(filled, job)
        if there != job:
            work.save(asked, {"span": torch.tensor(span)}, job=there)
        return there

    def _given(self, request: Request, wish: Wish, span: Span) -> Iterator[tuple[Hole, Any]]:
        first, end = span
        _, height, width = shape(wish)
        values = {
            "prompt": wish.prompt,
            "negative": wish.negative,
            "seed": request.seed % _SEEDS,
            "steps": request.steps or 20,
            "guidance": wish.guidance,
            "sigma_start": request.sigma_start,
            "width": width,
            "height": height,
            "frames": end - first,
            "fps": self._fps,
        }
        for hole in self._workflow.holes:
            if hole.place in values:
                yield hole, values[hole.place]
            elif hole.place in REFERENCES:
                yield hole, self._reference(hole, wish)
            else:
                yield hole, self._sent(self._clip(hole, wish), span, hole)

    def _clip(self, hole: Hole, wish: Wish) -> Clip:
        kind = hole.place.removeprefix("control.")
        clip = {"picture": wish.picture, "mask": wish.mask}.get(kind, wish.controls.get(kind))
        if clip is None:
            raise InputError(
                f"The workflow's node {self._workflow.called(hole.node)} needs {hole.place}, which "
                "this shot has not; render that pass, or take the node out."
            )
        return clip

    def _reference(self, hole: Hole, wish: Wish) -> Any:
        """A picture of a character; where there are fewer than places, the last again."""
        if not wish.references:
            raise InputError(
                f"The workflow's node {self._workflow.called(hole.node)} needs a picture of a "
                "character, and the shot shows none; take the node out for such shots."
            )
        number = min(REFERENCES.index(hole.place), len(wish.references) - 1)
        return self._sent(np.asarray(wish.references[number], np.float32)[None], (0, 1), hole)

    def _sent(self, clip: Clip, span: Span, hole: Hole) -> str:
        """Pictures at the server, and how its node is told where."""
        if hole.carrier == "video":
            return self._uploaded(parcels.mp4(clip, *span, self._fps), "mp4").told
        if hole.carrier == "still":
            still = next(parcels.stills(clip, span[0], span[0] + 1))
            return self._uploaded(still, "png").told
        pictures = list(parcels.stills(clip, *span))
        folder = f"filmagent_{_hash(*pictures)}"
        for number, picture in enumerate(pictures):
            self._exchange.upload(picture, f"{number:05d}.png", folder)
        return folder

    def _uploaded(self, data: bytes, ending: str) -> Named:
        return self._exchange.upload(data, f"{_hash(data)}.{ending}")


def _faded(
    before: tuple[Span, Pictures], now: tuple[Span, Pictures], first: int, end: int
) -> Frames:
    """Frames where a window fades into the next."""
    weights = (np.arange(end - first, dtype=np.float32) + 0.5) / max(end - first, 1)
    old, new = (
        pictures[first - span[0] : end - span[0]].astype(np.float32) / 255
        for span, pictures in (before, now)
    )
    weight = weights[:, None, None, None]
    return np.asarray(old * (1 - weight) + new * weight, np.float32)


def _hash(*parts: bytes) -> str:
    digest = blake2b(digest_size=12)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()
