"""A small stand-in for a forge on this machine: what the script asks it, and what it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class ForgeServer:
    """`answers`: by path, a value for JSON, bytes, a redirect, or a function of the query."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    address: str = ""

    @property
    def written(self) -> list[Asked]:
        return [one for one in self.asked if one.method != "GET"]


@dataclass(frozen=True)
class Elsewhere:
    """A redirect."""

    address: str


@contextmanager
def forge_server() -> Iterator[ForgeServer]:
    forge = ForgeServer()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            path = unquote(parts.path)
            forge.asked.append(Asked(self.command, path, dict(self.headers), body))
            if self.command != "GET":
                self._send(201, b"{}")
                return
            found = forge.answers.get(path)
            if callable(found):
                found = found(parse_qs(parts.query))
            if isinstance(found, Elsewhere):
                self.send_response(302)
                self.send_header("Location", found.address)
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif found is None:
                self._send(404, b'{"message": "Not Found"}')
            else:
                data = found if isinstance(found, bytes) else json.dumps(found).encode()
                self._send(200, data)

        def _send(self, status: int, data: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_PUT = _answer

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    forge.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield forge
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
