"""Entries → one search bundle's files, by Pagefind run as a service."""

from __future__ import annotations

import base64
import json
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from pagefind.service import get_executable

from remit.write.pandoc_tool import ToolMissing

_INTERFACES = ("pagefind-ui", "pagefind-modular-ui", "pagefind-component-ui", "pagefind-highlight")
"""Files of Pagefind's own dialogs; the site has its own."""
_UNKNOWN = "wasm.unknown.pagefind"


def bundle_files(language: str, entries: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """The files of an index of these addresses and entries, by path; the same entries in the same
    order give the same files. Raises ToolMissing when Pagefind cannot be run.

    Pagefind's own client waits a tenth of a second for each answer, so the requests of its service
    are written here, all at once.
    """
    with tempfile.TemporaryDirectory(prefix="remit-") as folder:
        _run(
            [
                {"type": "NewIndex", "config": {"force_language": language}},
                *(
                    {"type": "AddFile", "index_id": 0, "url": url, "file_contents": entry.decode()}
                    for url, entry in entries
                ),
                {"type": "WriteFiles", "index_id": 0, "output_path": folder},
            ]
        )
        found = {
            file.relative_to(folder).as_posix(): file.read_bytes()
            for file in sorted(Path(folder).rglob("*"))
            if file.is_file() and not file.name.startswith(_INTERFACES)
        }
    if any(name.startswith("wasm.") and name != _UNKNOWN for name in found):
        del found[_UNKNOWN]  # what serves a language whose inflections Pagefind does not know
    return found


def _run(requests: list[dict[str, object]]) -> None:
    """Hands all requests to the service and waits until each is answered."""
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
            answers = _answers(service.stdout.fileno(), len(requests))
            service.stdin.close()
    except OSError as error:
        raise ToolMissing(f"the search index could not be made: {error}") from None
    for answer in answers:
        said = json.loads(base64.b64decode(answer))["payload"]
        if said["type"] == "Error":
            raise ToolMissing(f"the search index could not be made: {said['message']}")
    if len(answers) < len(requests):
        raise ToolMissing("the search index could not be made: Pagefind ended too early")


def _answers(stream: int, count: int) -> list[bytes]:
    """So many answers, or fewer when the service ends before."""
    with open(stream, "rb", closefd=False) as answered:
        read = b""
        while read.count(b",") < count:
            more = answered.read1(1 << 20)
            if not more:
                break
            read += more
    return read.split(b",")[:-1]
