"""Texts whose every letter is whole."""

from __future__ import annotations


def whole_letters(text: str) -> str:
    """Join the halves of UTF-16 pairs; a half without its other becomes U+FFFD.

    An emoji cut in two, by a stream or by whoever cut the text, is no Unicode text: it can
    neither be sent nor be written to a file.
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
