"""How old somebody is and whether a woman or a man: from what the screenplay says of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from filmagent.crew.house.lexicon import first_names, fold, folded, spaced, table
from filmagent.crew.house.mentions import Known, person_nouns
from filmagent.crew.house.sentences import sentences
from filmagent.documents import Character
from filmagent.documents.breakdown import Age, Gender
from filmagent.screenplay import Action, Element, Speech

_DECADE = re.compile(r"(?<!\d)([1-9])0['’]?s(?!\w)")
_YEARS = re.compile(r"(?<![\d:.])(\d{1,3})(?![\d:.%]\d|\d|['’]?s\w*|th\b|st\b|nd\b|rd\b)")
_PARENTHESES = re.compile(r"\s*[(（]([^()（）]{1,200})[)）]")
_BETWEEN_COMMAS = re.compile(
    r",\s*([^,.;]{1,80}(?:,\s*(?:a|an|the|in|with|wearing|his|her)\s[^,.;]{1,80})*),\s"
)
_TOKEN = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_OLD_FROM, _ADULT_FROM, _TEEN_FROM = 60, 20, 13
_WITHIN = {"early": 2, "mid": 5, "late": 8}


def years(text: str) -> int | None:
    """Years of age that a description states.

    >>> years("late 20s, tired"), years("in her sixties"), years("a red coat")
    (28, 65, None)
    """
    plain = fold(text)
    within = next((add for word, add in _WITHIN.items() if re.search(rf"\b{word}\b", plain)), 5)
    decade = _DECADE.search(plain)
    if decade:
        return int(decade.group(1)) * 10 + within
    for word, age in table("people_words")["age"]["decades"].items():
        if re.search(rf"\b{word}\b", plain):
            return int(age) - 5 + within
    if re.search(r"\bteens\b", plain):
        return {2: 13, 5: 16, 8: 18}[within]
    number = _YEARS.search(plain)
    if number and int(number.group(1)) <= 110:
        return int(number.group(1))
    return None


def describes_person(text: str) -> bool:
    """True when what stands in parentheses after a name tells of a person."""
    return (
        years(text) is not None
        or bool(set(_words(text)) & person_nouns())
        or age_by_words(text, False) is not None
    )


def age_by_years(number: int) -> Age:
    """The age group of a number of years."""
    if number >= _OLD_FROM:
        return "old"
    if number >= _ADULT_FROM:
        return "adult"
    return "teen" if number >= _TEEN_FROM else "child"


def age_by_words(text: str, is_name: bool) -> Age | None:
    """The age group words tell: ``an old man``, ``elderly``; not ``an old coat``."""
    for segment in re.split(r"[,;，、；]", fold(text)):
        words = _words(segment)
        for place, word in enumerate(words):
            age = _age_words().get(word)
            rest = words[place + 1 :]
            whose = not rest or rest[0] in person_nouns() or (is_name and len(words) > 1)
            if age and whose and (word != "little" or is_name or rest):
                return age
        if not spaced(segment):
            told = [age for w, age in _age_words().items() if not spaced(w) and w in segment]
            if told and len(segment) <= 8:
                return told[0]
    return None


@cache
def _age_words() -> dict[str, Age]:
    ages: tuple[Age, ...] = ("teen", "old", "child", "adult")
    return {fold(word): age for age in ages for word in table("people_words")["age"][age]}


def _words(text: str) -> list[str]:
    return [fold(word) for word in _TOKEN.findall(text)]


def gender_by_words(text: str) -> Gender:
    """Women and men by the nouns and titles of a name or description."""
    words, counts = _words(text), {"female": 0, "male": 0}
    for gender in counts:
        nouns = folded("people_words", gender, "nouns")
        counts[gender] += sum(word in nouns for word in words)
        # where words are not spaced, the longest noun inside decides: 女人 is no 人
        if not spaced(text):
            counts[gender] += sum(noun in text for noun in nouns if not spaced(noun))
    return _more(counts)


def gender_by_name(name: str) -> Gender:
    """Women and men by first name."""
    for word in fold(name).replace(".", " ").split():
        known = first_names().get(word)
        if known:
            return "female" if known == "female" else "male"
    if not spaced(name) and 2 <= len(name) <= 4:
        endings = table("names")["endings"]
        given = name[1:]
        return _more({g: sum(c in endings[g] for c in given) for g in ("female", "male")})
    last = fold(name).split()[-1:]
    if last and re.search(r"[а-я]", last[0]):
        return "female" if last[0][-1] in "ая" else "male"
    return "unknown"


def _more(counts: dict[str, int]) -> Gender:
    if counts["female"] == counts["male"]:
        return "unknown"
    return "female" if counts["female"] > counts["male"] else "male"


def describe(characters: list[Character], elements: Iterable[Element]) -> None:
    """Fill in description, age and gender of everybody, from the whole screenplay."""
    known = Known(characters)
    by_id = {character.id: character for character in characters}
    votes = {character.id: {"female": 0, "male": 0} for character in characters}
    for element in elements:
        if isinstance(element, Action):
            _read_prose(element.plain, known, by_id, votes)
        elif isinstance(element, Speech):
            for mention in known.find(element.name)[:1]:
                for part in element.parts:
                    words = _words(part.plain) if not part.plain.isupper() else []
                    _vote(votes[mention.who], {"himself", "herself"} & set(words), 3)
    for character in characters:
        character.gender = _gender(character, votes[character.id])
        character.age = _age(character)
    _other_bodies(characters)


def _other_bodies(characters: list[Character]) -> None:
    """YOUNG NOOR is of NOOR's gender."""
    by_name = {fold(character.name): character for character in characters}
    for character in characters:
        first, _, rest = fold(character.name).partition(" ")
        later = first in table("people_words")["alias"]["other_body"] and by_name.get(rest)
        if later and character.gender == "unknown":
            character.gender = later.gender


def _read_prose(
    text: str, known: Known, by_id: dict[str, Character], votes: dict[str, dict[str, int]]
) -> None:
    alone = ""
    for sentence in sentences(text):
        mentions = [m for m in known.find(sentence) if not m.owner]
        for mention in mentions:
            character = by_id[mention.who]
            if not character.description:
                character.description = _description(sentence[mention.end :])
        words = _words(sentence)
        who = {mention.who for mention in mentions}
        # only the first word of the next sentence surely means who was alone in this one
        if not who and alone and words:
            _vote(votes[alone], {words[0]}, 2)
        elif len(who) == 1:
            alone = next(iter(who))
            _vote(votes[alone], {"himself", "herself"} & set(words), 3)
            _vote(votes[alone], {w for w in words[1:] if w in ("he", "she")}, 1)
        else:
            alone = ""


def _vote(votes: dict[str, int], words: set[str], weight: int) -> None:
    for gender in votes:
        own = folded("people_words", gender, "pronouns")
        reflexive = {"himself"} if gender == "male" else {"herself"}
        votes[gender] += weight * len(words & (own | reflexive))


def _description(after: str) -> str:
    """``(30s, dark bob)``, or ``, 30s, dark bob,`` where it begins with an age."""
    match = _PARENTHESES.match(after)
    if match:
        inside = match.group(1).strip()
        extension = fold(inside).strip(". ") in ("o.s", "v.o", "cont'd", "o.c")
        return "" if extension else inside
    match = _BETWEEN_COMMAS.match(after)
    first = match.group(1).split(",")[0] if match else ""
    told = years(first) is not None or age_by_words(first, False) is not None
    return match.group(1).strip() if match and told else ""


def _gender(character: Character, votes: dict[str, int]) -> Gender:
    names = " ".join([character.name, *character.aliases])
    for sign in (
        gender_by_words(names),
        gender_by_words(character.description),
        _by_possessive(character.description),
    ):
        if sign != "unknown":
            return sign
    named = gender_by_name(character.name)
    if named != "unknown":
        votes = votes | {named: votes[named] + 4}
    return _more(votes)


def _by_possessive(description: str) -> Gender:
    """``a phone in her hand`` said of somebody."""
    words = _words(description)
    counts = {g: sum(w in ({"his"} if g == "male" else {"her"}) for w in words)
              for g in ("female", "male")}  # fmt: skip
    return _more(counts)


def _age(character: Character) -> Age:
    stated = years(character.description)
    if stated is not None:
        return age_by_years(stated)
    names = [character.name, *character.aliases]
    by_name = next((age for n in names if (age := age_by_words(n, True))), None)
    return by_name or age_by_words(character.description, False) or "adult"
