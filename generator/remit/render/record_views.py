"""What each kind of record shows on its page: facts and parts. One function per kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from markupsafe import Markup

from remit.model.duties import FOLDER as DUTY
from remit.model.duties import address_of_work, is_found_in
from remit.model.records import (
    Area,
    Assignment,
    Audience,
    CategorySet,
    CitedBasis,
    Contact,
    Duty,
    Guidance,
    LegalBasis,
    Mandate,
    Membership,
    Network,
    Office,
    Organisation,
    Partner,
    Record,
    Role,
    Task,
    Term,
    Transfer,
)
from remit.model.register import address_of
from remit.model.values import ONE_DAY, LocalText, Period, When
from remit.render import tree
from remit.render.contact_table import bare_address, contact_table
from remit.render.directory import network_members, networks_serving
from remit.render.directory_files import CARD_FILE
from remit.render.duty_pages import duty_facts, standing
from remit.render.find_help import help_parts
from remit.render.html import moved_links
from remit.render.site_view import SiteView
from remit.render.tree import Cell, ItemList, ListItem, Paragraph, Table, Text


@dataclass(frozen=True, slots=True)
class RecordPart:
    """A headed part of a record's page. `printed` is what a document has instead of the site's
    own HTML; a part that has none is not printed."""

    id: str
    heading: str
    shown: tree.Blocks | Markup
    printed: tree.Blocks


@dataclass
class RecordParts:
    """What is told of a record below its title and lead, on the site and in documents."""

    facts: list[tuple[str, tree.Inlines]] = field(default_factory=list)
    parts: list[RecordPart] = field(default_factory=list)
    where: list[tuple[str, str]] = field(default_factory=list)
    """(id, words) of the parts among which the reader chooses the country first."""
    hidden_back_links: tuple[str, ...] = ()
    """Fields of other records whose pointers here are shown above already."""


@dataclass
class RecordView:
    """The same as HTML."""

    facts: list[tuple[str, Markup]]
    parts: list[tuple[str, str, Markup]]
    """(id, heading, HTML) of each part."""
    where: list[tuple[str, str]]
    hidden_back_links: tuple[str, ...]

    def moved(self, up: str, new: str) -> RecordView:
        """The same for a page from which the way up is another one."""
        facts = [(label, moved_links(value, up, new)) for label, value in self.facts]
        parts = [(id, words, moved_links(body, up, new)) for id, words, body in self.parts]
        return replace(self, facts=facts, parts=parts)


class _Maker:
    """Collects facts and parts in a view."""

    def __init__(self, view: SiteView) -> None:
        self.v, self.t, self.made = view, view.labels, RecordParts()

    def fact(self, label: str, value: tree.Inlines | str | None) -> None:
        if value:
            inlines = (Text(value),) if isinstance(value, str) else value
            self.made.facts.append((self.t[label], inlines))

    def part(
        self,
        id: str,
        heading: str,
        shown: Sequence[tree.Block] | Markup,
        printed: Sequence[tree.Block] | None = None,
    ) -> None:
        """`printed`, where it is not what the site shows; HTML is never printed."""
        if not isinstance(shown, Markup):
            shown = tuple(shown)
            printed = shown if printed is None else printed
        if shown:
            part = RecordPart(id, self.t[heading], shown, tuple(printed or ()))
            self.made.parts.append(part)

    def items(self, texts: Sequence[tree.Inlines]) -> list[tree.Block]:
        if not texts:
            return []
        return [ItemList(tuple(ListItem((Paragraph(text),)) for text in texts))]

    def parties(self, targets: Sequence[str]) -> tree.Inlines:
        return self.v.listed([self.v.party(target) for target in targets])

    def named(self, records: Sequence[Record]) -> tree.Inlines:
        return self.v.listed([self.v.link(record) for record in records])

    def records(self, cls: type[Record], targets: Sequence[str]) -> tree.Inlines:
        return self.v.listed([self.v.to(cls, target) for target in targets])

    def texts(self, texts: Sequence[LocalText]) -> list[tree.Block]:
        return self.items([self.v.inlines(text) for text in texts])

    def links(self, records: Sequence[Record]) -> list[tree.Block]:
        """The records, ended ones marked; on a past day without those that were still to come."""
        known = [one for one in records if self.is_today or not self.v.begins_later(one)]
        return self.items([self._entry(record) for record in known])

    @property
    def is_today(self) -> bool:
        return self.v.day == self.v.settings.today

    def _entry(self, record: Record) -> tree.Inlines:
        ended = self.v.has_ended(record)
        note = f" ({self.t['ended']})" if ended else ""
        return (*self.v.link(record), *((Text(note),) if note else ()))

    def contacts(self, record: Record) -> None:
        found = self.v.as_of.contacts_of(record)
        if found:
            cards = Markup("\n").join(self.v.contact_card(contact) for contact in found)
            self.part("contact", "contact", cards, contact_table(self.v, found))

    def bases(self, bases: Sequence[CitedBasis]) -> tree.Inlines:
        found: list[tree.Inlines] = []
        for cited in bases:
            extra = (Text(f" ({cited.cited})"),) if cited.cited else ()
            found.append((*self.v.to(LegalBasis, cited.basis), *extra))
        return self.v.listed(found)

    def members(self, members: Sequence[Membership]) -> list[tree.Block]:
        if not members:
            return []
        t = self.t
        periods = any(not member.period.is_open for member in members)
        head = [t["member"], t["part"], *([t["when"]] if periods else [])]
        rows = []
        for member in members:
            part: tree.Inlines = (Text(t.enum("part", member.part)),)
            if member.note:
                part = (*part, Text(". "), *self.v.inlines(member.note))
            row = [Cell(self.v.party(member.member)), Cell(part)]
            if periods:
                row.append(Cell((Text(t.period(member.period) or "–"),)))
            rows.append(tuple(row))
        rows.sort(key=lambda row: tree.plain(row[0].inlines).casefold())
        width = 1 / len(head)
        return [Table(tuple(Cell((Text(h),)) for h in head), tuple(rows), (width,) * len(head))]

    def former_names(self, record: Any) -> None:
        """Names over time, when there were more than one."""
        if len(record.names) > 1:
            self.part(
                "names",
                "names_over_time",
                self.items(
                    [
                        (
                            *self.v.label_inlines(dated.name),
                            Text(" – " + (self.t.period(dated.period) or self.t["always"])),
                        )
                        for dated in reversed(record.names)
                    ]
                ),
            )


def organisation_view(m: _Maker, record: Organisation) -> None:
    v, t = m.v, m.t
    m.fact("organisation_kind", t.enum("organisation_kind", record.kind))
    m.fact("country", v.to(Area, record.country))
    m.fact("area", v.to(Area, record.area) if record.area else None)
    m.fact("parent", v.party(record.parent) if record.parent else None)
    m.fact("organisation_number", record.organisation_number)
    m.fact("phone", record.phone)
    m.fact("email", _mail(record.email))
    m.fact("web", _web(record.web))
    m.fact("postal_address", record.postal_address)
    m.contacts(record)
    roles = v.register.pointing(record, Role, "holder")
    m.part("roles", "roles_here", m.links(roles))
    tasks = v.as_of.tasks_of(record)
    m.part(
        "tasks",
        "tasks_now" if m.is_today else "tasks_then",
        m.items([_held(m, record, task) for task in tasks]),
    )
    _earlier_tasks(m, record)
    m.part("offices", "offices", m.links(v.register.offices_of(record)))
    _networks(m, record)
    children = v.register.pointing(record, Organisation, "parent")
    m.part("under", "bodies_under", m.links(children))
    m.former_names(record)
    m.made.hidden_back_links = ("holder", "organisation", "parent", "of", "first_held_by")


def _earlier_tasks(m: _Maker, record: Record) -> None:
    """The tasks it gave up: until when they were here, and who has had them since then."""
    gone = {
        address_of(task): (task, transfer)
        for transfer in m.v.register.transfers_touching(record)
        for id in transfer.tasks
        if (task := m.v.register.follow(Task, id))
        and transfer.date <= m.v.day
        and any(m.v.register.party(giver) is record for giver in transfer.from_)
        and record not in m.v.as_of.holders(task)
    }
    lines = [_moved(m, *gone[key]) for key in sorted(gone)]
    m.part("earlier-tasks", "tasks_before", m.items(lines))


def _moved(m: _Maker, task: Task, transfer: Transfer) -> tree.Inlines:
    """The task, the last day it was here, and who has it since."""
    last = m.t.day(transfer.date - ONE_DAY)
    words = (*m.v.link(task), Text(f" – {m.t.get('task_here_until', day=last)}"))
    now = m.v.as_of.holders(task)
    if now:
        words = (*words, Text(f", {m.t['since_then_with']} "), *m.named(now))
    return (*words, Text(" ("), *m.v.link(transfer, m.t["transfer_word"]), Text(")"))


def _held(m: _Maker, record: Record, task: Task) -> tree.Inlines:
    """The task; where it came by transfer, since when and from whom."""
    came = [
        transfer
        for transfer in m.v.register.transfers_of(task)
        if transfer.date <= m.v.day
        and any(m.v.register.party(receiver) is record for receiver in transfer.to)
    ]
    if not came:
        return m.v.link(task)
    transfer = came[-1]
    return (
        *m.v.link(task),
        Text(f" – {m.t.get('task_here_since', day=m.t.day(transfer.date))} "),
        *m.v.on(transfer.date - ONE_DAY).listed([m.v.party(id) for id in transfer.from_]),
        Text(" ("),
        *m.v.link(transfer, m.t["transfer_word"]),
        Text(")"),
    )


def _networks(m: _Maker, record: Record) -> None:
    networks = m.v.as_of.networks_of(record)
    m.part("networks", "member_of", m.links(networks))


def _mail(address: str | None) -> tree.Inlines | None:
    return (tree.Link((Text(address),), f"mailto:{address}"),) if address else None


def _web(address: str | None) -> tree.Inlines | None:
    if not address:
        return None
    return (tree.Link((Text(bare_address(address)),), address),)


def office_view(m: _Maker, record: Office) -> None:
    v = m.v
    m.fact("organisation", v.party(record.organisation))
    m.fact("place", v.inlines(record.place))
    m.fact("area", v.to(Area, record.area))
    m.fact("address", record.address)
    m.fact("opened_by", _decision(m, record.opened_by))
    m.fact("closed_by", _decision(m, record.closed_by))
    m.fact("staffing", v.inlines(record.staffing) if record.staffing else None)
    m.part("functions", "functions", m.texts(record.functions))


def _decision(m: _Maker, target: str | None) -> tree.Inlines | None:
    if target is None:
        return None
    found = m.v.register.resolve(target, ("assignment", "legal-basis", "transfer"))
    return m.v.link(found) if found else (Text(target),)


def role_view(m: _Maker, record: Role) -> None:
    v, t = m.v, m.t
    m.fact("held_by", v.party(record.holder))
    m.fact("line", t.enum("line", record.line))
    m.fact("serves", m.parties(record.serves))
    m.fact("area", v.to(Area, record.area) if record.area else None)
    m.fact("succeeded_by", m.parties(record.succeeded_by))
    m.contacts(record)
    m.part("does", "role_does", m.texts(record.does))
    m.part("does-not", "role_does_not", m.items([v.boundary(one) for one in record.does_not]))
    m.part(
        "reports-to",
        "role_reports_to",
        m.items(
            [
                (tree.Strong(v.party(line.to)), Text(": "), *v.inlines(line.text))
                for line in record.reports_to
            ]
        ),
    )
    mandates = v.register.mandates_of(record)
    m.part("mandates", "mandates_of_role", m.links(mandates))
    m.part("members", "members", m.members(record.members))
    _networks(m, record)
    held = v.as_of.tasks_of(record)
    m.part(
        "tasks",
        "tasks_now" if m.is_today else "tasks_then",
        m.items([_held(m, record, task) for task in held]),
    )
    _earlier_tasks(m, record)
    if record.figures:
        rows = tuple(
            (Cell(v.inlines(f.what)), Cell((Text(t.when(f.at)),)), Cell((Text(t.number(f.value)),)))
            for f in record.figures
        )
        head = tuple(Cell((Text(t[key]),)) for key in ("figure", "when", "number"))
        m.part("figures", "figures", [Table(head, rows, (0.6, 0.25, 0.15))])
    m.former_names(record)
    m.made.hidden_back_links = ("of", "holders", "first_held_by", "members")


def network_view(m: _Maker, record: Network) -> None:
    v, t = m.v, m.t
    m.fact("convener", v.party(record.convener))
    m.fact("network_kind", t.enum("network_kind", record.kind))
    m.fact("level", t.enum("network_level", record.level))
    m.fact("area", v.to(Area, record.area))
    m.fact("meets", v.inlines(record.meets) if record.meets else None)
    m.fact("legal_bases", m.bases(record.legal_bases))
    if record.background:
        m.part("background", "background", v.blocks(record.background))
    members = network_members(v, record)
    if members.rows:
        table = m.members(v.as_of.members(record))
        m.part("members", "members", v.render("members.html", members=members), table)
    earlier = [one for one in record.members if one.period.last < v.day]
    m.part("earlier-members", "earlier_members", m.members(earlier))
    later = [one for one in record.members if one.period.first > v.day]
    m.part("later-members", "later_members", m.members(later))
    m.former_names(record)


def partner_view(m: _Maker, record: Partner) -> None:
    v, t = m.v, m.t
    m.fact("between", v.listed([v.party(record.between), v.party(record.and_)]))
    m.fact("reaches", m.parties(record.reaches))
    m.fact("basis", t.enum("partner_basis", record.basis))
    m.fact("mutual", t["mutual_yes"] if record.mutual else t["mutual_no"])


def contact_view(m: _Maker, record: Contact) -> None:
    v, t = m.v, m.t
    m.part("card", "contact", v.contact_card(record, level=3), contact_table(v, [record]))
    m.fact("contact_of", v.party(record.of))
    m.fact("contact_for", t.enum("contact_for", record.for_))
    m.fact("audiences", m.parties(record.audiences))
    m.fact("area", v.to(Area, record.area))
    card = v.render("card_file.html", href=f"{v.href(address_of(record))}{CARD_FILE}")
    m.part("save", "save_contact", card)
    earlier = v.earlier_hours(record)
    m.part(
        "earlier-hours",
        "other_hours",
        m.items([(Text(f"{period}: {days} {hours}"),) for period, days, hours in earlier]),
    )


def duty_view(m: _Maker, record: Duty) -> None:
    v, t = m.v, m.t
    m.fact("duty_kind", t.enum("duty_kind", record.kind))
    m.fact("duty_binds", standing(v, record))
    m.fact("country", v.to(Area, record.country))
    m.fact("audiences", m.parties(record.audiences) or t["duty_everyone"])
    m.fact("duty_not_for", m.parties(record.not_for))
    m.fact("duty_age", t.join([t.enum("age_group", age) for age in record.ages]) or t["duty_any"])
    m.fact("duty_urgency", t.join([t.enum("urgency", one) for one in record.urgencies]))
    m.made.facts.extend(duty_facts(v, record))
    m.fact("duty_period", t.period(record.period))
    m.part("when", "duty_when", v.blocks(record.threshold))
    steps = tuple(ListItem((Paragraph(v.inlines(step)),)) for step in record.steps)
    m.part("steps", "duty_steps", [ItemList(steps, ordered=True)])
    m.part("say", "duty_say", m.texts(record.say))
    m.part("leave-out", "duty_leave_out", m.texts(record.leave_out))
    found = [v.register.follow(Contact, id) for id in record.contacts]
    contacts = [contact for contact in found if contact]
    if contacts:
        cards = Markup("\n").join(v.contact_card(contact) for contact in contacts)
        m.part("contact", "contact", cards, contact_table(v, contacts))
    to_guide = tree.Link((Text(t["duty_guide"]),), f"{DUTY}/{record.country}")
    m.part("guide", "duty_other", [Paragraph((to_guide,))], printed=())


def audience_view(m: _Maker, record: Audience) -> None:
    v, t = m.v, m.t
    m.fact("audience_kind", t.enum("audience_kind", record.kind))
    m.fact("within", v.party(record.within) if record.within else None)
    m.fact("words", t.join(record.words.get(v.language, [])))
    found = help_parts(v, record)
    m.made.parts += [RecordPart(id, heading, body, ()) for id, heading, body in found]
    m.made.where = [(id, heading) for id, heading, _ in found]
    guide = [
        (
            tree.Link(
                (Text(t.get("duty_title", what=v.name(country))),),
                address_of_work(country, record),
            ),
        )
        for country in v.as_of.duties.countries
        if is_found_in(record, country)
    ]
    m.part("duty", "duty_for_you", m.items(guide))
    pages = v.register.pointing(record, Guidance, "audiences")
    m.part("guidance", "guidance_for_you", m.links(pages))
    m.part("networks", "networks_for_you", m.links(networks_serving(v, record)))
    inside = v.register.pointing(record, Audience, "within")
    m.part("professions", "professions_here", m.links(inside))
    m.made.hidden_back_links = ("audiences", "not_for", "serves", "within")


def area_view(m: _Maker, record: Area) -> None:
    v, t = m.v, m.t
    m.fact("area_level", t.enum("area_level", record.level))
    m.fact("code", record.code)
    m.fact("within", v.to(Area, record.within) if record.within else None)
    m.fact("existed", t.period(record.period))
    contacts = [one for one in v.register.pointing(record, Contact, "area") if v.as_of.exists(one)]
    if contacts:
        m.part("contact", "contact", v.render("cards.html", contacts=contacts))
    _from_larger_areas(m, record)
    m.part("networks", "networks_here", m.links(v.register.pointing(record, Network, "area")))
    m.part("roles", "roles_here", m.links(v.register.pointing(record, Role, "area")))
    bodies = v.register.pointing(record, Organisation, "area")
    m.part("organisations", "organisations_here", m.links(bodies))
    m.part("offices", "offices", m.links(v.register.pointing(record, Office, "area")))
    inside = v.register.pointing(record, Area, "within")
    m.part("areas", "areas_within", m.links(inside))
    m.made.hidden_back_links = ("area", "within", "country")


def _from_larger_areas(m: _Maker, record: Area) -> None:
    """Whom to turn to in an area that has no contact point of its own: those of the larger ones."""
    v, t = m.v, m.t
    if not v.as_of.exists(record):
        return
    here = v.as_of.working_in(record)
    if any(isinstance(one, Contact) for one in here):
        return
    for larger in v.register.area_and_larger(record)[1:]:
        found = [
            one
            for one in v.register.pointing(larger, Contact, "area")
            if v.as_of.exists(one) and not one.emergency
        ]
        if found:
            key = "no_contact_only_here" if here else "no_one_only_here"
            words = f"{t[key]}. {t.get('these_cover', area=v.name(larger))}"
            body = v.render("cards.html", contacts=found, words=words)
            m.part("contact", "contact", body, contact_table(v, found))
            return


def assignment_view(m: _Maker, record: Assignment) -> None:
    v, t = m.v, m.t
    letter = record.letter
    m.fact("assignment_number", record.number)
    m.fact("letter", v.inlines(letter.title))
    m.fact("letter_number", letter.number)
    m.fact("letter_date", t.when(letter.date) if letter.date else None)
    m.fact("sender", v.party(letter.sender))
    m.fact("receivers", m.parties(letter.receivers))
    m.fact("copies", m.parties(letter.copies))
    m.fact("leads", m.parties(record.leads))
    m.fact("contributes", m.parties(record.contributes))
    m.fact("consults", m.parties(record.consults))
    m.fact("start", t.when(record.start) if record.start else None)
    m.fact("deadline", t.when(record.deadline) if record.deadline else None)
    m.fact("state", t.enum("assignment_state", record.state))
    m.fact("financing", v.inlines(record.financing) if record.financing else None)
    m.fact("reporting", v.inlines(record.reporting) if record.reporting else None)
    m.fact("legal_bases", m.bases(record.legal_bases))
    for key in ("follows", "amends", "extends"):
        m.fact(key, m.records(Assignment, getattr(record, key)))
    m.part("purpose", "purpose", v.blocks(record.purpose))
    m.part("parts", "assignment_parts", m.texts([part.text for part in record.parts]))
    m.part("conditions", "conditions", m.texts([part.text for part in record.conditions]))
    if record.requires_sections:
        m.part(
            "requires",
            "requires_sections",
            m.items([(Text(t.enum("section_kind", kind)),) for kind in record.requires_sections]),
        )
    if record.deliverables:
        rows = tuple(
            (
                Cell(v.inlines(one.text)),
                Cell(v.party(one.to) if one.to else (Text("–"),)),
                Cell((Text(t.when(one.due) if one.due else "–"),)),
                Cell((Text(t.when(one.delivered) if one.delivered else t["not_known"]),)),
            )
            for one in record.deliverables
        )
        head = tuple(
            Cell((Text(t[key]),)) for key in ("deliverable", "deliver_to", "due", "delivered")
        )
        m.part("deliverables", "deliverables", [Table(head, rows, (0.4, 0.24, 0.18, 0.18))])
    extensions: list[tree.Inlines] = []
    for extension in record.extensions:
        words = t.get("extended_until", day=t.when(extension.until))
        words += f" ({extension.number})" if extension.number else ""
        note = (Text(". "), *v.inlines(extension.note)) if extension.note else ()
        extensions.append((Text(words), *note))
    m.part("extensions", "extensions", m.items(extensions))
    m.part("mandates", "mandates_ordered", m.links(v.register.mandates_ordered_by(record)))


def legal_basis_view(m: _Maker, record: LegalBasis) -> None:
    v, t = m.v, m.t
    m.fact("legal_basis_kind", t.enum("legal_basis_kind", record.kind))
    m.fact("legal_number", record.number)
    m.fact("given", t.when(record.date) if record.date else None)
    m.fact("issued_by", v.party(record.issued_by) if record.issued_by else None)
    m.fact("country", v.to(Area, record.country))
    m.fact("in_force", t.period(record.period))
    m.fact("web", _web(record.url))
    if record.provisions:
        rows = tuple((Cell((Text(p.number),)), Cell(v.inlines(p.text))) for p in record.provisions)
        head = (Cell((Text(t["provision"]),)), Cell((Text(t["says"]),)))
        m.part("provisions", "provisions", [Table(head, rows, (0.2, 0.8))])


def transfer_view(m: _Maker, record: Transfer) -> None:
    v, t = m.v, m.t
    m.fact("transfer_date", t.day(record.date))
    m.fact("transfer_from", m.parties(record.from_))
    m.fact("transfer_to", m.parties(record.to))
    m.fact("decided_by", _decision(m, record.decided_by))
    m.fact("ends", m.parties(record.ends))
    m.part(
        "tasks",
        "tasks_moved",
        m.items(
            [
                (tree.Strong(v.link(task)), Text(": "), *v.inlines(task.summary))
                for id in record.tasks
                if (task := v.register.follow(Task, id))
            ]
        ),
    )
    m.part("funds", "funds_moved", m.texts([fund.name for fund in record.funds]))
    if record.stays:
        m.part("stays", "stays", v.blocks(record.stays))


def task_view(m: _Maker, record: Task) -> None:
    v, t = m.v, m.t
    m.fact("holder_now", m.named(v.as_of.holders(record)))
    m.fact("country", v.to(Area, record.country))
    moves = v.register.transfers_of(record)
    rows: list[tuple[Cell, ...]] = []
    first = record.period.from_
    for index in range(len(moves) + 1):
        came = moves[index - 1] if index else None
        goes = moves[index] if index < len(moves) else None
        held = Period.between(
            When.on(came.date) if came else first,
            When.on(goes.date - ONE_DAY) if goes else record.period.to,
        )
        since = came.date if came else record.period.first
        holders = v.register.as_of(since).holders(record)
        how = (Text(" ("), *v.link(came, t["transfer_word"]), Text(")")) if came else ()
        when = t.period(held) or t["always"]
        rows.append((Cell(m.named(holders)), Cell((Text(when), *how))))
    if moves:
        head = (Cell((Text(t["task_who"]),)), Cell((Text(t["when"]),)))
        m.part("holders", "who_had_it", [Table(head, tuple(rows), (0.5, 0.5))])
    m.made.hidden_back_links = ("tasks",)


def category_set_view(m: _Maker, record: CategorySet) -> None:
    v, t = m.v, m.t
    m.fact("service", v.party(record.service))
    m.fact("in_use", t.period(record.period))
    m.fact("ordered_by", v.to(Assignment, record.ordered_by) if record.ordered_by else None)
    rows = tuple(
        (
            Cell(v.label_inlines(one.name)),
            Cell(v.inlines(one.definition)),
            Cell((Text(t["shared_yes"] if one.shared else t["shared_no"]),)),
        )
        for one in record.categories
    )
    head = tuple(Cell((Text(t[key]),)) for key in ("category", "meaning", "shared"))
    m.part("categories", "categories", [Table(head, rows, (0.25, 0.5, 0.25))])
    if record.counts_as_case:
        m.part("case", "counts_as_case", v.blocks(record.counts_as_case))


def term_view(m: _Maker, record: Term) -> None:
    v, t = m.v, m.t
    m.fact("other_words", t.join(record.other_words.get(v.language, [])))
    if len(record.definitions) > 1:
        rows = tuple(
            (Cell((Text(t.period(one.period) or t["always"]),)), Cell(v.inlines(one.text)))
            for one in reversed(record.definitions)
        )
        head = (Cell((Text(t["when"]),)), Cell((Text(t["meaning"]),)))
        m.part("definitions", "definitions", [Table(head, rows, (0.3, 0.7))])
    others = [
        f"{t.language_name(language)}: {record.name[language]}"
        for language in v.settings.languages
        if language != v.language and language in record.name
    ]
    m.part("languages", "in_other_languages", m.items([(Text(one),) for one in others]))


def mandate_view(m: _Maker, record: Mandate) -> None:
    """A mandate whose text is not kept here, such as one exempt from public access."""
    m.fact("document_id", record.document_id)
    m.fact("document_kind", m.t.enum("document_kind", record.document_kind))
    m.fact("holder", m.parties(record.holders))
    m.fact("issued_by", m.parties(record.issued_by))
    m.fact("recipients", m.parties(record.recipients))


VIEWS: dict[type[Record], Callable[[_Maker, Any], None]] = {
    Organisation: organisation_view,
    Office: office_view,
    Role: role_view,
    Network: network_view,
    Partner: partner_view,
    Contact: contact_view,
    Duty: duty_view,
    Audience: audience_view,
    Area: area_view,
    Assignment: assignment_view,
    LegalBasis: legal_basis_view,
    Transfer: transfer_view,
    Task: task_view,
    CategorySet: category_set_view,
    Term: term_view,
    Mandate: mandate_view,
}


def record_parts(view: SiteView, record: Record) -> RecordParts:
    """Facts and parts of a record that is no guidance page and has no mandate's text to show."""
    maker = _Maker(view)
    VIEWS[type(record)](maker, cast(Any, record))
    return maker.made


def record_view(view: SiteView, record: Record) -> RecordView:
    """The same as the record's page shows it."""
    made = record_parts(view, record)
    return RecordView(
        facts=[(label, view.html(value)) for label, value in made.facts],
        parts=[(part.id, part.heading, _html(view, part.shown)) for part in made.parts],
        where=made.where,
        hidden_back_links=made.hidden_back_links,
    )


def _html(view: SiteView, shown: tree.Blocks | Markup) -> Markup:
    return shown if isinstance(shown, Markup) else view.block_html(shown, heading_base=3)
