"""Who a sentence is about: names, pronouns, and whether somebody named is really there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from filmagent.crew.house.lexicon import fold, folded, pattern, table
from filmagent.documents import Character

_OWNED = re.compile(r"['’]s?(?!\w)|的")


class Mention(NamedTuple):
    """Somebody named in a text."""

    start: int
    end: int
    who: str
    owner: bool
    """``Mara's coat``: the name tells whose, not who."""
    absent: bool
    """``a photo of Mara``: named, not there."""


class Known:
    """The people of the film by every spelling of their names."""

    def __init__(self, characters: Iterable[Character]) -> None:
        self.gender: dict[str, str] = {}
        self._who: dict[str, str] = {}
        people = list(characters)
        for character in people:
            self.gender[character.id] = character.gender
            for name in [character.name, *character.aliases]:
                self._who.setdefault(name.casefold(), character.id)
        self._pattern = pattern(sorted(self._who), re.IGNORECASE)

    def find(self, text: str) -> list[Mention]:
        """Everybody named in the text, in order."""
        found: list[Mention] = []
        for match in self._pattern.finditer(text):
            who = self._who.get(match.group().casefold())
            if who is None or not _is_name(match.group()):
                continue
            owner = _OWNED.match(text, match.end()) is not None
            absent = _absent_before(fold(text[max(0, match.start() - 32) : match.start()]))
            found.append(Mention(match.start(), match.end(), who, owner, absent))
        return found


def _is_name(spelled: str) -> bool:
    """A lower-case word is a name only when it says what somebody is: ``the waitress``."""
    if not spelled[0].islower():
        return True
    return fold(spelled).split()[-1] in person_nouns()


@cache
def person_nouns() -> frozenset[str]:
    """Nouns that mean a person."""
    people = "people_words"
    return (
        folded(people, "person", "nouns")
        | folded(people, "female", "nouns")
        | folded(people, "male", "nouns")
    )


def _absent_before(text: str) -> bool:
    return _absent_pattern().search(text.rstrip()) is not None


@cache
def _absent_pattern() -> re.Pattern[str]:
    phrases = "|".join(re.escape(fold(word)) for word in table("people_words")["absent"]["before"])
    return re.compile(rf"(?<!\w)(?:{phrases})(?: (?:the|a|an|his|her|their))?$")


@cache
def _pronouns() -> dict[str, str]:
    words = table("people_words")
    found = {
        fold(word): gender
        for gender in ("female", "male")
        for word in words[gender]["pronouns"] + words[gender]["possessives"]
    }
    return found | {fold(word): "all" for word in words["group"]["they"]}


@cache
def _pronoun_pattern() -> re.Pattern[str]:
    return pattern(tuple(_pronouns()), re.IGNORECASE)


def means_somebody(sentence: str) -> bool:
    """True when a pronoun stands in the sentence."""
    return _pronoun_pattern().search(sentence) is not None


@dataclass
class Attention:
    """Reads a scene's sentences in order and knows whom a pronoun means."""

    known: Known
    recent: list[str] = field(default_factory=list)
    """Who was named or spoke, last named last."""
    present: set[str] = field(default_factory=set)
    """Who is bodily there so far."""

    def speaks(self, who: str, bodily: bool) -> None:
        """Somebody was heard."""
        self._remember(who)
        if bodily:
            self.present.add(who)

    def read(self, sentence: str) -> list[str]:
        """Who does something or is shown in the sentence, in the order they come up."""
        mentions = self.known.find(sentence)
        marks: list[tuple[int, Mention | str]] = [(m.start, m) for m in mentions]
        marks += [
            (m.start(), fold(m.group()))
            for m in _pronoun_pattern().finditer(sentence)
            if not any(n.start <= m.start() < n.end for n in mentions)
        ]
        marks.sort(key=lambda mark: mark[0])
        seen: list[str] = []
        for _, mark in marks:
            if isinstance(mark, Mention):
                if mark.absent or (mark.owner and mark.who not in self.present):
                    continue
                found = [mark.who]
                self._remember(mark.who)
            else:
                found = self._meant(mark, seen)
            seen += [who for who in found if who not in seen]
        self.present.update(seen)
        for who in seen:
            self._remember(who)
        return seen

    def _remember(self, who: str) -> None:
        if who in self.recent:
            self.recent.remove(who)
        self.recent.append(who)

    def _meant(self, word: str, seen: list[str]) -> list[str]:
        gender = _pronouns()[word]
        if gender == "all":
            return [who for who in self.recent if who in self.present][-2:]
        if word.endswith("self"):
            return []
        own = word in folded("people_words", gender, "possessives")
        before = not seen and not own and not self.present
        if own and any(self.known.gender.get(who) == gender for who in seen):
            # "Mara takes her coat": most often her own
            return []
        for wanted in (gender, "unknown"):
            for who in reversed(self.recent):
                there = who in self.present or before
                fits = self.known.gender.get(who) == wanted and there
                if fits and who not in seen:
                    return [who]
        return []
