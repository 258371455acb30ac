"""Who speaks a film's lines: the machine's voices, its speech server, people's recordings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from filmagent.documents import VoiceEntry
from filmagent.documents.settings import SpeechChoice
from filmagent.film.production import Film, save_settings
from filmagent.film.recorded import recordings

if TYPE_CHECKING:
    from filmagent.cast import Booth
    from filmagent.cast.speech import SpeechServer

SPEECH = "speech"
"""The engine of voices that a film's server speaks."""


def booth(film: Film) -> Booth:
    """Where the film's lines are recorded; its server is let know the key if anybody needs it.

    Raises
    ------
    BadKey
        If a character speaks by a server that wants a key, and there is none.
    """
    from filmagent.cast import Booth

    breakdown, choice = film.breakdown, film.settings.speech
    served = any(c.voice is not None and c.voice.engine == SPEECH for c in breakdown.characters)
    more = {SPEECH: server(choice, let_in=True)} if choice is not None and served else {}
    return Booth(more, breakdown.language)


def server(choice: SpeechChoice, let_in: bool = False) -> SpeechServer:
    """The server that a film names, with its key where it is to be asked."""
    from filmagent.cast.speech import SpeechServer
    from filmagent.crew.model.keys import key_for
    from filmagent.crew.model.settings import endpoint, is_local

    url = endpoint(choice.url)
    key = key_for(url) if let_in else None
    return SpeechServer(
        url,
        choice.model,
        tuple(
            VoiceEntry(engine=SPEECH, name=v.name, gender=v.gender, languages=v.languages)
            for v in choice.voices
        ),
        key.get_secret_value() if key is not None else None,
        choice.tries,
        choice.timeout_s,
        near=is_local(url),
    )


def choose_server(film: Film, url: str | None, model: str | None) -> None:
    """Keep in ``film.json`` which server speaks. Never a key.

    Raises
    ------
    InputError
        The URL is none, or holds more than an address.
    """
    if url is None and model is None:
        return
    from filmagent.crew.model.settings import endpoint

    changes: dict[str, str] = {}
    if url is not None:
        changes["url"] = endpoint(url)
    if model is not None:
        changes["model"] = model
    choice = film.settings.speech or SpeechChoice()
    save_settings(film.folder, speech=choice.model_copy(update=changes))


def recorded(film: Film) -> tuple[dict[str, Path], list[str]]:
    """Beat id → what a person recorded of it, and sound files that are no line's."""
    return recordings(film.folder.recordings, film.breakdown)
