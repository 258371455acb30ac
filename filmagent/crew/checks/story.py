"""A story in words: the outline, and each scene as it is written."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

from filmagent.crew.checks.length import line_seconds, prose_seconds, scene_seconds
from filmagent.crew.house.language import guess_language
from filmagent.crew.problems import Problem, listed, nearest, quoted

_LONGEST_LINE = 22.0
"""Seconds of one speech: a long monologue is several speeches with something between."""
_LONGEST_PROSE = 30.0
"""Seconds of one paragraph of prose."""
_TELLS = 60
"""Letters from which a language can be told."""


class Person(Protocol):
    """Somebody of a story."""

    @property
    def name(self) -> str: ...  # noqa: D102


class Planned(Protocol):
    """A scene that is to be written."""

    @property
    def place(self) -> str: ...  # noqa: D102
    @property
    def people(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def happens(self) -> str: ...  # noqa: D102


class Story(Protocol):
    """An outline."""

    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def premise(self) -> str: ...  # noqa: D102
    @property
    def people(self) -> Sequence[Person]: ...  # noqa: D102
    @property
    def scenes(self) -> Sequence[Planned]: ...  # noqa: D102


class Told(Protocol):
    """A paragraph of prose, or a speech where ``who`` says it."""

    @property
    def who(self) -> str: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102


def check_outline(
    story: Story,
    *,
    language: str = "",
    most_people: int | None = None,
    scenes: tuple[int, int] | None = None,
) -> list[Problem]:
    """What is wrong with an outline.

    Parameters
    ----------
    language
        The idea's language (`filmagent.crew.house.language.guess_language`); "" for any.
    most_people
        How many people there may be.
    scenes
        How many scenes there may be, least and most.
    """
    found: list[Problem] = []
    if not story.title.strip():
        found.append(Problem("", "The film has no title; give it one."))
    if not story.people:
        found.append(Problem("", "The story has no people; name everybody who is seen."))
    least, most = scenes or (1, 10_000)
    if not least <= len(story.scenes) <= most:
        found.append(
            Problem("", f"There are {len(story.scenes)} scenes; write {_span(least, most)}.")
        )
    if most_people is not None and len(story.people) > most_people:
        found.append(
            Problem("", f"There are {len(story.people)} people; {most_people} are the most.")
        )
    names = [person.name for person in story.people]
    found += _names(names)
    known = {_folded(name): name for name in names}
    for number, scene in enumerate(story.scenes, 1):
        found += _planned(f"scene {number}", scene, known)
    appear = {_folded(name) for scene in story.scenes for name in scene.people}
    found += [
        Problem(
            f"character {name}",
            "is in no scene; give them one, or leave them out of the people.",
        )
        for key, name in known.items()
        if key not in appear
    ]
    said = [story.premise, *(scene.happens for scene in story.scenes)]
    return found + _language(said, language)


def check_pages(
    scene: str,
    moments: Sequence[Told],
    people: Iterable[str],
    *,
    language: str = "",
    silent: bool = False,
    all_seen: bool = True,
    seconds: tuple[float, float] | None = None,
) -> list[Problem]:
    """What is wrong with a scene in words.

    Parameters
    ----------
    scene
        Its id.
    people
        Names of everybody who may speak or be seen in it.
    silent
        It may have no speech.
    all_seen
        Everybody of ``people`` must speak or be named.
    seconds
        How long it may be, least and most, by `filmagent.crew.checks.length`.
    """
    where, names = f"scene {scene}", list(people)
    known = {_folded(name) for name in names}
    found: list[Problem] = []
    speeches = [m for m in moments if m.who.strip()]
    prose = [m for m in moments if not m.who.strip()]
    if not moments:
        return [Problem(where, "is empty; write what is seen and said.")]
    if not prose:
        found.append(Problem(where, "has no prose; begin with where we are and who is there."))
    if not speeches and not silent:
        found.append(Problem(where, "has no speech; let its people talk."))
    for number, moment in enumerate(moments, 1):
        found += _moment(f"{where}, moment {number}", moment, known, names)
    if all_seen:
        found += _unseen(where, speeches, prose, names)
    if seconds is not None:
        long = scene_seconds(
            sum(prose_seconds(m.text) for m in prose), sum(line_seconds(m.text) for m in speeches)
        )
        if not seconds[0] <= long <= seconds[1]:
            found.append(
                Problem(
                    where,
                    f"lasts about {long:.0f} s; it must be {seconds[0]:.0f} to {seconds[1]:.0f} s.",
                )
            )
    return found + _language([m.text for m in speeches] or [m.text for m in prose], language)


def _planned(where: str, scene: Planned, known: dict[str, str]) -> list[Problem]:
    found = []
    if not any(c.isalnum() for c in scene.place):
        found.append(Problem(where, "has no place; say where it plays."))
    if not scene.people:
        found.append(
            Problem(where, "has nobody in it; name who is there.", tuple(known.values())[:8])
        )
    if not scene.happens.strip():
        found.append(Problem(where, "says nothing of what happens in it."))
    for name in scene.people:
        if _folded(name) not in known:
            found.append(
                Problem(
                    where,
                    f"{quoted(name)} is not one of the story's people; take a name of theirs as "
                    "it is written there, or add them to the people.",
                    nearest(name, known.values()),
                )
            )
    twice = [name for name, times in Counter(map(_folded, scene.people)).items() if times > 1]
    if twice:
        found.append(Problem(where, f"names {listed(twice)} twice among its people."))
    return found


def _names(names: Sequence[str]) -> list[Problem]:
    found = []
    for name in names:
        if not any(c.isalpha() for c in name):
            found.append(Problem(f"character {name}", f"{quoted(name)} is no name."))
        elif len(name) > 40:
            found.append(Problem(f"character {name}", "has too long a name; one or two words."))
    for key, times in Counter(map(_folded, names)).items():
        if times > 1:
            same = next(name for name in names if _folded(name) == key)
            found.append(
                Problem(f"character {same}", f"{times} people have this name; no two may be alike.")
            )
    return found


def _moment(where: str, moment: Told, known: set[str], names: Sequence[str]) -> list[Problem]:
    who = moment.who.strip()
    if not any(c.isalnum() for c in moment.text) and "…" not in moment.text:
        what = "the speech has no words" if who else "the prose has no words"
        return [Problem(where, f"{what}; write them or leave the moment out.")]
    if who and _folded(who) not in known:
        return [
            Problem(
                where,
                f"{quoted(who)} speaks but is not in this scene; only its people may.",
                nearest(who, names),
            )
        ]
    long = line_seconds(moment.text) if who else prose_seconds(moment.text)
    most = _LONGEST_LINE if who else _LONGEST_PROSE
    if long > most:
        kind = f"the speech of {who}" if who else "the paragraph"
        return [
            Problem(
                where,
                f"{kind} lasts about {long:.0f} s; at most {most:.0f} s: cut it, or part it with "
                "something that is seen or said between.",
            )
        ]
    return []


def _unseen(
    where: str, speeches: Sequence[Told], prose: Sequence[Told], names: Sequence[str]
) -> list[Problem]:
    speak = {_folded(moment.who) for moment in speeches}
    text = _folded(" ".join(moment.text for moment in (*prose, *speeches)))
    return [
        Problem(
            where,
            f"{name} belongs to the scene but neither speaks nor is named; show them or let them "
            "speak.",
        )
        for name in names
        if _folded(name) not in speak
        and not any(part in text for part in (_folded(name), *_folded(name).split()[:1]))
    ]


def _language(texts: Sequence[str], language: str) -> list[Problem]:
    """Where the words are plainly in another language than the idea."""
    whole = "\n".join(texts)
    if not language or sum(c.isalpha() for c in whole) < _telling(whole):
        return []
    told = guess_language(whole, "")
    if told in ("", language) or {told, language} <= {"ar", "fa"}:
        return []
    return [
        Problem(
            "",
            f'It is written in the language "{told}", but the idea is in "{language}": write '
            f'everything in "{language}".',
        )
    ]


def _telling(text: str) -> int:
    """Letters from which a language can be told: fewer where the script itself tells it."""
    foreign = sum(c.isalpha() and ord(c) > 0x24F for c in text[:2000])
    return 8 if foreign * 2 > sum(c.isalpha() for c in text[:2000]) else _TELLS


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _span(least: int, most: int) -> str:
    if most >= 10_000:
        return f"at least {least}"
    return f"{least}" if least == most else f"{least} to {most}"
