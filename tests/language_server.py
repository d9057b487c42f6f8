"""The language server that editors use for YAML, asked over standard input and output."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "editor"
SERVER = FOLDER / "node_modules/yaml-language-server/bin/yaml-language-server"

needs_server = pytest.mark.skipif(
    not SERVER.is_file() or shutil.which("node") is None,
    reason="run npm ci in tests/editor",
)


class LanguageServer:
    """An editor's side of the protocol, with the settings of a workspace folder."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        settings = json.loads((workspace / ".vscode/settings.json").read_bytes())
        self.settings: dict[str, Any] = {
            name.removeprefix("yaml."): value
            for name, value in settings.items()
            if name.startswith("yaml.")
        }
        self.process = subprocess.Popen(
            ["node", str(SERVER), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.limit = threading.Timer(300, self.process.kill)  # an answer that never comes
        self.limit.start()
        self.numbers = itertools.count(1)
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        uri = workspace.as_uri()
        item = {"documentationFormat": ["markdown"], "snippetSupport": True}
        self.request(
            "initialize",
            processId=None,
            rootUri=uri,
            workspaceFolders=[{"uri": uri, "name": "register"}],
            capabilities={
                "workspace": {"configuration": True, "workspaceFolders": True},
                "textDocument": {
                    "completion": {"completionItem": item},
                    "hover": {"contentFormat": ["markdown"]},
                },
            },
        )
        self.send("initialized", {})
        self.send("workspace/didChangeConfiguration", {"settings": {"yaml": self.settings}})

    def close(self) -> None:
        self.limit.cancel()
        self.process.terminate()
        self.process.wait()

    # --- what an editor asks ---

    def open(self, file: Path, text: str) -> str:
        """Each text is a new file beside `file`: the server tells of closed ones too, and late."""
        uri = file.with_stem(f"{file.stem}-{next(self.numbers)}").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.send("textDocument/didOpen", {"textDocument": document})
        return uri

    def marks(self, file: Path, text: str) -> list[tuple[int, str]]:
        """(line from 1, message) of each mark that the text gets."""
        uri = self.open(file, text)
        while uri not in self.diagnostics:
            self._take(self._receive())
        return [
            (one["range"]["start"]["line"] + 1, one["message"]) for one in self.diagnostics[uri]
        ]

    def completions(self, file: Path, text: str) -> dict[str, dict[str, Any]]:
        """By label: what is offered where `│` stands in the text."""
        found = self._at("textDocument/completion", file, text)
        return {item["label"]: item for item in found["items"]}

    def hover(self, file: Path, text: str) -> str:
        """What is told of the thing at `│`."""
        found = self._at("textDocument/hover", file, text)
        contents = found["contents"]
        return str(contents["value"] if isinstance(contents, dict) else contents)

    def _at(self, method: str, file: Path, text: str) -> Any:
        before, _, after = text.partition("│")
        uri = self.open(file, before + after)
        line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
        place = {"line": line, "character": column}
        return self.request(method, textDocument={"uri": uri}, position=place)

    # --- the protocol ---

    def request(self, method: str, **parameters: Any) -> Any:
        number = next(self.numbers)
        self.send(method, parameters, number)
        while True:
            message = self._receive()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message["result"]
            self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        """Answers what the server asks, and keeps what it tells of documents."""
        if message.get("method") == "textDocument/publishDiagnostics":
            told = message["params"]
            self.diagnostics[told["uri"]] = told["diagnostics"]
        elif "method" in message and "id" in message:
            result: Any = None
            if message["method"] == "workspace/configuration":
                sections = [item.get("section") for item in message["params"]["items"]]
                result = [self.settings if section == "yaml" else {} for section in sections]
            self._write({"id": message["id"], "result": result})

    def send(self, method: str, parameters: Any, number: int | None = None) -> None:
        self._write(
            {"method": method, "params": parameters} | ({} if number is None else {"id": number})
        )

    def _write(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self.process.stdout
        length = 0
        while (line := self.process.stdout.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the language server ended"
        return dict(json.loads(self.process.stdout.read(length)))
