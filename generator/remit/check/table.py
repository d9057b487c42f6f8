"""The table of checks. Adding a check: a function, a row here, a page in docs/checks/."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from remit.check import (
    changes,
    duties,
    letterheads,
    mandates,
    owners,
    periods,
    permanence,
    references,
    tasks,
    texts,
    transfers,
    upkeep,
)
from remit.check.finding import CheckFunction, Finding, PlacedFinding
from remit.diagnostics import Diagnostic, Severity
from remit.model.records import Record
from remit.model.register import Register, address_of
from remit.second_process import worked_through
from remit.settings import Settings

NAMES_A_PLACE = ("task-claimed-twice",)
"""What is found in one file and tells of a line in another, which may move."""
MANY = 2000
"""Of fewer records, starting a second process costs more than it saves."""
MOST = 20_000
"""Of more records, two processes that both come to hold all of them take too much memory."""
E, W = Severity.ERROR, Severity.WARNING


@dataclass(frozen=True, slots=True)
class Check:
    """`of_words`: it looks through records one by one, and a change of nothing but words in one
    changes nothing that it finds in others."""

    code: str
    severity: Severity
    function: CheckFunction
    of_words: bool = False


CHECKS: tuple[Check, ...] = (
    Check("dangling-ref", E, references.dangling_ref),
    Check("wrong-kind", E, references.wrong_kind),
    Check("ambiguous-ref", E, references.ambiguous_ref),
    Check("outside-life", E, references.outside_life),
    Check("outlived-ref", W, references.outlived_ref),
    Check("unresolved-link", E, references.unresolved_link, of_words=True),
    Check("inverted-period", E, periods.inverted_period),
    Check("overlapping-names", E, periods.overlapping_names),
    Check("overlapping-versions", E, periods.overlapping_versions),
    Check("version-day", E, periods.version_day),
    Check("missing-text", W, texts.missing_text, of_words=True),
    Check("missing-authoritative-text", E, texts.missing_authoritative_text, of_words=True),
    Check("unknown-language", E, texts.unknown_language, of_words=True),
    Check("stale-translation", W, texts.stale_translation, of_words=True),
    Check("control-character", E, texts.control_character, of_words=True),
    Check("bidi-override", E, texts.bidi_override, of_words=True),
    Check("letter-not-in-font", E, texts.letter_not_in_font, of_words=True),
    Check("raw-html", E, texts.raw_html, of_words=True),
    Check("template-code", E, texts.template_code, of_words=True),
    Check("unsafe-link", E, texts.unsafe_link, of_words=True),
    Check("heading-level", E, texts.heading_level, of_words=True),
    Check("review-overdue", W, upkeep.review_overdue, of_words=True),
    Check("contact-not-verified", W, upkeep.contact_not_verified, of_words=True),
    Check("unknown-owner", E, owners.unknown_owner),
    Check("code-owners-outdated", W, owners.code_owners_outdated),
    Check("missing-section", E, mandates.missing_section),
    Check("mandate-without-version", E, mandates.mandate_without_version),
    Check("version-without-mandate", E, mandates.version_without_mandate),
    Check("one-sided-cooperation", W, mandates.one_sided_cooperation),
    Check("exempt-text", E, mandates.exempt_text),
    Check("duplicate-id", E, mandates.duplicate_id),
    Check("reused-id", E, mandates.reused_id),
    Check("vanished-id", W, mandates.vanished_id),
    Check("change-note-missing", E, changes.change_note_missing),
    Check("editorial-but-substantive", W, changes.editorial_but_substantive),
    Check("versions-out-of-order", W, changes.versions_out_of_order),
    Check("changed-before-dated", E, changes.changed_before_dated),
    Check("withdrawal-day", E, changes.withdrawal_day),
    Check("task-without-holder", E, tasks.task_without_holder),
    Check("task-held-twice", E, tasks.task_held_twice),
    Check("task-claimed-twice", E, tasks.task_claimed_twice),
    Check("categories-differ", E, tasks.categories_differ),
    Check("duty-gap", E, duties.duty_gap),
    Check("faint-colour", E, letterheads.faint_colour),
    Check("transfer-from-other", E, transfers.transfer_from_other),
    Check("transfer-cycle", E, transfers.transfer_cycle),
    Check("receiver-not-yet", E, transfers.receiver_not_yet),
    Check("transfer-date-disagrees", W, transfers.transfer_date_disagrees),
    Check("ended-without-successor", W, transfers.ended_without_successor),
    Check("released-address-gone", E, permanence.released_address_gone),
    Check("released-id-gone", E, permanence.released_id_gone),
    Check("redirect-over-living", E, permanence.redirect_over_living),
    Check("redirect-nowhere", E, permanence.redirect_nowhere),
    Check("redirect-loop", E, permanence.redirect_loop),
    Check("withdrawn-without-note", E, permanence.withdrawn_without_note),
)


class Row(NamedTuple):
    """A finding with the address of its record, empty when it is in no record's file."""

    address: str
    of_words: bool
    found: Diagnostic


def run_checks(register: Register, settings: Settings) -> list[Row]:
    """All findings of all checks, sorted by place."""
    many = MANY <= len(register.records) <= MOST
    if many:
        _make_indexes(register)
    return _run(CHECKS, register, settings, many=many)


def _make_indexes(register: Register) -> None:
    """Makes what both processes need."""
    for _ in (register.pointers, register.text_links, register.versions(""), register.named("")):
        pass


def run_checks_again(
    register: Register, settings: Settings, before: Sequence[Row], changed: Sequence[Record]
) -> list[Row] | None:
    """All findings, when nothing but words in `changed` is otherwise than when `before` was found.

    None when that cannot be told without running all the checks.
    """
    addresses = {address_of(record) for record in changed}
    for row in before:
        if row.found.code in NAMES_A_PLACE or (row.address in addresses and not row.of_words):
            return None
    part = register.looking_only_at(changed)
    anew = _run([check for check in CHECKS if check.of_words], part, settings)
    same = [row for row in before if not row.of_words or row.address not in {"", *addresses}]
    return sorted({*same, *anew}, key=lambda row: row.found)


def _run(
    checks: Sequence[Check], register: Register, settings: Settings, *, many: bool = False
) -> list[Row]:
    def rows(check: Check) -> list[Row]:
        return [_row(check, one, register) for one in check.function(register, settings)]

    found = worked_through(checks, rows, rows, [1] * len(checks), 0.5, many=many)
    return sorted({row for part in found for row in part}, key=lambda row: row.found)


def _row(check: Check, finding: Finding | PlacedFinding, register: Register) -> Row:
    if isinstance(finding, PlacedFinding):
        address, place = "", finding.place
    else:
        address = address_of(finding.record)
        place = register.location(finding.record, finding.path, key=finding.key)
    found = Diagnostic(place, check.code, finding.message, finding.help, check.severity)
    return Row(address, check.of_words, found)
