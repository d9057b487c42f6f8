"""Find help: whom an audience can turn to in each country, what they do and what they do not do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time
from functools import cached_property, partial

from babel.core import get_global
from markupsafe import Markup

from remit.model.reading import once
from remit.model.records import (
    Area,
    Audience,
    AudienceKind,
    Contact,
    Organisation,
    Record,
    Role,
    Topic,
    Weekday,
)
from remit.render.site_view import SiteView


@dataclass(slots=True)
class Helper:
    """A role or body to turn to, with its contact points for the audience."""

    record: Record
    contacts: list[Contact] = field(default_factory=list)

    @property
    def role(self) -> Role | None:
        return self.record if isinstance(self.record, Role) else None


@dataclass(frozen=True, slots=True)
class CountryHelp:
    """What an audience finds in one country: danger first, the whole country, then each county."""

    country: Area
    emergency: list[Contact]
    national: list[Helper]
    local: list[tuple[Area, list[Helper]]]


def help_for(view: SiteView, audience: Audience) -> list[CountryHelp]:
    """One entry per country with someone to turn to, in the order of the countries' names."""
    contacts = view.as_of.contacts_meant_for(audience.id)
    roles = view.as_of.roles_serving(audience)
    found = []
    for country in sorted(view.register.countries(), key=view.name):
        here = [one for one in contacts if _country(view, one.area) is country]
        national: list[Contact] = []
        local: dict[str, tuple[Area, list[Contact]]] = {}
        for contact in here:
            area = view.register.follow(Area, contact.area)
            if area is country or area is None:
                national.append(contact)
            else:
                local.setdefault(area.id, (area, []))[1].append(contact)
        staying = [role for role in roles if _country_of_role(view, role) is country]
        helpers = _helpers(view, [one for one in national if not one.emergency], staying)
        if helpers or local:
            found.append(
                CountryHelp(
                    country,
                    [one for one in national if one.emergency],
                    helpers,
                    [
                        (area, _helpers(view, theirs, []))
                        for area, theirs in sorted(
                            local.values(), key=lambda pair: view.name(pair[0])
                        )
                    ],
                )
            )
    return found


def _helpers(view: SiteView, contacts: Sequence[Contact], roles: Sequence[Role]) -> list[Helper]:
    """Roles before bodies, those that can be rung before those that cannot."""
    helpers: dict[str, Helper] = {}
    for contact in contacts:
        holder = view.register.party(contact.of)
        if holder:
            helpers.setdefault(holder.id, Helper(holder)).contacts.append(contact)
    for role in roles:
        helpers.setdefault(role.id, Helper(role))
    return sorted(
        helpers.values(),
        key=lambda one: (one.role is None, not one.contacts, view.name(one.record).casefold()),
    )


def _country(view: SiteView, area: str) -> Area | None:
    found = view.register.follow(Area, area)
    return view.register.area_and_larger(found)[-1] if found else None


def _country_of_role(view: SiteView, role: Role) -> Area | None:
    holder = view.register.follow(Organisation, role.holder)
    return _country(view, holder.country) if holder else None


def help_parts(view: SiteView, audience: Audience) -> list[tuple[str, str, Markup]]:
    """(id, heading, HTML) of each country's part of the page of an audience."""
    return [
        (
            f"in-{one.country.id}",
            view.name(one.country),
            view.render(
                "find_help.html",
                help=one,
                danger=view.register.pages_about(Topic.DANGER),
                one_helper=partial(_helper_html, view),
            ),
        )
        for one in help_for(view, audience)
    ]


def _helper_html(view: SiteView, helper: Helper) -> Markup:
    """The same on the page of every audience that finds it with the same contact points."""
    who = (id(helper.record), *map(id, helper.contacts))
    key = ("helper", view.language, view.day, view.up, *who)
    return once(key, partial(view.render, "helper.html"), helper=helper)


# --- what the script on the list of contacts needs to know ---

_WEEKDAYS = {day: number for number, day in enumerate(Weekday, 1)}


@dataclass(frozen=True)
class ContactFilters:
    """The choices of the filter on the list of contacts, and each contact's own data for it."""

    view: SiteView
    choices: list[tuple[str, str, list[tuple[str, str]]]]
    meant_for: dict[str, list[str]]
    """By contact id: the ids of the audiences that it is meant for."""

    def data(self, contact: Contact) -> Markup:
        """The `data-` attributes of a contact."""
        values = {
            "areas": " ".join([contact.area, *self._within(contact.area)]),
            "audiences": " ".join(self.meant_for.get(contact.id, ())),
            "spoken": " ".join(contact.spoken),
            "zone": _time_zone(self.view, contact),
            "hours": json.dumps(_opening_hours(contact)),
            "exceptions": json.dumps(_exceptions(contact)),
            "always": "yes" if contact.always_open else "",
        }
        return Markup("").join(
            Markup(' data-{}="{}"').format(name, value) for name, value in values.items()
        )

    def _within(self, area: str) -> list[str]:
        if area not in self._inside:
            self._inside[area] = _within(self.view, area)
        return self._inside[area]

    @cached_property
    def _inside(self) -> dict[str, list[str]]:
        return {}


def contact_filters(view: SiteView) -> ContactFilters:
    contacts = view.as_of.living(Contact)
    meant_for: dict[str, list[str]] = {}
    for audience in view.register.all(Audience):
        for contact in view.as_of.contacts_meant_for(audience.id):
            meant_for.setdefault(contact.id, []).append(audience.id)
    audiences = [
        (one.id, view.name(one))
        for one in view.register.all(Audience)
        if one.kind is not AudienceKind.SERVICE
    ]
    areas = [(one.id, view.name(one)) for one in view.register.all(Area)]
    spoken = {code for contact in contacts for code in contact.spoken}
    languages = [(code, view.labels.language_name(code)) for code in spoken]
    rows = (
        ("audience", "filter_audience", audiences),
        ("area", "filter_area", areas),
        ("language", "filter_language", languages),
    )
    return ContactFilters(
        view,
        [
            (name, view.labels[label], sorted(choices, key=lambda one: one[1].casefold()))
            for name, label, choices in rows
            if choices
        ],
        meant_for,
    )


def _within(view: SiteView, area: str) -> list[str]:
    """Ids of the areas that lie in this one, however deep: its contact serves them too."""
    record = view.register.follow(Area, area)
    found: list[str] = []
    waiting = [record] if record else []
    while waiting:
        inside = view.register.pointing(waiting.pop(), Area, "within")
        found += [one.id for one in inside]
        waiting += inside
    return found


def _time_zone(view: SiteView, contact: Contact) -> str:
    """The IANA time zone of the contact's country; "" where it has several, or none is known."""
    country = _country(view, contact.area)
    zones = get_global("territory_zones").get(country.code, []) if country else []
    return str(zones[0]) if len(zones) == 1 else ""


def _opening_hours(contact: Contact) -> list[dict[str, object]]:
    """Weekdays (1 is Monday) with opening times and dates, for "open now" in the browser."""
    return [
        {
            "days": sorted(_WEEKDAYS[day] for day in hours.days),
            "opens": f"{hours.opens:%H:%M}",
            "closes": _closing(hours.closes),
            "from": hours.period.first.isoformat(),
            "to": hours.period.last.isoformat(),
        }
        for hours in contact.hours
    ]


def _exceptions(contact: Contact) -> list[dict[str, str]]:
    """Dates with other hours; without times the contact is closed that day."""
    return [
        {"date": one.date.isoformat()}
        if one.opens is None or one.closes is None
        else {
            "date": one.date.isoformat(),
            "opens": f"{one.opens:%H:%M}",
            "closes": _closing(one.closes),
        }
        for one in contact.exceptions
    ]


def _closing(closes: time) -> str:
    return "24:00" if closes.second else f"{closes:%H:%M}"
