"""The facts of the five sources, each found on the site in every language.

A row is a page and what must stand on it. What is the same in every language (numbers, names in
their own language, document ids) is given once; dates are written by the language's rule.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from lxml import html

from remit.render.labels import labels_for

LANGUAGES = ("nb", "sv", "en")

FACTS: list[tuple[str, tuple[str | date, ...]]] = [
    # The mandate of the regional coordinators
    (
        "mandates/regional-coordinators/2013-04-09",
        ("IM 2013-005V2", "IM 2013-005", "13/156-1", date(2013, 4, 9), "KT", "RVTS"),
    ),
    # The Competence Team's mandate, an annex too, changed in place
    (
        "mandates/competence-team/2018-06-19",
        (
            "IM 2013-005V1",
            "IM 2013-005",
            "15/05235-23",
            "13/156-1",
            date(2013, 4, 9),
            date(2018, 6, 19),
        ),
    ),
    # The supplementary allocation letter no. 3 for 2019
    (
        "assignments/imdi-2019-021",
        (
            "021",
            "18/5716-26",
            date(2019, 9, 11),
            date(2019, 8, 28),
            date(2019, 11, 29),
            "IMDi",
            "Nora",
        ),
    ),
    ("assignments/imdi-2019-022", ("022", "18/5716-26", date(2019, 11, 22), "36", "Bufdir")),
    (
        "assignments/imdi-2019-023",
        ("023", date(2019, 8, 5), date(2020, 7, 1), "Narvik", "Bergen", "30"),
    ),
    ("offices/imdi-kristiansand", ("Kristiansand", date(2020, 7, 1))),
    ("offices/imdi-gjovik", ("Gjøvik", date(2020, 7, 1))),
    ("offices/imdi-trondheim", ("Trondheim", date(2020, 7, 1))),
    ("offices/imdi-bergen", ("Bergen",)),
    ("offices/imdi-narvik", ("Narvik", "30")),
    ("organisations/kd", ("872 417 842", "Postboks 8119 Dep")),
    # The five areas that moved, and the funds
    ("transfers/imdi-regional-tasks-2020", (date(2020, 1, 1), "Jobbsjansen", "mentor", "trainee")),
    ("tasks/settlement-capacity", (date(2019, 12, 31), date(2020, 1, 1))),
    ("tasks/regional-prevention", (date(2019, 12, 31), date(2020, 1, 1))),
    ("tasks/qualification-guidance", (date(2019, 12, 31), date(2020, 1, 1))),
    ("tasks/voluntary-participation", (date(2019, 12, 31), date(2020, 1, 1))),
    ("tasks/sector-cooperation", (date(2019, 12, 31), date(2020, 1, 1))),
    # Sweden's national team
    ("assignments/vaga-gora-skillnad", ("U2011/4322/JÄM",)),
    ("assignments/national-competence-team-2013", ("U2013/5290/JÄM", "2013")),
    ("assignments/national-competence-team-2017", ("S2017/07421/JÄM", "2019", date(2019, 3, 29))),
    (
        "mandates/national-competence-team",
        ("U2011/4322/JÄM", "U2013/5290/JÄM", "S2017/07421/JÄM", date(2019, 3, 29)),
    ),
    ("contacts/national-support-phone-line", ("010-223 57 60",)),
    # Collaboration, the networks and their background
    ("legal-bases/skr-2007-08-39", ("2007/08:39",)),
    ("legal-bases/skr-2009-10-229", ("2009/10:229",)),
    ("legal-bases/ordinance-2022-1345", ("2022:1345",)),
    ("assignments/county-boards-2004", ("2004",)),
    (
        "networks/authority-network",
        ("2007/08:39", "2009/10:229"),
    ),
    # Further facts on the same bodies
    ("contacts/competence-team-phone", ("478 090 50", "kompetanseteamet@bufdir.no")),
    ("contacts/operations-centre-phone", ("23 95 00 00", "UDops@mfa.no")),
    ("contacts/norwegian-police-ordinary", ("02800",)),
    ("contacts/ratt-att-valja-phone", ("020-57 70 70",)),
    ("contacts/national-support-phone-switchboard", ("010-223 50 00",)),
    ("roles/competence-team", ("2004", "597", "669", "649", "2016", "2019", "2020")),
    ("roles/minority-advisers", ("38", "11", "59")),
    ("roles/national-support-phone", (date(2014, 3, 13),)),
    ("roles/ratt-att-valja", (date(2024, 6, 3),)),
    ("legal-bases/penal-code-norway", ("§ 196",)),
]

AUTHORITY_NETWORK = """
    arbetsformedlingen barnafrid barnombudsmannen brottsoffermyndigheten
    center-mot-valdsbejakande-extremism folkhalsomyndigheten forsakringskassan
    jamstalldhetsmyndigheten kriminalvarden lansstyrelsen-stockholm
    lansstyrelsen-vastra-gotaland lansstyrelsen-skane migrationsverket
    myndigheten-for-delaktighet myndigheten-for-familjeratt-och-foraldraskapsstod
    myndigheten-for-samhallsskydd-och-beredskap myndigheten-for-stod-till-trossamfund
    myndigheten-for-ungdoms-och-civilsamhallesfragor nationellt-centrum-for-kvinnofrid
    polismyndigheten skatteverket skolverket socialstyrelsen statens-institutionsstyrelse
    sveriges-kommuner-och-regioner utrikesdepartementet aklagarmyndigheten
""".split()

COORDINATORS_PARTNERS = """
    roles/competence-team organisations/rvts organisations/norwegian-police organisations/bufetat
    organisations/nav organisations/udi organisations/reception-centres
    organisations/school-owners-norway roles/minority-advisers organisations/county-governors
""".split()

TEAM_MEMBERS = "bufdir udi pod hdir avdir imdi ud udir".split()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("address", "facts"), FACTS, ids=[row[0] for row in FACTS])
def test_facts(
    built_site: Path, language: str, address: str, facts: tuple[str | date, ...]
) -> None:
    text = _text(built_site / language / address / "index.html")
    labels = labels_for(language)
    for fact in facts:
        words = labels.day(fact).replace("\u00a0", " ") if isinstance(fact, date) else fact
        assert words in text, f"{language}/{address}: {words}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_member_of_the_authority_network(built_site: Path, language: str) -> None:
    hrefs = _hrefs(built_site / language / "networks" / "authority-network" / "index.html")
    assert len(AUTHORITY_NETWORK) == 27
    for member in AUTHORITY_NETWORK:
        assert f"../../organisations/{member}/" in hrefs, member


@pytest.mark.parametrize("language", LANGUAGES)
def test_everyone_the_coordinators_work_with(built_site: Path, language: str) -> None:
    page = built_site / language / "mandates" / "regional-coordinators" / "2013-04-09"
    hrefs = _hrefs(page / "index.html")
    for partner in COORDINATORS_PARTNERS:
        assert f"../../../{partner}/" in hrefs, partner


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_member_of_the_competence_team(built_site: Path, language: str) -> None:
    hrefs = _hrefs(built_site / language / "roles" / "competence-team" / "index.html")
    for member in TEAM_MEMBERS:
        assert f"../../organisations/{member}/" in hrefs, member


def _root(page: Path) -> html.HtmlElement:
    return html.document_fromstring(page.read_bytes().decode("utf-8"))


def _text(page: Path) -> str:
    return " ".join("".join(map(str, _root(page).itertext())).replace("\u00a0", " ").split())


def _hrefs(page: Path) -> set[str | None]:
    return {link.get("href") for link in _root(page).iter("a")}
