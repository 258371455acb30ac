"""Coverage: two cinematographers propose shots, the editor says which are needed.

They propose apart and at once, in different manners; what both offer are the alternates of which
the cut is made. Where only one proposal can be used, or both come to the same, nobody else is
asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from filmagent.crew.agents import material
from filmagent.crew.agents.answers import Hold, Selection, Shot, ShotPlan
from filmagent.crew.agents.asking import Desk, even_pieces, in_pieces
from filmagent.crew.agents.covering import DIALOGUE, Slate
from filmagent.crew.agents.slating import coverage
from filmagent.crew.agents.together import together
from filmagent.crew.checks import Asked, check_coverage
from filmagent.crew.checks.floor import Floor
from filmagent.crew.collaborate import Items, decide_items
from filmagent.crew.house.coverage import letters
from filmagent.crew.problems import Problem, unknown
from filmagent.documents import (
    Beat,
    Catalogue,
    Character,
    Scene,
    SceneBlocking,
    SceneCoverage,
    SceneTiming,
)

PROMPTS = ("cover", "select", "again")
_MOST_BEATS = 36
"""Beats that are covered at once."""
_FEW_SHOTS = 10
"""Shots that the shortest scene may have."""
_LEFT_OUT = 0.25
"""Share of the beats that a proposal may pass over."""
_AGREE = 0.75
"""Share of shots that two proposals have in common, from which they come to the same."""
_CINEMATOGRAPHERS = (1, 2)


@dataclass
class _Chosen:
    """Shots that were decided on, and what the cut holds on."""

    shots: list[Shot] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)


class Unit:
    """One scene's coverage.

    Parameters
    ----------
    house
        The house crew's coverage: what stands in, beat by beat.
    """

    def __init__(
        self,
        desk: Desk,
        scene: Scene,
        blocking: SceneBlocking,
        timing: SceneTiming,
        catalogue: Catalogue,
        people: Sequence[Character],
        house: SceneCoverage,
    ) -> None:
        self.desk, self.scene, self.blocking, self.timing = desk, scene, blocking, timing
        self.catalogue, self.people, self.house = catalogue, people, house
        floor = Floor(scene, blocking, catalogue, timing)
        self.slate = Slate(scene, blocking, timing, floor, material.People(people), house)

    def _wrong(self, coverage: SceneCoverage, most: int | None = None) -> list[Problem]:
        return check_coverage(
            coverage,
            self.scene,
            self.blocking,
            self.catalogue,
            timing=self.timing,
            asked=Asked(most_setups=most),
        )

    def cover(self) -> SceneCoverage:
        """The coverage: without problems, whoever decided it."""
        if not self.slate.timed:
            return self.house
        pieces = even_pieces(self.slate.timed, _MOST_BEATS)
        jobs = [lambda piece=piece: in_pieces(piece, _MOST_BEATS, self._piece) for piece in pieces]
        chosen = [part for parts in together(jobs, self.desk.at_once) for part in parts]
        shots = [shot for part in chosen for shot in part.shots]
        if not shots:
            return self.house
        holds = [hold for part in chosen for hold in part.holds]
        made = coverage(self.slate, self.slate.setups(shots), holds)
        wrong = self._wrong(made)
        if wrong:
            page = self.desk.of("coverage", self.scene.id, "whole").log
            page.decided("editor", "house", f"The proposals do not come together: {wrong[0]}")
            return self.house
        return made

    def _piece(self, beats: Sequence[Beat]) -> _Chosen:
        whole = len(beats) == len(self.slate.timed)
        item = "" if whole else f"from {beats[0].id}"
        jobs = [
            lambda number=number: self._proposal(beats, number, item)
            for number in _CINEMATOGRAPHERS
        ]
        usable = [shots for shots in together(jobs, self.desk.at_once) if shots]
        if not usable:
            return _Chosen()
        if len(usable) == 1 or _agree(usable[0], usable[1]):
            return _Chosen(usable[0])
        return self._edited(beats, usable[0], usable[1], item)

    # proposals

    def _proposal(self, beats: Sequence[Beat], number: int, item: str) -> list[Shot]:
        desk = self.desk.of("coverage", self.scene.id, f"{item} {number}".strip())
        names = [beat.id for beat in beats]
        things = [prop.prop for prop in self.blocking.props]
        question = desk.question(
            "cover",
            ShotPlan,
            role=f"cinematographer {number}",
            room=300 + 110 * most_shots(len(beats)),
            cinematographer=number,
            most_shots=most_shots(len(beats)),
            scene=material.scene(self.scene),
            people=[c.name for c in self.people],
            beats=self.slate.beats(beats),
            stays=self.slate.stays(beats),
            things=things or None,
        )

        def problems(plan: ShotPlan) -> list[Problem]:
            return self._problems(plan.shots, names)

        shots = [f"setup {self.scene.id}{letters}" for letters in _ids()]
        decision = decide_items(
            desk.model,
            question,
            Items(
                wheres=shots,
                of=lambda plan: plan.shots,
                where=lambda shot: f"setup {self.scene.id}{shot.id}",
                put=lambda _, kept: ShotPlan(shots=kept),
            ),
            problems,
            lambda plan, where: [],
            lambda: ShotPlan(shots=[]),
            desk.log,
            tries=desk.tries,
        )
        return [
            shot.model_copy(update={"id": f"{beats[0].id} {number} {shot.id}"})
            for shot in decision.value.shots
        ]

    def _problems(self, shots: Sequence[Shot], beats: Sequence[str]) -> list[Problem]:
        found: list[Problem] = []
        for shot in shots:
            where = f"setup {self.scene.id}{shot.id}"
            for beat in (shot.first, shot.last):
                if beat not in beats:
                    found.append(unknown(where, beat, "one of these beats", beats))
        if found:
            return found
        made = SceneCoverage(scene=self.scene.id, setups=self.slate.setups(shots))
        wrong = self._wrong(made, most_shots(len(beats)))
        left_out = {p.where for p in wrong} & {f"beat {beat}" for beat in beats}
        # a few beats that were passed over are filled in; many are a list that was not finished
        told = left_out if len(left_out) > _LEFT_OUT * len(beats) else set()
        return [p for p in wrong if not p.where.startswith("beat ") or p.where in told]

    # the choice

    def _edited(
        self, beats: Sequence[Beat], one: list[Shot], other: list[Shot], item: str
    ) -> _Chosen:
        """What the editor keeps of two proposals; the first one as it is, if there is no word."""
        desk = self.desk.of("coverage", self.scene.id, f"{item} select".strip())
        pool = {f"S{k}": shot for k, shot in enumerate([*one, *other], 1)}

        def problems(answer: Selection) -> list[Problem]:
            return _selection_problems(answer, pool, beats, self.slate)

        question = desk.question(
            "select",
            Selection,
            scene=material.scene(self.scene),
            beats=_lines(beats, self.slate.who),
            shots=[_line(name, shot) for name, shot in pool.items()],
            most_shots=most_shots(len(beats)),
        )
        first = Selection(keep=[name for name, shot in pool.items() if shot in one], hold=[])
        answer = desk.decide(question, problems, lambda: first).value
        kept = [pool[name] for name in dict.fromkeys(answer.keep) if name in pool]
        holds = [
            hold.model_copy(update={"shot": pool[hold.shot].id})
            for hold in answer.hold
            if hold.shot in pool
        ]
        return _Chosen(kept, holds)


def _selection_problems(
    answer: Selection, pool: dict[str, Shot], beats: Sequence[Beat], slate: Slate
) -> list[Problem]:
    found = [unknown("", name, "a shot", pool) for name in answer.keep if name not in pool]
    kept = [slate.setup(pool[name]) for name in dict.fromkeys(answer.keep) if name in pool]
    offered = {name: set(slate.setup(shot).beats) for name, shot in pool.items()}
    for beat in beats:
        could = tuple(name for name, covers in offered.items() if beat.id in covers)
        if could and not any(beat.id in setup.beats for setup in kept):
            found.append(Problem(f"beat {beat.id}", "None of the kept shots shows it.", could))
    most = most_shots(len(beats))
    if len(kept) > most:
        found.append(Problem("", f"{len(kept)} shots are kept; {most} are the most."))
    talk = [setup for setup in kept if setup.kind in DIALOGUE]
    moving = sum(setup.move != "static" for setup in talk)
    if moving > max(len(talk) // 3, 1):
        found.append(
            Problem("", f"{moving} of {len(talk)} shots of dialogue move; at most a third may.")
        )
    return found


def most_shots(beats: int) -> int:
    """How many shots so many beats are worth: each is lit, flown and judged."""
    return _FEW_SHOTS + beats // 2


def _ids() -> list[str]:
    """What shots may be called, as on a slate: ``A`` … ``Z`` without I and O, ``AA`` …"""
    return [letters(index) for index in range(24 * 25)]


def _agree(one: Sequence[Shot], other: Sequence[Shot]) -> bool:
    first, second = ({_likeness(s) for s in shots} for shots in (one, other))
    return len(first & second) >= _AGREE * len(first | second)


def _likeness(shot: Shot) -> tuple[Any, ...]:
    return shot.kind, shot.size, shot.move, tuple(shot.of), shot.first


def _line(name: str, shot: Shot) -> str:
    """A shot in a line: ``S3 ots MS MARA over JONAS, 1.3 to 1.8, static: …``."""
    over = f" over {shot.over}" if shot.over else ""
    angle = "" if shot.angle == "eye" else f" {shot.angle}"
    move = shot.move if shot.move == "static" else f"{shot.move} ({shot.motive})"
    return (
        f"{name} {shot.kind} {shot.size}{angle} {', '.join(shot.of) or 'nobody'}{over}, "
        f"{shot.first} to {shot.last}, {move}: {shot.board}"
    )


def _lines(beats: Sequence[Beat], who: material.People) -> list[str]:
    """Beats in a line each, enough to know what is cut."""
    return [
        f"{beat.id} {who.name(beat.speaker) if beat.speaker else beat.kind}: "
        f"{material.cut(beat.text, 80)}"
        for beat in beats
    ]
