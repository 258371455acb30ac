"""Where each place is shot and what lies about there: sets and props chosen by name."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from filmagent.crew.agents import material
from filmagent.crew.agents.answers import Location, Locations
from filmagent.crew.agents.asking import Desk, in_pieces
from filmagent.crew.house.lexicon import fold
from filmagent.crew.house.notes import Directed
from filmagent.crew.problems import Problem, unknown
from filmagent.documents import Breakdown, Catalogue, Prop, Scene
from filmagent.documents.ids import safe_id
from filmagent.screenplay import Element

PROMPTS = ("locations", "again")
_MOST, _MOST_PROPS = 24, 3
"""Places that are asked for at once; things that dress one."""


@dataclass
class Place:
    """A place of the screenplay, and the scenes that play there."""

    id: str
    scenes: list[Scene] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """What a location manager is told."""
        first = next((b.text for s in self.scenes for b in s.beats if b.kind == "action"), "")
        return material.told(
            id=self.id,
            name=self.scenes[0].place or self.scenes[0].slugline,
            inside=self.scenes[0].setting,
            scenes=[s.id for s in self.scenes],
            people=max(len(s.people) for s in self.scenes),
            opens=material.cut(first, 200),
        )


def scene_of(elements: Sequence[Element], made: Breakdown) -> dict[int, str]:
    """Index of an element → id of the scene it stands in."""
    begun = sorted((scene.span.first, place) for place, scene in enumerate(made.scenes))
    found: dict[int, str] = {}
    for index, element in enumerate(elements):
        at = bisect_right(begun, (element.span.first, len(begun)))
        if at:
            found[index] = made.scenes[begun[at - 1][1]].id
    return found


def open_places(made: Breakdown, directed: Directed, previous: Breakdown | None) -> list[Place]:
    """The places that neither a note nor the draft before has settled."""
    noted = {fold(where) for where in directed.sets}
    before = {_spot(s): s.set for s in previous.scenes if s.set} if previous else {}
    places: dict[tuple[str, str], Place] = {}
    for scene in made.scenes:
        if fold(scene.id) in noted or fold(scene.place) in noted:
            continue
        spot = _spot(scene)
        if spot in before:
            scene.set = before[spot]
            continue
        places.setdefault(spot, Place(f"p{len(places) + 1}")).scenes.append(scene)
    return list(places.values())


def _spot(scene: Scene) -> tuple[str, str]:
    return scene.setting, fold(scene.place)


def choose_sets(desk: Desk, places: Sequence[Place], catalogue: Catalogue) -> list[Location]:
    """Where each of the places is shot."""
    if not places or not catalogue.sets:
        return []
    pieces = in_pieces(places, _MOST, lambda piece: _scout(desk, piece, catalogue))
    return [location for piece in pieces for location in piece]


def _scout(desk: Desk, places: Sequence[Place], catalogue: Catalogue) -> list[Location]:
    desk = desk.of("locations", "", "" if places[0].id == "p1" else f"from {places[0].id}")
    sets = [entry.name for entry in catalogue.sets]
    props = [entry.name for entry in catalogue.props]
    wanted = [place.id for place in places]

    def problems(answer: Locations) -> list[Problem]:
        found: list[Problem] = []
        for each in answer.places:
            where = f"place {each.place}"
            if each.place not in wanted:
                found.append(unknown("", each.place, "the id of a place", wanted))
            if each.set not in sets:
                found.append(unknown(where, each.set, "a set of the library", sets))
            found += [
                unknown(where, prop, "a prop of the library", props)
                for prop in each.props
                if prop not in props
            ]
        given = {each.place for each in answer.places}
        found += [Problem(f"place {p}", "It has no set.", ()) for p in wanted if p not in given]
        return found

    question = desk.question(
        "locations",
        Locations,
        room=200 + 90 * len(places),
        places=[place.told() for place in places],
        sets=material.sets(catalogue.sets),
        props=props,
    )
    house = Locations(
        places=[Location(place=p.id, set=p.scenes[0].set, props=[], why="") for p in places]
    )
    answer = desk.decide(question, problems, lambda: house).value
    return [location for location in answer.places if location.place in wanted]


def move_in(places: Sequence[Place], chosen: Sequence[Location], catalogue: Catalogue) -> None:
    """Put the scenes on their sets, dressed."""
    by_id = {location.place: location for location in chosen}
    entries = {entry.name: entry for entry in catalogue.sets}
    for place in places:
        location = by_id.get(place.id)
        if location is None or location.set not in entries:
            continue
        surfaces = any(mark.surface for mark in entries[location.set].marks)
        for scene in place.scenes:
            if scene.set != location.set or location.why:
                scene.set_reason = location.why or "The location manager chose it."
            scene.set = location.set
            if surfaces:
                _dress(scene, location.props[:_MOST_PROPS])


def _dress(scene: Scene, models: Sequence[str]) -> None:
    for model in models:
        if all(prop.model != model for prop in scene.props):
            identifier = safe_id(model, {prop.id for prop in scene.props})
            prop = Prop(id=identifier, name=model.replace("_", " "), model=model)
            scene.props = [*scene.props, prop]
