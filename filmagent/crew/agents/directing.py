"""Blocking: the director stages a scene by names, the gaffer lights it, the house stands by.

A long scene is staged piece by piece, each knowing where the last one left everybody. What is
wrong with a beat is asked for again alone; what stays wrong is the house crew's for that beat.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from filmagent.crew.agents import material
from filmagent.crew.agents.answers import Deed, Lighting, Said, Staging, Start
from filmagent.crew.agents.asking import Desk, in_pieces
from filmagent.crew.agents.staging import Staged, where_is_everybody
from filmagent.crew.agents.together import together
from filmagent.crew.checks import check_blocking
from filmagent.crew.collaborate import Items, decide_items
from filmagent.crew.problems import Problem, unknown
from filmagent.documents import Beat, Breakdown, Catalogue, Scene, SceneBlocking

PROMPTS = ("block", "light", "again")
_MOST_BEATS = 36
"""Beats that are staged at once."""
_TIMES = ("dawn", "day", "dusk", "night")

Entry = Start | Deed | Said


class Director:
    """One scene's blocking.

    Parameters
    ----------
    house
        The house crew's blocking of the scene: shown as a draft, and what stands in.
    """

    def __init__(
        self,
        desk: Desk,
        scene: Scene,
        breakdown: Breakdown,
        catalogue: Catalogue,
        seed: int,
        house: SceneBlocking,
    ) -> None:
        self.desk, self.scene, self.breakdown = desk, scene, breakdown
        self.catalogue, self.seed, self.house = catalogue, seed, house
        self.who = material.People(breakdown.characters)
        self.entry = next(s for s in catalogue.sets if s.name == house.set)
        self.kept = Staging()
        self.ours = False

    def block(self) -> SceneBlocking:
        """The blocking: without problems, whoever decided it."""
        light, _ = together([self.light, self.stage], self.desk.at_once)
        if not self.ours:
            return self.house
        made = self._staged(self.scene).blocking(self.kept, light)
        if check_blocking(made, self.breakdown, self.catalogue):
            page = self.desk.of("blocking", self.scene.id, "whole")
            page.log.decided("director", "house", "The pieces do not come together.")
            return self.house
        return made

    # light

    def light(self) -> str:
        """The light plan: believable at the scene's time of day."""
        plans = [
            plan for plan in self.entry.light_plans if plan == self.scene.time or plan not in _TIMES
        ]
        if len(plans) < 2:
            return self.house.light
        desk = self.desk.of("light", self.scene.id, "")
        prose = next((b.text for b in self.scene.beats if b.kind == "action"), "")
        question = desk.question(
            "light",
            Lighting,
            scene={**material.scene(self.scene), "opens": material.cut(prose, 300)},
            plans=plans,
        )

        def problems(answer: Lighting) -> list[Problem]:
            return [] if answer.plan in plans else [unknown("", answer.plan, "a light plan", plans)]

        house = Lighting(plan=self.house.light, why="")
        return desk.decide(question, problems, lambda: house).value.plan

    # staging

    def stage(self) -> str:
        """Stage the scene piece by piece into ``kept``."""
        in_pieces(self.scene.beats, _MOST_BEATS, self._stage_piece)
        return ""

    def _stage_piece(self, beats: Sequence[Beat]) -> None:
        first = beats[0].id == self.scene.beats[0].id
        item = "" if first and len(beats) == len(self.scene.beats) else f"from {beats[0].id}"
        desk = self.desk.of("blocking", self.scene.id, item)
        scene, breakdown = self._as_far_as(beats[-1])
        stage, before = self._staged(scene), self.kept

        def whole(part: Staging) -> Staging:
            return part if first else _joined(before, part)

        def problems(part: Staging) -> list[Problem]:
            made = stage.blocking(whole(part))
            return check_blocking(made, breakdown, self.catalogue)

        decision = decide_items(
            desk.model,
            self._question(desk, beats, first, stage),
            self._items(beats, first),
            problems,
            lambda part, where: self._house_about(where),
            lambda: self._house_part(beats, first),
            desk.log,
            tries=desk.tries,
        )
        self.kept = whole(decision.value)
        self.ours = self.ours or decision.by == "model"

    def _staged(self, scene: Scene) -> Staged:
        return Staged(scene, self.breakdown, self.catalogue, self.seed, self.who, self.house)

    def _as_far_as(self, last: Beat) -> tuple[Scene, Breakdown]:
        """The scene up to a beat, and a breakdown that holds it."""
        end = next(k for k, b in enumerate(self.scene.beats) if b.id == last.id) + 1
        if end == len(self.scene.beats):
            return self.scene, self.breakdown
        beats = self.scene.beats[:end]
        seen = {p for b in beats for p in (*b.people, b.speaker)}
        people = [p for p in self.scene.people if p in seen]
        part = self.scene.model_copy(update={"beats": beats, "people": people})
        return part, self.breakdown.model_copy(update={"scenes": [part]})

    def _question(self, desk: Desk, beats: Sequence[Beat], first: bool, stage: Staged) -> Any:
        names = {b.id for b in beats}
        draft = [cue for cue in self.house.cues if cue.beat in names]
        so_far = None
        if not first:
            made = stage.blocking(self.kept)
            so_far = where_is_everybody(made, stage, beats[0].id, self.who)
        things = {p.id: p.name for p in self.scene.props if p.model}
        return desk.question(
            "block",
            Staging,
            room=500 + 75 * len(beats),
            scene=material.scene(self.scene),
            people=material.people(material.people_of(self.scene, self.breakdown)),
            beats=material.beats(beats, self.who),
            marks=material.marks(self.entry.marks),
            doors=material.doors(self.entry.doors),
            actions=material.actions(self.catalogue.actions),
            things=things or None,
            draft=material.told(
                starts=material.placed(self.house.placements, self.who) if first else [],
                deeds=material.cues(draft, self.who),
            ),
            so_far=so_far,
        )

    def _items(self, beats: Sequence[Beat], first: bool) -> Items[Staging, Entry]:
        people = material.people_of(self.scene, self.breakdown) if first else []

        def where(entry: Entry) -> str:
            if isinstance(entry, Start):
                return f"placement {self.who.id(entry.who)}"
            return f"beat {entry.beat}"

        return Items(
            wheres=[*(f"placement {c.id}" for c in people), *(f"beat {b.id}" for b in beats)],
            of=lambda answer: [*answer.starts, *answer.deeds, *answer.said],
            where=where,
            put=lambda _, entries: _of(entries),
        )

    # the house crew's, as a staging

    def _house_about(self, where: str) -> list[Entry]:
        kind, _, name = where.partition(" ")
        if kind == "placement":
            return [start for start in self._house_starts() if self.who.id(start.who) == name]
        return [said for said in self._house_said() if said.beat == name]

    def _house_part(self, beats: Sequence[Beat], first: bool) -> Staging:
        """The house's staging of some beats; of later pieces only how their lines are said,
        because the model's people stand elsewhere."""
        names = {beat.id for beat in beats}
        said = [each for each in self._house_said() if each.beat in names]
        if not first:
            return Staging(said=said)
        deeds = [
            Deed(
                beat=cue.beat,
                who=self.who.name(cue.actor),
                does=cue.action,
                to=self.who.name(cue.target),
                when="early" if cue.at < 0.3 else "middle" if cue.at < 0.6 else "late",
            )
            for cue in self.house.cues
            if cue.beat in names
        ]
        return Staging(starts=self._house_starts(), deeds=deeds, said=said)

    def _house_starts(self) -> list[Start]:
        return [
            Start(
                who=self.who.name(p.actor),
                mark=p.mark,
                sits=p.posture == "sit",
                faces=self.who.name(p.facing),
            )
            for p in self.house.placements
        ]

    def _house_said(self) -> list[Said]:
        return [
            Said(
                beat=r.beat, emotion=r.emotion, energy=round(10 * r.energy), to=self.who.name(r.to)
            )
            for r in self.house.readings
        ]


def _of(entries: Sequence[Entry]) -> Staging:
    return Staging(
        starts=[e for e in entries if isinstance(e, Start)],
        deeds=[e for e in entries if isinstance(e, Deed)],
        said=[e for e in entries if isinstance(e, Said)],
    )


def _joined(before: Staging, part: Staging) -> Staging:
    return Staging(
        starts=before.starts,
        deeds=[*before.deeds, *part.deeds],
        said=[*before.said, *part.said],
    )
