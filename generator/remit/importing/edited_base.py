"""The register as it was when a file was exported, as far as git and the file can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from remit.build import Checked
from remit.diagnostics import ContentFault, has_errors
from remit.importing.edited_places import Unit, units_of
from remit.load.edited_parts import EditedFile
from remit.load.git import RevisionError
from remit.load.revision import load_revision
from remit.load.source_revisions import changes_of
from remit.model.records import MandateVersion
from remit.model.register import Register, address_of
from remit.render.document_kinds import document_of
from remit.render.document_links import pictures
from remit.render.mandate_document import source_fingerprint
from remit.render.tree import Document
from remit.render.view import View
from remit.settings import Settings


@dataclass(frozen=True, slots=True)
class _Claimed:
    """The revision that a file names, so that the same line is printed."""

    revision: str

    def latest(self, sources: Mapping[str, bytes]) -> str:
        return self.revision


@dataclass(frozen=True)
class Base:
    """`commit`: the git revision; nothing when the register's text is still the same."""

    register: Register
    settings: Settings
    version: MandateVersion
    document: Document
    units: tuple[Unit, ...]
    commit: str = ""

    @property
    def pictures(self) -> int:
        return sum(1 for _ in pictures(self.document.blocks))


def bases_of(file: EditedFile, now: Checked, settings: Settings) -> Iterator[Base]:
    """The register at every state in which the version's text was that of the file, today's first:
    names that the document shows may have changed from one to the other."""
    record = file.properties["record"]
    version = now.register.by_address.get(record)
    seen: list[tuple[Unit, ...]] = []
    for register, its_settings, commit in _states(file, now, settings, version):
        made = _made(register, its_settings, commit, file)
        if made and made.units not in seen:
            seen.append(made.units)
            yield made


def _states(
    file: EditedFile, now: Checked, settings: Settings, version: object
) -> Iterator[tuple[Register, Settings, str]]:
    yield now.register, settings, ""
    revision = file.properties.get("revision", "")
    commits = [revision] if revision else []
    if isinstance(version, MandateVersion):
        records = (now.register.mandate_of(version), version)
        paths = [now.register.origins[address_of(one)].path for one in records]
        commits += [past.commit for past in changes_of(settings.root, paths)]
    for commit in dict.fromkeys(commits):
        try:
            loaded = load_revision(settings.root, commit, beside=now.register)
        except RevisionError:
            continue
        if loaded.settings and not has_errors(loaded.problems):
            yield loaded.register, loaded.settings, commit


def _made(register: Register, settings: Settings, commit: str, file: EditedFile) -> Base | None:
    """The exported document, if the register held its text then."""
    told = file.properties
    version = register.by_address.get(told["record"])
    if not isinstance(version, MandateVersion) or told["language"] not in settings.languages:
        return None
    view = View(register, settings, told["language"], settings.today)
    if source_fingerprint(view, version) != told.get("fingerprint"):
        return None
    if told["kind"] not in register.templates.kinds:
        return None
    claimed = replace(register, revisions=_Claimed(told.get("revision", "")))
    view = replace(view, register=claimed)
    try:
        document = document_of(view, told["kind"], version)
    except ContentFault:
        return None
    units = units_of(document, view, version, f"{settings.site_url}{told['language']}/")
    return Base(register, settings, version, document, units, commit)
