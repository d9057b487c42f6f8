"""A report → one comment in Markdown for a proposal: harmless, and never longer than it may be.

All words of the proposal come from anyone who can open one: none of them becomes markup, a link, a
mention or a picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

from remit.diagnostics import Diagnostic
from remit.model.approvals import Approval, Weighed
from remit.model.records import MandateVersion
from remit.model.report import Report
from remit.model.translation_changes import TranslationLack
from remit.render.comparison_text import escaped
from remit.render.labels import Labels
from remit.render.report_changes import Changes, linked
from remit.render.report_links import ReportLinks
from remit.render.report_values import field_name
from remit.render.report_verdict import owner_name, verdict
from remit.render.view import View

LACK_LABELS = {
    "stale": "report_lack_stale",
    "missing": "report_lack_missing",
    "unreviewed": "report_lack_unreviewed",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, lines that are always shown, and pieces that are left out where room is short.

    Each piece is whole Markdown lines. With `fold`, the pieces lie folded below these words.
    """

    heading: str
    lead: tuple[str, ...]
    pieces: tuple[str, ...]
    fold: str = ""


def as_comment(
    report: Report, view: View | None, labels: Labels, links: ReportLinks, longest: int
) -> str:
    """The report in the view's language, of `longest` characters at most.

    `view` is of the newer register; there is none when it cannot be read.
    """
    head, note = _head(report, view, labels), ""
    parts: list[Part] = []
    for shortened in (False, True):
        note = f"\n{labels['report_shortened']}\n" if shortened else ""
        parts = [*_parts(report, view, labels, links, shortened)]
        text = "".join((head, *map(_written, parts), note))
        if len(text) <= longest:
            return text
    fitted = _fitted(parts, longest - len(head + note), labels)
    return "".join((head, *map(_written, fitted), note))


def _head(report: Report, view: View | None, labels: Labels) -> str:
    new = f"`{_name(report.new)}`" if report.new else labels["report_now"]
    states = labels.get("report_states", old=f"`{_name(report.old)}`", new=new)
    return f"## {labels['report_heading']}\n\n{verdict(report, view, labels)}\n\n{states}\n"


def _name(revision: str) -> str:
    """A revision's name in a span of code; a whole digest is told by its first digits."""
    whole = len(revision) == 40 and not revision.strip("0123456789abcdef")
    return revision[:12] if whole else "".join(c for c in revision if c.isalnum() or c in "-_./~^")


def _parts(
    report: Report, view: View | None, labels: Labels, links: ReportLinks, shortened: bool
) -> Iterator[Part]:
    found = report.comparison
    if found is None or view is None:
        yield from _findings(report, labels, links)
        return
    changes = Changes(view, found, links, shortened)
    if report.approvals:
        pieces = tuple(_approvals(view, report.approvals, changes))
        yield Part(labels["report_approval"], (), pieces)
    yield from _findings(report, labels, links)
    for key, made in (
        ("report_mandate_changes", changes.mandates()),
        ("report_records", changes.records()),
        ("report_moves", changes.moves()),
    ):
        pieces = tuple(made)
        if pieces:
            yield Part(labels[key], (), pieces)
    yield from _places(report, view, links)
    yield from _translations(report, view)


# --- who must approve ----------------------------------------------------------------------


def _approvals(view: View, approvals: Sequence[Approval], changes: Changes) -> Iterator[str]:
    for approval in approvals:
        name = (
            owner_name(view, approval.owner) if approval.owner else view.labels["report_no_owner"]
        )
        yield f"- **{name}**"
        for weight, owned in (
            ("substantive", approval.substantive),
            ("editorial", approval.editorial),
        ):
            for one in owned:
                told = view.labels.enum("change_kind", weight)
                yield f"  - {escaped(told)}: {_short(one)}"


def _short(one: Weighed) -> str:
    return f"`{one.change.address}`"


# --- what the check finds ------------------------------------------------------------------


def _findings(report: Report, labels: Labels, links: ReportLinks) -> Iterator[Part]:
    findings = report.findings
    unread = [one for one in report.unread_new if one not in findings.new]
    heading = labels["report_findings"]
    if findings.new or unread:
        pieces = tuple(_finding(one, labels, links) for one in (*unread, *findings.new))
        yield Part(heading, (), pieces)
        heading = ""
    if findings.mended:
        pieces = tuple(_finding(one, labels, ReportLinks()) for one in findings.mended)
        yield Part(heading, (), pieces, labels.count("report_mended", len(pieces)))
        heading = ""
    if findings.staying:
        yield Part(heading, (labels.count("report_staying", findings.staying),), ())


def _finding(found: Diagnostic, labels: Labels, links: ReportLinks) -> str:
    """The message is English, as all that the command line says."""
    place = f"{found.location.path}:{found.location.line}"
    url = links.file(found.location.path, found.location.line)
    explained = links.code(found.code)
    weight = labels["report_error" if found.is_error else "report_warning"]
    lines = [f"- **{weight}** {linked(escaped(place), url)}: {escaped(found.message)}"]
    lines += [f"  {escaped(line)}" for line in found.help.splitlines() if line.strip()]
    if explained:
        lines.append(f"  {linked(labels['report_explained'], explained)} (`{found.code}`)")
    else:
        lines.append(f"  `remit explain {found.code}`")
    return "  \n".join(lines)


# --- pages and documents -------------------------------------------------------------------


def _places(report: Report, view: View, links: ReportLinks) -> Iterator[Part]:
    found, labels = report.comparison, view.labels
    assert found is not None
    heading = labels["report_places"]
    if report.redlines:
        names = tuple(f"- `{name}`" for one in report.redlines for name in one.names)
        yield Part(heading, (labels["report_redlines"],), names)
        heading = ""
    for key, addresses in (("report_documents", found.documents), ("report_pages", found.pages)):
        if addresses:
            pieces = tuple(_place(view, report, address, links) for address in addresses)
            yield Part(heading, (), pieces, labels.count(key, len(addresses)))
            heading = ""
    if found.pages:
        yield Part("", (labels["report_overviews"],), ())


def _place(view: View, report: Report, address: str, links: ReportLinks) -> str:
    assert report.comparison is not None
    new = report.comparison.new
    record = new.by_address.get(address.removesuffix("/changes"))
    stands = record is not None or address in new.redirects
    url = links.page(view.language, address) if stands else ""
    name = ""
    if record is not None and not isinstance(record, MandateVersion):
        name = f" {escaped(view.words(record.name_on(view.day)))}"
    shown = linked(f"`{address}`", url) if stands else f"~~`{address}`~~"
    return f"- {shown}{name}"


# --- translations --------------------------------------------------------------------------


def _translations(report: Report, view: View) -> Iterator[Part]:
    labels = view.labels
    heading = labels["report_translation"]
    for language in view.settings.languages:
        lacks = [one for one in report.translations if one.language == language]
        if lacks:
            words = labels.count("report_words", sum(one.words for one in lacks))
            texts = labels.count("report_parts", len(lacks))
            fold = f"{labels.language_name(language)}: {texts}, {words}"
            yield Part(heading, (), tuple(_lack(view, one) for one in lacks), fold)
            heading = ""


def _lack(view: View, one: TranslationLack) -> str:
    labels = view.labels
    is_section = one.address.count("/") == 2 and one.part != "title"
    part = f"`{one.part}`" if is_section else escaped(field_name(view, (one.part,)))
    words = labels.count("report_words", one.words)
    return f"- `{one.address}`, {part}: {labels[LACK_LABELS[one.lack]]}, {words}"


# --- putting together, within the length ---------------------------------------------------


def _written(part: Part) -> str:
    lines = [f"\n### {part.heading}\n"] if part.heading else []
    lines += [f"\n{line}\n" for line in part.lead]
    pieces = "\n".join(part.pieces)
    if part.fold and pieces:
        lines.append(
            f"\n<details><summary>{escape(part.fold)}</summary>\n\n{pieces}\n\n</details>\n"
        )
    elif pieces:
        lines.append(f"\n{pieces}\n")
    return "".join(lines)


def _fitted(parts: Sequence[Part], room: int, labels: Labels) -> list[Part]:
    """The parts with as many of their pieces as there is room for, shared so that a short part is
    not cut because of a long one. What is left out is counted."""
    bare = {part: replace(part, pieces=(_left_out(labels, part.pieces),)) for part in parts}
    room -= sum(len(_written(bare[part])) for part in parts)
    wanted = sorted(range(len(parts)), key=lambda index: len(_written(parts[index])))
    fitted: dict[int, Part] = {}
    for left, index in zip(range(len(parts), 0, -1), wanted, strict=True):
        part, share = parts[index], room // left
        cost = len(_written(part)) - len(_written(bare[part]))
        if cost <= share:
            fitted[index] = part
        else:
            fitted[index], cost = _cut(part, share, labels)
        room -= max(cost, 0)
    return [fitted[index] for index in range(len(parts))]


def _cut(part: Part, room: int, labels: Labels) -> tuple[Part, int]:
    """The first pieces that fit in the room beside the line that counts the rest."""
    used, kept = 0, 0
    for piece in part.pieces:
        if used + len(piece) + 1 > room:
            break
        used, kept = used + len(piece) + 1, kept + 1
    rest = _left_out(labels, part.pieces[kept:])
    return replace(part, pieces=(*part.pieces[:kept], rest)), used


def _left_out(labels: Labels, pieces: Sequence[str]) -> str:
    lines = sum(len(piece.splitlines()) for piece in pieces)
    return f"\n*{escaped(labels.count('report_left_out', lines))}*"
