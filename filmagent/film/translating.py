"""FilmAgent's released scripts as films: a screenplay, and documents made of it by rule."""

from __future__ import annotations

from pathlib import Path

from filmagent.documents import write_text
from filmagent.film.importing import check_folder, check_import, import_screenplay
from filmagent.film.making import stages_to
from filmagent.film.production import Film, Listener


def import_filmagent(
    script: str | Path, folder: str | Path, *, listener: Listener = lambda event: None
) -> tuple[Film, list[str]]:
    """Make a film folder of a FilmAgent script, as far as its blocking.

    Its shots become directing notes of the screenplay, its actions prose and parentheticals; its
    places are looked for among our sets.

    Returns
    -------
    film, notes
        What of the script has no counterpart here, a sentence each.

    Raises
    ------
    InputError
        In one sentence: what is wrong with the script, or with the folder.
    """
    from filmagent.crew.bench import released, translated
    from filmagent.screenplay import write

    read = released.read(Path(script))
    film = Film(Path(folder), listener)
    source = film.folder.hidden / "filmagent.fountain"
    check_folder(film)
    write_text(source, write(translated.screenplay(read)))
    check_import(film, source)
    with film.held():
        import_screenplay(film, source)
        film.run(stages_to("blocking"))
    return film, translated.notes(read)
