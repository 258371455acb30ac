"""People's recordings in a film's folder: which file is which line.

``recordings/1.4.wav`` is the line of beat 1.4 (its id in ``breakdown.json``);
``recordings/mara_3.wav`` is Mara's third line in the film, and moves on when one is written
before it. The beat's own file goes before the character's.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from filmagent.documents import Breakdown

ENDINGS = (".wav", ".flac", ".aif", ".aiff", ".mp3", ".m4a", ".ogg", ".opus")
"""The sound files that are looked at; where there are two of a line, the earlier kind."""


def recordings(folder: Path, breakdown: Breakdown) -> tuple[dict[str, Path], list[str]]:
    """Which lines people have recorded.

    Parameters
    ----------
    folder
        The film's ``recordings/``; it need not be there.
    breakdown
        Whose lines they are.

    Returns
    -------
    found, strays
        Beat id → file; and the names of sound files that are no line's.
    """
    if not folder.is_dir():
        return {}, []
    beats, numbered = _names(breakdown)
    found: dict[str, Path] = {}
    strays: list[str] = []
    for path in sorted(folder.iterdir(), key=_rank):
        if path.suffix.lower() not in ENDINGS or not path.is_file():
            continue
        stem = path.stem.casefold()
        beat = beats.get(stem) or numbered.get(stem)
        if beat is None:
            strays.append(path.name)
        elif beat not in found or (stem in beats and found[beat].stem.casefold() not in beats):
            found[beat] = path
    return found, strays


def _names(breakdown: Breakdown) -> tuple[dict[str, str], dict[str, str]]:
    """Stems of files → beat ids: by the beat's id, and by the character's count of lines."""
    beats: dict[str, str] = {}
    numbered: dict[str, str] = {}
    said: Counter[str] = Counter()
    for scene in breakdown.scenes:
        for beat in scene.beats:
            if beat.kind != "line":
                continue
            beats[beat.id.casefold()] = beats[beat.id.casefold().replace(".", "_")] = beat.id
            if beat.speaker:
                said[beat.speaker] += 1
                numbered[f"{beat.speaker.casefold()}_{said[beat.speaker]}"] = beat.id
    return beats, numbered


def _rank(path: Path) -> tuple[int, str]:
    ending = path.suffix.lower()

    return (ENDINGS.index(ending) if ending in ENDINGS else len(ENDINGS)), path.name
