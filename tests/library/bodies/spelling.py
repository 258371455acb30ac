"""How conventions spell our bones."""

from __future__ import annotations

from filmagent.library.bodies import names
from filmagent.library.bodies.slots import SLOTS


def spelt(convention: str) -> dict[str, str]:
    """Slot → the name that a convention has for it."""
    table = next(c for c in names._tables()["convention"] if c["name"] == convention)
    prefix = {"Mixamo": "mixamorig:", "Rigify": "DEF-"}.get(convention, "")
    out = {}
    for slot in SLOTS:
        base, _, side = slot.partition(".")
        given = table["bones"].get("finger" if base.startswith("finger") else base)
        words = {"side": table["sides"]["LR".index(side)] if side else ""}
        if base.startswith("finger"):
            finger, joint = base.removeprefix("finger").split("-")
            words |= {"finger": table["fingers"][int(finger) - 1], "joint": joint}
        if given:
            first = given if isinstance(given, str) else given[0]
            out[slot] = prefix + first.format(**words)
    return out
