"""Commands that measure crews and video models, and take in FilmAgent's scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import cyclopts
from cyclopts import Parameter

from filmagent.cli.app import FILM, MEASURE, Json, app
from filmagent.cli.words import answer, listening, tell_made

bench = cyclopts.App(name="bench", help="Measure crews and video models.", group=MEASURE)
app.command(bench)
Output = Annotated[Path, Parameter(name=["-o", "--output"])]


@bench.command
def crew(
    *,
    ideas: Path | None = None,
    score: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    output: Output = Path("films/bench"),
    until: str = "edit",
    llm_url: str | None = None,
    model: str | None = None,
    budget: str | None = None,
    seed: int | None = None,
    json: Json = False,
) -> None:
    """Make films of ideas with a model and measure them; or measure films and scripts there are.

    Parameters
    ----------
    ideas
        A TOML file ([[idea]] with name and text) or text with an idea a line; default: fifteen
        that come with the package.
    score
        Film folders and FilmAgent script.json files to measure instead; nothing is made.
    output
        Where films, bench.json and bench.md go.
    until
        The last stage of each film: shotlist, takes or edit.
    llm_url
        An OpenAI-compatible endpoint.
    model
        The model there.
    budget
        What each film may take: 200000 tokens, $2, or both: 200000,$2.
    seed
        Of the films.
    """
    from filmagent.film import benching

    if score:
        made = benching.score(score)
        answer(json, made.model_dump(mode="json"), made.markdown())
        return
    from filmagent.cli.options import parse_budget

    with listening(json) as listener:
        made = benching.bench(
            benching.ideas(ideas),
            output,
            until=until,
            listener=listener,
            model=model,
            llm_url=llm_url,
            budget=parse_budget(budget) if budget else None,
            seed=seed,
        )
    answer(json, made.model_dump(mode="json"), made.markdown())


@bench.command
def judge(
    sheet: Path,
    one: Path | None = None,
    two: Path | None = None,
    *,
    votes: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    llm_url: str | None = None,
    model: str | None = None,
    seed: int = 0,
    json: Json = False,
) -> None:
    """Judge two sets of films blind, pair by pair; by hand or by a model.

    filmagent bench judge SHEET ONE TWO writes the sheet and votes.csv to fill in; with --llm-url
    or --model that model judges; filmagent bench judge SHEET counts the votes.

    Parameters
    ----------
    sheet
        The folder of the judging sheet.
    one, two
        Folders of films or FilmAgent scripts; stories of the same name are compared.
    votes
        Files of votes; default: every votes*.csv beside the sheet.
    llm_url
        An OpenAI-compatible endpoint.
    model
        The model there.
    seed
        Of the sides and the order.
    """
    from filmagent.film import judging

    if one is not None and two is not None:
        path = judging.make_sheet(one, two, sheet, seed=seed)
        if llm_url is None and model is None:
            words = f"Judging sheet: {path}\nVotes go into: {sheet / 'votes.csv'}"
            answer(json, {"sheet": str(path), "votes": str(sheet / "votes.csv")}, words)
            return
    if llm_url is not None or model is not None:
        from filmagent.crew.model import ModelSettings
        from filmagent.crew.model.opening import open_model

        settings = ModelSettings(url=llm_url, name=model or "", seed=seed)
        judging.ask_judge(sheet, open_model(settings, sheet / "answers"))
    outcome = judging.count(sheet, votes or ())
    answer(json, {"outcome": str(outcome)}, outcome.read_text(encoding="utf-8"))


@bench.command
def refine(
    models: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    *,
    tiny: Annotated[bool, Parameter(negative="")] = False,
    device: str = "auto",
    steps: int = 0,
    json: Json = False,
) -> None:
    """Measure video models of full size, with weights at random: seconds, memory, ratio to plain.

    Parameters
    ----------
    models
        Of vace-1.3b, vace-14b, ltx-2b, ltx2-19b (with --tiny: vace-tiny, ltx-tiny, ltx2-tiny);
        all by default.
    tiny
        Take small models through the same code, on any device.
    device
        As torch names it; a GPU where there is one by default.
    steps
        Of the noise schedule; each model's own by default.
    """
    from filmagent.film import benching

    figures, words = benching.refine(models or (), tiny=tiny, device=device, steps=steps)
    answer(json, figures, words)


@app.command(name="import-filmagent", group=FILM)
def import_filmagent_command(script: Path, *, output: Output, json: Json = False) -> None:
    """Make a film folder of a script that FilmAgent (Xu et al., 2025) released.

    Its shots become directing notes, its places the nearest of our sets.
    """
    from filmagent.film.translating import import_filmagent

    with listening(json) as listener:
        film, notes = import_filmagent(script, output, listener=listener)
    words = "\n".join([f"Film folder: {film.root}", *notes])
    tell_made(film, json, words, screenplay=str(film.folder.screenplay))
