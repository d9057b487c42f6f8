"""Lets LibreOffice accept or reject the tracked changes of files. Run by the system's Python,
which has LibreOffice's own module `uno`; knows nothing of Remit.

    python3 libreoffice_changes.py FOLDER < jobs.json

`jobs.json` is a list of [file, "accept" or "reject", file to write as ODT]. Prints the number of
tracked changes of each file before and after, as JSON.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.lang import DisposedException

PATIENCE = 60
"""Seconds that LibreOffice may take to start."""
ATTEMPTS = 3
"""LibreOffice now and then ends by itself; one file that ends it each time is a fault."""
COMMANDS = {"accept": ".uno:AcceptAllTrackedChanges", "reject": ".uno:RejectAllTrackedChanges"}


def named_value(name: str, value: Any) -> Any:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def _connect(pipe: str) -> Any:
    local = uno.getComponentContext()
    create = local.ServiceManager.createInstanceWithContext
    resolver = create("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(PATIENCE * 4):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:
            time.sleep(0.25)
    raise SystemExit("LibreOffice does not answer")


def _count(document: Any) -> int:
    changes = document.Redlines.createEnumeration()
    number = 0
    while changes.hasMoreElements():
        changes.nextElement()
        number += 1
    return number


class Office:
    """A LibreOffice of its own, with a profile in the folder."""

    def __init__(self, folder: Path) -> None:
        pipe = f"remit-{folder.name}-{time.monotonic_ns()}"
        self.process = subprocess.Popen(
            [
                "soffice",
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                "--norestore",
                f"--accept=pipe,name={pipe};urp;",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        context = _connect(pipe)
        create = context.ServiceManager.createInstanceWithContext
        self.desktop = create("com.sun.star.frame.Desktop", context)
        self.dispatcher = create("com.sun.star.frame.DispatchHelper", context)

    def take(self, source: str, how: str, target: str) -> list[int]:
        """The number of changes before and after."""
        document = self.desktop.loadComponentFromURL(
            Path(source).as_uri(), "_blank", 0, (named_value("Hidden", True),)
        )
        before = _count(document)
        frame = document.CurrentController.Frame
        self.dispatcher.executeDispatch(frame, COMMANDS[how], "", 0, ())
        after = _count(document)
        document.storeToURL(Path(target).as_uri(), (named_value("FilterName", "writer8"),))
        document.close(True)
        return [before, after]

    def end(self) -> None:
        with contextlib.suppress(Exception):  # it ends the connection before it answers
            self.desktop.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()


def main(folder: Path, jobs: list[list[str]]) -> list[list[int]]:
    office = Office(folder)
    counts = []
    for job in jobs:
        for attempt in range(ATTEMPTS):
            try:
                counts.append(office.take(*job))
                break
            except DisposedException:
                office.end()
                if attempt + 1 == ATTEMPTS:
                    raise SystemExit(f"LibreOffice ends each time at {job}") from None
                office = Office(folder)
    office.end()
    return counts


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), json.load(sys.stdin))))
