"""What can go wrong between a crew and its model; each error says what to do next.

======================  ====  ================================================================
`NoEndpoint`              20  nothing answers at the URL, or not as a chat endpoint
`BadKey`                  21  no key, or one the endpoint does not let in
`UnknownModel`            22  the endpoint has no such model
`ContextTooSmall`         23  the question does not fit the model's context: split it
`BudgetSpent`             24  the next call would go over the budget
`NotRecorded`             25  a replay lacks this answer
`RequestRejected`         26  the endpoint will not have the request, whatever is left out of it
----------------------  ----  ----------------------------------------------------------------
`Unreachable`             27  no whole answer came, however often it was asked for
`Refused`                 28  the model will not answer this
`InvalidAnswer`           29  an answer came; it is not what was asked for
======================  ====  ================================================================

Above the line: the run cannot go on as it is. Below it: this one question failed, and the house
crew decides that one thing. The number is the command line's exit code. No message, and no
attribute, ever holds a key.
"""

from __future__ import annotations

from filmagent.errors import FilmError


class ModelError(FilmError):
    """Something between the crew and its model."""

    exit_code = 26


class NoEndpoint(ModelError):
    """Nothing answers at the URL, or what answers is no chat endpoint."""

    exit_code = 20


class BadKey(ModelError):
    """No key, or one that the endpoint does not let in."""

    exit_code = 21


class UnknownModel(ModelError):
    """The endpoint has no model of that name."""

    exit_code = 22


class ContextTooSmall(ModelError):
    """A question does not fit the model's context; a shorter one may.

    Attributes
    ----------
    needed : int or None
        Tokens of the question and the room for its answer; None where the endpoint did not say.
    limit : int or None
        Tokens that fit; None where the endpoint did not say.
    """

    exit_code = 23

    def __init__(self, message: str, needed: int | None = None, limit: int | None = None) -> None:
        super().__init__(message)
        self.needed, self.limit = needed, limit


class BudgetSpent(ModelError):
    """The next call could go over the budget of tokens or money, so it was not sent."""

    exit_code = 24


class NotRecorded(ModelError):
    """A replay was asked something that its record holds no answer to."""

    exit_code = 25


class RequestRejected(ModelError):
    """The endpoint refuses the form of the request, and nothing is left to leave out."""

    exit_code = 26


class Unreachable(ModelError):
    """Every try ended in a timeout, a broken connection or a server error."""

    exit_code = 27


class Refused(ModelError):
    """The model, or its content filter, will not answer this question."""

    exit_code = 28


class InvalidAnswer(ModelError):
    """An answer came that is not of the schema.

    Attributes
    ----------
    problems : list of str
        What is wrong, in words a model can mend it by.
    raw : str
        The answer as it came.
    """

    exit_code = 29

    def __init__(self, message: str, problems: list[str], raw: str) -> None:
        super().__init__(message)
        self.problems, self.raw = problems, raw
