"""What all documents share: strictness, quantised numbers, reading and writing."""

from __future__ import annotations

import difflib
import json
import os
import tempfile
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from filmagent.errors import DocumentError

# reading the umask means setting it: once, before there are threads
_UMASK = os.umask(0)
os.umask(_UMASK)


def _quantise(value: float) -> float:
    # + 0.0 turns -0.0 into 0.0, so that equal documents have equal bytes
    return round(value, 6) + 0.0


Real = Annotated[float, AfterValidator(_quantise)]
"""A float kept to 1e-6: what documents store, so that equal decisions are equal bytes."""

Vector = tuple[Real, Real, Real]
"""x, y, z in metres, world frame (right-handed, Z up)."""

Point2 = tuple[Real, Real]
"""x, y in metres on the floor."""


class Part(BaseModel):
    """A piece of a document. Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)


class Document(Part):
    """A file of the film folder. ``schema_version`` migrates or is refused in one sentence."""

    SCHEMA_VERSION: ClassVar[int] = 1
    schema_version: int = 1

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read and check a document.

        Raises
        ------
        DocumentError
            Naming the file, the place in it, and the nearest known key.
        """
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise DocumentError(f"{path} is missing; run `filmagent make` on the film.") from None
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise DocumentError(
                f"{path} is not valid JSON ({error}); mend it, or delete it to have it made again."
            ) from None
        return cls.from_raw(raw, str(path))

    @classmethod
    def from_raw(cls, raw: Any, name: str) -> Self:
        """Check already parsed JSON; ``name`` is what errors call it."""
        version = raw.get("schema_version", 1) if isinstance(raw, dict) else 1
        if isinstance(version, int) and version > cls.SCHEMA_VERSION:
            raise DocumentError(
                f"{name} was written by a newer filmagent (schema {version}, this one knows "
                f"{cls.SCHEMA_VERSION}); upgrade with `pip install -U filmagent`."
            )
        try:
            return cls.model_validate(raw)
        except ValidationError as error:
            raise DocumentError(_explain(cls, error, name)) from None

    def to_json(self) -> str:
        """The document's one spelling: field order, one-space indent, a final newline."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"

    def write(self, path: Path) -> None:
        """Write atomically: a reader sees the old document or the new one, never half of one."""
        write_text(path, self.to_json())


def write_text(path: Path, text: str) -> None:
    """Write text under a temporary name beside ``path``, then rename."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write bytes under a temporary name beside ``path``, then rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            os.fchmod(file.fileno(), 0o666 & ~_UMASK)  # mkstemp's files are private
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _explain(cls: type[BaseModel], error: ValidationError, name: str) -> str:
    # a misspelt key makes a required one missing too: the misspelling is what to mend
    first = min(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        key = str(first["loc"][-1])
        near = difflib.get_close_matches(key, sorted(_keys(cls)), n=1)
        hint = f'; did you mean "{near[0]}"?' if near else "; remove it."
        return f'{name}: unknown key "{key}" at {place}{hint}'
    more = error.error_count() - 1
    tail = f" ({more} more)" if more else ""
    return (
        f"{name}: {place}: {first['msg']}{tail}; mend it, or delete the file to have it made again."
    )


def _keys(cls: type[BaseModel], seen: set[type] | None = None) -> set[str]:
    seen = set() if seen is None else seen
    if cls in seen:
        return set()
    seen.add(cls)
    keys = set(cls.model_fields)
    for field in cls.model_fields.values():
        for inner in _models(field.annotation):
            keys |= _keys(inner, seen)
    return keys


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for a in getattr(annotation, "__args__", ()) for m in _models(a)]
