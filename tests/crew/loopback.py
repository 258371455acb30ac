"""A real OpenAI-compatible HTTP server on the loopback, with scripted answers and faults.

>>> def script(request: dict) -> dict:          # the chat completion request, as JSON
...     return {"title": "The Spare Key"}       # a dict, a list, a pydantic model or a str
>>> with Loopback(script) as server:
...     server.url                              # what `--llm-url` is given
...     server.fail_next(Fault.STALL, Fault.RATE_LIMITED)    # these two, then whole answers
...     server.log[-1].fault, server.most_at_once, server.needless()

What the script gets is the request as it was sent; `asked` reads the usual things from it. What
it returns is sent as the answer: streamed where the request says ``stream``, with usage figures.
It may return a `Reply` (its own finish reason, refusal or usage) or a `Fault`.

=====================  =====================================================================
``faults=``            what is wrong with which request: a `Fault`, `Faults` (a seeded share
                       of the requests), or any ``(request, times_asked) -> Fault | None``
``spoil=``             ``(fault, request, answer) -> answer`` makes `INVENTED` and `LANGUAGE`
                       (default: `spoiled`, which puts names nobody knows into the answer)
``latency=``           seconds a call, or ``(request) -> seconds``
``lacks=``             what the server does not know (keys of `LACKING`) and so refuses, 400
``context=``           tokens that fit; a longer request gets ``dialect``'s own words
``most_out=``          the longest answer the model gives; asking for more gets a 400
``key=``, ``models=``  the one key that is let in; the models there are (else 401, 404)
``says=``              ``(status, message or whole body[, headers])`` instead of any answer
``page=``              a web page instead of any answer
=====================  =====================================================================

Afterwards: ``server.log`` (every request: `Asked`), ``server.most_at_once`` (the most requests
in work at one moment), ``server.needless()`` (requests sent again after a whole answer had been
served), ``server.tokens`` (in and out, as the usage figures said).
"""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.crew.mischief import (
    BROKEN_CALLS,
    DIALECTS,
    LACKING,
    SPOILT_ANSWERS,
    Fault,
    Faults,
    Request,
    asked,
    hash_of,
    schema_of,
    spoiled,
    text_of,
    tokens_of,
)

__all__ = [
    "BROKEN_CALLS",
    "DIALECTS",
    "LACKING",
    "SPOILT_ANSWERS",
    "Asked",
    "Fault",
    "Faults",
    "Loopback",
    "Reply",
    "Request",
    "asked",
    "schema_of",
    "spoiled",
    "tokens_of",
]


@dataclass(frozen=True)
class Reply:
    """An answer with its own finish reason, refusal or usage."""

    content: Any = ""
    finish: str | None = "stop"
    refusal: str | None = None
    usage: tuple[int, int] | None = None
    """Tokens in and out; None: counted from the text."""


@dataclass
class Asked:
    """A request that came in, and what became of it."""

    number: int
    path: str
    request: Request
    headers: dict[str, str] = field(repr=False)
    """By lower-case name; not in the repr, for they hold the key."""
    body_hash: str
    times: int
    """How often this very body has come, this time included."""
    started: float
    fault: Fault | None = None
    status: int = 0
    served: bool = False
    """A whole answer, good or spoilt, was sent to the last byte."""
    answer: str = ""
    """The text that was sent."""
    ended: float = 0.0

    @property
    def text(self) -> str:
        """All the words of the request's messages."""
        return asked(self.request)


_STATUS = {
    Fault.RATE_LIMITED: (429, "Rate limit reached."),
    Fault.TIMED_OUT: (408, "Request timeout."),
    Fault.CONFLICT: (409, "Conflict."),
    Fault.SERVER_ERROR: (500, "The server had an error while processing your request."),
    Fault.UNAVAILABLE: (503, "The engine is currently overloaded."),
}

_HALVES = (Fault.BROKEN, Fault.MID_STALL, Fault.TRICKLE, Fault.GARBLED, Fault.FAILED)

Script = Callable[[Request], Any]
Blame = Callable[[Request, int], Fault | None]


@dataclass
class Loopback:
    """The server; a context manager. See the module's words."""

    script: Script
    faults: Fault | Blame | None = None
    spoil: Callable[[Fault, Request, Any], Any] = field(default=lambda f, r, a: spoiled(f, r, a))
    latency: float | Callable[[Request], float] = 0.0
    lacks: tuple[str, ...] = ()
    lacks_status: int = 400
    """Some servers call what they lack their own failure: 500."""
    context: int | None = None
    dialect: str = "openai"
    key: str | None = None
    models: tuple[str, ...] = ()
    """Empty: any name is served, and ``/v1/models`` lists ``loopback``."""
    most_out: int | None = None
    says: tuple[int, Any] | tuple[int, Any, dict[str, str]] | None = None
    page: str | None = None
    halves_pairs: bool = False
    """Stream pieces of UTF-16 units, so that an emoji may arrive in two of them."""
    retry_after: str = "0.02"
    stall_s: float = 60.0
    log: list[Asked] = field(default_factory=list)
    most_at_once: int = 0
    tokens: list[int] = field(default_factory=lambda: [0, 0])

    def __post_init__(self) -> None:
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._at_once = 0
        self._times: Counter[str] = Counter()
        self._next: list[Fault | None] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.loopback = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The endpoint, ``http://127.0.0.1:port/v1``."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def chats(self) -> list[Asked]:
        """The requests for answers, without those for the list of models."""
        return [asked for asked in self.log if asked.path.endswith("/chat/completions")]

    def fail_next(self, *faults: Fault | None) -> None:
        """The next requests go wrong like this, one each (None: that one goes well)."""
        with self._lock:
            self._next.extend(faults)

    def needless(self) -> list[Asked]:
        """Requests that were sent again although their whole answer had been served.

        An answer cut off counts as served: it may be asked again with more tokens (which is
        another body), never the same way.
        """
        served: set[str] = set()
        again = []
        for one in self.log:
            if one.body_hash in served and one.path.endswith("/chat/completions"):
                again.append(one)
            if one.served:
                served.add(one.body_hash)
        return again

    # called by the handler

    def opened(self, path: str, request: Request, headers: dict[str, str]) -> Asked:
        """Note a request that came in, and settle what goes wrong with it."""
        with self._lock:
            key = hash_of(request)
            chat = path.endswith("/chat/completions")
            self._times[key] += chat
            one = Asked(
                len(self.log), path, request, headers, key, self._times[key], time.monotonic()
            )
            if chat and self._next:
                one.fault = self._next.pop(0)
            elif chat and isinstance(self.faults, Fault):
                one.fault = self.faults
            elif chat and self.faults is not None:
                one.fault = self.faults(request, one.times)
            self.log.append(one)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        return one

    def closed(self, one: Asked) -> None:
        """Note that nothing more happens to a request."""
        with self._lock:
            self._at_once -= 1
            one.ended = time.monotonic()

    def count(self, tokens_in: int, tokens_out: int) -> None:
        """Add to the usage figures that were served."""
        with self._lock:
            self.tokens[0] += tokens_in
            self.tokens[1] += tokens_out


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    loopback: Loopback

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._work({})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self._work(json.loads(self.rfile.read(length) or b"{}"))

    def _work(self, request: Request) -> None:
        one = self.server.loopback.opened(
            self.path, request, {k.lower(): v for k, v in self.headers.items()}
        )
        self._one, self._open = one, True
        try:
            self._answer(one)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            self._shut()

    def _shut(self) -> None:
        # before the last byte: a client that has its answer may ask again at once
        if self._open:
            self._open = False
            self.server.loopback.closed(self._one)

    def _answer(self, one: Asked) -> None:
        loopback = self.server.loopback
        if loopback.page is not None:
            self._send_bytes(200, "text/html", loopback.page.encode(), {})
        elif loopback.key is not None and self.headers.get("Authorization") != (
            f"Bearer {loopback.key}"
        ):
            given = self.headers.get("Authorization", "").removeprefix("Bearer ")
            self._error(401, f"Incorrect API key provided: {given}.", code="invalid_api_key")
        elif one.path.endswith("/v1/models"):
            names = loopback.models or ("loopback",)
            self._json(200, {"object": "list", "data": [_model(name) for name in names]})
        elif not one.path.endswith("/v1/chat/completions"):
            self._error(404, "Not found.")
        else:
            self._chat(one)

    def _chat(self, one: Asked) -> None:
        loopback, request = self.server.loopback, one.request
        if loopback.models and request["model"] not in loopback.models:
            said = f"The model `{request['model']}` does not exist."
            return self._error(404, said, code="model_not_found")
        for name in loopback.lacks:
            shows, says = LACKING[name]
            if shows(request):
                return self._error(loopback.lacks_status, says)
        if loopback.says is not None:
            status, said, *more = loopback.says
            headers = more[0] if more else {}
            if isinstance(said, dict):
                return self._json(status, said, headers)
            return self._error(status, said, headers=headers)
        limit = request.get("max_completion_tokens", request.get("max_tokens", 0))
        if loopback.most_out is not None and limit > loopback.most_out:
            said = (
                f"max_tokens is too large: {limit}. This model supports at most "
                f"{loopback.most_out} completion tokens, whereas you provided {limit}."
            )
            return self._error(400, said)
        needed = tokens_of(asked(request)) + limit
        if loopback.context is not None and needed > loopback.context:
            error = DIALECTS[loopback.dialect](needed, loopback.context)
            return self._json(400, {"error": error})
        seconds = loopback.latency
        time.sleep(seconds(request) if callable(seconds) else seconds)
        answer = loopback.script(request)
        if isinstance(answer, Fault):
            one.fault, answer = answer, ""
        if one.fault in _STATUS:
            retry = {"Retry-After": loopback.retry_after}
            status, said = _STATUS[one.fault]
            return self._error(status, said, headers=retry if status == 429 else {})
        if one.fault is Fault.STALL:
            return self._stall()
        if one.fault is Fault.DROPPED:
            return self._hang_up()
        return self._send(one, self._reply(one, answer))

    def _reply(self, one: Asked, answer: Any) -> Reply:
        """The answer as the request's fault leaves it."""
        reply = answer if isinstance(answer, Reply) else Reply(answer)
        fault = one.fault
        if fault in (Fault.INVENTED, Fault.LANGUAGE):
            content = self.server.loopback.spoil(fault, one.request, reply.content)
            return Reply(content, reply.finish, None, reply.usage)
        text = text_of(reply.content)
        spoilt = {
            Fault.INVALID_JSON: Reply(text[: len(text) // 2] + " … and so on"),
            Fault.WRONG_SCHEMA: Reply({"result": [1, 2, 3], "comment": "of another schema"}),
            Fault.REFUSED: Reply("", refusal="I'm sorry, I can't help with that."),
            Fault.FILTERED: Reply("", finish="content_filter"),
            Fault.CUT_OFF: Reply(text[: len(text) // 2], finish="length"),
            Fault.EMPTY: Reply(""),
        }
        return spoilt.get(fault, reply) if fault is not None else reply

    def _send(self, one: Asked, reply: Reply) -> None:
        text = one.answer = text_of(reply.content)
        used = reply.usage or (tokens_of(asked(one.request)), tokens_of(text))
        usage = {"prompt_tokens": used[0], "completion_tokens": used[1], "total_tokens": sum(used)}
        self.server.loopback.count(*used)
        if one.request.get("stream"):
            self._stream(one, reply, text, usage)
            return None
        message = {"role": "assistant", "content": text, "refusal": reply.refusal}
        choice = {"index": 0, "message": message, "finish_reason": reply.finish}
        body = _head(one, "chat.completion") | {"choices": [choice], "usage": usage}
        data = json.dumps(body).encode()
        if one.fault in _HALVES:
            self._start(200, "application/json", {"Content-Length": str(len(data) + 10_000)})
            self.wfile.write(data[: len(data) // 2])
            return self._end_badly(one)
        one.served = True
        self._json(200, body)
        return None

    def _stream(self, one: Asked, reply: Reply, text: str, usage: dict[str, int]) -> None:
        self._start(200, "text/event-stream", {"Transfer-Encoding": "chunked"})
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        deltas += [{"content": piece} for piece in self._pieces(text)]
        if reply.refusal is not None:
            deltas.append({"refusal": reply.refusal})
        if one.fault in _HALVES:
            deltas = deltas[: 1 + len(deltas) // 2]
        for delta in deltas:
            self._event(one, [{"index": 0, "delta": delta, "finish_reason": None}])
        if one.fault in _HALVES:
            return self._end_badly(one)
        if reply.finish is not None:
            self._event(one, [{"index": 0, "delta": {}, "finish_reason": reply.finish}])
        if one.request.get("stream_options", {}).get("include_usage"):
            self._event(one, [], usage)
        one.served = True
        self._shut()
        self._chunk(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")
        return None

    def _pieces(self, text: str) -> list[str]:
        if not self.server.loopback.halves_pairs:
            step = max(1, len(text) // 8)
            return [text[i : i + step] for i in range(0, len(text), step)]
        units = text.encode("utf-16-le")
        return [
            units[i : i + 6].decode("utf-16-le", "surrogatepass") for i in range(0, len(units), 6)
        ]

    def _end_badly(self, one: Asked) -> None:
        """What follows half of an answer."""
        says = {
            Fault.GARBLED: b'data: {"choices": [\n\n',
            Fault.FAILED: b'data: {"error": {"message": "CUDA out of memory.", "code": 500}}\n\n',
        }
        if one.fault in says and one.request.get("stream"):
            self._chunk(says[one.fault])
        if one.fault is Fault.TRICKLE:
            streams = one.request.get("stream")
            return self._stall(
                lambda: self._chunk(b": here\n\n") if streams else self.wfile.write(b" ")
            )
        return self._stall() if one.fault is Fault.MID_STALL else self._hang_up()

    def _event(
        self, one: Asked, choices: list[dict[str, Any]], usage: dict[str, int] | None = None
    ) -> None:
        body = _head(one, "chat.completion.chunk") | {"choices": choices, "usage": usage}
        self._chunk(b"data: " + json.dumps(body).encode() + b"\n\n")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def _stall(self, sign: Callable[[], Any] = lambda: None) -> None:
        """Say nothing (or give the sign) until the client has gone, or for ``stall_s``."""
        loopback = self.server.loopback
        until = time.monotonic() + loopback.stall_s
        while time.monotonic() < until and not loopback.closing.is_set():
            ready, _, _ = select.select([self.connection], [], [], 0.01)
            if ready and not self.connection.recv(1, socket.MSG_PEEK):
                break
            sign()
        self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        self._shut()
        self.connection.shutdown(socket.SHUT_RDWR)

    def _error(
        self,
        status: int,
        message: str,
        code: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
        self._json(status, {"error": error}, headers)

    def _json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        self._send_bytes(status, "application/json", json.dumps(body).encode(), headers or {})

    def _send_bytes(self, status: int, kind: str, data: bytes, headers: dict[str, str]) -> None:
        self._shut()
        self._start(status, kind, {"Content-Length": str(len(data)), **headers})
        self.wfile.write(data)

    def _start(self, status: int, kind: str, headers: dict[str, str]) -> None:
        self._one.status = status
        self.send_response(status)
        for name, value in {"Content-Type": kind, **headers}.items():
            self.send_header(name, value)
        self.end_headers()


def _head(one: Asked, kind: str) -> dict[str, Any]:
    model = one.request.get("model", "")
    return {"id": f"chat-{one.number}", "object": kind, "created": 0, "model": model}


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "loopback"}
