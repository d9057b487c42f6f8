"""The eight questions that the register must answer, each on at least five dates.

The answers are those of the sources: what began, ended, moved and changed its name since 2013.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import date, time

import pytest

from registers import ROOT
from remit.build import load_and_check
from remit.model.as_of import AsOf
from remit.model.cooperation import namings
from remit.model.history import address_on
from remit.model.records import (
    Area,
    Assignment,
    Audience,
    AudienceKind,
    Contact,
    ContactFor,
    Network,
    Office,
    Organisation,
    Record,
    Role,
    Task,
    address_of,
)
from remit.model.register import Register
from remit.model.values import ALWAYS, ONE_DAY, DatedName, LocalText, Period, When
from remit.settings import read_settings

FIRST_MANDATES = date(2013, 5, 1)
REVISED = date(2018, 6, 19)
LAST_DAY_AT_IMDI = date(2019, 12, 31)
MOVED_TO_COUNTIES = date(2020, 1, 1)
NEW_MANDATES = date(2020, 6, 1)
CENTRE_OPENS = date(2022, 10, 1)
TODAY = date(2026, 11, 23)  # a Monday

DATES = (FIRST_MANDATES, REVISED, LAST_DAY_AT_IMDI, MOVED_TO_COUNTIES, CENTRE_OPENS, TODAY)


@pytest.fixture(scope="module")
def register() -> Register:
    return load_and_check(read_settings(ROOT)).register


def one(register: Register, cls: type[Record], id: str) -> Record:
    found = register.get(cls, id)
    assert found is not None, id
    return found


def ids(records: Iterable[Record]) -> list[str]:
    return [record.id for record in records]


# 1. Who helps with this, where I work, in my job, today?


@pytest.mark.parametrize(
    ("day", "at", "helps"),
    [
        (date(2003, 12, 31), time(10), set()),
        (FIRST_MANDATES, time(10), {"competence-team-phone"}),
        (REVISED, time(10), {"competence-team-phone"}),
        (MOVED_TO_COUNTIES, time(16), set()),
        (CENTRE_OPENS, time(10), set()),  # a Saturday
        (TODAY, time(10), {"competence-team-phone"}),
    ],
)
def test_whom_can_a_teacher_in_oslo_ring_now(
    register: Register, day: date, at: time, helps: set[str]
) -> None:
    oslo = register.get(Area, "oslo")
    assert oslo is not None
    always = {"norwegian-police-emergency", "operations-centre-phone"}
    opened = {
        "alarm-phone-children-norway": date(2009, 6, 2),
        "violence-line-norway": date(2019, 10, 1),
    }
    always |= {id for id, first in opened.items() if first <= day}
    answers = register.as_of(day).contacts_for(oslo, "teacher", at=at)
    assert set(ids(answers)) == helps | always


@pytest.mark.parametrize(
    ("day", "helps"),
    [
        (date(2014, 3, 12), False),
        (date(2014, 3, 13), True),
        (LAST_DAY_AT_IMDI, True),
        (CENTRE_OPENS, True),
        (TODAY, True),
    ],
)
def test_whom_can_a_social_worker_in_sweden_turn_to(
    register: Register, day: date, helps: bool
) -> None:
    skane = register.get(Area, "skane")
    assert skane is not None
    answers = ids(register.as_of(day).contacts_for(skane, "social-worker"))
    assert ("national-support-phone-line" in answers) is helps
    assert "ratt-att-valja-phone" not in answers, "it is for those affected themselves"


def test_a_language_that_no_one_is_known_to_speak_gives_no_answer(register: Register) -> None:
    norway = register.get(Area, "norway")
    assert norway is not None
    assert register.as_of(TODAY).contacts_for(norway, "teacher", spoken="se") == []


# 2. What is this role for, what may it not do, whom does it refer to, whom does it report to?


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (FIRST_MANDATES, "Competence Team against Forced Marriage and Female Genital Mutilation"),
        (
            REVISED,
            "Competence Team against Forced Marriage, Female Genital Mutilation and Negative "
            "Social Control",
        ),
        (
            LAST_DAY_AT_IMDI,
            "Competence Team against Forced Marriage, Female Genital Mutilation and Negative "
            "Social Control",
        ),
        (
            CENTRE_OPENS,
            "Competence Team against Negative Social Control and Honour-Related Violence",
        ),
        (TODAY, "Competence Team against Negative Social Control and Honour-Related Violence"),
    ],
)
def test_what_is_the_competence_team_called(register: Register, day: date, name: str) -> None:
    assert register.as_of(day).name(one(register, Role, "competence-team"))["en"] == name


def test_who_is_called_otherwise_than_today(register: Register) -> None:
    then = register.as_of(REVISED)
    otherwise = [
        record.id
        for cls in (Organisation, Role, Network)
        for record in sorted(
            then.living(cls), key=lambda one: one.name_on(REVISED)["en"].casefold()
        )
        if record.name_on(REVISED) != record.name_on(TODAY)
    ]
    named = then.lists.renamed("en nb", TODAY).rows
    assert [beside.address.rpartition("/")[2] for _, (beside,), *_ in named] == otherwise != []


@pytest.mark.parametrize("cls", [Task, Role, Office, Network, Contact, Organisation])
def test_a_list_of_a_day_says_what_each_record_says_of_it(
    register: Register, cls: type[Record]
) -> None:
    """What is found once for all days, asked for each day and the one before it."""
    days = [day - ONE_DAY * back for day in register.calendar.turns for back in (0, 1)]
    for day in (*days, TODAY):
        then = register.as_of(day)
        listed = then.lists.of(cls, "en nb", TODAY)
        said = {}
        for record in then.living(cls):
            address, (words, _) = address_of(record), then.called(record, ["en", "nb"])
            if address in register.having_spans():
                address = address_on(register, record, day, TODAY)
            beside = [then.name(one)["en"] for one in _beside(register, then, record)]
            if beside or cls is not Task:
                said[address] = (words, beside)
        found = {
            row.about.address: (row.about.words, [one.words for one in row.beside])
            for row in listed.rows
        }
        assert found == said and listed.number == len(said)
        names = [row.about.words.casefold() for row in listed.rows]
        assert names == sorted(names)


def _beside(register: Register, then: AsOf, record: Record) -> list[Record]:
    if isinstance(record, Task):
        return then.holders(record)
    named = [getattr(record, name, "") for name in ("holder", "organisation", "convener")]
    return [party for id in named if id and (party := register.party(id))]


def _names(*worded: str) -> list[DatedName]:
    whens = [When.parse(str(2010 + place)) for place in range(len(worded))]
    ends = [*(when.previous() for when in whens[1:]), None]
    return [
        DatedName(name=LocalText({"nb": words}), period=Period.between(when, end))
        for words, when, end in zip(worded, whens, ends, strict=True)
    ]


def test_the_same_words_with_another_short_form_are_no_other_name() -> None:
    records = [
        Role.model_construct(
            id=id, names=_names(*worded), period=ALWAYS, holder="d", authoritative_language="nb"
        )
        for id, worded in (("a", ("X", "X")), ("b", ("X", "Y")), ("c", ("X", "Y", "X")))
    ]
    then = Register(records, ("nb", "en")).as_of(date(2010, 6, 1))
    today = {
        year: [
            beside.address for _, (beside,), *_ in then.lists.renamed("nb", date(year, 6, 1)).rows
        ]
        for year in (2011, 2012)
    }
    assert today == {2011: ["roles/b", "roles/c"], 2012: ["roles/b"]}


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (FIRST_MANDATES, "Minoritetsrådgivere"),
        (LAST_DAY_AT_IMDI, "Minoritetsrådgivere"),
        (date(2024, 5, 31), "Minoritetsrådgivere"),
        (date(2024, 6, 1), "Mangfoldsrådgivere"),
        (TODAY, "Mangfoldsrådgivere"),
    ],
)
def test_minority_advisers_become_diversity_advisers(
    register: Register, day: date, name: str
) -> None:
    assert register.as_of(day).name(one(register, Role, "minority-advisers"))["nb"] == name


@pytest.mark.parametrize("day", [date(2013, 4, 8), *DATES])
def test_whom_do_the_regional_coordinators_refer_to_and_report_to(
    register: Register, day: date
) -> None:
    version = register.as_of(day).version("regional-coordinators")
    if not date(2013, 4, 9) <= day <= LAST_DAY_AT_IMDI:
        assert version is None
        return
    assert version is not None
    blocks = [block for section in version.sections for block in section.blocks]
    referred = {id for block in blocks if block.kind == "boundary" for id in block.refers_to}
    reported = {block.to for block in blocks if block.kind == "reporting"}
    assert "competence-team" in referred
    assert "imdi" in reported


# 3. What did the mandate say on a given date, and what changed since?


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2013, 4, 8), None),
        (date(2013, 4, 9), "2013-04-09"),
        (date(2018, 6, 18), "2013-04-09"),
        (REVISED, "2018-06-19"),
        (TODAY, "2018-06-19"),
    ],
)
def test_what_did_the_mandate_of_the_competence_team_say(
    register: Register, day: date, version: str | None
) -> None:
    said = register.as_of(day).version("competence-team")
    assert (said.id if said else None) == version


# 4. Who had this task before 2020-01-01, and who has it now?


@pytest.mark.parametrize("day", DATES)
@pytest.mark.parametrize(
    "task",
    [
        "settlement-capacity",
        "regional-prevention",
        "qualification-guidance",
        "voluntary-participation",
        "sector-cooperation",
    ],
)
def test_who_holds_the_regional_tasks(register: Register, day: date, task: str) -> None:
    holder = "imdi" if day <= LAST_DAY_AT_IMDI else "county-authorities"
    found = register.get(Task, task)
    assert found is not None
    assert ids(register.as_of(day).holders(found)) == [holder]
    assert found in register.as_of(day).tasks_of(one(register, Organisation, holder))


@pytest.mark.parametrize(
    ("day", "holders"),
    [
        (date(2007, 12, 31), []),
        (FIRST_MANDATES, ["minority-advisers"]),
        (LAST_DAY_AT_IMDI, ["minority-advisers", "specialist-team"]),
        (CENTRE_OPENS, ["minority-advisers", "specialist-team"]),
        (TODAY, ["minority-advisers", "specialist-team"]),
    ],
)
def test_only_those_who_exist_hold_a_task(
    register: Register, day: date, holders: list[str]
) -> None:
    task = register.get(Task, "school-guidance-norway")
    assert task is not None
    assert ids(register.as_of(day).holders(task)) == holders


@pytest.mark.parametrize(
    ("role", "day", "successors"),
    [
        ("regional-coordinators", LAST_DAY_AT_IMDI, []),
        ("regional-coordinators", MOVED_TO_COUNTIES, ["county-authorities"]),
        ("national-competence-team", date(2022, 9, 30), []),
        ("national-competence-team", CENTRE_OPENS, ["national-centre"]),
        ("national-competence-team", TODAY, ["national-centre"]),
    ],
)
def test_an_ended_role_leads_to_who_took_over(
    register: Register, role: str, day: date, successors: list[str]
) -> None:
    steps = register.as_of(day).successors(one(register, Role, role))
    assert [step.to.id for step in steps] == successors


# 5. Which assignment ordered this, what did it require, what is due when, what is missing?


@pytest.mark.parametrize(
    ("day", "due", "lacking"),
    [
        (date(2019, 9, 10), 0, set()),
        (date(2019, 9, 11), 3, {"minority-advisers", "specialist-team"}),
        (LAST_DAY_AT_IMDI, 3, {"minority-advisers", "specialist-team"}),
        (NEW_MANDATES, 3, set()),
        (TODAY, 3, set()),
    ],
)
def test_what_did_assignment_021_order_and_what_is_missing(
    register: Register, day: date, due: int, lacking: set[str]
) -> None:
    assignment = register.get(Assignment, "imdi-2019-021")
    assert assignment is not None
    as_of = register.as_of(day)
    outstanding = as_of.outstanding(assignment)
    assert len(outstanding) == due
    assert {str(item.due) for item in outstanding} <= {"2019-11-29"}
    assert set(as_of.missing_sections(assignment)) == lacking
    ordered = register.mandates_ordered_by(assignment)
    assert ids(ordered) == ["minority-advisers", "specialist-team"]


def test_a_study_counts_as_delivered_from_the_day_it_was(register: Register) -> None:
    study = register.get(Assignment, "imdi-2018-15")
    assert study is not None
    assert len(register.as_of(date(2019, 1, 3)).outstanding(study)) == 1
    assert register.as_of(date(2019, 1, 4)).outstanding(study) == []


# 6. Which mandates name each other, which only one way, which tasks does no one hold, which two?


@pytest.mark.parametrize(
    ("day", "one_way"),
    [
        (FIRST_MANDATES, {("regional-coordinators", "competence-team")}),
        (LAST_DAY_AT_IMDI, {("regional-coordinators", "competence-team")}),
        (MOVED_TO_COUNTIES, set()),
        (
            NEW_MANDATES,
            {("specialist-team", "minority-advisers"), ("specialist-team", "competence-team")},
        ),
        (
            TODAY,
            {("specialist-team", "minority-advisers"), ("specialist-team", "competence-team")},
        ),
    ],
)
def test_which_mandates_name_another_that_does_not_name_them(
    register: Register, day: date, one_way: set[tuple[str, str]]
) -> None:
    named = namings(register.as_of(day))
    assert {
        (naming.version.mandate, naming.other.mandate) for naming in named if not naming.mutual
    } == one_way


@pytest.mark.parametrize("day", DATES)
def test_no_task_is_without_a_holder_and_only_a_shared_one_has_two(
    register: Register, day: date
) -> None:
    as_of = register.as_of(day)
    for task in as_of.living(Task):
        holders = as_of.holders(task)
        assert holders, f"no one holds {task.id} on {day}"
        assert len(holders) == 1 or task.shared


# 7. Who belongs to this network, since when, and which network covers this county?


@pytest.mark.parametrize(
    ("day", "network"),
    [
        (date(2013, 4, 8), None),
        (date(2013, 4, 9), "regional-coordinator-networks"),
        (LAST_DAY_AT_IMDI, "regional-coordinator-networks"),
        (MOVED_TO_COUNTIES, "regional-prevention-networks"),
        (TODAY, "regional-prevention-networks"),
    ],
)
def test_which_regional_networks_are_there(
    register: Register, day: date, network: str | None
) -> None:
    regional = [found.id for found in register.as_of(day).living(Network) if "regional" in found.id]
    assert regional == ([network] if network else [])


@pytest.mark.parametrize("day", [date(2010, 12, 31), *DATES])
def test_which_networks_cover_skane(register: Register, day: date) -> None:
    skane = register.get(Area, "skane")
    assert skane is not None
    covering = ids(register.as_of(day).networks_covering(skane))
    assert ("authority-network" in covering) is (day >= date(2011, 1, 1))


# 8. What is stale: translations, reviews, contact checks, links?


@pytest.mark.parametrize(
    ("day", "overdue"),
    [
        ("2013-05-01", False),
        ("2019-12-31", False),
        ("2026-11-22", False),
        ("2027-11-22", False),
        ("2027-11-23", True),
    ],
)
def test_what_is_overdue(day: str, overdue: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "remit", "check", "--as-of", day],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    codes = Counter(line.rpartition("[")[2].rstrip("]") for line in done.stdout.splitlines())
    assert bool(codes["review-overdue"]) is overdue
    assert codes["stale-translation"] == 0 and codes["unresolved-link"] == 0


@pytest.mark.parametrize(
    ("day", "unverified"),
    [
        (date(2003, 12, 31), 6),
        (FIRST_MANDATES, 9),
        (REVISED, 11),
        (date(2024, 6, 3), 13),
        (TODAY, 13),
    ],
)
def test_which_contacts_no_one_has_confirmed(
    register: Register, day: date, unverified: int
) -> None:
    contacts = register.as_of(day).living(Contact)
    assert len([contact for contact in contacts if contact.verified is None]) == unverified


# The day is refused when it is none


@pytest.mark.parametrize("day", ["2019-13-01", "today", "2019-1-1", "1/1/2019"])
def test_check_as_of_no_date_is_refused(day: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "remit", "check", "--as-of", day],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert f'"{day}" is no date' in done.stderr


def _and_its_service(register: Register, audience: Audience) -> set[str]:
    found, one = {audience.id}, audience
    while (larger := register.follow(Audience, one.within)) and larger.id not in found:
        found.add(larger.id)
        one = larger
    return found


@pytest.mark.parametrize("day", [FIRST_MANDATES, MOVED_TO_COUNTIES, TODAY])
def test_each_audience_finds_whoever_says_to_be_for_it(register: Register, day: date) -> None:
    """The answers are those of going through all roles and contact points."""
    as_of = register.as_of(day)
    for audience in register.all(Audience):
        wanted = _and_its_service(register, audience)

        def is_for(meant: Iterable[str], wanted: set[str] = wanted) -> bool:
            return bool(wanted & {one.rpartition("/")[2] for one in meant})

        roles = [one for one in as_of.living(Role) if is_for(one.serves)]
        assert as_of.roles_serving(audience) == roles
        affected = audience.kind is AudienceKind.AFFECTED
        wrong = ContactFor.PROFESSIONALS if affected else ContactFor.AFFECTED
        contacts = []
        for contact in as_of.living(Contact):
            role = register.follow(Role, contact.of)
            meant = contact.audiences or (role.serves if role else [])
            if contact.for_ is not wrong and (not meant or is_for(meant)):
                contacts.append(contact)
        assert as_of.contacts_meant_for(audience.id) == contacts
