"""Plots as SVG text: bars with intervals, and safety against framing."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import numpy as np

from camera.bench.table import COLUMNS, Interval, Table

_INK, _GRID, _BAR, _BEST = "#222", "#ddd", "#7a9cc6", "#c4723f"
_FONT = 'font-family="sans-serif" font-size="12"'


def bars(table: Table, column: str) -> str:
    """One column: a bar a baseline, whiskers over the 95 % interval."""
    found = {b: table.interval(b, column) for b in table.baselines}
    known = {b: i for b, i in found.items() if i is not None}
    ends = np.array([x for i in known.values() for x in i] + [0.0])
    low, high = float(ends.min()), float(ends.max())
    low, high = _padded(low, high)
    left, top, wide, row = 110, 44, 500, 24
    tall = top + row * len(known) + 34

    def x(value: float) -> float:
        return left + wide * (value - low) / (high - low)

    sign = {1: "more is better", -1: "less is better", 0: ""}[COLUMNS[column][1]]
    body = [
        _text(left, 18, column.replace("_", " "), bold=True),
        _text(left, 34, f"{COLUMNS[column][0]}{'; ' + sign if sign else ''}"),
    ]
    for tick in _ticks(low, high):
        body.append(_line(x(tick), top, x(tick), tall - 30, _GRID))
        body.append(_text(x(tick), tall - 14, f"{tick:g}", anchor="middle"))
    for n, (name, interval) in enumerate(known.items()):
        y = top + row * n
        body.append(_text(left - 8, y + 15, name, anchor="end"))
        body += _bar(x, y, interval, _BEST if name == table.reference else _BAR)
    return _svg(left + wide + 30, tall, body)


def scatter(table: Table, across: str = "framing_error", up: str = "crash") -> str:
    """Two columns against each other, a cross of intervals a baseline."""
    points = {}
    for name in table.baselines:
        a, b = table.interval(name, across), table.interval(name, up)
        if a is not None and b is not None:
            points[name] = (a, b)
    xs = np.array([v for a, _ in points.values() for v in a] + [0.0])
    ys = np.array([v for _, b in points.values() for v in b] + [0.0])
    (x0, x1), (y0, y1) = _padded(xs.min(), xs.max()), _padded(ys.min(), ys.max())
    left, top, side = 70, 30, 360

    def px(v: float) -> float:
        return left + side * (v - x0) / (x1 - x0)

    def py(v: float) -> float:
        return top + side * (1 - (v - y0) / (y1 - y0))

    body = []
    for tick in _ticks(x0, x1):
        body.append(_line(px(tick), top, px(tick), top + side, _GRID))
        body.append(_text(px(tick), top + side + 16, f"{tick:g}", anchor="middle"))
    for tick in _ticks(y0, y1):
        body.append(_line(left, py(tick), left + side, py(tick), _GRID))
        body.append(_text(left - 6, py(tick) + 4, f"{tick:g}", anchor="end"))
    body.append(_text(left + side / 2, top + side + 34, across.replace("_", " "), anchor="middle"))
    body.append(_text(left, 18, f"{up.replace('_', ' ')}, up"))
    labels: list[tuple[float, float]] = []
    for name, (a, b) in points.items():
        colour = _BEST if name == table.reference else _BAR
        body.append(_line(px(a[1]), py(b[0]), px(a[2]), py(b[0]), colour))
        body.append(_line(px(a[0]), py(b[1]), px(a[0]), py(b[2]), colour))
        body.append(f'<circle cx="{px(a[0]):.1f}" cy="{py(b[0]):.1f}" r="4" fill="{colour}"/>')
        body.append(_text(*_free(labels, px(a[0]) + 7, py(b[0]) - 6), name))
    return _svg(left + side + 90, top + side + 46, body)


def _free(taken: list[tuple[float, float]], x: float, y: float) -> tuple[float, float]:
    """The place of a label, above those that would be under it."""
    while any(abs(x - other) < 75 and abs(y - level) < 13 for other, level in taken):
        y -= 13
    taken.append((x, y))
    return x, y


def _bar(x: Callable[[float], float], y: float, interval: Interval, colour: str) -> list[str]:
    value, low, high = interval
    start, end = sorted((x(0.0), x(value)))
    middle = y + 10
    return [
        f'<rect x="{start:.1f}" y="{y + 2:.1f}" width="{max(end - start, 1):.1f}" height="16" '
        f'fill="{colour}"/>',
        _line(x(low), middle, x(high), middle, _INK),
        _line(x(low), middle - 4, x(low), middle + 4, _INK),
        _line(x(high), middle - 4, x(high), middle + 4, _INK),
    ]


def _padded(low: float, high: float) -> tuple[float, float]:
    span = max(high - low, 1e-6)
    return (low - 0.05 * span if low < 0 else low), high + 0.05 * span


def _ticks(low: float, high: float) -> list[float]:
    """About five round numbers."""
    raw = (high - low) / 5
    size = 10 ** np.floor(np.log10(raw))
    step = next(size * m for m in (1, 2, 5, 10) if size * m >= raw)
    first = np.ceil(low / step)
    return [round(float(step * k), 10) for k in np.arange(first, np.floor(high / step) + 1)]


def _text(x: float, y: float, words: str, anchor: str = "start", bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" {_FONT} fill="{_INK}" text-anchor="{anchor}"{weight}>'
        f"{escape(words)}</text>"
    )


def _line(x0: float, y0: float, x1: float, y1: float, colour: str) -> str:
    return f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" stroke="{colour}"/>'


def _svg(wide: float, tall: float, body: list[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{tall:.0f}" '
        f'viewBox="0 0 {wide:.0f} {tall:.0f}">'
    )
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *body, "</svg>"])
