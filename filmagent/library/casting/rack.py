"""The rack: garments and hairstyles by name, from ``wardrobe.toml`` and ``hairstyles.toml``.

>>> rack.garment("jumper", colour=[0.1, 0.2, 0.1])      # a recipe's [[garments]] entry
>>> rack.outfits()["nurse"]["wear"]                     # ["scrubs_top", …]
>>> rack.hairstyles()["bun"]                            # {"style": "bun", "length": 0.2}
"""

from __future__ import annotations

import difflib
import tomllib
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from filmagent.errors import InputError

Data = dict[str, Any]


def garments() -> dict[str, Data]:
    """Name → a recipe's keys, and ``words``: what people call it."""
    return dict(_table("wardrobe.toml")["garments"])


def outfits() -> dict[str, Data]:
    """Name → ``wear``, garments by name, and ``words`` that ask for it."""
    return dict(_table("wardrobe.toml")["outfits"])


def hairstyles() -> dict[str, Data]:
    """Name → keys of a recipe's hair, and ``words``."""
    return {name: keys for name, keys in _table("hairstyles.toml").items() if name != "beards"}


def beards() -> dict[str, Data]:
    """Name → keys of a recipe's hair that make a beard, and ``words``."""
    return dict(_table("hairstyles.toml")["beards"])


def garment(wear: str, **more: Any) -> Data:
    """A recipe's garment from the rack; what is given comes before what the rack says.

    Raises
    ------
    InputError
        If nothing is called that; the message has the nearest names.
    """
    known = garments()
    if wear not in known:
        near = difflib.get_close_matches(wear, known, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}."
        raise InputError(f"There is no garment {wear!r} on the rack; {hint}")
    own = {key: value for key, value in known[wear].items() if key != "words"}
    return {"name": wear} | own | more


def filled(raw: Data, folder: Path) -> Data:
    """A recipe as written, with its garments taken from the rack.

    ``wear = "jumper"`` stands for that garment's keys; a ``mhclo`` is a file in ``folder``, beside
    the recipe.
    """
    worn = raw.get("garments")
    if not isinstance(worn, list):
        return raw
    made = []
    for entry in worn:
        if isinstance(entry, dict):
            more = {key: value for key, value in entry.items() if key != "wear"}
            entry = garment(str(entry["wear"]), **more) if "wear" in entry else more
            if entry.get("mhclo"):
                entry["mhclo"] = str(_beside(folder, str(entry["mhclo"])))
        made.append(entry)
    return raw | {"garments": made}


def _beside(folder: Path, name: str) -> Path:
    if Path(name).name != name or not name.endswith(".mhclo"):
        raise InputError(f"mhclo = {name!r} must be the name of a .mhclo file beside the recipe.")
    return folder / name


@lru_cache(maxsize=2)
def _table(name: str) -> Data:
    text = resources.files("filmagent.library.casting").joinpath(name).read_text("utf-8")
    return tomllib.loads(text)
