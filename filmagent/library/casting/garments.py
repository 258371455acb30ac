"""The cutting room: one maker for each kind of garment."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.casting import cloth, collars, folds, regions, shoes, trimmings, turndown
from filmagent.library.casting.recipe import Garment
from filmagent.library.casting.sewing import subdivide, thicken
from filmagent.library.casting.sheet import (
    Sheet,
    clip,
    from_group,
    full_normals,
    keep_faces,
    lighten,
)

if TYPE_CHECKING:
    from filmagent.library.casting.dress import Dresser

Array = NDArray[Any]
_HIDE = 0.04
"""Cloth this far inside the edges of what is worn over it is left out, metres."""


def _sew(
    dresser: Dresser,
    garment: Garment,
    sheet: Sheet,
    light: int,
    *,
    kind: str = "cloth",
    rim: float = 0.02,
    part: str = "",
) -> Sheet:
    """The garment as it is rendered, and lighter for previews; returns its outside."""
    for under in dresser.layers:
        sheet = cloth.draped_over(sheet, under, 0.004)
    solid = thicken(sheet, garment.thickness, rim)
    hidden = solid.carry(dresser.hidden) > _HIDE
    solid = keep_faces(solid, ~hidden[solid.faces].all(axis=1))
    _put_on(dresser, garment, solid, light, kind, part)
    return sheet


def _put_on(
    dresser: Dresser, garment: Garment, solid: Sheet, light: int, kind: str, part: str
) -> None:
    """A surface as it is rendered, and lighter for previews."""
    name = f"{garment.name}_{part}" if part else garment.name
    # collars are cut from the garment's own cloth
    material = garment.name if part == "collar" else name
    if len(solid.faces):
        for use, surface in (("render", solid), ("preview", lighten(solid, light))):
            dresser.add(
                surface, name if use == "render" else f"{name}_preview", material, kind,
                use=use, uvs=cloth.unwrap(surface, dresser.figure),
                normals=full_normals(surface, solid) if use == "preview" else None,
            )  # fmt: skip


def _wear(dresser: Dresser, garment: Garment, sheet: Sheet, light: int, rim: float = 0.02) -> None:
    """Sew a garment, with a band at its edges if it has one, and put it on."""
    if garment.band:
        sheet, band = _banded(dresser, garment, sheet)
        _sew(dresser, garment, band, light // 4, rim=rim, part="band")
    dresser.layers.append(_sew(dresser, garment, sheet, light, rim=rim))


def _banded(dresser: Dresser, garment: Garment, sheet: Sheet) -> tuple[Sheet, Sheet]:
    """The garment without its bands at hem and wrists, and the bands: drawn in where knitted."""
    figure = dresser.figure
    arm = sheet.carry(figure.influence(*regions.SLEEVE)) > 0.3
    wrist = sheet.carry(regions.sleeves(figure, garment.sleeve))
    low = sheet.points[~arm, 2].min()
    edge = np.where(arm, wrist, sheet.points[:, 2] - low if garment.hem else regions.FAR)
    if garment.tucked:
        edge = np.where(arm, wrist, regions.FAR)
    if garment.cloth in ("knit", "nylon"):
        sheet = cloth.draw_in(sheet, figure, np.clip(1.4 - edge / garment.band, 0, 1), 0.006)
    return clip(sheet, edge - garment.band), clip(sheet, garment.band - edge)


def _sewn_on(dresser: Dresser, garment: Garment, sheet: Sheet) -> None:
    """Placket, buttons, badge and belt."""
    figure = dresser.figure
    if garment.buttons and not garment.open:
        strip = trimmings.placket(sheet, figure, garment)
        dresser.add(
            strip, f"{garment.name}_placket", garment.name, "cloth",
            uvs=cloth.unwrap(strip, figure),
        )  # fmt: skip
    if garment.buttons:
        _metal(dresser, garment, "buttons", trimmings.buttons(sheet, figure, garment))
    if garment.badge:
        _metal(dresser, garment, "badge", trimmings.badge(sheet, figure))


def _metal(dresser: Dresser, garment: Garment, what: str, made: Sheet) -> None:
    name = f"{garment.name}_{what}"
    hidden = made.carry(dresser.hidden) > 0
    made = keep_faces(made, ~hidden[made.faces].any(axis=1))
    if not len(made.faces):
        return
    dresser.add(made, name, name, "accessory", uvs=np.zeros((len(made.points), 2)))


def _belt(dresser: Dresser, garment: Garment) -> None:
    """A belt around the waist, over all that is tucked in."""
    figure = dresser.figure
    high = regions.waist(figure) - 0.004
    band = trimmings.girdle(figure, dresser.layers, garment.ease + 0.004, high, 0.036)
    leather = garment.model_copy(update={"thickness": 0.003})
    _sew(dresser, leather, band, 500, part="belt")
    _metal(dresser, garment, "buckle", trimmings.buckle(band, figure, high - 0.018))


def _top(dresser: Dresser, garment: Garment) -> None:
    sheet = _upper(dresser, garment, rounds=10)
    sheet = cloth.clear(sheet, dresser.figure, garment.ease * 0.6)
    _sewn_on_after(dresser, garment, sheet, 3000)


def _upper(dresser: Dresser, garment: Garment, rounds: int) -> Sheet:
    """What tops, dresses and coats share: cut from the trunk, hanging from the hips."""
    figure = dresser.figure
    hip = regions.hip(figure)
    hanging = regions.hangs(garment)
    low = hip - 0.035 if hanging else hip - garment.hem
    field = regions.top(figure, garment.model_copy(update={"hem": hip - low}))
    base = subdivide(from_group(figure, "tights"))
    loose = cloth.loosen(base, figure, garment.ease, rounds=rounds)
    sheet = clip(loose, base.carry(field))
    if hanging:
        sheet = cloth.lengthen(
            sheet, figure, regions.drop(figure), hip - garment.hem, garment.flare
        )
    return folds.crumple(sheet, figure, garment, dresser.rng(garment.name))


def _sewn_on_after(
    dresser: Dresser, garment: Garment, sheet: Sheet, light: int, rim: float = 0.02
) -> None:
    """Collar and front opening, then the garment, then what is sewn on it."""
    figure = dresser.figure
    for under in dresser.layers:
        sheet = cloth.draped_over(sheet, under, 0.005)
    whole = sheet
    plain = collars.open_front(sheet, figure, garment)
    sheet = collars.collar(sheet, figure, garment)
    _wear(dresser, garment, sheet, light, rim)
    if garment.collar in ("fold", "lapel"):
        _turned_down(dresser, garment, whole)
    _sewn_on(dresser, garment, plain)


def _turned_down(dresser: Dresser, garment: Garment, whole: Sheet) -> None:
    """A collar of its own, laid on the whole front; where that is opened its points begin."""
    figure = dresser.figure
    rim, _ = collars.neckline(whole, figure)
    if not len(rim):
        return
    high = whole.points[rim, 2].min(keepdims=True)
    half = float(collars.half_opening(high, whole, figure, garment)[0])
    strip, leaf = turndown.turned_down(
        whole, figure, rim, half, garment.collar, dresser.leaves
    )  # fmt: skip
    _put_on(dresser, garment, thicken(strip, garment.thickness, 0.02), 900, "cloth", "collar")
    dresser.layers.append(leaf)
    dresser.leaves.append(leaf)


def _dress(dresser: Dresser, garment: Garment) -> None:
    sheet = _upper(dresser, garment, rounds=10)
    _sewn_on_after(dresser, garment, sheet, 3800)
    if garment.belt:
        _belt(dresser, garment)


def _coat(dresser: Dresser, garment: Garment) -> None:
    sheet = _upper(dresser, garment, rounds=20)
    _sewn_on_after(dresser, garment, sheet, 6200, rim=0.06)
    if garment.belt:
        _belt(dresser, garment)


def _trousers(dresser: Dresser, garment: Garment) -> None:
    figure = dresser.figure
    hem = regions.cuff(figure, garment)
    cut = max(hem + 0.02, figure.head_of("foot.L")[2] + 0.01)
    base = subdivide(from_group(figure, "tights"))
    loose = cloth.loosen(base, figure, garment.ease, rounds=8)
    loose = cloth.widen_legs(loose, figure, garment.room)
    sheet = clip(loose, base.carry(regions.legs(figure, cut - 0.01)))
    sheet = folds.crumple(sheet, figure, garment, dresser.rng(garment.name))
    sheet = cloth.clear(sheet, figure, garment.ease * 0.5)
    sheet = cloth.lengthen(sheet, figure, cut, hem, garment.flare)
    _wear(dresser, garment.model_copy(update={"band": 0.0}), sheet, 1800)
    if garment.belt:
        _belt(dresser, garment)


def _skirt(dresser: Dresser, garment: Garment) -> None:
    figure = dresser.figure
    hip = regions.hip(figure)
    base = subdivide(from_group(figure, "tights"))
    loose = cloth.loosen(base, figure, garment.ease, rounds=14)
    sheet = clip(loose, base.carry(regions.legs(figure, hip - 0.035)))
    sheet = cloth.lengthen(sheet, figure, regions.drop(figure), hip - garment.hem, garment.flare)
    if garment.pleats:
        sheet = subdivide(sheet)
    sheet = folds.crumple(sheet, figure, garment, dresser.rng(garment.name))
    _wear(dresser, garment.model_copy(update={"band": 0.0}), sheet, 1800 + 60 * garment.pleats)
    if garment.belt:
        _belt(dresser, garment)


def _apron(dresser: Dresser, garment: Garment) -> None:
    """A waist apron: a front that wraps half around, tied with a string."""
    figure = dresser.figure
    hip, waist = regions.hip(figure), regions.waist(figure)
    base = subdivide(from_group(figure, "tights"))
    loose = cloth.loosen(base, figure, garment.ease, rounds=16)
    sheet = clip(loose, base.carry(regions.legs(figure, hip - 0.035)))
    sheet = cloth.lengthen(sheet, figure, regions.drop(figure), hip - garment.hem, garment.flare)
    sheet = folds.crumple(sheet, figure, garment, dresser.rng(garment.name))
    sheet = clip(sheet, sheet.points[:, 1] - figure.head_of("spine05")[1] - 0.02)
    dresser.layers.append(_sew(dresser, garment, sheet, 1200))
    strip = trimmings.girdle(figure, dresser.layers, garment.ease, waist - 0.004, 0.03)
    _sew(dresser, garment, strip, 400, part="string")


def _tie(dresser: Dresser, garment: Garment) -> None:
    figure = dresser.figure
    under = max(dresser.layers, key=trimmings.throat)
    strip, knot = trimmings.tie(under, figure)
    for name, made in (("", strip), ("_knot", knot)):
        dresser.add(
            made, garment.name + name, garment.name, "cloth", uvs=made.points[:, [0, 2]]
        )  # fmt: skip
    dresser.layers.append(strip)


def _shoes(dresser: Dresser, garment: Garment) -> None:
    figure = dresser.figure
    upper, sole = shoes.pair(figure, garment)
    _sew(dresser, garment, upper, 900, kind="shoe")
    name = f"{garment.name}_sole"
    dresser.add(sole, name, name, "shoe", uvs=cloth.unwrap(sole, figure))
    dresser.layers.append(upper)


MAKERS: dict[str, Callable[[Dresser, Garment], None]] = {
    "shoes": _shoes, "trousers": _trousers, "skirt": _skirt, "top": _top, "dress": _dress,
    "tie": _tie, "coat": _coat, "apron": _apron,
}  # fmt: skip
"""Kind → maker, in the order in which clothes are put on."""
