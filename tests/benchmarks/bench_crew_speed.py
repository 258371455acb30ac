"""How long does a film take when every call takes equally long: our chain against a serial one?

``python tests/benchmarks/bench_crew_speed.py [SECONDS_A_CALL]``

Both ask the same loopback server over HTTP, which waits the same time (default 5 s) before every
answer. Ours makes a 3-scene film of an idea as far as its shot list. Its wall time is given twice:
of the stages in which the crew is asked, which is what the other chain does too, and of all with
the voices that the shot list is timed by, which are this machine's work and none of the model's.
The other is the chain of FilmAgent (Xu et al., 2025) in its worst case, 41 calls
one after the other: casting, plan, dialogue; positions and actions of each scene; three rounds of
critique, correction and verification by the director; four actors' reviews, the director's filter,
three rounds of correction and verification; moves; two cinematographers, four rounds of mutual
review, a judge. Each of its calls sends what that stage works on, which from the actions on is the
whole script in its own JSON, and corrections answer with the whole script; the words are those of
our film, so both films are equally long. Tokens are counted alike for both: a token for four bytes
of what is sent and answered; of ours also with the JSON schemas that go along.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from openai import OpenAI  # noqa: E402

from filmagent.documents.settings import ModelChoice  # noqa: E402
from filmagent.film import Film, benching, make  # noqa: E402
from filmagent.film.production import Event, save_settings  # noqa: E402
from filmagent.film.writing import CoverageStage  # noqa: E402
from tests.crew.loopback import Loopback, Request, schema_of, tokens_of  # noqa: E402
from tests.crew.scripted_crew import Studio  # noqa: E402

SECONDS = 5.0
ASKING = ("outline", "scenes", "dialogue", "breakdown", "blocking", "shotlist")
GUIDE = (
    "You are the {role} of a film crew. Follow the rules of the stage: use only the characters, "
    "locations, positions, actions and shots that are listed, keep the number of lines, keep the "
    "order, answer with JSON and nothing else. Explain nothing outside of the JSON. "
)
"""What a prompt of the chain says besides its material: much less than any real one."""


@dataclass
class Step:
    """One call of the serial chain."""

    role: str
    sends: Any
    answers: Any


def script_of(film: Film) -> list[dict[str, Any]]:
    """Our film's words in FilmAgent's JSON."""
    script = benching.script_of(film)
    assert script is not None
    scenes = []
    for scene in script.scenes:
        places = [
            {"character": p, "position": f"Position {i}"} for i, p in enumerate(scene.people, 1)
        ]
        about = {"who": list(scene.people), "where": scene.place, "what": scene.about}
        lines = [
            {
                "speaker": line.speaker,
                "content": line.text,
                "actions": [
                    {
                        "character": line.speaker,
                        "state": "standing",
                        "action": "Standing Talking 1",
                    }
                ],
                "shot": "Medium Shot",
                "current position": places,
            }
            for line in scene.lines
            if line.text
        ]
        scenes.append({"scene information": about, "scene": lines, "initial position": places})
    return scenes


def spoken(script: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The script before it is staged: speakers and words."""
    return [
        {
            "scene information": s["scene information"],
            "dialogues": [{k: x[k] for k in ("speaker", "content")} for x in s["scene"]],
        }
        for s in script
    ]


def chain(script: list[dict[str, Any]], idea: str) -> list[Step]:
    """The 41 calls of a film in the worst case, in order."""
    people = sorted({p for s in script for p in s["scene information"]["who"]})[:4]
    plan = [s["scene information"] for s in script]
    words = spoken(script)
    critique = {"advice": ["Line 3 does not follow from line 2: say why he came."] * 3}
    done = {"solved": True, "why": "The advice has been taken."}
    steps = [
        Step("director", idea, [{"name": p, "traits": "calm, thoughtful"} for p in people]),
        Step("director", [idea, people], plan),
        Step("screenwriter", [people, plan], words),
    ]
    for said, staged in zip(words, script, strict=True):
        steps.append(Step("director", said, staged["initial position"]))
    for said, staged in zip(words, script, strict=True):
        acted = [{k: x[k] for k in ("speaker", "content", "actions")} for x in staged["scene"]]
        steps.append(Step("screenwriter", said, acted))
    for _ in range(3):
        steps += [
            Step("director", script, critique),
            Step("screenwriter", [script, critique], script),
            Step("director", [script, critique], done),
        ]
    steps += [Step(f"actor {k}", script, critique) for k in range(4)]
    steps.append(Step("director", [script, [critique] * 4], critique))
    for _ in range(3):
        steps += [
            Step("screenwriter", [script, critique], script),
            Step("director", [script, critique], done),
        ]
    steps.append(Step("screenwriter", script, script))
    shots = [["Medium Shot" for _ in s["scene"]] for s in script]
    for _ in range(2):
        steps.append(Step("cinematographer", script, shots))
    for _ in range(4):
        steps += [
            Step("cinematographer 1", [script, shots, shots], [shots, critique]),
            Step("cinematographer 2", [script, shots, shots], [shots, critique]),
        ]
    steps.append(Step("director", [script, shots, shots], [shots, done]))
    return steps


def serial(steps: list[Step], latency: float) -> tuple[float, int, int]:
    """The chain's wall seconds, tokens and calls."""
    answers = iter(steps)
    with Loopback(lambda request: next(answers).answers, latency=latency) as server:
        client = OpenAI(base_url=server.url, api_key="none", max_retries=0)
        began = time.monotonic()
        for step in steps:
            client.chat.completions.create(
                model="studio",
                messages=[
                    {"role": "system", "content": GUIDE.format(role=step.role)},
                    {"role": "user", "content": json.dumps(step.sends, ensure_ascii=False)},
                ],
            )
        return time.monotonic() - began, sum(server.tokens), len(server.chats)


@dataclass
class Taken:
    """What our film took."""

    asked: float = 0.0
    """Wall seconds of the stages that ask the crew."""
    whole: float = 0.0
    tokens: int = 0
    with_schemas: int = 0
    calls: int = 0
    at_once: int = 0


def ours(folder: Path, idea: str, latency: float) -> Taken:
    """Our film, as far as its shot list."""
    taken = Taken()

    def listen(event: Event) -> None:
        if event.kind == "end" and event.stage in ASKING:
            taken.asked += event.seconds

    with Loopback(Studio(seed=1, scenes=3, people=4), latency=latency) as server:
        choice = ModelChoice(name="studio", url=server.url, concurrency=16)
        save_settings(Film(folder).folder, crew="llm", model=choice)
        began = time.monotonic()
        make(None, folder, idea=idea, until="timing", listener=listen).run([CoverageStage()])
        taken.whole = time.monotonic() - began
        taken.tokens = sum(server.tokens)
        taken.with_schemas = taken.tokens + sum(_schema(one.request) for one in server.chats)
        taken.calls, taken.at_once = len(server.chats), server.most_at_once
    return taken


def _schema(request: Request) -> int:
    schema = schema_of(request)
    return tokens_of(json.dumps(schema)) if schema else 0


def main() -> None:
    """Print both, and their ratios."""
    latency = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    idea = next(iter(benching.ideas().values()))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "film"
        taken = ours(place, idea, latency)
        script = script_of(Film(place))
        lines = sum(len(s["scene"]) for s in script)
        steps = chain(script, idea)
        other_wall, other_tokens, other_calls = serial(steps, latency)
    print(f"{len(script)} scenes, {lines} lines, {latency:g} s a call")
    print(
        f"ours    {taken.asked:6.1f} s asking, {taken.whole:6.1f} s in all  "
        f"{taken.tokens:8,} tokens  {taken.calls} calls, {taken.at_once} at once"
    )
    print(f"serial  {other_wall:6.1f} s  {other_tokens:8,} tokens  {other_calls} calls")
    print(
        f"wall    {taken.asked / other_wall:.3f} of the serial chain's (at most 0.25); "
        f"in all {taken.whole / other_wall:.3f}"
    )
    print(
        f"tokens  {taken.tokens / other_tokens:.3f} (at most 0.5); with schemas "
        f"{taken.with_schemas / other_tokens:.3f}"
    )


if __name__ == "__main__":
    main()
