"""One exchange with an OpenAI-compatible endpoint, by the ``openai`` package.

Answers are streamed, so that a stall is told from a slow model: ``silence_s`` runs between two
pieces, ``longest_s`` over the whole answer. Retries are not made here.
"""

from __future__ import annotations

import email.utils
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from filmagent.crew.model.errors import NoEndpoint, UnknownModel
from filmagent.crew.model.letters import whole_letters
from filmagent.crew.model.settings import ModelSettings, endpoint, is_local
from filmagent.crew.model.tokens import tokens_of_text
from filmagent.crew.model.verdicts import Broken, Lacking, Reply, verdict
from filmagent.errors import MissingDependency

if TYPE_CHECKING:
    import openai

_LONGEST_SAYING = 300
_KEY_LIKE = re.compile(r"\b((sk|gsk|pk|xai)-|Bearer )[\w*.-]{6,}", re.IGNORECASE)
_FEW = 8
_BREAKS = (None, "error", "abort")
"""Finish reasons of answers that did not finish."""
_SCHEMES = ("http://", "https://", "all://")


@dataclass
class Arrived:
    """What an endpoint sent."""

    pieces: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    finish: str | None = None
    usage: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        """The answer's words."""
        return whole_letters("".join(self.pieces))

    @property
    def refusal(self) -> str | None:
        """The words of a refusal, or None."""
        return whole_letters("".join(self.refusals)) or None

    def used(self, asked: int) -> tuple[int, int]:
        """Tokens in and out: as the endpoint says, else counted from bytes."""
        out = tokens_of_text("".join(self.pieces + self.refusals))
        return self.usage or (asked, out)


class Endpoint:
    """An endpoint and its one model.

    Raises
    ------
    MissingDependency
        The ``openai`` package is not installed.
    """

    def __init__(self, settings: ModelSettings, key: SecretStr | None) -> None:
        sdk = _sdk()
        self.url = endpoint(settings.url)
        self._settings, self._key = settings, key
        http = sdk.DefaultHttpxClient(
            # the environment's proxies would catch calls to this machine
            mounts=dict.fromkeys(_SCHEMES) if is_local(self.url) else None,
            event_hooks={"response": [partial(_bound, seconds=settings.longest_s)]},
        )
        self._client = sdk.OpenAI(
            base_url=self.url,
            api_key=key.get_secret_value() if key else "none",
            http_client=http,
            max_retries=0,
            timeout=sdk.Timeout(settings.silence_s, connect=min(10.0, settings.silence_s)),
        )
        if is_local(self.url):
            # the package takes them from the environment; they are OpenAI's business
            self._client.organization = self._client.project = None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def models(self) -> list[str]:
        """The names of the models the endpoint serves; empty where it does not tell."""
        sdk = _sdk()
        try:
            page = self._client.models.list()
            return sorted(str(model.id) for model in page.data)
        except (sdk.OpenAIError, ValueError, TypeError, AttributeError):
            return []

    def only_model(self) -> str:
        """The model's name where none was given.

        Raises
        ------
        UnknownModel
            There is not exactly one.
        """
        names = self.models()
        if len(names) != 1:
            raise UnknownModel(f"No model is named for {self.url}: {self._choices(names)}")
        return names[0]

    def send(self, body: dict[str, Any], needed: int, room: int) -> Arrived:
        """Send one request and take its whole answer.

        Parameters
        ----------
        body : dict
            The chat completion request.
        needed, room : int
            Our count of the question's tokens with the room for its answer, and the room.

        Raises
        ------
        Broken, Lacking, Shorter, Filtered, ModelError
            See `filmagent.crew.model.verdicts`.
        """
        arrived = Arrived()
        problem: Exception | None = None
        try:
            if body.get("stream"):
                self._stream(body, arrived)
            else:
                self._take(body, arrived)
        except _sdk().APIStatusError as error:
            problem = self._verdict(error, body, needed, room)
        except _sdk().APIConnectionError as error:
            problem = self._broken(error, arrived, needed - room)
        except _sdk().APIError as error:
            problem = self._verdict(error, body, needed, room)
        except (json.JSONDecodeError, UnicodeDecodeError):
            problem = Broken("the stream was garbled", tokens_in=needed - room)
        except Broken as error:
            problem = Broken(error.why, tokens_in=needed - room)
        # outside of the except: an error must not drag the request, and its key, along
        if problem is None and arrived.finish in _BREAKS:
            problem = Broken("the answer broke off")
        if isinstance(problem, Broken) and arrived.pieces:
            problem.tokens_in, problem.tokens_out = arrived.used(needed - room)
        if problem is not None:
            raise problem
        return arrived

    def _stream(self, body: dict[str, Any], arrived: Arrived) -> None:
        with self._client.chat.completions.create(**body) as stream:
            kind = stream.response.headers.get("content-type", "")
            if "event-stream" not in kind:
                raise self._no_stream(kind)
            for event in stream:
                self._add(arrived, event, "delta")

    def _take(self, body: dict[str, Any], arrived: Arrived) -> None:
        answer = self._client.chat.completions.create(**body)
        if isinstance(answer, str):
            raise self._no_stream("text")
        self._add(arrived, answer, "message")

    def _add(self, arrived: Arrived, event: Any, part: str) -> None:
        """Add a piece; servers leave out, or null, whatever they please."""
        usage = getattr(event, "usage", None)
        if usage is not None:
            arrived.usage = (usage.prompt_tokens or 0, usage.completion_tokens or 0)
        for choice in getattr(event, "choices", None) or []:
            piece = getattr(choice, part, None)
            arrived.pieces += [getattr(piece, "content", None) or ""]
            arrived.refusals += [getattr(piece, "refusal", None) or ""]
            arrived.finish = choice.finish_reason or arrived.finish

    def _no_stream(self, kind: str) -> Exception:
        if "json" in kind:
            return Lacking("no stream came")
        return NoEndpoint(
            f"{self.url} answers, but is no OpenAI-compatible chat endpoint (it sends "
            f"{kind.split(';')[0] or 'nothing'}); check the URL: it mostly ends in /v1."
        )

    def _broken(self, error: openai.APIConnectionError, arrived: Arrived, asked: int) -> Broken:
        if isinstance(error.__cause__, Broken):
            return Broken(error.__cause__.why, tokens_in=asked)
        cause = type(error.__cause__).__name__
        if cause in ("ConnectError", "ConnectTimeout"):
            why = "no connection" if cause == "ConnectError" else "no answer to the connection"
            return Broken(f"{why} ({self.said(str(error.__cause__))})", reached=False)
        if isinstance(error, _sdk().APITimeoutError):
            return Broken(f"not a word for {self._settings.silence_s:g} s", tokens_in=asked)
        return Broken("the connection was closed", tokens_in=asked if arrived.pieces else 0)

    def _verdict(
        self, error: openai.APIError, body: dict[str, Any], needed: int, room: int
    ) -> Exception:
        response = getattr(error, "response", None)
        wait = _wait(response.headers) if response is not None else None
        detail = error.body if isinstance(error.body, dict) else {}
        reply = Reply(
            status=getattr(error, "status_code", 0),
            said=self.said(_message(error.body) or error.message),
            codes=frozenset(str(detail[k]).lower() for k in ("code", "type") if detail.get(k)),
            numbers={k: v for k, v in detail.items() if isinstance(v, int)},
            spoken=not _message(error.body).startswith("<"),
            wait_s=wait,
        )
        problem = verdict(reply, self.url, str(body["model"]), needed, room)
        if isinstance(problem, UnknownModel):
            return UnknownModel(f"{problem} {self._choices(self.models())}")
        return problem

    def _choices(self, names: list[str]) -> str:
        if not names:
            return "Give the name of one it has by --model."
        few = ", ".join(names[:_FEW]) + (f" and {len(names) - _FEW} more" * (len(names) > _FEW))
        return f"It has {few}: choose by --model."

    def said(self, text: str) -> str:
        """A server's words as they may be repeated: short, on one line, without a key."""
        if self._key is not None:
            text = text.replace(self._key.get_secret_value(), "(key)")
        text = " ".join(_KEY_LIKE.sub("(key)", text).split())
        return text if len(text) <= _LONGEST_SAYING else text[: _LONGEST_SAYING - 1] + "…"

    def hidden(self, text: str) -> str:
        """An answer's words without the key, should a server ever repeat it."""
        return text if self._key is None else text.replace(self._key.get_secret_value(), "(key)")


def _sdk() -> Any:
    try:
        return import_module("openai")
    except ImportError:
        raise MissingDependency(
            'The LLM crew needs the openai package: pip install "filmagent[llm]"'
        ) from None


def _bound(response: Any, seconds: float) -> None:
    """Let an answer's bytes come for so long: signs of life are no answer."""
    until = time.monotonic() + seconds
    stream = response.stream

    class Bounded(type(stream)):  # type: ignore[misc]  # the client asks for its own kind
        def __init__(self) -> None:
            pass

        def __iter__(self) -> Iterator[bytes]:
            for data in stream:
                if time.monotonic() > until:
                    raise Broken(f"the answer took over {seconds:g} s")
                yield data

        def close(self) -> None:
            stream.close()

    response.stream = Bounded()


def _message(body: object) -> str:
    if isinstance(body, dict):
        # {"message": …}, {"error": "…"}, {"error": {"message": …}}, {"detail": …}
        for key in ("message", "error", "detail"):
            if body.get(key):
                return _message(body[key])
        return json.dumps(body, default=str)
    return body if isinstance(body, str) else json.dumps(body, default=str) if body else ""


def _wait(headers: Any) -> float | None:
    """Seconds of Retry-After (RFC 9110, section 10.2.3): a number, or a date."""
    try:
        if headers.get("retry-after-ms"):
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
        text = headers.get("retry-after")
        if not text:
            return None
        try:
            return max(0.0, float(text))
        except ValueError:
            return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return None
