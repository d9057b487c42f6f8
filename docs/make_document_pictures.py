"""Makes the page images of the handbook: one of each kind of document, from the shipped register.

    python docs/make_document_pictures.py

Needs pdftoppm (poppler-utils). Look at every image before it is committed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).resolve().parent
PICTURES = DOCS / "pictures" / "documents"
RESOLUTION = "64"

PAGES: dict[str, tuple[list[str], str, list[int]]] = {
    "mandate-norwegian": (["competence-team", "--language", "nb"], "competence-team-*-nb", [1, 2]),
    "mandate-swedish": (["national-centre", "--language", "sv"], "national-centre-*-sv", [1, 2]),
    "redline": (
        ["competence-team", "--language", "nb", "--compare", "2013-04-09", "2018-06-19"],
        "competence-team-*-to-*-nb",
        [1, 2],
    ),
    "side-by-side": (
        ["national-centre", "--language", "nb", "--kind", "side-by-side"],
        "*-side-by-side-nb",
        [1, 2],
    ),
    "hearing": (
        ["competence-team", "--language", "nb", "--kind", "hearing"],
        "*-hearing-nb",
        [2, 4],
    ),
    "cover-letter": (
        ["competence-team", "--language", "nb", "--kind", "cover-letter"],
        "*-cover-letter-nb",
        [1],
    ),
    "role-card": (
        ["competence-team", "--language", "nb", "--kind", "role-card"],
        "*-role-card-nb",
        [1],
    ),
    "handbook": (["--language", "nb", "--kind", "register"], "register-nb", [1, 2]),
    "assignments": (["--language", "nb", "--kind", "assignments"], "assignments-nb", [1, 2]),
}
"""Picture → what `remit export` is asked for, the file's name, which of its pages are shown."""


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.glob("*.png"):
        old.unlink()
    for name, (arguments, pattern, pages) in PAGES.items():
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "remit", "--register", str(DOCS.parent), "export"]
            command += [*arguments, "--format", "pdf", "--to", folder]
            subprocess.run(command, check=True, env={**os.environ})
            pdf = next(Path(folder).glob(f"{pattern}.pdf"))
            for page in pages:
                only = ["-f", str(page), "-l", str(page), "-singlefile"]
                target = PICTURES / f"{name}-{page}"
                image = ["pdftoppm", "-r", RESOLUTION, "-png", *only, str(pdf), str(target)]
                subprocess.run(image, check=True, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
