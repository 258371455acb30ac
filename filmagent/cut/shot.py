"""What the contact sheet says of one cut."""

from __future__ import annotations

from collections.abc import Sequence
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
    before: Path | None = None
    """The same picture as the engine rendered it, where another hand has painted it since."""
    said: Sequence[str] = ()
    """What is to be said of that, a sentence each."""
