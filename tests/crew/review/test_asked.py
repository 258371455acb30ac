"""Models judge shots by frames and figures; what they propose is checked before it counts."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from filmagent.crew.model import ModelSettings
from filmagent.crew.model.opening import open_model
from filmagent.crew.review import Judgement, Look, ask, looks
from filmagent.crew.transcript import Transcript
from filmagent.documents import TakeReport
from tests.crew.loopback import Loopback
from tests.crew.notes.test_rules import dailies

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def shown() -> list[Look]:
    film = dailies()
    assert film.edit is not None
    reports = {
        name: TakeReport(
            take=f"{name}_t01", setup=name, scene="2", lens_mm=50, first=0, end=200, static=True,
            scores={"visible": 0.5 if name == "2C" else 1.0},
        )
        for name in film.setups
    }  # fmt: skip
    return looks(film.setups, reports, film.edit)


def judged(tmp_path: Path, script: Any, **more: Any) -> tuple[list[Judgement], Loopback]:
    with Loopback(script) as server:
        settings = ModelSettings(url=server.url, name="m", sees=True, backoff_s=0.01)
        model = open_model(settings, tmp_path / "answers")
        log = Transcript(tmp_path / "transcript.jsonl").of(department="dailies")
        found = ask(shown(), dailies(), model, log, frame=lambda look: PNG, **more)
        return found, server


def studio(*shots: dict[str, Any], approved: list[str]) -> Any:
    def answer(request: dict[str, Any]) -> Any:
        text = str(request["messages"])
        if "Which of these reshoots" in text:
            return {"approved": approved, "why": "it serves the story"}
        return {"shots": list(shots)}

    return answer


RESHOOT = {
    "setup": "2C",
    "verdict": "reshoot",
    "why": "a pillar hides her",
    "change": {"setup": "2C", "size": "CU"},
}
KEEP = {"setup": "2A", "verdict": "keep", "why": "it is good"}


def test_what_the_cinematographer_proposes_and_the_director_approves_is_shot(
    tmp_path: Path,
) -> None:
    found, server = judged(tmp_path, studio(KEEP, RESHOOT, approved=["2C"]))
    assert [(j.setup, j.change.size) for j in found] == [("2C", "CU")]
    first = server.chats[0].request["messages"][-1]["content"]
    assert sum(part["type"] == "image_url" for part in first) == len(shown())
    assert "hidden for 50% of the time" in server.chats[0].text


def test_the_director_may_refuse(tmp_path: Path) -> None:
    found, _ = judged(tmp_path, studio(RESHOOT, approved=[]))
    assert found == []


def test_a_proposal_that_cannot_be_is_the_rules_business(tmp_path: Path) -> None:
    wrong = RESHOOT | {"change": {"setup": "2D", "size": "CU"}}
    found, server = judged(tmp_path, studio(wrong, approved=["2C"]))
    assert len([c for c in server.chats if "approved" not in c.answer]) == 3
    assert [j.setup for j in found] == ["2C"] and found[0].change.view == "three_quarter"


def test_what_a_person_decided_is_not_proposed_away(tmp_path: Path) -> None:
    found, server = judged(
        tmp_path, studio(RESHOOT, approved=["2C"]), wished={"2C": {"size", "view"}}
    )
    assert all(j.change.size is None and j.change.view is None for j in found)
    assert "person's note has decided" in server.chats[1].text
