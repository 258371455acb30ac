"""An idea → outline → scenes → lines: how a screenplay comes to be.

The outline is criticised once before anything is written of it; scenes are written apart from each
other, each knowing what its neighbours hold; actors then read their parts, and a line they would
say otherwise replaces that line alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from filmagent.crew.agents import fountain, material
from filmagent.crew.agents.answers import (
    NewMoment,
    Pages,
    Rewrite,
    Rewrites,
    Story,
)
from filmagent.crew.agents.asking import Desk, in_pieces
from filmagent.crew.agents.together import together
from filmagent.crew.agents.tongue import expected_language, language_of
from filmagent.crew.agents.unwritten import house_pages, house_story
from filmagent.crew.checks import check_outline, check_pages
from filmagent.crew.collaborate import Complaint, Review, critique
from filmagent.crew.model import Question
from filmagent.crew.problems import Problem, unknown
from filmagent.documents import (
    Catalogue,
    Moment,
    Outline,
    StoryPerson,
    StoryScene,
    WrittenScene,
)

OUTLINE_PROMPTS = ("outline", "outline_review", "again")
SCENE_PROMPTS = ("scene", "again")
LINE_PROMPTS = ("lines", "again")
_LONGEST_IDEA = 8000
_MOST_SCENES, _MOST_PEOPLE = 40, 12
_MOST_LINES = 40
"""Lines an actor reads at once."""
_FEWEST_LINES = 2
"""Lines from which a part is read before the shoot."""


class Writers:
    """The screenwriter, the director who reads the outline, and the actors."""

    def __init__(self, desk: Desk, catalogue: Catalogue) -> None:
        self.desk, self.catalogue = desk, catalogue

    # the outline

    def outline(self, idea: str) -> Outline:
        """The outline of the film an idea asks for."""
        idea = material.cut(idea.strip(), _LONGEST_IDEA)
        language = language_of(idea)
        desk = self.desk.of("writing")

        def problems(story: Story) -> list[Problem]:
            told = [story.premise, *(scene.happens for scene in story.scenes)]
            return check_outline(
                story,
                language=expected_language(language, told),
                most_people=_MOST_PEOPLE,
                scenes=(1, _MOST_SCENES),
            )

        question = self._outline_question(desk, idea)
        decision = desk.decide(question, problems, lambda: house_story(idea, self.catalogue))
        story = decision.value
        if decision.by == "model":
            story = self._criticised(desk, idea, story, problems)
        return _outline(story, language)

    def _outline_question(self, desk: Desk, idea: str, **more: Any) -> Question[Story]:
        return desk.question(
            "outline",
            Story,
            idea=idea,
            sets=[f"{s.title} ({s.setting})" for s in self.catalogue.sets],
            cast=material.troupe(self.catalogue),
            most_people=_MOST_PEOPLE,
            **more,
        )

    def _criticised(self, desk: Desk, idea: str, story: Story, problems: Any) -> Story:
        def critic(draft: Story, made: tuple[Complaint, ...]) -> Question[Review]:
            return desk.question("outline_review", Review, idea=idea, outline=draft)

        def author(draft: Story, complaints: tuple[Complaint, ...]) -> Question[Story]:
            return self._outline_question(desk, idea, draft=draft, complaints=list(complaints))

        done = critique(desk.model, story, critic, author, problems, desk.log, rounds=1)
        return done.value

    # a scene

    def scene(self, outline: Outline, scene: str) -> WrittenScene:
        """One scene of an outline in words."""
        place = next(k for k, s in enumerate(outline.scenes) if s.id == scene)
        entry = outline.scenes[place]
        desk = self.desk.of("writing", scene, "pages")
        names = [fountain.person_name(name) for name in entry.people]

        def problems(pages: Pages) -> list[Problem]:
            moments = [_named(moment) for moment in pages.moments]
            said = [m.text for m in moments if m.who] or [m.text for m in moments]
            told = expected_language(outline.language, said)
            return check_pages(scene, moments, names, language=told)

        question = desk.question(
            "scene",
            Pages,
            film=_film(outline),
            scene=_scene_told(entry, names),
            before=outline.scenes[place - 1].happens if place else None,
            after=outline.scenes[place + 1].happens if place + 1 < len(outline.scenes) else None,
            people=[_person_told(p) for p in outline.people if _is_among(p, names)],
            first_seen=_first_seen(outline, place) or None,
            doing=[a.words[0] for a in self.catalogue.actions if a.words and a.kind != "idle"],
        )
        pages = desk.decide(question, problems, lambda: house_pages(entry)).value
        moments = [Moment(who=m.who, how=m.how, text=m.text) for m in map(_named, pages.moments)]
        return WrittenScene(scene=scene, moments=moments)

    # the lines

    def read_through(self, outline: Outline, scenes: Sequence[WrittenScene]) -> list[WrittenScene]:
        """The scenes after every actor has read their own lines."""
        parts = _parts(outline, scenes)
        read = [part for part in parts if len(part.lines) >= _FEWEST_LINES]
        jobs = [lambda part=part: self._read(outline, part) for part in read]
        changes: dict[str, Rewrite] = {}
        for changed in together(jobs, self.desk.at_once):
            changes |= changed
        return [_rewritten(scene, changes) for scene in scenes]

    def _read(self, outline: Outline, part: _Role) -> dict[str, Rewrite]:
        found: dict[str, Rewrite] = {}
        for piece in in_pieces(
            part.lines, _MOST_LINES, lambda lines: self._read_piece(outline, part, lines)
        ):
            found |= piece
        return found

    def _read_piece(
        self, outline: Outline, part: _Role, lines: Sequence[_Cue]
    ) -> dict[str, Rewrite]:
        desk = self.desk.of("writing", "", f"lines of {part.name} from {lines[0].id}")
        own = {line.id: line for line in lines}

        def problems(answer: Rewrites) -> list[Problem]:
            return [p for change in answer.changes for p in _rewrite_problems(change, own, outline)]

        question = desk.question(
            "lines",
            Rewrites,
            role=f"actor {part.name}",
            film=_film(outline),
            you=_person_told(part.person),
            scenes=[
                material.told(scene=s.id, happens=s.happens, lines=told)
                for s in outline.scenes
                if (told := [line.told() for line in lines if line.scene == s.id])
            ],
        )
        answer = desk.decide(question, problems, lambda: Rewrites(changes=[])).value
        return {change.line: change for change in answer.changes}


@dataclass(frozen=True)
class _Cue:
    """A line, and the one it answers."""

    id: str
    scene: str
    how: str
    text: str
    after: str

    def told(self) -> dict[str, Any]:
        return material.told(line=self.id, answers=self.after, how=self.how, says=self.text)


@dataclass(frozen=True)
class _Role:
    name: str
    person: StoryPerson
    lines: list[_Cue]


def _parts(outline: Outline, scenes: Sequence[WrittenScene]) -> list[_Role]:
    people = {fountain.person_name(p.name): p for p in outline.people}
    roles = {name: _Role(name, person, []) for name, person in people.items()}
    for scene in scenes:
        before = ""
        for number, moment in enumerate(scene.moments):
            if moment.who in roles:
                cue = _Cue(
                    line_id(scene.scene, number), scene.scene, moment.how, moment.text, before
                )
                roles[moment.who].lines.append(cue)
            before = f"{moment.who}: {moment.text}" if moment.who else moment.text
    return list(roles.values())


def line_id(scene: str, moment: int) -> str:
    """What a line is called while actors read: ``2.7``."""
    return f"{scene}.{moment + 1}"


def _rewritten(scene: WrittenScene, changes: Mapping[str, Rewrite]) -> WrittenScene:
    moments = []
    for number, moment in enumerate(scene.moments):
        change = changes.get(line_id(scene.scene, number))
        if change is not None and moment.who:
            voice = moment.how if moment.how.upper() in ("V.O.", "O.S.") else change.how
            moment = moment.model_copy(update={"how": voice, "text": change.text})
        moments.append(moment)
    return WrittenScene(scene=scene.scene, moments=moments)


def _rewrite_problems(change: Rewrite, own: Mapping[str, _Cue], outline: Outline) -> list[Problem]:
    where = f"line {change.line}"
    if change.line not in own:
        return [unknown(where, change.line, "one of your lines", own)]
    said = NewMoment(who="you", how=change.how, text=change.text)
    told = expected_language(outline.language, [change.text])
    found = check_pages("", [NewMoment(text="…"), said], ["you"], language=told)
    return [replace(problem, where=where) for problem in found]


def _outline(story: Story, language: str) -> Outline:
    names = {p.name: fountain.person_name(p.name) or p.name for p in story.people}
    by_folded = {" ".join(name.casefold().split()): new for name, new in names.items()}

    def called(name: str) -> str:
        return by_folded.get(" ".join(name.casefold().split()), fountain.person_name(name))

    return Outline(
        title=fountain.line(story.title),
        language=language or story.language.casefold()[:2] or "en",
        premise=fountain.line(story.premise),
        people=[
            StoryPerson(
                name=called(p.name), gender=p.gender, age=p.age, about=fountain.line(p.about)
            )
            for p in story.people
        ],
        scenes=[
            StoryScene(
                id=str(number),
                setting=scene.setting,
                place=fountain.line(scene.place),
                time=scene.time,
                people=list(dict.fromkeys(called(name) for name in scene.people)),
                happens=fountain.line(scene.happens),
            )
            for number, scene in enumerate(story.scenes, 1)
        ],
    )


def _named(moment: NewMoment) -> NewMoment:
    """The moment with its speaker as cues have them, and a voice's extension as its manner."""
    head, bracket, extension = moment.who.partition("(")
    how = extension.strip(" )") if bracket and not moment.how else moment.how
    return NewMoment(who=fountain.person_name(head), how=how, text=moment.text)


def _film(outline: Outline) -> dict[str, Any]:
    return material.told(title=outline.title, language=outline.language, premise=outline.premise)


def _scene_told(entry: StoryScene, names: Sequence[str]) -> dict[str, Any]:
    heading = fountain.heading(entry).text
    return material.told(
        number=entry.id, heading=heading, people=list(names), happens=entry.happens
    )


def _person_told(person: StoryPerson) -> dict[str, Any]:
    name = fountain.person_name(person.name)
    return material.told(name=name, gender=person.gender, age=person.age, about=person.about)


def _is_among(person: StoryPerson, names: Sequence[str]) -> bool:
    return fountain.person_name(person.name) in names


def _first_seen(outline: Outline, place: int) -> list[str]:
    before = {name for scene in outline.scenes[:place] for name in scene.people}
    return [fountain.person_name(n) for n in outline.scenes[place].people if n not in before]
