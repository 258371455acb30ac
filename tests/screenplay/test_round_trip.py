"""Parse → write → parse gives the same document, whatever the text."""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from filmagent.screenplay import parse, write

PIECES = [
    "INT. CAFÉ - DAY", "EXT STREET #12A#", ".KITCHEN", "MARA", "@mara", "MARA (V.O.) ^", "李明",
    "@李明", "سارة", "(softly)", "（轻声）", "((a) b)", "(open", "close)", "Hello *you*.", "~la la",
    "CUT TO:", "> Burn.", "> THE END <", ">", "<", "===", "==", "= what", "# One", "####### x", "!",
    "!INT. X", "[[note]]", "[[camera:\npush]]", "[[", "]]", "/*", "*/", "/* cut\n\nout */", "  ",
    "\t", "   indented", "Title: A", "    more", "Note to self: x", "FADE IN:", "SUPER: Paris", "^",
    "@", ".", "...", "~", "#", "#1#", "**", "_", "\\*", "MARA:", "Author：me", "a --", "\u2028",
]  # fmt: skip

lines = st.lists(st.sampled_from(PIECES), max_size=4).map("".join) | st.lists(
    st.sampled_from(PIECES), max_size=4
).map(" ".join)
pages = st.lists(lines, max_size=14).map("\n".join)


@example("\tMARA (V.O.) ^Author：me\nINT. CAFÉ - DAY")
@settings(max_examples=1200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pages)
def test_fountain_like_text_survives(text: str) -> None:
    once = parse(text)
    again = parse(write(once))
    assert again == once
    assert write(again) == write(once)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_survives(text: str) -> None:
    once = parse(text)
    assert parse(write(once)) == once
