"""What people take up where the prose leaves them idle: a gesture of their mood, a few steps."""

from __future__ import annotations

from collections import Counter

import numpy as np

from filmagent.crew.house.marks import best_mark
from filmagent.crew.house.placing import DEFAULT_MODELS
from filmagent.crew.house.readings import business
from filmagent.crew.house.targets import Targets
from filmagent.documents.blocking import Cue, LineReading
from filmagent.documents.breakdown import Beat
from filmagent.documents.seeds import seed as seed_of

_QUIET_BEATS = 3
"""Lines without anybody doing anything, after which somebody takes up business."""
_UNASKED = ("look", "drink", "think")
"""Business in silences: nobody nods or shrugs at nothing."""


class Business(Targets):
    """Gives idle people something to do. ``quiet`` counts the beats since anybody did anything."""

    def _turning_point(self, beat: Beat, moods: dict[str, LineReading]) -> bool:
        if beat.kind == "pause" or self.quiet >= _QUIET_BEATS:
            return True
        if beat.kind == "action" and not beat.directions:
            return bool(beat.people)
        if beat.kind != "line" or beat.speaker is None:
            return False
        spoken = [b for b in self.scene.beats if b.speaker == beat.speaker and b.kind == "line"]
        index = spoken.index(beat)
        return index > 0 and moods[beat.id].emotion not in (
            "neutral",
            moods[spoken[index - 1].id].emotion,
        )

    def _business(self, beat: Beat, moods: dict[str, LineReading]) -> None:
        """Somebody takes something up: a gesture that fits their mood, or a few steps."""
        here = [a for a, s in self.replay.stances.items() if s.present]
        if not here:
            return
        rng = np.random.default_rng(seed_of(self.seed, "business", beat.id))
        speaking = beat.speaker if beat.speaker in here and beat.delivery == "on" else ""
        named = [person for person in beat.people if person in here]
        doer = (
            speaking or (named or [a for a in reversed(self.names.recent) if a in here] or here)[0]
        )
        if speaking and len(here) > 1 and rng.random() < 0.4:
            doer = self._company(speaking)
        spoken = [b for b in self.scene.beats if b.speaker == doer and b.id in moods]
        emotion = moods[beat.id].emotion if doer == speaking else "neutral"
        if not spoken:
            emotion = "neutral"
        at = round(float(rng.uniform(0.15, 0.55)), 2)
        if self.quiet > _QUIET_BEATS and self._steps(beat, doer, at):
            self.quiet = 0
            return
        choices = business(emotion) if beat.kind == "line" else list(_UNASKED)
        start = int(rng.integers(len(choices)))
        for action in choices[start:] + choices[:start]:
            target = self._business_target(doer, action)
            if target is not None and self._cue(beat, doer, action, target, at):
                self.quiet = 0
                return

    def _steps(self, beat: Beat, doer: str, at: float) -> bool:
        """A few steps to another mark from which one can go on talking."""
        stance, company = self.replay.stance(doer), self._company(doer)
        if stance.posture != "stand" or not company:
            return False
        other = self.replay.stance(company).mark
        marks = {mark.id: mark for mark in self.entry.marks}
        taken = self._taken(doer) | {stance.mark}
        for mark in marks[other].partners if other in marks else []:
            if mark in marks and mark not in taken and marks[mark].kind == "stand":
                return self._cue(beat, doer, "walk", mark, at)
        return False

    def _business_target(self, doer: str, action: str) -> str | None:
        kind = self.replay.actions[action].target
        if kind == "none":
            return ""
        if kind == "actor":
            return self._company(doer) or None
        if kind == "prop":
            own = self.replay.stance(doer).mark
            for placed in self.plan.props:
                fits = placed.model in DEFAULT_MODELS.get(action, ())
                if fits and own and placed.mark == own and not self.replay.holders[placed.prop]:
                    return placed.prop
            return None
        if action == "look":
            aside = best_mark(self.entry, "window", taken=self._taken(doer), needed=False)
            lying = [p.prop for p in self.plan.props if not self.replay.holders[p.prop]]
            return (lying or [aside.id if aside else ""])[0]
        return self._company(doer) or None

    def _cue(self, beat: Beat, actor: str, action: str, target: str, at: float) -> bool:
        """Keep a cue if it can be played."""
        identifier = f"{beat.id}/{actor}/{action}"
        times = Counter(c.beat + c.actor + c.action for c in self.plan.cues)[
            beat.id + actor + action
        ]
        cue = Cue(
            id=identifier + (str(times + 1) if times else ""),
            beat=beat.id,
            actor=actor,
            action=action,
            target=target,
            at=at,
        )
        if self.replay.problem(cue):
            return False
        self.replay.apply(cue)
        if target in self.replay.stances:
            self.names.remember(target)
            self.names.remember(actor)
        self.plan.cues.append(cue)
        return True
