"""From settings to a model."""

from __future__ import annotations

from pathlib import Path

from filmagent.crew.model.asking import AskingModel
from filmagent.crew.model.budget import Budget
from filmagent.crew.model.endpoint import Endpoint
from filmagent.crew.model.errors import NotRecorded
from filmagent.crew.model.keys import key_for
from filmagent.crew.model.ledger import Ledger
from filmagent.crew.model.live import Live
from filmagent.crew.model.prices import price_of
from filmagent.crew.model.protocol import Model
from filmagent.crew.model.replay import Replay
from filmagent.crew.model.settings import ModelSettings, endpoint
from filmagent.crew.model.store import Store
from filmagent.errors import InputError


def open_model(settings: ModelSettings, folder: Path) -> Model:
    """The model that the settings name.

    Parameters
    ----------
    settings : ModelSettings
        With ``replay`` set nothing is sent anywhere, no key is read and ``folder`` is not
        touched.
    folder : Path
        Where answers are kept, one file each; made when the first arrives. Given as ``replay``
        later, it is the record of the run.

    Raises
    ------
    BadKey
        The endpoint needs a key and there is none.
    UnknownModel
        No name is given, and the endpoint does not serve exactly one model.
    InputError
        The URL is none; a budget in dollars is given for a model whose price nobody knows.
    NotRecorded
        The replay's folder is no record.
    MissingDependency
        The ``openai`` package is not installed.
    """
    return _replay(settings) if settings.replay is not None else _live(settings, folder)


def _live(settings: ModelSettings, folder: Path) -> Model:
    calls = Endpoint(settings, key_for(endpoint(settings.url)))
    name = settings.name or calls.only_model()
    price = price_of(settings, name)
    if price is None and settings.budget_usd is not None:
        raise InputError(
            f'The price of "{name}" is unknown, so ${settings.budget_usd:g} cannot be kept to: '
            "give a budget in tokens, or the model's price."
        )
    store, ledger = Store(folder), Ledger()
    budget = Budget(settings.budget_tokens, settings.budget_usd, price)
    source = Live(settings, name, calls, store, ledger, budget)
    return AskingModel(settings, name, store, source, ledger, price)


def _replay(settings: ModelSettings) -> Model:
    assert settings.replay is not None
    store, ledger = Store(settings.replay), Ledger()
    names = [settings.name] if settings.name else store.models()
    if len(names) != 1:
        found = f"holds answers of {', '.join(names)}; name one" if names else "holds no answers"
        raise NotRecorded(f"The record {settings.replay.name} {found}.")
    source = Replay(store, settings.sees)
    return AskingModel(settings, names[0], store, source, ledger, price_of(settings, names[0]))
