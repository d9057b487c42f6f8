"""The table of checks. Adding a check: a function, a row here, a page in docs/checks/."""

from __future__ import annotations

from dataclasses import dataclass

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
from remit.check.finding import CheckFunction, PlacedFinding
from remit.diagnostics import Diagnostic, Severity
from remit.model.register import Register
from remit.settings import Settings

E, W = Severity.ERROR, Severity.WARNING


@dataclass(frozen=True, slots=True)
class Check:
    code: str
    severity: Severity
    function: CheckFunction


CHECKS: tuple[Check, ...] = (
    Check("dangling-ref", E, references.dangling_ref),
    Check("wrong-kind", E, references.wrong_kind),
    Check("ambiguous-ref", E, references.ambiguous_ref),
    Check("outside-life", E, references.outside_life),
    Check("outlived-ref", W, references.outlived_ref),
    Check("unresolved-link", E, references.unresolved_link),
    Check("inverted-period", E, periods.inverted_period),
    Check("overlapping-names", E, periods.overlapping_names),
    Check("overlapping-versions", E, periods.overlapping_versions),
    Check("version-day", E, periods.version_day),
    Check("missing-text", W, texts.missing_text),
    Check("missing-authoritative-text", E, texts.missing_authoritative_text),
    Check("unknown-language", E, texts.unknown_language),
    Check("stale-translation", W, texts.stale_translation),
    Check("control-character", E, texts.control_character),
    Check("bidi-override", E, texts.bidi_override),
    Check("letter-not-in-font", E, texts.letter_not_in_font),
    Check("raw-html", E, texts.raw_html),
    Check("template-code", E, texts.template_code),
    Check("unsafe-link", E, texts.unsafe_link),
    Check("heading-level", E, texts.heading_level),
    Check("review-overdue", W, upkeep.review_overdue),
    Check("contact-not-verified", W, upkeep.contact_not_verified),
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


def run_checks(register: Register, settings: Settings) -> list[Diagnostic]:
    """All findings of all checks, sorted by place."""
    found = {
        Diagnostic(
            finding.place
            if isinstance(finding, PlacedFinding)
            else register.location(finding.record, finding.path, key=finding.key),
            check.code,
            finding.message,
            finding.help,
            check.severity,
        )
        for check in CHECKS
        for finding in check.function(register, settings)
    }
    return sorted(found)
