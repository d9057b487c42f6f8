"""Entries → one search bundle's files, by Pagefind run as a service."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterable
from typing import IO, Any

from remit.write.pandoc_tool import ToolMissing

_INTERFACES = ("pagefind-ui", "pagefind-modular-ui", "pagefind-component-ui", "pagefind-highlight")
"""Files of Pagefind's own dialogs; the site has its own."""
_UNKNOWN = "wasm.unknown.pagefind"


def bundle_files(language: str, entries: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """The files of an index of these addresses and entries, by path; the same entries in the same
    order give the same files. Raises ToolMissing when Pagefind cannot be run.

    Pagefind's own client waits a tenth of a second for each answer, so the requests of its service
    are written here, all at once. The files are asked for rather than written by it: it says that
    it has written them while the last of them are still empty.
    """
    answers = _asked(
        [
            {"type": "NewIndex", "config": {"force_language": language}},
            *(
                {"type": "AddFile", "index_id": 0, "url": url, "file_contents": entry.decode()}
                for url, entry in entries
            ),
            {"type": "GetFiles", "index_id": 0},
        ]
    )
    found = {
        file["path"]: base64.b64decode(file["content"])
        for file in answers[-1]["files"]
        if not file["path"].startswith(_INTERFACES)
    }
    if any(name.startswith("wasm.") and name != _UNKNOWN for name in found):
        del found[_UNKNOWN]  # what serves a language whose inflections Pagefind does not know
    return dict(sorted(found.items()))


def _asked(requests: list[dict[str, object]]) -> list[dict[str, Any]]:
    """Hands all requests to the service and waits until each is answered."""
    from pagefind.service import get_executable  # with all of asyncio

    program = get_executable()
    if program is None:
        raise ToolMissing("the search index needs Pagefind: install pagefind[bin]")
    told = b"".join(
        base64.b64encode(json.dumps({"message_id": number, "payload": one}).encode()) + b","
        for number, one in enumerate(requests, 1)
    )
    try:
        with subprocess.Popen(
            [program, "--service"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as service:
            assert service.stdin and service.stdout
            service.stdin.write(told)
            service.stdin.flush()  # closed, it would end before it has answered
            read = _answers(service.stdout, len(requests))
    except OSError as error:
        raise ToolMissing(f"the search index could not be made: {error}") from None
    answers = [json.loads(base64.b64decode(one))["payload"] for one in read]
    refused = [one["message"] for one in answers if one["type"] == "Error"]
    if len(answers) < len(requests):
        refused.append("Pagefind ended too early")
    if refused:
        raise ToolMissing(f"the search index could not be made: {refused[0]}")
    return answers


def _answers(stream: IO[bytes], count: int) -> list[bytes]:
    """So many answers, or fewer when the service ends before."""
    pieces: list[bytes] = []
    come = 0
    while come < count and (piece := os.read(stream.fileno(), 1 << 20)):
        pieces.append(piece)
        come += piece.count(b",")
    return b"".join(pieces).split(b",")[:-1]
