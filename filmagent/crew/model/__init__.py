"""The crew's model: any OpenAI-compatible endpoint, asked typed questions.

=======================  ====================================================================
`Question`, `Picture`    what is asked, and the pydantic type of the answer
`Model`                  what a crew asks
`ModelSettings`          which endpoint and model, the budget, timeouts, replay
`open_model`             the real thing
`Expected`, `Estimate`   what a run will take, before it
`Receipt`                what a run took, after it
the errors               see `filmagent.crew.model.errors`
=======================  ====================================================================

>>> model = open_model(ModelSettings(url="localhost:11434", name="qwen3"), film / "answers")
>>> outline = model.ask(Question("screenwriter", "outline", "1", system, idea, Outline))
>>> model.receipt().write(film / "receipt.json")                            # doctest: +SKIP

An answer is stored under the hash of its question before `ask` returns; the same question is
never sent twice, in this run or a later one. The same folder as ``replay`` answers offline.
"""

from filmagent.crew.model.errors import (
    BadKey,
    BudgetSpent,
    ContextTooSmall,
    InvalidAnswer,
    ModelError,
    NoEndpoint,
    NotRecorded,
    Refused,
    RequestRejected,
    UnknownModel,
    Unreachable,
)
from filmagent.crew.model.opening import open_model
from filmagent.crew.model.protocol import Model
from filmagent.crew.model.question import A, Picture, Question
from filmagent.crew.model.receipt import Estimate, Expected, Receipt
from filmagent.crew.model.settings import ModelSettings

__all__ = [
    "A",
    "BadKey",
    "BudgetSpent",
    "ContextTooSmall",
    "Estimate",
    "Expected",
    "InvalidAnswer",
    "Model",
    "ModelError",
    "ModelSettings",
    "NoEndpoint",
    "NotRecorded",
    "Picture",
    "Question",
    "Receipt",
    "Refused",
    "RequestRejected",
    "Unreachable",
    "UnknownModel",
    "open_model",
]
