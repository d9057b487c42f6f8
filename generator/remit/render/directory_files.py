"""Who works together, as data for files to download: rows of members, and cards of contacts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from remit.model.addresses import DIRECTORY
from remit.model.records import Contact, Membership, Network, Organisation, Record
from remit.model.register import Register, address_of
from remit.model.values import LocalText
from remit.render import tree
from remit.render.site_view import SiteView
from remit.render.view import View
from remit.settings import Settings

MEMBERS_FILE = "members.csv"
CARDS_FILE = "contacts.vcf"
CARD_FILE = "contact.vcf"

Pairs = Sequence[tuple[Network, Membership]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to open in a spreadsheet. `path` is below the site's root."""

    path: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A contact point for an address book. `address`: its page's web address.

    Names come with the language that they are in.
    """

    address: str
    name: tuple[str, str]
    holder: tuple[str, str] | None
    phone: str
    email: str
    web: str
    spoken: tuple[str, ...]
    notes: tuple[str, ...]
    confirmed: date | None


@dataclass(frozen=True, slots=True)
class CardFile:
    """One or more cards. `path` is below the site's root."""

    path: str
    cards: tuple[Card, ...]


def directory_files(
    register: Register, settings: Settings, language: str
) -> Iterator[Sheet | CardFile]:
    """In one language: each network's members and their contacts, all networks', each contact."""
    for about in directory_names(register):
        yield from directory_job(register, settings, language, about)()


def directory_names(register: Register) -> Iterator[str]:
    """The addresses of the pages that files lie beside."""
    yield from map(address_of, register.all(Network))
    yield DIRECTORY
    yield from map(address_of, register.all(Contact))


def directory_job(
    register: Register, settings: Settings, language: str, about: str
) -> Callable[[], Iterator[Sheet | CardFile]]:
    """The making of the files beside one page, by its address."""
    view = SiteView(register, settings, language, settings.today)
    if about == DIRECTORY:
        return partial(_of_all, view)
    record = register.by_address[about]
    if isinstance(record, Network):
        return partial(_of_network, view, record)
    assert isinstance(record, Contact)
    return partial(_of_contact, view, record)


def _of_network(view: SiteView, network: Network) -> Iterator[Sheet | CardFile]:
    return _files(view, address_of(network), _pairs(view, network))


def _of_all(view: SiteView) -> Iterator[Sheet | CardFile]:
    everyone = [pair for one in view.as_of.living(Network) for pair in _pairs(view, one)]
    return _files(view, DIRECTORY, everyone)


def _of_contact(view: SiteView, contact: Contact) -> Iterator[Sheet | CardFile]:
    path = f"{view.language}/{address_of(contact)}/{CARD_FILE}"
    yield CardFile(path, (_card(view, contact),))


def _pairs(view: SiteView, network: Network) -> list[tuple[Network, Membership]]:
    return [(network, one) for one in view.as_of.members(network)]


def _files(view: SiteView, folder: str, pairs: Pairs) -> Iterator[Sheet | CardFile]:
    if pairs:
        yield _sheet(view, f"{view.language}/{folder}/{MEMBERS_FILE}", pairs)
    contacts = member_cards(view, pairs)
    if contacts:
        cards = tuple(_card(view, contact) for contact in contacts)
        yield CardFile(f"{view.language}/{folder}/{CARDS_FILE}", cards)


def member_cards(view: SiteView, pairs: Pairs) -> list[Contact]:
    """The contact points of the members, each once, by name."""
    found: dict[str, Contact] = {}
    for _, member in pairs:
        for contact in _contacts(view, member):
            found[contact.id] = contact
    return sorted(found.values(), key=lambda one: (view.labels.sort_key(view.name(one)), one.id))


def _contacts(view: View, member: Membership) -> list[Contact]:
    party = view.register.party(member.member)
    if party is None:
        return []
    return [one for one in view.as_of.contacts_of(party) if not one.emergency]


# --- members as rows ---

_HEAD = (
    "network",
    "member",
    "kind_of_body",
    "part",
    "note",
    "first_day",
    "last_day",
    "phone",
    "email",
    "web",
    "page",
)


def _sheet(view: SiteView, path: str, pairs: Pairs) -> Sheet:
    labels = view.labels
    rows = sorted(
        (_row(view, network, member) for network, member in pairs),
        key=lambda row: (labels.sort_key(row[0]), labels.sort_key(row[1]), row),
    )
    return Sheet(path, tuple(labels[key] for key in _HEAD), tuple(rows))


def _row(view: SiteView, network: Network, member: Membership) -> tuple[str, ...]:
    party = view.register.party(member.member)
    ways = ways_to_reach(view, member)
    return (
        view.name(network),
        view.name(party) if party else member.member,
        kind_of(view, party),
        view.labels.enum("part", member.part),
        _plain(view, member.note),
        member.period.from_.text if member.period.from_ else "",
        member.period.to.text if member.period.to else "",
        " ".join(dialled(one) for one in ways if dialled(one)),
        " ".join(one.email for one in ways if one.email),
        " ".join(one.web for one in ways if one.web),
        f"{_base(view)}{address_of(party)}/" if party else "",
    )


def ways_to_reach(view: View, member: Membership) -> list[Contact | Organisation]:
    """The records whose phones and addresses a member's row shows, in their order."""
    contacts = _contacts(view, member)
    party = view.register.party(member.member)
    return [party] if isinstance(party, Organisation) and not contacts else [*contacts]


def kind_of(view: View, party: Record | None, form: str = "one") -> str:
    """What kind of body it is, or that it is a role or a network (`form`: one, many)."""
    if isinstance(party, Organisation):
        return view.labels.enum("organisation_kind", party.kind)
    return view.kind(party, form) if party else ""


def dialled(way: Contact | Organisation) -> str:
    """`tel:+4747809050`: a spreadsheet keeps it as it is, a leading plus or zero included."""
    number = (isinstance(way, Contact) and way.phone_international) or way.phone or ""
    digits = "".join(c for c in number if c.isdecimal() or c == "+")
    return f"tel:{digits}" if digits else ""


# --- contacts as cards ---


def _card(view: SiteView, contact: Contact) -> Card:
    labels = view.labels
    holder = view.register.party(contact.of)
    hours = [f"{days}: {times}" for days, times in view.hours(contact)]
    leave_out = _plain(view, contact.leave_out)
    notes = (
        _plain(view, contact.helps_with),
        *hours,
        f"{labels['leave_out']}: {leave_out}" if leave_out else "",
        "" if contact.verified else labels["never_verified"],
    )
    return Card(
        address=f"{_base(view)}{address_of(contact)}/",
        name=_name(view, contact),
        holder=_name(view, holder) if holder else None,
        phone=dialled(contact),
        email=contact.email or "",
        web=contact.web or "",
        spoken=tuple(contact.spoken),
        notes=tuple(note for note in notes if note),
        confirmed=contact.verified or (contact.review.last if contact.review else None),
    )


def _name(view: SiteView, record: Record) -> tuple[str, str]:
    return view.as_of.name(record).best(*view.languages)


def _plain(view: SiteView, local: LocalText | None) -> str:
    return " ".join(tree.plain(view.inlines(local)).split()) if local else ""


def _base(view: SiteView) -> str:
    return f"{view.settings.site_url}{view.language}/"
