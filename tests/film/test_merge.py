"""A person's changes survive the machine's next output."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from filmagent.film.merge import merge

BASE = {
    "title": "A",
    "setups": [
        {"id": "1A", "size": "LS", "lens": 24},
        {"id": "1B", "size": "MS", "lens": 50},
        {"id": "1C", "size": "CU", "lens": 85},
    ],
}


def changed(number: int, **values: object) -> dict[str, object]:
    setups = [dict(s) for s in BASE["setups"]]
    setups[number] |= values
    return {"title": "A", "setups": setups}


def test_what_only_the_person_changed_is_kept() -> None:
    merged, conflicts = merge(BASE, changed(0, lens=35), changed(1, size="CU"))
    assert merged["setups"][0]["lens"] == 35
    assert merged["setups"][1]["size"] == "CU"
    assert conflicts == []


def test_where_both_changed_the_person_wins_and_the_place_is_listed() -> None:
    merged, conflicts = merge(BASE, changed(0, lens=35), changed(0, lens=18))
    assert merged["setups"][0]["lens"] == 35
    assert conflicts == ["setups[1A].lens"]


def test_a_locked_setup_never_changes_even_if_the_machine_drops_it() -> None:
    mine = changed(1, locked=True)
    new = {"title": "A", "setups": [BASE["setups"][0]]}
    merged, conflicts = merge(BASE, mine, new)
    assert merged["setups"][1] == mine["setups"][1]
    assert conflicts == []


def test_what_the_person_deleted_stays_deleted() -> None:
    mine = {"title": "A", "setups": [BASE["setups"][0], BASE["setups"][2]]}
    merged, _ = merge(BASE, mine, changed(0, lens=18))
    assert [s["id"] for s in merged["setups"]] == ["1A", "1C"]
    assert merged["setups"][0]["lens"] == 18


def test_what_either_side_inserted_stands_where_it_was_put() -> None:
    mine = {"title": "A", "setups": [*BASE["setups"][:1], {"id": "1A1"}, *BASE["setups"][1:]]}
    new = {"title": "A", "setups": [*BASE["setups"], {"id": "1D"}]}
    merged, _ = merge(BASE, mine, new)
    assert [s["id"] for s in merged["setups"]] == ["1A", "1A1", "1B", "1C", "1D"]


def test_entries_that_share_a_key_are_told_apart_by_another() -> None:
    base = {
        "heard": [{"scene": "1", "beat": "1.1", "at": 0}, {"scene": "1", "beat": "1.2", "at": 1}]
    }
    mine = {"heard": [base["heard"][0], {"scene": "1", "beat": "1.2", "at": 2}]}
    new = {"heard": [{"scene": "1", "beat": "1.1", "at": 5}, base["heard"][1]]}
    merged, conflicts = merge(base, mine, new)
    assert [h["at"] for h in merged["heard"]] == [5, 2]
    assert conflicts == []


values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["a", "b"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["x", "y", "locked"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(values, values)
def test_an_untouched_document_takes_the_new_output(base: object, new: object) -> None:
    assert merge(base, base, new) == (new, [])


@given(values, values)
def test_the_same_output_again_leaves_a_persons_document_alone(base: object, mine: object) -> None:
    assert merge(base, mine, base)[0] == mine
