"""Templates of kinds of document: those shipped with remit, and the register's own over them."""

from __future__ import annotations

import hashlib
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath

from remit.diagnostics import Diagnostic, Location
from remit.load.faults import validate
from remit.load.guidance import FRONT_MATTER
from remit.load.reading import not_utf8, read_value
from remit.load.shipped_templates import ShippedTemplates
from remit.load.source import Source
from remit.model.register import Origin
from remit.model.shape import Path
from remit.model.templates import SHIPPED, Template, TemplateHead, Templates

SHIPPED_TEMPLATES = FilePath(__file__).parent.parent / "templates" / "documents"


@dataclass(slots=True)
class TemplateOrigin:
    """A template's file: places are found in its front matter, which `front` is."""

    path: str
    data: bytes
    front: bytes

    def locate(self, path: Path, *, key: bool = False) -> Location:
        from remit.load.yaml_reader import find_places

        return Location(self.path, *find_places(self.front, 2).find(path, key=key))

    def fingerprint(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def sources(self) -> dict[str, bytes]:
        return {self.path: self.data}


def read_templates(
    files: Sequence[tuple[str, str]],
    source: Source,
    origins: MutableMapping[str, Origin],
    problems: list[Diagnostic],
) -> Templates:
    """The register's own templates and those shipped; the own ones' places go into `origins`."""
    own: dict[str, Template] = {}
    for file, shown in files:
        data = source.read(file, shown, problems)
        read = read_template(data, shown, True, problems) if data is not None else None
        if read is not None:
            template, origin = read
            own[template.id] = template
            origins[f"{TemplateHead.FOLDER}/{template.id}"] = origin
    return Templates(own, ShippedTemplates())


def read_shipped() -> dict[str, Template]:
    """Those that come with remit, by name."""
    found: dict[str, Template] = {}
    problems: list[Diagnostic] = []
    for file in sorted(SHIPPED_TEMPLATES.glob("*.html")):
        read = read_template(file.read_bytes(), f"{SHIPPED}{file.name}", False, problems)
        assert read is not None, problems
        found[file.stem] = read[0]
    return found


def read_template(
    data: bytes, shown: str, own: bool, problems: list[Diagnostic]
) -> tuple[Template, TemplateOrigin] | None:
    """A template of its file's bytes, or None, with what is wrong among the problems."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.append(not_utf8(error, shown))
        return None
    match = FRONT_MATTER.match(data)
    if not match or not match[1].strip():
        problems.append(
            Diagnostic(
                Location(shown),
                "template-front-matter",
                "the front matter is empty"
                if match
                else "the file does not begin with front matter",
                "begin with a line ---, then of: and name:, then a line ---",
            )
        )
        return None
    origin = TemplateOrigin(shown, data, match[1])
    before = len(problems)
    read = read_value(match[1], shown, problems, 2)
    if len(problems) > before:
        return None
    value = read if isinstance(read, dict) else {}
    if validate(TemplateHead, value, origin, problems) is None:
        return None
    lines = data[: match.end()].count(b"\n")
    file = {
        "id": shown.rpartition("/")[2].removesuffix(".html"),
        "path": shown,
        "body": "\n".join(text.replace("\r\n", "\n").split("\n")[lines:]),
        "body_line": lines + 1,
        "own": own,
    }
    return Template.model_validate(value | file), origin
