"""The house crew: rules and word lists, offline and deterministic.

========================  ==================================================================
`house.breakdown`         the screenplay → scenes, people, beats; its front door
`house.lexicon`           the words the rules know, from the TOML files beside it
`house.sluglines`         ``INT. CAFÉ - LATER`` → setting, place, time, join
`house.scenes`            elements → scenes; `house.intercut` its two sides
`house.people`            cues and introductions → characters; `house.traits` age and gender
`house.mentions`          whom a sentence names or means, and whether they are there
`house.sentences`         paragraphs → sentences → one event a beat
`house.beats`             elements → beats: lines, silences, transitions; `house.cards`
`house.manner`            (beat), (V.O.), (beat, then softly)
`house.places`            places → the library's sets
`house.things`            things in hands → the library's props
`house.notes`             ``[[camera: …]]``, ``[[cast: MARA=ines]]``, ``[[set: 1=cafe]]``
`house.keeping`           ids kept from the draft before
`house.casting`           characters → cast members; `house.voicing` their voices
`house.language`          which language somebody speaks
`house.warnings`          what had to be guessed or given up
`house.blocking`          a scene → marks, cues, readings
`house.coverage`          a scene → setups
========================  ==================================================================
"""

from __future__ import annotations

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

__all__ = ["HouseCrew"]


class HouseCrew:
    """The crew that works by rule. Same input, same film.

    Parameters
    ----------
    strict : bool
        Refuse a place the library has no set for, instead of taking the nearest.
    """

    def __init__(self, strict: bool = False) -> None:
        self.strict = strict

    def breakdown(
        self, screenplay: Screenplay, catalogue: Catalogue, previous: Breakdown | None = None
    ) -> Breakdown:
        """People, places and beats of the screenplay.

        Raises
        ------
        InputError
            No scene; or, when strict, a place without a set.
        """
        from filmagent.crew.house.breakdown import break_down

        return break_down(screenplay, catalogue, previous, strict=self.strict)

    def voice(
        self, character: Character, breakdown: Breakdown, catalogue: Catalogue
    ) -> Voice | None:
        """The voice of a character whose member has just changed, apart from everybody else's."""
        from filmagent.crew.house.language import guess_language
        from filmagent.crew.house.voicing import voice_for

        lines = [b for s in breakdown.scenes for b in s.beats if b.kind == "line"]
        default = guess_language(" ".join(b.text for b in lines))
        said = " ".join(b.text for b in lines if b.speaker == character.id)
        return voice_for(character, guess_language(said, default), breakdown.characters, catalogue)

    def block(
        self, scene: Scene, breakdown: Breakdown, catalogue: Catalogue, seed: int
    ) -> SceneBlocking:
        """Who is where and does what in one scene."""
        from filmagent.crew.house.blocking import block

        return block(scene, breakdown, catalogue, seed)

    def cover(
        self,
        scene: Scene,
        blocking: SceneBlocking,
        timing: SceneTiming,
        catalogue: Catalogue,
        seed: int,
    ) -> SceneCoverage:
        """The setups one scene is shot from."""
        from filmagent.crew.house.coverage import cover

        return cover(scene, blocking, timing, catalogue, seed)
