"""A file that is no screenplay is refused in one sentence that names it and says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from filmagent.errors import InputError
from filmagent.screenplay import parse, plain, read, write

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b" \n\n\t", "is empty"),
        (b"INT. X - DAY\0\0", "is not text"),
        (b"INT. CAF\xc9 - DAY", "is not UTF-8"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"PK\x03\x04....", "is a packed document"),
        (b"{\\rtf1 hello}", "is rich text"),
        (b"<?xml version='1.0'?><FinalDraft>", "is a Final Draft file"),
        (b"Title: Nothing\n\nJust prose.", "has no scene"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "bad.fountain"
    path.write_bytes(data)
    with pytest.raises(InputError) as error:
        read(path)
    message = str(error.value)
    assert str(path) in message
    assert says in message
    assert "\n" not in message
    assert message.endswith(".")


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read(tmp_path / "gone.fountain")
    with pytest.raises(InputError, match="is a folder"):
        read(tmp_path)


def test_utf_16_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "wide.fountain"
    path.write_text("INT. CAFÉ - DAY\n\nHi.\n", encoding="utf-16")
    assert read(path).headings[0].text == "INT. CAFÉ - DAY"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.fountain")), ids=lambda p: p.stem)
def test_the_examples_survive_writing(path: Path) -> None:
    play = read(path)
    assert parse(write(play)) == play


@pytest.mark.parametrize(
    "piece",
    ["[[", "[[\n\n", "/*", "*a ", "**", "_", "(\n", "MARA\n(\n", "#", "> ", "[[x]]", "/**/", "a\n",
     "~a\n", "@", "Title:"],
)  # fmt: skip
def test_hostile_text_does_not_hang(piece: str) -> None:
    # a parser of quadratic time would need minutes for each of these
    play = parse("INT. X - DAY\n\n" + piece * 30_000)
    for element in play.elements:
        plain(getattr(element, "text", ""))
    assert play.headings
