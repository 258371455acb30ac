"""What a hand-written performance is made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from filmagent.documents import Segment


def segment(kind, start, end, position, heading, end_heading=None, **more) -> Segment:
    return Segment(
        kind=kind,
        start=start,
        end=end,
        position=position,
        heading=heading,
        end_heading=heading if end_heading is None else end_heading,
        **more,
    )


def polyline(points: Sequence[tuple[float, float]], step: float = 0.08):
    out = []
    for a, b in pairwise(points):
        count = max(1, int(math.dist(a, b) / step))
        out += [
            (a[0] + (b[0] - a[0]) * k / count, a[1] + (b[1] - a[1]) * k / count)
            for k in range(count)
        ]
    return [*out, points[-1]]
