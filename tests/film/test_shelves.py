"""What a crew may name: everything that is on this machine's shelves."""

from __future__ import annotations

from filmagent.film import Film, shelves, writing


def test_every_shelf_of_the_catalogue_is_filled() -> None:
    catalogue = shelves.catalogue()
    for shelf in ("sets", "members", "actions", "voices", "props", "idioms"):
        assert getattr(catalogue, shelf), f"nothing on the shelf of {shelf}"


def test_a_crew_can_name_each_idiom_once_and_read_what_it_is_for() -> None:
    idioms = shelves.catalogue().idioms
    assert len({idiom.name for idiom in idioms}) == len(idioms)
    assert all(idiom.description for idiom in idioms)


def test_a_changed_idiom_covers_scenes_anew_and_reads_the_screenplay_no_second_time(
    planned: Film,
) -> None:
    film = Film(planned.root)
    stages = (writing.BreakdownStage(), writing.CoverageStage())
    assert {s.state for s in film.status(stages)} == {"done"}
    film.catalogue.idioms[0].description += " Or so."
    read, covered = (film.status([stage])[0] for stage in stages)
    assert read.state == "done"
    assert (covered.state, covered.because) == ("stale", ["idioms"])
