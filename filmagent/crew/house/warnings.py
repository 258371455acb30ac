"""What had to be guessed or given up, one sentence each, for the people who wrote the film."""

from __future__ import annotations

from difflib import SequenceMatcher, get_close_matches

from filmagent.crew.house.lexicon import fold
from filmagent.crew.house.people import Roll
from filmagent.documents import Breakdown, Character
from filmagent.errors import InputError

_CROWDED = 12
"""People in a scene above which the user is told."""


class Problems:
    """Says what had to be given up; refuses instead when strict."""

    def __init__(self, strict: bool) -> None:
        self.strict = strict
        self.said: list[str] = []

    def add(self, sentence: str, mend: str) -> None:
        """Say what had to be guessed; ``mend`` is what to do about it.

        Raises
        ------
        InputError
            When strict.
        """
        if self.strict:
            raise InputError(f"{sentence} {mend}")
        self.said.append(sentence)


def near(name: str, names: list[str]) -> str:
    """`` (did you mean "ines"?)`` where one of the names is close."""
    close = get_close_matches(name, names, n=1)
    return f' (did you mean "{close[0]}"?)' if close else ""


def about_people(made: Breakdown, roll: Roll) -> list[str]:
    """Who is a crowd, who never enters, and who may be somebody else misspelled."""
    said: list[str] = []
    shown = {w for s in made.scenes for b in s.beats if b.kind == "action" for w in b.people}
    lines: dict[str, int] = {}
    bodily: set[str] = set()
    for scene in made.scenes:
        for beat in scene.beats:
            if beat.kind == "line" and beat.speaker:
                lines[beat.speaker] = lines.get(beat.speaker, 0) + 1
                if beat.delivery == "on":
                    bodily.add(beat.speaker)
    for character in made.characters:
        if character.id in roll.crowds:
            said.append(f"{character.name} is many people at once; one voice speaks for them.")
        elif not character.speaks and character.id not in shown:
            said.append(f"{character.name} is named but never enters, and is not in the film.")
    unseen = [c.name for c in made.characters if c.id in bodily - shown - roll.crowds]
    if unseen:
        who = ", ".join(unseen[:4]) + (f" and {len(unseen) - 4} more" if unseen[4:] else "")
        said.append(
            f"{who}: no line of action brings them in, so whoever speaks is there from the start."
        )
    said += _look_alikes(made.characters, lines)
    return said


def _look_alikes(characters: list[Character], lines: dict[str, int]) -> list[str]:
    """A name written once and almost like another is most likely a slip."""
    said: list[str] = []
    rare = [c for c in characters if lines.get(c.id) == 1 and len(c.name) > 3]
    for character in rare[:40]:
        for other in characters:
            a, b = fold(character.name), fold(other.name)
            slip = other is not character and lines.get(other.id, 0) > 1 and sorted(a) != sorted(b)
            if any(c.isdigit() for c in a + b) or other is character:
                continue
            close = SequenceMatcher(None, a, b).ratio() > 0.86
            if close and (slip or lines.get(other.id, 0) > 1):
                said.append(
                    f"{character.name} has a single line and is almost {other.name}; if they are "
                    "one person, spell them alike."
                )
                break
    return said


def about_scenes(made: Breakdown) -> list[str]:
    """Scenes too full or empty, and things the library lacks."""
    said: list[str] = []
    missing: dict[str, list[str]] = {}
    for scene in made.scenes:
        if len(scene.people) > _CROWDED:
            said.append(
                f"Scene {scene.id} has {len(scene.people)} people; who finds no mark is not shown."
            )
        if not any(beat.kind in ("action", "line") for beat in scene.beats):
            said.append(f"In scene {scene.id} nothing is written to happen; its place is shown.")
        for prop in scene.props:
            if not prop.model:
                missing.setdefault(prop.name, []).append(scene.id)
    for name, where in missing.items():
        scenes = "scene " + where[0] if len(where) == 1 else "scenes " + ", ".join(where)
        said.append(f'The library has no "{name}" ({scenes}); it is played without.')
    return said
