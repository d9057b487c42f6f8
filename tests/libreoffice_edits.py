"""Lets LibreOffice edit documents as someone at a keyboard would. Run by the system's Python,
which has LibreOffice's own module `uno`; knows nothing of Remit.

    python3 libreoffice_edits.py FOLDER

Reads jobs from standard input, a line of JSON each: `source`, `saves` (the files to save it as, one
after the other, each loaded again before the next), `edits`, and whether changes are `tracked`.
Writes a line for each job: "done", or what went wrong. An edit has `do` and `bookmark`, and by what
it does `at` (letters from the paragraph's start), `length`, `words`, `cell` (columns to the right).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from libreoffice_changes import Office, named_value

PARAGRAPH_BREAK = 0
"""com.sun.star.text.ControlCharacter has this number for it."""
FILTERS = {".docx": "MS Word 2007 XML", ".odt": "writer8"}


class Editing(Office):
    def run(self, job: dict[str, Any]) -> None:
        document = self.load(job["source"])
        document.RecordChanges = job.get("tracked", False)
        for edit in job["edits"]:
            self.edit(document, edit)
        *through, last = job["saves"]
        for file in through:
            self.save(document, file)
            document = self.load(file)
        self.save(document, last)

    def load(self, file: str) -> Any:
        return self.desktop.loadComponentFromURL(
            Path(file).as_uri(), "_blank", 0, (named_value("Hidden", True),)
        )

    def save(self, document: Any, file: str) -> None:
        form = FILTERS[Path(file).suffix]
        document.storeToURL(Path(file).as_uri(), (named_value("FilterName", form),))
        document.close(True)

    def edit(self, document: Any, edit: dict[str, Any]) -> None:
        anchor = document.Bookmarks.getByName(edit["bookmark"]).Anchor
        text, start = anchor.Text, anchor.Start
        if "cell" in edit:
            name = anchor.Cell.CellName
            text = anchor.TextTable.getCellByName(chr(ord(name[0]) + edit["cell"]) + name[1:])
            start = text.Start
        cursor = text.createTextCursorByRange(start)
        cursor.gotoStartOfParagraph(False)
        getattr(self, edit["do"])(document, text, cursor, edit)

    def replace(self, document: Any, text: Any, cursor: Any, edit: dict[str, Any]) -> None:
        """Other words for so many letters."""
        cursor.goRight(edit["at"], False)
        if edit["length"]:
            cursor.goRight(edit["length"], True)
            cursor.setString(edit["words"])
        else:
            text.insertString(cursor, edit["words"], False)

    def new(self, document: Any, text: Any, cursor: Any, edit: dict[str, Any]) -> None:
        """A paragraph after this one, as Enter makes it."""
        cursor.gotoEndOfParagraph(False)
        text.insertControlCharacter(cursor, PARAGRAPH_BREAK, False)
        text.insertString(cursor, edit["words"], False)

    def split(self, document: Any, text: Any, cursor: Any, edit: dict[str, Any]) -> None:
        cursor.goRight(edit["at"], False)
        text.insertControlCharacter(cursor, PARAGRAPH_BREAK, False)

    def delete(self, document: Any, text: Any, cursor: Any, edit: dict[str, Any]) -> None:
        """The words and the end of the paragraph, as someone deletes them."""
        cursor.gotoEndOfParagraph(True)
        cursor.goRight(1, True)
        controller = document.CurrentController
        controller.ViewCursor.gotoRange(cursor, False)
        self.dispatcher.executeDispatch(controller.Frame, ".uno:Delete", "", 0, ())

    def move(self, document: Any, text: Any, cursor: Any, edit: dict[str, Any]) -> None:
        """One place up."""
        controller = document.CurrentController
        controller.ViewCursor.gotoRange(cursor, False)
        self.dispatcher.executeDispatch(controller.Frame, ".uno:MoveUp", "", 0, ())


def main(folder: Path) -> None:
    office = Editing(folder)
    for line in sys.stdin:
        try:
            office.run(json.loads(line))
            answer = "done"
        except Exception as error:
            answer = f"{type(error).__name__}: {error}"
        print(json.dumps(answer), flush=True)
    office.end()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
