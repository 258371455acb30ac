"""The judgement by models: the cinematographer proposes, the director approves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal

from filmagent.crew.collaborate import decide
from filmagent.crew.model import Model, Picture
from filmagent.crew.notes import Dailies, problems
from filmagent.crew.problems import Problem, unknown
from filmagent.crew.prompts import load
from filmagent.crew.review.house import Judgement, Tried, judge, spelled
from filmagent.crew.review.looked import Look
from filmagent.crew.transcript import Transcript
from filmagent.documents import Part
from filmagent.documents.notes import Changes, ShotChange

_AT_ONCE = 12
"""Shots that are looked at together: as many as fit on a sheet."""


class Proposal(Part):
    """What the cinematographer says of one shot."""

    setup: str
    verdict: Literal["keep", "reshoot"]
    why: str
    change: ShotChange | None = None
    """For a reshoot: the wish that differs."""


class Proposals(Part):
    """What the cinematographer says of the shots that are shown."""

    shots: list[Proposal]


class Approval(Part):
    """Which of the proposed reshoots the director wants."""

    approved: list[str]
    why: str


def ask(
    every: Sequence[Look],
    dailies: Dailies,
    model: Model,
    log: Transcript,
    *,
    frame: Callable[[Look], bytes | None] = lambda look: None,
    tried: Tried = (),
    wished: Mapping[str, Collection[str]] | None = None,
    seed: int = 0,
) -> list[Judgement]:
    """The shots to be taken again, by a model; by rule where it gives no answer that holds.

    Parameters
    ----------
    dailies
        For the names that a change may use.
    frame
        A shot's frame as PNG, for models that see.
    tried, wished
        As of `house.judge`.
    """
    found: list[Judgement] = []
    for first in range(0, len(every), _AT_ONCE):
        part = [look for look in every[first : first + _AT_ONCE] if not look.held]
        if part:
            found += _proposed(part, dailies, model, log, frame, tried, wished or {}, seed)
    return _approved(found, every, model, log, seed) if found else []


def _proposed(
    part: Sequence[Look],
    dailies: Dailies,
    model: Model,
    log: Transcript,
    frame: Callable[[Look], bytes | None],
    tried: Tried,
    wished: Mapping[str, Collection[str]],
    seed: int,
) -> list[Judgement]:
    material = {
        "shots": [_material(look) for look in part],
        "wished": {k: sorted(v) for k, v in wished.items() if v} or None,
        "tried": [list(t) for t in sorted(tried)] or None,
    }
    frames = [(look, frame(look)) for look in part] if model.sees else []
    pictures = tuple(Picture(png, f"shot {look.setup.id}") for look, png in frames if png)
    question = load("review_shots").question(Proposals, material, seed=seed, pictures=pictures)

    def by_rule() -> Proposals:
        return Proposals(
            shots=[
                Proposal(setup=j.setup, verdict="reshoot", why=j.why, change=j.change)
                for j in judge(part, tried, wished)
            ]
        )

    decision = decide(
        model, question, lambda a: _wrong(a, part, dailies, tried, wished), by_rule, log
    )
    return [
        Judgement(p.setup, p.why, p.change)
        for p in decision.value.shots
        if p.verdict == "reshoot" and p.change is not None
    ]


def _wrong(
    answer: Proposals,
    part: Sequence[Look],
    dailies: Dailies,
    tried: Tried,
    wished: Mapping[str, Collection[str]],
) -> list[Problem]:
    shown = {look.setup.id: look.setup for look in part}
    found = []
    for proposal in answer.shots:
        where = f"setup {proposal.setup}"
        if proposal.setup not in shown:
            found.append(unknown(where, proposal.setup, "a shot of these", shown))
            continue
        if proposal.verdict == "keep":
            continue
        change = proposal.change
        if change is None or change.setup != proposal.setup:
            found.append(Problem(where, "a reshoot needs a change of that very shot."))
            continue
        asked = change.model_dump(exclude_none=True, exclude={"setup"})
        if all(getattr(shown[proposal.setup], k) == v for k, v in asked.items()):
            found.append(Problem(where, "the change asks for what the shot has already."))
        if set(wished.get(proposal.setup, ())) & asked.keys():
            found.append(Problem(where, "a person's note has decided that; leave it."))
        if (proposal.setup, spelled(change)) in tried:
            found.append(Problem(where, "that was tried before and was no better."))
        found += problems(Changes(shots=[change]), dailies)
    return found


def _approved(
    proposed: Sequence[Judgement],
    every: Sequence[Look],
    model: Model,
    log: Transcript,
    seed: int,
) -> list[Judgement]:
    known = {j.setup for j in proposed}
    material = {
        "proposals": [
            {"setup": j.setup, "why": j.why, "change": j.change.model_dump(exclude_none=True)}
            for j in proposed
        ],
        "shots": [_material(look) for look in every if look.setup.id in known],
    }
    question = load("review_film").question(Approval, material, seed=seed)

    def wrong(answer: Approval) -> list[Problem]:
        return [
            unknown("", name, "a proposed shot", sorted(known))
            for name in answer.approved
            if name not in known
        ]

    def all_of_them() -> Approval:
        return Approval(approved=sorted(known), why="every proposal is tried and measured")

    approved = decide(model, question, wrong, all_of_them, log).value.approved
    return [j for j in proposed if j.setup in approved]


def _material(look: Look) -> dict[str, Any]:
    asked = ("kind", "size", "angle", "view", "subjects", "over", "move", "speed", "lens_mm")
    return {
        "id": look.setup.id,
        **{name: getattr(look.setup, name) for name in asked},
        "lens_used_mm": look.report.lens_mm,
        "frames": look.frames,
        "figures": {k: round(v, 3) for k, v in {**look.figures, **look.joins}.items()},
        "faults": [f.said for f in look.faults],
        "given_up": look.report.given_up,
    }
