"""What people do in a paragraph of prose: subjects, verbs of the catalogue, and what follows them.

A small, forgiving reader of screenplay prose (present tense, short sentences). Where it
understands nothing, it returns nothing: the blocking then falls back on idle business, so that
prose of any language can be staged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from filmagent.crew.house import tongues
from filmagent.documents.breakdown import Character
from filmagent.documents.catalogue import ActionEntry

_SENTENCE = re.compile(r"(?<=[.!?…;。！？；؟])\s*|\n+")
_CLAUSE = re.compile(
    r",\s*(?:and\s+|then\s+|but\s+)*|\s+(?:and|then|but|while|as)\s+|\s*(?:—|--|、|，|،)\s*"
)
_NEGATED = re.compile(
    r"(?:\bnot|n['’]t|\bnever|\bwithout|\bnearly|\balmost)(?:\s+\w+)?\s*$", re.IGNORECASE
)
_ARTICLE = re.compile(r"^\s*(?:the|a|an|it|its|this|that|someone|nobody)\b", re.IGNORECASE)
_SUBJECT = {"she": "female", "he": "male", "they": "", "both": ""}
_OBJECT = {
    "her": "female",
    "him": "male",
    "hers": "female",
    "his": "male",
    "them": "",
    "their": "",
    "herself": "female",
    "himself": "male",
}
_POSSESSIVE = {"his", "their", "hers"}


@dataclass(frozen=True)
class Deed:
    """Somebody doing something the catalogue knows."""

    actor: str
    action: str
    phrase: str
    """The words that named the action."""
    rest: str
    """The clause after them: where targets are looked for."""
    clause: str


@dataclass
class Names:
    """Who is meant by a name or a pronoun. Remembers who was named last."""

    characters: list[Character]
    recent: list[str] = field(default_factory=list)
    """Character ids, last named last."""

    def __post_init__(self) -> None:
        spellings = [
            (name, character.id)
            for character in self.characters
            for name in [character.name, *character.aliases]
            if name.strip()
        ]
        self._ids = {name.casefold(): identifier for name, identifier in spellings}
        ordered = sorted(self._ids, key=lambda name: (-len(name), name))
        # Scripts without spaces between words have no word boundary to ask for.
        edge = [
            rf"(?<!\w){re.escape(n)}(?!\w)" if n[0].isascii() else re.escape(n) for n in ordered
        ]
        self._pattern = re.compile("|".join(edge) or r"(?!)", re.IGNORECASE)
        self._gender = {c.id: c.gender for c in self.characters}

    def remember(self, identifier: str) -> None:
        """Somebody was named or spoke."""
        if identifier in self.recent:
            self.recent.remove(identifier)
        self.recent.append(identifier)

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """Names in ``text``: (start, end, character id), in order; lower-case words are none."""
        return [
            (m.start(), m.end(), self._ids[m.group().casefold()])
            for m in self._pattern.finditer(text)
            if not m.group()[0].islower() and m.group().casefold() in self._ids
        ]

    def pronoun(self, word: str, apart_from: str = "") -> str:
        """The person last named whom ``word`` can mean ("" when there is none)."""
        wanted = {**_SUBJECT, **_OBJECT}.get(word.casefold(), "")
        others = [i for i in reversed(self.recent) if i != apart_from]
        for fits in ((wanted,), ("unknown",)):
            for identifier in others:
                if not wanted or self._gender.get(identifier) in fits:
                    return identifier
        return ""

    def mentioned(self, text: str, subject: str) -> str:
        """The first person other than ``subject`` whom ``text`` names or means ("" for none)."""
        for _, _, identifier in self.find(text):
            if identifier != subject:
                return identifier
        for word, gender in tongues.pronouns().items():
            if word in text:
                return self.pronoun("her" if gender == "female" else "him", subject)
        for match in re.finditer(r"[^\W\d_]+", text):
            word = match.group().casefold()
            if word not in _OBJECT:
                continue
            owned = word in _POSSESSIVE or re.match(r"\s+[a-z]+", text[match.end() :])
            fits = self._gender.get(subject) in (_OBJECT[word] or "unknown", "unknown")
            if word.endswith("self") or (owned and fits and word != "them"):
                continue
            person = self.pronoun(word, subject)
            if person:
                return person
        return ""


class Verbs:
    """The catalogue's action words in the forms prose uses."""

    def __init__(self, actions: Iterable[tuple[str, tuple[str, ...]]]):
        self._action: dict[str, str] = {}
        self._plural: set[str] = set()
        for action, phrases in actions:
            for phrase in phrases:
                self._action.setdefault(phrase.casefold(), action)
        for phrase, name in list(self._action.items()):
            base, ing = _forms(phrase)
            if base not in self._action:
                self._action[base] = name
                self._plural.add(base)
            self._action.setdefault(ing, name)
        english = {phrase: rf"(?<!\w){_flexible(phrase)}(?!\w)" for phrase in self._action}
        foreign = tongues.actions()
        for phrase, name in foreign.items():
            if name in self._action.values():
                self._action.setdefault(phrase, name)
        patterns = {**{phrase: tongues.bounded(phrase) for phrase in foreign}, **english}
        ordered = sorted(patterns, key=lambda phrase: (-len(phrase), phrase))
        self._pattern = re.compile("|".join(patterns[p] for p in ordered), re.IGNORECASE)

    def find(self, clause: str, plural: bool) -> list[tuple[int, int, str]]:
        """Actions in a clause: (start, end, action name); base forms only for plural subjects."""
        found = []
        for match in self._pattern.finditer(clause):
            phrase = re.sub(r"\b(his|her|their|my|your)\b", "her", match.group().casefold())
            said = match.group().casefold()
            name = self._action.get(said) or self._action.get(phrase)
            name = name or self._action.get(tongues.joined(said))
            if name is None or _NEGATED.search(clause[: match.start()]):
                continue
            if phrase in self._plural and not plural:
                continue
            found.append((match.start(), match.end(), name))
        return found


def verbs_of(actions: Iterable[ActionEntry]) -> Verbs:
    """The verbs of a catalogue's actions, made once for equal actions."""
    return _verbs_of(tuple((action.name, tuple(action.words)) for action in actions))


@lru_cache(maxsize=4)
def _verbs_of(actions: tuple[tuple[str, tuple[str, ...]], ...]) -> Verbs:
    return Verbs(actions)


def _flexible(phrase: str) -> str:
    # one possessive stands for all: "folds her arms" is also "folds their arms"
    escaped = re.escape(phrase).replace(r"\ ", r"\s+")
    return re.sub(r"\b(?:his|her|their)\b", "(?:his|her|their|my|your)", escaped)


def _forms(phrase: str) -> tuple[str, str]:
    """Base and -ing form of a verb phrase: sits down → sit down, sitting down."""
    head, _, tail = phrase.partition(" ")
    if head.endswith("ies"):
        base = head[:-3] + "y"
    elif head.endswith(("sses", "ches", "shes", "xes", "oes")):
        base = head[:-2]
    elif head.endswith("s") and not head.endswith("ss"):
        base = head[:-1]
    else:
        base = head
    if re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", base):
        ing = base + base[-1] + "ing"
    elif base.endswith("e") and not base.endswith("ee"):
        ing = base[:-1] + "ing"
    else:
        ing = base + "ing"
    return f"{base} {tail}".strip(), f"{ing} {tail}".strip()


def deeds(text: str, names: Names, verbs: Verbs, speaker: str = "") -> list[Deed]:
    """Everything people do in ``text``, in order.

    Parameters
    ----------
    text
        A paragraph of action, or a parenthetical.
    names
        Remembers across calls who was named last, so that "she" finds its person.
    speaker
        The subject of a parenthetical ("" in a paragraph of action).
    """
    found: list[Deed] = []
    for sentence in _SENTENCE.split(text):
        subjects = [speaker] if speaker else []
        opening = True
        for clause in _CLAUSE.split(sentence):
            if clause and clause.strip():
                subjects = _read_clause(clause, subjects, opening, names, verbs, found)
                opening = False
    return found


def _read_clause(
    clause: str,
    before: list[str],
    opening: bool,
    names: Names,
    verbs: Verbs,
    found: list[Deed],
) -> list[str]:
    """Add the clause's deeds to ``found``; return whom the next clause is about."""
    named = names.find(clause)
    actions = verbs.find(clause, plural=True)
    first = actions[0][0] if actions else len(clause)
    subjects = [identifier for start, _, identifier in named if start < first]
    lead = clause[:first]
    if not subjects:
        subjects = _pronoun_subjects(lead, names)
    if not subjects and opening and named and actions and not clause[first].isascii():
        # verb first, then its subject, as in Arabic
        subjects = [named[0][2]]
    if not subjects and not (opening and _ARTICLE.match(lead)) and len(lead.split()) <= 3:
        subjects = before
    elif subjects and not actions:
        subjects = [*[s for s in before if s not in subjects], *subjects]
    for identifier in subjects:
        names.remember(identifier)
    plural = len(subjects) > 1
    actions = verbs.find(clause, plural)
    for index, (_, end, name) in enumerate(actions):
        stop = actions[index + 1][0] if index + 1 < len(actions) else len(clause)
        phrase = clause[actions[index][0] : end]
        for subject in subjects:
            found.append(Deed(subject, name, phrase, clause[end:stop], clause))
    for start, _, identifier in named:
        if start >= first:
            names.remember(identifier)
            for subject in subjects:
                names.remember(subject)
    return subjects if subjects else before


def _pronoun_subjects(lead: str, names: Names) -> list[str]:
    for word, gender in tongues.pronouns().items():
        if word in lead:
            person = names.pronoun("she" if gender == "female" else "he")
            return [person] if person else []
    for word in re.findall(r"[^\W\d_]+", lead.casefold()):
        if word in ("they", "both"):
            return names.recent[-2:]
        if word in _SUBJECT:
            person = names.pronoun(word)
            return [person] if person else []
    return []
