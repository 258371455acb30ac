"""`refine`: the film look; or with a video model, every shot painted anew, and the look on top."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from filmagent.cli.app import FILM, Json, app
from filmagent.cli.options import parse_choice
from filmagent.cli.running import bring
from filmagent.cli.words import listening, tell_made


@app.command(group=FILM)
def refine(
    film: Path,
    *,
    look: str | None = None,
    strength: float | None = None,
    denoise: bool | None = None,
    report: bool = False,
    backend: Literal["vace", "ltx", "ltx2", "server"] | None = None,
    model: Annotated[str | None, Parameter(name=["--model"])] = None,
    url: str | None = None,
    workflow: Path | None = None,
    shots: str | None = None,
    sigma_start: float = 0.6,
    steps: int = 0,
    guidance: float | None = None,
    seed: int | None = None,
    tries: int = 3,
    prompt_style: str = "",
    controls: str | None = None,
    gamma: float = 0.4,
    references: bool = True,
    lora: list[str] | None = None,
    heroes: bool = False,
    protect: str | None = None,
    composite: bool = False,
    colours: bool = True,
    window: int | None = None,
    chain: bool = False,
    device: str = "auto",
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto",
    offload: Literal["none", "model", "blocks"] = "none",
    quantise: Literal["none", "fp8", "int8", "nf4"] = "none",
    compile: bool = False,
    download: bool = False,
    dry_run: bool = False,
    json: Json = False,
) -> None:
    """Finish what is rendered: the film look; with --backend, painted by a video model first.

    A model may change how things look, never what and where they are. The run can be stopped at any
    moment: the same command goes on from there.

    Parameters
    ----------
    film
        The film folder.
    look
        A film look (filmagent list looks), or none; kept for the film.
    strength
        0 (frames as rendered) to 1; kept for the film.
    denoise
        Average noise away first; by default where frames are ray-traced.
    report
        Measure each shot against its passes: refined/report.json (always with a model).
    backend
        The video model: vace (Wan VACE), ltx (LTX-Video), ltx2 (LTX-2), or server (ComfyUI).
    model
        The model's folder; with --download, or its name on the Hugging Face hub.
    url
        Of the server: http://localhost:8188.
    workflow
        The server's workflow, exported for its API.
    shots
        Only these setups: 1A,1C.
    sigma_start
        Noise that a shot starts from: 0 keeps the render, 1 forgets all but its passes.
    steps
        Of the sampler; 0: the model's own.
    guidance
        How strongly the words are followed; 1: not beyond what the model does by itself.
    seed
        Of the noise; default the film's.
    tries
        How often a shot that misses a threshold is painted; the best is kept.
    prompt_style
        First words of every prompt, instead of ours.
    controls
        Control videos made from the passes: depth, line, normal, pose; default the model's first.
    gamma
        Share of the noise that sticks to the world, 0 to 1.
    references
        Show the model a turntable of everybody in the shot.
    lora
        What the model shall know of a character, MARA=mara.safetensors; may be repeated.
    heroes
        Start later shots of a scene from how everybody's best earlier frame was painted.
    protect
        Kept as rendered, as far as may be: faces, hands, or names of people and props.
    composite
        Put what is protected back into the painted picture, instead of holding it meanwhile.
    colours
        Hold colours to the engine's and one offset for the whole film.
    window
        Frames that the model sees at once; default as many as it can.
    chain
        Windows one after the other, in less memory, instead of all together.
    device
        As torch names it: cuda, cuda:1, mps, cpu.
    dtype
        Of the model's numbers; half precision on a GPU by default.
    offload
        What leaves the GPU when it does not work: less memory, more time.
    quantise
        Weights kept smaller: less memory.
    compile
        Compile the model first: minutes, then faster steps.
    download
        Let the model be fetched from the hub.
    dry_run
        Only say what would be painted, and what it would take.
    """
    from filmagent.errors import InputError
    from filmagent.film import Film, grading, refining

    if backend is None and (model is not None or url is not None):
        raise InputError("Name the kind of video model with --backend: vace, ltx, ltx2 or server.")
    with listening(json) as listener:
        production = Film(film, listener)
        production.folder.require()
        if backend is None or look is not None or strength is not None:
            grading.choose(production, look, strength, denoise)
        if backend is not None:
            # a model that cannot be used is said before anything is rendered for it
            chosen = refining.look_at(
                production,
                backend,
                loras=dict(parse_choice(one, "MARA=mara.safetensors") for one in lora or ()),
                model=model,
                url=url,
                workflow=workflow,
                window=window,
                chain=chain,
                loading={
                    "device": device,
                    "dtype": dtype,
                    "offload": offload,
                    "quantise": quantise,
                    "compile": compile,
                    "download": download,
                },
            )
            wishes = refining.choices(
                production,
                sigma_start=sigma_start,
                steps=steps,
                guidance=guidance,
                seed=seed,
                gamma=gamma,
                references=references,
                heroes=heroes,
                protect=_words(protect),
                composite=composite,
                colours=colours,
                controls=_words(controls),
                tries=tries,
            )
            bring(production, "frames")
            only = _words(shots)
            if dry_run:
                plan = refining.plan(production, chosen, wishes, only, prompt_style)
                tell_made(production, json, "\n".join(plan), plan="\n".join(plan))
                return
            refining.refine(production, chosen, wishes, only, prompt_style)
        bring(production, "refine")
        results = {"refined": str(production.folder.refined)}
        if not grading.graded(production):
            results = {}
        elif report or backend is not None:
            results["report"] = str(grading.report(production))
    titles = {"refined": "Refined frames:", "report": "Report:        "}
    words = "\n".join(f"{titles[name]} {path}" for name, path in results.items())
    tell_made(production, json, words or "No look: the cut shows frames as rendered.", **results)


def _words(text: str | None) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()] if text else []
