"""What the house has instead of a writer: the idea itself, played without words.

The house crew cannot write. Where a model gives no outline, or no scene, that can be used, people
are shown while what should have happened is told as prose: poor, but a film.
"""

from __future__ import annotations

import re

from filmagent.crew.agents import fountain
from filmagent.crew.agents.answers import NewMoment, NewPerson, NewScene, Pages, Story
from filmagent.crew.house.language import guess_language
from filmagent.documents import Catalogue, StoryScene

_NAMES: dict[str, tuple[str, str]] = {
    "zh": ("小雨", "阿明"), "ja": ("ユキ", "ケン"), "ko": ("지수", "민호"), "ar": ("ليلى", "سامي"),
    "fa": ("لیلا", "سامان"), "he": ("נועה", "דוד"), "ru": ("АННА", "ИВАН"), "el": ("ΑΝΝΑ", "ΝΙΚΟΣ"),
    "hi": ("मीरा", "अमित"), "th": ("มะลิ", "ชัย"),
}  # fmt: skip
"""A woman's and a man's name, where the language is not written in Latin letters."""
_SENTENCE = re.compile(r"(?<=[.!?…。！？؟])\s*")
_TITLE_WORDS, _TITLE_LETTERS, _LONGEST = 6, 40, 300


def house_story(idea: str, catalogue: Catalogue) -> Story:
    """One scene in which two people live through the idea."""
    language = guess_language(idea)
    woman, man = _NAMES.get(language, ("ANNA", "BEN"))
    text = fountain.line(idea)
    setting = catalogue.sets[0].setting if catalogue.sets else "int"
    place = catalogue.sets[0].title if catalogue.sets else "a room"
    return Story(
        title=" ".join(text.split()[:_TITLE_WORDS])[:_TITLE_LETTERS].strip(" .,;:"),
        language=language,
        premise=text[:_LONGEST],
        people=[
            NewPerson(name=woman, gender="female", age="adult", about=""),
            NewPerson(name=man, gender="male", age="adult", about=""),
        ],
        scenes=[
            NewScene(setting=setting, place=place, time="day", people=[woman, man], happens=text)
        ],
    )


def house_pages(scene: StoryScene) -> Pages:
    """The scene's people, and what happens to them; nobody finds a word."""
    sentences = [s for s in _SENTENCE.split(scene.happens) if any(c.isalnum() for c in s)]
    names = [fountain.person_name(name) for name in scene.people]
    moments = [NewMoment(text=", ".join(names) + ".")] if names else []
    for number, sentence in enumerate(sentences or [scene.place]):
        moments.append(NewMoment(text=sentence[:_LONGEST]))
        if number < len(names):
            moments.append(NewMoment(who=names[number], text="…"))
    return Pages(moments=moments)
