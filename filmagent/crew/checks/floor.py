"""Who is there and who walks in each beat of a scene, for whoever points a camera at it."""

from __future__ import annotations

from filmagent.documents import (
    Beat,
    Catalogue,
    Scene,
    SceneBlocking,
    SceneTiming,
    SetEntry,
    Setup,
)
from filmagent.documents.checks import WALKS, Replay, in_order

_TAKES_TIME = ("line", "action", "pause")
_WALKS = (*WALKS, "follow", "enter", "exit")
_LONGEST_WALK = 8
"""Beats that a walk, in or out, may go on for: without the timing nobody can say it has ended."""


class Floor:
    """A blocked scene, beat by beat.

    Parameters
    ----------
    timing
        Where people are in time; without it, what the cues alone tell.
    """

    def __init__(
        self,
        scene: Scene,
        blocking: SceneBlocking,
        catalogue: Catalogue,
        timing: SceneTiming | None = None,
    ):
        self.scene, self.blocking = scene, blocking
        self.things = [prop.prop for prop in blocking.props]
        self.beats: list[Beat] = [beat for beat in scene.beats if beat.kind in _TAKES_TIME]
        self.there: dict[str, set[str]] = {}
        """Beat → who is there during some of it."""
        self.walking: dict[str, set[str]] = {}
        """Beat → who goes somewhere in it."""
        self.coming: dict[str, set[str]] = {}
        self.going: dict[str, set[str]] = {}
        self.shifted: dict[str, set[str]] = {}
        """Beat → who changes place or posture in it."""
        self._sets_off: dict[str, set[str]] = {}
        """Beat → who begins to walk in it."""
        self._come: dict[str, set[str]] = {}
        """Beat → who has come in sight by its end."""
        self._cued(catalogue)
        if timing is not None:
            self._timed(timing)
        self.order = {beat.id: index for index, beat in enumerate(self.beats)}
        self.people = list(dict.fromkeys(p for b in self.beats for p in sorted(self.there[b.id])))

    def _cued(self, catalogue: Catalogue) -> None:
        entry = next((s for s in catalogue.sets if s.name == self.blocking.set), None)
        entry = entry or SetEntry.model_construct(marks=[], doors=[])
        replay = Replay(self.blocking, entry, catalogue.actions)
        kinds = {action.name: action.kind for action in catalogue.actions}
        late: list[set[str]] = []
        gone: list[set[str]] = []
        for beat in self.scene.beats:
            before = {actor for actor, s in replay.stances.items() if s.present}
            cues = in_order(self.blocking.cues, beat.id)
            for cue in cues:
                if cue.action in kinds:
                    replay.apply(cue)
            after = {actor for actor, s in replay.stances.items() if s.present}
            walks = {cue.actor for cue in cues if cue.action in (*_WALKS, "sit")}
            if beat.kind in _TAKES_TIME:
                self.there[beat.id] = (before | after).union(*gone)
                self._come[beat.id] = set(replay.stances)
                self._sets_off[beat.id] = walks
                self.walking[beat.id] = walks.union(*late)
                self.coming[beat.id] = {c.actor for c in cues if c.action == "enter"}
                self.going[beat.id] = {c.actor for c in cues if c.action == "exit"}
                self.shifted[beat.id] = {c.actor for c in cues if kinds.get(c.action) == "move"}
                gone = [*gone, self.going[beat.id] - after][1 - _LONGEST_WALK :]
                late = [*late, walks][1 - _LONGEST_WALK :]

    def _timed(self, timing: SceneTiming) -> None:
        times = {beat.beat: beat for beat in timing.beats}
        self.beats = [beat for beat in self.beats if beat.id in times]
        for beat in self.beats:
            start, end = times[beat.id].start, times[beat.id].end
            during = [
                (actor.actor, segment.kind)
                for actor in timing.actors
                if not actor.extra
                for segment in actor.segments
                if segment.start < max(end, start + 1e-6) and segment.end > start
            ]
            # bodies set off before they come in sight: the cue says when that is
            come = self._come[beat.id]
            self.there[beat.id] = {a for a, kind in during if kind != "offstage" and a in come}
            walk = {a for a, kind in during if kind == "walk" and a in come}
            self.walking[beat.id] = self._sets_off[beat.id] | walk

    def seen_spoken(self) -> list[Beat]:
        """Lines whose speaker is on the set, saying them."""
        return [
            beat
            for beat in self.beats
            if beat.kind == "line" and beat.delivery == "on" and beat.speaker in self.there[beat.id]
        ]

    def covered(self, setup: Setup) -> list[str]:
        """The beats of a setup that there are."""
        return [beat for beat in setup.beats if beat in self.order]
