"""Who works together and where: the map and its list, members as tables, CSV and vCard files."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html

from registers import REGISTER, ROOT, found, overlay
from remit.build import load_and_check
from remit.diagnostics import has_errors
from remit.model.records import Area, AreaLevel, Contact, Network, Partner
from remit.model.register import Register, address_of
from remit.render.county_map import MAPS, countries
from remit.render.directory import network_groups, partner_groups
from remit.render.directory_files import Card, CardFile, Sheet, directory_files
from remit.render.labels import labels_for
from remit.render.page import Page
from remit.render.pages import site_pages
from remit.render.site_view import SiteView
from remit.settings import Settings, read_settings
from remit.write.directory_files import csv_bytes, vcard_bytes

LANGUAGES = ("nb", "sv", "en")


@pytest.fixture(scope="module")
def settings() -> Settings:
    return read_settings(ROOT)


@pytest.fixture(scope="module")
def register(settings: Settings) -> Register:
    return load_and_check(settings).register


def _view(register: Register, settings: Settings, path: str, language: str = "nb") -> SiteView:
    return SiteView(register, settings, language, settings.today, path)


def _page(register: Register, settings: Settings, path: str, language: str = "nb") -> Page:
    return next(one for one in site_pages(register, settings, language) if one.path == path)


def _tree(page: Page) -> html.HtmlElement:
    return html.fragment_fromstring(page.html, create_parent="div")


# --- the map ---


def test_every_county_of_today_is_on_the_map(register: Register, settings: Settings) -> None:
    view = _view(register, settings, "areas")
    for country in countries(view):
        outlines = json.loads((MAPS / f"{country.area.code.lower()}.json").read_text("utf-8"))
        assert set(outlines["counties"]) == {county.code for county in country.counties}
        assert str(country.map).count("<a ") == len(country.counties) + len(
            outlines.get("enlarged", {"counties": ()})["counties"]
        )
    assert [len(country.counties) for country in countries(view)] == [15, 21]


def test_outlines_are_small_and_nothing_but_outlines() -> None:
    for file in sorted(MAPS.glob("*.json")):
        assert file.stat().st_size <= 25_000, file.name
        made = json.loads(file.read_text("utf-8"))
        for outline in made["counties"].values():
            assert re.fullmatch(r"(M[\d. -]+l[\d. -]+z)+", outline["path"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_leads_where_the_map_leads_and_says_the_same(
    register: Register, settings: Settings, language: str
) -> None:
    page = _tree(_page(register, settings, "areas", language))
    for country in page.findall(".//section[@class='remit-country']"):
        listed = {
            item.find("a").get("href"): ("".join(item.find("a").itertext()), item.get("class"))
            for item in country.iterfind(".//li")
        }
        drawn = country.findall(".//svg//a")
        assert {link.get("href") for link in drawn} == set(listed)
        for link in drawn:
            name, style = listed[link.get("href")]
            hatched = (link.find("path").get("fill") or "").startswith("url(#hatch-")
            assert hatched == (style == "remit-county--served")
            assert f" {name}: " in link.findtext("title")
            if not link.get("aria-hidden"):
                assert link.get("aria-label") == link.findtext("title")


def test_only_what_exists_today_counts_as_work_in_a_county(
    register: Register, settings: Settings
) -> None:
    as_of = register.as_of(settings.today)
    at_work = {
        area.id: sorted(record.id for record in as_of.working_in(area))
        for area in register.all(Area)
        if area.level is AreaLevel.COUNTY
    }
    assert at_work["ostergotland"] == ["lansstyrelsen-ostergotland"]
    assert at_work["vestland"] == []  # the office there is closed
    assert at_work["rogaland"] == []


@pytest.mark.parametrize("language, words", [
    ("nb", "Ingen arbeider bare her. Disse dekker Norge:"),
    ("sv", "Ingen arbetar bara här. De här täcker Norge:"),
    ("en", "No one works only here. These cover Norway:"),
])  # fmt: skip
def test_a_county_without_anyone_leads_to_those_who_cover_the_country(
    register: Register, settings: Settings, language: str, words: str
) -> None:
    page = _tree(_page(register, settings, "areas/rogaland", language))
    part = page.find(".//section[@aria-labelledby='contact']")
    assert part is not None and part.findtext("p") == words
    links = [link.get("href") for link in part.iterfind(".//h3/a")]
    assert "../../contacts/competence-team-phone/" in links
    assert "../../contacts/norwegian-police-emergency/" not in links


def test_a_county_with_a_body_but_no_contact_says_that(
    register: Register, settings: Settings
) -> None:
    page = _tree(_page(register, settings, "areas/ostergotland"))
    words = page.findtext(".//section[@aria-labelledby='contact']/p")
    assert words == "Ingen har et kontaktpunkt bare her. Disse dekker Sverige:"
    assert page.find(".//section[@aria-labelledby='organisations']//a") is not None


def test_a_country_without_known_outlines_has_the_list_alone() -> None:
    settings = read_settings(REGISTER)
    page = _tree(_page(load_and_check(settings).register, settings, "areas"))
    assert page.find(".//svg") is None
    assert "Nordfylke" in page.find(".//section[@class='remit-country']").text_content()


@pytest.mark.parametrize("language, order", [
    ("nb", ["Agder", "Telemark", "Ærfylke", "Østfold", "Åfylke"]),
    ("nb", ["Zed", "Ähus", "Örebro", "Ål"]),
    ("sv", ["Zed", "Ål", "Ærfylke", "Østfold"]),
    ("sv", ["Zed", "Ångermanland", "Ärla", "Örebro"]),
    ("en", ["Agder", "Östfold", "Telemark"]),
])  # fmt: skip
def test_names_stand_in_the_order_of_the_readers_alphabet(language: str, order: list[str]) -> None:
    labels = labels_for(language)
    backwards = order[::-1]
    assert sorted(backwards, key=labels.sort_key) == order


# --- groups ---


def test_every_network_and_partner_stands_in_one_group(
    register: Register, settings: Settings
) -> None:
    view = _view(register, settings, "networks")
    for cls, groups in (
        (Network, network_groups(view, register.all(Network))),
        (Partner, partner_groups(view, register.all(Partner))),
    ):
        grouped = [record.id for _, _, records in groups for record in records]
        assert sorted(grouped) == [record.id for record in register.all(cls)]
        ids = [id for _, id, _ in groups]
        assert len(set(ids)) == len(ids)


def test_networks_are_grouped_by_country_and_level(register: Register, settings: Settings) -> None:
    groups = network_groups(_view(register, settings, "networks"), register.all(Network))
    assert [heading for heading, _, _ in groups] == [
        "Norge: nasjonale nettverk",
        "Norge: regionale nettverk",
        "Sverige: nasjonale nettverk",
    ]


def test_a_profession_sees_the_networks_of_the_roles_that_serve_it(
    register_copy: Path,
) -> None:
    role = "content/roles/specialist-team.yml"
    text = (REGISTER / role).read_text("utf-8")
    overlay(register_copy, {role: f"{text}serves: [teacher]\n"})
    page = _tree(_page(*_loaded(register_copy), "audiences/teacher"))
    links = page.findall(".//section[@aria-labelledby='networks']//a")
    assert [link.get("href") for link in links] == ["../../networks/testnettverket/"]


# --- members ---

NETWORK = "content/networks/testnettverket.yml"
LATER_AND_BEFORE = """\
  - member: testdepartementet
    part: contact
    note: {nb: "Bare om økonomi.", en: Money only.}
  - member: testdirektoratet
    period: {from: 2021-01-01, to: 2022-12-31}
"""


def _loaded(folder: Path) -> tuple[Register, Settings]:
    settings = read_settings(folder)
    return load_and_check(settings).register, settings


def _with_members(folder: Path, more: str) -> Path:
    text = (REGISTER / NETWORK).read_text("utf-8")
    at = text.index("  - member: specialist-team")
    overlay(folder, {NETWORK: text[:at] + more + text[at:]})
    assert not has_errors(found(folder))
    return folder


def test_the_table_shows_the_members_of_today_and_the_others_apart(register_copy: Path) -> None:
    page = _tree(_page(*_loaded(_with_members(register_copy, LATER_AND_BEFORE)), NETWORK[8:-4]))
    table = page.find(".//div[@class='remit-directory']//table")
    names = [row.find("th").text_content() for row in table.iterfind("tbody/tr")]
    assert names == ["Fagteamet", "Testdepartementet"]
    before = page.find(".//section[@aria-labelledby='earlier-members']")
    assert "Testdirektoratet" in before.text_content()


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_csv_file_has_the_rows_of_the_table(register_copy: Path, language: str) -> None:
    register, settings = _loaded(_with_members(register_copy, LATER_AND_BEFORE))
    files = {one.path: one for one in directory_files(register, settings, language)}
    sheet = files[f"{language}/networks/testnettverket/members.csv"]
    assert isinstance(sheet, Sheet)
    data = csv_bytes(sheet)
    assert data.startswith(b"\xef\xbb\xbf") and data.endswith(b"\r\n")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    member, note, phone = {
        "nb": ("Medlem", "Merknad", "Telefon"),
        "en": ("Member", "Note", "Phone"),
    }[language]
    assert len(rows) == 2
    assert rows[0][phone] == "tel:+4747800000"
    assert rows[1][note] == {"nb": "Bare om økonomi.", "en": "Money only."}[language]
    table = _tree(_page(register, settings, "networks/testnettverket", language))
    names = [cell.text_content() for cell in table.findall(".//tbody//th")[:2]]
    assert [row[member] for row in rows] == names


def test_names_in_the_files_follow_the_day(register_copy: Path) -> None:
    register, settings = _loaded(
        _with_members(register_copy, "  - member: testdirektoratet\n    part: invited\n")
    )

    def names(settings: Settings) -> str:
        sheets = [
            one for one in directory_files(register, settings, "nb") if isinstance(one, Sheet)
        ]
        return "\n".join(row[1] for sheet in sheets for row in sheet.rows)

    body = register.by_address["organisations/testdirektoratet"]
    earlier = replace(settings, today=register.as_of(settings.today).day.replace(year=2014))
    then, now = body.name_on(earlier.today)["nb"], body.name_on(settings.today)["nb"]
    assert then != now
    assert now in names(settings) and then not in names(settings)
    assert then in names(earlier) and now not in names(earlier)


def test_every_file_that_a_page_offers_is_made_and_no_other(
    register: Register, settings: Settings
) -> None:
    for language in LANGUAGES:
        made = {one.path for one in directory_files(register, settings, language)}
        offered = set()
        for page in site_pages(register, settings, language):
            for link in _tree(page).iterfind(".//a[@download]"):
                name = link.get("href").rpartition("/")[2]
                if name.endswith((".csv", ".vcf")):
                    offered.add(f"{language}/{page.path}/{name}")
        assert offered == made


def test_five_hundred_members_with_long_names(register_copy: Path) -> None:
    register, settings = _loaded(crowded(register_copy))
    page = _page(register, settings, "networks/testnettverket")
    assert page.html.count("<tr>") == 502
    assert len(page.html.encode()) < 600_000
    sheet = next(
        one for one in directory_files(register, settings, "nb") if one.path.endswith("members.csv")
    )
    assert isinstance(sheet, Sheet) and len(sheet.rows) == 501


def crowded(folder: Path) -> Path:
    """The small register with 500 more members of its network, with names of 200 characters."""
    body = (REGISTER / "content/organisations/testdepartementet.yml").read_text("utf-8")
    files = {}
    members = []
    for number in range(500):
        id = f"body-{number:03}"
        name = f"{number:03} {'Langtnavnutenmellomrom' * 3} " + "etat for noe " * 20
        names = f"names:\n  - name: {{nb: {name[:200].strip()}, en: {name[:200].strip()}}}\n"
        text = re.sub(r"^names:\n(?:[ -].*\n)+", names, body, flags=re.MULTILINE)
        files[f"content/organisations/{id}.yml"] = re.sub(r"^id: .*", f"id: {id}", text)
        members.append(f"  - member: {id}\n")
    overlay(folder, files)
    return _with_members(folder, "".join(members))


# --- vCard ---


def _cards(data: bytes) -> list[dict[str, str]]:
    """Unfolded property → value, card by card."""
    assert data.endswith(b"\r\n") and b"\n" not in data.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    cards: list[dict[str, str]] = []
    for line in data.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        if line == "BEGIN:VCARD":
            cards.append({})
        cards[-1][name.partition(";")[0]] = value
    assert all(card["VERSION"] == "4.0" and card["END"] == "VCARD" for card in cards)
    return cards


CARD = Card(
    address="https://remit.example/nb/contacts/a/",
    name=("Råd, hjelp; og \\ mer", "nb"),
    holder=("Årsverk" * 30, "nb"),
    phone="tel:+4747800000",
    email="a@b.example",
    web="https://a.example/?x=1,2;y",
    spoken=("nb", "so"),
    notes=("Første linje", "Andre\nlinje"),
    confirmed=None,
)


def test_a_card_is_folded_and_its_texts_escaped() -> None:
    (card,) = _cards(vcard_bytes(CardFile("x", (CARD,))))
    assert card["FN"] == r"Råd\, hjelp\; og \\ mer"
    assert card["ORG"] == "Årsverk" * 30
    assert card["NOTE"] == r"Første linje\nAndre\nlinje"
    assert card["TEL"] == "tel:+4747800000"
    assert card["URL"] == "https://a.example/?x=1,2;y"


def test_every_contact_has_a_card_in_every_language(register: Register, settings: Settings) -> None:
    for language in LANGUAGES:
        files = {one.path: one for one in directory_files(register, settings, language)}
        for contact in register.all(Contact):
            made = files[f"{language}/{address_of(contact)}/contact.vcf"]
            assert isinstance(made, CardFile)
            (card,) = _cards(vcard_bytes(made))
            assert card["FN"] == contact.name[language].replace(",", "\\,").replace(";", "\\;")


def test_the_built_site_holds_the_files(built_site: Path) -> None:
    data = (built_site / "sv/networks/authority-network/members.csv").read_bytes()
    assert data.count(b"\r\n") == 29
    assert _cards((built_site / "sv/contacts/swedish-police-ordinary/contact.vcf").read_bytes())
    assert (built_site / "en/directory/contacts.vcf").is_file()
