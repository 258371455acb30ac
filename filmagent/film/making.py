"""Make a film: the stages in order, from screenplay to cut."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from camera.lens import FILMBACKS
from filmagent.documents.settings import CameraName, CrewName, FilmSettings, Quality
from filmagent.errors import InputError
from filmagent.film import crewing, storytelling
from filmagent.film.acting import PerformanceStage, TimingStage, VoicesStage
from filmagent.film.finishing import CutStage
from filmagent.film.grading import RefineStage, check_look
from filmagent.film.importing import check_folder, check_import, import_screenplay
from filmagent.film.picturing import AssembleStage, BlendStage, FramesStage
from filmagent.film.production import Film, Listener, Stage, save_settings
from filmagent.film.shooting import EditStage, TakesStage
from filmagent.film.storytelling import DialogueStage, OutlineStage, ScenesStage
from filmagent.film.voicing import choose_server
from filmagent.film.writing import BlockingStage, BreakdownStage, CoverageStage

STAGES: tuple[Stage, ...] = (
    OutlineStage(),
    ScenesStage(),
    DialogueStage(),
    BreakdownStage(),
    BlockingStage(),
    VoicesStage(),
    TimingStage(),
    PerformanceStage(),
    CoverageStage(),
    TakesStage(),
    EditStage(),
    AssembleStage(),
    BlendStage(),
    FramesStage(),
    RefineStage(),
    CutStage(),
)
"""Every stage, in the order in which they read each other."""


def stages_to(name: str) -> Sequence[Stage]:
    """The stages up to and including ``name``."""
    names = [stage.name for stage in STAGES]
    return STAGES[: names.index(name) + 1]


def make(
    screenplay: str | Path | None = None,
    folder: str | Path | None = None,
    *,
    idea: str | None = None,
    quality: Quality | None = None,
    crew: CrewName | None = None,
    seed: int | None = None,
    fps: tuple[int, int] | None = None,
    size: tuple[int, int] | None = None,
    filmback: str | None = None,
    camera: CameraName | None = None,
    strict: bool | None = None,
    look: str | None = None,
    look_strength: float | None = None,
    model: str | None = None,
    llm_url: str | None = None,
    budget: tuple[int | None, float | None] | None = None,
    speech_url: str | None = None,
    speech_model: str | None = None,
    replay: str | Path | None = None,
    redo: Sequence[str] = (),
    until: str | None = "cut",
    listener: Listener = lambda event: None,
) -> Film:
    """Make a film of a screenplay or an idea, or bring an existing one up to date.

    Parameters
    ----------
    screenplay
        A Fountain file.
    folder
        The film folder; default ``films/<screenplay's stem>``.
    idea
        What the film is about, instead of a screenplay: the LLM crew writes it.
    quality
        ``preview`` (default), ``draft`` or ``final``.
    fps
        Frames a second as a fraction: ``(24, 1)``, ``(24000, 1001)``.
    size
        Width and height in pixels, both even.
    filmback
        A name of `camera.lens.FILMBACKS`.
    camera
        Who flies moving shots: ``best`` (default), ``policy`` (the pilot) or ``planner``.
    strict
        Refuse a place the library lacks instead of taking the nearest set.
    look
        A film look of the shelf, or ``none``.
    look_strength
        0 (frames as rendered) to 1.
    model
        The language model that the LLM crew asks; kept for the film, as is what follows.
    llm_url
        Its endpoint, OpenAI-compatible; default OpenAI. Keys come from the environment only.
    budget
        Tokens and dollars that one run may use, None for no bound.
    speech_url
        A server that speaks the lines (OpenAI's ``audio.speech``); kept for the film.
    speech_model
        Its model; default ``gpt-4o-mini-tts``.
    replay
        A film folder whose recorded answers are taken instead of asking anybody.
    redo
        Stages, or ``stage/item``, to decide again.
    until
        The last stage to run; None only brings the screenplay or the idea, and the settings, in.
    listener
        Told of progress and of what is worth knowing.

    Returns
    -------
    Film
        The film, done as far as ``until``.

    Raises
    ------
    FilmError
        In one sentence; whatever was finished is kept.
    """
    source, words = _beginning(screenplay, idea)
    stem = source.stem if source else storytelling.folder_name(words)
    root = Path(folder) if folder is not None else Path("films") / stem
    film = Film(root, listener, replay=Path(replay) if replay is not None else None)
    sensor = sensor_width(filmback) if filmback is not None else None
    check_look(look, look_strength)
    crewing.check(film, llm_url)
    crew = _crew(film, crew, model, llm_url, of_an_idea=source is None)
    if source:
        check_import(film, source)
    else:
        check_folder(film)
    with film.held():
        if source:
            import_screenplay(film, source)
        else:
            storytelling.import_idea(film, words)
        save_settings(
            film.folder,
            quality=quality,
            crew=crew,
            seed=seed,
            fps=fps,
            size=size,
            filmback=filmback,
            sensor_mm=sensor,
            camera=camera,
            strict=strict,
            look=look,
            look_strength=look_strength,
        )
        crewing.choose_model(film, model, llm_url, budget)
        choose_server(film, speech_url, speech_model)
        redo_stages(film, redo)
        if until is not None:
            film.run(stages_to(until))
    return film


def _beginning(screenplay: str | Path | None, idea: str | None) -> tuple[Path | None, str]:
    """The screenplay, or the idea's words."""
    if (screenplay is None) == (idea is None):
        raise InputError("Give a screenplay or an idea: one of the two, and not both.")
    if idea is not None:
        return None, storytelling.read_idea(idea)
    return Path(screenplay or ""), ""


def _crew(
    film: Film,
    crew: CrewName | None,
    model: str | None,
    url: str | None,
    of_an_idea: bool,
) -> CrewName | None:
    """The crew that is asked for; whoever names a model means the crew that asks one.

    Raises
    ------
    InputError
        Nobody could write the idea.
    """
    if crew is None and (model is not None or url is not None or film.replay is not None):
        crew = "llm"
    kept = film.settings if film.folder.settings.exists() else FilmSettings()
    named = model or url or film.replay or kept.model is not None
    if of_an_idea and ((crew or kept.crew) != "llm" or not named):
        raise InputError(storytelling.NO_WRITER)
    return crew


def sensor_width(filmback: str) -> float:
    """The width in mm of a named filmback.

    Raises
    ------
    InputError
        If there is none of that name; the message has the nearest.
    """
    name = filmback.casefold()
    if name not in FILMBACKS:
        near = difflib.get_close_matches(name, FILMBACKS, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"there are {', '.join(FILMBACKS)}."
        raise InputError(f'There is no filmback "{filmback}"; {hint}')
    return FILMBACKS[name]


def redo_stages(film: Film, names: Sequence[str]) -> None:
    """Have stages, or ``stage/item``, decided again at the next run."""
    known = [stage.name for stage in STAGES]
    for name in names:
        stage, _, item = name.partition("/")
        if stage not in known:
            raise InputError(
                f"There is no stage {stage!r} to redo; the stages are {', '.join(known)}."
            )
        film.redo(STAGES, stage, item or None)
