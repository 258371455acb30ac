"""The film folder and the production: the only place that knows all departments.

==================  =========================================================================
`film.making`       `make`: all stages, in order
`film.production`   `Film`: documents, the loop over stages, status, redo
`film.folder`       where everything is; one process at a time
`film.records`      items and their keys: done, stale because …, missing; `film.items` made
`film.merge`        what people changed by hand survives
`film.shelves`      the Catalogue
`film.crewing`      which crew decides; models are asked, and paid, here
`film.storytelling` an idea becoming a screenplay: outline, scenes, dialogue
`film.writing`      breakdown, blocking, shotlist
`film.acting`       voices, timing, performance
`film.shooting`     takes, edit
`film.picturing`    stage, blend, frames
`film.grading`      refine: the look
`film.refining`     refine with a video model; `film.briefing` what it is told of shots
`film.finishing`    cut
`film.directing`    a person's hand: cast, set, lock
`film.noting`       `note`: words become changes of the documents
`film.noted`        notes as an input of blocking, shotlist and edit; `film.noted_cut` on the cut
`film.differences`  what changed between two versions of a document
`film.reviewing`    `review`: the crew looks at its shots and takes again what fails
`film.benching`     crews measured          `film.judging` … and judged blind, by pairs
`film.translating`  FilmAgent's scripts as films
==================  =========================================================================

>>> import filmagent
>>> filmagent.make("my.fountain", "films/my")  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from filmagent.film.making import STAGES as STAGES
    from filmagent.film.making import make as make
    from filmagent.film.making import redo_stages as redo_stages
    from filmagent.film.making import stages_to as stages_to
    from filmagent.film.noting import note as note
    from filmagent.film.production import Event as Event
    from filmagent.film.production import Film as Film
    from filmagent.film.production import Listener as Listener
    from filmagent.film.reviewing import review as review

_WHERE = {
    "STAGES": "making",
    "make": "making",
    "redo_stages": "making",
    "stages_to": "making",
    "note": "noting",
    "review": "reviewing",
    "Event": "production",
    "Film": "production",
    "Listener": "production",
}


def __getattr__(name: str) -> Any:
    # the departments are only loaded when a film is made: asking for its folder stays cheap
    if name in _WHERE:
        return getattr(import_module(f"filmagent.film.{_WHERE[name]}"), name)
    raise AttributeError(f"module 'filmagent.film' has no attribute {name!r}")
