"""An answer's JSON schema as strict servers take it.

Structured outputs (OpenAI, "Structured model outputs", section "Supported schemas") take a part
of JSON Schema: every object closed, every property required, no default, no ``oneOf``, no
lengths of texts. What cannot be said in that part is said in words in a ``description``, and
pydantic holds it when the answer is read.
"""

from __future__ import annotations

import re
from copy import deepcopy
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

Schema = dict[str, Any]
_KEPT_SCHEMAS = 64
"""Answers whose names are of one scene come and go."""

_KEPT = {
    "$defs", "$ref", "type", "properties", "required", "additionalProperties", "items", "enum",
    "const", "anyOf", "description", "minItems", "maxItems", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "pattern",
}  # fmt: skip
_WORDS = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "multipleOf": "a multiple of {}",
    "uniqueItems": "no item twice",
    "format": "format {}",
}


@lru_cache(_KEPT_SCHEMAS)
def strict_schema(answer: type[BaseModel]) -> Schema:
    """The schema of an answer in the part that strict servers take.

    Raises
    ------
    ValueError
        The answer is not an object (a model cannot be asked for a bare list).
    """
    raw = deepcopy(answer.model_json_schema())
    root = raw
    if "$ref" in raw:
        # a recursive answer: the root itself must be an object
        root = {**raw["$defs"][raw["$ref"].rsplit("/", 1)[-1]], "$defs": raw["$defs"]}
    if root.get("type") != "object" or "properties" not in root:
        raise ValueError(
            f"{answer.__name__} is no object with fields; wrap it in a model that has one field."
        )
    strict: Schema = _strict(root)
    return strict


@lru_cache(_KEPT_SCHEMAS)
def is_closed(answer: type[BaseModel]) -> bool:
    """Whether every object of the schema has named fields only: what strict mode takes."""
    return not _maps(strict_schema(answer))


def name_of(answer: type[BaseModel]) -> str:
    """The schema's name, of the signs that servers take."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", answer.__name__)[:64]


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = dict(node)
    if "oneOf" in node:
        node["anyOf"] = node.pop("oneOf")
    if len(node.get("allOf", ())) == 1:
        node = {**node.pop("allOf")[0], **node}
    if "prefixItems" in node:
        options = node.pop("prefixItems")
        node["items"] = options[0] if all(o == options[0] for o in options) else {"anyOf": options}
    kept = {key: node[key] for key in node if key in _KEPT}
    words = [text.format(node[key]) for key, text in _WORDS.items() if node.get(key)]
    for key in ("properties", "$defs"):
        if key in kept:
            kept[key] = {name: _strict(value) for name, value in kept[key].items()}
    for key in ("items", "anyOf", "additionalProperties"):
        if key in kept:
            kept[key] = _strict(kept[key])
    if "properties" in kept:
        kept["required"] = list(kept["properties"])
        kept.setdefault("additionalProperties", False)
    if words:
        described = kept.get("description")
        kept["description"] = "; ".join([*([described] if described else []), *words])
    if "$ref" in kept:
        # strict servers take no neighbour of a $ref
        return {"$ref": kept["$ref"]}
    return kept


def _maps(node: Any) -> bool:
    if isinstance(node, list):
        return any(_maps(item) for item in node)
    if not isinstance(node, dict):
        return False
    if node.get("type") == "object" and node.get("additionalProperties") is not False:
        return True
    return any(_maps(value) for value in node.values())
