"""Commands that make a film, whole or as far as one stage."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from filmagent.cli.app import FILM, STAGE, Json, Quality, Redo, app
from filmagent.cli.asking import step_by_step
from filmagent.cli.options import looks_like_an_idea, parse_budget, parse_fps, parse_size
from filmagent.cli.running import bring, keep_status
from filmagent.cli.words import listening, say, tell_made

if TYPE_CHECKING:
    from filmagent.film import Film


@app.command(name="make", group=FILM)
def make_command(
    screenplay: str | None = None,
    *,
    idea: str | None = None,
    output: Annotated[Path | None, Parameter(name=["-o", "--output"])] = None,
    quality: Quality | None = None,
    crew: Literal["house", "llm"] | None = None,
    seed: int | None = None,
    fps: str | None = None,
    size: str | None = None,
    aspect: str | None = None,
    filmback: str | None = None,
    camera: Literal["best", "policy", "planner"] | None = None,
    strict: bool | None = None,
    look: str | None = None,
    look_strength: float | None = None,
    model: str | None = None,
    llm_url: str | None = None,
    budget: str | None = None,
    speech_url: str | None = None,
    speech_model: str | None = None,
    replay: Path | None = None,
    review: bool = False,
    interactive: bool = False,
    redo: Redo = None,
    json: Json = False,
) -> None:
    """Make a film of a screenplay or an idea, or bring its folder up to date.

    Parameters
    ----------
    screenplay
        A Fountain file; or, where there is no such file, an idea in a sentence of several words.
    idea
        What the film is about, or a text file that says it: the LLM crew writes the screenplay.
    output
        The film folder; default films/<screenplay's stem>.
    quality
        preview (pyrender), draft (EEVEE, wants a GPU) or final (Cycles).
    crew
        house (rules, offline) or llm.
    seed
        The film's seed; the same screenplay and seed give the same film.
    fps
        24, 25, 23.976, 24000/1001 …
    size
        Width x height in pixels: 640x360.
    aspect
        16:9, 2.39:1 …: keeps the width and sets the height.
    filmback
        A named filmback: "full frame", "super 35" …
    camera
        Who flies moving shots: the planner, the pilot (policy), or the better of both (best).
    strict
        Refuse a place the library lacks instead of taking the nearest set.
    look
        A film look (filmagent list looks), or none.
    look_strength
        0 (frames as rendered) to 1.
    model
        The language model of the LLM crew; kept for the film. Keys: from the environment.
    llm_url
        Its endpoint, OpenAI-compatible: http://localhost:11434/v1; kept for the film.
    budget
        What one run may use: tokens (200k) or dollars ($2), or both (200k,$2).
    speech_url
        A server that speaks the lines as OpenAI's audio.speech does: http://localhost:8880/v1.
    speech_model
        Its model: gpt-4o-mini-tts, kokoro …
    replay
        A film folder whose recorded answers are taken; nobody is asked.
    review
        Have the crew look at its shots before the film is finished, and take again what fails.
    interactive
        Ask after each of the crew's decisions: go on, change it by a note, decide again, stop.
    """
    from filmagent.errors import InputError
    from filmagent.film import Film, make, reviewing, stages_to

    if screenplay is not None and idea is None and looks_like_an_idea(screenplay):
        screenplay, idea = None, screenplay
    if interactive and json:
        raise InputError("--interactive asks in words; leave out --json.")
    with listening(json) as listener:
        film = make(
            screenplay,
            output,
            idea=idea,
            quality=quality,
            crew=crew,
            seed=seed,
            fps=parse_fps(fps) if fps else None,
            size=parse_size(size, aspect),
            filmback=filmback,
            camera=camera,
            strict=strict,
            look=look,
            look_strength=look_strength,
            model=model,
            llm_url=llm_url,
            budget=parse_budget(budget) if budget else None,
            speech_url=speech_url,
            speech_model=speech_model,
            replay=replay,
            redo=redo or (),
            until=None if interactive else "edit" if review else "cut",
            listener=listener,
        )
    if interactive and not step_by_step(film.root, film.replay):
        return
    if interactive or review:
        with listening(json) as listener:
            film = Film(film.root, listener, replay=film.replay)
            if review:
                reviewing.review(film)
            film.run(stages_to("cut"))
    keep_status(film.root)
    _say_results(film, json)


def _add_verb(verb: str, stage: str, text: str) -> None:
    @app.command(name=verb, help=text, group=STAGE)
    def run(film: Path, *, redo: Redo = None, json: Json = False) -> None:
        from filmagent.film import Film

        with listening(json) as listener:
            production = Film(film, listener)
            bring(production, stage, redo)
        tell_made(production, json, stage=stage)


VERBS = {
    "outline": ("outline", "Turn the film's idea into an outline."),
    "write": ("dialogue", "Write the screenplay of the film's idea."),
    "breakdown": ("breakdown", "Read the screenplay: people, places, beats, casting."),
    "block": ("blocking", "Decide who stands where and who does what."),
    "voices": ("voices", "Record every line."),
    "time": ("timing", "Put the scenes into time and space."),
    "perform": ("performance", "Move bodies, faces and eyes."),
    "cover": ("shotlist", "Write the shot list."),
    "shoot": ("takes", "Solve and fly the cameras."),
    "edit": ("edit", "Cut the picture."),
    "stage": ("stage", "Resolve everything for the renderers, lights included."),
    "blend": ("blend", "Build a .blend a scene."),
    "cut": ("cut", "Mix the sound and write film, subtitles, timeline, contact sheet."),
}
for _verb, (_stage, _text) in VERBS.items():
    _add_verb(_verb, _stage, _text)


@app.command(group=FILM)
def render(
    film: Path,
    *,
    quality: Quality | None = None,
    shots: str | None = None,
    json: Json = False,
) -> None:
    """Render what is missing or stale.

    Parameters
    ----------
    film
        The film folder.
    quality
        Other than the film's own.
    shots
        Only these setups: 1B,1C.
    """
    from filmagent.film import Film
    from filmagent.film.picturing import FramesStage

    only = [s.strip() for s in shots.split(",") if s.strip()] if shots else None
    with listening(json) as listener:
        production = Film(film, listener)
        blender = (quality or production.settings.quality) != "preview"
        bring(production, "blend" if blender else "stage")
        production.run([FramesStage(quality=quality, only=only)])
    keep_status(film)
    folder = production.folder.frames / (quality or production.settings.quality)
    tell_made(production, json, f"Frames: {folder}", frames=str(folder))


def _say_results(film: Film, as_json: bool) -> None:
    folder = film.folder
    blends = [str(folder.blend(s)) for s in film.scene_ids()]
    results = {
        "film": str(folder.cut / "film.mp4"),
        "contact_sheet": str(folder.cut / "contact_sheet.html"),
        "blend": blends,
    }
    if as_json:
        print(jsonlib.dumps({"event": "made", **results}, ensure_ascii=False))
    else:
        say(
            f"Film:          {results['film']}\nContact sheet: {results['contact_sheet']}\n"
            "Blender:       " + "\n               ".join(blends)
        )
