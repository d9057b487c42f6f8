"""Two states of a register → a report for those who are to approve the change between them.

Nothing of either state is executed: both are read from git's store as data, checked and compared.
A register's own kinds of document are templates: they are read and checked, never rendered here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from remit.build import Checked, check_loaded, collector_paused
from remit.build.documents import named_in
from remit.diagnostics import Diagnostic, has_errors
from remit.load.records import Loaded, load_register
from remit.load.revision import load_revision, merge_base
from remit.model.approvals import approvals
from remit.model.records import MandateVersion
from remit.model.register import Register, address_of
from remit.model.register_comparison import RegisterComparison, compare_registers
from remit.model.report import RedlineFiles, Report, finding_changes
from remit.model.translation_changes import translation_lacks
from remit.render.redline_document import change_counts, redline_document, redline_file_name
from remit.render.tree import Document
from remit.render.view import View
from remit.settings import Settings, SettingsError, read_settings
from remit.write.document_files import DocumentJob, make_files
from remit.write.documents import Format
from remit.write.files import staged_files

REDLINE_FORMATS: tuple[Format, ...] = ("docx", "pdf")


@dataclass(frozen=True, slots=True)
class Reported:
    """A report, and the settings that the newer register gives itself (the older one's when that
    cannot be read; None when neither can)."""

    report: Report
    settings: Settings | None
    has_errors: bool


def report_on(root: Path, old: str, new: str, *, from_parting: bool) -> Reported:
    """What changes from `old` to `new`, or to the files as they are now when `new` is empty.

    `from_parting` leaves out what happened in `old` since `new` left it. Raises RevisionError.
    """
    base = merge_base(root, old, new or "HEAD") if from_parting else old
    with collector_paused():
        later = load_revision(root, new, released=True) if new else _as_it_is(root)
        earlier = load_revision(root, base, beside=later.register, released=True)
        after = _Side.of(later)
        report = _report(old, new, _Side.of(earlier), after)
    return Reported(report, later.settings or earlier.settings, has_errors(after.found))


@dataclass(frozen=True, slots=True)
class _Side:
    """A state of the register, all that was found in it, and what keeps it from being read."""

    register: Register
    found: list[Diagnostic]
    unread: tuple[Diagnostic, ...]

    @classmethod
    def of(cls, loaded: Loaded) -> _Side:
        checked = (
            check_loaded(loaded, loaded.settings)
            if loaded.settings
            else Checked(loaded.register, sorted(loaded.problems))
        )
        unread = [one for one in sorted(loaded.problems) if one.is_error]
        return cls(loaded.register, checked.found, tuple(unread))


def _report(old: str, new: str, earlier: _Side, later: _Side) -> Report:
    findings = finding_changes(earlier.found, later.found, is_whole=not later.unread)
    report = Report(old, new, earlier.unread, later.unread, findings)
    if earlier.unread or later.unread:
        return report
    compared = compare_registers(earlier.register, later.register)
    return replace(
        report,
        comparison=compared,
        approvals=approvals(compared),
        translations=translation_lacks(compared, later.register.languages),
    )


def with_redlines(reported: Reported, folder: Path, languages: Sequence[str]) -> Reported:
    """Makes a document, DOCX and PDF, of each change in a mandate's text, in the languages in which
    it reads otherwise. Of a register with errors none is made."""
    report, settings = reported.report, reported.settings
    if report.comparison is None or settings is None or reported.has_errors:
        return reported
    made: list[RedlineFiles] = []
    jobs: list[DocumentJob] = []
    with staged_files(folder) as staging:
        for redline in redlines(report.comparison, settings, languages):
            names = tuple(f"{redline.file_name}.{form}" for form in REDLINE_FORMATS)
            made.append(RedlineFiles(address_of(redline.new), redline.view.language, names))
            link_base = f"{settings.site_url}{redline.view.language}/"
            place = named_in(staging)
            name = f"{address_of(redline.old)} to {address_of(redline.new)} {redline.view.language}"
            jobs.append(DocumentJob(name, redline.document, REDLINE_FORMATS, link_base, place))
        make_files(jobs, settings.cache_folder)
    return replace(reported, report=replace(report, redlines=tuple(made)))


@dataclass(frozen=True, slots=True)
class _Redline:
    """A mandate version before and after, each in the register that it is from."""

    then: View
    old: MandateVersion
    view: View
    new: MandateVersion

    @property
    def file_name(self) -> str:
        return redline_file_name(self.old, self.new, self.view.language)

    def document(self) -> Document:
        return redline_document(self.view, self.old, self.new, self.then)


def redlines(
    found: RegisterComparison, settings: Settings, languages: Sequence[str]
) -> Iterator[_Redline]:
    """For each changed version, against what it said before; for each new one, against the version
    that it follows. In the order of addresses, then languages."""
    for change in found.changes:
        new = change.new
        if not isinstance(new, MandateVersion):
            continue
        old = change.old or found.new.version_before(new)
        if not isinstance(old, MandateVersion):
            continue
        register = found.old if change.old else found.new
        for language in languages:
            view = View(found.new, settings, language, settings.today)
            then = View(register, settings, language, settings.today)
            if change_counts(view, old, new, then):
                yield _Redline(then, old, view, new)


def view_of(reported: Reported, language: str) -> View | None:
    """The newer register as a reader of the language sees it, when it can be compared."""
    compared, settings = reported.report.comparison, reported.settings
    if compared is None or settings is None:
        return None
    return View(compared.new, settings, language, settings.today)


def _as_it_is(root: Path) -> Loaded:
    """The files as they are now. A register whose settings are wrong is reported, not refused."""
    try:
        settings = read_settings(root)
    except SettingsError as error:
        return Loaded(Register((), ()), [error.diagnostic])
    return replace(load_register(settings), settings=settings)
