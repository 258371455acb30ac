"""Several calls at once: what a crew waits for is answers, not the processor."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def finished(
    jobs: Sequence[Callable[[], T]], at_once: int
) -> Iterator[tuple[int, T | None, Exception | None]]:
    """Run jobs side by side; yield each one's index, result and error as it ends.

    Jobs begin in order. After an error none is begun any more; those at work are waited for, so
    that what they were answered is kept. The threads are daemons: Ctrl-C need not wait for a
    server.
    """
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    ended: queue.SimpleQueue[tuple[int, T | None, Exception | None]] = queue.SimpleQueue()
    stop = threading.Event()
    for index in range(len(jobs)):
        waiting.put(index)

    def work() -> None:
        while not stop.is_set():
            try:
                index = waiting.get_nowait()
            except queue.Empty:
                break
            try:
                ended.put((index, jobs[index](), None))
            except Exception as error:
                stop.set()
                ended.put((index, None, error))
        ended.put((-1, None, None))

    workers = min(max(at_once, 1), len(jobs))
    for _ in range(workers):
        threading.Thread(target=work, daemon=True).start()
    try:
        while workers:
            index, value, error = ended.get()
            if index < 0:
                workers -= 1
            else:
                yield index, value, error
    finally:
        stop.set()


def together(jobs: Sequence[Callable[[], T]], at_once: int = 8) -> list[T]:
    """The results of all jobs, in their order; the first error in their order, if there is one.

    >>> together([lambda: 1, lambda: 2])
    [1, 2]
    """
    if len(jobs) < 2:
        return [job() for job in jobs]
    results: dict[int, T | None] = {}
    errors: dict[int, Exception] = {}
    for index, value, error in finished(jobs, at_once):
        results[index] = value
        if error is not None:
            errors[index] = error
    if errors:
        raise errors[min(errors)]
    return [results[index] for index in range(len(jobs))]  # type: ignore[misc]
