"""Directing notes of the script that ask for a shot: ``camera: slow push on MARA``."""

from __future__ import annotations

import re

from filmagent.crew.house.slate import Slate
from filmagent.documents.breakdown import Beat
from filmagent.documents.shots import Move, Setup, Size, Speed

_MOVES: list[tuple[str, Move]] = [
    (r"push|dolly in|track in|move in|closer", "push_in"),
    (r"pull|dolly out|track out|widen", "pull_out"),
    (r"pan\b", "pan"),
    (r"tilt", "tilt"),
    (r"arc|circle|orbit", "arc"),
    (r"crane|boom|rise", "crane"),
    (r"zoom", "zoom"),
    (r"follow", "follow"),
    (r"lead", "lead"),
    (r"hand-?held|shaky", "handheld"),
    (r"truck|track|dolly|slide", "truck"),
    (r"pedestal", "pedestal"),
]
_SIZES: list[tuple[str, Size]] = [
    (r"extreme close|ecu\b|detail", "ECU"),
    (r"medium close|mcu\b", "MCU"),
    (r"close|cu\b", "CU"),
    (r"extreme (?:long|wide)|els\b", "ELS"),
    (r"medium long|mls\b", "MLS"),
    (r"cowboy|american", "cowboy"),
    (r"medium|ms\b", "MS"),
    (r"wide|long|ls\b|master", "LS"),
]


class Directions(Slate):
    """Adds the setups that the script asks for."""

    def _directed(self) -> None:
        """Directing notes of the script: ``camera: slow push on MARA``."""
        for beat, _, _ in self.timed:
            for note in beat.directions:
                head, colon, wish = note.partition(":")
                if colon and head.strip().casefold() in ("camera", "shot"):
                    self._direct(beat, wish.strip())

    def _direct(self, beat: Beat, wish: str) -> None:
        low = wish.casefold()
        named = [
            a
            for a in self.actors
            if re.search(rf"(?<!\w){re.escape(a.replace('_', ' '))}(?!\w)", low)
        ]
        default = beat.speaker if beat.speaker in self.actors else next(iter(beat.people), "")
        here = self._present([beat])
        subjects = [p for p in named or [default] if p in here] or here[:1]
        move: Move = next((m for pattern, m in _MOVES if re.search(pattern, low)), "static")
        size = next((s for pattern, s in _SIZES if re.search(pattern, low)), None)
        speed: Speed = (
            "slow" if "slow" in low else "fast" if re.search("fast|quick", low) else "normal"
        )
        index = self.order[beat.id]
        near = [b for b, _, _ in self.timed[index : index + 2]]
        beats = [b.id for b in near if b is beat or set(subjects) & set(self._present([b]))]
        other = next((p for p in here if p not in subjects), "")
        line, side = (
            self.sides.get(frozenset((subjects[0], other)), ([], "any"))
            if subjects
            else ([], "any")
        )
        self.setups.append(
            Setup(
                id=str(len(self.setups)),
                kind="single"
                if len(subjects) == 1
                else "two_shot"
                if len(subjects) == 2
                else "master",
                idiom="as directed",
                size=size or ("MCU" if len(subjects) == 1 else "MLS"),
                view="three_quarter",
                subjects=subjects,
                move=move,
                speed=speed,
                rig="handheld"
                if move == "handheld"
                else "tripod"
                if move in ("static", "pan", "tilt", "zoom")
                else "dolly",
                beats=beats,
                line=line,
                side=side,  # type: ignore[arg-type]
                motive="" if move == "static" else f"The script asks for it: {wish}.",
                why=f"The script directs: {wish}.",
            )
        )
