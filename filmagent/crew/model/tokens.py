"""About how many tokens a question has, without the model's tokenizer.

Byte-pair tokenizers make about one token of four bytes of English UTF-8, of three to four bytes
of JSON, of two to three bytes of Arabic or Cyrillic and of three of Chinese; so bytes, not
letters, are counted, and the count is meant to be high rather than low.
"""

from __future__ import annotations

import math
from typing import Any

from filmagent.crew.model.question import Picture, Question

_BYTES_A_TOKEN = 3.0
_MESSAGE = 8
"""Tokens that a chat template puts around a message."""


def tokens_of_text(text: str) -> int:
    """An upper bound, in practice, on a text's tokens."""
    return math.ceil(len(text.encode("utf-8", "replace")) / _BYTES_A_TOKEN)


def tokens_of_picture(picture: Picture) -> int:
    """Tokens of a picture: 85 and 170 for each tile of 512 pixels.

    The picture is first made to fit 2048 × 2048 and its short side 768 (OpenAI, "Images and
    vision", section "Calculating costs", GPT-4o). Other models count otherwise, mostly less.
    """
    width, height = _size(picture.png)
    scale = min(1.0, 2048 / max(width, height))
    scale *= min(1.0, 768 / (min(width, height) * scale))
    tiles = math.ceil(width * scale / 512) * math.ceil(height * scale / 512)
    return 85 + 170 * tiles + tokens_of_text(picture.caption)


def tokens_of_question(question: Question[Any], extra: str = "", sees: bool = True) -> int:
    """Tokens of a question's messages, and of ``extra`` text that goes along."""
    texts = (question.system, question.user, extra)
    count = 2 * _MESSAGE + sum(tokens_of_text(text) for text in texts)
    for picture in question.pictures:
        count += tokens_of_picture(picture) if sees else tokens_of_text(picture.caption)
    return count


def _size(png: bytes) -> tuple[int, int]:
    # PNG, section 11.2.2: the IHDR chunk comes first, width and height lead it
    if png[:8] != b"\x89PNG\r\n\x1a\n" or len(png) < 24:
        raise ValueError("A picture of a question is not a PNG file; save it as one.")
    width, height = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    if not width or not height:
        raise ValueError(f"A picture of a question is {width} × {height} pixels; it needs some.")
    return width, height
