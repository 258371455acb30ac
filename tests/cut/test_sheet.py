"""The contact sheet says how each shot is filmed and how each cut joins."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from filmagent.cut.sheet import shots, write_html
from filmagent.cut.shot import Shot
from filmagent.cut.table import table
from filmagent.documents import Cut, Edit, Setup, TakeReport
from filmagent.documents.edit import Crossing


def shot(name: str, scores: dict[str, float], joins: dict[str, float]) -> Shot:
    cut = Cut(id=name, scene="1", setup=name[:2], source_out=48, joins=joins)
    setup = Setup(id=name[:2], kind="single", size="CU", subjects=["mara"])
    report = TakeReport(
        take=f"{name[:2]}_t01",
        setup=name[:2],
        scene="1",
        lens_mm=85.0,
        first=0,
        end=48,
        static=True,
        scores=scores,
    )
    return Shot(cut, 0.0, 2.0, setup, report, None)


def test_every_shot_has_a_row_with_its_figures() -> None:
    text = table([shot("1A-1", {"framing_error": 0.021, "clearance": 1.4}, {})])
    assert text.count("<tr>") == 2
    assert "<td>1A-1</td><td>2.0</td><td>CU</td><td>85</td><td>0.021</td>" in text
    assert "<td>1.40</td>" in text


def test_a_broken_rule_stands_out() -> None:
    kept = table([shot("1B-1", {}, {"line": 0.0, "jump": 0.0, "angle": 0.0})])
    broken = table([shot("1B-1", {}, {"line": 1.0, "jump": 0.0, "angle": 0.0})])
    assert "fault" not in kept
    assert broken.count('class="fault"') == 1


def test_the_table_says_what_is_heard_over_a_cut_and_how_talk_is_cut() -> None:
    over = shot("1B-1", {}, {})
    over.cut.sound = Crossing(kind="J", speaker="mara", seconds=0.42)
    place = shot("2A-1", {}, {})
    place.cut.sound = Crossing(kind="L", seconds=1.2)
    text = table([shot("1A-1", {}, {}), over, place], "9 cuts in dialogue <b>")
    assert "<td>J 0.4 s, mara</td>" in text and "<td>L 1.2 s, place</td>" in text
    assert "9 cuts in dialogue &lt;b&gt;" in text


def test_text_of_a_film_is_never_markup() -> None:
    assert "<script>" not in table([shot("<script>-1", {}, {})])


def test_a_film_of_cards_has_no_table() -> None:
    assert (
        table([Shot(Cut(id="title", kind="card", text="A film"), 0.0, 2.0, None, None, None)]) == ""
    )


def test_a_painted_shot_has_a_wipe_to_what_was_rendered_and_what_is_said_of_it(
    tmp_path: Path,
) -> None:
    for name, grey in (("rendered", 60), ("refined", 200)):
        Image.new("RGB", (32, 18), (grey,) * 3).save(tmp_path / f"{name}.png")
    edit = Edit(
        cuts=[
            Cut(id="1A-1", scene="1", setup="1A", source_out=24),
            Cut(id="1B-1", scene="1", setup="1B", source_out=24),
        ]
    )
    sheet = shots(
        edit,
        {},
        {},
        lambda cut: tmp_path / "refined.png",
        lambda cut: tmp_path / "rendered.png" if cut.setup == "1A" else None,
        {"1A": ["try 2 of 3 is kept; <b>"]},
    )
    write_html(tmp_path / "sheet.html", "A film", sheet, (32, 18))
    one, two = (tmp_path / "sheet.html").read_text().split("<figure>")[1:]
    assert one.count("<img") == 2 and 'alt="as rendered"' in one and 'type="range"' in one
    assert "try 2 of 3 is kept; &lt;b&gt;" in one
    assert two.count("<img") == 1 and "range" not in two
