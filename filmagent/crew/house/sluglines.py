"""``INT./EXT. CAFÉ - THE NEXT MORNING`` → setting, place, time, and how it joins on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import cast, get_args

from filmagent.crew.house.lexicon import fold, fold_same_length, kinds, table
from filmagent.documents.breakdown import Join, Setting, TimeOfDay

_DASH = re.compile(r"\s+-+\s*|\s*-+\s+|\s*[–—]+\s*")
_SOFT = re.compile(r"[.,;。，、；·]\s*|\s+/\s+")
_PARENS = re.compile(r"[(（]([^()（）]*)[)）]")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})(?:[:.h]\d\d)?\s*([ap])\.?m\.?(?!\w)|(?<!\d)(\d{1,2}):\d\d")
_TOKEN = re.compile(r"[\w'’]+(?:-[\w'’]+)*")
_PREFIX_END = r"[.\s:/。：．·、–—-]+|$"


@dataclass(frozen=True)
class Slugline:
    """What a heading says. None: it does not say."""

    setting: Setting | None
    place: str
    time: TimeOfDay | None = None
    join: Join | None = None


def read_slugline(text: str) -> Slugline:
    """Read a heading's words (without its scene number). Never fails.

    >>> read_slugline("INT. CAFÉ - NIGHT")
    Slugline(setting='int', place='CAFÉ', time='night', join=None)
    """
    setting, rest = _setting(text.strip())
    place: list[str] = []
    tags: list[str] = []
    for inside in _PARENS.findall(rest):
        if _read_tag(inside):
            tags.append(inside)
            rest = rest.replace(f"({inside})", " ").replace(f"（{inside}）", " ")
    segments = [part.strip() for part in _DASH.split(rest) if part.strip(" .,:-")]
    for number, part in enumerate(segments):
        if _read_tag(part) and (number > 0 or setting is None):
            tags.append(part)
        else:
            place.append(part)
    if place and not tags:
        place[-1], trailing = _trailing_tag(place[-1])
        tags += trailing
    time: TimeOfDay | None = None
    join: Join | None = None
    for tag in tags:
        found_time, found_join = _read_tag(tag) or (None, None)
        time, join = time or found_time, join or found_join
    words = " - ".join(part.strip(" .,:;。，：") for part in place if part)
    return Slugline(setting, " ".join(words.split()), time, join)


@cache
def _setting_pattern() -> re.Pattern[str]:
    words = {*kinds("script_words", "setting"), "auẞen"}  # ẞ folds to two letters
    listed = "|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w)))
    return re.compile(rf"({listed})(?:{_PREFIX_END})", re.IGNORECASE)


def _setting(text: str) -> tuple[Setting | None, str]:
    found: list[str] = []
    while match := _setting_pattern().match(fold_same_length(text)):
        kind = kinds("script_words", "setting")[fold(match.group(1))]
        found.append(kind)
        joined = "/" in text[match.end(1) : match.end()]
        text = text[match.end() :].strip()
        if not joined:
            break
    if not found:
        return None, text
    both = len(set(found)) > 1 or "int/ext" in found
    return cast(Setting, "int/ext" if both else found[0]), text


def _trailing_tag(segment: str) -> tuple[str, list[str]]:
    """``CAFÉ. NIGHT`` or ``咖啡馆 夜``: the time without a dash before it."""
    breaks = [*_SOFT.finditer(segment), *re.finditer(r"\s+", segment)]
    for gap in sorted(breaks, key=lambda m: m.start()):
        tail = segment[gap.end() :]
        cased = tail.casefold() != tail.upper().casefold() or tail.upper() != tail.lower()
        soft = gap.group().strip() != ""
        # between mere spaces only scripts without case: DAY SPA is no time of day
        if tail and (soft or not cased) and _read_tag(tail):
            return segment[: gap.start()], [tail]
    return segment, []


@cache
def _read_tag(text: str) -> tuple[TimeOfDay | None, Join | None] | None:
    """What a part of a heading says when it is wholly about time or joining; else None."""
    times, joins = kinds("script_words", "time"), kinds("script_words", "join")
    modifiers = {fold(word) for word in table("script_words")["heading"]["modifiers"]}
    plain = fold(text)
    time: str | None = None
    join: str | None = None
    clock = _CLOCK.search(plain)
    said = clock is not None
    if clock:
        time = _hour(clock)
        plain = plain[: clock.start()] + " " + plain[clock.end() :]
    tokens = _TOKEN.findall(plain)
    at = 0
    while at < len(tokens):
        for length in range(min(4, len(tokens) - at), 0, -1):
            phrase = " ".join(tokens[at : at + length])
            if phrase in times or phrase in joins:
                said = True
                if phrase in times and times[phrase] in get_args(TimeOfDay):
                    # LATER THAT DAY, TWO DAYS LATER: the last word that tells wins
                    time = times[phrase]
                join = join or joins.get(phrase)
                at += length
                break
        else:
            if tokens[at] not in modifiers and not tokens[at].isdigit():
                return None
            at += 1
    return (cast("TimeOfDay | None", time), cast("Join | None", join)) if said else None


def _hour(clock: re.Match[str]) -> str:
    if clock.group(1):
        hour = int(clock.group(1)) % 12 + (12 if clock.group(2) == "p" else 0)
    else:
        hour = int(clock.group(3)) % 24
    if 5 <= hour < 7:
        return "dawn"
    if 7 <= hour < 18:
        return "day"
    return "dusk" if 18 <= hour < 20 else "night"
