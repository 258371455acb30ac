"""The exceptions users of filmagent catch; anything else that escapes is a bug."""

from __future__ import annotations


class FilmError(Exception):
    """Something the user can mend. The message says what, where, and what to do next.

    ``exit_code`` is what the command line returns for it.
    """

    exit_code = 1


class InputError(FilmError):
    """A screenplay, name or option that cannot be used as it stands."""

    exit_code = 2


class DocumentError(FilmError):
    """A document of the film folder that is not what its schema says."""

    exit_code = 3


class MissingDependency(FilmError):
    """A program or package that is not installed; the message holds the command that mends it."""

    exit_code = 4


class BusyError(FilmError):
    """Another process works on the same film."""

    exit_code = 5


class RenderError(FilmError):
    """A child process (renderer, encoder, voice) failed; what was finished is kept."""

    exit_code = 6
