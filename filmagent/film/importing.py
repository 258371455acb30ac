"""A screenplay comes into the film folder; a copy changed by hand is never lost."""

from __future__ import annotations

from pathlib import Path

from filmagent import screenplay
from filmagent.documents import write_bytes
from filmagent.errors import InputError
from filmagent.film.folder import MARK, Folder
from filmagent.film.production import Film, save_settings

_RECORD = "screenplay"


def check_import(film: Film, source: Path) -> None:
    """Refuse what cannot become a film before anything is written.

    Raises
    ------
    InputError
        If the screenplay cannot be read, or the folder holds something else.
    """
    screenplay.read(source)
    check_folder(film)


def check_folder(film: Film) -> None:
    """Refuse a place that holds something else before anything is written.

    Raises
    ------
    InputError
        Saying what is there.
    """
    folder = film.folder
    if folder.root.exists() and not folder.root.is_dir():
        raise InputError(f"{folder.root} is a file; choose another place with -o.")
    if folder.root.exists() and not folder.settings.exists() and _foreign(folder):
        raise InputError(
            f"{folder.root} exists and is not a film folder (it has no {MARK}); "
            "choose another with -o."
        )


def import_screenplay(film: Film, source: Path) -> None:
    """Copy a screenplay into the film folder.

    Raises
    ------
    InputError
        If both the source and the film's own copy changed since the last import.
    """
    folder = film.folder
    if not folder.settings.exists():
        save_settings(folder)
    if folder.screenplay.exists() and source.resolve() == folder.screenplay.resolve():
        return
    known = film.records.value(_RECORD)
    theirs, ours = film.digests.file(source), film.digests.file(folder.screenplay)
    if ours and theirs == known.get("source"):
        return
    if ours and known and ours not in (known.get("copy"), theirs):
        raise InputError(
            f"Both {source} and {folder.screenplay} changed since the last run; "
            "bring the changes together in one of them, and make them equal (copy one over the "
            "other) to go on."
        )
    write_bytes(folder.screenplay, source.read_bytes())
    film.records.keep(_RECORD, {"source": theirs, "copy": theirs})


def _foreign(folder: Folder) -> bool:
    """Whether anything lies there that a film just begun, and stopped, does not leave."""
    return any(
        path != folder.hidden and not path.name.startswith(f".{MARK}.")
        for path in folder.root.iterdir()
    )
