"""Two states of a register → a report for those who are to approve the change between them.

Nothing of either state is executed: both are read from git's store as data, checked and compared.
A register's own kinds of document are templates, which its check renders in a sandbox.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from remit.build import Checked, check_loaded, collector_paused
from remit.diagnostics import Diagnostic
from remit.load.records import Loaded, load_register
from remit.load.revision import load_revision, merge_base
from remit.model.approvals import approvals
from remit.model.register import Register
from remit.model.register_comparison import compare_registers
from remit.model.report import Report, finding_changes
from remit.model.translation_changes import translation_lacks
from remit.render.view import View
from remit.settings import Settings, SettingsError, read_settings


@dataclass(frozen=True, slots=True)
class Reported:
    """A report, and the settings that the newer register gives itself (the older one's when that
    cannot be read; None when neither can)."""

    report: Report
    settings: Settings | None


def report_on(root: Path, old: str, new: str, *, from_parting: bool) -> Reported:
    """What changes from `old` to `new`, or to the files as they are now when `new` is empty.

    `from_parting` leaves out what happened in `old` since `new` left it. Raises RevisionError.
    """
    base = merge_base(root, old, new or "HEAD") if from_parting else old
    with collector_paused():
        later = load_revision(root, new, released=True) if new else _as_it_is(root)
        earlier = load_revision(root, base, beside=later.register, released=True)
        report = _report(old, new, _Side.of(earlier), _Side.of(later))
    return Reported(report, later.settings or earlier.settings)


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
