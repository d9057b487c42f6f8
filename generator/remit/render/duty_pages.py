"""The duty guide: from a country through one's work to what to do, a page for every branch.

Plain links all the way: nothing is asked in a form, kept or sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from markupsafe import Markup

from remit.model.duties import FOLDER, OTHERS, DutyGuide, address_of_answer, address_of_work
from remit.model.reading import once
from remit.model.records import (
    AgeGroup,
    Area,
    Audience,
    Contact,
    Duty,
    DutyKind,
    LegalBasis,
    Record,
    Urgency,
)
from remit.model.values import Caveat, Source
from remit.render import tree
from remit.render.site_view import SiteView
from remit.render.tree import Text
from remit.render.view import View

Rows = list[tuple[str, Markup]]


@dataclass(frozen=True, slots=True)
class DutyPage:
    path: str
    title: str
    description: str
    html: str
    searched: bool = True
    """The branches say the same over and over: a search finds the way in."""


@dataclass(frozen=True, slots=True)
class _Head:
    trail: list[tuple[str, str]]
    kicker: str
    heading: str
    lead: str
    notices: list[tuple[str, Markup]] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    upkeep: Rows = field(default_factory=list)
    caveats: list[Caveat] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Choice:
    address: str
    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Block:
    """One of the three answers: what is said when it holds little, and its duties."""

    kind: DutyKind
    words: str
    cards: list[Markup]


@dataclass
class DutyPages:
    """Makes some of the guide's pages. `upkeep` says how up to date the shown records are, and
    `reviewed_since` says it of many, when the oldest of their reviews is known."""

    guide: DutyGuide
    view_at: Callable[[str], SiteView]
    upkeep: Callable[[Sequence[Record]], Rows]
    reviewed_since: Callable[[date | None], Rows]

    def pages(self, address: str) -> Iterator[DutyPage]:
        """Those of one of `duty_names`: the start, a country's, or all for someone's work there.

        Nothing when there are no duties.
        """
        register = self.guide.register
        _, country_id, work = (*address.split("/"), "", "")[:3]
        country = register.get(Area, country_id) if country_id else None
        if country is None:
            if self.guide.countries:
                yield self._start()
        elif not work:
            yield self._country(country)
        else:
            audience = None if work == OTHERS else register.get(Audience, work)
            yield self._work(country, audience)
            for age in AgeGroup:
                for urgency in Urgency:
                    yield self._answer(country, audience, age, urgency)

    # --- the questions ---

    def _start(self) -> DutyPage:
        view = self.view_at(FOLDER)
        t = view.labels
        choices = [
            _Choice(f"{FOLDER}/{country.id}", view.name(country))
            for country in self.guide.countries
        ]
        head = _Head([], "", t["duty_guide"], t["duty_lead"], upkeep=self._all_upkeep)
        return self._page(view, head, t["duty_guide"], [(t["duty_where"], "country", choices)])

    def _country(self, country: Area) -> DutyPage:
        view = self.view_at(f"{FOLDER}/{country.id}")
        t = view.labels
        offered = sorted(
            self.guide.professions(country), key=lambda one: (view.name(one).casefold(), one.id)
        )
        choices = [_Choice(address_of_work(country, one), view.name(one)) for one in offered]
        choices.append(_Choice(address_of_work(country, None), t["duty_others"]))
        title = t.get("duty_title", what=view.name(country))
        trail = [(t["duty_guide"], FOLDER)]
        head = _Head(trail, "", title, t["duty_lead"], upkeep=self._all_upkeep)
        groups = [(t["duty_work"], "work", choices)]
        return self._page(view, head, title, groups, country)

    def _work(self, country: Area, audience: Audience | None) -> DutyPage:
        address = address_of_work(country, audience)
        view = self.view_at(address)
        t = view.labels
        what = f"{self._work_name(view, audience)}, {view.name(country)}"
        groups = [
            (
                t.enum("age_group", age),
                age.value,
                [
                    _Choice(
                        address_of_answer(country, audience, age, urgency),
                        _sentence(t.enum("urgency", urgency)),
                        t.enum("urgency_text", urgency),
                    )
                    for urgency in Urgency
                ],
            )
            for age in AgeGroup
        ]
        title = t.get("duty_title", what=what)
        trail = self._trail(view, country)
        head = _Head(trail, "", title, t["duty_who"], upkeep=self._all_upkeep)
        return self._page(view, head, title, groups, country, searched=False)

    def _page(
        self,
        view: SiteView,
        head: _Head,
        title: str,
        groups: list[tuple[str, str, list[_Choice]]],
        country: Area | None = None,
        *,
        searched: bool = True,
    ) -> DutyPage:
        inner = view.render(
            "duty_choice.html",
            page=head,
            groups=groups,
            emergency=self._emergency(view, country),
        )
        return DutyPage(view.path, title, head.lead, str(inner), searched)

    # --- the answer ---

    def _answer(
        self, country: Area, audience: Audience | None, age: AgeGroup, urgency: Urgency
    ) -> DutyPage:
        work = address_of_work(country, audience)
        view = self.view_at(address_of_answer(country, audience, age, urgency))
        t = view.labels
        ways = self.guide.ways(country, audience, age, urgency)
        shown = [duty for duties in ways.values() for duty in duties]
        name = self._work_name(view, audience)
        heading = t.get(
            "duty_heading", age=t.enum("age_group", age), urgency=t.enum("urgency", urgency)
        )
        other = next(one for one in AgeGroup if one is not age)
        answers = [
            (t["country"], view.name(country), view.href(FOLDER)),
            (t["duty_your_work"], name, view.href(f"{FOLDER}/{country.id}")),
            (
                t["duty_age"],
                t.enum("age_group", age),
                view.href(address_of_answer(country, audience, other, urgency)),
            ),
            (t["duty_urgency"], _sentence(t.enum("urgency", urgency)), view.href(work)),
        ]
        trail = [*self._trail(view, country), (name, work)]
        head = _Head(
            trail,
            f"{name}, {view.name(country)}",
            heading,
            t.enum("urgency_text", urgency),
            sources=list({(one.title, one.url): one for d in shown for one in d.sources}.values()),
            upkeep=self.upkeep(shown),
            caveats=_unlike([caveat for duty in shown for caveat in duty.caveats]),
        )
        inner = view.render(
            "duty_answer.html",
            page=head,
            answers=answers,
            blocks=[self._block(view, kind, duties, urgency) for kind, duties in ways.items()],
            emergency=self._emergency(view, country),
        )
        description = t.get("duty_description", who=f"{name}, {view.name(country)}", what=heading)
        title = f"{heading} – {head.kicker}"
        return DutyPage(view.path, title, description, str(inner), searched=False)

    def _block(
        self, view: SiteView, kind: DutyKind, duties: list[Duty], urgency: Urgency
    ) -> _Block:
        """What is said above the duties: that there are none, or none that the law orders."""
        t = view.labels
        danger = urgency is Urgency.NOW
        words = "" if duties else t.enum("duty_none", kind)
        if kind is DutyKind.ACT_NOW and not duties and danger:
            words = t["emergency_text"]
        elif kind is DutyKind.REPORT and not duties and danger:
            words = t["duty_none_besides"]
        elif kind is DutyKind.REPORT and duties and not any(duty.must for duty in duties):
            words = t["duty_no_must_besides" if danger else "duty_no_must"]
        return _Block(kind, words, [self._card(view, duty) for duty in duties])

    def _card(self, view: SiteView, duty: Duty) -> Markup:
        """The same on all pages that show it: they lie equally deep."""
        key = ("duty", view.language, view.day, view.up, id(duty))
        return once(key, _card, view, duty)

    # --- parts of both ---

    @cached_property
    def _all_upkeep(self) -> Rows:
        as_of = self.guide.register.as_of(self.guide.day)
        return self.reviewed_since(as_of.reviewed_since(Duty))

    def _trail(self, view: SiteView, country: Area) -> list[tuple[str, str]]:
        return [
            (view.labels["duty_guide"], FOLDER),
            (view.name(country), f"{FOLDER}/{country.id}"),
        ]

    def _work_name(self, view: SiteView, audience: Audience | None) -> str:
        return view.name(audience) if audience else view.labels["duty_others"]

    def _emergency(self, view: SiteView, country: Area | None) -> list[Contact]:
        """The country's emergency numbers; at the start those of all."""
        numbers = view.as_of.emergency_numbers()
        return [one for one in numbers if country in (None, self._land(view, one))]

    def _land(self, view: SiteView, contact: Contact) -> Area | None:
        area = view.register.get(Area, contact.area)
        return view.register.area_and_larger(area)[-1] if area else None


def duty_names(guide: DutyGuide) -> Iterator[str]:
    """The addresses of the guide's jobs: the start, each country, and each work in it."""
    yield FOLDER
    for country in guide.countries:
        yield f"{FOLDER}/{country.id}"
        for audience in guide.audiences(country):
            yield address_of_work(country, audience)


def _card(view: SiteView, duty: Duty) -> Markup:
    contacts = [view.register.follow(Contact, id) for id in duty.contacts]
    return view.render(
        "duty_card.html",
        duty=duty,
        contacts=[contact for contact in contacts if contact],
        standing=standing(view, duty),
        facts=[(label, view.html(value)) for label, value in duty_facts(view, duty)],
    )


def standing(view: SiteView, duty: Duty) -> str:
    """Whether the law orders it, allows it, or it is advice; nothing where it goes unsaid."""
    if duty.must:
        return view.labels["duty_must"]
    said = {DutyKind.REPORT: "duty_may", DutyKind.SEEK_ADVICE: "duty_advice"}.get(duty.kind)
    return view.labels[said] if said else ""


def duty_facts(view: View, duty: Duty) -> list[tuple[str, tree.Inlines]]:
    """Whom to turn to, the law with its paragraph, and what becomes of confidentiality."""
    t = view.labels
    laws = [
        (
            *view.to(LegalBasis, cited.basis),
            *((Text(f" {cited.cited}"),) if cited.cited else ()),
        )
        for cited in duty.legal_bases
    ]
    rows: list[tuple[str, tree.Inlines]] = [
        ("duty_turns_to", view.listed([view.party(id) for id in duty.turns_to])),
        ("duty_law", view.listed(laws)),
    ]
    if duty.confidentiality:
        rows.append(
            ("duty_confidentiality", (Text(t.enum("confidentiality", duty.confidentiality)),))
        )
    return [(t[label], inlines) for label, inlines in rows if inlines]


def _unlike(caveats: list[Caveat]) -> list[Caveat]:
    """Each caveat once."""
    return list({caveat.text: caveat for caveat in caveats}.values())


def _sentence(words: str) -> str:
    """With a capital first letter."""
    return words[:1].upper() + words[1:]
