"""Things of the prose → props of the library, and the ones it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from filmagent.crew.house.lexicon import fold, fold_same_length, pattern, spaced, table
from filmagent.documents import Beat, Prop, PropEntry
from filmagent.documents.ids import safe_id

# A thing has one of these within three words before it; "she phones him" has not.
_DETERMINED = re.compile(
    r"(?:^|[\s(\"“])(?:a|an|the|his|her|their|its|my|your|our|this|that|some|one|two|three|another|"
    r"no|of|with|and|from|[\w]+['’]s?)(?:[\s,]+[\w-]+){0,2}\s+$|\d\s+$",
    re.IGNORECASE,
)


class Props:
    """The library's props, and the things it lacks, as words to be found in prose.

    Parameters
    ----------
    english
        Whether English grammar tells a thing from a verb (``books`` a room).
    """

    def __init__(self, shelf: list[PropEntry], english: bool) -> None:
        self.english = english
        self.models: dict[str, str] = {}
        elsewhere = table("thing_words")["elsewhere"]
        for entry in shelf:
            words = [entry.name, *entry.words]
            for word in [*words, *(w for own in words for w in elsewhere.get(own, []))]:
                self.models.setdefault(fold(word), entry.name)
        handled = {fold(word) for word in table("thing_words")["handled"]} - set(self.models)
        plurals = [word + "s" for word in self.models if spaced(word)]
        self.words = pattern(tuple(sorted({*self.models, *plurals, *handled})))

    def find(self, beats: Iterable[Beat]) -> list[Prop]:
        """Props that the prose of a scene shows, in order, one of each model."""
        found: dict[str, Prop] = {}
        for beat in beats:
            if beat.kind != "action":
                continue
            text = fold_same_length(beat.text)
            for match in self.words.finditer(text):
                word = match.group()
                model = self.models.get(word) or self.models.get(word.removesuffix("s"), "")
                if self.english and not _is_thing(text, match.start(), match.end()):
                    continue
                if not model and not _is_handled(text[: match.start()]):
                    continue
                key = model or word
                if key not in found:
                    identifier = safe_id(key, {prop.id for prop in found.values()})
                    name = beat.text[match.start() : match.end()]
                    found[key] = Prop(id=identifier, name=name, model=model)
        return list(found.values())


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
