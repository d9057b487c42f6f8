"""Archived mandates → `arkivstruktur.xml`, by the metadata catalogue of Noark 5, version 5.5.

Names of elements, their order and the fixed values are the standard's, and so the words around them
are Norwegian whatever the register's languages. A mandate is a `mappe`, a version a `registrering`,
the text in one language a `dokumentbeskrivelse`, and each of its files a `dokumentobjekt`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from lxml import etree

from remit import __version__
from remit.model.records import Access, Mandate, MandateVersion, Organisation, Status
from remit.model.register import address_of
from remit.model.values import TranslationState
from remit.render.labels import own_name
from remit.render.tree import Document
from remit.render.view import View

NAMESPACE = "http://www.arkivverket.no/standarder/noark5/arkivstruktur"
OWN_NAMESPACE = "https://remit.example/archive"
"""Of what the standard has no field for, inside `virksomhetsspesifikkeMetadata`."""
PROGRAM = f"Remit {__version__}"

FORMATS = {
    "docx": ("Produksjonsformat", "fmt/412", "Office Open XML (DOCX)"),
    "odt": ("Produksjonsformat", "fmt/1756", "OpenDocument Text 1.3"),
    "pdf": ("Arkivformat", "fmt/476", "PDF/A-2a, PDF/UA-1"),
    "yml": ("Produksjonsformat", "fmt/818", "YAML, UTF-8"),
}
"""By a file's ending: its `variantformat`, its number in the register PRONOM, and more about it."""


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """`path` is relative to `arkivstruktur.xml`; `sha256` is 64 hex digits."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ArchivedVersion:
    """A version with its documents, the authoritative language's first, and its sources."""

    version: MandateVersion
    documents: tuple[tuple[Document, tuple[ArchivedFile, ...]], ...]
    sources: tuple[ArchivedFile, ...]


def arkivstruktur(view: View, archived: Sequence[ArchivedVersion]) -> bytes:
    """The metadata of a package, versions of one mandate standing together.

    `view` is in Norwegian, on the day the package is made.
    """
    return _Writer(view).written(archived)


def identity(site_url: str, *parts: str) -> str:
    """A UUID that is the same whenever the same thing of the same register is packed."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, site_url + "#".join(parts)))


class _Writer:
    def __init__(self, view: View) -> None:
        self.view = view
        self.packed = _moment(view.day)
        names = view.settings.site_name
        self.register_name = names.get("nb") or names[view.settings.default_language]

    def written(self, archived: Sequence[ArchivedVersion]) -> bytes:
        root = etree.fromstring(f'<arkiv xmlns="{NAMESPACE}" xmlns:remit="{OWN_NAMESPACE}"/>')
        labels = self.view.labels
        demonstration = labels["demonstration"] if self.view.settings.demonstration else ""
        _add(root, "systemID", self.id("arkiv"))
        _add(root, "tittel", self.register_name)
        _add(root, "beskrivelse", demonstration)
        _add(root, "arkivstatus", "Avsluttet")
        _add(root, "dokumentmedium", "Elektronisk arkiv")
        self.made_and_closed(root)
        for issuer in self.issuers(one.version for one in archived):
            maker = _add(root, "arkivskaper")
            _add(maker, "arkivskaperID", issuer.organisation_number or issuer.id)
            _add(maker, "arkivskaperNavn", self.view.name(issuer))
        part = _add(root, "arkivdel")
        _add(part, "systemID", self.id("arkivdel"))
        _add(part, "tittel", labels.kind("mandate", "many"))
        _add(part, "arkivdelstatus", "Avsluttet periode")
        self.made_and_closed(part)
        for _, versions in groupby(archived, key=lambda one: one.version.mandate):
            self.folder(part, list(versions))
        etree.indent(root)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"

    def made_and_closed(self, parent: etree._Element) -> None:
        """The archive and its part are the package itself: made and closed when it is packed."""
        _add(parent, "opprettetDato", self.packed)
        _add(parent, "opprettetAv", PROGRAM)
        _add(parent, "avsluttetDato", self.packed)
        _add(parent, "avsluttetAv", PROGRAM)

    def folder(self, part: etree._Element, archived: list[ArchivedVersion]) -> None:
        view = self.view
        mandate = view.register.mandate_of(archived[0].version)
        folder = _add(part, "mappe")
        _add(folder, "systemID", self.id(address_of(mandate)))
        _add(folder, "mappeID", mandate.id)
        _add(folder, "tittel", view.name(mandate))
        _add(folder, "beskrivelse", view.summary_words(mandate))
        for holder in mandate.holders:
            record = view.register.party(holder)
            _add(folder, "noekkelord", view.name(record) if record else holder)
        _add(folder, "opprettetDato", _moment(_made(view.register.versions(mandate.id)[0])))
        _add(folder, "opprettetAv", self.issuer_names(mandate))
        _add(folder, "avsluttetDato", self.packed)
        _add(folder, "avsluttetAv", PROGRAM)
        for one in archived:
            self.registration(folder, mandate, one)

    def registration(self, folder: etree._Element, mandate: Mandate, one: ArchivedVersion) -> None:
        version = one.version
        found = _add(folder, "registrering")
        _add(found, "systemID", self.id(address_of(version)))
        _add(found, "opprettetDato", _moment(_made(version)))
        _add(found, "opprettetAv", self.issuer_names(mandate))
        _add(found, "arkivertDato", self.packed)
        _add(found, "arkivertAv", PROGRAM)
        for number, (document, files) in enumerate(one.documents, 1):
            self.text(found, number, version, document, files)
        for number, source in enumerate(one.sources, len(one.documents) + 1):
            self.source(found, number, version, source)
        _add(found, "registreringsID", f"{mandate.id}/{version.id}")
        _add(found, "tittel", self.view.words(version.title))
        for word in one.documents[0][0].keywords:
            _add(found, "noekkelord", word)
        for issuer in self.issuers([version]):
            _add(found, "forfatter", self.view.name(issuer))
        self.provenance(_add(found, "virksomhetsspesifikkeMetadata"), mandate, one)

    def text(
        self,
        parent: etree._Element,
        number: int,
        version: MandateVersion,
        document: Document,
        files: Sequence[ArchivedFile],
    ) -> None:
        """The text in one language, with a `dokumentobjekt` for each of its files."""
        authoritative = document.language == version.authoritative_language
        mandate = self.view.register.mandate_of(version)
        described = self.description(
            parent,
            self.view.labels.enum("document_kind", mandate.document_kind),
            version,
            document.title,
            f"{own_name(document.language)}. {self.standing(version, document.language)}",
        )
        self.attached(described, version, number, main=authoritative)
        for file in files:
            form = FORMATS[file.path.rpartition(".")[2]]
            self.object(described, version, file, form, date.fromisoformat(document.date))

    def source(
        self, parent: etree._Element, number: int, version: MandateVersion, file: ArchivedFile
    ) -> None:
        name = file.path.rpartition("/")[2]
        described = self.description(
            parent, "Kildefil", version, name, "Filen som dokumentene er laget av."
        )
        self.attached(described, version, number, main=False)
        self.object(described, version, file, FORMATS["yml"], _made(version))

    def description(
        self, parent: etree._Element, kind: str, version: MandateVersion, title: str, about: str
    ) -> etree._Element:
        found = _add(parent, "dokumentbeskrivelse")
        open_still = version.status in (Status.DRAFT, Status.HEARING)
        state = "Dokumentet er under redigering" if open_still else "Dokumentet er ferdigstilt"
        _add(found, "systemID", self.id(address_of(version), title, about))
        _add(found, "dokumenttype", kind)
        _add(found, "dokumentstatus", state)
        _add(found, "tittel", title)
        _add(found, "beskrivelse", about)
        for issuer in self.issuers([version]):
            _add(found, "forfatter", self.view.name(issuer))
        _add(found, "opprettetDato", _moment(_made(version)))
        _add(found, "opprettetAv", self.issuer_names(self.view.register.mandate_of(version)))
        return found

    def attached(
        self, described: etree._Element, version: MandateVersion, number: int, *, main: bool
    ) -> None:
        _add(described, "tilknyttetRegistreringSom", "Hoveddokument" if main else "Vedlegg")
        _add(described, "dokumentnummer", str(number))
        _add(described, "tilknyttetDato", _moment(_made(version)))
        _add(described, "tilknyttetAv", PROGRAM)

    def object(
        self,
        parent: etree._Element,
        version: MandateVersion,
        file: ArchivedFile,
        form: tuple[str, str, str],
        made: date,
    ) -> None:
        variant, code, details = form
        order = self.view.register.versions(version.mandate).index(version) + 1
        found = _add(parent, "dokumentobjekt")
        _add(found, "systemID", self.id(address_of(version), file.path))
        _add(found, "versjonsnummer", str(order))
        _add(found, "variantformat", variant)
        _add(found, "format", code)
        _add(found, "formatDetaljer", details)
        _add(found, "opprettetDato", _moment(made))
        _add(found, "opprettetAv", PROGRAM)
        _add(found, "referanseDokumentfil", file.path)
        _add(found, "sjekksum", file.sha256)
        _add(found, "sjekksumAlgoritme", "SHA-256")
        _add(found, "filstoerrelse", str(file.size))

    def provenance(self, parent: etree._Element, mandate: Mandate, one: ArchivedVersion) -> None:
        """What proves where the files came from, and what the standard has no field for."""
        version, labels = one.version, self.view.labels
        document = one.documents[0][0]
        public = mandate.access is Access.PUBLIC
        _own(parent, "dokumentID", mandate.document_id or "")
        for number in version.case_numbers:
            _own(parent, "saksnummer", number)
        _own(parent, "status", labels.enum("status", version.status))
        _own(parent, "gjelderFra", str(version.in_force.from_ or ""))
        _own(parent, "gjelderTil", str(version.in_force.to or ""))
        _own(parent, "tilgang", "Offentlig" if public else "Unntatt offentlighet")
        _own(parent, "gjeldendeSpraak", version.authoritative_language)
        _own(parent, "rettigheter", self.view.settings.rights.get(self.view.language, ""))
        _own(parent, "kilderevisjon", document.revision)
        _own(parent, "kildeavtrykk", document.fingerprint)
        for document, _ in one.documents:
            _own(parent, "nettadresse", document.web_address, language=document.language)

    def standing(self, version: MandateVersion, language: str) -> str:
        """In Norwegian: whether this text counts, or which other does."""
        if language == version.authoritative_language:
            return "Dette er teksten som gjelder."
        translation = version.translations.get(language)
        if translation and translation.state is TranslationState.OFFICIAL:
            return "Offisiell oversettelse."
        labels = self.view.labels
        name = labels.language_name(version.authoritative_language)
        return labels.get("unofficial_translation", language=name)

    def issuers(
        self, versions: Iterator[MandateVersion] | list[MandateVersion]
    ) -> list[Organisation]:
        """The bodies that issue these versions, each once, in the order they are named."""
        register = self.view.register
        ids = [id for version in versions for id in register.mandate_of(version).issued_by]
        found = (register.follow(Organisation, id) for id in dict.fromkeys(ids))
        return [issuer for issuer in found if issuer]

    def issuer_names(self, mandate: Mandate) -> str:
        register = self.view.register
        found = (register.follow(Organisation, id) for id in mandate.issued_by)
        return self.view.labels.join([self.view.name(issuer) for issuer in found if issuer])

    def id(self, *parts: str) -> str:
        return identity(self.view.settings.site_url, *parts)


def _made(version: MandateVersion) -> date:
    """The day its text was last changed, else the day it bears, else the day that names it."""
    return version.last_changed or version.document_date or date.fromisoformat(version.id)


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    """A new element last in `parent`; no text gives none, for the standard has no empty values."""
    made = etree.Element(f"{{{NAMESPACE}}}{name}")
    if text != "":
        parent.append(made)
    made.text = text
    return made


def _own(parent: etree._Element, name: str, text: str, language: str = "") -> None:
    if not text:
        return
    made = etree.SubElement(parent, f"{{{OWN_NAMESPACE}}}{name}")
    made.text = text
    if language:
        made.set("{http://www.w3.org/XML/1998/namespace}lang", language)
