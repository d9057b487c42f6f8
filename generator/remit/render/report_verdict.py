"""A report in one paragraph: what changes, whether it passes, who must approve."""

from __future__ import annotations

from collections.abc import Iterator

from remit.model.records import Mandate, MandateVersion, Organisation
from remit.model.register_comparison import FATES
from remit.model.report import Report
from remit.model.translation_changes import LACKS
from remit.render.comparison_text import escaped
from remit.render.labels import Labels
from remit.render.view import View

MOST_NAMES = 5

COUNTS = {
    "new": "report_new",
    "changed": "report_changed",
    "ended": "report_ended",
    "removed": "report_removed",
    "stale": "report_stale",
    "missing": "report_missing",
    "unreviewed": "report_unreviewed",
}


def verdict(report: Report, view: View | None, labels: Labels) -> str:
    """Sentences in Markdown."""
    return " ".join(_sentences(report, view, labels))


def _sentences(report: Report, view: View | None, labels: Labels) -> Iterator[str]:
    if report.unread_new:
        yield f"**{labels['report_unread_new']}**"
    elif report.unread_old:
        yield f"**{labels['report_unread_old']}**"
    if report.comparison and view:
        yield from _changes(report, view)
    yield from _check(report, labels)
    if report.comparison and view:
        yield from _approval(report, view)
        counts = [
            labels.count(COUNTS[lack], number)
            for lack in LACKS
            if (number := sum(one.lack == lack for one in report.translations))
        ]
        if counts:
            yield labels.get("report_translations", counts=labels.join(counts))


def _changes(report: Report, view: View) -> Iterator[str]:
    found, labels = report.comparison, view.labels
    assert found is not None
    counts = [
        labels.count(COUNTS[fate], number) for fate in FATES if (number := len(found.of(fate)))
    ]
    if not counts:
        yield f"**{labels['report_nothing']}**"
        return
    yield f"**{labels.get('report_has', counts=labels.join(counts))}**"
    ids = [
        record.mandate if isinstance(record, MandateVersion) else record.id
        for record in (change.record for change in found.changes)
        if isinstance(record, Mandate | MandateVersion)
    ]
    mandates = [
        found.new.get(Mandate, id) or found.old.get(Mandate, id) for id in dict.fromkeys(ids)
    ]
    names = [escaped(view.words(one.name)) for one in mandates if one]
    if names:
        yield labels.get("report_mandates", names=some(labels, names))


def _check(report: Report, labels: Labels) -> Iterator[str]:
    findings = report.findings
    if findings.errors:
        yield f"**{labels.count('report_errors', findings.errors)}**"
    else:
        yield labels["report_passes"]
    warnings = len(findings.new) - findings.errors
    if warnings:
        yield labels.count("report_warnings", warnings)
    if findings.staying_errors:
        yield labels.count("report_old_errors", findings.staying_errors)


def _approval(report: Report, view: View) -> Iterator[str]:
    labels = view.labels
    substantive = [one for one in report.approvals if one.substantive]
    asked = substantive or list(report.approvals)
    names = [owner_name(view, one.owner) for one in asked if one.owner]
    if names:
        key = "report_substantive" if substantive else "report_editorial"
        owners = labels.join([f"**{name}**" for name in names[:MOST_NAMES]])
        if len(names) > MOST_NAMES:
            owners = some(labels, [f"**{name}**" for name in names])
        yield labels.get(key, owners=owners)
    unowned = sum(len(one.changes) for one in report.approvals if not one.owner)
    if unowned:
        yield labels.count("report_unowned", unowned)
    contradicted = {
        one.change.address
        for approval in report.approvals
        for one in approval.changes
        if one.is_contradicted
    }
    if contradicted:
        yield f"**{labels.count('report_contradicted', len(contradicted))}**"


def owner_name(view: View, owner: str) -> str:
    """The organisation's name, harmless in Markdown; its id where there is no such record."""
    record = view.register.get(Organisation, owner)
    return escaped(view.name(record) if record else owner)


def some(labels: Labels, names: list[str]) -> str:
    """a, b and 3 more"""
    if len(names) <= MOST_NAMES:
        return labels.join(names)
    return labels.join([*names[:MOST_NAMES], labels.count("report_more", len(names) - MOST_NAMES)])
