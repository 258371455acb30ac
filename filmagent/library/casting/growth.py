"""Years and height → Anny's phenotypes, so that an eight-year-old is as tall as one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from filmagent.documents.breakdown import Gender

# Anny's ``age`` runs over anchors: 0 baby, 1/3 child, 2/3 young, 1 old. Between the last two it is
# linear in years; children were laid by their proportions.
_AGES = ((1, 5, 8, 11, 13, 16, 18, 21, 25, 90),
         (0.0, 0.19, 0.28, 0.36, 0.44, 0.55, 0.61, 0.65, 0.667, 1.0))  # fmt: skip
# Median heights in metres: WHO growth reference 2007 to 19 years, NCD-RisC 2020 for adults; people
# lose some centimetres after sixty
_HEIGHTS: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "female": ((5, 8, 11, 13, 16, 18, 60, 85), (1.09, 1.27, 1.45, 1.565, 1.625, 1.64, 1.63, 1.58)),
    "male": ((5, 8, 11, 13, 16, 18, 60, 85), (1.10, 1.275, 1.435, 1.56, 1.73, 1.765, 1.75, 1.70)),
}
# What Anny makes of ``height`` 0.4, and how much a step of 1 adds, by ``age`` (measured, barefoot)
_STEPS = (0.2, 0.25, 0.29, 0.33, 0.4, 0.5, 0.6, 0.667, 0.95)
_AT = {
    "male": (1.069, 1.181, 1.271, 1.361, 1.455, 1.585, 1.715, 1.801, 1.776),
    "female": (1.012, 1.110, 1.189, 1.268, 1.352, 1.468, 1.584, 1.661, 1.650),
}
_A_STEP = (0.748, 0.822, 0.881, 0.94, 0.973, 1.018, 1.06, 1.088, 1.088)


def body(
    gender: Gender,
    years: int,
    taller: float,
    shares: Sequence[float],
    build: dict[str, float],
) -> dict[str, float]:
    """Phenotypes 0–1 of a body.

    Parameters
    ----------
    gender, years
        Of the person.
    taller
        Metres above the median of their years; halved for the young.
    shares
        African, asian and caucasian ancestry, together 1.
    build
        ``weight`` and ``muscle``, 0–1; average where it says nothing.
    """
    kind = "male" if gender == "male" else "female"
    age = float(np.interp(years, *_AGES))
    wanted = float(np.interp(years, *_HEIGHTS[kind])) + taller * (1.0 if years >= 16 else 0.6)
    usual, step = np.interp(age, _STEPS, _AT[kind]), np.interp(age, _STEPS, _A_STEP)
    height = float(np.clip(0.4 + (wanted - usual) / step, 0.05, 0.95))
    grown = float(np.clip((years - 10) / 8, 0, 1))
    african, asian, caucasian = shares
    made = {
        "gender": 0.0 if kind == "male" else 1.0,
        "age": age,
        "muscle": build.get("muscle", 0.5 if years >= 14 else 0.46),
        "weight": build.get("weight", 0.48),
        "height": height,
        # long legs are for grown people; age takes some of them again
        "proportions": 0.5 + 0.2 * grown - 0.2 * float(np.clip((years - 45) / 30, 0, 1)),
        "cupsize": 0.45 * grown + 0.05,
        "firmness": 0.6 - 0.25 * float(np.clip((years - 30) / 40, 0, 1)),
        "african": african,
        "asian": asian,
        "caucasian": caucasian,
    }
    return {name: round(value, 4) for name, value in made.items()}
