"""Words on the picture: cards and superimposed lines, in any script."""

from __future__ import annotations

import importlib.util
import unicodedata
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

_FONTS = {
    "LATIN": "Inter.woff2",
    "GREEK": "Inter.woff2",
    "CYRILLIC": "Inter.woff2",
    "CJK": "Noto Sans CJK Regular.woff2",
    "HIRAGANA": "Noto Sans CJK Regular.woff2",
    "KATAKANA": "Noto Sans CJK Regular.woff2",
    "HANGUL": "Noto Sans CJK Regular.woff2",
    "ARABIC": "NotoSansArabic-VariableFont_wdth,wght.woff2",
    "HEBREW": "NotoSansHebrew-Regular.woff2",
    "DEVANAGARI": "NotoSansDevanagari-Regular.woff2",
    "BENGALI": "NotoSansBengali-VariableFont_wdth,wght.woff2",
    "TAMIL": "NotoSansTamil-VariableFont_wdth,wght.woff2",
    "TELUGU": "NotoSansTelugu-VariableFont_wdth,wght.woff2",
    "THAI": "NotoSansThai-VariableFont_wdth,wght.woff2",
    "ARMENIAN": "NotoSansArmenian-VariableFont_wdth,wght.woff2",
    "GEORGIAN": "NotoSansGeorgian-VariableFont_wdth,wght.woff2",
    "ETHIOPIC": "NotoSansEthiopic-Regular.woff2",
    "GUJARATI": "NotoSansGujarati-Regular.woff2",
    "GURMUKHI": "NotoSansGurmukhi-VariableFont_wdth,wght.woff2",
    "KANNADA": "NotoSansKannada-VariableFont_wdth,wght.woff2",
    "MALAYALAM": "NotoSansMalayalam-VariableFont_wdth,wght.woff2",
    "KHMER": "NotoSansKhmer-VariableFont_wdth,wght.woff2",
    "MYANMAR": "NotoSansMyanmar-Regular.woff2",
}
"""First word of a character's Unicode name → the font, of those that come with Blender."""


def card(text: str, size: tuple[int, int]) -> NDArray[np.uint8]:
    """White words centred on black; the first line is the larger one.

    Returns
    -------
    (H, W, 3) uint8
    """
    image = Image.new("RGB", size, (6, 6, 7))
    lines = text.split("\n")
    heights = [size[1] * (0.085 if number == 0 else 0.042) for number in range(len(lines))]
    _draw(image, lines, heights, centre=size[1] / 2)
    return np.asarray(image)


def superimpose(picture: NDArray[np.uint8], text: str, weight: float) -> NDArray[np.uint8]:
    """Words low on the picture, with a soft shadow; ``weight`` fades them."""
    height, width = picture.shape[:2]
    layer = Image.new("L", (width, height), 0)
    lines = text.split("\n")
    _draw(layer, lines, [height * 0.05] * len(lines), centre=height * 0.82)
    words = np.asarray(layer, np.float32)[..., None] / 255 * weight
    shadow = np.roll(words, (max(1, height // 240), max(1, height // 240)), (0, 1)) * 0.7
    dark = picture * (1 - shadow)
    return np.asarray(dark * (1 - words) + 245 * words + 0.5).astype(np.uint8)


def _draw(image: Image.Image, lines: list[str], heights: list[float], centre: float) -> None:
    draw = ImageDraw.Draw(image)
    fill: int | tuple[int, int, int] = 255 if image.mode == "L" else (238, 236, 230)
    wrapped = [
        (row, height)
        for line, height in zip(lines, heights, strict=True)
        for row in _wrap(line, height, image.width * 0.86)
    ]
    top = centre - sum(h * 1.5 for _, h in wrapped) / 2
    for row, height in wrapped:
        font = _font(_script(row), round(height))
        draw.text((image.width / 2, top + height * 0.75), row, font=font, fill=fill, anchor="mm")
        top += height * 1.5


def _wrap(line: str, height: float, width: float) -> list[str]:
    font = _font(_script(line), round(height))
    if font.getlength(line) <= width:
        return [line]
    # scripts without spaces break between any two characters
    units = line.split(" ") if " " in line else list(line)
    joint = " " if " " in line else ""
    rows, row = [], ""
    for unit in units:
        longer = f"{row}{joint}{unit}" if row else unit
        if row and font.getlength(longer) > width:
            rows.append(row)
            longer = unit
        row = longer
    return [*rows, row]


def _script(text: str) -> str:
    counts: dict[str, int] = {}
    for character in text:
        if character.isalpha():
            word = unicodedata.name(character, "LATIN").split(" ")[0].split("-")[0]
            counts[word] = counts.get(word, 0) + 1
    known = {script: n for script, n in counts.items() if script in _FONTS}
    return max(known, key=lambda script: (known[script], script)) if known else "LATIN"


@lru_cache(maxsize=64)
def _font(script: str, pixels: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    folder = _font_folder()
    if folder is not None and (folder / _FONTS[script]).exists():
        return ImageFont.truetype(str(folder / _FONTS[script]), pixels)
    return ImageFont.load_default(pixels)


@lru_cache(maxsize=1)
def _font_folder() -> Path | None:
    # found without importing bpy: the main process never does
    spec = importlib.util.find_spec("bpy")
    if spec is None or spec.origin is None:
        return None
    return next(Path(spec.origin).parent.glob("*/datafiles/fonts"), None)
