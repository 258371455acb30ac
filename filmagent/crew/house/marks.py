"""Which mark, seat or door words mean: "a table by the window" among a set's marks."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from filmagent.crew.house import tongues
from filmagent.documents.catalogue import DoorEntry, MarkEntry, SetEntry

_WORD = re.compile(r"[^\W\d_]{3,}")
_EMPTY = frozenset(
    {"the", "and", "her", "his", "their", "him", "she", "they", "with", "for", "from", "into"}
    | {"onto", "out", "over", "past", "near", "next", "beside", "behind", "front", "toward"}
    | {"towards", "across", "along", "alone", "down", "back", "away", "off", "left", "right"}
    | {"again", "slowly", "quickly", "who", "that", "then", "there", "here"}
    | {"look", "looking", "stand", "standing", "sit", "sitting", "walk", "turn", "facing", "talk"}
    | {"whoever", "come", "coming", "wait", "waiting"}
)
_KIN: dict[str, tuple[str, ...]] = {
    "pavement": ("kerb", "street", "sidewalk", "footpath"),
    "sidewalk": ("pavement", "kerb"),
    "street": ("kerb", "pavement"),
    "kerb": ("pavement", "curb"),
    "curb": ("kerb",),
    "bar": ("counter",),
    "counter": ("bar",),
    "desk": ("table",),
    "sofa": ("bench", "chair"),
    "couch": ("bench", "sofa"),
    "booth": ("table",),
    "stool": ("counter",),
    "chair": ("table",),
    "bus": ("stop", "bench"),
    "lamppost": ("lamp",),
    "lamp": ("lamppost",),
}


def words(text: str) -> set[str]:
    """The telling words of a text, singular, with their close kin."""
    found = tongues.places(text.casefold())
    for word in _WORD.findall(text.casefold()):
        single = word[:-1] if word.endswith("s") and not word.endswith("ss") else word
        if not {word, single} & _EMPTY:
            found.add(single)
    return found


def _score(wanted: set[str], role: str, identifier: str, description: str) -> float:
    kin = {near for word in wanted for near in _KIN.get(word, ())}
    roles, ids = words(role), words(identifier.replace("_", " "))
    told = words(description)
    score = 3.0 * len(wanted & roles) + 2.0 * len(wanted & (ids - roles))
    score += 1.0 * len(wanted & (told - roles - ids))
    return score + 0.5 * len(kin & (roles | ids | told) - wanted)


def best_mark(
    entry: SetEntry,
    text: str,
    *,
    kind: str = "",
    taken: Container[str] = (),
    near: Iterable[str] = (),
    company: bool = False,
    needed: bool = True,
) -> MarkEntry | None:
    """The mark that words mean.

    Parameters
    ----------
    text
        Prose; may be empty.
    kind
        ``seat`` or ``stand``; "" for either.
    taken
        Marks that are not to be had.
    near
        Marks of people to be near: their partners win ties.
    company
        Others will talk to whoever is here, so a mark with partners is better.
    needed
        Return the most sensible mark even where no word fits; otherwise None.
    """
    wanted = words(text)
    company_marks = [m for m in entry.marks if m.id in set(near)]
    partners = {p for m in company_marks for p in m.partners}
    roles = {m.role for m in company_marks}
    best: tuple[float, MarkEntry] | None = None
    for mark in entry.marks:
        if (kind and mark.kind != kind) or mark.id in taken:
            continue
        told = _score(wanted, mark.role, mark.id, mark.description)
        if not needed and told < 2.0:
            continue
        score = told - (2.5 if mark.background else 0.0) + (2.2 if mark.id in partners else 0.0)
        score += 0.6 if company and mark.partners else 0.0
        score += 0.7 if mark.role in roles else 0.0
        score += 0.2 if not kind and mark.kind == "stand" else 0.0
        if best is None or score > best[0]:
            best = (score, mark)
    return best[1] if best else None


def best_door(entry: SetEntry, text: str) -> DoorEntry | None:
    """The door that words mean; the set's first where they name none."""
    wanted = words(text)
    best: tuple[float, DoorEntry] | None = None
    for door in entry.doors:
        score = _score(wanted, "", door.id, door.description)
        if best is None or score > best[0]:
            best = (score, door)
    return best[1] if best else None


def names_door(entry: SetEntry, text: str, ways_out: bool = True) -> DoorEntry | None:
    """The door a text names, None where it names none.

    ``ways_out`` also takes a way out by its name: "the street" for the street's end.
    """
    wanted = words(text)
    if wanted & {"door", "doorway", "exit", "entrance", "gate"}:
        return best_door(entry, text)
    if not ways_out:
        return None
    named = [d for d in entry.doors if wanted & words(d.id.replace("_", " "))]
    if re.search(r"\b(?:down|up|along)\b", text.casefold()):
        # down the street is to its end, not into another
        wanted |= {"end", "far"}
    told = [_score(wanted, "", d.id, d.description) for d in named]
    return named[told.index(max(told))] if named else None
