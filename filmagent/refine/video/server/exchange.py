"""Requests to a server like ComfyUI's, every one of them bounded in time and size.

The jobs of a server outlive their asker: a job has a name of ours, so that after a stop, or a
request that broke on its way, it is found again instead of being asked for twice.
"""

from __future__ import annotations

import http.client
import json
import secrets
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

from filmagent.errors import InputError, RenderError

_SAYING = 300
_FOLDER = "filmagent"
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


class Failed(RenderError):
    """A job that the server could not do, and would not do if it were asked about it again."""


class Broken(Exception):
    """A request that broke on its way: another try may help."""


@dataclass(frozen=True)
class Named:
    """A file as the server calls it: only ever told back to the server."""

    name: str
    subfolder: str = ""
    kind: str = "input"

    @property
    def told(self) -> str:
        """As nodes take it."""
        return f"{self.subfolder}/{self.name}" if self.subfolder else self.name

    @classmethod
    def of(cls, said: Any) -> Named | None:
        """A file that an answer names; None if it names none."""
        if not isinstance(said, dict):
            return None
        name = said.get("filename", said.get("name"))
        if not isinstance(name, str) or not name:
            return None
        return cls(name, str(said.get("subfolder") or ""), str(said.get("type") or "output"))


@dataclass
class Exchange:
    """A server.

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

    def upload(self, data: bytes, name: str, subfolder: str = _FOLDER) -> Named:
        """Put a file among the server's inputs.

        Raises
        ------
        RenderError
            If it does not get there.
        """
        fence = secrets.token_hex(16)
        fields = {"type": "input", "overwrite": "true", "subfolder": subfolder}
        parts = [
            f'--{fence}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        ]
        head = (
            f'--{fence}\r\nContent-Disposition: form-data; name="image"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = "".join([*parts, head]).encode() + data + f"\r\n--{fence}--\r\n".encode()
        said = self._json("POST", "/upload/image", body, f"multipart/form-data; boundary={fence}")
        named = Named.of(said)
        if named is None:
            raise RenderError(f"{self.url} took a file without saying where it put it.")
        return named

    def ask(self, workflow: Mapping[str, Any], job: str) -> str:
        """Ask for a job, under a name of ours; the name it has there.

        Raises
        ------
        RenderError
            If the server refuses the workflow.
        """
        body = json.dumps({"prompt": workflow, "prompt_id": job, "client_id": job}).encode()
        for attempt in range(self.patience.tries):
            try:
                status, answer = self._once("POST", "/prompt", body, "application/json")
            except Broken as error:
                # it may have arrived all the same
                if self.stands(job) is not None:
                    return job
                self._wait(attempt, error)
                continue
            said = _parsed(answer)
            if status == 200 and isinstance(said, dict):
                return str(said.get("prompt_id") or job)
            if status < 500:
                raise RenderError(f"{self.url} refuses the workflow: {_refusal(said, answer)}.")
            self._wait(attempt, Broken(f"it answers {status}: {_words(answer)}"))
        raise AssertionError("the last wait raises")

    def stands(self, job: str) -> dict[str, Any] | None:
        """What the server knows of a job: its record when finished, empty while it waits or runs;
        None if it does not know it."""
        record = self._record(job)
        if record is None:
            queue = self._json("GET", "/queue")
            if job in str(queue):
                return {}
            # it may have been finished between the two questions
            record = self._record(job)
        return record

    def result(self, job: str, called: Callable[[str], str]) -> dict[str, Any] | None:
        """Wait for a job; its record, or None if the server has forgotten it.

        Parameters
        ----------
        job
            Its name there.
        called
            How a node is called, of its id.

        Raises
        ------
        Failed
            If it fails, or takes too long.
        RenderError
            If the server is gone.
        """
        begun = heard = time.monotonic()
        while True:
            try:
                record = self.stands(job)
                heard = time.monotonic()
            except RenderError:
                if time.monotonic() - heard > self.patience.away_s:
                    raise
                record = {}
            if record is None or record:
                if record:
                    _expect_success(record, called)
                return record
            if time.monotonic() - begun > self.patience.longest_s:
                self.call_off(job)
                raise Failed(
                    f"{self.url} has worked at one window for {self.patience.longest_s / 60:.0f} "
                    "minutes; shorten the workflow's windows, or wait longer."
                )
            time.sleep(self.patience.poll_s)

    def call_off(self, job: str) -> None:
        """Take a job from the queue, or stop it; that of nobody else."""
        try:
            drop = json.dumps({"delete": [job]}).encode()
            self._once("POST", "/queue", drop, "application/json")
            _, answer = self._once("GET", "/queue")
            running = _parsed(answer)
            if isinstance(running, dict) and job in str(running.get("queue_running")):
                stop = json.dumps({"prompt_id": job}).encode()
                self._once("POST", "/interrupt", stop, "application/json")
        except Broken:
            return

    def fetch(self, named: Named) -> bytes:
        """A file that the server has made.

        Raises
        ------
        RenderError
            If it does not come.
        """
        about = {"filename": named.name, "subfolder": named.subfolder, "type": named.kind}
        return self._answer("GET", f"/view?{urlencode(about)}")

    def _record(self, job: str) -> dict[str, Any] | None:
        said = self._json("GET", f"/history/{quote(job, safe='')}")
        record = said.get(job) if isinstance(said, dict) else None
        return record if isinstance(record, dict) and record else None

    def _json(self, verb: str, path: str, body: bytes = b"", kind: str = "") -> Any:
        answer = self._answer(verb, path, body, kind)
        said = _parsed(answer)
        if said is None:
            raise RenderError(
                f"{self.url} does not answer as ComfyUI does ({_words(answer)}); is it the right "
                "address?"
            )
        return said

    def _answer(self, verb: str, path: str, body: bytes = b"", kind: str = "") -> bytes:
        for attempt in range(self.patience.tries):
            try:
                status, answer = self._once(verb, path, body, kind)
                if status == 200:
                    return answer
                if status < 500:
                    raise RenderError(
                        f"{self.url} answers {status} to {verb} {path.partition('?')[0]}: "
                        f"{_words(answer)}."
                    )
                raise Broken(f"it answers {status}: {_words(answer)}")
            except Broken as error:
                self._wait(attempt, error)
        raise AssertionError("the last wait raises")

    def _wait(self, attempt: int, error: Broken) -> None:
        if attempt + 1 >= self.patience.tries:
            raise RenderError(
                f"{self.url} cannot be reached ({error}); what is finished is kept: start the "
                "server and run again."
            ) from None
        time.sleep(self.patience.backoff_s * 2**attempt)

    def _once(self, verb: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, bytes]:
        """One request, straight to the server: no proxy, no redirect."""
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


def _expect_success(record: Mapping[str, Any], called: Callable[[str], str]) -> None:
    status = record.get("status")
    if not isinstance(status, dict) or status.get("status_str") != "error":
        return
    messages = status.get("messages")
    for kind, facts in (m for m in messages or () if isinstance(m, list) and len(m) == 2):
        if kind == "execution_error" and isinstance(facts, dict):
            where = called(str(facts.get("node_id")))
            what = _clean(facts.get("exception_message") or facts.get("exception_type"))
            raise Failed(f"The server failed at node {where}: {what}.")
        if kind == "execution_interrupted":
            raise Failed("The job was stopped at the server; run again to ask once more.")
    raise Failed("The server failed without saying why; its own log may tell.")


def _refusal(said: Any, answer: bytes) -> str:
    """Why a workflow was refused, of ComfyUI's two places for it."""
    if not isinstance(said, dict):
        return _words(answer)
    reasons = []
    for node, wrong in dict(said.get("node_errors") or {}).items():
        errors = wrong.get("errors") if isinstance(wrong, dict) else None
        kind = wrong.get("class_type", "") if isinstance(wrong, dict) else ""
        for one in errors or ():
            details = f"{one.get('message', '')} {one.get('details', '')}"
            reasons.append(f"node {node} ({kind}): {details}")
    if not reasons and isinstance(said.get("error"), dict):
        reasons.append(f"{said['error'].get('message', '')} {said['error'].get('details', '')}")
    return _clean("; ".join(reasons) or said.get("error") or "it does not say why")


def _parsed(answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except (ValueError, RecursionError):
        return None


def _words(answer: bytes) -> str:
    return _clean(answer[: 4 * _SAYING].decode("utf-8", "replace")) or "nothing"


def _clean(said: Any) -> str:
    """What a server says, as one short line."""
    line = " ".join("".join(c if c.isprintable() else " " for c in str(said)).split())
    return (line if len(line) <= _SAYING else line[:_SAYING] + "…").rstrip(".")
