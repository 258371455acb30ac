"""``make --interactive``: what was decided is shown, and a person says how to go on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from filmagent.cli.app import console
from filmagent.cli.words import listening
from filmagent.errors import FilmError

if TYPE_CHECKING:
    from filmagent.film import Film

DECISIONS: dict[str, str] = {
    "outline": "outline.json",
    "dialogue": "screenplay.fountain",
    "breakdown": "breakdown.json",
    "blocking": "blocking.json",
    "shotlist": "shotlist.json",
    "edit": "edit.json",
}
"""Stages after which somebody is asked, and where their decisions stand."""
_HOW = "Enter goes on; a note changes it; `again` decides it anew; `stop` ends here"


def step_by_step(root: Path, replay: Path | None = None) -> bool:
    """Bring a film to its edit, asking after each decision that is new.

    A document may be edited by hand while the question stands: the next stage reads it so.

    Parameters
    ----------
    replay
        Whose recorded answers are taken.

    Returns
    -------
    bool
        Whether to go on and finish the film.
    """
    from filmagent.film import Film, stages_to

    for stage, document in DECISIONS.items():
        new = False
        while True:
            with listening(False) as listener:
                film = Film(root, listener, replay=replay)
                new = _open(film, stage) or new
                film.run(stages_to(stage))
            if not new:
                break
            said = _asked(f"{root / document} stands. {_HOW}: ")
            if said is None or said.casefold() == "stop":
                console.print("Stopped; run the same command to go on.")
                return False
            if not said:
                break
            if said.casefold() == "again":
                film.redo(list(stages_to(stage)), stage)
            else:
                _note(film, said)
            new = True
    return True


def _open(film: Film, stage: str) -> bool:
    """Whether something of a stage is still to be decided."""
    from filmagent.film import stages_to

    try:
        items = stages_to(stage)[-1].items(film)
    except FilmError:
        # what it reads is not there yet
        return True
    return any(film.records.standing(item).state != "done" for item in items)


def _asked(question: str) -> str | None:
    """What a person answers; None at the end of the input."""
    console.print(question, markup=False, soft_wrap=True, end="")
    try:
        return input().strip()
    except EOFError:
        return None


def _note(film: Film, words: str) -> None:
    """Carry a note out, or say why it cannot be."""
    from filmagent.film.noting import note

    if not film.folder.shotlist.exists():
        console.print(
            "Notes are about shots, which come later; change the file by hand and press Enter.",
            markup=False,
        )
        return
    try:
        told = note(film, words)
    except FilmError as error:
        console.print(str(error), markup=False)
        return
    for line in [*map(str, told.differences), *told.note.said]:
        console.print(line, markup=False)
