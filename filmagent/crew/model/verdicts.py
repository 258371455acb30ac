"""What an error of an endpoint means; the words servers use are in ``servers.toml``.

==============  =========================================================================
`Broken`        the call broke on the way; the same call may go well
`Lacking`       the endpoint does not take a part of the request: leave it out
`Shorter`       the room for the answer is too large: ask with less
`Filtered`      the endpoint will not have the words: as good as a refusal
a `ModelError`  everything else
==============  =========================================================================
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from filmagent.crew.model.errors import (
    BadKey,
    BudgetSpent,
    ContextTooSmall,
    ModelError,
    NoEndpoint,
    UnknownModel,
)


@dataclass
class Broken(Exception):
    """A call that broke on the way.

    Attributes
    ----------
    why : str
        In words.
    reached : bool
        Whether anybody answered the connection.
    wait_s : float or None
        How long the endpoint asks to wait.
    tokens_in, tokens_out : int
        What it may have cost all the same.
    """

    why: str
    reached: bool = True
    wait_s: float | None = None
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass
class Lacking(Exception):
    """The endpoint does not take the request; ``said`` may tell which part."""

    said: str


@dataclass
class Shorter(Exception):
    """The model's answers have at most ``most`` tokens."""

    most: int


@dataclass
class Filtered(Exception):
    """The endpoint's filter refused the question."""

    said: str


@dataclass(frozen=True)
class Reply:
    """An HTTP error as it came: status, the parts of its body, and whether it was JSON.

    Attributes
    ----------
    status : int
        0 for an error inside a stream that had begun well.
    said : str
        The message, free of keys.
    codes : frozenset of str
        Error code and type, lower case.
    numbers : dict
        Other fields of the error that are whole numbers (llama.cpp's ``n_ctx``).
    spoken : bool
        Whether the body was an error object, and not somebody's web page.
    """

    status: int
    said: str
    codes: frozenset[str]
    numbers: dict[str, int]
    spoken: bool
    wait_s: float | None = None


def verdict(reply: Reply, where: str, model: str, needed: int, room: int) -> Exception:
    """What to raise for an error of an endpoint.

    Parameters
    ----------
    where : str
        The endpoint, for the message.
    model : str
        The model that was asked.
    needed, room : int
        Our own count of the question's tokens with the room for its answer, and the room.
    """
    status, said = reply.status, reply.said
    if status == 401 or (status == 403 and not _means("refused", reply)):
        return BadKey(
            f"{where} does not let the key in{'' if status == 401 else ' (' + said + ')'}: put a "
            "valid one into the environment as FILMAGENT_API_KEY."
        )
    # some endpoints say "quota" of a rate limit, and then how long to wait
    if status == 402 or (reply.wait_s is None and _means("spent", reply)):
        return BudgetSpent(f"The account at {where} has nothing left ({said}); top it up.")
    if most := _number("room", "most", said):
        return Shorter(most) if most < room else Lacking(said)
    context = _context(reply, where, needed, room)
    if context is not None:
        return context
    if status >= 500 and _means("lacking", reply):
        return Lacking(said)
    if status in (0, 408, 409, 425, 429) or (status >= 500 and status != 501):
        return Broken(f"HTTP {status}: {said}" if status else said, wait_s=reply.wait_s)
    if _means("model", reply):
        return UnknownModel(f'{where} has no model "{model}".')
    if _means("refused", reply):
        return Filtered(said)
    if status in (400, 415, 422, 501) and reply.spoken:
        return Lacking(said)
    return NoEndpoint(
        f"{where} answers, but is no OpenAI-compatible chat endpoint (HTTP {status}: {said}); "
        "check the URL: it mostly ends in /v1."
    )


def lacking_part(said: str, parts: frozenset[str]) -> tuple[str, bool] | None:
    """Which of a request's parts a server does not take, and whether only with this schema."""
    for row in _words()["lacks"]:
        if row["part"] in parts and re.search(row["words"], said, re.IGNORECASE | re.DOTALL):
            return row["part"], row.get("of_schema", False)
    guesses = [part for part in _words()["guesses"] if part in parts]
    return (guesses[0], False) if guesses else None


def too_small(where: str, needed: int | None, limit: int | None) -> ContextTooSmall:
    """The error of a question that does not fit."""
    sizes = f"it needs {needed:,} tokens" if needed else "it is too long"
    fits = f", {limit:,} fit" if limit else ""
    return ContextTooSmall(
        f"A question does not fit the model's context at {where}: {sizes}{fits}. Serve the model "
        "with a larger context (Ollama: OLLAMA_CONTEXT_LENGTH, vLLM: --max-model-len, "
        "llama.cpp: -c), or take another model.",
        needed,
        limit,
    )


def _context(reply: Reply, where: str, needed: int, room: int) -> ModelError | None:
    coded = reply.codes & set(_words()["context"]["codes"]) or reply.status == 413
    found = None
    for pattern in _words()["context"]["words"]:
        if found := re.search(pattern, reply.said, re.IGNORECASE | re.DOTALL):
            break
    if not coded and found is None:
        return None
    told = {k: int(v) for k, v in found.groupdict().items() if v} if found else {}
    limit = told.get("limit") or reply.numbers.get("n_ctx")
    told_needed = told.get("needed") or reply.numbers.get("n_prompt_tokens")
    if told_needed and limit and told_needed <= limit:
        # the question alone was counted
        told_needed += room
    if "over" in told and limit is None:
        limit = max(1, needed - told["over"])
    return too_small(where, told_needed or needed, limit)


def _means(kind: str, reply: Reply) -> bool:
    row = _words()[kind]
    return bool(reply.codes & set(row["codes"])) or any(
        re.search(pattern, reply.said, re.IGNORECASE | re.DOTALL) for pattern in row["words"]
    )


def _number(kind: str, group: str, said: str) -> int | None:
    for pattern in _words()[kind]["words"]:
        if found := re.search(pattern, said, re.IGNORECASE | re.DOTALL):
            return int(found[group])
    return None


@cache
def _words() -> dict[str, Any]:
    text = files(__package__).joinpath("servers.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
