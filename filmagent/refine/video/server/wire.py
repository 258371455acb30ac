"""Requests to a server, every one of them bounded in time and size, and tried again."""

from __future__ import annotations

import http.client
import json
import time
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from filmagent.errors import InputError, RenderError

_SAYING = 300
_PIECE = 2**20


@dataclass(frozen=True)
class Patience:
    """How long is waited for what.

    Parameters
    ----------
    silence_s
        For a word of one answer.
    away_s
        For a server that does not answer at all, while a job runs.
    longest_s
        For a whole job.
    poll_s
        Between two looks at a job.
    tries
        How often a request is made that breaks on its way.
    largest
        Bytes of one answer.
    """

    silence_s: float = 60.0
    away_s: float = 300.0
    longest_s: float = 4 * 3600.0
    poll_s: float = 1.0
    tries: int = 4
    backoff_s: float = 0.5
    largest: int = 4 * 2**30


class Broken(Exception):
    """A request that broke on its way: another try may help."""


@dataclass
class Wire:
    """The way to a server.

    Parameters
    ----------
    url
        Of its front door.
    patience
        How long is waited.

    Raises
    ------
    InputError
        If that is no address.
    """

    url: str
    patience: Patience = field(default_factory=Patience)

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url if "://" in self.url else f"http://{self.url}")
            host, port = parts.hostname or "", parts.port
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not host:
            raise InputError(
                f'"{self.url}" is no address of a server; give one such as http://127.0.0.1:8188.'
            )
        self._host, self._port, self._path = host, port, parts.path.rstrip("/")
        self._secure = parts.scheme == "https"
        self._headers = {}
        if parts.username is not None:
            known = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._headers["Authorization"] = f"Basic {b64encode(known.encode()).decode()}"
            # what is said of the server never holds the password
            self.url = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{self._path}"

    def json(self, verb: str, path: str, body: bytes = b"", kind: str = "") -> Any:
        """What a request is answered with, as JSON.

        Raises
        ------
        RenderError
            If the server is gone, refuses, or does not answer in JSON.
        """
        answer = self.answer(verb, path, body, kind)
        said = parsed(answer)
        if said is None:
            raise RenderError(
                f"{self.url} does not answer as ComfyUI does ({words(answer)}); is it the right "
                "address?"
            )
        return said

    def answer(self, verb: str, path: str, body: bytes = b"", kind: str = "") -> bytes:
        """The body that a request is answered with; asked for again where it breaks on its way.

        Raises
        ------
        RenderError
            If the server is gone, or refuses.
        """
        for attempt in range(self.patience.tries):
            try:
                status, answer = self.once(verb, path, body, kind)
                if status == 200:
                    return answer
                if status < 500:
                    raise RenderError(
                        f"{self.url} answers {status} to {verb} {path.partition('?')[0]}: "
                        f"{words(answer)}."
                    )
                raise Broken(f"it answers {status}: {words(answer)}")
            except Broken as error:
                self.wait(attempt, error)
        raise AssertionError("the last wait raises")

    def wait(self, attempt: int, error: Broken) -> None:
        """Wait before the next try of a request.

        Raises
        ------
        RenderError
            If it was the last.
        """
        if attempt + 1 >= self.patience.tries:
            raise RenderError(
                f"{self.url} cannot be reached ({error}); what is finished is kept: start the "
                "server and run again."
            ) from None
        time.sleep(self.patience.backoff_s * 2**attempt)

    def once(self, verb: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, bytes]:
        """One request, straight to the server (no proxy, no redirect): its status and body.

        Raises
        ------
        Broken
            If it broke on its way.
        RenderError
            If the answer has no end.
        """
        way = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = way(self._host, self._port, timeout=self.patience.silence_s)
        headers = self._headers | ({"Content-Type": kind} if kind else {})
        ends = time.monotonic() + self.patience.longest_s
        found = bytearray()
        try:
            connection.request(verb, self._path + path, body or None, headers)
            answer = connection.getresponse()
            while piece := answer.read(_PIECE):
                found += piece
                if len(found) > self.patience.largest or time.monotonic() > ends:
                    raise RenderError(f"{self.url} answers {verb} {path[:60]} without an end.")
            missing = answer.length
        except (OSError, http.client.HTTPException) as error:
            raise Broken(str(error) or type(error).__name__) from None
        finally:
            connection.close()
        if missing:
            raise Broken(f"the answer broke off {missing} bytes before its end")
        return answer.status, bytes(found)


def parsed(answer: bytes) -> Any:
    """An answer's JSON; None where it is none."""
    try:
        return json.loads(answer)
    except (ValueError, RecursionError):
        return None


def words(answer: bytes) -> str:
    """The beginning of an answer, as one short line."""
    return clean(answer[: 4 * _SAYING].decode("utf-8", "replace")) or "nothing"


def clean(said: Any) -> str:
    """What a server says, as one short line."""
    line = " ".join("".join(c if c.isprintable() else " " for c in str(said)).split())
    return (line if len(line) <= _SAYING else line[:_SAYING] + "…").rstrip(".")
