"""How a story is written: criticised before it is written out, one scene and one line at a time."""

from __future__ import annotations

from typing import Any

from short_scenes import catalogue

from filmagent.documents import Outline
from tests.crew.agents.conftest import Hire
from tests.crew.scripted_crew import Studio, material

IDEA = "Two sisters meet in a café, and one of them has sold the house they were both left."


def outlined(hire: Hire, seed: int = 1) -> Outline:
    crew, _ = hire(Studio(seed=seed))
    return crew.outline(IDEA, catalogue())


def test_what_the_director_objects_to_is_put_right_once(hire: Hire) -> None:
    drafts: list[bool] = []

    def script(request: dict[str, Any]) -> Any:
        told = material(request)
        if "outline" in told:
            return {"complaints": [{"where": "scene 2", "what": "It turns nothing.",
                                    "instead": "Let her find the deed."}]}  # fmt: skip
        answer = Studio(seed=1)(request)
        drafts.append("draft" in told)
        if "draft" in told:
            assert told["complaints"][0]["instead"] == "Let her find the deed."
            answer["scenes"][1]["happens"] = "She finds the deed under the cup and reads it aloud."
        return answer

    crew, server = hire(script)
    outline = crew.outline(IDEA, catalogue())
    assert drafts == [False, True] and len(server.chats) == 3
    assert "deed" in outline.scenes[1].happens


def test_a_scene_knows_its_neighbours_and_who_is_new_in_it(hire: Hire) -> None:
    outline = outlined(hire)
    crew, server = hire(Studio(seed=1))
    crew.scene(outline, "2", catalogue())
    told = material(server.chats[0].request)
    assert told["before"] == outline.scenes[0].happens
    assert told["after"] == outline.scenes[2].happens
    assert set(told["first_seen"]) == set(outline.scenes[1].people) - set(outline.scenes[0].people)


def test_only_people_of_the_scene_speak_in_it(hire: Hire) -> None:
    outline = outlined(hire)
    answers = iter(["GODOT", ""])

    def script(request: dict[str, Any]) -> Any:
        answer = Studio(seed=1)(request)
        stranger = next(answers)
        if stranger:
            answer["moments"][3]["who"] = stranger
        return answer

    crew, server = hire(script)
    written = crew.scene(outline, "1", catalogue())
    assert {m.who for m in written.moments} - {""} <= set(outline.scenes[0].people)
    assert "GODOT" in server.chats[1].request["messages"][-1]["content"]


def test_an_actor_changes_a_line_of_their_own_and_nothing_else(hire: Hire) -> None:
    outline = outlined(hire)
    crew, _ = hire(Studio(seed=1))
    scenes = [crew.scene(outline, s.id, catalogue()) for s in outline.scenes]
    mine = outline.people[0].name
    where = next((s.scene, k) for s in scenes for k, m in enumerate(s.moments) if m.who == mine)

    def script(request: dict[str, Any]) -> Any:
        if material(request)["you"]["name"] != mine:
            return {"changes": []}
        line = f"{where[0]}.{where[1] + 1}"
        return {"changes": [{"line": line, "how": "softly", "text": "I said no."}]}

    actors, server = hire(script)
    read = actors.read_through(outline, scenes, catalogue())
    changed = [
        (new.scene, k)
        for old, new in zip(scenes, read, strict=True)
        for k, (a, b) in enumerate(zip(old.moments, new.moments, strict=True))
        if a != b
    ]
    assert changed == [where]
    moment = next(s for s in read if s.scene == where[0]).moments[where[1]]
    assert (moment.who, moment.how, moment.text) == (mine, "softly", "I said no.")
    assert len(server.chats) == len({m.who for s in scenes for m in s.moments} - {""})


def test_an_actor_cannot_change_somebody_elses_line(hire: Hire) -> None:
    outline = outlined(hire)
    crew, _ = hire(Studio(seed=1))
    scenes = [crew.scene(outline, s.id, catalogue()) for s in outline.scenes]
    greedy = {"changes": [{"line": "1.1", "text": "All of it is mine."}]}
    actors, _ = hire(lambda request: greedy)
    assert actors.read_through(outline, scenes, catalogue()) == scenes
