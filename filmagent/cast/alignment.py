"""Which phones of a line belong to which word: the words' own phones aligned to those heard."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from filmagent.documents import Phone, Word

SILENCE = frozenset({"pau", "sil", "ssil", "brth"})

_VOWELS = frozenset(
    [
        "aa",
        "ae",
        "ah",
        "ao",
        "aw",
        "ax",
        "axr",
        "ay",
        "eh",
        "er",
        "ey",
        "ih",
        "ix",
        "iy",
        "ow",
        "oy",
        "uh",
        "uw",
    ]
)
_GAP = 0.9


def words(
    texts: Sequence[str],
    phones: Sequence[Phone],
    alone: Sequence[Sequence[str]],
) -> list[Word]:
    """Word times from phone times.

    Parameters
    ----------
    texts
        The words in order.
    phones
        The line's phones with their times, silences included.
    alone
        For each word, its phones when said by itself; [] when unknown, then its letters count.

    Notes
    -----
    Needleman and Wunsch (1970), with half the price for a vowel that became another vowel:
    sentences reduce them ("a" is ``ey`` alone, ``ax`` in a sentence).
    """
    heard = [p for p in phones if p.phone not in SILENCE]
    if not texts:
        return []
    if not heard:
        end = phones[-1].end if phones else 0.0
        edges = np.linspace(0.0, end, len(texts) + 1)
        return [
            Word(text=t, start=a, end=b)
            for t, a, b in zip(texts, edges[:-1], edges[1:], strict=True)
        ]
    if all(alone):
        owner = _align([p.phone for p in heard], alone)
    else:
        owner = _share(len(heard), [max(1, sum(c.isalnum() for c in t)) for t in texts])
    return _timed(texts, heard, owner)


def _align(heard: Sequence[str], alone: Sequence[Sequence[str]]) -> list[int]:
    """For each heard phone the index of its word, never decreasing."""
    flat = [(phone, i) for i, phones in enumerate(alone) for phone in phones]
    n, m = len(heard), len(flat)
    cost = np.zeros((n + 1, m + 1))
    cost[:, 0], cost[0, :] = np.arange(n + 1) * _GAP, np.arange(m + 1) * _GAP
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost[i, j] = min(
                cost[i - 1, j - 1] + _price(heard[i - 1], flat[j - 1][0]),
                cost[i - 1, j] + _GAP,
                cost[i, j - 1] + _GAP,
            )
    owner, i, j = [0] * n, n, m
    while i > 0:
        if j > 0 and np.isclose(
            cost[i, j], cost[i - 1, j - 1] + _price(heard[i - 1], flat[j - 1][0])
        ):
            i, j = i - 1, j - 1
            owner[i] = flat[j][1]
        elif j > 0 and np.isclose(cost[i, j], cost[i, j - 1] + _GAP):
            j -= 1
        else:
            i -= 1
            owner[i] = flat[min(j, m - 1)][1]
    return owner


def _price(a: str, b: str) -> float:
    if a == b:
        return 0.0
    if a in _VOWELS and b in _VOWELS:
        return 0.5
    return 1.6 if (a in _VOWELS) != (b in _VOWELS) else 1.0


def _share(count: int, weights: Sequence[int]) -> list[int]:
    edges = np.cumsum(weights) / sum(weights) * count
    return [int(np.searchsorted(edges, i + 0.5)) for i in range(count)]


def _timed(texts: Sequence[str], heard: Sequence[Phone], owner: Sequence[int]) -> list[Word]:
    result: list[Word] = []
    at = heard[0].start
    for i, text in enumerate(texts):
        mine = [p for p, o in zip(heard, owner, strict=True) if o == i]
        start = mine[0].start if mine else at
        end = mine[-1].end if mine else at
        result.append(Word(text=text, start=start, end=end))
        at = end
    return result
