"""``status`` says what is stale, and because of what."""

from __future__ import annotations

from pathlib import Path

import pytest

from filmagent.film.records import Digests, Item, Records, digest


def item(**inputs: str) -> Item:
    return Item("edit", "1", inputs, make=lambda: None, exists=lambda: True)


def test_an_item_is_done_until_something_it_reads_changes(tmp_path: Path) -> None:
    records = Records(tmp_path / "records.json")
    assert records.standing(item(takes="a")).state == "stale"
    records.done(item(takes="a", timing="b"))
    again = Records(tmp_path / "records.json")
    assert again.standing(item(takes="a", timing="b")).state == "done"
    changed = again.standing(item(takes="x", timing="b"))
    assert (changed.state, changed.because) == ("stale", ["takes"])


def test_a_missing_result_is_missing_whatever_the_record_says(tmp_path: Path) -> None:
    records = Records(tmp_path / "records.json")
    gone = Item("edit", "1", {"takes": "a"}, make=lambda: None, exists=lambda: False)
    records.done(gone)
    assert records.standing(gone).state == "missing"


def test_damaged_records_mean_work_again_not_an_error(tmp_path: Path) -> None:
    path = tmp_path / "records.json"
    path.write_text('{"edit/1": {"tak')
    assert Records(path).standing(item(takes="a")).state == "stale"


def test_redo_forgets_a_stage_or_one_item(tmp_path: Path) -> None:
    records = Records(tmp_path / "records.json")
    records.done(item(takes="a"))
    assert records.forget("edit", "1") == ["edit/1"]
    assert records.standing(item(takes="a")).state == "stale"


def test_digests_see_content_not_order(tmp_path: Path) -> None:
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest([1, 2]) != digest([2, 1])
    with pytest.raises(TypeError):
        digest(tmp_path)


def test_a_file_is_told_apart_by_content(tmp_path: Path) -> None:
    digests, path = Digests(), tmp_path / "x"
    assert digests.file(path) == ""
    path.write_text("one")
    first = digests.file(path)
    path.write_text("two!")
    assert digests.file(path) != first
