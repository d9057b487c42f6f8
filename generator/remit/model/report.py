"""What someone who approves a proposal is told of it, before it is put into words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from remit.diagnostics import Diagnostic
from remit.model.approvals import Approval
from remit.model.register_comparison import RegisterComparison
from remit.model.translation_changes import TranslationLack


@dataclass(frozen=True, slots=True)
class FindingChanges:
    """What the check finds after the proposal and not before, before and not after, and how much
    it finds in both."""

    new: tuple[Diagnostic, ...]
    mended: tuple[Diagnostic, ...]
    staying: int
    staying_errors: int

    @property
    def errors(self) -> int:
        return sum(one.is_error for one in self.new)


@dataclass(frozen=True, slots=True)
class RedlineFiles:
    """The documents that show what changes in a mandate version in a language: by their names."""

    address: str
    language: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """`old` and `new` name the two states. `unread_old` and `unread_new` say why a state cannot be
    read; then there is no comparison."""

    old: str
    new: str
    unread_old: tuple[Diagnostic, ...]
    unread_new: tuple[Diagnostic, ...]
    findings: FindingChanges
    comparison: RegisterComparison | None = None
    approvals: tuple[Approval, ...] = ()
    translations: tuple[TranslationLack, ...] = ()
    redlines: tuple[RedlineFiles, ...] = ()

    @property
    def passes(self) -> bool:
        return not self.unread_new and not self.findings.errors


_Key = tuple[str, str, str, str]


def finding_changes(
    old: Sequence[Diagnostic], new: Sequence[Diagnostic], *, is_whole: bool
) -> FindingChanges:
    """The same finding is known again though its line moved. Of a newer state that is not read
    whole (`is_whole`), nothing is called mended: what is not found may only not have been looked
    for."""
    before, after = Counter(map(_known_by, old)), Counter(map(_known_by, new))
    added, gone = _errors_first(_beyond(new, before)), _errors_first(_beyond(old, after))
    errors = sum(one.is_error for one in new) - sum(one.is_error for one in added)
    mended = tuple(gone) if is_whole else ()
    return FindingChanges(tuple(added), mended, len(new) - len(added), errors)


def _errors_first(found: list[Diagnostic]) -> list[Diagnostic]:
    return sorted(found, key=lambda one: (not one.is_error, one))


def _known_by(found: Diagnostic) -> _Key:
    return found.location.path, found.code, found.message, found.severity.value


def _beyond(found: Sequence[Diagnostic], known: Counter[_Key]) -> list[Diagnostic]:
    """The findings that there are more of than known."""
    left = known.copy()
    more = []
    for one in found:
        key = _known_by(one)
        if left[key]:
            left[key] -= 1
        else:
            more.append(one)
    return more
