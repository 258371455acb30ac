"""Subtitles: what is said, while it is said, in rows one can read."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pysubs2

from filmagent.cut import subtitles, write_srt
from filmagent.documents import Character, Edit, Heard, Line, SceneTiming


def film(*lines: tuple[str, float, float, str]) -> list:
    spoken = [
        Line(
            beat=f"1.{n}",
            actor="mara",
            text=text,
            wav="",
            seconds=seconds,
            start=at,
            end=at + seconds,
            delivery=delivery,
        )
        for n, (text, at, seconds, delivery) in enumerate(lines)
    ]
    timing = SceneTiming(scene="1", set="cafe", duration=60.0, lines=spoken)
    heard = [Heard(scene="1", beat=s.beat, film_seconds=s.start) for s in spoken]
    return subtitles(Edit(heard=heard), {"1": timing}, [Character(id="mara", name="MARA")])


def test_a_line_is_shown_while_it_is_heard() -> None:
    (shown,) = film(("You kept the table.", 3.0, 1.2, "on"))
    assert shown.text == "You kept the table."
    assert shown.start == 3.0 and 4.2 <= shown.end <= 4.6


def test_long_lines_are_split_into_pairs_of_readable_rows() -> None:
    text = "I know what you are going to say, " * 6
    shown = film((text, 0.0, 14.0, "on"))
    assert len(shown) > 1
    assert all(len(row) <= 42 for s in shown for row in s.text.split("\n"))
    assert all(len(s.text.split("\n")) <= 2 for s in shown)
    assert " ".join(" ".join(s.text.split()) for s in shown) == " ".join(text.split())


def test_chinese_breaks_between_characters() -> None:
    text = (
        "我不要那座房子，我只想和你一起，再看一次那个花园，就一次，好吗，求你了，这次我不会再迟到了"
    )
    shown = film((text, 0.0, 6.0, "on"))
    assert "".join(s.text.replace("\n", "") for s in shown) == text
    assert all(len(row) <= 21 for s in shown for row in s.text.split("\n"))


def test_subtitles_never_overlap_even_when_people_do() -> None:
    shown = film(
        ("Don't you --", 0.0, 2.0, "on"),
        ("I counted them.", 1.6, 1.0, "on"),
        ("Together.", 1.62, 1.0, "on"),
    )
    assert all(a.end <= b.start for a, b in pairwise(shown))
    assert "I counted them." in "\n".join(s.text for s in shown)
    assert "Together." in "\n".join(s.text for s in shown)


def test_somebody_heard_and_not_seen_is_named() -> None:
    (shown,) = film(("It was raining.", 0.0, 1.0, "vo"))
    assert shown.text == "[MARA] It was raining."


def test_srt_keeps_right_to_left_text_as_it_is(tmp_path: Path) -> None:
    lines = film(("أين المفتاح؟", 1.0, 1.0, "on"))
    write_srt(tmp_path / "film.srt", lines)
    back = pysubs2.load(str(tmp_path / "film.srt"))
    assert back[0].plaintext == "أين المفتاح؟"
    assert back[0].start == 1000
