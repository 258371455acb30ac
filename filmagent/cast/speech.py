"""A server that speaks: OpenAI's ``audio.speech``, or anything that answers like it.

Kokoro-FastAPI, openedai-speech, LocalAI, Speaches, vLLM-Omni and OpenAI itself. A film names the
server, its model and its voices in ``film.json``; the key comes from whoever opens it and is kept
nowhere. What was said once is on file in the film and is not asked for again.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from filmagent.cast import sound_file
from filmagent.cast.engine import Manner
from filmagent.cast.recording import Recording
from filmagent.documents import VoiceEntry
from filmagent.errors import MissingDependency, RenderError

NAME = "speech"
"""The engine's name in documents."""
_PCM_HERTZ = 24_000
"""What OpenAI sends as ``pcm``; servers that follow it keep to the rate."""
_SLOWEST, _FASTEST = 0.25, 4.0
_LONGEST_SAYING = 200
_SCHEMES = ("http://", "https://", "all://")
_STRONG = 0.65


class ServerDown(RenderError):
    """The server cannot be asked as it is set: the run stops, so that no line is lost to it."""


@dataclass(frozen=True)
class SpeechServer:
    """An engine at the other end of a wire.

    Parameters
    ----------
    url
        The base URL, ``http://localhost:8880/v1``.
    model
        ``gpt-4o-mini-tts``, ``tts-1``, ``kokoro`` …
    listed
        The voices it is asked for; empty: the names every such server answers to.
    key
        None where the server wants none.
    tries
        How often a request is sent at most; 429 and 5xx are waited out as the server says.
    timeout_s
        Seconds without a byte after which a request counts as lost.
    near
        It is on this machine or network: no proxy is asked for it.
    """

    url: str
    model: str
    listed: tuple[VoiceEntry, ...] = ()
    key: str | None = field(default=None, repr=False)
    tries: int = 5
    timeout_s: float = 120.0
    near: bool = False

    def voices(self) -> tuple[VoiceEntry, ...]:
        """The voices it is asked for, the best first."""
        return self.listed or usual_voices()

    def bends(self, name: str) -> bool:
        """No server has a setting for pitch."""
        return False

    def speak(self, text: str, name: str, manner: Manner) -> Recording:
        """Have a text said; what comes back is not timed.

        Raises
        ------
        RenderError
            The server will not say this text, or sends no sound for it.
        ServerDown
            It cannot be reached, has not the model or voice, or does not let us in.
        MissingDependency
            The ``openai`` package is not installed.
        """
        body = {
            "model": self.model,
            "voice": name,
            "input": text,
            "response_format": "wav",
            "speed": round(min(max(manner.rate, _SLOWEST), _FASTEST), 3),
        }
        direction = directed(manner)
        if direction and not self.model.startswith("tts-1"):
            # OpenAI's older models do not take directions; most other servers pass over them
            body["instructions"] = direction
        data, kind = self._asked(body)
        try:
            if kind in ("audio/pcm", "audio/l16") and data[:4] != b"RIFF":
                return sound_file.pcm(data, _PCM_HERTZ)
            return sound_file.decoded(data)
        except sound_file.Unreadable as error:
            raise RenderError(f"What {self.url} sent for the voice {name} {error}.") from None

    def _asked(self, body: dict[str, Any]) -> tuple[bytes, str]:
        sdk = _sdk()
        problem: RenderError
        try:
            answer = self._client.audio.speech.create(**body)
            kind = answer.response.headers.get("content-type", "").partition(";")[0].lower()
            return answer.content, kind
        except sdk.APIStatusError as error:
            problem = self._verdict(error.status_code, _message(error), body)
        except sdk.APIConnectionError:
            problem = ServerDown(
                f"The voices' server {self.url} cannot be reached; start it and run the same "
                "command again: lines that are recorded stay."
            )
        # outside of the except: an error must not drag the request, and its key, along
        raise problem

    def _verdict(self, status: int, said: str, body: dict[str, Any]) -> RenderError:
        if self.key:
            said = said.replace(self.key, "(key)")
        said = f" ({said[:_LONGEST_SAYING]})" if said else ""
        if status in (401, 403):
            return ServerDown(
                f"The voices' server {self.url} does not let us in{said}; set FILMAGENT_API_KEY "
                "to a key of its own."
            )
        if status == 404:
            return ServerDown(
                f"The voices' server {self.url} has no speech for the model {self.model} and the "
                f"voice {body['voice']}{said}; name others under `speech` in film.json."
            )
        if status == 429 or status >= 500:
            return ServerDown(
                f"The voices' server {self.url} answered {status} {self.tries} times{said}; run "
                "the same command again later: lines that are recorded stay."
            )
        return RenderError(f"The voices' server {self.url} refused a line{said}.")

    @cached_property
    def _client(self) -> Any:
        sdk = _sdk()
        # the environment's proxies would catch calls to this machine
        http = sdk.DefaultHttpxClient(mounts=dict.fromkeys(_SCHEMES)) if self.near else None
        client = sdk.OpenAI(
            base_url=self.url,
            api_key=self.key or "none",
            http_client=http,
            max_retries=self.tries - 1,
            timeout=sdk.Timeout(self.timeout_s, connect=min(10.0, self.timeout_s)),
        )
        if self.near:
            # the package takes them from the environment; they are OpenAI's business
            client.organization = client.project = None
        return client


def directed(manner: Manner) -> str:
    """What an actor would be told: "" where there is nothing to tell."""
    loud = "loud" if manner.energy > _STRONG else "quiet" if manner.energy < 1 - _STRONG else ""
    feeling = "" if manner.emotion == "neutral" else manner.emotion
    tone = " and ".join(part for part in (feeling, loud) if part)
    return f"A line of a film. Say it {tone}, as one would to somebody close by." if tone else ""


@cache
def usual_voices() -> tuple[VoiceEntry, ...]:
    """The voices that servers of this kind have in common."""
    raw = tomllib.loads(Path(__file__).with_name("speech_voices.toml").read_text("utf-8"))
    return tuple(
        VoiceEntry(engine=NAME, name=name, gender=gender, languages=raw["languages"])
        for gender, names in raw["voices"].items()
        for name in names
    )


def _message(error: Any) -> str:
    body = error.body
    for key in ("message", "error", "detail"):
        if isinstance(body, dict) and body.get(key):
            body = body[key]
    return " ".join(body.split()) if isinstance(body, str) and "<" not in body else ""


def _sdk() -> Any:
    try:
        return import_module("openai")
    except ImportError:
        raise MissingDependency(
            'A speech server needs the openai package: pip install "filmagent[llm]"'
        ) from None
