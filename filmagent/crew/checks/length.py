"""How long words last before anybody has spoken them: the budget's seconds.

3.75 words a second for prose; dialogue takes 1.2 times as long, a line at least 1.5 s, a scene one
second more (timing rules of thumb of screenplay animatics). Scripts that write no spaces are
counted by letters, 4.5 a second.
"""

from __future__ import annotations

import re

_WORDS, _LETTERS, _SPOKEN, _LEAST, _SCENE = 3.75, 4.5, 1.2, 1.5, 1.0
_SPACELESS = re.compile("[\u0e00-\u0edf\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def prose_seconds(text: str) -> float:
    """Seconds that a paragraph of action takes on the screen."""
    dense = len(_SPACELESS.findall(text))
    words = sum(any(c.isalnum() for c in word) for word in _SPACELESS.sub(" ", text).split())
    return words / _WORDS + dense / _LETTERS


def line_seconds(text: str) -> float:
    """Seconds that a line takes to say."""
    return max(prose_seconds(text) * _SPOKEN, _LEAST)


def scene_seconds(prose: float, lines: float) -> float:
    """Seconds of a scene, of the seconds of its prose and its lines."""
    return prose + lines + _SCENE
