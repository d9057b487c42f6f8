"""What changes in each mandate and in other records → pieces of Markdown that each stand whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from remit.model.approvals import Weighed, weigh
from remit.model.comparison import PartChange, VersionComparison, compare_versions
from remit.model.records import Mandate, MandateVersion, Record, Section
from remit.model.register import address_of
from remit.model.register_comparison import MovedTask, RegisterComparison
from remit.render.comparison_outline import given_fields, record_name, upkeep_last
from remit.render.comparison_text import escaped
from remit.render.mandate_document import version_day
from remit.render.report_links import ReportLinks
from remit.render.report_values import field_change, field_name, value_words, whole
from remit.render.view import View

FATE_LABELS = {
    "new": "report_is_new",
    "changed": "report_is_changed",
    "ended": "report_is_ended",
    "removed": "report_is_removed",
}
CHANGE_LABELS = {
    "added": "comparison_is_added",
    "removed": "comparison_is_removed",
    "moved": "comparison_is_moved",
    "changed": "comparison_is_changed",
}


@dataclass(frozen=True)
class Changes:
    """Tells the changes. `shortened` leaves out the middle of long texts."""

    view: View
    found: RegisterComparison
    links: ReportLinks
    shortened: bool

    def mandates(self) -> Iterator[str]:
        """Each mandate with its versions: a heading, then pieces."""
        by_mandate: dict[str, list[Weighed]] = {}
        for one in weigh(self.found):
            record = one.change.record
            if isinstance(record, Mandate | MandateVersion):
                id = record.mandate if isinstance(record, MandateVersion) else record.id
                by_mandate.setdefault(id, []).append(one)
        for id in sorted(by_mandate):
            mandate = self.found.new.get(Mandate, id) or self.found.old.get(Mandate, id)
            name = escaped(self.view.words(mandate.name)) if mandate else ""
            heading = f"\n#### {name} (`{id}`)\n\n"
            for one in by_mandate[id]:
                for piece in self._record(one):
                    yield heading + piece
                    heading = ""

    def records(self) -> Iterator[str]:
        """The other records, in the order of their addresses."""
        for one in weigh(self.found):
            if not isinstance(one.change.record, Mandate | MandateVersion):
                yield "\n".join(self._record(one))

    def moves(self) -> Iterator[str]:
        for moved in self.found.moved_tasks:
            yield f"- {escaped(self._moved(moved))}"

    def _moved(self, moved: MovedTask) -> str:
        view = self.view
        return view.labels.get(
            "report_moves_line",
            task=record_name(view, f"tasks/{moved.task}"),
            givers=view.labels.join([record_name(view, id) for id in moved.from_]),
            takers=view.labels.join([record_name(view, id) for id in moved.to]),
            day=view.labels.day(moved.date),
        )

    def _record(self, one: Weighed) -> Iterator[str]:
        """The record's own line, then its fields and parts below it."""
        change, record = one.change, one.change.record
        yield f"- {self.named(record)}: {self._told(one)}"
        for field in upkeep_last(change.fields):
            for line in field_change(self.view, record, field, shortened=self.shortened):
                yield f"  - {line}"
        if change.fate == "new" and not isinstance(record, MandateVersion):
            for key, value in upkeep_left_out(record):
                yield f"  - {self._given(key, value, '**')}"
        compared = change.version
        if isinstance(record, MandateVersion) and change.fate == "new":
            before = self.found.new.version_before(record)
            empty = record.model_copy(update={"sections": []})
            compared = compare_versions(before or empty, record)
        if compared:
            yield from self._parts(compared)

    def _given(self, key: str, value: object, mark: str) -> str:
        """A field and all that it says, with one mark round it."""
        words = whole(value_words(self.view, (key,), value), mark, shortened=self.shortened)
        name = field_name(self.view, (key,))
        return f"{escaped(name[:1].upper() + name[1:])}: {words}"

    def _told(self, one: Weighed) -> str:
        """`endret, endring i innholdet`; what a new version is compared with."""
        labels, record = self.view.labels, one.change.record
        weight = "substantive" if one.is_substantive else "editorial"
        told = [labels[FATE_LABELS[one.change.fate]], labels.enum("change_kind", weight)]
        if one.is_contradicted:
            told.append(f"**{labels['report_claim']}**")
        if isinstance(record, MandateVersion) and one.change.fate == "new":
            before = self.found.new.version_before(record)
            if before:
                told.append(labels.get("report_compared", day=version_day(self.view, before)))
        return ", ".join(told)

    def named(self, record: Record) -> str:
        """A record with links to its file and, when it stands, to its page in the preview."""
        view, address = self.view, address_of(record)
        name = escaped(view.words(record.name_on(view.day)))
        if isinstance(record, MandateVersion):
            name = escaped(view.labels.get("version_of", day=version_day(view, record)))
        stands = address in self.found.new.by_address
        url = self.links.page(view.language, address) if stands else ""
        origin = self.found.new.origins.get(address)
        file = self.links.file(origin.path, 1) if origin else ""
        shown = f"[`{address}`]({file})" if file else f"`{address}`"
        kind = "" if isinstance(record, MandateVersion) else f"{view.kind(record)} "
        return f"{kind}{linked(f'**{name}**', url)} ({shown})"

    # --- the text of a mandate ---

    def _parts(self, compared: VersionComparison) -> Iterator[str]:
        heading: Section | None = None
        for part in compared.parts:
            section = part.new_section or part.old_section
            assert section is not None
            before = ""
            if heading is None or heading.id != section.id:
                heading = section
                number = _number(compared, section)
                before = f"  - **{escaped(f'{number} {self.view.words(section.heading)}')}**\n"
            yield before + "\n".join(self._part(compared.new, part))

    def _part(self, version: MandateVersion, part: PartChange) -> Iterator[str]:
        labels = self.view.labels
        told = labels.join([labels[CHANGE_LABELS[change]] for change in part.changes])
        old, new = part.old_section, part.new_section
        if part.kind != "section" and old and new and old.id != new.id:
            told = labels.get("comparison_from", change=told, section=self.view.words(old.heading))
        url = ""
        if part.new and self.found.new.by_address.get(address_of(version)) is version:
            url = self.links.page(self.view.language, f"{address_of(version)}#{part.id}")
        yield f"    - {linked(f'`{part.id}`', url)} {escaped(told)}"
        if part.old is not None and part.new is not None:
            for change in part.fields:
                for line in field_change(self.view, version, change, shortened=self.shortened):
                    yield f"      - {line}"
            return
        block = part.new or part.old
        if block is None or isinstance(block, Section):
            return
        mark = "**" if part.old is None else "~~"
        for key, value in given_fields(block):
            yield f"      - {self._given(key, value, mark)}"


def upkeep_left_out(record: Record) -> Iterator[tuple[str, object]]:
    """What a record says, without how it is kept."""
    for key, value in given_fields(record):
        if key not in Record.model_fields:
            yield key, value


def linked(words: str, url: str) -> str:
    return f"[{words}]({url})" if url else words


def _number(compared: VersionComparison, section: Section) -> str:
    for sections in (compared.new.sections, compared.old.sections):
        for number, one in enumerate(sections, 1):
            if one.id == section.id:
                return str(number)
    return ""
