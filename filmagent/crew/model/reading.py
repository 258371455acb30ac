"""From the text of an answer to the answer: tolerant of wrapping, never of content.

Models wrap JSON into code fences, a sentence before and one after, or their thoughts. That is
taken off. Nothing inside the JSON is mended: what is missing, doubled or misspelt is a problem
that the model is told.
"""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from pydantic import ValidationError

from filmagent.crew.model.question import A

_MOST_PROBLEMS = 12
_MOST_CHOICES = 6
_THOUGHTS = re.compile(r"^\s*<(think|thinking|reasoning)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_OBJECT = re.compile(r'\{\s*["}]')
_PROSE = re.compile(r'\{[^{}"\[\]:]*\}')
_CHOICE = re.compile(r"'((?:[^'\\]|\\.)*)'")


class Unreadable(Exception):
    """The text is not the answer.

    Attributes
    ----------
    problems : list of str
        In words a model can mend it by.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read(text: str, answer: type[A]) -> A:
    """The answer that a text holds.

    Raises
    ------
    Unreadable
        The text holds no JSON object, or several, or one that is not of the schema.
    """
    value = _object(text)
    try:
        return answer.model_validate_json(json.dumps(value, ensure_ascii=False).encode())
    except UnicodeEncodeError as error:
        half = ascii(error.object[error.start])
        raise Unreadable([f"The answer holds {half}, half of a letter; write it whole."]) from None
    except ValidationError as error:
        raise Unreadable(_problems(error)) from None


def _object(text: str) -> dict[str, Any]:
    bare = _THOUGHTS.sub("", text.lstrip("\ufeff")).strip()
    if not bare:
        raise Unreadable(["The answer is empty; answer with one JSON object."])
    try:
        value = _parse(bare)
    except ValueError:
        found = list(_objects(bare))
        if not found:
            raise Unreadable([_no_json(bare)]) from None
        if len(found) > 1:
            raise Unreadable(
                [f"The answer holds {len(found)} JSON objects; answer with one alone."]
            ) from None
        value = found[0]
    if not isinstance(value, dict):
        raise Unreadable([f"The answer is {_kind(value)}; answer with one JSON object."])
    return value


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The whole JSON objects of a text, outermost only, each different one once."""
    decoder = json.JSONDecoder(**_STRICTLY)
    seen: list[Any] = []
    at = text.find("{")
    while at >= 0:
        prose = _PROSE.match(text, at)
        if prose is not None and _OBJECT.match(text, at) is None:
            at = text.find("{", prose.end())
            continue
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            # an object that breaks: what stands inside it is a part, and no answer
            return
        if value not in seen:
            seen.append(value)
            yield value
        at = text.find("{", end)


def _parse(text: str) -> Any:
    try:
        return json.loads(text, **_STRICTLY)
    except RecursionError:
        raise Unreadable(["The JSON is nested too deeply; answer as the schema says."]) from None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise Unreadable([f'The key "{twice[0]}" stands twice in one object; give it once.'])
    return made


def _float(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _constant(text)


def _constant(name: str) -> NoReturn:
    raise Unreadable([f"{name} is no JSON number; give a number."])


_STRICTLY: dict[str, Any] = {
    "object_pairs_hook": _pairs,
    "parse_float": _float,
    "parse_constant": _constant,
}


def _no_json(text: str) -> str:
    opens = _OBJECT.search(text)
    if opens is None:
        return "The answer holds no JSON object; answer with one JSON object and nothing else."
    try:
        json.loads(text[opens.start() :])
    except json.JSONDecodeError as error:
        near = error.doc[max(0, error.pos - 30) : error.pos + 10]
        return f"The JSON is broken: {error.msg} near {json.dumps(near, ensure_ascii=False)}."
    except (ValueError, RecursionError) as error:
        return f"The JSON is broken: {error}."
    return "The answer holds no JSON object; answer with one JSON object and nothing else."


def _kind(value: Any) -> str:
    names = {list: "a list", str: "a text", bool: "a truth value", type(None): "null"}
    return names.get(type(value), "a number")


def _problems(error: ValidationError) -> list[str]:
    words = [_words(dict(e)) for e in error.errors(include_url=False)]
    kept = words[:_MOST_PROBLEMS]
    if len(words) > len(kept):
        kept.append(f"… and {len(words) - len(kept)} more problems like these.")
    return kept


def _words(error: dict[str, Any]) -> str:
    loc = error["loc"]
    place = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in loc).lstrip(".")
    place = place or "the answer"
    if error["type"] == "missing":
        return f"{place} is missing."
    if error["type"] == "extra_forbidden":
        return f"{place} is not in the schema; leave it out."
    if error["type"] in ("literal_error", "enum") and isinstance(error["input"], str):
        given = _short(error["input"])
        choices = _CHOICE.findall(str(error["ctx"]["expected"]))
        near = ", ".join(difflib.get_close_matches(given, choices, n=_MOST_CHOICES, cutoff=0.0))
        of = "one of" if len(choices) <= _MOST_CHOICES else f"one of the {len(choices)}, nearest:"
        return f'{place} is "{given}"; choose {of} {near}.'
    return f"{place}: {error['msg']} (it is {_short(json.dumps(error['input'], default=str))})."


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
