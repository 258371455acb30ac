"""What there is to speak of when a note is given: the film's documents as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from filmagent.documents import (
    Beat,
    Blocking,
    Breakdown,
    Catalogue,
    Character,
    Cut,
    Edit,
    Scene,
    SceneBlocking,
    SceneTiming,
    Setup,
    ShotList,
)


@dataclass(frozen=True)
class Dailies:
    """A film's documents as whoever gives notes has seen them.

    Parameters
    ----------
    edit
        None before there is a cut: then nothing can be said of its lengths.
    timings
        By scene id; for which cut shows the end of a line.
    locked
        Setups whose takes are locked, though the shot list does not say so.
    """

    breakdown: Breakdown
    blocking: Blocking
    shotlist: ShotList
    catalogue: Catalogue
    edit: Edit | None = None
    timings: Mapping[str, SceneTiming] = field(default_factory=dict)
    locked: frozenset[str] = frozenset()

    @cached_property
    def setups(self) -> dict[str, Setup]:
        """By id."""
        return {s.id: s for scene in self.shotlist.scenes for s in scene.setups}

    @cached_property
    def scene_of(self) -> dict[str, str]:
        """The scene of every setup and of every beat."""
        found = {s.id: scene.scene for scene in self.shotlist.scenes for s in scene.setups}
        return found | {b.id: scene.id for scene in self.breakdown.scenes for b in scene.beats}

    @cached_property
    def scenes(self) -> dict[str, Scene]:
        """By id."""
        return {s.id: s for s in self.breakdown.scenes}

    @cached_property
    def blockings(self) -> dict[str, SceneBlocking]:
        """By scene id."""
        return {s.scene: s for s in self.blocking.scenes}

    @cached_property
    def people(self) -> dict[str, Character]:
        """By id."""
        return {c.id: c for c in self.breakdown.characters}

    @cached_property
    def beats(self) -> dict[str, Beat]:
        """By id."""
        return {b.id: b for scene in self.breakdown.scenes for b in scene.beats}

    @cached_property
    def cuts(self) -> dict[str, Cut]:
        """The shots of the edit, in film order, by id."""
        return {c.id: c for c in (self.edit.cuts if self.edit else ()) if c.kind == "shot"}

    def lines(self, scene: str = "") -> list[Beat]:
        """The lines of a scene, or of the whole film."""
        scenes = [self.scenes[scene]] if scene in self.scenes else self.breakdown.scenes
        return [b for s in scenes for b in s.beats if b.kind == "line"]

    def held(self, setup: str) -> bool:
        """Whether a setup or its take is locked."""
        known = self.setups.get(setup)
        return (known is not None and known.locked) or setup in self.locked

    def cuts_of(self, setup: str) -> list[Cut]:
        """Where a setup is shown, in film order."""
        return [c for c in self.cuts.values() if c.setup == setup]

    def cut_at(self, beat: str, share: float) -> Cut | None:
        """The cut that shows a moment of a line.

        Parameters
        ----------
        share
            0 its beginning, 1 its end.
        """
        scene = self.scene_of.get(beat, "")
        timing = self.timings.get(scene)
        line = next((x for x in timing.lines if x.beat == beat), None) if timing else None
        if line is None or self.edit is None:
            return None
        rate = self.edit.fps[0] / self.edit.fps[1]
        frame = int((line.start + share * (line.end - line.start)) * rate)
        return next(
            (
                c
                for c in self.cuts.values()
                if c.scene == scene and c.source_in <= frame < c.source_out
            ),
            None,
        )

    def covering(self, person: str, beat: str) -> list[Setup]:
        """Setups that show somebody during a beat, the ones made for that person first."""
        scene = self.scene_of.get(beat, "")
        found = [
            s
            for s in self.setups.values()
            if self.scene_of[s.id] == scene and person in s.subjects and beat in s.beats
        ]
        return sorted(
            found, key=lambda s: (s.subjects[0] != person, len(s.subjects), s.over == person)
        )
