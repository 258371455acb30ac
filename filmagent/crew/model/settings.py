"""Which model is asked, where, and within which bounds. A key is never among the settings."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field

from filmagent.documents import Part
from filmagent.errors import InputError

OPENAI = "https://api.openai.com/v1"


class ModelSettings(Part):
    """The model of a film's crew."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str | None = None
    """The endpoint, e.g. ``http://localhost:11434/v1``; None: OpenAI."""
    name: str = ""
    """The model; empty: the one that the endpoint serves, where it serves just one."""
    sees: bool = False
    """The model takes pictures."""
    budget_tokens: Annotated[int, Field(gt=0)] | None = None
    """Tokens, in and out, that one run may use."""
    budget_usd: Annotated[float, Field(gt=0)] | None = None
    """Dollars that one run may cost."""
    price: tuple[Annotated[float, Field(ge=0)], Annotated[float, Field(ge=0)]] | None = None
    """Dollars for a million tokens in and out; None: from ``prices.toml``."""
    context: Annotated[int, Field(gt=0)] | None = None
    """Tokens the model takes, where the endpoint would not say so itself (Ollama cuts silently)."""
    concurrency: Annotated[int, Field(gt=0)] = 8
    """Calls in flight at once."""
    timeout_s: Annotated[float, Field(gt=0)] | None = None
    """Seconds without a word from the endpoint after which a call counts as stalled; None: 120,
    or 600 for a local endpoint, which may read a long question and serve others first."""
    longest_s: Annotated[float, Field(gt=0)] = 900.0
    """Seconds that a whole answer may take, however it trickles."""
    tries: Annotated[int, Field(gt=0)] = 5
    """How often one call is sent at most when it breaks on the way."""
    backoff_s: Annotated[float, Field(ge=0)] = 0.5
    """Seconds before the second try; doubled for each further one, with jitter."""
    longest_wait_s: Annotated[float, Field(ge=0)] = 60.0
    """The longest wait between two tries, and the longest Retry-After that is honoured."""
    seed: int = 0
    """Of the jitter."""
    replay: Path | None = None
    """Answer from this folder alone; nothing is sent anywhere."""

    @property
    def silence_s(self) -> float:
        """The silence after which a call counts as stalled."""
        if self.timeout_s is not None:
            return self.timeout_s
        return 600.0 if is_local(endpoint(self.url)) else 120.0


def endpoint(url: str | None) -> str:
    """The base URL as it is called: with a scheme, a path, and no secret in it.

    ``localhost:11434`` becomes ``http://localhost:11434/v1``.

    Raises
    ------
    InputError
        For a URL that is none, or one with a password or a query (a key would be written into
        the film's documents). The message does not repeat the URL.
    """
    if url is None:
        return OPENAI
    text = url.strip()
    if "://" not in text:
        text = f"{'http' if is_local('http://' + text) else 'https'}://{text}"
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise InputError(
            "The model's URL is none: give it like http://localhost:11434/v1 or "
            "https://api.openai.com/v1."
        )
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise InputError(
            f"The model's URL for {host} holds more than an address: leave out names, passwords "
            "and what follows `?`; put the key into the environment as FILMAGENT_API_KEY."
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/') or '/v1'}"


def is_local(url: str) -> bool:
    """Whether a URL is this machine or this network: it costs nothing and needs no proxy."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    if not host:
        return False
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal", ".lan"))
    return address.is_loopback or address.is_private or address.is_link_local
