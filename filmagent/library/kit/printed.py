"""What is written and printed on things: signs, menus, newspapers, letters, screens."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Array = NDArray[Any]
Ink = tuple[int, int, int]


def _font(size: float) -> Any:
    return ImageFont.load_default(size=max(6.0, size))


def texture(image: Image.Image) -> dict[str, Array]:
    """An image as an albedo; nothing printed has a relief."""
    return {"albedo": np.asarray(image.convert("RGB"), np.uint8).copy()}


def lettering(
    text: str,
    size: tuple[int, int],
    paper: Ink,
    ink: Ink,
    border: bool = False,
) -> dict[str, Array]:
    """Words filling a board, one line a newline."""
    image = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(image)
    lines = text.split("\n")
    room = 0.86 * size[1] / len(lines)
    scale = min(
        [room * 0.8]
        + [0.86 * size[0] / max(draw.textlength(line, font=_font(100)), 1) * 100 for line in lines]
    )
    for k, line in enumerate(lines):
        y = size[1] / 2 + (k - (len(lines) - 1) / 2) * room
        _write(draw, (size[0] / 2, y), line, scale, ink)
    if border:
        edge = max(2, size[1] // 24)
        draw.rectangle(
            [edge, edge, size[0] - edge - 1, size[1] - edge - 1],
            outline=ink,
            width=max(1, edge // 3),
        )
    return texture(image)


_STROKES = {
    "\u0301": ((-0.04, 0.0), (0.10, -0.13)),
    "\u0300": ((0.04, 0.0), (-0.10, -0.13)),
    "\u0302": ((-0.10, 0.0), (0.0, -0.10), (0.10, 0.0)),
    "\u0303": ((-0.12, 0.0), (-0.04, -0.05), (0.04, 0.0), (0.12, -0.05)),
}


def _write(
    draw: ImageDraw.ImageDraw, middle: tuple[float, float], line: str, scale: float, ink: Ink
) -> None:
    """Write a centred line; accents are drawn as strokes, for the bundled font has none."""
    marks = unicodedata.normalize("NFD", line)
    plain = "".join(c for c in marks if not unicodedata.combining(c))
    font = _font(scale)
    draw.text(middle, plain, font=font, fill=ink, anchor="mm")
    left = middle[0] - draw.textlength(plain, font=font) / 2
    letters = 0
    for mark in marks:
        if not unicodedata.combining(mark):
            letters += 1
            continue
        ends = [draw.textlength(plain[:k], font=font) for k in (letters - 1, letters)]
        tall = 0.44 if plain[letters - 1].isupper() else 0.33
        x, y = left + sum(ends) / 2, middle[1] - tall * scale
        if mark == "\u0308":
            for side in (-0.1, 0.1):
                draw.ellipse(
                    [
                        x + side * scale - 0.04 * scale,
                        y - 0.08 * scale,
                        x + side * scale + 0.04 * scale,
                        y,
                    ],
                    fill=ink,
                )
        stroke = [(x + a * scale, y + b * scale) for a, b in _STROKES.get(mark, ())]
        if stroke:
            draw.line(stroke, fill=ink, width=max(1, round(0.07 * scale)))


def chalk_menu(
    title: str, rows: Sequence[tuple[str, str]], seed: int, size: tuple[int, int] = (384, 288)
) -> dict[str, Array]:
    """A blackboard: a title, then dishes with their prices, in dusty chalk."""
    rng = np.random.default_rng(seed)
    width, height = size
    image = Image.new("RGB", size, (34, 38, 36))
    draw = ImageDraw.Draw(image)
    draw.text(
        (width / 2, height * 0.11),
        title,
        font=_font(height * 0.12),
        fill=(232, 226, 205),
        anchor="mm",
    )
    draw.line(
        [(width * 0.2, height * 0.2), (width * 0.8, height * 0.2)], fill=(200, 160, 90), width=2
    )
    pitch = height * 0.74 / max(len(rows), 1)
    tints = [(226, 224, 214), (238, 206, 150), (206, 222, 220)]
    for k, (dish, price) in enumerate(rows):
        y = height * 0.26 + pitch * (k + 0.4)
        tint = tints[int(rng.integers(len(tints)))]
        draw.text((width * 0.08, y), dish, font=_font(pitch * 0.66), fill=tint, anchor="lm")
        draw.text((width * 0.92, y), price, font=_font(pitch * 0.66), fill=tint, anchor="rm")
    board = np.asarray(image, float)
    board += rng.normal(0, 5, board.shape[:2])[..., None]
    return {"albedo": (np.clip(board, 0, 255) // 4 * 4).astype(np.uint8)}


def columns_of_print(
    seed: int,
    size: tuple[int, int],
    columns: int,
    headline: str = "",
    paper: Ink = (214, 208, 192),
    ink: Ink = (60, 58, 56),
) -> dict[str, Array]:
    """A page of small print: what a newspaper or a form is at a glance."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(image)
    width, height = size
    top = 0.06 * height
    if headline:
        draw.text(
            (width / 2, top + 0.05 * height),
            headline,
            font=_font(0.085 * height),
            fill=ink,
            anchor="mm",
        )
        draw.line(
            [(0.05 * width, top + 0.11 * height), (0.95 * width, top + 0.11 * height)],
            fill=ink,
            width=2,
        )
        top += 0.14 * height
    gutter = 0.03 * width
    measure = (0.9 * width - gutter * (columns - 1)) / columns
    pitch = max(3.0, 0.016 * height)
    picture = int(rng.integers(columns))
    for column in range(columns):
        x = 0.05 * width + column * (measure + gutter)
        y = top
        if column == picture:
            draw.rectangle([x, y, x + measure, y + 0.2 * height], fill=(150, 145, 135))
            draw.ellipse(
                [x + 0.3 * measure, y + 0.04 * height, x + 0.7 * measure, y + 0.19 * height],
                fill=(105, 100, 94),
            )
            y += 0.23 * height
        while y < 0.95 * height:
            last = rng.random() < 0.12
            end = measure * (rng.uniform(0.3, 0.8) if last else 1.0)
            draw.line([(x, y), (x + end, y)], fill=tuple((np.array(ink) + 50).tolist()), width=1)
            y += pitch * (1.6 if last else 1.0)
    return texture(image)


def handwriting(seed: int, size: tuple[int, int] = (256, 362)) -> dict[str, Array]:
    """A letter written by hand: lines of looping ink."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", size, (226, 218, 198))
    draw = ImageDraw.Draw(image)
    width, height = size
    y = 0.1 * height
    while y < 0.86 * height:
        x = 0.1 * width + (0.1 * width if rng.random() < 0.15 else 0.0)
        end = width * (0.9 if rng.random() > 0.15 else rng.uniform(0.45, 0.8))
        while x < end:
            span = min(float(rng.uniform(8, 26)), end - x)
            t = np.linspace(0, 1, 24)
            wave = np.sin(t * span * 1.1 + rng.uniform(0, 6)) * rng.uniform(1.6, 2.8)
            wave[rng.integers(24)] -= rng.uniform(0, 4)
            points = list(
                zip((x + t * span + 0.7 * wave).tolist(), (y + wave).tolist(), strict=True)
            )
            draw.line(points, fill=(38, 44, 84), width=1)
            x += span + 5
        y += 0.056 * height
    return texture(image)


def phone_screen(size: tuple[int, int] = (128, 264)) -> dict[str, Array]:
    """A phone's home screen: a dusk-coloured picture, the time, rows of icons."""
    width, height = size
    t = np.linspace(0, 1, height)[:, None, None]
    sky = np.array([38, 62, 120]) * (1 - t) + np.array([190, 110, 90]) * t
    image = Image.fromarray(np.broadcast_to(sky, (height, width, 3)).astype(np.uint8), "RGB")
    draw = ImageDraw.Draw(image)
    draw.text(
        (width / 2, height * 0.17),
        "11:52",
        font=_font(width * 0.26),
        fill=(240, 240, 240),
        anchor="mm",
    )
    tints = [(90, 170, 110), (220, 90, 80), (235, 190, 80), (80, 140, 220)]
    cell = width * 0.16
    for row in range(3):
        for column in range(4):
            x = width * (0.1 + 0.225 * column)
            y = height * (0.62 + 0.115 * row)
            draw.rounded_rectangle(
                [x, y, x + cell, y + cell], radius=cell * 0.25, fill=tints[(row + column * 3) % 4]
            )
    return texture(image)


def picture(seed: int, size: tuple[int, int] = (160, 200)) -> dict[str, Array]:
    """A painting to hang: hills and a sky, or a still life, in a few broad strokes."""
    rng = np.random.default_rng(seed)
    width, height = size
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    if rng.random() < 0.6:
        top, low = rng.integers(90, 170, 3), rng.integers(170, 235, 3)
        for y in range(height):
            t = y / height
            draw.line(
                [(0, y), (width, y)], fill=tuple((top * (1 - t) + low * t).astype(int).tolist())
            )
        for k in range(5):
            base = height * (0.4 + 0.12 * k)
            phase, bend = rng.uniform(0, 6, 2)
            ridge = [
                (x, base + 0.07 * height * np.sin(phase + x / width * (2 + bend)))
                for x in range(0, width + 4, 4)
            ]
            shade = np.array([96, 108, 74]) * (0.5 + 0.17 * k) + rng.integers(-22, 22, 3)
            draw.polygon(
                [*ridge, (width, height), (0, height)],
                fill=tuple(np.clip(shade, 0, 255).astype(int).tolist()),
            )
    else:
        back = rng.integers(60, 120, 3)
        draw.rectangle([0, 0, width, height], fill=tuple(back.tolist()))
        draw.rectangle(
            [0, height * 0.66, width, height], fill=tuple((back * 0.55).astype(int).tolist())
        )
        for _ in range(6):
            x, r = rng.uniform(0.15, 0.85) * width, rng.uniform(0.07, 0.13) * width
            rest = height * 0.7 - r * 0.4
            tint = np.array([[190, 120, 40], [160, 50, 40], [120, 130, 50]])[rng.integers(3)]
            draw.ellipse([x - r, rest - r, x + r, rest + r], fill=tuple(tint.tolist()))
            draw.ellipse(
                [x - r * 0.6, rest - r * 0.7, x - r * 0.1, rest - r * 0.2],
                fill=tuple(np.clip(tint * 1.35, 0, 255).astype(int).tolist()),
            )
    strokes = np.asarray(image, float) + rng.normal(0, 7, (height, width, 1))
    return {"albedo": (np.clip(strokes, 0, 255) // 4 * 4).astype(np.uint8)}
