"""The table of checks. Adding a check: a function, a row here, a page in docs/checks/."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

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
from remit.model.records import (
    Assignment,
    Mandate,
    MandateVersion,
    Network,
    Organisation,
    Record,
    Role,
    Task,
)
from remit.model.register import LookedThrough, Register, address_of
from remit.model.shape import look_through
from remit.second_process import worked_through
from remit.settings import Settings

NAMES_A_PLACE = ("task-claimed-twice",)
"""What is found in one file and tells of a line in another, which may move."""
PART = 4
"""Checks that one of two processes takes at a time."""
MANY = 2000
"""Of fewer records, starting a second process costs more than it saves."""
MOST = 20_000
"""Of more records, two processes that both come to hold all of them take too much memory."""
E, W = Severity.ERROR, Severity.WARNING


class Reach(Enum):
    """How much of the register a check needs to know, to find what is wrong with one record.

    Those of less than all of it go through the records that are looked through.
    """

    RECORD = "that record"
    NAMED = "that record, and of others their addresses and lives"
    REGISTER = "every record"


@dataclass(frozen=True, slots=True)
class Check:
    """`of_words`: a change of nothing but words in one record changes nothing that it finds in
    others. `asks`: of a check of every record the kinds of which it reads more than which there
    are; none where it may read any."""

    code: str
    severity: Severity
    function: CheckFunction
    reach: Reach = Reach.REGISTER
    of_words: bool = False
    asks: tuple[type[Record], ...] = ()


_OF_MANDATES = (Assignment, Mandate, MandateVersion, Network, Organisation, Role, Task)
RECORD, NAMED = Reach.RECORD, Reach.NAMED
CHECKS: tuple[Check, ...] = (
    Check("dangling-ref", E, references.dangling_ref, NAMED),
    Check("wrong-kind", E, references.wrong_kind, NAMED),
    Check("ambiguous-ref", E, references.ambiguous_ref, NAMED),
    Check("outside-life", E, references.outside_life, NAMED),
    Check("outlived-ref", W, references.outlived_ref, NAMED),
    Check("unresolved-link", E, references.unresolved_link, NAMED, of_words=True),
    Check("inverted-period", E, periods.inverted_period, RECORD),
    Check("overlapping-names", E, periods.overlapping_names, RECORD),
    Check("overlapping-versions", E, periods.overlapping_versions, asks=_OF_MANDATES),
    Check("version-day", E, periods.version_day, RECORD),
    Check("missing-text", W, texts.missing_text, RECORD, of_words=True),
    Check("missing-authoritative-text", E, texts.missing_authoritative_text, RECORD, of_words=True),
    Check("unknown-language", E, texts.unknown_language, RECORD, of_words=True),
    Check("stale-translation", W, texts.stale_translation, RECORD, of_words=True),
    Check("control-character", E, texts.control_character, RECORD, of_words=True),
    Check("bidi-override", E, texts.bidi_override, RECORD, of_words=True),
    Check("letter-not-in-font", E, texts.letter_not_in_font, RECORD, of_words=True),
    Check("raw-html", E, texts.raw_html, RECORD, of_words=True),
    Check("template-code", E, texts.template_code, RECORD, of_words=True),
    Check("unsafe-link", E, texts.unsafe_link, RECORD, of_words=True),
    Check("heading-level", E, texts.heading_level, RECORD, of_words=True),
    Check("review-overdue", W, upkeep.review_overdue, RECORD, of_words=True),
    Check("contact-not-verified", W, upkeep.contact_not_verified, RECORD, of_words=True),
    Check("unknown-owner", E, owners.unknown_owner),
    Check("code-owners-outdated", W, owners.code_owners_outdated),
    Check("missing-section", E, mandates.missing_section, asks=_OF_MANDATES),
    Check("mandate-without-version", E, mandates.mandate_without_version, asks=_OF_MANDATES),
    Check("version-without-mandate", E, mandates.version_without_mandate),
    Check("one-sided-cooperation", W, mandates.one_sided_cooperation, asks=_OF_MANDATES),
    Check("exempt-text", E, mandates.exempt_text),
    Check("duplicate-id", E, mandates.duplicate_id, RECORD),
    Check("reused-id", E, mandates.reused_id, asks=_OF_MANDATES),
    Check("vanished-id", W, mandates.vanished_id),
    Check("change-note-missing", E, changes.change_note_missing, asks=_OF_MANDATES),
    Check("editorial-but-substantive", W, changes.editorial_but_substantive, asks=_OF_MANDATES),
    Check("versions-out-of-order", W, changes.versions_out_of_order, asks=_OF_MANDATES),
    Check("changed-before-dated", E, changes.changed_before_dated, RECORD),
    Check("withdrawal-day", E, changes.withdrawal_day, RECORD),
    Check("task-without-holder", E, tasks.task_without_holder),
    Check("task-held-twice", E, tasks.task_held_twice),
    Check("task-claimed-twice", E, tasks.task_claimed_twice, asks=_OF_MANDATES),
    Check("categories-differ", E, tasks.categories_differ),
    Check("duty-gap", E, duties.duty_gap),
    Check("faint-colour", E, letterheads.faint_colour, RECORD),
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


class Divided(Protocol):
    """A register of which a second process has made some records, and checks those itself."""

    @property
    def checked(self) -> LookedThrough:
        """What was made here, and checked as far as no other record is needed for it."""

    @property
    def own(self) -> LookedThrough:
        """What else was made here."""

    @property
    def alone(self) -> list[Row]:
        """What `check_alone` gave of the first."""

    def others(self) -> LookedThrough:
        """What was made elsewhere, made here as well."""

    def found_elsewhere(self) -> list[Row] | None:
        """What `check_alone` and `check_named` give there; None when that process was ended
        before."""


def run_checks(register: Register, settings: Settings, divided: Divided | None = None) -> list[Row]:
    """All findings of all checks, sorted by place."""
    if divided is None:
        many = MANY <= len(register.records) <= MOST
        if many:
            _make_indexes(register)
        return _sorted(_run(CHECKS, register, settings, many=many))
    _ = register.by_address, register.named(""), register.versions("")  # which the parts share
    checked, own = divided.checked, divided.own
    here = register.looking_only_at([*checked, *own])
    found = divided.alone + check_alone(register.looking_only_at(own), settings)
    found += check_named(here, settings)
    found += _run(_of(Reach.REGISTER), register, settings)
    there = divided.found_elsewhere()
    if there is None:
        others = register.looking_only_at(divided.others())
        there = check_alone(others, settings) + check_named(others, settings)
    return _sorted([*found, *there])


def check_alone(register: Register, settings: Settings) -> list[Row]:
    """What checks find in each record that the register looks at, without asking for any other."""
    return _run(_of(Reach.RECORD), register, settings)


def check_named(register: Register, settings: Settings) -> list[Row]:
    """What else checks find in them, of others knowing addresses and lives."""
    return _run(_of(Reach.NAMED), register, settings)


def _of(reach: Reach) -> list[Check]:
    return [check for check in CHECKS if check.reach is reach]


def _make_indexes(register: Register) -> None:
    """Makes what both processes need."""
    for _ in (register.pointers, register.text_links, register.versions(""), register.named("")):
        pass
    for _ in register.briefs(MandateVersion):
        pass


def _sorted(rows: Iterable[Row]) -> list[Row]:
    return sorted(set(rows), key=lambda row: row.found)


def run_checks_of_words(
    register: Register, settings: Settings, before: Sequence[Row], changed: Sequence[Record]
) -> list[Row] | None:
    """All findings, when nothing but words in `changed` is otherwise than when `before` was found.

    None when that cannot be told without running other checks.
    """
    addresses = {address_of(record) for record in changed}
    for row in before:
        if row.found.code in NAMES_A_PLACE or (row.address in addresses and not row.of_words):
            return None
    part = register.looking_only_at([(record, look_through(record)) for record in changed])
    anew = _run([check for check in CHECKS if check.of_words], part, settings)
    same = [row for row in before if not row.of_words or row.address not in {"", *addresses}]
    return _sorted([*same, *anew])


def run_checks_of_changed(
    register: Register, settings: Settings, before: Sequence[Row], changed: Sequence[Record]
) -> list[Row]:
    """All findings, when only `changed` are otherwise than when `before` was found, and each of
    them is there alike: what is found in others without asking for more stands."""
    part = register.looking_only_at([(record, look_through(record)) for record in changed])
    kinds = {type(record) for record in changed}
    of_all = [one for one in _of(Reach.REGISTER) if not one.asks or not kinds.isdisjoint(one.asks)]
    anew = check_alone(part, settings) + check_named(part, settings)
    anew += _run(of_all, register, settings)
    stands = {one.code for one in CHECKS} - {one.code for one in of_all}
    anywhere = {"", *(address_of(record) for record in changed)}
    same = [row for row in before if row.found.code in stands and row.address not in anywhere]
    return _sorted([*same, *anew])


def _run(
    checks: Sequence[Check], register: Register, settings: Settings, *, many: bool = False
) -> list[Row]:
    def rows(check: Check) -> list[Row]:
        return [_row(check, one, register) for one in check.function(register, settings)]

    found = worked_through(checks, rows, rows, part=PART, many=many)
    return [row for part in found for row in part]


def _row(check: Check, finding: Finding | PlacedFinding, register: Register) -> Row:
    if isinstance(finding, PlacedFinding):
        address, place = "", finding.place
    else:
        address = address_of(finding.record)
        place = register.location(finding.record, finding.path, key=finding.key)
    found = Diagnostic(place, check.code, finding.message, finding.help, check.severity)
    return Row(address, check.of_words, found)
