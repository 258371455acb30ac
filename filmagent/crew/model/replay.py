"""Answers from a record alone: nothing is sent anywhere."""

from __future__ import annotations

from typing import Any, NoReturn

from filmagent.crew.model.errors import ContextTooSmall, NotRecorded, Unreachable
from filmagent.crew.model.question import Question
from filmagent.crew.model.store import Store, StoredAnswer
from filmagent.crew.model.verdicts import too_small


class Replay:
    """A `Source` that has nothing to add to the store: what failed fails again."""

    def __init__(self, store: Store, sees: bool) -> None:
        self._store, self.sees = store, sees
        self.where = "replay"
        self.left_out: list[str] = []

    def room(self, question: Question[Any]) -> int:
        """The room that the question's answer got."""
        return question.max_tokens

    def fetch(self, question: Question[Any], key: str, known: StoredAnswer | None) -> NoReturn:
        """Fail as the recording did, or for want of a recording."""
        who = f"{question.role} ({question.task}, prompt version {question.version})"
        if known is not None:
            raise self._again(known, who)
        like = self._store.recorded()[question.role, question.task]
        others = (
            f"The {like} answers it holds for that role and task are to other questions: the "
            "prompt, the model, the seed or what was decided before is not what it was."
            if like
            else "It holds none for that role and task."
        )
        raise NotRecorded(
            f"The record {self._store.folder.name} has no answer to what {who} is asked. {others} "
            "Record the run again, without --replay."
        )

    def close(self) -> None:
        """Nothing is open."""

    def _again(self, known: StoredAnswer, who: str) -> Unreachable | ContextTooSmall:
        if known.failed == "context":
            return too_small("the recorded endpoint", known.needed, known.limit)
        return Unreachable(f"In the recording no whole answer came for {who}.")
