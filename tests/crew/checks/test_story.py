"""A story is told what it lacks before anybody is asked to like it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from filmagent.crew.checks import check_outline, check_pages
from filmagent.crew.problems import Problem
from filmagent.documents import Outline
from filmagent.documents.outline import Moment
from filmagent.screenplay import Action, Dialogue, Heading, Speech, read

EXAMPLES = Path(__file__).parents[3] / "examples"
STORY = {
    "title": "The Spare Key",
    "premise": "Two sisters fight over the key to the house their mother left them both.",
    "people": [{"name": "Mara"}, {"name": "Jonas"}],
    "scenes": [
        {"id": "1", "place": "café", "people": ["Mara", "Jonas"], "happens": "They meet again."},
        {"id": "2", "place": "street", "people": ["Mara"], "happens": "She keeps the key for him."},
    ],
}


def told(
    change: Callable[[Outline], object] = lambda story: None, **asked: object
) -> list[Problem]:
    story = Outline.model_validate(STORY)
    change(story)
    return check_outline(story, **asked)  # type: ignore[arg-type]


def test_a_sound_outline_has_no_problem():
    assert told(language="en", most_people=4, scenes=(2, 3)) == []


@pytest.mark.parametrize(
    ("change", "where", "what"),
    [
        (lambda s: setattr(s, "title", " "), "", "no title"),
        (lambda s: setattr(s, "people", []), "", "no people"),
        (lambda s: setattr(s.people[1], "name", "MARA "), "character Mara", "no two may be alike"),
        (lambda s: setattr(s.people[1], "name", "!!!"), "character !!!", "is no name"),
        (lambda s: setattr(s.people[1], "name", "J" * 50), f"character {'J' * 50}", "too long"),
        (lambda s: setattr(s.scenes[0], "people", ["Mara"]), "character Jonas", "in no scene"),
        (lambda s: setattr(s.scenes[0], "people", []), "scene 1", "has nobody in it"),
        (lambda s: setattr(s.scenes[0], "place", "-"), "scene 1", "has no place"),
        (lambda s: setattr(s.scenes[1], "happens", ""), "scene 2", "nothing of what happens"),
        (lambda s: s.scenes[1].people.append("Mare"), "scene 2", '"Mare" is not one of'),
        (lambda s: s.scenes[1].people.append("Mara"), "scene 2", "twice among its people"),
        (lambda s: setattr(s, "scenes", s.scenes * 5), "", "There are 10 scenes; write 2 to 3"),
    ],
)
def test_what_an_outline_lacks_is_said(change: Callable[[Outline], object], where: str, what: str):
    found = told(change, scenes=(2, 3))
    assert [p for p in found if p.where == where and what in p.what], found


def test_a_misspelt_person_comes_with_the_nearest_name_first():
    (problem,) = told(lambda s: s.scenes[1].people.append("Mare"))
    assert problem.choices[0] == "Mara"


def test_too_many_people_are_said():
    assert "1 are the most" in told(most_people=1)[0].what


def pages(*moments: tuple[str, str]) -> list[Moment]:
    return [Moment(who=who, text=text) for who, text in moments]


GOOD = pages(("", "Mara waits at the window. Jonas comes in."), ("Mara", "You are late."))


def test_a_sound_scene_has_no_problem():
    assert check_pages("1", GOOD, ["Mara", "Jonas"], language="en", seconds=(2, 60)) == []


@pytest.mark.parametrize(
    ("moments", "what"),
    [
        ([], "is empty"),
        (pages(("Mara", "You are late, Jonas.")), "has no prose"),
        (pages(("", "Mara waits for Jonas.")), "has no speech"),
        ([*GOOD, *pages(("Bob", "Hi."))], '"Bob" speaks but is not in this scene'),
        ([*GOOD, *pages(("Mara", "..."))], "the speech has no words"),
        ([*GOOD, *pages(("", " "))], "the prose has no words"),
        ([*GOOD, *pages(("Mara", "word " * 200))], "the speech of Mara lasts about 64 s"),
        ([*GOOD, *pages(("Mara", "话" * 200))], "the speech of Mara lasts about 53 s"),
        ([*GOOD, *pages(("", "word " * 200))], "the paragraph lasts about 53 s"),
        (pages(("", "Mara waits."), ("Mara", "Late.")), "Jonas belongs to the scene but neither"),
        ([*GOOD, *[m for m in GOOD for _ in range(30)]], "it must be 2 to 60 s"),
    ],
)
def test_what_a_scene_lacks_is_said(moments: list[Moment], what: str):
    found = check_pages("1", moments, ["Mara", "Jonas"], seconds=(2, 60))
    assert [p for p in found if what in p.what], found


CHINESE = "雨下得很大。她站在门口,没有进来。你为什么不打电话给我?"
ARABIC = "جلست أمام النافذة ولم تنظر إليه. لماذا لم تكتب لي؟"
FRENCH = "Je ne sais pas pourquoi tu es là, mais je suis content que tu sois venu dans la rue."
ENGLISH = "I do not know why you are here, but I am glad that you have come to the street at last."
GERMAN = "Ich weiß nicht, warum du hier bist, aber ich bin froh, dass du auf der Straße wartest."


@pytest.mark.parametrize(
    ("text", "language"),
    [(CHINESE, "zh"), (ARABIC, "ar"), (FRENCH, "fr"), (ENGLISH, "en"), (GERMAN, "de")],
)
def test_words_in_another_language_than_the_ideas_are_noticed(text: str, language: str):
    moments = pages(("", text), ("Mara", text))
    for wanted in ("zh", "ar", "fr", "en", "de"):
        found = check_pages("1", moments, ["Mara"], language=wanted)
        told = [p for p in found if "is written in the language" in p.what]
        assert bool(told) == (wanted != language), (wanted, found)


@pytest.mark.parametrize("text", ["No.", "Mara! Mara?", "OK", "…"])
def test_a_word_or_two_are_in_any_language(text: str):
    found = check_pages("1", pages(("", "Mara."), ("Mara", text)), ["Mara"], language="fr")
    assert not [p for p in found if "language" in p.what]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.fountain")), ids=lambda p: p.stem)
def test_the_examples_are_sound_stories_scene_by_scene(path: Path):
    language = {"ar": "ar", "zh": "zh"}.get(path.stem.split("_")[-1], "en")
    scenes: list[list[Moment]] = []
    for element in read(path).elements:
        if isinstance(element, Heading):
            scenes.append([])
        elif isinstance(element, Action) and scenes and element.plain.strip():
            scenes[-1].append(Moment(text=element.plain))
        elif isinstance(element, Speech) and scenes:
            words = " ".join(p.plain for p in element.parts if isinstance(p, Dialogue))
            scenes[-1].append(Moment(who=element.name, text=words))
    for number, moments in enumerate(scenes, 1):
        people = {m.who for m in moments if m.who}
        assert check_pages(str(number), moments, people, language=language, silent=True) == []
