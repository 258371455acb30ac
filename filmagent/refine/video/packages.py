"""Packages of the extra: there, or said how to get them."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from filmagent.errors import MissingDependency


def need(package: str) -> Any:
    """A package of the extra.

    Raises
    ------
    MissingDependency
        If it is not installed.
    """
    if find_spec(package) is None:
        raise MissingDependency(
            f'Painting with a video model needs {package}: pip install "filmagent[refine]"'
        )
    return import_module(package)
