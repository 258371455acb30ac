"""A server that speaks as ComfyUI does, and paints by turning colours over; with faults on demand.

It knows the nodes that load and save pictures, checks what it is sent as ComfyUI checks it, and
keeps its files in memory.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import av
import numpy as np
from PIL import Image

LOADERS = {"VHS_LoadVideo": "video", "LoadVideo": "file", "VHS_LoadImages": "directory"}
KNOWN = {*LOADERS, "LoadImage", "CLIPTextEncode", "Paint", "SaveImage", "VHS_VideoCombine"}


@dataclass
class Comfy:
    """What the server has, and what shall go wrong."""

    url: str = ""
    inputs: dict[str, bytes] = field(default_factory=dict)
    outputs: dict[str, bytes] = field(default_factory=dict)
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    running: list[str] = field(default_factory=list)
    faults: dict[str, list[str]] = field(default_factory=dict)
    """By path (or ``job``), what goes wrong with the requests to come, one each."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fault(self, what: str) -> str:
        with self.lock:
            left = self.faults.get(what)
            return left.pop(0) if left else ""

    def run(self, job: str, nodes: dict[str, Any]) -> None:
        """Do a job, as its workflow says."""
        fault = self.fault("job")
        if fault == "never":
            self.running.append(job)
            return
        status: dict[str, Any] = {"status_str": "success", "completed": True, "messages": []}
        outputs: dict[str, Any] = {}
        if fault == "error":
            facts = {
                "node_id": "5",
                "node_type": "Paint",
                "exception_message": "CUDA out of memory.\n\x1b[31mTried to allocate 9 GiB\x1b[0m",
            }
            status = {
                "status_str": "error",
                "completed": False,
                "messages": [["execution_start", {}], ["execution_error", facts]],
            }
        else:
            for node, what in nodes.items():
                if what["class_type"] in ("SaveImage", "VHS_VideoCombine"):
                    pictures = [255 - p for p in self.pictures(nodes, what["inputs"]["images"][0])]
                    if fault == "short":
                        pictures.pop()
                    if fault == "small":
                        pictures = [p[::2, ::2] for p in pictures]
                    outputs[node] = self.saved(what["class_type"], pictures, fault)
        with self.lock:
            self.jobs[job] = {"prompt": [], "outputs": outputs, "status": status}
            if fault == "forget":
                self.jobs.clear()

    def pictures(self, nodes: dict[str, Any], node: str) -> list[Any]:
        what = nodes[node]
        if what["class_type"] == "Paint":
            return self.pictures(nodes, what["inputs"]["video"][0])
        name = what["inputs"][LOADERS[what["class_type"]]]
        if what["class_type"] == "VHS_LoadImages":
            inside = sorted(n for n in self.inputs if n.startswith(f"{name}/"))
            return [np.asarray(Image.open(BytesIO(self.inputs[n]))) for n in inside]
        with av.open(BytesIO(self.inputs[name])) as container:
            return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]

    def saved(self, kind: str, pictures: list[Any], fault: str) -> dict[str, Any]:
        mark = uuid.uuid4().hex
        if kind == "SaveImage":
            files = []
            for number, picture in enumerate(pictures):
                file = BytesIO()
                Image.fromarray(picture).save(file, "PNG")
                name = f"../../{mark} &_{number}.png"
                whole = file.getvalue()
                self.outputs[name] = whole[:-40] if fault == "torn" and number == 1 else whole
                files.append({"filename": name, "subfolder": "film/a", "type": "output"})
            return {"images": files}
        file = BytesIO()
        with av.open(file, "w", format="mp4") as container:
            video = container.add_stream("libx264", rate=24, options={"crf": "1"})
            video.height, video.width = pictures[0].shape[:2]
            video.pix_fmt = "yuv420p"
            for picture in pictures:
                container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            container.mux(video.encode(None))
        self.outputs[f"{mark}.mp4"] = file.getvalue()
        return {"gifs": [{"filename": f"{mark}.mp4", "subfolder": "", "type": "output"}]}

    def wrong(self, nodes: dict[str, Any]) -> dict[str, Any]:
        """What is wrong with a workflow, by node."""
        found = {}
        for node, what in nodes.items():
            kind = what["class_type"]
            if kind not in KNOWN:
                found[node] = (kind, "Node not found", kind)
            name = what["inputs"].get(LOADERS.get(kind, ""))
            if kind in LOADERS and not any(n.startswith(str(name)) for n in self.inputs):
                found[node] = (kind, "Custom validation failed", f"Invalid file: {name}")
        return {
            node: {"class_type": kind, "errors": [{"message": message, "details": details}]}
            for node, (kind, message, details) in found.items()
        }


def _handler(comfy: Comfy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            path, about = self.met()
            if path.startswith("/history/"):
                job = unquote(path.removeprefix("/history/"))
                self.said({job: comfy.jobs[job]} if job in comfy.jobs else {})
            elif path == "/queue":
                waiting = [[0, job, {}] for job in comfy.running]
                self.said({"queue_running": waiting, "queue_pending": []})
            elif path == "/view":
                self.sent(comfy.outputs[about["filename"][0]], "application/octet-stream")
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            path, _ = self.met()
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if path == "/upload/image":
                self.upload(body)
            elif path == "/prompt":
                self.prompt(json.loads(body))
            elif path == "/interrupt":
                job = json.loads(body)["prompt_id"]
                comfy.stopped.append(job)
                comfy.running.remove(job)
                self.said({})
            elif path == "/queue":
                self.said({})

        def met(self) -> tuple[str, dict[str, list[str]]]:
            parts = urlsplit(self.path)
            comfy.requests.append(f"{self.command} {parts.path}")
            self.fault = comfy.fault("/" + parts.path.split("/")[1])
            if self.fault == "hang":
                time.sleep(1.5)
            return parts.path, parse_qs(parts.query)

        def upload(self, body: bytes) -> None:
            fence = b"--" + self.headers["Content-Type"].partition("boundary=")[2].encode()
            fields = {}
            for part in body.split(fence)[1:-1]:
                head, _, data = part.partition(b"\r\n\r\n")
                name = head.partition(b'; name="')[2].partition(b'"')[0].decode()
                fields[name] = data[:-2]
                if name == "image":
                    file = head.partition(b'filename="')[2].partition(b'"')[0].decode()
            folder = fields["subfolder"].decode()
            assert fields["type"] == b"input" and ".." not in folder + file
            comfy.inputs[f"{folder}/{file}"] = fields["image"]
            self.said({"name": file, "subfolder": folder, "type": "input"})

        def prompt(self, asked: dict[str, Any]) -> None:
            wrong = comfy.wrong(asked["prompt"])
            if wrong:
                error = {"message": "Prompt outputs failed validation", "details": ""}
                self.said({"error": error, "node_errors": wrong}, 400)
                return
            job = asked["prompt_id"]
            comfy.asked.append(asked["prompt"])
            comfy.run(job, asked["prompt"])
            if self.fault == "drop":
                self.close_connection = True
                self.connection.close()
                return
            self.said({"prompt_id": job, "number": 1, "node_errors": {}})

        def said(self, what: Any, status: int = 200) -> None:
            self.sent(json.dumps(what).encode(), "application/json", status)

        def sent(self, data: bytes, kind: str, status: int = 200) -> None:
            if self.fault == "500":
                status, data = 500, b"<h1>Internal Server Error</h1>"
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: len(data) // 2] if self.fault == "truncate" else data)

    return Handler


@contextmanager
def serving() -> Iterator[Comfy]:
    """A server on this machine, for a while."""
    comfy = Comfy()

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass

    with Quiet(("127.0.0.1", 0), _handler(comfy)) as server:
        comfy.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield comfy
        finally:
            server.shutdown()
