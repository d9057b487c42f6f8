"""How documents fare on import: words placed, guessed, not placed; none may be missing.

    python tests/bench/import_sources.py FILE...

Run in the folder of a register. Prints a row for each file; ends with 1 when a word of a file is
neither placed nor reported.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from foreign_words import counted, words_in_file
from remit.build import load_and_check
from remit.importing.mandate import body, language_of_document, report_of, understood
from remit.importing.reading import read_foreign
from remit.importing.report import Outcome
from remit.load.document_facts import NotReadable
from remit.model.values import When
from remit.settings import read_settings

ROW = "{:52} {:>6} {:>14} {:>14} {:>14} {:>8}"


def main(files: list[Path]) -> int:
    settings = read_settings(Path())
    register = load_and_check(settings).register
    print(ROW.format("file", "words", *Outcome, "missing"))
    lost = 0
    for file in files:
        try:
            document = read_foreign(file)
        except NotReadable as problem:
            print(f"{file.name}: {problem}")
            continue
        language = language_of_document(document) or settings.default_language
        foreign = understood(document, language, register)
        made = body(foreign, When.on(settings.today), [], settings.languages)
        report = report_of(foreign, made, file.name, {})
        told = sum((counted(fate.text) for fate in report.fates), Counter[str]())
        missing = words_in_file(file) - told
        shares = [f"{report.words(one)} {report.share(one):>7}" for one in Outcome]
        print(ROW.format(file.name[:52], report.words(), *shares, missing.total()))
        if missing:
            print(f"    missing: {' '.join(sorted(missing.elements())[:20])}")
        lost += missing.total()
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
