"""Who works together: networks and partners in groups, their members as rows for a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from remit.model.addresses import DIRECTORY
from remit.model.records import (
    Area,
    Audience,
    Membership,
    Network,
    NetworkLevel,
    Organisation,
    Partner,
    Record,
    Role,
)
from remit.model.register import address_of
from remit.render.directory_files import (
    CARDS_FILE,
    MEMBERS_FILE,
    kind_of,
    member_cards,
)
from remit.render.site_view import SiteView
from remit.render.view import View

_HEADING = {
    NetworkLevel.NATIONAL: "national_networks",
    NetworkLevel.REGIONAL: "regional_networks",
    NetworkLevel.LOCAL: "local_networks",
}

Group = tuple[str, str, list[Record]]
"""Heading, id, records in the order they are shown."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `choice`: its values are few, and one can be chosen."""

    label: str
    choice: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows, and what it is sorted by where that is something else."""

    html: Markup
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Members:
    """A table of members with the files that hold the same."""

    count: str
    columns: list[Column]
    rows: list[list[Cell]]
    downloads: list[tuple[str, str]]


def network_groups(view: SiteView, networks: Sequence[Network]) -> list[Group]:
    """By country, the national before the regional, and by the area they cover."""
    levels = list(NetworkLevel)
    groups: dict[tuple[object, ...], Group] = {}
    for network in networks:
        area = view.register.follow(Area, network.area)
        if area is None:
            continue
        country = view.register.area_and_larger(area)[-1]
        key = (
            view.labels.sort_key(view.name(country)),
            country is not area,
            view.labels.sort_key(view.name(area)),
            levels.index(network.level),
        )
        heading = f"{view.name(area)}: {view.labels[_HEADING[network.level]]}"
        group = groups.setdefault(key, (heading, f"{area.id}-{network.level.value}", []))
        group[2].append(network)
    return [groups[key] for key in sorted(groups)]


def partner_groups(view: SiteView, partners: Sequence[Partner]) -> list[Group]:
    """By what kind of body the other side is, by the kinds' names."""
    groups: dict[str, Group] = {}
    for partner in partners:
        other = view.register.party(partner.and_)
        key = other.kind.value if isinstance(other, Organisation) else other.KIND if other else ""
        heading = kind_of(view, other, "many")
        groups.setdefault(heading, (heading, f"with-{key}", []))[2].append(partner)
    return [groups[heading] for heading in sorted(groups, key=view.labels.sort_key)]


def network_members(view: SiteView, network: Network) -> Members:
    """The members of one network today, by name."""
    members = view.as_of.members(network)
    periods = any(not one.period.is_open for one in members)
    return _members(view, [(network, one) for one in members], address_of(network), periods=periods)


def all_members(view: SiteView) -> Members:
    """Everyone who takes part in a network today, by name."""
    return _members(
        view,
        [
            (network, one)
            for network in view.as_of.living(Network)
            for one in view.as_of.members(network)
        ],
        DIRECTORY,
        networks=True,
    )


def _members(
    view: SiteView,
    found: list[tuple[Network, Membership]],
    folder: str,
    *,
    networks: bool = False,
    periods: bool = False,
) -> Members:
    labels = view.labels
    columns = [Column(labels["member"])]
    columns += [Column(labels["network"], choice=True)] if networks else []
    columns += [Column(labels["kind_of_body"], choice=True), Column(labels["part"], choice=True)]
    columns += [Column(labels["when"])] if periods else []
    rows = []
    for network, one in sorted(found, key=lambda pair: _by_name(view, *pair)):
        part = Markup.escape(labels.enum("part", one.part))
        kind = kind_of(view, view.register.party(one.member))
        row = [Cell(view.html(view.party(one.member)))]
        row += [Cell(view.linked(network))] if networks else []
        note = Markup("<br>") + view.text(one.note) if one.note else Markup("")
        row += [Cell(Markup.escape(kind)), Cell(part + note, str(part))]
        if periods:
            words = labels.period(one.period) or "–"
            row.append(Cell(Markup.escape(words), one.period.first.isoformat()))
        rows.append(row)
    downloads = [(labels["download_csv"], f"{view.href(folder)}{MEMBERS_FILE}")] if rows else []
    if member_cards(view, found):
        downloads.append((labels["download_vcf"], f"{view.href(folder)}{CARDS_FILE}"))
    count = labels.count("records" if networks else "members", len(rows))
    return Members(count, columns, rows, downloads)


def _by_name(view: SiteView, network: Network, member: Membership) -> tuple[object, ...]:
    party = view.register.party(member.member)
    name = view.name(party) if party else member.member
    return view.labels.sort_key(name), member.member, network.id


def networks_serving(view: View, audience: Audience) -> list[Network]:
    """The networks of the roles that the profession may turn to, by id."""
    found = {
        network.id: network
        for role in view.register.pointing(audience, Role, "serves")
        if view.as_of.exists(role)
        for network in view.as_of.networks_of(role)
    }
    return [found[id] for id in sorted(found)]
