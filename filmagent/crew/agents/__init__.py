"""The LLM crew: agents in their roles over any model, the house crew under each decision.

=====================  =====================================================================
`AgentCrew`            what `filmagent.crew.Crew` asks for, and what an idea needs besides
`agents.writing`       screenwriter, the director as a reader, actors: idea → outline → lines
`agents.fountain`      written scenes → a screenplay; no text breaks out of its element
`agents.tongue`        which language the film is in
`agents.unwritten`     what stands in for a writer
`agents.casting`       casting director · `agents.locations` location manager
`agents.directing`     director and gaffer: one scene's blocking; `agents.staging` its cues
`agents.shooting`      cinematographers and editor: one scene's shots
`agents.covering`      shots → setups · `agents.slating` setups → the scene's coverage
`agents.answers`       what models answer with: names and words
`agents.material`      what they are told
`agents.asking`        questions, and long material in pieces; `agents.together` at once
`agents.expecting`     what a run will take
=====================  =====================================================================

Nobody answers with a coordinate, a path or a setting. Every answer is checked by rule before it
counts (`filmagent.crew.checks`), asked for again with what is wrong, and decided by the house
crew where that does not help.

>>> crew = AgentCrew(open_model(settings, answers), HouseCrew(), transcript)  # doctest: +SKIP
>>> crew.outline("Two sisters, one key.", catalogue).title  # doctest: +SKIP
'The Spare Key'
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from filmagent.crew import Crew
from filmagent.crew.agents import casting, directing, locations, shooting, writing
from filmagent.crew.agents.asking import Desk, versions
from filmagent.crew.agents.together import together
from filmagent.crew.house.notes import read_notes
from filmagent.crew.model import Model
from filmagent.crew.transcript import Transcript
from filmagent.documents import (
    Breakdown,
    Catalogue,
    Character,
    Outline,
    Scene,
    SceneBlocking,
    SceneCoverage,
    SceneTiming,
    Voice,
    WrittenScene,
)
from filmagent.screenplay import Screenplay

__all__ = ["PROMPTS", "AgentCrew", "prompt_versions"]

PROMPTS: dict[str, tuple[str, ...]] = {
    "outline": writing.OUTLINE_PROMPTS,
    "scenes": writing.SCENE_PROMPTS,
    "dialogue": writing.LINE_PROMPTS,
    "breakdown": (*casting.PROMPTS, *locations.PROMPTS),
    "blocking": directing.PROMPTS,
    "shotlist": shooting.PROMPTS,
}
"""The prompts behind each decision, by the stage of a film that asks for it."""
_LACKING = "The library has no set for"


def prompt_versions(stage: str) -> dict[str, str]:
    """The digests of the prompts behind a stage: another prompt is another decision."""
    return versions(*PROMPTS[stage])


@dataclass(frozen=True)
class AgentCrew:
    """The crew whose decisions models make.

    Parameters
    ----------
    model
        Who is asked.
    house
        Who decides what the model cannot, and reads the screenplay.
    transcript
        Where the discussion is kept.
    at_once
        Calls side by side.
    seed
        Of what is asked without a seed of its own: the screenplay's stages.
    characters
        The film's people, where they are known, so that models read names instead of ids.
    """

    model: Model
    house: Crew
    transcript: Transcript
    at_once: int = 8
    seed: int = 0
    characters: Sequence[Character] = ()

    def _desk(self, seed: int) -> Desk:
        return Desk(self.model, self.transcript, seed, at_once=self.at_once)

    # an idea

    def outline(self, idea: str, catalogue: Catalogue) -> Outline:
        """The outline of the film that an idea asks for."""
        return writing.Writers(self._desk(self.seed), catalogue).outline(idea)

    def scene(self, outline: Outline, scene: str, catalogue: Catalogue) -> WrittenScene:
        """One scene of an outline in words."""
        return writing.Writers(self._desk(self.seed), catalogue).scene(outline, scene)

    def read_through(
        self, outline: Outline, scenes: Sequence[WrittenScene], catalogue: Catalogue
    ) -> list[WrittenScene]:
        """The scenes after the actors have read their lines."""
        return writing.Writers(self._desk(self.seed), catalogue).read_through(outline, scenes)

    # a screenplay

    def breakdown(
        self, screenplay: Screenplay, catalogue: Catalogue, previous: Breakdown | None = None
    ) -> Breakdown:
        """People, places and beats as they are written; members and sets chosen by name.

        Raises
        ------
        InputError
            No scene; or, when the house crew is strict, a place without a set.
        """
        made = self.house.breakdown(screenplay, catalogue, previous)
        elements = list(screenplay.elements)
        directed = read_notes(elements, locations.scene_of(elements, made))
        before = {c.id: c.member for c in previous.characters} if previous else {}
        kept = {who for who, member in before.items() if member}
        places = locations.open_places(made, directed, previous)
        desk = self._desk(self.seed)
        jobs: list[Any] = [
            lambda: casting.choose_members(desk, made, catalogue, directed, kept),
            lambda: locations.choose_sets(desk, places, catalogue),
        ]
        members, sets = together(jobs, self.at_once)
        recast = {c.id for c in made.characters if members.get(c.id, c.member) != c.member}
        if recast:
            # the house reads again with these members as given: voices and warnings follow
            for character in made.characters:
                if character.id in recast:
                    character.member, character.voice = members[character.id], None
            made = self.house.breakdown(screenplay, catalogue, made)
            places = locations.open_places(made, directed, previous)
        lacking = [s for s in made.scenes if s.set_reason.startswith(_LACKING)]
        locations.move_in(places, sets, catalogue)
        return _warned(made, lacking, catalogue)

    def voice(
        self, character: Character, breakdown: Breakdown, catalogue: Catalogue
    ) -> Voice | None:
        """The voice of a character whose member has just changed: the house crew has the ear."""
        return self.house.voice(character, breakdown, catalogue)

    def block(
        self, scene: Scene, breakdown: Breakdown, catalogue: Catalogue, seed: int
    ) -> SceneBlocking:
        """Who is where and does what in one scene."""
        house = self.house.block(scene, breakdown, catalogue, seed)
        desk = self._desk(seed)
        return directing.Director(desk, scene, breakdown, catalogue, seed, house).block()

    def cover(
        self,
        scene: Scene,
        blocking: SceneBlocking,
        timing: SceneTiming,
        catalogue: Catalogue,
        seed: int,
    ) -> SceneCoverage:
        """The setups one scene is shot from."""
        house = self.house.cover(scene, blocking, timing, catalogue, seed)
        seen = {actor.actor for actor in timing.actors if not actor.extra}
        seen |= {beat.speaker for beat in scene.beats if beat.speaker}
        named = [c for c in self.characters if c.id in seen]
        named += [Character(id=i, name=i) for i in sorted(seen - {c.id for c in named})]
        desk = self._desk(seed)
        unit = shooting.Unit(desk, scene, blocking, timing, catalogue, named, house)
        return unit.cover()


def _warned(made: Breakdown, lacking: Sequence[Scene], catalogue: Catalogue) -> Breakdown:
    """The breakdown with what was given up about places as the location manager left it."""
    titles = {entry.name: entry.title for entry in catalogue.sets}
    said = [warning for warning in made.warnings if not warning.startswith(_LACKING)]
    places = {scene.place or scene.slugline: titles.get(scene.set, "none") for scene in lacking}
    said += [f'{_LACKING} "{place}"; "{title}" stands for it.' for place, title in places.items()]
    made.warnings = said
    return made
