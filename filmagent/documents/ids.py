"""Names from a screenplay made safe: as file names, everywhere and for good."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from hashlib import blake2b

_LONGEST = 40
_UNSAFE = re.compile(r"[^a-z0-9]+")
_SCENE_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")
# Windows reserves these, whatever their extension
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul"] + [f"{port}{k}" for port in ("com", "lpt") for k in range(10)]
)


def safe_id(name: str, taken: Collection[str] = ()) -> str:
    """A lower-case ASCII id for a name: the same on every run, never a path, never reserved.

    Letters that ASCII lacks are stripped of their accents; where that loses a letter, a short hash
    of the name stands for it, so that two names in another script stay two ids.

    >>> safe_id("Zoë Čapek"), safe_id("../../etc/x"), safe_id("CON")
    ('zoe_capek', 'etc_x', 'con_')
    >>> safe_id("MARA", taken={"mara"})
    'mara_2'
    """
    folded = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(c for c in folded if not unicodedata.combining(c))
    slug = _UNSAFE.sub("_", kept).strip("_")[:_LONGEST].strip("_")
    lost = any(c.isalpha() and not c.isascii() for c in kept) or len(slug) >= _LONGEST
    if not slug or lost:
        # NFC, so that a name spelled with combining marks is the same name
        whole = unicodedata.normalize("NFC", name.casefold())
        digest = blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
        slug = f"{slug}_{digest}" if slug else f"id_{digest}"
    if slug in _RESERVED:
        slug += "_"
    return _free(slug, taken, "_")


def safe_scene_id(number: str, taken: Collection[str] = ()) -> str:
    """An id for a scene's own number (``12A``): letters, digits and hyphens; "" if none is left.

    >>> safe_scene_id("12A"), safe_scene_id("../x"), safe_scene_id("1", taken={"1"})
    ('12A', 'x', '1a')
    """
    slug = _SCENE_UNSAFE.sub("", number).strip("-")[:12]
    if not slug:
        return ""
    return inserted_id(slug, taken) if slug in taken else slug


def inserted_id(after: str, taken: Collection[str]) -> str:
    """An id for what is inserted after ``after``: ``1.4`` gives ``1.4a``, then ``1.4b`` …"""
    stem = after.rstrip("abcdefghijklmnopqrstuvwxyz") or after
    number = 1
    while (new := stem + _letters(number)) in taken:
        number += 1
    return new


def _letters(number: int) -> str:
    out = ""
    while number:
        number, digit = divmod(number - 1, 26)
        out = chr(ord("a") + digit) + out
    return out


def _free(slug: str, taken: Collection[str], joint: str) -> str:
    if slug not in taken:
        return slug
    number = 2
    while f"{slug}{joint}{number}" in taken:
        number += 1
    return f"{slug}{joint}{number}"
