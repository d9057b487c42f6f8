"""The whole run on one page: load → check → render → write. Knows no host.

What makes documents is imported when they are made: checking alone starts in half the time.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import partial
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from remit.check import run_checks
from remit.diagnostics import Diagnostic, has_errors
from remit.load.records import Loaded, load_register
from remit.load.revision import load_revision
from remit.load.source import Adding, Disk, Source
from remit.model.addresses import addresses
from remit.model.code_owners import code_owners
from remit.model.fields import meaning_of
from remit.model.forges import Forge
from remit.model.new_register import NewRegister
from remit.model.records import Mandate, MandateVersion
from remit.model.register import Made, Register
from remit.model.register_comparison import RegisterComparison, compare_registers
from remit.model.released import Released, released_text
from remit.model.site_files import SiteFile, SiteFiles
from remit.model.templates import DEFAULT_KIND
from remit.model.translation_jobs import TranslationJob
from remit.model.translations import TranslatedText
from remit.settings import Settings, build_date, parse_settings
from remit.write.files import staged_files, write_file
from remit.write.hosting import write_hosting_files
from remit.write.search_index import write_search_index

if TYPE_CHECKING:
    from remit.render.pages import Page
    from remit.render.tree import Document
    from remit.write.document_files import DocumentJob, MadeFile
    from remit.write.documents import Format
    from remit.write.pages import WrittenPage


_OF_THE_WHOLE = (
    "released-address-gone",
    "released-id-gone",
    "unknown-owner",
    "code-owners-outdated",
)
"""What is found wrong by comparing with all records, so not said while some cannot be read."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A register and all that was found wrong with it, sorted."""

    register: Register
    found: list[Diagnostic]

    def fails(self, *, strict: bool = False) -> bool:
        return bool(self.found) if strict else has_errors(self.found)


def load_and_check(settings: Settings, source: Source | None = None) -> Checked:
    """Reads every record and runs every check."""
    with collector_paused():
        return check_loaded(load_register(settings, source), settings)


def check_loaded(loaded: Loaded, settings: Settings) -> Checked:
    """Files that cannot be read are reported, and what points to them is not reported as dangling
    too."""
    found = [*run_checks(loaded.register, settings), *_template_faults(loaded, settings)]
    if has_errors(loaded.problems):
        found = [one for one in found if one.code not in _OF_THE_WHOLE]
        unread = {problem.location.path for problem in loaded.problems if problem.is_error}
        found = [one for one in found if not _caused_by_unread(one, unread)]
    return Checked(loaded.register, sorted({*loaded.problems, *found}))


def _template_faults(loaded: Loaded, settings: Settings) -> list[Diagnostic]:
    """Of the register's own templates; those shipped are tested."""
    if not loaded.register.templates.own:
        return []
    from remit.render.document_kinds import template_faults

    return template_faults(loaded.register, settings)


def found_with(settings: Settings, files: Mapping[str, bytes], before: Checked) -> list[Diagnostic]:
    """What would be found wrong once these files are written, and is not wrong before."""
    after = load_and_check(settings, Adding(Disk(settings.root), files))
    known = set(_on_new_lines(before.found, settings.root, files))
    return [one for one in after.found if one not in known]


def _on_new_lines(
    found: Iterable[Diagnostic], root: Path, files: Mapping[str, bytes]
) -> Iterator[Diagnostic]:
    """The same findings on the lines that their lines come to stand on in changed files."""
    lines: dict[str, dict[int, int]] = {}
    for path, data in files.items():
        if (root / path).is_file():
            old = (root / path).read_bytes().splitlines()
            matcher = SequenceMatcher(None, old, data.splitlines(), autojunk=False)
            lines[path] = {
                start + step + 1: now + step + 1
                for start, now, length in matcher.get_matching_blocks()
                for step in range(length)
            }
    for one in found:
        place = one.location
        moved = lines.get(place.path, {}).get(place.line, place.line)
        yield replace(one, location=replace(place, line=moved))


def _caused_by_unread(found: Diagnostic, unread: set[str]) -> bool:
    if found.code not in (
        "dangling-ref",
        "wrong-kind",
        "unresolved-link",
        "redirect-nowhere",
        "mandate-without-version",
    ):
        return False
    words = found.message.replace("[[", '"').replace("]]", '"').split('"')
    ids = {word.rpartition("/")[2].partition("#")[0] for word in words[1::2]}
    return any(
        path.rpartition("/")[2].partition(".")[0] in ids or path.split("/")[-2:-1] == [id]
        for path in unread
        for id in ids
    )


class DoesNotLoad(Exception):
    """A state of the register that is to be compared cannot be read whole.

    `state` names it: a git revision, or nothing for the files as they are now.
    """

    def __init__(self, state: str, problems: list[Diagnostic]) -> None:
        super().__init__(state)
        self.state, self.problems = state, problems


def compare_revisions(settings: Settings, old: str, new: str = "") -> RegisterComparison:
    """What changed from one git revision to another, or to the files as they are now.

    Raises RevisionError and DoesNotLoad.
    """
    with collector_paused():
        later = load_revision(settings.root, new) if new else load_register(settings)
        _require(new, later)
        earlier = load_revision(settings.root, old, beside=later.register)
        _require(old, earlier)
        return compare_registers(earlier.register, later.register)


def load_whole(settings: Settings) -> Register:
    """The register as its files are now, unchecked. Raises DoesNotLoad when one cannot be read."""
    with collector_paused():
        loaded = load_register(settings)
    _require("", loaded)
    return loaded.register


def editor_files(settings: Settings, folder: str, source: Source | None = None) -> dict[str, bytes]:
    """Every JSON Schema, by its path from the register's top. Files that cannot be read are
    left out of the known ids."""
    from remit.render.json_schema import schema_files

    register = load_register(settings, source).register
    made = schema_files(register, settings)
    return {f"{folder}/{name}": data for name, data in made.items()}


@dataclass(frozen=True, slots=True)
class Begun:
    """A new register before it is written: its files by path, and what would be wrong with it."""

    files: dict[str, bytes]
    found: list[Diagnostic]


def begin_register(answers: NewRegister, root: Path, schemas: str) -> Begun:
    """All files of a new register that is to lie in `root`, read and checked before any is written.

    Raises SettingsError.
    """
    from remit.render.editor_settings import (
        VSCODE_EXTENSIONS,
        VSCODE_SETTINGS,
        vscode_extensions,
        vscode_settings,
    )
    from remit.write.new_register import register_files

    files = register_files(answers, schemas, build_date())
    settings = parse_settings(root, files["pyproject.toml"])
    source = Adding(Disk(root), files)
    if answers.forge:
        files |= forge_files(settings, Forge(answers.forge), source)
    editors = {
        **editor_files(settings, schemas, source),
        VSCODE_SETTINGS: vscode_settings(None, schemas, settings),
        VSCODE_EXTENSIONS: vscode_extensions(None),
    }
    return Begun(files | editors, load_and_check(settings, source).found)


def forge_files(
    settings: Settings, forge: Forge, source: Source | None = None, *, program_here: bool = False
) -> dict[str, bytes]:
    """What a forge needs, by its path from the register's top: workflows, and CODEOWNERS when the
    settings name teams. `program_here`: Remit itself is developed in the register's repository.

    Raises DoesNotLoad when the owners are wanted and a record cannot be read.
    """
    from remit.render.workflows import workflow_files

    made = workflow_files(forge, settings, program_here=program_here)
    if settings.owners:
        loaded = load_register(settings, source)
        _require("", loaded)
        made[forge.code_owners] = code_owners(loaded.register, settings, forge).encode()
    return made


def _require(state: str, loaded: Loaded) -> None:
    if has_errors(loaded.problems):
        raise DoesNotLoad(state, sorted(loaded.problems))


@contextmanager
def collector_paused() -> Iterator[None]:
    """Millions of small live objects are made and none dies: collecting would only cost time,
    then as later, so the collector is told to leave them alone for good."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


@dataclass(frozen=True, slots=True)
class Release:
    """What a release keeps: how many addresses, and which came and went since the one before."""

    count: int
    earlier: Released | None
    new: list[str]
    gone: list[str]


def write_release(register: Register, settings: Settings) -> Release:
    """Writes the list of all addresses that answer now. Nothing else ever writes it."""
    now = addresses(register)
    earlier = register.released
    text = released_text(now, settings.today)
    write_file(settings.root / settings.released, text.encode())
    before = earlier.lines if earlier else {}
    return Release(
        len(now),
        earlier,
        [one for one in now if one not in before],
        sorted(before.keys() - set(now)),
    )


def document_jobs(
    register: Register,
    settings: Settings,
    records: Iterable[Made],
    languages: Sequence[str],
    formats: Sequence[Format],
    place: Callable[[Document, Format], Path],
    kind: str = DEFAULT_KIND,
) -> Iterator[DocumentJob]:
    """A job for every record × language; `place` says where its files go."""
    from remit.render.document_kinds import document_of
    from remit.render.view import View
    from remit.write.document_files import DocumentJob

    def make(record: Made, language: str) -> Document:
        return document_of(View(register, settings, language, settings.today), kind, record)

    for record in records:
        for language in languages:
            link_base = f"{settings.site_url}{language}/"
            yield DocumentJob(partial(make, record, language), formats, link_base, place)


def comparison_jobs(
    register: Register,
    settings: Settings,
    pairs: Iterable[tuple[MandateVersion, MandateVersion]],
    languages: Sequence[str],
    formats: Sequence[Format],
    place: Callable[[Document, Format], Path],
) -> Iterator[DocumentJob]:
    """A job for every pair (from, to) of versions × language."""
    from remit.render.redline_document import redline_document
    from remit.render.view import View
    from remit.write.document_files import DocumentJob

    def make(old: MandateVersion, new: MandateVersion, language: str) -> Document:
        view = View(register, settings, language, settings.today)
        return redline_document(view, old, new)

    for old, new in pairs:
        for language in languages:
            link_base = f"{settings.site_url}{language}/"
            yield DocumentJob(partial(make, old, new, language), formats, link_base, place)


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
            yield replace(job, make=partial(make, job), formats=("pdf",))


def neighbours(register: Register) -> list[tuple[MandateVersion, MandateVersion]]:
    """Every version with the one that follows it."""
    return [
        pair
        for mandate in register.all(Mandate)
        for pair in pairwise(register.versions(mandate.id))
    ]


def count_documents(register: Register, settings: Settings) -> int:
    """How many files `make_documents` makes."""
    from remit.write.documents import FORMATS

    files = len(neighbours(register)) * len(FORMATS)
    for template in register.templates.kinds.values():
        files += len(register.made_of(template.of)) * len(template.site)
    return files * len(settings.languages)


def make_documents(
    register: Register, settings: Settings, site: Path, done: Callable[[], None] = lambda: None
) -> SiteFiles:
    """Every document of the site, each beside its page, with a list of checksums."""
    from remit.write.checksums import write_checksums
    from remit.write.document_files import make_files

    made = make_files(site_documents(register, settings, site), settings.cache_folder, done)
    files = [
        SiteFile(one.path.relative_to(site).as_posix(), one.path.stat().st_size, one.sha256)
        for one in made
    ]
    write_checksums(files, site)
    return {file.path: file for file in files}


def site_documents(register: Register, settings: Settings, site: Path) -> Iterator[DocumentJob]:
    """The documents that each page offers beside it, and beside a version's page of changes those
    that compare it with the version before."""
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
            if one.site
        ),
        comparison_jobs(register, settings, neighbours(register), languages, FORMATS, place),
    )


def export_documents(
    register: Register,
    settings: Settings,
    records: Sequence[Made],
    languages: Sequence[str],
    formats: Sequence[Format],
    folder: Path,
    done: Callable[[], None] = lambda: None,
    *,
    kind: str = DEFAULT_KIND,
    attach_source: bool = False,
) -> list[MadeFile]:
    """The documents as files in one folder: all of them or none."""
    with staged_files(folder) as staging:
        jobs = document_jobs(
            register, settings, records, languages, formats, named_in(staging), kind
        )
        if attach_source:
            jobs = with_sources_attached(register, jobs)
        return _made_in(staging, folder, jobs, settings, done)


def make_pages(
    register: Register,
    settings: Settings,
    files: SiteFiles,
    whole: Callable[[Page], str],
    site: Path,
) -> list[WrittenPage]:
    """Every page in every language. `files` are the documents that the pages may offer."""
    from remit.render.pages import page_jobs
    from remit.write.pages import write_pages

    jobs = [
        job
        for language in settings.languages
        for job in page_jobs(register, settings, language, files)
    ]
    with collector_paused():
        return write_pages(jobs, whole, site)


def make_feeds(register: Register, settings: Settings, site: Path) -> None:
    """In every language: what is new and what is due, of the whole register and of each mandate."""
    from remit.render.feeds import feeds
    from remit.write.feeds import write_feed

    for language in settings.languages:
        for feed in feeds(register, settings, language):
            write_feed(feed, site)


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
        jobs = comparison_jobs(register, settings, [pair], languages, formats, named_in(staging))
        return _made_in(staging, folder, jobs, settings, done)


def _made_in(
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
                register, settings, [version], spoken_in(version, languages), FORMATS, place
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


def make_directory_files(register: Register, settings: Settings, site: Path) -> None:
    """In every language: members as CSV, contact points as vCard, beside their pages."""
    from remit.render.directory_files import directory_files
    from remit.write.directory_files import write_directory_file

    for language in settings.languages:
        for made in directory_files(register, settings, language):
            write_directory_file(made, site)


make_hosting_files = write_hosting_files
make_search = write_search_index
