"""Blocking by rule: who is on which mark, who goes where, who does what, from the prose.

Names only: ``stage.schedule`` finds the coordinates and the times. Every cue is tried on
`filmagent.documents.checks.Replay` before it is kept, so that a blocking can always be played.

=================  ================================================================
`.script`          the scene, its set, its people, the deeds of its prose
`.placing`         who and what is where when it begins
`.targets`         what a deed is done to, or where it leads
`.business`        what people take up where the prose leaves them idle
=================  ================================================================
"""

from __future__ import annotations

import re
from dataclasses import replace

from filmagent.crew.house import prose
from filmagent.crew.house.business import Business
from filmagent.crew.house.marks import best_mark
from filmagent.crew.house.readings import readings
from filmagent.documents.blocking import LineReading, SceneBlocking
from filmagent.documents.breakdown import Beat, Breakdown, Scene
from filmagent.documents.catalogue import Catalogue
from filmagent.documents.checks import WALKS, Replay


def block(scene: Scene, breakdown: Breakdown, catalogue: Catalogue, seed: int) -> SceneBlocking:
    """Block a scene on the marks of its set.

    Returns
    -------
    SceneBlocking
        Without `filmagent.documents.checks.problems`.
    """
    return _Blocker(scene, breakdown, catalogue, seed).run()


class _Blocker(Business):
    def run(self) -> SceneBlocking:
        self.names.recent.clear()
        entering = self._entering()
        self._place(entering)
        self._place_props()
        if not self.entry.doors:
            self.plan.why.append(f"The set {self.entry.name} has no door: nobody can come or go.")
        self.replay = Replay(self.plan, self.entry, self.catalogue.actions)
        moods = {r.beat: r for r in readings(self.scene, self.names, {})}
        present: dict[str, list[str]] = {}
        for beat in self.scene.beats:
            if beat.speaker:
                self.names.remember(beat.speaker)
            self._beat(beat, moods)
            stances = self.replay.stances
            present[beat.id] = [actor for actor, stance in stances.items() if stance.present]
            if beat.kind == "line" and beat.speaker and beat.delivery == "os":
                present[beat.id].append(beat.speaker)
        self.plan.readings = readings(self.scene, self.names, present)
        self._place_extras()
        self._relate()
        return self.plan

    def _beat(self, beat: Beat, moods: dict[str, LineReading]) -> None:
        wanted = self.deeds.get(beat.id, [])
        before = len(self.plan.cues)
        seen = beat.speaker if beat.kind == "line" and beat.delivery == "on" else ""
        if seen and not self.replay.stance(seen).present:
            # the script lets somebody speak who has left: they have come back
            self._cue(beat, seen, "enter", self._door(""), 0.0)
        for index, deed in enumerate(wanted):
            at = 0.0 if beat.kind == "line" else index / len(wanted)
            self.names.remember(deed.actor)
            self._deed(beat, deed, at)
        if beat.kind == "action":
            self._approach(beat)
        done = len(self.plan.cues) > before
        self.quiet = 0 if done else self.quiet + (beat.kind in ("line", "pause", "action"))
        if not done and self._turning_point(beat, moods):
            self._business(beat, moods)

    def _deed(self, beat: Beat, deed: prose.Deed, at: float) -> None:
        if deed.action == "pick_up" and re.search(r"\bto (?:her|his|their|the) ear\b", deed.rest):
            deed = replace(deed, action="phone")
        action = self.replay.actions[deed.action]
        now = self.replay.stance(deed.actor)
        if action.kind == "idle" or deed.actor not in {c.id for c in self.breakdown.characters}:
            return
        if deed.action == "enter":
            if now.present:
                return
        elif not now.present:
            # the prose acts with somebody who has left: they come back first
            if not self.entry.doors or deed.action == "exit":
                return
            self._cue(beat, deed.actor, "enter", self._door(deed.clause), at)
            now = self.replay.stance(deed.actor)
        if deed.action == "sit" and now.posture == "sit":
            return
        if deed.action == "stand" and now.posture == "stand":
            return
        if deed.action == "stop" and not self._was_walking(deed.actor):
            return
        if now.posture not in action.postures:
            if now.posture == "sit" and action.kind == "move" and deed.action != "turn":
                self._cue(beat, deed.actor, "stand", "", at)
            else:
                return
        target = self._target(deed)
        if target is None:
            return
        if deed.action == "sit" and not target:
            # nothing to sit on where the prose says: they stand there
            mark = best_mark(self.entry, deed.rest, kind="stand", needed=False)
            if mark and mark.id != now.mark:
                self._cue(beat, deed.actor, "walk", mark.id, at)
            return
        if deed.action in ("handshake", "hug") and self._done_together(beat, deed, target):
            return
        if deed.action == "give" and not self._has_to_give(beat, deed, at):
            return
        if deed.action == "pick_up":
            self._go_for(beat, deed.actor, target, at)
        if deed.action == "put_down":
            self._bring(beat, deed, at)
        self._cue(beat, deed.actor, deed.action, target, at)

    def _done_together(self, beat: Beat, deed: prose.Deed, target: str) -> bool:
        """Whether the other has it as a cue already: one is enough for two."""
        return any(
            c.beat == beat.id and c.action == deed.action and c.actor == target
            for c in self.plan.cues
        )

    def _has_to_give(self, beat: Beat, deed: prose.Deed, at: float) -> bool:
        """Whether a named thing is in the hand; one that lies near is taken up first."""
        prop = self._prop_named(deed.rest) or self._prop_named(deed.clause)
        holder = self.replay.holders.get(prop)
        if prop and holder == "":
            self._go_for(beat, deed.actor, prop, at)
            self._cue(beat, deed.actor, "pick_up", prop, at)
        return bool(prop) and self.replay.holders.get(prop) == deed.actor

    def _bring(self, beat: Beat, deed: prose.Deed, at: float) -> None:
        """Who puts something before somebody, or on a table, walks up there first."""
        person = self.names.mentioned(deed.rest, deed.actor)
        now, other = self.replay.stance(deed.actor), self.replay.stance(person)
        if now.posture == "sit":
            return
        marks = {mark.id: mark for mark in self.entry.marks}
        if not person or not other.present:
            here = marks.get(now.mark)
            if here is not None and not any(marks[m].surface for m in (here.id, *here.partners)):
                surface = self._surface(deed.rest, "")
                if surface:
                    self._cue(beat, deed.actor, "walk", surface, at)
            return
        near = other.mark in marks and now.mark in marks[other.mark].partners
        last = next((c for c in reversed(self.plan.cues) if c.actor == deed.actor), None)
        there = last is not None and last.action in (*WALKS, "follow") and last.target == person
        if not near and not there:
            self._cue(beat, deed.actor, "walk", person, at)

    def _go_for(self, beat: Beat, actor: str, prop: str, at: float) -> None:
        """Who is elsewhere walks up to a thing before taking it."""
        now = self.replay.stance(actor)
        lies = next((p.mark for p in self.plan.props if p.prop == prop), "")
        moved = any(c.target == prop and c.action == "put_down" for c in self.plan.cues)
        if lies in ("", now.mark) or moved or self.replay.holders.get(prop):
            return
        if now.posture == "sit":
            # across the table is in reach
            if any(lies in mark.partners for mark in self.entry.marks if mark.id == now.mark):
                return
            self._cue(beat, actor, "stand", "", at)
        self._cue(beat, actor, "walk", lies, at)

    def _was_walking(self, actor: str) -> bool:
        walks = [c for c in self.plan.cues if c.actor == actor and c.action in (*WALKS, "follow")]
        order = [beat.id for beat in self.scene.beats]
        return bool(walks) and len(order) > 0

    def _approach(self, beat: Beat) -> None:
        """Who came in and talks next walks up to whoever they talk to."""
        came = [c for c in self.plan.cues if c.beat == beat.id and c.action == "enter"]
        later = self.scene.beats[self.scene.beats.index(beat) + 1 :]
        for cue in came:
            after = [c for c in self.plan.cues if c.actor == cue.actor and c.beat == beat.id]
            talks = [b for b in later if b.kind == "line" and b.delivery == "on"][:3]
            moves = any(
                d.actor == cue.actor and self.replay.actions[d.action].kind == "move"
                for b in later[:2]
                for d in self.deeds.get(b.id, [])
            )
            company = self._company(cue.actor)
            if after[-1] is cue and company and not moves and talks:
                at = max((c.at for c in self.plan.cues if c.beat == beat.id), default=0.0)
                self._cue(beat, cue.actor, "walk", company, at)
