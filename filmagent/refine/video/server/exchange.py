"""Jobs and files at a server like ComfyUI's.

The jobs of a server outlive their asker: a job has a name of ours, so that after a stop, or a
request that broke on its way, it is found again instead of being asked for twice.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from filmagent.errors import RenderError
from filmagent.refine.video.server.wire import Broken, Patience, Wire, clean, parsed, words

_FOLDER = "filmagent"


class Failed(RenderError):
    """A job that the server could not do, and would not do if it were asked about it again."""


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

    def __init__(self, url: str, patience: Patience) -> None:
        self._wire = Wire(url, patience)

    @property
    def url(self) -> str:
        """Its address, without a password."""
        return self._wire.url

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
        said = self._wire.json(
            "POST", "/upload/image", body, f"multipart/form-data; boundary={fence}"
        )
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
        for attempt in range(self._wire.patience.tries):
            try:
                status, answer = self._wire.once("POST", "/prompt", body, "application/json")
            except Broken as error:
                # it may have arrived all the same
                if self.stands(job) is not None:
                    return job
                self._wire.wait(attempt, error)
                continue
            said = parsed(answer)
            if status == 200 and isinstance(said, dict):
                return str(said.get("prompt_id") or job)
            if status < 500:
                raise RenderError(f"{self.url} refuses the workflow: {_refusal(said, answer)}.")
            self._wire.wait(attempt, Broken(f"it answers {status}: {words(answer)}"))
        raise AssertionError("the last wait raises")

    def stands(self, job: str) -> dict[str, Any] | None:
        """What the server knows of a job: its record when finished, empty while it waits or runs;
        None if it does not know it."""
        record = self._record(job)
        if record is None:
            queue = self._wire.json("GET", "/queue")
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
        patience = self._wire.patience
        begun = heard = time.monotonic()
        while True:
            try:
                record = self.stands(job)
                heard = time.monotonic()
            except RenderError:
                if time.monotonic() - heard > patience.away_s:
                    raise
                record = {}
            if record is None or record:
                if record:
                    _expect_success(record, called)
                return record
            if time.monotonic() - begun > patience.longest_s:
                self.call_off(job)
                raise Failed(
                    f"{self.url} has worked at one window for {patience.longest_s / 60:.0f} "
                    "minutes; shorten the workflow's windows, or wait longer."
                )
            time.sleep(patience.poll_s)

    def call_off(self, job: str) -> None:
        """Take a job from the queue, or stop it; that of nobody else."""
        try:
            drop = json.dumps({"delete": [job]}).encode()
            self._wire.once("POST", "/queue", drop, "application/json")
            _, answer = self._wire.once("GET", "/queue")
            running = parsed(answer)
            if isinstance(running, dict) and job in str(running.get("queue_running")):
                stop = json.dumps({"prompt_id": job}).encode()
                self._wire.once("POST", "/interrupt", stop, "application/json")
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
        return self._wire.answer("GET", f"/view?{urlencode(about)}")

    def _record(self, job: str) -> dict[str, Any] | None:
        said = self._wire.json("GET", f"/history/{quote(job, safe='')}")
        record = said.get(job) if isinstance(said, dict) else None
        return record if isinstance(record, dict) and record else None


def _expect_success(record: Mapping[str, Any], called: Callable[[str], str]) -> None:
    status = record.get("status")
    if not isinstance(status, dict) or status.get("status_str") != "error":
        return
    messages = status.get("messages")
    for kind, facts in (m for m in messages or () if isinstance(m, list) and len(m) == 2):
        if kind == "execution_error" and isinstance(facts, dict):
            where = called(str(facts.get("node_id")))
            what = clean(facts.get("exception_message") or facts.get("exception_type"))
            raise Failed(f"The server failed at node {where}: {what}.")
        if kind == "execution_interrupted":
            raise Failed("The job was stopped at the server; run again to ask once more.")
    raise Failed("The server failed without saying why; its own log may tell.")


def _refusal(said: Any, answer: bytes) -> str:
    """Why a workflow was refused, of ComfyUI's two places for it."""
    if not isinstance(said, dict):
        return words(answer)
    reasons = []
    for node, wrong in dict(said.get("node_errors") or {}).items():
        errors = wrong.get("errors") if isinstance(wrong, dict) else None
        kind = wrong.get("class_type", "") if isinstance(wrong, dict) else ""
        for one in errors or ():
            details = f"{one.get('message', '')} {one.get('details', '')}"
            reasons.append(f"node {node} ({kind}): {details}")
    if not reasons and isinstance(said.get("error"), dict):
        reasons.append(f"{said['error'].get('message', '')} {said['error'].get('details', '')}")
    return clean("; ".join(reasons) or said.get("error") or "it does not say why")
