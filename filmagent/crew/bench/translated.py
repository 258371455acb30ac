"""A FilmAgent script as a screenplay: words stay words, shots become notes to the camera."""

from __future__ import annotations

from dataclasses import replace

from filmagent.crew.agents import fountain
from filmagent.crew.bench.released import actions, bare, places, shots
from filmagent.crew.bench.script import Deed, Line, Script
from filmagent.documents import Moment, Outline, StoryScene, WrittenScene
from filmagent.screenplay import Dialogue, Screenplay, Speech


def screenplay(script: Script) -> Screenplay:
    """A script as a screenplay: its actions as prose and parentheticals, its shots as notes.

    Whatever its texts say stays dialogue, prose or a name: none can become a heading, a note or
    anything else that directs the film.
    """
    outline = Outline(
        title=script.title,
        scenes=[
            StoryScene(
                id=scene.id,
                setting=places().get(bare(scene.place), {}).get("setting", "int"),
                place=scene.place,
                happens=scene.about,
            )
            for scene in script.scenes
        ],
    )
    written = [
        WrittenScene(scene=scene.id, moments=[m for line in scene.lines for m in _moments(line)])
        for scene in script.scenes
    ]
    play = fountain.screenplay(outline, written)
    return _with_cameras(play, [line for _, line in script.lines() if _speech(line) is not None])


def notes(script: Script) -> list[str]:
    """What of a script has no counterpart here, a sentence each."""
    said = [
        f'Scene {scene.id}: "{scene.place}" is none of FilmAgent\'s places.'
        for scene in script.scenes
        if bare(scene.place) not in places()
    ]
    unknown = sorted({d.action for _, line in script.lines() for d in line.deeds if not d.known})
    if unknown:
        said.append(f"Actions that FilmAgent does not have are left out: {', '.join(unknown)}.")
    odd = sorted({line.shot for _, line in script.lines() if line.shot not in _nine()})
    if odd:
        shown = ", ".join(shot or "none" for shot in odd)
        said.append(f"Shots that are none of FilmAgent's nine are left to the crew: {shown}.")
    said.append("Its numbered positions are not ours: where people stand is decided anew.")
    return said


def _nine() -> set[str]:
    return {str(row["is"]) for row in shots().values()}


def _moments(line: Line) -> list[Moment]:
    before = [_prose(deed) for deed in line.deeds]
    moves = [Moment(text=f"{fountain.person_name(who)} walks over.") for who in line.movers]
    return [*(m for m in before if m is not None), *moves, *_said(line)]


def _said(line: Line) -> list[Moment]:
    return [Moment(who=line.speaker, how=_how(line), text=line.text)] if line.text else []


def _speech(line: Line) -> Speech | None:
    return next((fountain.speech(m) for m in _said(line) if m.who.strip()), None)


def _how(line: Line) -> str:
    own = [d for d in line.deeds if d.who.casefold() == line.speaker.casefold()]
    ways = (str(actions().get(bare(d.action), {}).get("how", "")) for d in own)
    return next((way for way in ways if way), "")


def _prose(deed: Deed) -> Moment | None:
    does = str(actions().get(bare(deed.action), {}).get("does", ""))
    who = fountain.person_name(deed.who)
    return Moment(text=does.format(who=who)) if does and who else None


def _with_cameras(play: Screenplay, lines: list[Line]) -> Screenplay:
    """The notes to the camera, one in each speech whose shot is one of the nine."""
    cameras = {str(row["is"]): str(row["camera"]) for row in shots().values()}
    left, elements = iter(lines), []
    for element in play.elements:
        if isinstance(element, Speech):
            shot = cameras.get(next(left).shot)
            if shot:
                *before, words = element.parts
                note = f"[[camera: {shot.format(who=element.name)}]]"
                said = Dialogue(f"{words.text} {note}")
                element = replace(element, parts=(*before, said))
        elements.append(element)
    return replace(play, elements=tuple(elements))
