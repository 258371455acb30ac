"""A whole crew by script, for the loopback server: competent, varied, the same for the same seed.

>>> with Loopback(Studio(seed=3)) as server: ...

`Studio` reads the material of each request and answers as a good model would: outlines in the
idea's language, scenes with moves in them, actors who change a line, casting, sets, blocking that
can be played, shots of many types. It knows no film but what it is told.
"""

from __future__ import annotations

import json
import random
import re
import tomllib
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any

from filmagent.crew.house.language import guess_language

Material = dict[str, Any]
_BLOCK = re.compile(r"```json\n(\{.*?\n\})\n```", re.DOTALL)

WORDS: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("scripted_words.toml").read_text(encoding="utf-8")
)
_EMOTIONS = ["neutral", "angry", "sad", "happy", "afraid", "surprised", "neutral", "disgusted"]
_GESTURES = ["nod", "shake_head", "shrug", "point", "think", "cross_arms", "lean_in", "laugh"]


def material(request: dict[str, Any]) -> Material:
    """The material of a request: the first fenced block of its words."""
    for message in reversed(request["messages"]):
        content = message["content"]
        text = content if isinstance(content, str) else "".join(p.get("text", "") for p in content)
        found = _BLOCK.search(text)
        if found:
            return dict(json.loads(found[1]))
    return {}


class Studio:
    """Answers chat completion requests as the crew would.

    Parameters
    ----------
    seed
        Another seed is another film.
    scenes, people
        Of an outline.
    speeches
        Of a scene.
    """

    def __init__(self, seed: int = 0, scenes: int = 3, people: int = 3, speeches: int = 14) -> None:
        self.seed, self.scenes, self.people, self.speeches = seed, scenes, people, speeches
        self.desks: list[tuple[set[str], Callable[[Material, random.Random], Any]]] = [
            ({"idea", "outline"}, self.outline_review),
            ({"idea", "cast"}, self.outline),
            ({"film", "doing"}, self.pages),
            ({"film", "you"}, self.lines),
            ({"characters", "members"}, self.casting),
            ({"places", "sets"}, self.locations),
            ({"scene", "plans"}, self.light),
            ({"beats", "marks"}, self.blocking),
            ({"cinematographer", "beats"}, self.cover),
            ({"beats", "shots"}, self.select),
        ]

    def __call__(self, request: dict[str, Any]) -> Any:
        """The answer to a request."""
        told = material(request)
        for keys, answer in self.desks:
            if keys <= told.keys():
                return answer(told, self._random(told))
        return {"complaints": []}

    def _random(self, told: Material) -> random.Random:
        text = json.dumps(told, sort_keys=True, ensure_ascii=True)
        return random.Random(blake2b(f"{self.seed}{text}".encode(), digest_size=8).hexdigest())

    # writing

    def outline(self, told: Material, rng: random.Random) -> Any:
        language = guess_language(told["idea"])
        words = WORDS.get(language, WORDS["en"])
        names = rng.sample(words["names"], min(self.people, len(words["names"])))
        scenes = []
        for number in range(self.scenes):
            present = [
                names[(number + k) % len(names)] for k in range(min(2 + number % 2, len(names)))
            ]
            place = words["places"][number % len(words["places"])]
            pair = {"a": present[0], "b": present[1 % len(present)]}
            scenes.append(
                {
                    "setting": "ext" if number % 3 == 1 else "int",
                    "place": place,
                    "time": ["day", "dusk", "night", "dawn"][number % 4],
                    "people": present,
                    "happens": words["happens"][number % len(words["happens"])].format(**pair),
                }
            )
        seen = {name for scene in scenes for name in scene["people"]}
        return {
            "title": words["lines"][self.seed % len(words["lines"])].strip("!?.…。！？؟"),
            "language": language,
            "premise": words["premise"][0].format(a=names[0], b=names[1 % len(names)]),
            "people": [
                {
                    "name": name,
                    "gender": "female" if k % 2 == 0 else "male",
                    "age": "adult",
                    "about": words["about"][k % len(words["about"])],
                }
                for k, name in enumerate(names)
                if name in seen
            ],
            "scenes": scenes,
        }

    def outline_review(self, told: Material, rng: random.Random) -> Any:
        return {"complaints": []}

    def pages(self, told: Material, rng: random.Random) -> Any:
        words = WORDS.get(told["film"]["language"], WORDS["en"])
        people = told["scene"]["people"]
        pair = {"a": people[0], "b": people[1 % len(people)]}
        moments: list[dict[str, str]] = [{"text": words["opens"][0].format(**pair)}]
        if len(people) > 2:
            moments[0]["text"] += " " + ", ".join(people[2:]) + "."
        start = rng.randrange(len(words["lines"]))
        for number in range(self.speeches):
            if number and number % 5 == 0:
                move = words["moves"][rng.randrange(len(words["moves"]))]
                moments.append({"text": move.format(**pair)})
            text = words["lines"][(start + number) % len(words["lines"])]
            moments.append({"who": people[number % len(people)], "text": text})
        moments.append({"text": words["ends"][0].format(**pair)})
        return {"moments": moments}

    def lines(self, told: Material, rng: random.Random) -> Any:
        rows = [row for scene in told["scenes"] for row in scene["lines"]]
        row = rng.choice(rows)
        return {"changes": [{"line": row["line"], "text": row["says"] + " …"}]}

    # breaking down

    def casting(self, told: Material, rng: random.Random) -> Any:
        free = [m for m in told["members"] if m["name"] not in told.get("settled", {}).values()]
        parts = []
        for character in told["characters"]:
            wanted = character.get("gender", "unknown")
            fitting = [m for m in free if wanted in ("unknown", m["gender"])]
            kind = [m for m in told["members"] if wanted in ("unknown", m["gender"])]
            member = rng.choice(fitting or free or kind or told["members"])
            free = [m for m in free if m is not member]
            parts.append({"character": character["name"], "member": member["name"]})
        return {"parts": parts}

    def locations(self, told: Material, rng: random.Random) -> Any:
        places = []
        for place in told["places"]:
            fits = [s for s in told["sets"] if place["inside"] in (s["inside"], "int/ext")]
            named = [s for s in fits if place["name"].casefold() in s["like"]]
            chosen = (named or [rng.choice(fits or told["sets"])])[0]
            props = rng.sample(told["props"], min(2, len(told["props"])))
            why = "It has the marks and the door."
            places.append({"place": place["id"], "set": chosen["name"], "props": props, "why": why})
        return {"places": places}

    def light(self, told: Material, rng: random.Random) -> Any:
        return {"plan": told["plans"][0], "why": "It fits the hour."}

    # staging

    def blocking(self, told: Material, rng: random.Random) -> Any:
        return _Stage(told, rng).staging()

    # shooting

    def cover(self, told: Material, rng: random.Random) -> Any:
        return {"shots": _Camera(told, rng).shots()}

    def select(self, told: Material, rng: random.Random) -> Any:
        talk = ("two_shot", "group", "ots", "single", "reaction")
        order = [line.split()[0] for line in told["beats"]]
        keep: list[str] = []
        moving = spoken = 0
        # one that shows everything first, then one by one what is new
        shots = sorted(told["shots"], key=lambda s: s.split()[1] not in ("master", "establishing"))
        for shot in shots:
            name, kind = shot.split()[:2]
            moves = ", static:" not in shot
            if len(keep) >= told["most_shots"] or (
                kind in talk and moves and 4 * (moving + 1) > spoken + 1
            ):
                continue
            keep.append(name)
            spoken += kind in talk
            moving += kind in talk and moves
        for beat in order:
            if not any(_holds(s, beat, order) for s in shots if s.split()[0] in keep):
                keep += [s.split()[0] for s in shots if _holds(s, beat, order)][:1]
        beat = told["beats"][-1].split()[0]
        return {"keep": keep, "hold": [{"beat": beat, "shot": keep[0], "why": "It ends here."}]}


def _holds(shot: str, beat: str, order: list[str]) -> bool:
    found = re.search(r", (\S+) to (\S+), ", shot)
    if found is None or found[1] not in order or found[2] not in order:
        return False
    low, high = sorted((order.index(found[1]), order.index(found[2])))
    return low <= order.index(beat) <= high


class _Stage:
    """A director who knows where everybody is."""

    def __init__(self, told: Material, rng: random.Random) -> None:
        self.told, self.rng = told, rng
        self.marks = {
            name: {
                "kind": text.split(",")[0],
                "talk": (re.search(r"talk ([^;]*)", text) or ["", ""])[1].split(),
                "far": "background" in text,
            }
            for name, text in told["marks"].items()
        }
        self.doors = list(told["doors"])
        self.actions = told["actions"]
        self.at: dict[str, str] = {}
        self.sits: set[str] = set()
        self.starts: list[dict[str, Any]] = []
        self.deeds: list[dict[str, Any]] = []
        self.said: list[dict[str, Any]] = []

    def staging(self) -> Any:
        draft = self.told.get("draft", {})
        self.comes = self._cues("enter")
        self.goes = self._cues("exit")
        if "so_far" in self.told:
            for name, where in self.told["so_far"].items():
                if where != "away":
                    self.at[name] = where.split(",")[0]
                    if "sits" in where:
                        self.sits.add(name)
        else:
            self._begin(draft.get("starts", []))
        quiet = 0
        for beat in self.told["beats"]:
            self._doors(beat)
            quiet = self._beat(beat, quiet)
        return {"starts": self.starts, "deeds": self.deeds, "said": self.said}

    def _cues(self, action: str) -> dict[str, list[str]]:
        """Beat → who comes or goes in it, by the draft."""
        found: dict[str, list[str]] = {}
        names = sorted((p["name"] for p in self.told["people"]), key=len, reverse=True)
        for line in self.told.get("draft", {}).get("deeds", []):
            beat, _, rest = line.partition(" ")
            name = next((n for n in names if rest.startswith(n + " ")), "")
            if name and rest[len(name) + 1 :].startswith(action):
                found.setdefault(beat, []).append(name)
        return found

    def _begin(self, drafted: list[str]) -> None:
        names = sorted((p["name"] for p in self.told["people"]), key=len, reverse=True)
        present = [n for line in drafted for n in names if line.startswith(n + " ")]
        for name in dict.fromkeys(present):
            mark = self._free_mark("stand") or self._free_mark("seat")
            if mark is None:
                continue
            self.at[name] = mark
            sits = self.marks[mark]["kind"] == "seat"
            if sits:
                self.sits.add(name)
            others = [o for o in self.at if o != name]
            start = {"who": name, "mark": mark, "sits": sits}
            self.starts.append(start | ({"faces": others[0]} if others and not sits else {}))

    def _free_mark(self, kind: str) -> str | None:
        taken = set(self.at.values())
        free = [m for m, e in self.marks.items() if e["kind"] == kind and m not in taken]
        near = [m for m in free if set(self.marks[m]["talk"]) & taken]
        front = [m for m in free if not self.marks[m]["far"]]
        choice = near or front or free
        return self.rng.choice(choice) if choice else None

    def _doors(self, beat: dict[str, Any]) -> None:
        for name in self.comes.get(beat["id"], []):
            if name not in self.at and self.doors:
                self._do(beat, name, "enter", self.rng.choice(self.doors), "early")
                self.at[name] = ""
                mark = self._free_mark("stand")
                if mark:
                    self._do(beat, name, "walk", mark, "middle")
                    self.at[name] = mark
        for name in self.goes.get(beat["id"], []):
            if name in self.at and self.doors:
                if name in self.sits:
                    self._do(beat, name, "stand", "", "early")
                self._do(beat, name, "exit", self.doors[0], "middle")
                self.at.pop(name)
                self.sits.discard(name)

    def _beat(self, beat: dict[str, Any], quiet: int) -> int:
        speaker = beat.get("who", "")
        if "says" in beat:
            others = [n for n in self.at if n != speaker]
            if speaker not in self.at and not beat.get("heard") and self.doors:
                self._do(beat, speaker, "enter", self.doors[0], "early")
                self.at[speaker] = ""
            self.said.append(
                {
                    "beat": beat["id"],
                    "emotion": self.rng.choice(_EMOTIONS),
                    "energy": self.rng.randint(2, 9),
                    "to": others[0] if others else "",
                }
            )
            if quiet % 3 == 1 and speaker in self.at and others:
                self._gesture(beat, speaker, others[0])
        moved = quiet >= 4 and self._move(beat, self.rng.choice(sorted(self.at) or [""]))
        return 0 if moved else quiet + 1

    def _gesture(self, beat: dict[str, Any], name: str, other: str) -> None:
        able = [g for g in _GESTURES if g in self.actions]
        if name in self.sits:
            able = [g for g in able if "standing" not in self.actions[g].split(";")[0]]
        if able:
            action = self.rng.choice(able)
            target = other if "to: a" in self.actions[action] else ""
            self._do(beat, name, action, target, "middle")

    def _move(self, beat: dict[str, Any], name: str) -> bool:
        if not name or "heard" in beat:
            return False
        if name in self.sits:
            self._do(beat, name, "stand", "", "late")
            self.sits.discard(name)
            return True
        seat = self.rng.random() < 0.4
        mark = self._free_mark("seat" if seat else "stand")
        if mark is None:
            return False
        self._do(beat, name, "sit" if seat else "walk", mark, "late")
        self.at[name] = mark
        if seat:
            self.sits.add(name)
        return True

    def _do(self, beat: dict[str, Any], who: str, does: str, to: str, when: str) -> None:
        deed = {"beat": beat["id"], "who": who, "does": does, "when": when}
        self.deeds.append(deed | ({"to": to} if to else {}))


class _Camera:
    """A cinematographer: 1 is classical, 2 is not."""

    def __init__(self, told: Material, rng: random.Random) -> None:
        self.told, self.rng, self.second = told, rng, told["cinematographer"] == 2
        self.beats = told["beats"]
        self.ids = [beat["id"] for beat in self.beats]
        self.people = sorted(told["people"], key=len, reverse=True)
        self.made: list[dict[str, Any]] = []
        self.talk = self.moves = 0

    def shots(self) -> list[dict[str, Any]]:
        first = self.ids[0]
        opening = self.rng.choice(["crane", "truck", "pan", "static", "pull_out", "tilt"])
        far = self.rng.choice(["LS", "ELS", "MLS"])
        self._shot("establishing", far, [], first, self.ids[min(1, len(self.ids) - 1)],
                   move=opening, angle="high" if self.second else "eye")  # fmt: skip
        if not self.second:
            self._shot("master", "LS", self._seen(), first, self.ids[-1])
        else:
            kind = "group" if len(self._seen()) > 2 else "master"
            self._shot(kind, "MLS", self._seen(), first, self.ids[-1], view="three_quarter")
        for beat in self.beats:
            self._events(beat)
        stays = sorted(self.told["stays"], key=lambda s: -len(self._own(s)))
        for stay in stays:
            if len(self.made) + 8 <= self.told["most_shots"]:
                self._stay(stay)
        return self.made[: self.told["most_shots"]]

    def _own(self, stay: str) -> list[dict[str, Any]]:
        first, _, last = stay.partition(": ")[0].partition(" to ")
        return list(self.beats[self.ids.index(first) : self.ids.index(last) + 1])

    def _seen(self) -> list[str]:
        """Who is ever there: in a stay, or speaking."""
        names = [n for stay in self.told["stays"] for n in stay.partition(": ")[2].split(", ")]
        names += [b["who"] for b in self.beats if "says" in b and "heard" not in b]
        return [name for name in dict.fromkeys(names) if name != "nobody"]

    def _events(self, beat: dict[str, Any]) -> None:
        for deed in beat.get("does", []):
            name = next((n for n in self.people if deed.startswith(n + " ")), "")
            rest = deed[len(name) + 1 :].split()
            if not name or not rest:
                continue
            if rest[0] in ("enter", "exit"):
                kind = "entrance" if rest[0] == "enter" else "exit"
                self._shot(
                    kind, self.rng.choice(["MLS", "LS", "MS"]), [name], beat["id"], beat["id"]
                )
            elif rest[0] == "walk":
                move = self.rng.choice(["follow", "lead", "truck", "handheld"])
                self._shot("follow", "cowboy", [name], beat["id"], beat["id"], move=move,
                           view="back" if move == "follow" else "three_quarter")  # fmt: skip
            elif rest[0] in ("pick_up", "put_down", "read", "drink", "phone") and rest[1:]:
                self._insert(rest[1], beat["id"])

    def _range(self, first: str, last: str) -> set[str]:
        return set(self.ids[self.ids.index(first) : self.ids.index(last) + 1])

    def _insert(self, thing: str, beat: str) -> None:
        if thing in self.told.get("things", []):
            self._shot("insert", "CU", [thing], beat, beat)

    def _stay(self, stay: str) -> None:
        span, _, names = stay.partition(": ")
        first, _, last = span.partition(" to ")
        people = [n for n in names.split(", ") if n != "nobody"]
        own = self._own(stay)
        spoken = [b for b in own if "says" in b and b["who"] in people and "heard" not in b]
        speakers = list(dict.fromkeys(b["who"] for b in spoken))
        if len(people) == 1:
            self._shot("single", "MS" if self.second else "MLS", people, first, last)
        elif len(people) > 1:
            a = (speakers or people)[0]
            b = next((p for p in [*speakers, *people] if p != a), people[1])
            if len(people) == 2:
                self._shot("two_shot", "MS" if self.second else "MLS", [a, b], first, last,
                           view="profile" if self.second else "front")  # fmt: skip
            else:
                self._shot("group", "MLS", people, first, last)
            if speakers:
                size = "MCU" if self.second else "MS"
                self._shot("ots", size, [a], first, last, over=b)
                self._shot("ots", size, [b], first, last, over=a)
                self._close(people, spoken, first, last)

    def _close(self, people: list[str], spoken: list[Any], first: str, last: str) -> None:
        for person in people[:4]:
            view = "three_quarter" if self.second else "front"
            self._shot("single", "CU" if self.second else "MCU", [person], first, last, view=view)
        turn = spoken[-1]
        move = self.rng.choice(["push_in", "zoom", "arc", "pedestal", "handheld", "static"])
        angle = self.rng.choice(["low", "eye", "high"])
        size = "ECU" if self.second else "CU"
        self._shot("single", size, [turn["who"]], turn["id"], turn["id"], move=move, angle=angle)
        listener = next(p for p in people if p != turn["who"])
        self._shot("reaction", "MCU", [listener], turn["id"], last, view="profile")

    def _shot(
        self, kind: str, size: str, of: list[str], first: str, last: str, **more: Any
    ) -> None:
        for other in self.made:
            alike = (other["kind"], other["of"], other["size"]) == (kind, of, size)
            if alike and self._range(other["first"], other["last"]) & self._range(first, last):
                return
        talk = kind in ("single", "ots", "two_shot", "group", "reaction")
        if talk and more.get("move", "static") != "static":
            if 4 * (self.moves + 1) > self.talk + 1:
                more["move"] = "static"
            self.moves += more["move"] != "static"
        self.talk += talk
        move = more.pop("move", "static")
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
        number = len(self.made)
        name = letters[number] if number < 24 else letters[number // 24 - 1] + letters[number % 24]
        board = f"{', '.join(of) or 'The place'}, {size}."
        motive = {"motive": f"Something changes: the camera answers with a {move}."}
        self.made.append(
            {"id": name, "kind": kind, "size": size, "of": of, "first": first, "last": last,
             "board": board, **more, **({"move": move, **motive} if move != "static" else {})}
        )  # fmt: skip
