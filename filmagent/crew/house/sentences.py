"""Prose → sentences, and sentences → events: what one beat of action holds."""

from __future__ import annotations

import re
from collections.abc import Callable

# A full stop after these, or after a single letter, ends no sentence.
_ABBREVIATED = re.compile(
    r"(?:^|[\s(\"“])(?:mr|mrs|ms|dr|st|sr|jr|prof|capt|sgt|lt|no|vs|etc|e\.g|i\.e|a\.m|p\.m|ca|ave|\w)$",
    re.IGNORECASE,
)
_STOP = re.compile(r"(?:[.!?…؟।]+[\"”’')\]]*(?=\s)|[。！？]+[”’」』）]*)")
_LONGEST = 45
"""Words after which an event is closed even if nobody new does anything."""


def sentences(text: str) -> list[str]:
    """Cut prose into sentences; a line break ends one unless the line plainly runs on.

    >>> sentences("Dr. Bell sits. He waits.")
    ['Dr. Bell sits.', 'He waits.']
    """
    found: list[str] = []
    for line in _unwrapped(text):
        begun = 0
        for stop in _STOP.finditer(line):
            before = line[max(begun, stop.start() - 12) : stop.start()]
            if stop.group()[0] == "." and len(stop.group()) == 1 and _ABBREVIATED.search(before):
                continue
            found.append(line[begun : stop.end()].strip())
            begun = stop.end()
        found.append(line[begun:].strip())
    return [sentence for sentence in found if sentence]


def _unwrapped(text: str) -> list[str]:
    lines: list[str] = []
    for line in text.split("\n"):
        line = line.strip()
        runs_on = lines and lines[-1][-1:] not in '.!?…。！？:："”' and line[:1].islower()
        if runs_on:
            lines[-1] += " " + line
        elif line:
            lines.append(line)
    return lines


def events(found: list[str], happens: Callable[[str], bool]) -> list[str]:
    """Group sentences so that each group is one event.

    Description belongs to what happens next, or to what happened before where nothing more does.

    Parameters
    ----------
    found
        Sentences in order.
    happens
        True for a sentence in which somebody does something.
    """
    groups: list[list[str]] = []
    full = False
    for sentence in found:
        event = happens(sentence)
        long = bool(groups) and sum(len(s.split()) for s in groups[-1]) > _LONGEST
        if not groups or (full and (event or long)):
            groups.append([sentence])
            full = event
        else:
            groups[-1].append(sentence)
            full = full or event
    return [join(group) for group in groups]


def join(parts: list[str]) -> str:
    """Sentences or dialogue lines as one text: no space where the script uses none."""
    out = ""
    for part in parts:
        tight = out and _wide(out[-1]) and _wide(part[:1])
        out += part if not out or tight else " " + part
    return out


def _wide(char: str) -> bool:
    return bool(char) and ("\u3000" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef")
