"""Documents can be edited by hand, and only what depends on a change is made again."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from filmagent.documents.film_time import needed
from filmagent.film import Film, directing, make
from filmagent.film.picturing import FramesStage
from filmagent.render import complete
from filmagent.render.keys import FrameKeys
from filmagent.render.staged import Staged

TWELVE = """INT. CAFÉ - DAY

MARA (30s, dark bob) sits at a table by the window. JONAS (60s, grey) sits across from her.

""" + "\n".join(
    f"{'MARA' if n % 2 else 'JONAS'}\n{text}\n"
    for n, text in enumerate(
        [
            "You kept the table.",
            "You kept me waiting.",
            "I almost didn't come.",
            "I saw you walk past the window.",
            "Twice, I think.",
            "Three times.",
            "Is that her key?",
            "She left the house to both of us.",
            "She always did like trouble.",
            "You were not there when it mattered.",
            "I counted the years as well.",
            "Then count this one too.",
        ]
    )
)


@pytest.fixture(scope="module")
def twelve(once: Callable[..., Film]) -> Film:
    """Two people say twelve lines."""

    def build(folder: Path) -> None:
        script = folder.parent / "twelve.fountain"
        script.write_text(TWELVE, encoding="utf-8")
        make(script, folder, size=(160, 90), until="stage")

    return once("twelve", build)


@pytest.fixture
def film(twelve: Film, tmp_path: Path) -> Film:
    shutil.copytree(twelve.root, tmp_path / "film")
    return Film(tmp_path / "film")


def again(film: Film, until: str = "stage", **options: object) -> list[str]:
    """Bring the film up to date; the items that were made."""
    items: list[str] = []
    make(
        film.folder.screenplay,
        film.root,
        until=until,
        listener=lambda e: items.append(f"{e.stage}/{e.item}") if e.kind == "item" else None,
        **options,
    )
    return items


def change(film: Film, old: str, new: str) -> None:
    text = film.folder.screenplay.read_text(encoding="utf-8")
    assert old in text
    film.folder.screenplay.write_text(text.replace(old, new), encoding="utf-8")


def edit(path: Path, change: object) -> None:
    raw = json.loads(path.read_text(encoding="utf-8"))
    change(raw)
    path.write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")


def test_one_changed_word_leaves_the_other_setups_alone(film: Film) -> None:
    before = film.shotlist
    poses = {p.name: p.read_bytes() for p in film.folder.takes.glob("*.npz")}
    change(film, "Three times.", "Five times.")
    again(film)
    assert film.shotlist == before
    changed = [n for n, data in poses.items() if (film.folder.takes / n).read_bytes() != data]
    assert len(changed) <= 3, changed


def pictures(film: Film) -> dict[str, dict[str, str]]:
    """What each frame of each shot of the film shows, by the renderer's keys."""
    staged, keys = Staged.read(film.root, "1"), {}
    for cut in (c for c in film.edit.cuts if c.kind == "shot"):
        maker = FrameKeys(staged, cut.setup, {"quality": "preview"}, everybody=False)
        keys[cut.id] = {str(f): maker.of(f) for f in range(cut.source_in, cut.source_out)}
    return keys


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("You kept the table.", "You left the table."),
        ("I saw you walk past", "I saw you run past"),
        ("Three times.", "Five times."),
        ("She left the house", "She left the boat"),
        ("I counted the years", "I counted the summers"),
    ],
)
def test_one_changed_word_changes_the_picture_of_no_more_than_three_shots(
    twelve: Film, film: Film, old: str, new: str
) -> None:
    before = {key for shot in pictures(twelve).values() for key in shot.values()}
    change(film, old, new)
    again(film)
    after = pictures(film)
    counts = {name: sum(key not in before for key in shot.values()) for name, shot in after.items()}
    assert len(after) > 8
    assert 1 <= sum(count > 0 for count in counts.values()) <= 3, counts


def test_cuts_far_from_a_changed_word_keep_their_names_and_frames(twelve: Film, film: Film) -> None:
    was = {c.id: c for c in twelve.edit.cuts}
    change(film, "Three times.", "Three hundred times, and a day.")
    again(film)
    near = next(x for x in film.timing("1").lines if "hundred" in x.text)
    far = [c for c in film.edit.cuts if c.kind == "shot" and c.source_out < 24 * (near.start - 2)]
    assert len(far) >= 3 and all(was[c.id] == c for c in far)


def test_redo_decides_the_edit_anew(film: Film) -> None:
    change(film, "Three times.", "Three hundred and seventy times, at the very least, my dear.")
    again(film)
    kept = film.edit
    again(film, redo=["edit"])
    anew = film.edit
    starts = [[(c.setup, c.source_in) for c in e.cuts] for e in (kept, anew)]
    assert starts[0] != starts[1]
    film.folder.edit.unlink()
    (film.folder.hidden / "edit_basis.json").unlink()
    again(Film(film.root))
    assert film.edit == anew, "as a film that never had another"


def test_a_cut_locked_or_moved_by_hand_wins_over_the_edit_that_is_kept(film: Film) -> None:
    def move(raw: dict) -> None:
        shots = [c for c in raw["cuts"] if c["kind"] == "shot"]
        shots[1]["source_out"] += 3
        shots[2]["source_in"] += 3
        shots[-2].update(locked=True, setup="1A", take="1A_t01", why="because I say so")

    edit(film.folder.edit, move)
    mine = film.edit
    change(film, "Is that her key?", "Is that our key?")
    again(film)
    mended = {c.id: c for c in film.edit.cuts}
    shots = [c for c in mine.cuts if c.kind == "shot"]
    for cut in (shots[1], shots[2], shots[-2]):
        assert mended[cut.id] == cut


def test_an_edit_that_is_stopped_while_it_is_kept_goes_on_to_the_same_cuts(
    film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(film, "Three times.", "Five times.")
    again(film, until="takes")
    shutil.copytree(film.root, film.root.with_name("other"))
    again(film, until="edit")
    other = Film(film.root.with_name("other"))

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(type(other.records), "done", stopped)
        with pytest.raises(KeyboardInterrupt):
            again(other, until="edit")
    again(other, until="edit")
    assert other.edit == film.edit


def test_after_one_changed_word_no_more_than_three_shots_are_rendered(
    finished: Film, tmp_path: Path
) -> None:
    shutil.copytree(finished.root, tmp_path / "film")
    film = Film(tmp_path / "film")
    change(film, "You kept me waiting.", "You kept us waiting.")
    again(film)
    begun = time.time_ns()
    film.run([FramesStage()])
    rendered = {
        (path.parent.name, int(path.name.split(".")[1]))
        for path in film.folder.frames.glob("preview/*/rgb.*.png")
        if path.stat().st_mtime_ns > begun
    }
    shots = [c for c in film.edit.cuts if c.kind == "shot"]
    shown = {c.id: {(c.setup, f) for f in range(c.source_in, c.source_out)} for c in shots}
    counts = {name: len(frames & rendered) for name, frames in shown.items()}
    assert len(shots) > 5
    assert 1 <= sum(n > 0 for n in counts.values()) <= 3, counts
    assert complete(film.folder.frames, "preview", needed(film.edit))


def test_a_mark_moved_by_hand_stays_and_flows_downstream(film: Film) -> None:
    def move(raw: dict) -> None:
        placement = raw["scenes"][0]["placements"][0]
        seats = [
            m.id
            for m in next(s for s in film.catalogue.sets if s.name == raw["scenes"][0]["set"]).marks
            if m.kind == "seat"
        ]
        taken = {p["mark"] for p in raw["scenes"][0]["placements"] + raw["scenes"][0]["extras"]}
        placement["mark"] = next(s for s in seats if s not in taken)

    edit(film.folder.blocking, move)
    moved = film.blocking.scenes[0].placements[0]
    items = again(film)
    assert "timing/1" in items and "breakdown/" not in items and "blocking/1" not in items
    assert film.timing("1").actors[0].segments[0].mark == moved.mark
    film.records.forget("blocking")
    again(Film(film.root))
    assert film.blocking.scenes[0].placements[0].mark == moved.mark, "kept when the crew redoes it"


def test_a_line_changed_by_hand_is_spoken_anew_and_only_it(film: Film) -> None:
    times = {
        p.name: p.stat().st_mtime_ns for p in (film.folder.performance("1") / "lines").glob("*.wav")
    }

    def change(raw: dict) -> None:
        line = next(b for b in raw["scenes"][0]["beats"] if b["text"] == "Twice, I think.")
        line["text"] = "Twice, I am sure."

    edit(film.folder.breakdown, change)
    again(film)
    now = {
        p.name: p.stat().st_mtime_ns for p in (film.folder.performance("1") / "lines").glob("*.wav")
    }
    assert sum(times[n] != now[n] for n in times) == 1


def test_a_locked_setup_and_its_take_never_change(film: Film) -> None:
    setup = film.shotlist.scenes[0].setups[1]
    directing.lock(film, setup.id)
    take = film.folder.take(f"{setup.id}_t01").with_suffix(".npz")
    before = take.read_bytes()
    again(film, seed=99, redo=["shotlist", "takes"])
    assert take.read_bytes() == before
    assert next(s for s in film.shotlist.scenes[0].setups if s.id == setup.id).size == setup.size


def test_another_actor_plays_the_part_and_keeps_a_fitting_voice(film: Film) -> None:
    directing.cast(film, "MARA", "ruth")
    again(film)
    assert next(a.member for a in film.timing("1").actors if a.actor == "mara") == "ruth"


def test_redo_decides_again_and_status_says_what_is_stale(film: Film) -> None:
    assert "edit/" in again(film, redo=["edit"])
    edit(film.folder.shotlist, lambda raw: raw["scenes"][0]["setups"][0].update(lens_mm=35.0))
    stale = {s.item: s.because for s in film.status(_stages()) if s.state == "stale"}
    assert stale["takes/1"] == ["shotlist"]


def _stages() -> list:
    from filmagent.film import stages_to

    return list(stages_to("stage"))
