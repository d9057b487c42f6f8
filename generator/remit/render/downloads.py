"""The documents that a page offers: size, digest, and how to tell that a file is genuine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from remit.model.reading import note_document
from remit.model.register import Made
from remit.model.site_files import CHECKSUMS_FILE, SiteFiles, file_name
from remit.model.templates import DEFAULT_KIND, Subject
from remit.render.site_view import SiteView
from remit.render.view import View

FORMATS = ("pdf", "docx", "odt")
Offered = tuple[str, str]
"""What a page says of a file, and the file's name."""
PROOF_PAGE = "guidance/check-a-document"
"""How to check a file; linked beside the digests where the register has it."""


@dataclass(frozen=True, slots=True)
class Download:
    words: str
    href: str
    size: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Downloads:
    """The files of one document. Empty when the site is made without documents."""

    heading: str
    files: list[Download]
    checksums: str
    """Address of the file that lists the digests."""
    how: Markup
    """Link to the page on how to check, or nothing."""


def offered_files(view: View, subject: Subject, record: Made) -> list[Offered]:
    """The documents that a record's page offers: its mandate first, then by kind."""
    templates = sorted(
        view.register.templates.of(subject), key=lambda one: (one.id != DEFAULT_KIND, one.id)
    )
    return [
        (
            view.labels[f"download_{form}"]
            if one.id == DEFAULT_KIND
            else f"{view.words(one.name)} ({form.upper()})",
            f"{file_name(one.id, record, view.language)}.{form}",
        )
        for one in templates
        for form in one.site
    ]


def in_every_format(view: SiteView, file_name: str) -> list[Offered]:
    """A document's files, whose name without ending is given."""
    return [(view.labels[f"download_{form}"], f"{file_name}.{form}") for form in FORMATS]


def downloads(
    view: SiteView, files: SiteFiles, folder: str, offered: Sequence[Offered], heading: str
) -> Downloads:
    """What there is of the offered files: `folder` is the address they lie below, such as
    mandates/competence-team/2018-06-19."""
    labels, place = view.labels, view.href(folder)
    found = []
    for words, name in offered:
        path = f"{view.language}/{folder}/{name}"
        file = files.get(path)
        note_document(path, file.sha256 if file else "")
        if file:
            size = f"{labels.number(max(1, round(file.size / 1000)))}\u00a0kB"
            found.append(Download(words, place + file.name, size, file.name, file.sha256))
    page = view.register.at(PROOF_PAGE)
    how = view.linked(page, labels["proof_how"]) if page else Markup("")
    return Downloads(heading, found, place + CHECKSUMS_FILE, how)
