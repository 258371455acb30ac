"""Whom and what a clause speaks of: shots, lines, a scene, people, and whom a pronoun means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from filmagent.crew.notes.dailies import Dailies
from filmagent.crew.notes.vocabulary import listed, plain
from filmagent.crew.problems import nearest
from filmagent.errors import InputError

_SLATE = re.compile(r"(?<![\w.])\d+[A-Za-z]{1,3}\d{0,2}(?:-\d+)?(?![\w.])")
_LINE = re.compile(
    r"(?<!\w)lines?\s+(\d+)(?:\s*(?:to|through|\s)\s*(\d+)(?!\s*(?:,|and)))?"
    r"((?:\s*(?:,|and|&)\s*\d+)*)"
)
_ORDER = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}
_NTH = re.compile(rf"(?<!\w)({'|'.join(_ORDER)}) line(?!\w)")
_SCENE = re.compile(r"(?<!\w)scene\s+([\w-]+)")
_SHOT = re.compile(r"(?<!\w)(?:shot|setup|set-up)s?\s+([\w-]*\d[\w-]*)", re.IGNORECASE)
_SAID = re.compile(r"[\"“”«»„]([^\"“”«»„]+)[\"“”«»„]")


@dataclass(frozen=True)
class Scope:
    """What a clause is about. Clauses without a scope of their own go on with the one before."""

    setups: tuple[str, ...] = ()
    cuts: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    """Beats of lines that are named."""
    scene: str = ""
    people: tuple[str, ...] = ()
    """Whom this clause itself names or means, in order."""
    named: bool = False
    """Whether the clause itself says what it is about."""


def read(clause: str, before: Scope, dailies: Dailies) -> tuple[Scope, str]:
    """What a clause is about, and the rest of it in plain words.

    Raises
    ------
    InputError
        Naming a shot, scene or line that there is not, with the nearest.
    """
    rest = plain(clause)
    scope = replace(before, people=(), named=False)
    scope, rest = _scene(scope, rest, dailies)
    scope, rest = _shots(scope, clause, rest, dailies)
    people, rest = _people(scope, rest, dailies)
    scope = replace(scope, people=people)
    scope, rest = _lines(scope, clause, rest, dailies)
    return scope, " ".join(rest.split())


def _scene(scope: Scope, rest: str, dailies: Dailies) -> tuple[Scope, str]:
    found = _SCENE.search(rest)
    if not found:
        return scope, rest
    known = {s.casefold(): s for s in dailies.scenes}
    name = known.get(found[1])
    if name is None:
        raise InputError(f'There is no scene "{found[1]}"; {_there_are(found[1], dailies.scenes)}')
    return Scope(scene=name, named=True), _blank(rest, found)


def _shots(scope: Scope, clause: str, rest: str, dailies: Dailies) -> tuple[Scope, str]:
    known = {s.casefold(): s for s in dailies.setups}
    cuts = {c.casefold(): c for c in dailies.cuts}
    setups, shown = [], []
    asked = [m[1] for m in _SHOT.finditer(clause)] + _SLATE.findall(clause)
    for name in dict.fromkeys(a.casefold() for a in asked):
        if name in cuts:
            shown.append(cuts[name])
            setups.append(dailies.cuts[cuts[name]].setup)
        elif name in known:
            setups.append(known[name])
        elif not re.fullmatch(r"\d+(?:s|mm|st|nd|rd|th|fps|f)", name):
            raise InputError(
                f'There is no shot "{name.upper()}"; {_there_are(name, known.values())}'
            )
        else:
            continue
        rest = re.sub(rf"(?<!\w){re.escape(plain(name))}(?!\w)", " ", rest)
    if not setups:
        if re.search(r"(?<!\w)(?:all|every) (?:the )?shots?(?!\w)", rest) and scope.scene:
            every = [s for s in dailies.setups if dailies.scene_of[s] == scope.scene]
            return replace(scope, setups=tuple(every), lines=()), rest
        return scope, rest
    scene = dailies.scene_of[setups[0]]
    whole = Scope(tuple(dict.fromkeys(setups)), tuple(shown), (), scene, (), True)
    return whole, rest


def _lines(scope: Scope, clause: str, rest: str, dailies: Dailies) -> tuple[Scope, str]:
    lines = dailies.lines(scope.scene)
    found: list[str] = []
    for match in _LINE.finditer(rest):
        first, last = int(match[1]), int(match[2] or match[1])
        numbers = [
            *range(first, min(last, first + 99) + 1),
            *(int(n) for n in re.findall(r"\d+", match[3])),
        ]
        for number in numbers:
            if not 1 <= number <= len(lines):
                where = f"Scene {scope.scene}" if scope.scene else "The film"
                raise InputError(
                    f"{where} has {len(lines)} line{'s' * (len(lines) != 1)}; "
                    f"there is no line {number}."
                )
            found.append(lines[number - 1].id)
        rest = _blank(rest, match)
    for match in _NTH.finditer(rest):
        own = [b for b in lines if not scope.people or b.speaker in scope.people] or lines
        if own:
            place = _ORDER[match[1]]
            found.append(own[min(place, len(own) - 1)].id)
            rest = _blank(rest, match)
    for beat in dailies.beats:
        if re.search(rf"(?<![\w.]){re.escape(beat)}(?![\w.])", rest):
            found.append(beat)
            rest = re.sub(rf"(?<![\w.]){re.escape(beat)}(?![\w.])", " ", rest)
    for said in _SAID.finditer(clause):
        found.append(_quoted(said[1], lines, dailies))
        rest = rest.replace(plain(said[0]), " ")
    if not found:
        return scope, rest
    return replace(scope, lines=tuple(dict.fromkeys(found)), named=True), rest


def _quoted(words: str, lines: Sequence[object], dailies: Dailies) -> str:
    wanted = plain(words)
    for beat in dailies.lines():
        if wanted and wanted in plain(beat.text):
            return beat.id
    near = nearest(words, [b.text for b in dailies.lines()], 1)
    raise InputError(
        f'Nobody says "{words}"' + (f'; the nearest line is "{near[0]}".' if near else ".")
    )


def _people(scope: Scope, rest: str, dailies: Dailies) -> tuple[tuple[str, ...], str]:
    """Whom a clause names, in order; and whom its pronouns mean."""
    hits: list[tuple[int, int, str]] = []
    for who in dailies.people.values():
        for name in sorted({plain(n) for n in (who.name, who.id, *who.aliases)} - {""}):
            for match in (
                re.finditer(rf"(?<!\w){re.escape(name)}(?:'s)?(?!\w)", rest) if name else ()
            ):
                hits.append((match.start(), match.end(), who.id))
    for start, end, _ in hits:
        rest = rest[:start] + " " * (end - start) + rest[end:]
    named = [p for _, _, p in sorted(hits)]
    if named:
        return tuple(dict.fromkeys(named)), rest
    return _meant(scope, rest, dailies), rest


def _meant(scope: Scope, rest: str, dailies: Dailies) -> tuple[str, ...]:
    """Whom her, him or them means: of the shot, then of the scene."""
    genders = [
        gender
        for gender in ("female", "male")
        if re.search(rf"(?<!\w)(?:{'|'.join(listed('pronoun', gender))})(?!\w)", rest)
    ]
    if not genders:
        return ()
    shot = [p for s in scope.setups for p in dailies.setups[s].subjects]
    over = [dailies.setups[s].over for s in scope.setups if dailies.setups[s].over]
    spoken = [dailies.beats[b].speaker or "" for b in scope.lines]
    scenes = [scope.scene] if scope.scene else list(dailies.scenes)
    there = [p for s in scenes for p in dailies.scenes[s].people]
    for sure in (True, False):
        for group in (shot, over, spoken, there):
            fits = [p for p in dict.fromkeys(group) if _is(p, genders[0], sure, dailies)]
            if len(fits) == 1 or (fits and group is shot):
                return (fits[0],)
    return ()


def _is(person: str, gender: str, sure: bool, dailies: Dailies) -> bool:
    who = dailies.people.get(person)
    return who is not None and who.gender in ((gender,) if sure else (gender, "unknown"))


def _there_are(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known, 4)
    return f"the nearest are {', '.join(near)}." if near else "there are none yet."


def _blank(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]
