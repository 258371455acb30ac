"""The bones a performance moves, by our names: the slots that other people's bones fill.

``toes`` stands for all five of a foot's toes, which move as one.
"""

from __future__ import annotations

SIDES = ("L", "R")
SPINE = ("spine05", "spine04", "spine03", "spine02", "spine01")
NECK = ("neck01", "neck02", "neck03")
TRUNK = ("root", *SPINE, *NECK, "head")
FINGERS = tuple(f"finger{finger}-{joint}" for finger in range(1, 6) for joint in range(1, 4))
ARM = ("clavicle", "upperarm01", "upperarm02", "lowerarm01", "lowerarm02", "wrist")
LEG = ("upperleg01", "lowerleg01", "foot", "toes")

SLOTS = (
    *TRUNK,
    "jaw",
    *(f"{name}.{side}" for side in SIDES for name in (*LEG, *ARM, *FINGERS, "eye")),
)
"""Every slot, parents before children."""

REQUIRED = (
    "root",
    "head",
    *(
        f"{name}.{side}"
        for side in SIDES
        for name in ("upperleg01", "lowerleg01", "foot", "upperarm01", "lowerarm01", "wrist")
    ),
)
"""Without these, and one bone of the spine, nobody can be posed."""


def parents(slot: str) -> tuple[str, ...]:
    """The slots above a slot, nearest first."""
    base, dot, side = slot.partition(".")
    if base in TRUNK:
        return TRUNK[: TRUNK.index(base)][::-1]
    if base in ("jaw", "eye"):
        return ("head", *parents("head"))
    if base in LEG:
        own = LEG[: LEG.index(base)]
        return (*(f"{name}.{side}" for name in own[::-1]), "root")
    if base in ARM:
        own = ARM[: ARM.index(base)]
        return (*(f"{name}.{side}" for name in own[::-1]), "spine01", *parents("spine01"))
    finger, joint = base.split("-")
    lower = tuple(f"{finger}-{j}{dot}{side}" for j in range(int(joint) - 1, 0, -1))
    return (*lower, f"wrist.{side}", *parents(f"wrist.{side}"))
