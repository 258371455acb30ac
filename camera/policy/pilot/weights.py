"""A pilot's file: its sizes and its weights, checked before anything flies with them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from camera.policy.pilot.config import PilotConfig
from camera.policy.stored import Stored, read_stored
from camera.pose import Array

FORMAT = "camera pilot 2"
_TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}


def read_weights(path: str | os.PathLike[str]) -> tuple[PilotConfig, dict[str, Array]]:
    """A pilot's sizes and its weights by name, float32.

    Raises
    ------
    ValueError
        If the file is a pickle, cut short, or no pilot of this version; the message names the
        file, the tensor, and what to do.
    FileNotFoundError
        If there is none.
    """
    stored, metadata = read_stored(path)
    if metadata.get("format") != FORMAT:
        raise ValueError(
            f"{Path(path)} holds {metadata.get('format', 'no pilot')!r}, not {FORMAT!r}; "
            "train one with `python -m camera.policy.train`"
        )
    try:
        config = PilotConfig.from_json(metadata.get("config", ""))
    except ValueError as error:
        raise ValueError(f"{Path(path)}: {error}") from None
    wanted = config.shapes()
    for name in sorted(wanted.keys() | stored.keys()):
        if name not in stored or name not in wanted:
            what = "is missing" if name in wanted else "belongs to no pilot of these sizes"
            raise ValueError(f"{Path(path)}: tensor {name!r} {what}; train it anew")
        if stored[name].shape != wanted[name]:
            raise ValueError(
                f"{Path(path)}: tensor {name!r} is {stored[name].shape}, not {wanted[name]}; "
                "train it anew"
            )
    return config, {name: _numbers(Path(path), name, one) for name, one in stored.items()}


def _numbers(path: Path, name: str, stored: Stored) -> Array:
    if stored.type not in _TYPES:
        raise ValueError(
            f"{path}: tensor {name!r} is of type {stored.type}; a pilot's weights are "
            f"{', '.join(_TYPES)}"
        )
    values = np.frombuffer(stored.raw, _TYPES[stored.type]).reshape(stored.shape)
    return np.array(values, np.float32)
