"""The editing style of a film: one of `camera.editing`'s."""

from __future__ import annotations

from camera import editing
from filmagent.errors import InputError


def style(name: str) -> editing.Style:
    """The style called ``name``.

    Raises
    ------
    InputError
        If there is none; the message names them.
    """
    known = editing.styles()
    if name not in known:
        raise InputError(f"There is no editing style {name!r}; there are {', '.join(known)}.")
    return editing.style(name)
