"""A note changes documents, is shown as a diff, outlives a re-run, and can be taken back."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import filmagent
from filmagent.cli import directing as cli
from filmagent.documents import Setup
from filmagent.errors import InputError
from filmagent.film import STAGES, Film, directing, make, noted, noting


@pytest.fixture
def film(planned: Film, tmp_path: Path) -> Film:
    shutil.copytree(planned.root, tmp_path / "film")
    return Film(tmp_path / "film")


def setup(film: Film, name: str) -> Setup:
    return next(s for scene in film.shotlist.scenes for s in scene.setups if s.id == name)


def stale(film: Film) -> dict[str, list[str]]:
    """Stages up to the edit that would run, and why."""
    upto = [s for s in STAGES if s.name in ("blocking", "timing", "shotlist", "takes", "edit")]
    return {s.item: s.because for s in Film(film.root).status(upto) if s.state != "done"}


def places(told: noting.Told) -> set[str]:
    return {f"{d.document} {d.place}" for d in told.differences}


def shown(film: Film) -> dict[str, tuple[str, int, int]]:
    return {c.id: (c.setup, c.source_in, c.source_out) for c in film.edit.cuts if c.kind == "shot"}


def longest(film: Film) -> str:
    """The longest cut that another follows at once."""
    cuts = [c for c in film.edit.cuts if c.kind == "shot"]
    return max(cuts[:-1], key=lambda c: c.frames).id


def test_a_wish_for_a_shot_changes_that_shot_alone(film: Film) -> None:
    before = film.shotlist
    name = before.scenes[0].setups[0].id
    told = filmagent.note(film.root, f"{name}: a bit wider, from above")
    after = film.shotlist
    changed = [
        s.id for s, t in zip(before.scenes[0].setups, after.scenes[0].setups, strict=True) if s != t
    ]
    assert changed == [name]
    assert setup(film, name).angle == "high"
    assert {f"shotlist.json {name} size", f"shotlist.json {name} angle"} == places(told)


def test_only_what_a_note_touches_is_made_again(film: Film) -> None:
    name = film.shotlist.scenes[0].setups[0].id
    filmagent.note(film.root, f"{name}: wider")
    assert "shotlist/1" not in stale(film), "the crew is not asked again"
    assert "shotlist" in stale(film)["takes/1"]
    assert "blocking/1" not in stale(film) and "timing/1" not in stale(film)


def test_a_longer_shot_moves_one_cut_and_makes_nothing_stale_but_the_film(film: Film) -> None:
    name, before = longest(film), shown(film)
    told = filmagent.note(film.root, f"{name}: half a second longer")
    after = shown(film)
    assert after[name][2] - before[name][2] == 12
    assert len([n for n in after if after[n] != before[n]]) == 2, "its neighbour gives the time"
    assert stale(film) == {} and len(told.differences) == 2
    assert film.edit.heard == Film(film.root).edit.heard


def test_a_dry_run_shows_the_same_and_writes_nothing(film: Film) -> None:
    files = {p: p.read_bytes() for p in film.root.rglob("*.json")}
    tried = filmagent.note(film.root, f"{longest(film)}: shorter", dry_run=True)
    assert files == {p: p.read_bytes() for p in film.root.rglob("*.json")}
    assert tried.differences == filmagent.note(film.root, f"{longest(film)}: shorter").differences


def test_a_note_outlives_a_new_shot_list_and_a_new_edit(film: Film) -> None:
    name, cut = film.shotlist.scenes[0].setups[0].id, longest(film)
    filmagent.note(film.root, f"{name}: 35 mm, high angle; {cut} 6 frames longer")
    told = shown(film)[cut]
    make(film.folder.screenplay, film.root, redo=["shotlist"], until="shotlist")
    assert (setup(film, name).lens_mm, setup(film, name).angle) == (35.0, "high")
    assert directing.changed_by_hand(film) == [], "the crew's shot list has the note in it"
    again = Film(film.root)
    again.records.forget("edit")
    (film.folder.hidden / "edit_basis.json").unlink()
    edit = noted.cut(again, again.edit.model_copy(update={"cuts": []}), {})
    assert edit.cuts == [] and told == shown(film)[cut], "and says so where a cut is gone"


def test_a_note_is_taken_back(film: Film) -> None:
    before = film.folder.shotlist.read_bytes()
    name = film.shotlist.scenes[0].setups[0].id
    told = filmagent.note(film.root, f"{name}: much wider, handheld")
    noting.withdraw(film.root, told.note.id)
    make(film.folder.screenplay, film.root, until="shotlist")
    assert film.folder.shotlist.read_bytes() == before
    with pytest.raises(InputError, match='no note "n1" that holds'):
        noting.withdraw(film.root, "n1")


def test_what_is_locked_is_refused_with_a_sentence(film: Film) -> None:
    name = film.shotlist.scenes[0].setups[0].id
    directing.lock(film, name)
    before = film.folder.shotlist.read_bytes()
    with pytest.raises(InputError, match=f"{name} is locked.*--unlock"):
        filmagent.note(film.root, f"{name}: closer")
    other = film.shotlist.scenes[0].setups[1].id
    told = filmagent.note(film.root, f"{name}: closer; {other}: wider")
    assert "locked" in told.note.said[0], "what can be done is done, the rest is said"
    assert film.folder.shotlist.read_bytes() != before
    assert not any(name in str(d) for d in told.differences)


def test_a_reading_is_a_change_of_the_blocking(film: Film) -> None:
    told = filmagent.note(film.root, "angrier on line 3")
    reading = next(r for r in film.blocking.scenes[0].readings if r.beat == "1.6")
    assert reading.emotion == "angry"
    assert "timing/1" in stale(film) and "blocking/1" not in stale(film)
    assert all(d.document == "blocking.json" for d in told.differences)


def test_the_listener_is_shown_while_the_line_goes_on(film: Film) -> None:
    line = next(x for x in film.timing("1").lines if x.beat == "1.8")
    filmagent.note(film.root, "cut to the listener on line 5")
    frame = int(line.end * 24) - 1
    cut = next(
        c for c in film.edit.cuts if c.kind == "shot" and c.source_in <= frame < c.source_out
    )
    assert (
        "mara"
        in next(
            s for scene in film.shotlist.scenes for s in scene.setups if s.id == cut.setup
        ).subjects
    )


def test_the_cut_stays_whole_whatever_is_asked_of_it(film: Film) -> None:
    wishes = ["hold on MARA after line {n} for 2 seconds", "show JONAS on line {n}"]
    for number in range(1, 6):
        for wish in wishes:
            filmagent.note(film.root, wish.format(n=number))
    shots = [c for c in film.edit.cuts if c.kind == "shot"]
    assert len({c.id for c in film.edit.cuts}) == len(film.edit.cuts)
    assert all(c.frames >= 8 for c in shots), [(c.id, c.frames) for c in shots]
    for one, two in pairwise(shots):
        assert one.source_out == two.source_in, "no frame is shown twice, none is lost"


def test_notes_are_kept_with_what_became_of_them(film: Film) -> None:
    filmagent.note(film.root, "1A wider; paint it purple")
    kept = json.loads(film.folder.notes.read_text(encoding="utf-8"))["notes"]
    assert kept[0]["id"] == "n1" and kept[0]["text"] == "1A wider; paint it purple"
    assert kept[0]["state"] == "applied" and "not understood" in kept[0]["said"][0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2C: closer", 'no shot "2C".*nearest'),
        ("hold on Marra after line 2", "MARA"),
        ("line 40 louder", "has 5 lines"),
        ("closer", "which shot"),
        ("make it nicer", "not understood"),
        ("", "nothing"),
    ],
)
def test_what_cannot_be_understood_is_a_sentence_with_the_nearest(
    film: Film, text: str, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        filmagent.note(film.root, text)
    assert not film.folder.notes.exists()


def test_the_command_shows_the_diff_lists_notes_and_takes_one_back(
    film: Film, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(*words: str, **options: Any) -> str:
        cli.note(film.root, *words, **options)
        return capsys.readouterr().out

    name = film.shotlist.scenes[0].setups[0].id
    wish = f"{name}: from above"
    assert f"shotlist.json  {name} angle: eye → high" in told(wish, dry_run=True)
    assert not film.folder.notes.exists()
    given = json.loads(told(*wish.split(), json=True))
    assert given["kept"] and given["note"]["id"] == "n1"
    assert given["differences"][0]["after"] == "high"
    assert "n1 applied" in told()
    assert "withdrawn: n1" in told(withdraw="n1")
