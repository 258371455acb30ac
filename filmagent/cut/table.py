"""The table of a film's own figures: a row a shot, how it is filmed and how it cuts."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from filmagent.cut.shot import Shot
from filmagent.documents import Cut

_Figure = tuple[str, str, str, Callable[[float], bool]]
_FILMED: tuple[_Figure, ...] = (
    ("framing_error", "framing error, heights", ".3f", lambda x: x > 0.10),
    ("visible", "visible", ".2f", lambda x: x < 0.90),
    ("face_seen", "face seen", ".2f", lambda x: x < 0.90),
    ("clearance", "clearance, m", ".2f", lambda x: x < 0.25),
    ("jerk", "jerk, m/s³", ".2f", lambda x: x > 5.0),
)
_JOINS: tuple[_Figure, ...] = (
    ("line", "180° broken", ".0f", lambda x: x > 0),
    ("angle", "30° broken above ½", ".2f", lambda x: x > 0.5),
    ("jump", "jump cut", ".0f", lambda x: x > 0),
    ("direction", "turns round", ".0f", lambda x: x > 0),
    ("gaze", "gaze jump, heights", ".2f", lambda x: x > 0.9),
)
"""Key in the document, heading, how it is written, and when it is shown as a fault."""


def table(sheet: Sequence[Shot], said: str = "") -> str:
    """HTML of the figures of each shot and of each cut; nothing where there are no shots.

    ``said`` is a sentence about them all, set above.

    A figure that a shot cannot have (the face in a wide shot, the cut of a scene's first shot) is
    left blank; what a director would want to look at again stands out.
    """
    rows = [_row(shot) for shot in sheet if shot.cut.kind == "shot"]
    if not rows:
        return ""
    names = ["shot", "seconds", "size", "lens, mm", *(f[1] for f in (*_FILMED, *_JOINS)), "sound"]
    head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
    body = "\n".join(rows)
    above = f'<p class="sub">{html.escape(said)}</p>\n' if said else ""
    return f"<h2>Figures</h2>\n{above}<table><tr>{head}</tr>\n{body}\n</table>"


def _row(shot: Shot) -> str:
    scores = shot.report.scores if shot.report else {}
    plain = [
        shot.cut.id,
        f"{shot.length:.1f}",
        shot.setup.size if shot.setup else "",
        f"{shot.report.lens_mm:g}" if shot.report else "",
    ]
    cells = [f"<td>{html.escape(text)}</td>" for text in plain]
    cells += [_cell(scores, figure) for figure in _FILMED]
    cells += [_cell(shot.cut.joins, figure) for figure in _JOINS]
    cells.append(f"<td>{html.escape(_sound(shot.cut))}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _sound(cut: Cut) -> str:
    """``J 0.4 s, mara``: how sound goes over a shot's first frame."""
    over = cut.sound
    if over.kind == "straight":
        return ""
    return f"{over.kind} {over.seconds:.1f} s, {over.speaker.replace('_', ' ') or 'place'}"


def _cell(figures: dict[str, float], figure: _Figure) -> str:
    key, _, written, faulty = figure
    if key not in figures:
        return "<td></td>"
    value = float(figures[key])
    mark = ' class="fault"' if faulty(value) else ""
    return f"<td{mark}>{value:{written}}</td>"
