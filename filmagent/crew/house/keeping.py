"""Ids are given once: what is still there in a new draft keeps the id it had in the old one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

from filmagent.crew.house.lexicon import fold
from filmagent.documents import Beat, Scene
from filmagent.documents.ids import inserted_id, safe_scene_id

_LARGEST = 250_000
"""Pairs up to which a rewritten stretch is aligned by likeness."""

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)


def align(
    old: Sequence[T],
    new: Sequence[T],
    key: Callable[[T], Hashable],
    likeness: Callable[[T, T], float],
) -> list[int | None]:
    """For each new item the index of the old item it continues, in order.

    Equal items are anchors (difflib); between anchors the pairing with the greatest sum of
    likenesses is taken (dynamic programming); a likeness of 0 never pairs.
    """
    found: list[int | None] = [None] * len(new)
    matcher = SequenceMatcher(None, [key(o) for o in old], [key(n) for n in new], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            found[j1:j2] = range(i1, i2)
        elif tag == "replace":
            gap = _pairs(old[i1:i2], new[j1:j2], likeness)
            for place, match in enumerate(gap):
                found[j1 + place] = None if match is None else i1 + match
    return found


def _pairs(
    old: Sequence[T], new: Sequence[T], likeness: Callable[[T, T], float]
) -> list[int | None]:
    rows, columns = len(old), len(new)
    found: list[int | None] = [None] * columns
    if rows * columns > _LARGEST:
        for place in range(min(rows, columns)):
            found[place] = place if likeness(old[place], new[place]) > 0 else None
        return found
    like = [[likeness(o, n) for n in new] for o in old]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            pair = best[i + 1][j + 1] + like[i][j] if like[i][j] > 0 else -1.0
            best[i][j] = max(pair, best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < rows and j < columns:
        pair = best[i + 1][j + 1] + like[i][j] if like[i][j] > 0 else -1.0
        if pair >= best[i + 1][j] and pair >= best[i][j + 1]:
            found[j] = i
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return found


def _beat_key(beat: Beat) -> tuple[str, str, str]:
    return beat.kind, beat.speaker or "", beat.text


def _words(text: str) -> set[str]:
    folded = fold(text)
    return set(folded.split()) | (set(folded) - {" "} if " " not in folded else set())


def _overlap(a: set[H], b: set[H]) -> float:
    return len(a & b) / len(a | b) if a or b else 1.0


def _beat_likeness(old: Beat, new: Beat) -> float:
    if old.kind != new.kind or old.speaker != new.speaker:
        return 0.0
    return 0.25 + 0.75 * _overlap(_words(old.text), _words(new.text))


def keep_beat_ids(scene: str, beats: list[Beat], old: Scene | None) -> None:
    """Give the beats of a scene their ids, in place: ``<scene>.<n>``, or the old ones.

    ``beats`` come with provisional ids, which ``dual_with`` refers to.
    """
    # a scene that the script numbers anew numbers its beats anew
    before = old.beats if old and old.id == scene else []
    matched = align(before, beats, _beat_key, _beat_likeness)
    taken = {beat.id for beat in before}
    highest = max((_number(beat.id) for beat in before), default=0)
    renamed: dict[str, str] = {}
    last = f"{scene}.0"
    for place, beat in enumerate(beats):
        match = matched[place]
        if match is not None:
            new = before[match].id
        elif any(later is not None for later in matched[place + 1 :]):
            new = inserted_id(last, taken)
        else:
            highest += 1
            new = f"{scene}.{highest}"
        taken.add(new)
        renamed[beat.id] = last = new
    for beat in beats:
        beat.id = renamed[beat.id]
        if beat.dual_with is not None:
            beat.dual_with = renamed[beat.dual_with]


def _number(identifier: str) -> int:
    digits = identifier.rpartition(".")[2].rstrip("abcdefghijklmnopqrstuvwxyz")
    return int(digits) if digits.isdigit() else 0


def _scene_likeness(old: Scene, new: Scene) -> float:
    a = {_beat_key(beat) for beat in old.beats if beat.text}
    b = {_beat_key(beat) for beat in new.beats if beat.text}
    alike = 2.0 * _overlap(a, b) if a or b else 0.0
    same_place = fold(old.slugline) == fold(new.slugline)
    return alike + (0.5 if same_place else 0.0) if alike > 0.3 or same_place else 0.0


def keep_scene_ids(
    scenes: list[Scene], numbers: list[str], previous: Sequence[Scene]
) -> list[Scene | None]:
    """Give the scenes their ids, in place; return the old scene that each one continues.

    The script's own number wins; then the id of the draft before; then the next number, or, for a
    scene inserted between others, the id before it with a letter.
    """
    matched = align(
        previous,
        scenes,
        lambda s: (fold(s.slugline), *(_beat_key(beat) for beat in s.beats)),
        _scene_likeness,
    )
    old = [None if match is None else previous[match] for match in matched]
    own: dict[int, str] = {}
    for place, number in enumerate(numbers):
        if number and (identifier := safe_scene_id(number, own.values())):
            own[place] = identifier
    taken = set(own.values()) | {scene.id for scene in previous}
    given: set[str] = set(own.values())
    last = ""
    for place, scene in enumerate(scenes):
        before = old[place]
        if place in own:
            scene.id = own[place]
        elif before is not None and before.id not in given:
            scene.id = before.id
        elif last and (own or any(later is not None for later in old[place + 1 :])):
            scene.id = inserted_id(last, taken)
        else:
            scene.id = _next(taken, place)
        last = scene.id
        taken.add(last)
        given.add(last)
    return old


def _next(taken: set[str], place: int) -> str:
    numbers = [int(identifier) for identifier in taken if identifier.isdigit()]
    return str(max([*numbers, 0]) + 1) if numbers else str(place + 1)
