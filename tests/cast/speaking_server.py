"""A real HTTP server on the loopback that speaks like OpenAI's ``audio.speech``, or fails to."""

from __future__ import annotations

import io
import json
import threading
import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import numpy as np

from filmagent.cast import flite
from filmagent.cast.engine import Manner
from filmagent.cast.recording import resampled

Answer = tuple[int, str, bytes]


def wav(text: str, rate: int = 24_000, voice: str = "rms") -> bytes:
    """A line as a wav of some rate, with the header of a server that streams."""
    said = flite.speak(text, voice, Manner())
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples(said.samples, said.rate, rate))
    data = bytearray(file.getvalue())
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
    return bytes(data)


def samples(sound: Any, rate: int, to: int) -> bytes:
    """16-bit PCM at another rate."""
    again = resampled(sound, rate, to=to)
    return np.round(again * 32767).astype("<i2").tobytes()


def error(status: int, said: str) -> Answer:
    """An error as OpenAI words it."""
    return status, "application/json", json.dumps({"error": {"message": said}}).encode()


@dataclass
class SpeakingServer:
    """Answers every request as ``answers`` says; a context manager.

    >>> with SpeakingServer(lambda request: (200, "audio/wav", wav(request["input"]))) as server:
    ...     server.url, server.asked
    """

    answers: Callable[[dict[str, Any]], Answer]
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                request = json.loads(self.rfile.read(length))
                owner.asked.append(request)
                owner.keys.append(self.headers.get("Authorization", ""))
                assert self.path == "/v1/audio/speech"
                status, kind, body = owner.answers(request)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                if status in (429, 500):
                    self.send_header("retry-after-ms", "5")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The endpoint."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"
