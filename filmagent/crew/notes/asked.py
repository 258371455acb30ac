"""Notes by a model: the same typed changes, checked the same way; the rules are the net."""

from __future__ import annotations

from typing import Any

from filmagent.crew.collaborate import decide
from filmagent.crew.model import Model
from filmagent.crew.notes.checks import problems
from filmagent.crew.notes.dailies import Dailies
from filmagent.crew.notes.rules import Understood, understand
from filmagent.crew.problems import Problem
from filmagent.crew.prompts import load
from filmagent.crew.transcript import Transcript
from filmagent.documents.notes import Changes

_SAID = 140
"""Letters of a line that are repeated to the model."""


def ask(note: str, dailies: Dailies, model: Model, log: Transcript, seed: int = 0) -> Understood:
    """A note as changes, by a model; by rule where it does not come to any that hold.

    Raises
    ------
    ModelError
        For what ends a run: no endpoint, a wrong key, a budget that is spent …
    """
    material = {"note": note, **_material(dailies)}
    question = load("note").question(Changes, material, seed=seed)
    by_rule: list[Understood] = []

    def fallback() -> Changes:
        by_rule.append(understand(note, dailies))
        return by_rule[0].changes

    decision = decide(model, question, lambda changes: _wrong(changes, dailies), fallback, log)
    if by_rule:
        return by_rule[0]
    return Understood(decision.value)


def _wrong(changes: Changes, dailies: Dailies) -> list[Problem]:
    if not changes.any():
        return [Problem("", "the note asks for something: there is no change in the answer.")]
    return problems(changes, dailies)


def _material(dailies: Dailies) -> dict[str, Any]:
    shots = [
        {
            "id": s.id,
            "scene": dailies.scene_of[s.id],
            **s.model_dump(
                include={
                    "kind", "size", "angle", "view", "subjects", "over", "move", "speed", "beats"
                }
            ),
            "locked": dailies.held(s.id),
        }
        for s in dailies.setups.values()
    ]  # fmt: skip
    readings = {r.beat: r for b in dailies.blockings.values() for r in b.readings}
    lines = []
    for number, beat in enumerate(dailies.lines(), 1):
        reading = readings.get(beat.id)
        does = [
            f"{c.actor} {c.action}"
            for b in dailies.blockings.values()
            for c in b.cues
            if c.beat == beat.id
        ]
        lines.append(
            {
                "line": number,
                "beat": beat.id,
                "speaker": beat.speaker,
                "text": beat.text[:_SAID],
                **(reading.model_dump(include={"emotion", "energy", "to"}) if reading else {}),
                "does": does,
            }
        )
    return {
        "shots": shots,
        "lines": lines,
        "people": [
            {"id": c.id, "name": c.name, "gender": c.gender} for c in dailies.people.values()
        ],
        "actions": [a.name for a in dailies.catalogue.actions],
        "cuts": [{"id": c.id, "shot": c.setup, "frames": c.frames} for c in dailies.cuts.values()],
        "things": sorted({p.prop for b in dailies.blockings.values() for p in b.props}),
    }
