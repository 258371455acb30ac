"""Requests made of a film's passes: what a model is shown, told and held to, piece by piece."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from filmagent.refine import noise, passes
from filmagent.refine.identity import colour, protection, references
from filmagent.refine.identity.colour import Offset, Offsets
from filmagent.refine.identity.protection import Protected
from filmagent.refine.passes import Picture
from filmagent.refine.run import clips
from filmagent.refine.run.heroes import Heroes
from filmagent.refine.run.painter import Painter, Request
from filmagent.refine.run.shot import Choices, Shot
from filmagent.refine.run.tries import Try

if TYPE_CHECKING:
    # what a model is shown is described in tensors, and torch takes a second to load
    from torch import Tensor

    from filmagent.refine.video.backend import Clip

_SET = 1
"""The object id of the set."""
_LOOKS = 8
"""Frames of a shot whose colours are looked at."""
_HELD = 0.2
"""Noise at which a model may begin to move what is protected."""


@dataclass
class FromPasses:
    """The requests of a film.

    Parameters
    ----------
    film
        The film folder.
    quality
        Of the frames that are painted.
    painter
        The model; asked what it takes only when something is to be painted.
    choices
        How.
    guidance
        The model's own, where the choices name none.
    seed
        The film's: noise of the world is the same in all its shots.
    people
        Pictures (H, W, 3) of everybody in the film, by name; those that say most first.
    sets
        What the set of each scene is called throughout the film.
    protected
        What is protected in each scene, by its name.
    heroes
        How the best frames of earlier shots are carried into later ones, where they are.
    """

    film: Path
    quality: str
    painter: Painter
    choices: Choices
    guidance: float = 1.0
    seed: int = 0
    people: Mapping[str, Sequence[Picture]] = field(default_factory=dict)
    sets: Mapping[str, str] = field(default_factory=dict)
    protected: Mapping[str, Protected] = field(default_factory=dict)
    heroes: Heroes | None = None

    def fingerprint(self, shot: Shot) -> str:
        """A hash of what goes into a shot beside its frames and words."""
        digest = blake2b(digest_size=16)
        told = [self.seed, self.guidance, self.sets.get(shot.scene, ""), list(shot.shows)]
        digest.update(json.dumps(told).encode())
        keep = self.protected.get(shot.scene)
        if keep is not None:
            digest.update(f"{sorted(keep.whole)} {sorted(keep.parts.items())}".encode())
        if self.heroes is not None:
            digest.update(self.heroes.fingerprint(shot).encode())
        for who in shot.shows if self.choices.references else ():
            for picture in self.people.get(who, ()):
                digest.update(repr(picture.shape).encode() + picture.tobytes())
        return digest.hexdigest()

    def request(
        self, shot: Shot, piece: range, asked: Try, painted: Mapping[int, Path] | None = None
    ) -> Request:
        """What is to be painted of a piece.

        Parameters
        ----------
        shot, piece, asked
            Which frames, and how.
        painted
            Pictures of the shot's earlier pieces, as this try painted them, by frame.

        Raises
        ------
        RenderError
            If a pass is missing, damaged, or of another size.
        """
        from filmagent.refine.video.backend import Wish

        engine = clips.rendered(self.film, self.quality, shot.setup, piece)
        picture, sigma = engine, self._sigma(shot, piece, asked.sigma_start)
        stills: Mapping[int, NDArray[np.float32]] = {}
        known = self.heroes.into(shot, engine, painted or {}) if self.heroes else None
        if known is not None:
            able = self.painter.capabilities
            picture = known.pictures
            if able.channels:
                sigma = known.sigma(asked.sigma_start, sigma)
            if able.keyframes:
                stills = known.keyframes()
        wish = Wish(
            prompt=shot.prompt,
            negative=shot.negative,
            controls=self._controls(shot, piece),
            picture=picture,
            references=self._references(shot),
            keyframes=stills,
            guidance=self.choices.guidance or self.guidance,
        )
        return Request(
            wish,
            asked.sigma_start,
            self.choices.steps,
            asked.seed,
            sigma=sigma,
            noise=self._noise(shot, piece, asked),
            people=shot.shows,
        )

    def added(self, shot: Shot, painted: Callable[[int], Picture]) -> list[dict[str, Offset]]:
        """What the model added to colours, in frames all over a shot."""
        if not self.choices.colours:
            return []
        spread = np.linspace(0, len(shot.frames) - 1, min(_LOOKS, len(shot.frames)))
        frames = dict.fromkeys(shot.frames[int(place)] for place in spread)
        return [
            colour.measured(_display(painted(n)), self._passes(shot, n), shot.names) for n in frames
        ]

    def finished(self, shot: Shot, frame: int, painted: Picture, offsets: Offsets) -> Picture:
        """A painted frame with its colours held, and what is protected put back where asked."""
        keep = self.protected.get(shot.scene)
        put_back = keep is not None and self._composites
        if not self.choices.colours and not put_back:
            return painted
        parts = ("rest",) if put_back and keep is not None and keep.parts else ()
        engine, shown = self._passes(shot, frame, parts), _display(painted)
        if self.choices.colours:
            shown = colour.corrected(shown, engine, shot.names, offsets)
        if put_back and keep is not None:
            shown = protection.composited(shown, engine, keep, shot.names, offsets)
        return np.asarray(np.clip(shown * 255 + 0.5, 0, 255).astype(np.uint8))

    @property
    def _composites(self) -> bool:
        """A model without latents of ours can hold nothing while it paints."""
        return self.choices.composite or not self.painter.capabilities.channels

    def _passes(self, shot: Shot, frame: int, also: Sequence[str] = ()) -> passes.Passes:
        return passes.read(self.film / "frames", self.quality, shot.setup, frame, also)

    def _controls(self, shot: Shot, piece: range) -> Mapping[str, Clip]:
        from filmagent.refine import controls

        kinds = self.choices.controls or self.painter.capabilities.controls[:1]
        return {
            kind: controls.of(self.film, shot.setup, piece, kind, self.quality) for kind in kinds
        }

    def _references(self, shot: Shot) -> list[NDArray[np.float32]]:
        if not self.choices.references:
            return []
        shown = [self.people[who] for who in shot.shows if who in self.people]
        return references(shown, self.painter.capabilities.references)

    def _sigma(self, shot: Shot, piece: range, start: float) -> clips.Frames | None:
        """Where what is protected is held, and until when."""
        keep = self.protected.get(shot.scene)
        if keep is None or self._composites:
            return None
        parts = ("rest",) if keep.parts else ()
        low = min(start, _HELD)

        def read(frame: int) -> NDArray[np.float32]:
            return protection.held(self._passes(shot, frame, parts), keep, start, low)

        return clips.Frames(piece, read(piece[0]).shape, read)

    def _noise(self, shot: Shot, piece: range, asked: Try) -> Tensor | None:
        """Noise that sticks to the world, where it is asked for."""
        able = self.painter.capabilities
        if self.choices.gamma == 0 or not able.channels:
            return None
        import torch

        def read(number: int) -> noise.Surface:
            return noise.Surface.of(self._passes(shot, piece[number], ("rest", "view")))

        names = dict(shot.names)
        if shot.scene in self.sets:
            names[_SET] = self.sets[shot.scene]
        drawn = noise.of_clip(
            read,
            len(piece),
            able,
            names,
            seed=self.seed,
            # another try has other noise, but for what sticks to the world
            shot=f"{shot.setup} {piece.start} {asked.seed}",
            gamma=self.choices.gamma,
        )
        return torch.from_numpy(drawn)


def _display(picture: Picture) -> NDArray[np.float32]:
    return picture.astype(np.float32) / 255
