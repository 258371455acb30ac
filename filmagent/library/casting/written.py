"""A recipe as toml, as a person would lay it out."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml(raw: Mapping[str, Any]) -> str:
    """The toml of a recipe: plain keys first, then tables, then one ``[[garments]]`` each.

    Parameters
    ----------
    raw
        Strings, numbers, truth values and lists of them; mappings of these, one level deep; and
        lists of such mappings.
    """
    lines = [_line(k, v) for k, v in raw.items() if not _is_table(v)]
    for name, table in raw.items():
        if isinstance(table, Mapping):
            lines += ["", f"[{name}]", *(_line(k, v) for k, v in table.items())]
    for name, tables in raw.items():
        if _is_table(tables) and not isinstance(tables, Mapping):
            for table in tables:
                lines += ["", f"[[{name}]]", *(_line(k, v) for k, v in table.items())]
    return "\n".join(lines) + "\n"


def _is_table(value: Any) -> bool:
    if isinstance(value, Mapping):
        return True
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _line(key: str, value: Any) -> str:
    name = key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)
    return f"{name} = {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    # json spells strings, numbers and truth values as toml does, but for the delete character
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
