"""Records → documents as files: on the site, exported, archived, sent to translators."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, cast

from remit.model.fields import meaning_of
from remit.model.records import MandateVersion
from remit.model.register import Made, Register, address_of
from remit.model.shards import about_made
from remit.model.templates import DEFAULT_KIND, Subject
from remit.model.translation_jobs import TranslationJob
from remit.model.translations import TranslatedText
from remit.settings import Settings
from remit.write.files import staged_files

if TYPE_CHECKING:
    from remit.render.tree import Document
    from remit.write.document_files import DocumentJob, MadeFile
    from remit.write.documents import Format


def document_jobs(
    register: Register,
    settings: Settings,
    addresses: Iterable[str],
    languages: Sequence[str],
    formats: Sequence[Format],
    place: Callable[[Document, Format], Path],
    kind: str = DEFAULT_KIND,
) -> Iterator[DocumentJob]:
    """A job for every record, told by its address, × language; the whole register's is empty.
    `place` says where its files go."""
    from remit.render.document_kinds import document_of
    from remit.render.view import View
    from remit.write.document_files import DocumentJob

    def make(address: str, language: str) -> Document:
        view = View(register, settings, language, settings.today)
        return document_of(view, kind, cast(Made, register.by_address.get(address)))

    for address in addresses:
        for language in languages:
            link_base = f"{settings.site_url}{language}/"
            name = f"{kind} {language}/{address}"
            about = f"{language}/{about_made(address)}"
            make_it = partial(make, address, language)
            yield DocumentJob(name, make_it, formats, link_base, place, about)


def comparison_jobs(
    register: Register,
    settings: Settings,
    pairs: Iterable[tuple[str, str]],
    languages: Sequence[str],
    formats: Sequence[Format],
    place: Callable[[Document, Format], Path],
) -> Iterator[DocumentJob]:
    """A job for every pair (from, to) of versions, told by their addresses, × language."""
    from remit.render.redline_document import redline_document
    from remit.render.view import View
    from remit.write.document_files import DocumentJob

    def make(old: str, new: str, language: str) -> Document:
        view = View(register, settings, language, settings.today)
        versions = register.by_address[old], register.by_address[new]
        return redline_document(view, *cast(tuple[MandateVersion, MandateVersion], versions))

    for old, new in pairs:
        for language in languages:
            link_base = f"{settings.site_url}{language}/"
            name = f"{old} to {language}/{new}"
            about = f"{language}/{about_made(new)}"
            make_it = partial(make, old, new, language)
            yield DocumentJob(name, make_it, formats, link_base, place, about)


def with_sources_attached(register: Register, jobs: Iterable[DocumentJob]) -> Iterator[DocumentJob]:
    """The same jobs, of which the PDFs get the register's files that they are made of inside."""
    from remit.render.document_sources import with_sources

    def make(job: DocumentJob) -> Document:
        return with_sources(register, job.make())

    for job in jobs:
        others = tuple(form for form in job.formats if form != "pdf")
        if others:
            yield replace(job, formats=others)
        if "pdf" in job.formats:
            name = f"{job.name} with sources"
            yield replace(job, name=name, make=partial(make, job), formats=("pdf",))


def neighbours(register: Register) -> list[tuple[str, str]]:
    """The addresses of every version and the one that follows it, oldest first."""
    return [
        (old, new)
        for old, new in pairwise(register.made_of(Subject.MANDATE))
        if about_made(old) == about_made(new)
    ]


def count_documents(register: Register, settings: Settings) -> int:
    """How many files `site_documents` gives."""
    from remit.write.documents import FORMATS

    files = len(neighbours(register)) * len(FORMATS)
    for template in register.templates.kinds.values():
        files += len(register.made_of(template.of)) * len(template.site)
    return files * len(settings.languages)


def site_documents(
    register: Register, settings: Settings, site: Path, *, of_all: bool = True
) -> Iterator[DocumentJob]:
    """The documents that each page offers beside it, and beside a version's page of changes those
    that compare it with the version before.

    `of_all`: those of the whole register too, which any change makes anew.
    """
    from remit.write.documents import FORMATS

    def place(document: Document, file_format: Format) -> Path:
        folder = site / document.language / document.address
        if document.redline:
            folder /= "changes"
        return folder / f"{document.file_name}.{file_format}"

    languages = settings.languages
    return chain(
        *(
            document_jobs(
                register, settings, register.made_of(one.of), languages, one.site, place, one.id
            )
            for one in register.templates.kinds.values()
            if one.site and (of_all or one.of is not Subject.REGISTER)
        ),
        comparison_jobs(register, settings, neighbours(register), languages, FORMATS, place),
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which documents an export makes: of what, in which languages and formats. `addresses` are of
    records; empty stands for the whole register."""

    addresses: Sequence[str]
    languages: Sequence[str]
    formats: Sequence[Format]
    kind: str = DEFAULT_KIND
    attach_source: bool = False


def exported_documents(
    register: Register, settings: Settings, wanted: Wanted, folder: Path
) -> Iterator[DocumentJob]:
    """The documents wanted, as files in one folder."""
    place = named_in(folder)
    jobs = document_jobs(
        register,
        settings,
        wanted.addresses,
        wanted.languages,
        wanted.formats,
        place,
        wanted.kind,
    )
    return with_sources_attached(register, jobs) if wanted.attach_source else jobs


def export_comparison(
    register: Register,
    settings: Settings,
    pair: tuple[MandateVersion, MandateVersion],
    languages: Sequence[str],
    formats: Sequence[Format],
    folder: Path,
    done: Callable[[], None] = lambda: None,
) -> list[MadeFile]:
    """What changed from one version to another, as files in one folder: all of them or none."""
    with staged_files(folder) as staging:
        pairs = [(address_of(pair[0]), address_of(pair[1]))]
        jobs = comparison_jobs(register, settings, pairs, languages, formats, named_in(staging))
        return made_in(staging, folder, jobs, settings, done)


def made_in(
    staging: Path,
    folder: Path,
    jobs: Iterable[DocumentJob],
    settings: Settings,
    done: Callable[[], None],
) -> list[MadeFile]:
    """The files as they will lie in `folder`."""
    from remit.write.document_files import make_files

    made = make_files(jobs, settings.cache_folder, done)
    return [replace(one, path=folder / one.path.relative_to(staging)) for one in made]


def archive_mandates(
    register: Register,
    settings: Settings,
    versions: Sequence[MandateVersion],
    languages: Sequence[str],
    target: Path,
    *,
    replacing: bool = False,
    done: Callable[[], None] = lambda: None,
) -> int:
    """Documents, sources and metadata as one package with checksums: all of it or nothing.

    The authoritative text is always among them. Returns how many files were packed.
    """
    from remit.write.archive_package import complete, information, place_in, spoken_in
    from remit.write.bag import new_bag
    from remit.write.document_files import make_files
    from remit.write.documents import FORMATS

    with new_bag(target, information(settings), replacing=replacing) as payload:
        place = partial(place_in, payload)
        jobs = chain.from_iterable(
            document_jobs(
                register,
                settings,
                [address_of(version)],
                spoken_in(version, languages),
                FORMATS,
                place,
            )
            for version in versions
        )
        make_files(jobs, settings.cache_folder, done)
        return complete(register, settings, versions, languages, payload)


def archive_faults(package: Path) -> list[str]:
    """What is wrong with a package's files, one sentence each."""
    from remit.write.bag import bag_faults

    return bag_faults(package)


def translation_job_file(
    job: TranslationJob, register: Register, settings: Settings, target: Path
) -> bytes:
    """A translation job as DOCX or XLIFF, as the name of the file says."""
    if target.suffix.lower() == ".docx":
        from remit.render.translation_document import translation_document
        from remit.render.view import View
        from remit.write.documents import write_document

        view = View(register, settings, job.target_language, settings.today)
        document = translation_document(view, job, target.stem)
        return write_document(document, "docx", f"{settings.site_url}{job.target_language}/")
    from remit.load.earlier_texts import texts_when_reviewed
    from remit.write.xliff import xliff

    earlier: dict[str, dict[str, str]] = {}
    for address, texts in job.by_record().items():
        paths = [*register.origins[address].sources]
        language, record = job.target_language, texts[0].record
        earlier[address] = texts_when_reviewed(settings.root, paths, record, language)

    def notes(text: TranslatedText) -> Iterator[str]:
        meaning = meaning_of(text.record, text.path)
        if meaning:
            yield meaning
        before = earlier[text.address].get(text.key.partition(":")[2])
        if before and before != text.source:
            yield f"When the translation was reviewed, the text was: {before}"
        yield f"{settings.site_url}{job.source_language}/{text.address}/"

    return xliff(job, notes, lambda text: register.revision_of(text.record))


def named_in(folder: Path) -> Callable[[Document, Format], Path]:
    return lambda document, file_format: folder / f"{document.file_name}.{file_format}"
