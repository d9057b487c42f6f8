"""Templates: each makes one kind of document, shipped with remit or a register's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import ClassVar, Literal

from pydantic import Field

from remit.model.values import LocalText, StrictBool, Value

DocumentFormat = Literal["docx", "odt", "pdf", "xlsx"]
DEFAULT_KIND = "mandate"
SHIPPED = "remit/"
"""What stands before the name of a template that is meant as remit ships it."""


class Subject(StrEnum):
    """What one document of a kind is made of."""

    MANDATE = "mandate"
    ROLE = "role"
    ASSIGNMENT = "assignment"
    REGISTER = "register"


class Contents(StrEnum):
    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class TemplateHead(Value):
    """What the front matter of a template says."""

    KIND: ClassVar[str] = "template"
    FOLDER: ClassVar[str] = "templates"

    of: Subject
    """What one document is made of: a version of a mandate, a role, an assignment, the register."""
    name: LocalText
    """What this kind of document is called."""
    formats: list[DocumentFormat] = Field(default=["docx", "odt", "pdf"], min_length=1)
    """The formats that it can be made in."""
    site: list[DocumentFormat] = Field(default_factory=list)
    """The formats that are offered on the record's page."""
    words: dict[str, LocalText] = Field(default_factory=dict)
    """The template's own words, by the key that the body names them with."""
    line_numbers: StrictBool = False
    """Whether lines are numbered in the margin, so that a hearing can refer to them."""
    landscape: StrictBool = False
    """Whether pages lie on their long side."""
    letter: StrictBool = False
    """Whether it is a letter: the record's own date does not stand under the letterhead then."""
    contents: Contents = Contents.AUTO
    """auto: a table of contents when the document is long · always · never."""


class Template(TemplateHead):
    """One file: its front matter, then the body, which becomes the document.

    `id` is the file's name without its ending, and the kind's name on the command line.
    """

    id: str
    path: str
    """The file, as diagnostics show it."""
    body: str
    body_line: int
    """The line of the file that the body begins on."""
    own: StrictBool
    """Whether it is the register's, not remit's."""


@dataclass(frozen=True, eq=False)
class Templates:
    """All templates: those of the register in the place of shipped ones of their name."""

    own: Mapping[str, Template] = field(default_factory=dict)
    shipped: Mapping[str, Template] = field(default_factory=dict)

    @cached_property
    def kinds(self) -> dict[str, Template]:
        """The kinds of document there are, by name."""
        return dict(sorted({**self.shipped, **self.own}.items()))

    def of(self, subject: Subject) -> list[Template]:
        """The kinds of document that are made of one sort of thing."""
        return [one for one in self.kinds.values() if one.of is subject]

    def file(self, name: str) -> Template | None:
        """What another template names: `mandate.html`, or `remit/mandate.html` for remit's own."""
        id = name.removesuffix(".html")
        if id == name:
            return None
        if id.startswith(SHIPPED):
            return self.shipped.get(id.removeprefix(SHIPPED))
        return self.kinds.get(id)

    @cached_property
    def files(self) -> list[str]:
        """The names by which templates can name one another."""
        return [f"{id}.html" for id in self.kinds] + [
            f"{SHIPPED}{id}.html" for id in sorted(self.own.keys() & self.shipped.keys())
        ]
