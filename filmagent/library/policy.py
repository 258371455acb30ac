"""The pilot on the shelf: the weights that fly moving cameras."""

from __future__ import annotations

from pathlib import Path

from filmagent.errors import MissingDependency
from filmagent.library import shelf

_FOLDER, _FILE = "policy", "pilot.safetensors"


def path() -> Path:
    """Where the pilot's weights are, whether or not there are any.

    Raises
    ------
    MissingDependency
        If the installation has lost its shelf.
    """
    return shelf.data("assets") / _FOLDER / _FILE


def weights() -> Path:
    """The pilot's weights.

    Raises
    ------
    MissingDependency
        If there are none.
    """
    found = path()
    if not found.is_file():
        raise MissingDependency(
            f"The pilot's weights are not installed ({found} is missing); reinstall with "
            "`pip install --force-reinstall filmagent`, or choose --camera planner."
        )
    return found
