"""Which crew decides. Models are hired here, told what they may spend, and settled with.

Nothing of this is loaded, and nothing asked, while a film's decisions stand: the model is opened
by the first item that needs it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from filmagent.crew import Crew
from filmagent.documents.seeds import seed
from filmagent.documents.settings import ModelChoice
from filmagent.errors import DocumentError, InputError
from filmagent.film.production import Film, save_settings
from filmagent.film.records import digest

if TYPE_CHECKING:
    from filmagent.crew.agents import AgentCrew
    from filmagent.crew.model import ModelSettings

NO_MODEL = (
    "No model is chosen: name one with --model (and --llm-url for a local server, such as "
    "http://localhost:11434/v1), or run with --crew house, which needs none and works from a "
    "screenplay."
)


def crew_of(film: Film, stage: str, item: str = "") -> Crew:
    """The crew that the film's settings name, at work on an item.

    Raises
    ------
    ModelError
        When it is the LLM crew and its model cannot be reached as it is set.
    """
    if film.settings.crew == "llm":
        return agents_of(film, stage, item)
    return house_of(film)


def house_of(film: Film) -> Crew:
    """The crew that works by rule, whoever else is hired."""
    from filmagent.crew.house import HouseCrew

    return HouseCrew(strict=film.settings.strict)


def agents_of(film: Film, stage: str, item: str = "") -> AgentCrew:
    """The LLM crew at work on an item; decided again, an item is asked about anew."""
    people = film.breakdown.characters if film.folder.breakdown.exists() else []
    return replace(film.agents, seed=seed_of(film, stage, item) % 2**31, characters=people)


def seed_of(film: Film, stage: str, item: str) -> int:
    """The seed of an item's decision; another one each time a model has to decide it again."""
    name = f"{stage}/{item}" if item else stage
    again = film.times_redone(name) if film.settings.crew == "llm" else 0
    return seed(film.settings.seed, stage, f"{item}#{again}" if again else item)


def apart(film: Film) -> bool:
    """Whether the crew's items are worth making side by side: models are waited for."""
    return film.settings.crew == "llm"


def crew_key(film: Film, stage: str) -> dict[str, str]:
    """What a decision of a stage depends on besides its documents: nothing of the house crew,
    whose stages have their versions; model and prompts of the LLM crew."""
    if film.settings.crew == "house":
        return {}
    from filmagent.crew.agents import prompt_versions

    choice = film.settings.model or ModelChoice()
    return {"crew": digest(film.settings.crew, choice.name, prompt_versions(stage))}


def model_settings(film: Film) -> ModelSettings:
    """How the film's model is asked."""
    from filmagent.crew.model import ModelSettings

    choice = film.settings.model or ModelChoice()
    record = film.replay
    if record is not None and (record / "crew" / "answers").is_dir():
        record = record / "crew" / "answers"
    return ModelSettings(**choice.model_dump(), seed=film.settings.seed, replay=record)


def hire(film: Film) -> AgentCrew:
    """Open the film's model, and say what the run will take.

    Raises
    ------
    InputError
        No model is named.
    ModelError
        It cannot be opened.
    """
    from filmagent.crew.agents import AgentCrew
    from filmagent.crew.agents.expecting import expected
    from filmagent.crew.model.opening import open_model
    from filmagent.crew.transcript import Transcript

    choice = film.settings.model
    if film.replay is None and (choice is None or not (choice.name or choice.url)):
        raise InputError(NO_MODEL)
    model = open_model(model_settings(film), film.folder.answers)
    scenes = film.breakdown.scenes if film.folder.breakdown.exists() else None
    estimate = model.estimate(expected(film.catalogue, scenes, _to_decide(film)))
    if estimate.calls:
        film.note("crew", estimate.summary())
    return AgentCrew(
        model,
        house_of(film),
        Transcript(film.folder.crew / "transcript.jsonl"),
        at_once=(choice or ModelChoice()).concurrency,
    )


def _to_decide(film: Film) -> dict[str, int | None]:
    """How many items of each stage models have still to decide; None where nobody can know yet."""
    from filmagent.crew.agents import PROMPTS
    from filmagent.film.making import STAGES

    found: dict[str, int | None] = {}
    for stage in STAGES:
        if stage.name not in PROMPTS:
            continue
        try:
            items = stage.items(film)
        except DocumentError:
            found[stage.name] = None
            continue
        number = sum(film.records.standing(item).state != "done" for item in items)
        if number:
            found[stage.name] = number
    return found


def settle(film: Film) -> None:
    """End a run in which models were hired: the receipt, the readable transcript, goodbye."""
    crew = film.agents
    receipt = crew.model.receipt()
    if receipt.calls + receipt.cached:
        receipt.write(film.folder.crew / "receipt.json")
        title = film.breakdown.title if film.folder.breakdown.exists() else film.root.name
        crew.transcript.write_markdown(film.folder.crew / "transcript.md", title)
        film.note("crew", receipt.summary())
    crew.model.close()
    # whoever works on the film again opens a new account
    del film.agents


def choose_model(
    film: Film,
    name: str | None,
    url: str | None,
    budget: tuple[int | None, float | None] | None,
) -> None:
    """Keep in ``film.json`` which model the film asks, and what a run may take. Never a key.

    Raises
    ------
    InputError
        The URL is none, or holds more than an address.
    ModelError
        No model is named, and the endpoint does not serve exactly one.
    """
    choice = film.settings.model or ModelChoice()
    changes: dict[str, object] = {}
    if name is not None:
        changes["name"] = name
    if url is not None:
        from filmagent.crew.model.settings import endpoint

        changes["url"] = endpoint(url)
    if budget is not None:
        changes["budget_tokens"], changes["budget_usd"] = budget
    if not changes:
        return
    choice = choice.model_copy(update=changes)
    save_settings(film.folder, model=choice)
    if choice.url and not choice.name and film.replay is None:
        # decisions are remembered with the name of whose they are
        save_settings(film.folder, model=choice.model_copy(update={"name": _served(film)}))


def _served(film: Film) -> str:
    """The name of the one model that the endpoint serves."""
    from filmagent.crew.model.opening import open_model

    model = open_model(model_settings(film), film.folder.answers)
    model.close()
    return model.name


def check(film: Film, url: str | None) -> None:
    """Refuse a URL that is none, and a record that is not there, before anything is written.

    Raises
    ------
    InputError
        Saying which.
    """
    if url is not None:
        from filmagent.crew.model.settings import endpoint

        endpoint(url)
    if film.replay is not None and not film.replay.is_dir():
        raise InputError(f"{film.replay} is no folder; give a film's folder to replay.")
