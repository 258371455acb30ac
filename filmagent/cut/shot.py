"""What the contact sheet says of one cut."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from filmagent.documents import Cut, Setup, TakeReport


@dataclass(frozen=True)
class Shot:
    """What the sheet says of one cut."""

    cut: Cut
    seconds: float
    length: float
    setup: Setup | None
    report: TakeReport | None
    picture: Path | None
