"""What asking a model costs beside the model: by call, in parallel, from the store.

``python tests/benchmarks/bench_model.py`` prints ratios taken in one run, against a loopback
endpoint of a fixed latency.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from filmagent.crew.model import ModelError, ModelSettings, Question, open_model
from tests.crew.loopback import Faults, Loopback
from tests.crew.model.asked import Outline, outline

CALLS = 160
LATENCY_S = 0.05
ASKED = Question("screenwriter", "outline", "1", "You write.", "A key. " * 500, Outline)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    os.environ["FILMAGENT_API_KEY"] = "loopback"
    questions = [replace(ASKED, seed=n) for n in range(CALLS)]
    with Loopback(lambda request: outline(), latency=LATENCY_S) as server, \
            tempfile.TemporaryDirectory() as folder:  # fmt: skip

        def run(name: str, workers: int) -> float:
            settings = ModelSettings(
                url=server.url, name="m", concurrency=workers, timeout_s=1.0, backoff_s=0.01
            )
            model = open_model(settings, Path(folder) / name)

            def ask(question: Question[Outline]) -> None:
                try:
                    model.ask(question)
                except ModelError:
                    failed.append(question.seed)

            failed: list[int] = []
            with ThreadPoolExecutor(workers) as pool:
                taken = seconds(lambda: list(pool.map(ask, questions)))
            print(f"{name:>12}, {workers} at once: {taken:6.2f} s; {model.receipt().summary()}")
            model.close()
            return taken

        run("warm", 1)
        serial = run("serial", 1)
        print(f"overhead of a call: {(serial / CALLS - LATENCY_S) * 1000:.1f} ms")
        print(f"8 at once: {serial / run('parallel', 8):.1f} × as fast")
        print(f"from the store: {serial / run('serial', 1):.0f} × as fast")
        server.log.clear()
        server.faults = Faults(rate=0.3, seed=1)
        run("30 % broken", 8)
        print(f"sent again though served: {len(server.needless())}")


if __name__ == "__main__":
    main()
