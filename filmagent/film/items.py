"""Items made one after the other; or side by side, where they wait for answers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from filmagent.film.records import Item

ITEMS_AT_ONCE = 8


def made(items: Sequence[Item]) -> Iterator[tuple[Item, float]]:
    """Make items; yield each one as it is made, with the seconds it took.

    Those that wait for answers are made side by side. After a failure what was under way is
    finished and yielded, then the failure of the first of them is raised.
    """
    if len(items) < 2 or not all(item.apart for item in items):
        for item in items:
            began = time.monotonic()
            item.make()
            yield item, time.monotonic() - began
        return
    from filmagent.crew.agents.together import finished

    failed: dict[int, Exception] = {}
    began = time.monotonic()
    for index, _, error in finished([item.make for item in items], ITEMS_AT_ONCE):
        if error is not None:
            failed[index] = error
        else:
            yield items[index], time.monotonic() - began
    if failed:
        raise failed[min(failed)]
