"""The files of a new record, tidy and filled as far as can be known."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from remit.load.yaml_edit import rewrite
from remit.load.yaml_reader import read_yaml
from remit.load.yaml_text import document
from remit.model.fields import fields_in_order, key_of, written_order
from remit.model.records import (
    Assignment,
    Guidance,
    Mandate,
    MandateVersion,
    Record,
    SectionKind,
)
from remit.model.register import Register
from remit.render.labels import labels_for
from remit.settings import Settings

USUAL_SECTIONS = (
    SectionKind.PURPOSE,
    SectionKind.TARGET_GROUP,
    SectionKind.TASKS,
    SectionKind.COOPERATION,
    SectionKind.REPORTING,
)
"""What a mandate is about when no assignment says so."""
MONTHS = 12
"""Between two reviews, until someone says otherwise."""


def path_of(cls: type[Record], id: str, settings: Settings) -> str:
    """Where the file of a new record lies, from the register's top."""
    if cls is Mandate:
        return f"{settings.mandates}/{id}/mandate.yml"
    return f"{settings.content}/{cls.FOLDER}/{id}.yml"


def new_files(
    cls: type[Record], value: dict[str, Any], register: Register, settings: Settings
) -> dict[str, bytes]:
    """The files by their paths from the register's top, from what was answered."""
    language = value["authoritative_language"]
    filled = {
        **value,
        "review": {"last": settings.today.isoformat(), "every_months": MONTHS},
    }
    if cls is Guidance:
        return _guidance(filled, language, settings)
    if cls is not Mandate:
        return {path_of(cls, value["id"], settings): _document(cls, filled, settings)}
    mandate, version = _mandate_and_version(filled, register, settings)
    folder = f"{settings.mandates}/{value['id']}"
    return {
        f"{folder}/mandate.yml": _document(Mandate, mandate, settings),
        f"{folder}/{version['id']}.yml": _document(MandateVersion, version, settings),
    }


def _document(cls: type[Record], value: dict[str, Any], settings: Settings) -> bytes:
    return document(value, written_order(cls, settings.languages))


def _mandate_and_version(
    value: dict[str, Any], register: Register, settings: Settings
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A mandate's answers parted: what stays through all versions, and the first version."""
    own = {key_of(name, field) for name, field in fields_in_order(Mandate)}
    mandate = {name: part for name, part in value.items() if name in own}
    first = {name: part for name, part in value.items() if name not in own}
    shared: dict[str, Any] = {
        name: value[name]
        for name in ("authoritative_language", "owner", "sources")
        if name in value
    }
    start = str(value["in_force"]["from"])
    return mandate, {
        **shared,
        **first,
        "id": start,
        "title": value["name"],
        "sections": first.get("sections")
        or _sections(_required(value.get("ordered_by", ()), register), settings),
        "review": value["review"],
    }


def version_file(mandate: str, value: dict[str, Any], settings: Settings) -> dict[str, bytes]:
    """The file of one version of a mandate that is there."""
    filled = {
        **value,
        "review": {"last": settings.today.isoformat(), "every_months": MONTHS},
    }
    path = f"{settings.mandates}/{mandate}/{value['id']}.yml"
    return {path: _document(MandateVersion, filled, settings)}


def _required(ordered_by: Iterable[str], register: Register) -> list[SectionKind]:
    """The kinds of section that the assignments behind a mandate require, or the usual ones."""
    orders = [register.get(Assignment, id) for id in ordered_by]
    wanted = {kind for order in orders if order for kind in order.requires_sections}
    return [kind for kind in SectionKind if kind in (wanted or USUAL_SECTIONS)]


def _sections(kinds: Iterable[SectionKind], settings: Settings) -> list[dict[str, Any]]:
    return [
        {
            "id": kind.value,
            "kind": kind.value,
            "heading": {
                code: labels_for(code).enum("section_kind", kind) for code in settings.languages
            },
        }
        for kind in kinds
    ]


def _guidance(value: dict[str, Any], language: str, settings: Settings) -> dict[str, bytes]:
    """A file for each language that has a title; the text begins with the summary."""
    titles, summaries = value["title"], value["summary"]
    shared = {name: part for name, part in value.items() if name not in ("title", "summary")}
    order = written_order(Guidance, settings.languages)
    made = {}
    for code in settings.languages:
        if code in titles:
            own = {"title": titles[code]}
            summary = summaries.get(code)
            own |= {"summary": summary} if summary else {}
            front = document({**(shared if code == language else {}), **own}, order)
            body = f"\n{summary or titles[code]}\n".encode()
            name = f"{settings.content}/{Guidance.FOLDER}/{value['id']}.{code}.md"
            made[name] = b"---\n" + front + b"---\n" + body
    return made


def next_version(
    version: MandateVersion, start: date, settings: Settings, root: Path
) -> dict[str, bytes]:
    """A draft of the next version: the text of this one with all ids, and what is not known of
    it yet left out. Raises CannotEdit."""
    folder = f"{settings.mandates}/{version.mandate}"
    data = (root / folder / f"{version.id}.yml").read_bytes()
    value = copy.deepcopy(read_yaml(data, "").value)
    for name in ("approval", "withdrawn", "document_date", "last_changed", "case_numbers"):
        value.pop(name, None)
    value["id"] = start.isoformat()
    value["in_force"] = {"from": start.isoformat()}
    value["status"] = "draft"
    value["review"] = {"last": settings.today.isoformat(), "every_months": MONTHS}
    order = written_order(MandateVersion, settings.languages)
    return {f"{folder}/{start.isoformat()}.yml": rewrite(data, value, order)}
