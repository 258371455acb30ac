"""Do films come out whole when three answers in ten are broken?

``python tests/benchmarks/bench_crew_faults.py [FILMS] [--until shotlist|takes] [--share 0.3]``

Films (default 50) of the package's ideas are made by the LLM crew as far as their shot lists, over
real HTTP against a loopback server whose answers are a scripted studio's and of which a share is
broken on the way: invalid JSON, another schema, invented names, another language, refused, cut
off, empty, 429, 500, a stall, a dropped connection, half a stream. Printed:

whole       films whose every scene has a blocking and a shot list, and no error
names       names in documents that nobody knows (mechanical checks of breakdown, blocking, shots)
needless    requests sent again though their whole answer had been served
over        films that took more tokens than their budget
again       after a kill (SIGKILL) in mid-film: requests that had been answered and were sent again
            when the film was gone on with; and those in flight at the kill (not answered, or
            answered so shortly before that the answer was still on its way), sent again
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from filmagent.crew.checks import check_breakdown  # noqa: E402
from filmagent.documents.settings import ModelChoice  # noqa: E402
from filmagent.errors import FilmError  # noqa: E402
from filmagent.film import Film, benching, make  # noqa: E402
from filmagent.film.production import save_settings  # noqa: E402
from filmagent.film.writing import CoverageStage  # noqa: E402
from tests.crew.loopback import Faults, Loopback  # noqa: E402
from tests.crew.scripted_crew import Studio  # noqa: E402

BUDGET = 150_000
"""Tokens that each film may take."""
ON_ITS_WAY = 0.3
"""Seconds an answer may take from the server's last byte to the store of a busy machine."""
STALL = 0.6
"""Seconds without a word after which a call counts as stalled."""


@dataclass
class Outcome:
    """What came of the films."""

    films: int = 0
    whole: int = 0
    lines: int = 0
    house: int = 0
    questions: int = 0
    seconds: float = 0.0
    requests: int = 0
    needless: int = 0
    over: int = 0
    most: int = 0
    """Tokens, of the film that took most."""
    invalid: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)


def settle(folder: Path, url: str) -> None:
    """A film folder whose model is the loopback's, with little patience."""
    choice = ModelChoice(
        name="studio",
        url=url,
        budget_tokens=BUDGET,
        price=(1.0, 2.0),
        timeout_s=STALL,
        tries=5,
    )
    save_settings(Film(folder).folder, crew="llm", model=choice, size=(160, 90))


def plan(folder: Path, idea: str, until: str) -> None:
    """Make a film as far as its takes, or as its shot list (for which no bodies need to move)."""
    if until == "takes":
        make(None, folder, idea=idea, until=until)
    else:
        make(None, folder, idea=idea, until="timing").run([CoverageStage()])


def invalid_names(film: Film) -> list[str]:
    """What the mechanical checks have against a film's documents."""
    found = [str(p) for p in check_breakdown(film.breakdown, film.catalogue)]
    return found + benching.score([film.root]).rows[0].violations


def films(number: int, until: str, share: float, folder: Path) -> Outcome:
    """Make films one after the other, each against a server of its own seed."""
    stories = list(benching.ideas().items())
    found = Outcome()
    for k in range(number):
        name, idea = stories[k % len(stories)]
        place = folder / f"{k:02d}"
        faults = Faults(share, seed=k)
        began = time.monotonic()
        with Loopback(Studio(seed=k), faults=faults, stall_s=STALL * 1.5) as server:
            settle(place, server.url)
            try:
                plan(place, idea, until)
            except FilmError as error:
                found.errors.append(f"{k} {name}: {error}")
            found.requests += len(server.chats)
            found.needless += len(server.needless())
            found.over += sum(server.tokens) > BUDGET
            found.most = max(found.most, sum(server.tokens))
            found.faults.update(a.fault.name for a in server.chats if a.fault is not None)
        found.seconds += time.monotonic() - began
        found.films += 1
        film = Film(place)
        if film.folder.shotlist.exists():
            row = benching.score([place]).rows[0]
            found.whole += row.whole and not any(e.startswith(f"{k} ") for e in found.errors)
            found.lines += row.figures.lines
            found.invalid += [f"{k} {name}: {text}" for text in invalid_names(film)]
            if row.validity is not None:
                found.house += row.validity.house
                found.questions += row.validity.questions
    return found


MAKE = """
import sys
from pathlib import Path
from tests.benchmarks.bench_crew_faults import plan
plan(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
"""


def kills(number: int, until: str, share: float, folder: Path) -> tuple[int, int, int, int]:
    """Kill films in the middle and go on with them.

    Returns
    -------
    kills, served_again, in_flight, in_flight_again
    """
    idea = next(iter(benching.ideas().values()))
    killed = served_again = flying = flying_again = 0
    for k in range(number):
        place = folder / f"killed_{k}"
        faults = Faults(share, seed=100 + k)
        with Loopback(Studio(seed=k), faults=faults, latency=0.15, stall_s=STALL * 1.5) as server:
            settle(place, server.url)
            run = subprocess.Popen(
                [sys.executable, "-c", MAKE, str(place), idea, until],
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            # early, in the middle and late: a film of this size takes some thirty requests
            while len(server.chats) < 6 * (1 + k % 3) and run.poll() is None:
                time.sleep(0.01)
            if run.poll() is None:
                os.kill(run.pid, signal.SIGKILL)
                killed += 1
            at = time.monotonic() - ON_ITS_WAY
            run.wait()
            before = list(server.chats)
            time.sleep(0.5)
            served = {a.body_hash for a in before if a.served and a.ended < at}
            flight = {a.body_hash for a in before if not a.ended or a.ended >= at} - served
            flying += len(flight)
            plan(place, idea, until)
            again = {a.body_hash for a in server.chats[len(before) :]}
            served_again += len(again & served)
            flying_again += len(again & flight)
    return killed, served_again, flying, flying_again


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("films", nargs="?", type=int, default=50)
    options.add_argument("--until", default="shotlist", choices=("shotlist", "takes"))
    options.add_argument("--share", type=float, default=0.3)
    options.add_argument("--kills", type=int, default=3)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = films(given.films, given.until, given.share, Path(folder))
        told = kills(given.kills, given.until, given.share, Path(folder))
    broken = sum(found.faults.values())
    print(f"{found.films} films to {given.until}, {found.lines} lines, {found.seconds:.0f} s")
    print(f"requests  {found.requests}, of which {broken} broken: {dict(found.faults)}")
    print(f"whole     {found.whole} of {found.films}")
    print(f"names     {len(found.invalid)} that nobody knows, or other violations")
    print(f"house     decided {found.house} of {found.questions} questions")
    print(f"needless  {found.needless}")
    print(f"over      {found.over} over a budget of {BUDGET:,} tokens; {found.most:,} at most")
    print(
        f"again     {told[0]} kills: {told[1]} served requests sent again; "
        f"{told[3]} of {told[2]} in flight"
    )
    for text in (*found.errors, *found.invalid[:20]):
        print("  ", text)


if __name__ == "__main__":
    main()
