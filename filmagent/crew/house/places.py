"""Places of the screenplay → sets on the shelf, honest about what is only nearest."""

from __future__ import annotations

import re
from typing import NamedTuple

from filmagent.crew.house.lexicon import fold, pattern, spaced, table
from filmagent.crew.house.scenes import RawScene, kind_of_place
from filmagent.documents import SetEntry
from filmagent.documents.breakdown import Setting


class Choice(NamedTuple):
    """A set, why, and whether it really is such a place."""

    name: str
    reason: str
    exact: bool


def choose_set(scene: RawScene, sets: list[SetEntry]) -> Choice:
    """The set that answers to the place; the nearest one when none does.

    A set answers when one of its words stands in the heading's place. Failing that, a set of the
    same kind of place, then of a near kind, then any inside for inside and outside for outside.
    """
    place = fold(scene.place)
    scored = [(_answer(place, entry), entry) for entry in sets]
    best = max(
        scored,
        key=lambda pair: (_fits(scene.setting, pair[1]) if pair[0][0] else 0, pair[0][0]),
        default=None,
    )
    if best is None:
        return Choice("", "The library has no set.", False)
    (score, word), entry = best
    if score and _fits(scene.setting, entry):
        return Choice(entry.name, f'"{entry.title}" answers to "{word}".', True)
    kind = kind_of_place(place)
    for near in [kind, *table("place_words")["near"].get(kind, [])] if kind else []:
        for entry in sets:
            if _fits(scene.setting, entry) and near in _kinds(entry):
                return Choice(entry.name, _nearest(scene, entry, "is the nearest"), False)
    same = [entry for entry in sets if _fits(scene.setting, entry)]
    chosen = (same or sets)[0]
    side = "interior" if chosen.setting == "int" else "exterior"
    how = f"is the nearest {side}" if same else f"is all there is, though an {side}"
    return Choice(chosen.name, _nearest(scene, chosen, how), False)


def _nearest(scene: RawScene, entry: SetEntry, how: str) -> str:
    place = scene.place or "a scene without a place"
    return f'The library has no set for "{place}"; "{entry.title}" {how}.'


def _fits(setting: Setting, entry: SetEntry) -> bool:
    return "int/ext" in (setting, entry.setting) or setting == entry.setting


def _answer(place: str, entry: SetEntry) -> tuple[int, str]:
    """How much of the place a set's words name, and the word that does."""
    best = (0, "")
    for word in [*entry.words, entry.name.replace("_", " ")]:
        key = fold(word)
        found = _stands_in(key, place)
        if found and len(key) > best[0]:
            best = (len(key), word)
    return best


def _stands_in(word: str, place: str) -> bool:
    if not word:
        return False
    if not spaced(word):
        return word in place
    return re.search(rf"(?<!\w){re.escape(word)}(?:s|es)?(?!\w)", place) is not None


def _kinds(entry: SetEntry) -> set[str]:
    """The kinds a set's own name and title are of; its list of words may be generous."""
    own = fold(f"{entry.name} {entry.title} {' '.join(entry.words)}").replace("_", " ")
    return {
        kind
        for kind, words in table("place_words")["kind"].items()
        if pattern(tuple(fold(w) for w in words)).search(own)
    }
