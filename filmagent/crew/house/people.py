"""Cues and introductions → characters: who is who, and under which names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from filmagent.crew.house import traits
from filmagent.crew.house.lexicon import first_names, fold, folded, pattern, table
from filmagent.crew.house.mentions import person_nouns
from filmagent.crew.house.sentences import sentences
from filmagent.documents import Character
from filmagent.documents.breakdown import Delivery
from filmagent.documents.ids import safe_id
from filmagent.screenplay import Action, Element, Speech

_CAPITALS = re.compile(r"[^\W\d_][\w'’.\-]*(?: (?:#?\d+|[^\W\d_][\w'’.\-]*))*")
_AND = re.compile(r"\s+(?:&|and|y|et|und|e|и|و)\s+|\s*[&/+、,]\s*|和|与", re.IGNORECASE)
_SURELY_AND = re.compile(r"\S\s+(?:&|and|y|et|und|и|و)\s+\S|\S[和与]\S", re.IGNORECASE)


@dataclass
class Cue:
    """Who a cue means: one person, two at once, or a crowd."""

    who: list[str]
    delivery: Delivery | None = None
    """Forced by the name itself (MARA'S VOICE, EVERYONE)."""


@dataclass
class Roll:
    """Everybody of the screenplay, in the order they come up."""

    characters: list[Character] = field(default_factory=list)
    cues: dict[str, Cue] = field(default_factory=dict)
    """By folded name."""
    crowds: set[str] = field(default_factory=set)
    """Ids of cues that are many people at once: heard, and nobody's body."""

    def cue(self, name: str) -> Cue:
        """Who the cue of a speech means."""
        return self.cues[fold(name)]


def call_roll(
    elements: Iterable[Element], earlier: dict[str, str], taken: Iterable[str] = ()
) -> Roll:
    """Find everybody who speaks, and everybody introduced in capitals who does not.

    Parameters
    ----------
    earlier
        Folded name → id, of the draft before: kept.
    taken
        Ids that must not be given to anybody else.
    """
    elements = list(elements)
    cues = _cue_names(elements)
    silent = _introduced(elements, {fold(name) for name in cues})
    pairs = _pairs([*map(fold, cues), *silent])
    single = [n for n in map(fold, cues) if n not in pairs and not _crowd(n) and not _both(n)]
    single += [part for parts in pairs.values() for part in parts]
    same = _same_people([*dict.fromkeys([*single, *silent])])
    bodies = {same.get(name, name) for name in [*single, *silent]}
    roll = Roll()
    used = {*taken, *earlier.values()}
    by_key: dict[str, Character] = {}
    for name in _in_order(elements, cues, silent, pairs):
        key = same.get(fold(name), fold(name))
        if key in by_key:
            _also_called(by_key[key], name)
        elif key in bodies:
            person = _without_voice(name)
            identifier = earlier.get(key) or earlier.get(fold(person))
            if identifier is None or identifier in {c.id for c in roll.characters}:
                identifier = safe_id(person, used)
            used.add(identifier)
            by_key[key] = Character(id=identifier, name=person)
            roll.characters.append(by_key[key])
    for name in cues:
        roll.cues[fold(name)] = _cue(name, by_key, same, pairs, roll, used)
    for character in roll.characters:
        _short_names(character, roll.characters)
    return roll


def _cue_names(elements: list[Element]) -> list[str]:
    found: dict[str, str] = {}
    for element in elements:
        if isinstance(element, Speech) and element.name:
            found.setdefault(fold(element.name), element.name)
    return list(found.values())


def _crowd(name: str) -> bool:
    return name in folded("people_words", "group", "names")


def _both(name: str) -> bool:
    return name in folded("people_words", "group", "both")


def _pairs(names: list[str]) -> dict[str, list[str]]:
    """``mara and jonas`` → both. A mere stroke or comma parts only names known by themselves."""
    parts: dict[str, set[str]] = {}
    for name in names:
        if not _AND.search(name):
            for part in {name, *_name_parts(name)}:
                parts.setdefault(part, set()).add(name)
    found: dict[str, list[str]] = {}
    for name in names:
        both = _AND.split(name)
        known = all(b in names or len(parts.get(b, ())) == 1 for b in both)
        if len(both) == 2 and all(both) and (known or _SURELY_AND.search(name)):
            found[name] = both
    return found


def _without_voice(name: str) -> str:
    """``MARA'S VOICE`` → ``MARA``; any other name is returned as it is."""
    alias = table("people_words")["alias"]
    for ending in alias["voice_endings"]:
        if name.casefold().endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    for beginning in alias["voice_beginnings"]:
        if name.casefold().startswith(beginning) and len(name) > len(beginning):
            return name[len(beginning) :]
    return name


def _same_people(names: list[str]) -> dict[str, str]:
    """Folded name → the folded name of the same person that is fullest."""
    same: dict[str, str] = {}
    known = set(names)
    for name in names:
        base = fold(_without_voice(name))
        if base != name:
            same[name] = base
            known.add(base)
    by_part: dict[str, list[str]] = {}
    for name in known:
        parts = _name_parts(name)
        if len(parts) > 1 or (parts and parts != [name]):
            for part in {parts[0], parts[-1]}:
                by_part.setdefault(part, []).append(name)
    for name in names:
        fuller = by_part.get(name, [])
        if len(fuller) == 1 and name not in person_nouns() and fuller[0] != name:
            same[name] = fuller[0]
    for name, base in list(same.items()):
        same[name] = same.get(base, base)
    return same


def _name_parts(name: str) -> list[str]:
    """The names in a name: without titles; none where the first word makes it another body."""
    words = name.replace(".", " ").split()
    if words and words[0] in table("people_words")["alias"]["other_body"]:
        return []
    return [w for w in words if w not in person_nouns() and not w.strip("#").isdigit()]


def _introduced(elements: list[Element], speaking: set[str]) -> set[str]:
    """Folded names of silent people introduced in capitals."""
    found: set[str] = set()
    for element in elements:
        if isinstance(element, Action):
            for sentence in sentences(element.plain):
                for name, rest in capitals(sentence):
                    if fold(name) not in speaking and _is_person(name, rest):
                        found.add(fold(name))
    return found


def capitals(sentence: str) -> list[tuple[str, str]]:
    """Names in capitals in a sentence, with what follows each; none in a sentence shouted whole."""
    if sentence.isupper() and len(sentence.split()) > 3:
        return []
    found: list[tuple[str, str]] = []
    for run in _CAPITALS.finditer(sentence):
        words = [(w.group(), run.start() + w.start()) for w in re.finditer(r"\S+", run.group())]
        at = 0
        while at < len(words):
            end = at
            while end < len(words) and _capital(words[end][0], end > at):
                end += 1
            if end > at:
                stop = words[end - 1][1] + len(words[end - 1][0])
                name = sentence[words[at][1] : stop].rstrip(".-'’")
                name = re.sub(r"['’]S?$", "", name)
                found.append((name, sentence[words[at][1] + len(name) :]))
            at = max(end, at + 1)
    return [(name, rest) for name, rest in found if len(name) > 1]


def _capital(word: str, inside: bool) -> bool:
    word = re.sub(r"['’]s$", "", word)
    if inside and word.strip("#").isdigit():
        return True
    return word.isupper() and (len(word.strip(".")) > 1 or inside)


def _is_person(name: str, rest: str) -> bool:
    words = fold(name).replace(".", " ").split()
    if not words:
        return False
    noun = [w for w in words if not w.strip("#").isdigit()][-1:]
    if noun and noun[0] in person_nouns():
        return True
    if words[0] in person_nouns() and len(words) > 1 and fold(name).split()[0].endswith("."):
        return True  # DR. CHEN
    described = re.match(r"\s*[(（]([^)）]*)[)）]", rest)
    if described and traits.describes_person(described.group(1)):
        return True
    aged = re.match(r",\s*([^,.;]+)[,.;]", rest)
    if aged and traits.years(aged.group(1)) is not None:
        return True
    return words[0] in first_names() and len(words) <= 2


def _in_order(
    elements: list[Element], cues: list[str], silent: set[str], pairs: Iterable[str]
) -> list[str]:
    """Names as written, in the order they first come up, in prose or as a cue."""
    wanted = {fold(name): name for name in cues}
    spoken = pattern(tuple(cues), re.IGNORECASE)
    found: dict[str, str] = {}
    for element in elements:
        if isinstance(element, Speech):
            for name in _AND.split(element.name) if fold(element.name) in pairs else [element.name]:
                found.setdefault(fold(name), name)
        elif isinstance(element, Action):
            for sentence in sentences(element.plain):
                named = [m.group() for m in spoken.finditer(sentence) if not m.group().islower()]
                named += [name for name, _ in capitals(sentence) if fold(name) in silent]
                # MARK SMITH before the MARK in it
                for name in sorted(named, key=lambda n: (sentence.find(n), -len(n))):
                    found.setdefault(fold(name), wanted.get(fold(name), name))
    return [name for name in found.values() if name]


def _also_called(character: Character, name: str) -> None:
    """The fuller spelling is the name, the other an alias."""
    if _without_voice(name) != name:
        return
    short, full = sorted((character.name, name), key=lambda n: (len(n), n))
    if fold(short) != fold(full):
        character.aliases = [*character.aliases, short]
    character.name = full


def _cue(
    name: str,
    by_key: dict[str, Character],
    same: dict[str, str],
    pairs: dict[str, list[str]],
    roll: Roll,
    used: set[str],
) -> Cue:
    key = fold(name)
    if key in pairs:
        return Cue([by_key[same.get(part, part)].id for part in pairs[key]])
    person = by_key.get(same.get(key, key))
    if person is not None:
        return Cue([person.id], "os" if _without_voice(name) != name else _heard(key))
    if _both(key) and len(by_key) > 1:
        return Cue([])
    crowd = Character(id=safe_id(name, used), name=name)
    used.add(crowd.id)
    roll.characters.append(crowd)
    roll.crowds.add(crowd.id)
    return Cue([crowd.id], "os")


def _heard(name: str) -> Delivery | None:
    """A cue that is a sound from somewhere: NARRATOR, RADIO."""
    plain = name.rstrip(".")
    if plain in folded("people_words", "heard", "vo"):
        return "vo"
    return "os" if plain in folded("people_words", "heard", "os") else None


def _short_names(character: Character, everybody: list[Character]) -> None:
    """Prose says ``Mara`` for MARA SMITH, and ``Chen`` for DR. CHEN, where nobody else is meant."""
    for part in dict.fromkeys(_name_parts(fold(character.name))):
        others = [
            other
            for other in everybody
            if other.id != character.id and part in fold(other.name).replace(".", " ").split()
        ]
        if not others and part != fold(character.name) and len(part) > 1:
            spelled = [w.strip(".,") for w in character.name.split() if fold(w.strip(".,")) == part]
            if spelled and fold(spelled[0]) not in map(fold, character.aliases):
                character.aliases = [*character.aliases, spelled[0]]
