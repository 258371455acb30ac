"""Things of the prose → props of the library, and the ones it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from filmagent.crew.house.lexicon import fold, pattern, spaced, table
from filmagent.documents import Beat, Prop, PropEntry
from filmagent.documents.ids import safe_id

# A thing has one of these within three words before it; "she phones him" has not.
_DETERMINED = re.compile(
    r"(?:^|[\s(\"“])(?:a|an|the|his|her|their|its|my|your|our|this|that|some|one|two|three|another|"
    r"no|of|with|and|from|[\w]+['’]s?)(?:[\s,]+[\w-]+){0,2}\s+$|\d\s+$",
    re.IGNORECASE,
)


def find_props(beats: Iterable[Beat], shelf: list[PropEntry], english: bool) -> list[Prop]:
    """Props that the prose of a scene shows, in order, one of each model.

    Parameters
    ----------
    english
        Whether English grammar tells a thing from a verb (``books`` a room).
    """
    models = _models(shelf)
    handled = {fold(word) for word in table("thing_words")["handled"]} - set(models)
    finder = pattern(tuple(sorted([*models, *handled, *(m + "s" for m in models if spaced(m))])))
    found: dict[str, Prop] = {}
    taken: set[str] = set()
    for beat in beats:
        if beat.kind != "action":
            continue
        text = fold(beat.text)
        for match in finder.finditer(text):
            word = match.group()
            known = models.get(word) or models.get(word.removesuffix("s"))
            if english and not _is_thing(text, match.start(), match.end()):
                continue
            if known is None and not _is_handled(text[: match.start()]):
                continue
            key = known or word
            if key not in found:
                identifier = safe_id(key, taken)
                taken.add(identifier)
                found[key] = Prop(id=identifier, name=word, model=known or "")
    return list(found.values())


def _models(shelf: list[PropEntry]) -> dict[str, str]:
    """Folded word → prop, with what the word is in other languages."""
    elsewhere = table("thing_words")["elsewhere"]
    found: dict[str, str] = {}
    for entry in shelf:
        words = [entry.name, *entry.words]
        for word in [*words, *(w for own in words for w in elsewhere.get(own, []))]:
            found.setdefault(fold(word), entry.name)
    return found


def _is_thing(text: str, start: int, end: int) -> bool:
    parts = table("thing_words")["parts"]
    after = re.match(r"[\s-]+([a-z]+)", text[end:])
    if after and after.group(1) in parts:
        return False
    return _DETERMINED.search(text[max(0, start - 48) : start]) is not None


@cache
def _verbs() -> re.Pattern[str]:
    return pattern(tuple(table("thing_words")["verbs"]))


def _is_handled(before: str) -> bool:
    """A thing the library lacks is worth saying only when somebody has it in hand."""
    clause = re.split(r"[.!?;]", before)[-1]
    return _verbs().search(clause[-60:]) is not None
