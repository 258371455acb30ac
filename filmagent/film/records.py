"""What was made from what: an item is stale when anything it reads has changed.

The record of an item keeps a digest of each named input, so that ``status`` can say why it is
stale. Digests are of content, never of times; a file is only hashed again when its size or
modification time changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from filmagent.documents import write_text
from filmagent.errors import DocumentError

State = Literal["done", "stale", "missing"]


def digest(*values: Any) -> str:
    """A digest of documents, parts, strings, numbers, lists and dicts of them."""
    text = json.dumps([_plain(v) for v in values], ensure_ascii=False, sort_keys=True)
    return blake2b(text.encode(), digest_size=10).hexdigest()


def digest_of_bytes(data: bytes) -> str:
    """The digest of a file that holds these bytes."""
    return blake2b(data, digest_size=10).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Path):
        raise TypeError("a path says nothing about content; use Digests.file")
    return value


class Digests:
    """Digests of files, remembered by size and modification time."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[int, int, str]] = {}

    def file(self, path: Path) -> str:
        """The digest of a file's bytes; "" if there is none."""
        try:
            stat = path.stat()
        except FileNotFoundError:
            return ""
        known = self._known.get(path)
        if known and known[:2] == (stat.st_size, stat.st_mtime_ns):
            return known[2]
        value = digest_of_bytes(path.read_bytes())
        self._known[path] = (stat.st_size, stat.st_mtime_ns, value)
        return value


@dataclass
class Item:
    """A unit of work of a stage: what it reads, what it writes, how it is made."""

    stage: str
    id: str
    inputs: dict[str, str]
    """Digest of each thing it reads, by the name that ``status`` shows."""
    make: Callable[[], None]
    exists: Callable[[], bool]
    seconds: float = 1.0
    """Rough cost, for the progress bar."""
    apart: bool = False
    """Made at the same time as others of its stage: it waits for answers, not for the processor."""

    @property
    def name(self) -> str:
        """``stage`` or ``stage/id``."""
        return f"{self.stage}/{self.id}" if self.id else self.stage


@dataclass
class Standing:
    """How an item stands."""

    item: str
    state: State
    because: list[str] = field(default_factory=list)


class Records:
    """``.filmagent/records.json``: the inputs each item was last made from."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._items: dict[str, dict[str, str]] = {}
        if path.exists():
            try:
                raw = json.loads(path.read_text(encoding="utf-8"))
                self._items = {str(k): dict(v) for k, v in raw.items()}
            except (ValueError, AttributeError, TypeError):
                # derived data: worth a rebuild, never a refusal
                self._items = {}

    def standing(self, item: Item) -> Standing:
        """Done, stale and because of which inputs, or missing."""
        known = self._items.get(item.name)
        if not item.exists():
            return Standing(item.name, "missing")
        if known is None:
            return Standing(item.name, "stale", ["no record of how it was made"])
        changed = sorted(
            k for k in known.keys() | item.inputs.keys() if known.get(k) != item.inputs.get(k)
        )
        return Standing(item.name, "stale" if changed else "done", changed)

    def done(self, item: Item) -> None:
        """Note that an item was made from its present inputs."""
        self._items[item.name] = dict(item.inputs)
        self._save()

    def forget(self, stage: str, item_id: str | None = None) -> list[str]:
        """Forget a stage or one item of it, so that it is decided again; what was forgotten."""
        names = [
            n
            for n in self._items
            if n == (f"{stage}/{item_id}" if item_id else stage)
            or (item_id is None and n.startswith(f"{stage}/"))
        ]
        for name in names:
            del self._items[name]
        self._save()
        return names

    def value(self, name: str) -> dict[str, str]:
        """Free facts kept with the records (the digest of a built .blend)."""
        return dict(self._items.get(name, {}))

    def keep(self, name: str, facts: dict[str, str]) -> None:
        """Keep free facts under a name."""
        self._items[name] = facts
        self._save()

    def _save(self) -> None:
        text = json.dumps(self._items, ensure_ascii=False, indent=0, sort_keys=True)
        write_text(self.path, text + "\n")


def read_json(path: Path) -> Any:
    """Raw JSON of a document, or None where there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DocumentError(
            f"{path} is not valid JSON ({error}); mend it, or delete it to have it made again."
        ) from None
