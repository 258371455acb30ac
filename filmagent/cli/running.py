"""Films brought up to date as far as a command needs them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filmagent.cli.words import listening

if TYPE_CHECKING:
    from filmagent.film import Film


def bring(film: Film, stage: str, names: list[str] | None = None) -> None:
    """Bring a film up to date as far as ``stage``, with ``names`` decided again."""
    from filmagent.film import redo_stages, stages_to

    film.folder.require()
    redo_stages(film, names or ())
    film.run(stages_to(stage))
    keep_status(film.root)


def readable(folder: Path, as_json: bool) -> Film:
    """A film with its breakdown up to date."""
    from filmagent.film import Film

    with listening(as_json, sys.stderr) as listener:
        film = Film(folder, listener)
        bring(film, "breakdown")
    return film


def keep_status(folder: Path) -> dict[str, Any]:
    """Work out how a film stands, and keep it for whoever asks next."""
    from filmagent.film import STAGES, Film, directing, snapshot

    film = Film(folder)
    found = {
        "items": [
            {"item": s.item, "state": s.state, "because": s.because} for s in film.status(STAGES)
        ],
        "changed_by_hand": directing.changed_by_hand(film),
    }
    snapshot.keep(folder, found)
    return found
