"""What is kept of a painted shot: its frames, what they were made from, and what was measured."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from filmagent.documents.base import write_text
from filmagent.refine.identity.colour import Offset
from filmagent.refine.metrics.report import Seen, ShotReport
from filmagent.refine.run.tries import Try
from filmagent.refine.sources import FOLDER, MODEL, SHOT


@dataclass(frozen=True)
class Kept:
    """``refined/model/<setup>/shot.json``."""

    key: str
    """The hash of everything that the shot was made from."""
    frames: Mapping[int, str]
    """The engine's key of each frame, as it was."""
    tries: Sequence[Try]
    seen: Seen
    """What was measured of the best try."""
    added: Sequence[Mapping[str, Offset]] = ()
    """What the model added to colours in some of its frames, before they were held."""

    def write(self, film: Path) -> None:
        """Write it, whole or not at all."""
        facts = {
            "key": self.key,
            "frames": {str(frame): self.frames[frame] for frame in sorted(self.frames)},
            "tries": [asdict(one) for one in self.tries],
            "seen": seen_facts(self.seen),
            "added": [dict(frame) for frame in self.added],
        }
        write_text(path(film, self.seen.report.setup), json.dumps(facts, indent=1) + "\n")


def path(film: Path, setup: str) -> Path:
    """Where it is written."""
    return film / FOLDER / MODEL / setup / SHOT


def read(film: Path, setup: str) -> Kept | None:
    """What is kept of a shot; None where nothing is, or it is damaged."""
    try:
        facts = json.loads(path(film, setup).read_text(encoding="utf-8"))
        return Kept(
            str(facts["key"]),
            {int(frame): str(key) for frame, key in facts["frames"].items()},
            [Try(**one) for one in facts["tries"]],
            seen(facts["seen"]),
            added(facts["added"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def seen(facts: Mapping[str, Any]) -> Seen:
    """A shot as it was looked at, from what `seen_facts` gave."""
    return Seen(
        ShotReport(**facts["report"]),
        {
            name: (np.asarray(refined, float), np.asarray(engine, float))
            for name, (refined, engine) in facts["colours"].items()
        },
    )


def added(facts: Sequence[Mapping[str, Any]]) -> list[dict[str, Offset]]:
    """What was added to colours, from plain data."""
    return [
        {str(name): (float(x), float(y), float(z)) for name, (x, y, z) in frame.items()}
        for frame in facts
    ]


def seen_facts(known: Seen) -> dict[str, Any]:
    """A shot as it was looked at, as plain data."""
    return {
        "report": asdict(known.report),
        "colours": {
            name: [np.round(side, 4).tolist() for side in pair]
            for name, pair in known.colours.items()
        },
    }
