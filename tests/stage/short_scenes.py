"""Short scenes for tests: written as lines of text, played on the library's sets."""

from __future__ import annotations

import re
from functools import cache

from filmagent.crew.house.blocking import block
from filmagent.documents import (
    Beat,
    Breakdown,
    Catalogue,
    Character,
    MemberEntry,
    Prop,
    PropEntry,
    Scene,
    SceneBlocking,
    SceneTiming,
    Span,
    SpokenLine,
    Word,
)
from filmagent.library import actions, sets
from filmagent.stage import schedule

CAST = {
    "ines": ("female", "adult"),
    "ruth": ("female", "old"),
    "nadia": ("female", "adult"),
    "walter": ("male", "old"),
    "tomas": ("male", "adult"),
    "kofi": ("male", "adult"),
}
PROPS = ["cup", "glass", "phone", "key", "letter", "book", "bag", "newspaper", "pen", "laptop"]
MARA = ("MARA", "female", "ines")
JONAS = ("JONAS", "male", "walter")
LENA = ("LENA", "female", "nadia")


@cache
def catalogue() -> Catalogue:
    return Catalogue(
        sets=[sets.load(name).entry() for name in ("cafe", "street")],
        members=[
            MemberEntry(
                name=n,
                title=n,
                gender=g,
                age=a,
                years=70 if a == "old" else 30,
                words=[],
                height=1.7,
            )
            for n, (g, a) in CAST.items()
        ],
        actions=actions.load(),
        voices=[],
        props=[PropEntry(name=p, words=[p]) for p in PROPS],
    )


def film(
    script: str,
    *people: tuple[str, str, str],
    place: str = "cafe",
    time: str = "day",
    props: tuple[str, ...] = (),
) -> Breakdown:
    """A breakdown of one scene.

    Each line of ``script`` is a beat: ``NAME (parenthetical): words`` is a line (``NAME (V.O.)``
    and ``(O.S.)`` too), ``...`` a pause, ``[[note]]`` a direction of the beat before it, anything
    else action.
    """
    ids = {name: name.casefold().replace(" ", "_") for name, _, _ in people}
    beats: list[Beat] = []
    for number, text in enumerate(line.strip() for line in script.strip().splitlines()):
        span = Span(first=number + 1, end=number + 2)
        if text.startswith("[["):
            beats[-1].directions.append(text.strip("[]"))
            continue
        identifier = f"1.{len(beats) + 1}"
        said = re.match(r"(\S+?)((?: \([^)]*\))*): (.+)", text)
        if text == "...":
            beats.append(Beat(id=identifier, kind="pause", span=span))
        elif said and said.group(1) in ids:
            who, notes, words = ids[said.group(1)], said.group(2), said.group(3)
            delivery = "vo" if "(V.O.)" in notes else "os" if "(O.S.)" in notes else "on"
            manner = re.sub(r"\((?:V\.O\.|O\.S\.)\)", "", notes).strip(" ()")
            beats.append(
                Beat(
                    id=identifier,
                    kind="line",
                    text=words.removesuffix(" --"),
                    speaker=who,
                    overlapped=words.endswith("--"),
                    parenthetical=manner,
                    people=[who],
                    delivery=delivery,
                    span=span,  # type: ignore[arg-type]
                )
            )
        else:
            named = [i for n, i in ids.items() if re.search(rf"\b{n}\b", text, re.IGNORECASE)]
            named.sort(key=lambda i: text.casefold().index(i.replace("_", " ")))
            beats.append(Beat(id=identifier, kind="action", text=text, people=named, span=span))
    scene = Scene(
        id="1",
        slugline="INT. HERE - DAY",
        setting="int" if place == "cafe" else "ext",
        place="HERE",
        time=time,
        set=place,
        people=list(ids.values()),  # type: ignore[arg-type]
        props=[Prop(id=p, name=p, model=p) for p in props],
        beats=beats,
        span=Span(first=1, end=99),
    )
    characters = [
        Character(id=ids[n], name=n, gender=g, member=m)
        for n, g, m in people  # type: ignore[arg-type]
    ]
    return Breakdown(title="Test", characters=characters, scenes=[scene])


def spoken(scene: Scene, seconds: dict[str, float] | None = None) -> list[SpokenLine]:
    """Recordings: 0.33 s a word, at least 0.6 s, or as told."""
    found = []
    for beat in scene.beats:
        if beat.kind == "line":
            words = beat.text.split()
            long = (seconds or {}).get(beat.id, max(0.6, 0.33 * len(words)))
            step = long / max(len(words), 1)
            found.append(
                SpokenLine(
                    beat=beat.id,
                    actor=beat.speaker or "",
                    text=beat.text,
                    wav="",
                    seconds=long,
                    words=[
                        Word(text=w, start=i * step, end=(i + 0.9) * step)
                        for i, w in enumerate(words)
                    ],
                )
            )
    return found


def blocked(breakdown: Breakdown, seed: int = 0) -> SceneBlocking:
    return block(breakdown.scenes[0], breakdown, catalogue(), seed)


def played(
    breakdown: Breakdown,
    seed: int = 0,
    seconds: dict[str, float] | None = None,
    previous: SceneTiming | None = None,
    heights: dict[str, float] | None = None,
) -> SceneTiming:
    """Block and schedule the scene of a breakdown."""
    scene = breakdown.scenes[0]
    members = {c.id: c.member for c in breakdown.characters}
    return schedule(
        scene,
        blocked(breakdown, seed),
        spoken(scene, seconds),
        members,
        seed,
        previous,
        heights=heights,
    )
