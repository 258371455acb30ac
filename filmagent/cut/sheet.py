"""The contact sheet: a frame a shot, its lens, size and move, and why it was chosen."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from PIL import Image

from filmagent.cut.shot import Shot
from filmagent.cut.table import table
from filmagent.cut.titles import card
from filmagent.documents import Cut, Edit, Setup, TakeReport, write_bytes, write_text
from filmagent.documents.film_time import fps, starts

Still = Callable[[Cut], Path | None]
"""The picture of a shot: a file, or None when there is none yet."""

_STYLE = """
body{background:#16171a;color:#ddd8cf;font:14px/1.45 system-ui,sans-serif;margin:32px}
h1{font-weight:500;margin:0 0 4px} .sub{color:#8e8a83;margin:0 0 24px}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(320px,1fr));gap:22px}
figure{margin:0;background:#1e2024;border-radius:6px;overflow:hidden}
img{display:block;width:100%} figcaption{padding:10px 12px}
.name{font-weight:600;color:#f3efe7} .spec{color:#b9a77f;margin-left:8px}
.time{float:right;color:#8e8a83;font-variant-numeric:tabular-nums}
.why{margin:6px 0 0} .given{margin:6px 0 0;color:#d98b6a}
h2{font-weight:500;margin:40px 0 8px}
table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums}
th{text-align:right;font-weight:500;color:#8e8a83;padding:2px 14px 6px 0;vertical-align:bottom}
td{text-align:right;padding:2px 14px 2px 0;border-top:1px solid #26282d}
.fault{color:#d98b6a}
.wipe{position:relative;--at:50%}
.wipe img+img{position:absolute;inset:0;height:100%;clip-path:inset(0 0 0 var(--at))}
.wipe::after{content:"";position:absolute;top:0;bottom:0;left:var(--at);width:1px;background:#fff9}
.wipe input{position:absolute;inset:0;width:100%;height:100%;margin:0;opacity:0;cursor:ew-resize}
"""


def shots(
    edit: Edit,
    setups: Mapping[str, Setup],
    reports: Mapping[str, TakeReport],
    still: Still,
    before: Still = lambda cut: None,
    said: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> list[Shot]:
    """The shots of the film in order, with their pictures.

    Parameters
    ----------
    edit, setups, reports
        The film's.
    still
        The picture of a shot.
    before
        The same as the engine rendered it, where a video model has painted it since.
    said
        Sentences about painted setups.
    """
    rate = fps(edit)
    return [
        Shot(
            cut,
            start / rate,
            cut.frames / rate,
            setups.get(cut.setup),
            reports.get(cut.setup),
            still(cut) if cut.kind == "shot" else None,
            before(cut) if cut.kind == "shot" else None,
            said.get(cut.setup, ()),
        )
        for cut, start in zip(edit.cuts, starts(edit)[:-1], strict=True)
    ]


def write_html(
    path: Path, title: str, sheet: Sequence[Shot], size: tuple[int, int], said: str = ""
) -> None:
    """One self-contained HTML file; ``said`` is a sentence over its table."""
    total = sum(s.length for s in sheet)
    number = sum(s.cut.kind == "shot" for s in sheet)
    figures = "\n".join(_figure(shot, size) for shot in sheet)
    name = html.escape(title or "Film")
    write_text(
        path,
        f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{name}: contact sheet</title>
<style>{_STYLE}</style></head><body>
<h1>{name}</h1><p class="sub">{number} shots, {total:.1f} seconds</p>
<main>
{figures}
</main>
{table(sheet, said)}
</body></html>
""",
    )


def write_png(path: Path, sheet: Sequence[Shot], *, columns: int = 4, width: int = 320) -> None:
    """The pictures alone, as one PNG: what the README shows."""
    pictures = [image for image in (_load(shot.picture) for shot in sheet) if image is not None]
    if not pictures:
        return
    height = round(width * pictures[0].height / pictures[0].width)
    gap = 6
    rows = -(-len(pictures) // columns)
    whole = Image.new(
        "RGB", (columns * (width + gap) + gap, rows * (height + gap) + gap), (22, 23, 26)
    )
    for number, picture in enumerate(pictures):
        row, column = divmod(number, columns)
        whole.paste(
            picture.resize((width, height), Image.Resampling.LANCZOS),
            (gap + column * (width + gap), gap + row * (height + gap)),
        )
    buffer = io.BytesIO()
    whole.save(buffer, "PNG", optimize=True)
    write_bytes(path, buffer.getvalue())


def _figure(shot: Shot, size: tuple[int, int]) -> str:
    image = (
        Image.fromarray(card(shot.cut.text, size))
        if shot.cut.kind == "card"
        else (_load(shot.picture))
    )
    source = _wipe(image, _load(shot.before)) if image is not None else ""
    name = shot.cut.setup if shot.cut.kind == "shot" else "Card"
    given = "".join(
        f'<p class="given">{html.escape(w)}</p>'
        for w in (*(shot.report.given_up if shot.report else ()), *shot.said)
    )
    reasons = " ".join(
        filter(
            None,
            [
                shot.cut.why,
                shot.setup.why if shot.setup else "",
                shot.setup.motive if shot.setup else "",
            ],
        )
    )
    minutes, seconds = divmod(shot.seconds, 60)
    return f"""<figure>{source}<figcaption>
<span class="time">{int(minutes):02d}:{seconds:05.2f} · {shot.length:.1f} s</span>
<span class="name">{html.escape(name)}</span><span class="spec">{html.escape(_spec(shot))}</span>
<p class="why">{html.escape(reasons)}</p>{given}</figcaption></figure>"""


def _wipe(image: Image.Image, before: Image.Image | None) -> str:
    """A picture; where there is another version of it, a wipe between the two."""
    after = f'<img alt="" src="{_data(image)}">'
    if before is None:
        return after
    return (
        f'<div class="wipe"><img alt="as rendered" src="{_data(before)}">{after}'
        '<input type="range" min="0" max="100" value="50" aria-label="rendered or refined" '
        "oninput=\"this.parentNode.style.setProperty('--at',this.value+'%')\"></div>"
    )


def _spec(shot: Shot) -> str:
    if shot.setup is None:
        return ""
    words: list[str] = [shot.setup.size]
    if shot.report:
        words.append(f"{shot.report.lens_mm:g} mm")
    if shot.setup.angle != "eye":
        words.append(f"{shot.setup.angle} angle")
    words.append(
        "static"
        if shot.setup.move == "static"
        else f"{shot.setup.speed} {shot.setup.move.replace('_', ' ')}"
    )
    return " · ".join(words)


def _load(path: Path | None) -> Image.Image | None:
    if path is None or not path.exists():
        return None
    with Image.open(path) as image:
        return image.convert("RGB")


def _data(image: Image.Image) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=86)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()
