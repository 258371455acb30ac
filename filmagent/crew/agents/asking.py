"""Questions made of prompts, and the pieces that long material is cut into."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

from pydantic import BaseModel

from filmagent.crew import prompts
from filmagent.crew.collaborate import Decision, decide
from filmagent.crew.model import ContextTooSmall, Model, Question
from filmagent.crew.problems import Problem
from filmagent.crew.transcript import Transcript
from filmagent.documents.seeds import seed as seed_of

A = TypeVar("A", bound=BaseModel)
S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True)
class Desk:
    """Where questions are asked: a model, the page of the transcript, and a seed."""

    model: Model
    log: Transcript
    seed: int = 0
    tries: int = 3
    at_once: int = 8

    def of(self, department: str, scene: str = "", item: str = "") -> Desk:
        """The same desk, for one item of one department."""
        page = self.log.of(department=department, scene=scene, item=item)
        return Desk(self.model, page, self.seed, self.tries, self.at_once)

    def question(
        self, name: str, answer: type[A], *, role: str = "", room: int = 0, **material: Any
    ) -> Question[A]:
        """What a prompt asks with this material, at this desk; see `prompts.Prompt.question`."""
        prompt = prompts.load(name)
        who = role or prompt.role
        seed = seed_of(self.seed, name, f"{who}/{self.log.scene}/{self.log.item}") % 2**31
        return prompt.question(answer, material, role=who, room=room, seed=seed)

    def decide(
        self,
        question: Question[A],
        check: Callable[[A], list[Problem]],
        fallback: Callable[[], A],
    ) -> Decision[A]:
        """The model's answer, or the house crew's where the model has none that can be used."""
        return decide(self.model, question, check, fallback, self.log, tries=self.tries)


def in_pieces(
    things: Sequence[S], most: int, work: Callable[[Sequence[S]], T], least: int = 2
) -> list[T]:
    """Work on things piece by piece: at most ``most`` at once, halves where a context is full.

    Raises
    ------
    ContextTooSmall
        If not even ``least`` things fit.
    """
    done: list[T] = []
    for piece in even_pieces(things, most):
        try:
            done.append(work(piece))
        except ContextTooSmall:
            if len(piece) <= least:
                raise
            done += in_pieces(piece, (len(piece) + 1) // 2, work, least)
    return done


def even_pieces(things: Sequence[S], most: int) -> list[Sequence[S]]:
    """As few pieces of at most ``most`` as there can be, about equally long.

    >>> even_pieces([1, 2, 3, 4, 5], 4)
    [[1, 2], [3, 4, 5]]
    """
    count = -(-len(things) // most)
    edges = [round(k * len(things) / count) for k in range(count + 1)] if count else []
    return [things[a:b] for a, b in pairwise(edges)]


def versions(*names: str) -> dict[str, str]:
    """The versions of prompts, for the keys of what they decide."""
    return {name: prompts.load(name).digest for name in names}
