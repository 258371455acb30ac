"""A person's hand in a film: recasting, moving to another set, locking."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from filmagent.documents import Character
from filmagent.errors import BusyError, InputError
from filmagent.film import Film, directing, make


@pytest.fixture(scope="module")
def read(script: Path, tmp_path_factory: pytest.TempPathFactory) -> Film:
    return make(script, tmp_path_factory.mktemp("directing") / "film", until="breakdown")


@pytest.fixture
def film(read: Film, tmp_path: Path) -> Film:
    shutil.copytree(read.root, tmp_path / "film")
    return Film(tmp_path / "film")


def who(film: Film, name: str) -> Character:
    return next(c for c in film.breakdown.characters if c.name == name)


def sex(film: Film, name: str) -> str:
    voice = who(film, name).voice
    assert voice is not None
    return next(
        v.gender for v in film.catalogue.voices if (v.engine, v.name) == (voice.engine, voice.name)
    )


@pytest.mark.parametrize(
    ("member", "gender"), [("ruth", "female"), ("nadia", "female"), ("walter", "male")]
)
def test_the_voice_follows_the_member_and_stays_apart_from_the_others(
    film: Film, member: str, gender: str
) -> None:
    before = who(film, "JONAS").voice
    directing.cast(film, "MARA", member)
    assert who(film, "MARA").member == member
    if any(v.gender == gender for v in film.catalogue.voices):
        assert sex(film, "MARA") in (gender, "unknown")
    assert who(film, "JONAS").voice == before, "nobody else's voice changes"
    assert who(film, "MARA").voice != before


def test_an_old_member_speaks_lower_and_slower_than_a_young_one(film: Film) -> None:
    directing.cast(film, "MARA", "nadia")
    young = who(film, "MARA").voice
    directing.cast(film, "mara", "ruth")
    old = who(film, "MARA").voice
    assert young and old and old.name == young.name
    assert old.pitch < young.pitch and old.rate < young.rate


def test_casting_back_and_forth_ends_where_it_began(film: Film) -> None:
    directing.cast(film, "MARA", "ines")
    first = film.folder.breakdown.read_bytes()
    directing.cast(film, "MARA", "walter")
    directing.cast(film, "MARA", "ines")
    assert film.folder.breakdown.read_bytes() == first


def test_a_recast_part_stays_recast_when_the_crew_reads_again(film: Film) -> None:
    directing.cast(film, "MARA", "ruth")
    voice = who(film, "MARA").voice
    make(film.folder.screenplay, film.root, redo=["breakdown"], until="breakdown")
    assert (who(film, "MARA").member, who(film, "MARA").voice) == ("ruth", voice)


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda f: directing.cast(f, "MARRA", "ruth"), 'did you mean "MARA"'),
        (lambda f: directing.cast(f, "MARA", "rut"), 'did you mean "ruth"'),
        (lambda f: directing.cast(f, "MARA", "zzzz"), "there are .*ines"),
        (lambda f: directing.place(f, "1", "cafee"), 'did you mean "cafe"'),
        (lambda f: directing.place(f, "9", "cafe"), 'no scene "9"'),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(film: Film, act: object, says: str) -> None:
    before = film.folder.breakdown.read_bytes()
    with pytest.raises(InputError, match=says):
        act(film)  # type: ignore[operator]
    assert film.folder.breakdown.read_bytes() == before


def test_a_scene_is_shot_on_the_set_that_is_asked_for(film: Film) -> None:
    directing.place(film, "1", "street")
    make(film.folder.screenplay, film.root, redo=["breakdown"], until="breakdown")
    assert film.breakdown.scenes[0].set == "street", "kept when the crew reads again"


HOLD = """
import sys, time
from pathlib import Path
from filmagent.film import Film
with Film(Path(sys.argv[1])).held():
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize(
    ("act", "document"),
    [
        (lambda f: directing.cast(f, "MARA", "ruth"), "breakdown.json"),
        (lambda f: directing.place(f, "1", "street"), "breakdown.json"),
        (lambda f: directing.lock(f, "1A"), "shotlist.json"),
    ],
    ids=["cast", "set", "lock"],
)
def test_nothing_is_directed_while_another_process_works_on_the_film(
    planned: Film, tmp_path: Path, act: Callable[[Film], None], document: str
) -> None:
    shutil.copytree(planned.root, tmp_path / "film")
    film = Film(tmp_path / "film")
    before = (film.root / document).read_bytes()
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(film.root)], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline()
        with pytest.raises(BusyError, match=f"process {holder.pid}"):
            act(film)
        assert (film.root / document).read_bytes() == before
    finally:
        os.kill(holder.pid, signal.SIGKILL)
        holder.communicate()
    act(film)
    assert (film.root / document).read_bytes() != before
