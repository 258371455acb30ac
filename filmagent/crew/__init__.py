"""Who decides: a crew chooses names from a catalogue; the departments turn them into a film.

===================  =======================================================================
`Crew`               what every crew can do
`crew.house`         the house crew: rules, offline, deterministic: the default
`crew.agents`        the LLM crew: agents in their roles; the house crew under each decision
`crew.model`         the language model they ask · `crew.prompts` what they are asked
`crew.checks`        what is wrong with an answer, by rule · `crew.collaborate` who decides
`crew.transcript`    the discussion, kept
===================  =======================================================================

A crew is asked one item at a time and answers with a document made only of names that the
`Catalogue` holds, so that a wrong answer is a validation error and not a broken film.
"""

from __future__ import annotations

from typing import Protocol

from filmagent.documents import (
    Breakdown,
    Catalogue,
    Character,
    Scene,
    SceneBlocking,
    SceneCoverage,
    SceneTiming,
    Voice,
)
from filmagent.screenplay import Screenplay

__all__ = ["Crew"]


class Crew(Protocol):
    """Decides what the film shows. Every method is synchronous and does one item."""

    def breakdown(
        self, screenplay: Screenplay, catalogue: Catalogue, previous: Breakdown | None = None
    ) -> Breakdown:
        """People, places and beats of the whole screenplay.

        ``previous`` is the breakdown of an earlier draft: what is still there keeps its id, its
        cast member and its voice.
        """
        ...

    def voice(
        self, character: Character, breakdown: Breakdown, catalogue: Catalogue
    ) -> Voice | None:
        """The voice of a character whose cast member a person has just changed.

        It fits the member, and is told apart from everybody else's; None where the machine has
        no voice.
        """
        ...

    def block(
        self, scene: Scene, breakdown: Breakdown, catalogue: Catalogue, seed: int
    ) -> SceneBlocking:
        """Who is where and does what in one scene, by the names of marks and actions."""
        ...

    def cover(
        self,
        scene: Scene,
        blocking: SceneBlocking,
        timing: SceneTiming,
        catalogue: Catalogue,
        seed: int,
    ) -> SceneCoverage:
        """The setups one scene is shot from."""
        ...
