"""A film's shots painted: what is finished stays, what failed its thresholds is painted again.

For each shot, in the order of the film: is it painted already from just this? If not, it is painted
piece by piece and measured, up to as many times as asked for, and the best of these goes to
``refined/model/<setup>/``. A process that dies loses at most the step it was at.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from filmagent.documents.base import write_text
from filmagent.errors import RenderError
from filmagent.refine import passes
from filmagent.refine.identity.colour import Offset, Offsets
from filmagent.refine.metrics.report import Seen, Where, look, settle
from filmagent.refine.passes import Picture
from filmagent.refine.run import kept, tries
from filmagent.refine.run.kept import Kept
from filmagent.refine.run.painter import Painter, Request
from filmagent.refine.run.shot import Choices, Shot
from filmagent.refine.run.tries import Try
from filmagent.refine.run.work import Work
from filmagent.refine.sources import Engine, Painted, painted_path

if TYPE_CHECKING:
    from filmagent.refine.video.backend import Frames

VERSION = 1
"""Of the pictures: raised when the same shot and model would give others."""
_TRY = "try.json"
_RAW = "raw"
"""Frames as they were painted, before colours are held and what is protected is put back."""


class Preparation(Protocol):
    """Makes requests of a film's passes, and mends what a model gave back."""

    def fingerprint(self, shot: Shot) -> str:
        """A hash of what goes into a shot beside its frames and words: references, what is held."""
        ...

    def request(self, shot: Shot, piece: range, asked: Try, painted: Mapping[int, Path]) -> Request:
        """What is to be painted of a piece, after the shot's earlier ones, by frame."""
        ...

    def added(self, shot: Shot, painted: Callable[[int], Picture]) -> list[dict[str, Offset]]:
        """What the model added to colours, in some frames of a shot; none where it may."""
        ...

    def finished(self, shot: Shot, frame: int, painted: Picture, offsets: Offsets) -> Picture:
        """A painted frame as it goes into the film, whose model usually adds ``offsets``."""
        ...


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    setup: str
    number: int
    """Which try, from 1."""
    done: float
    """Frames, of those of all shots."""
    total: float


@dataclass(frozen=True)
class Outcome:
    """What became of a shot."""

    setup: str
    tries: Sequence[Try]
    seen: Seen
    added: Sequence[Mapping[str, Offset]]
    new: bool
    """Whether this run finished it."""


@dataclass
class Run:
    """Shots of a film on their way through a painter.

    Parameters
    ----------
    film
        The film folder.
    painter
        Who paints.
    preparation
        Makes its requests.
    choices
        How.
    quality
        Of the engine's frames.
    told
        Told how far it is.
    """

    film: Path
    painter: Painter
    preparation: Preparation
    choices: Choices
    quality: str = "preview"
    told: Callable[[Progress], None] = lambda progress: None
    _done: float = field(init=False, default=0.0)
    _total: float = field(init=False, default=0.0)

    def paint(self, shots: Sequence[Shot]) -> list[Outcome]:
        """Bring shots up to date, in order.

        Raises
        ------
        FilmError
            If a frame cannot be read, or the model fails; what is finished is kept, and the next
            run goes on from there.
        """
        self._done, self._total = 0.0, float(sum(len(s.frames) for s in shots))
        found: list[Outcome] = []
        for shot in shots:
            known = self._known(shot)
            if known is not None:
                found.append(Outcome(shot.setup, known.tries, known.seen, known.added, new=False))
            else:
                found.append(self._shot(shot, found))
            self._done += len(shot.frames)
            self._tell(shot, max(len(found[-1].tries), 1), 0.0)
        return found

    def todo(self, shots: Sequence[Shot]) -> list[Shot]:
        """The shots that are not up to date."""
        return [shot for shot in shots if self._known(shot) is None]

    def _known(self, shot: Shot) -> Kept | None:
        known = kept.read(self.film, shot.setup)
        stands = Painted(self.film, shot.setup).stands(self._engine(shot), shot.frames)
        return known if known and stands and known.key == self._key(shot) else None

    def _shot(self, shot: Shot, earlier: Sequence[Outcome]) -> Outcome:
        key = self._key(shot)
        # what is there is of another key, or broken: never an old key with a new picture
        kept.path(self.film, shot.setup).unlink(missing_ok=True)
        made: list[Try] = []
        looked: list[_Looked] = []
        while (asked := tries.following(self.choices, shot.setup, made)) is not None:
            looked.append(self._try(shot, len(made), asked, key, earlier))
            every = [*(one.seen for one in earlier), looked[-1].seen]
            made.append(Try.judged(asked, settle(every, shot.people)[-1]))
        best = tries.best(made)
        work = self._work(shot, best, key)
        for frame in shot.frames:
            work.take(frame, painted_path(self.film, shot.setup, frame))
        engine = self._engine(shot)
        one = looked[best]
        frames = {n: engine.key(n) for n in shot.frames}
        Kept(key, frames, made, one.seen, one.added).write(self.film)
        shutil.rmtree(self._folder(shot), ignore_errors=True)
        return Outcome(shot.setup, made, one.seen, one.added, new=True)

    def _try(
        self, shot: Shot, number: int, asked: Try, key: str, earlier: Sequence[Outcome]
    ) -> _Looked:
        """Paint a shot once and look at it; or read what an earlier run saw."""
        work = self._work(shot, number, key)
        known = _Looked.read(work.folder / _TRY)
        if known is not None:
            return known
        before = 0
        for piece in shot.pieces():
            if not all(work.has(frame, _RAW) for frame in piece):
                self._piece(shot, piece, asked, work, before, number + 1)
            before += len(piece)

        def painted(frame: int) -> Picture:
            return passes.picture(work.picture(frame, _RAW))

        added = self.preparation.added(shot, painted)
        offsets = Offsets.of([*(one.added for one in earlier), added])
        for frame in shot.frames:
            if not work.has(frame):
                work.put(frame, self.preparation.finished(shot, frame, painted(frame), offsets))
        where = Where(self.film, lambda setup, frame: work.picture(frame), self.quality)
        looked = _Looked(look(where, shot.setup, shot.frames, shot.names), added)
        looked.write(work.folder / _TRY)
        return looked

    def _piece(
        self, shot: Shot, piece: range, asked: Try, work: Work, before: int, number: int
    ) -> None:
        earlier = {n: work.picture(n, _RAW) for n in shot.frames if n < piece.start}
        request = self.preparation.request(shot, piece, asked, earlier)
        given = 0

        def told(share: float) -> None:
            self._tell(shot, number, before + share * len(piece))

        told(0.0)
        name = f"{piece.start}_{piece.stop}"
        for some in self.painter.paint(request, work, name, told):
            frames = piece[given : given + len(some)]
            if len(frames) < len(some):
                raise _count(shot, piece, given + len(some))
            for frame, picture in zip(frames, _codes(some, shot, frames), strict=True):
                work.put(frame, picture, _RAW)
            given += len(some)
        if given != len(piece):
            raise _count(shot, piece, given)
        told(1.0)

    def _key(self, shot: Shot) -> str:
        engine = self._engine(shot)
        return _hash(
            VERSION,
            self.painter.fingerprint,
            self.preparation.fingerprint(shot),
            # more tries would not change a picture that is good
            {**asdict(self.choices), "tries": None},
            shot.prompt,
            shot.negative,
            [[frame, engine.key(frame)] for frame in shot.frames],
            sorted(shot.names.items()),
        )

    def _work(self, shot: Shot, number: int, key: str) -> Work:
        return Work(self._folder(shot) / f"try_{number + 1}", key)

    def _folder(self, shot: Shot) -> Path:
        return kept.path(self.film, shot.setup).with_name("work")

    def _engine(self, shot: Shot) -> Engine:
        return Engine(self.film, shot.setup, self.quality)

    def _tell(self, shot: Shot, number: int, frames: float) -> None:
        self.told(Progress(shot.setup, number, self._done + frames, self._total))


@dataclass(frozen=True)
class _Looked:
    """A finished try."""

    seen: Seen
    added: Sequence[Mapping[str, Offset]]

    def write(self, path: Path) -> None:
        facts = {"seen": kept.seen_facts(self.seen), "added": [dict(f) for f in self.added]}
        write_text(path, json.dumps(facts) + "\n")

    @classmethod
    def read(cls, path: Path) -> _Looked | None:
        """What was seen of a try; None where it is not finished."""
        try:
            facts = json.loads(path.read_text(encoding="utf-8"))
            return cls(kept.seen(facts["seen"]), kept.added(facts["added"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None


def _codes(pictures: Frames, shot: Shot, frames: range) -> list[Picture]:
    """Display values 0–1 as uint8."""
    bad = ~np.isfinite(pictures).all(axis=(1, 2, 3))
    if bad.any():
        raise RenderError(
            f"The video model gave pixels that are no numbers in frame {frames[int(bad.argmax())]} "
            f"of {shot.setup}; what is finished is kept. Take float32 for its decoder."
        )
    return list((np.clip(pictures, 0.0, 1.0) * 255 + 0.5).astype(np.uint8))


def _count(shot: Shot, piece: range, given: int) -> RenderError:
    more = "at least " if given > len(piece) else ""
    return RenderError(
        f"The video model gave {more}{given} frames for frames {piece.start} to {piece.stop - 1} "
        f"of {shot.setup}, which are {len(piece)}; what is finished is kept. Look at its workflow."
    )


def _hash(*values: object) -> str:
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=list)
    return blake2b(text.encode(), digest_size=16).hexdigest()
