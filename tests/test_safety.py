"""Readers at risk: leaving at once, words explained, nothing kept, and the headers that hold it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from browsing import DESK, LANGUAGES, PHONE, Visit
from registers import REGISTER, overlay
from remit.build import load_and_check
from remit.model.records import Contact, Guidance, Redirect, Term, Topic
from remit.model.register import address_of
from remit.render.frame import Frames
from remit.render.labels import labels_for
from remit.render.page import Page
from remit.render.pages import site_pages
from remit.settings import Settings, SettingsError, read_settings
from remit.write.hosting import HEADERS, headers_file, headers_of, htaccess, nginx

ROOT = Path(__file__).parent.parent
SETTINGS = read_settings(ROOT)
SENSITIVE = "guidance/when-there-is-danger"
GUIDE = "content/guidance/whom-to-contact.nb.md"
HOSTING = (ROOT / "docs/hosting.md").read_text("utf-8")
EXIT_LINKS = "[data-remit-exit]"
BAR_LINK = ".remit-exit .remit-exit__link"


def _page(site: Path, language: str, path: str) -> Any:
    return html.document_fromstring((site / language / path / "index.html").read_bytes())


# --- which pages have the exit ---


def test_sensitive_pages_have_the_exit_and_no_other_page(built_site: Path) -> None:
    register = load_and_check(SETTINGS).register
    for language in LANGUAGES:
        for record in register.records:
            if isinstance(record, Redirect):
                continue  # it stands where the page was that it leads on from
            expected = (isinstance(record, Guidance) and record.sensitive) or (
                isinstance(record, Contact) and record.for_ == "affected"
            )
            page = _page(built_site, language, address_of(record))
            assert bool(page.xpath("//*[@data-remit-exit]")) == expected, (language, record.id)
            scripts = [one.get("src", "") for one in page.iter("script")]
            assert any("remit-exit" in one for one in scripts) == expected, (language, record.id)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_exit_is_a_plain_link_that_tells_nothing(built_site: Path, language: str) -> None:
    page = _page(built_site, language, SENSITIVE)
    links = page.xpath("//a[@data-remit-exit]")
    assert len(links) == 2  # the search dialog, which a script makes, has one more
    for link in links:
        assert link.get("href") == SETTINGS.exit_site(language)
        assert set(link.get("rel", "").split()) == {"noreferrer", "noopener"}
        assert not link.get("target")
    more = page.xpath("//aside//a[contains(@href, 'guidance/browse-safely/')]")
    assert more and more[0].text_content()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('exit_sites = { nb = "http://a.example/" }', "is no web address"),
        ('exit_sites = { nb = "javascript:alert(1)" }', "is no web address"),
        ('exit_sites = { de = "https://a.example/" }', 'names the language "de"'),
        ('feedback = "javascript:alert(1)"', '"feedback" is neither'),
        ('feedback = "mailto:"', '"feedback" is neither'),
    ],
)
def test_addresses_in_the_settings_are_refused_kindly(
    register_copy: Path, line: str, said: str
) -> None:
    _add_setting(register_copy, line)
    with pytest.raises(SettingsError) as refused:
        read_settings(register_copy)
    assert said in str(refused.value)
    assert refused.value.diagnostic.help
    assert refused.value.diagnostic.location.line > 1


def test_the_settings_say_where_the_exit_leads(register_copy: Path) -> None:
    _add_setting(register_copy, 'exit_sites = { nb = "https://vaer.example/" }')
    settings = read_settings(register_copy)
    assert settings.exit_site("nb") == "https://vaer.example/"
    assert settings.exit_site("en") == read_settings(REGISTER).exit_site("en")
    assert settings.exit_site("fi") == settings.exit_site("en")


def test_a_register_without_the_page_on_browsing_safely_has_the_exit(register_copy: Path) -> None:
    text = (register_copy / GUIDE).read_text("utf-8")
    overlay(register_copy, {GUIDE: text.replace("topics:", "sensitive: true\ntopics:")})
    settings = read_settings(register_copy)
    register = load_and_check(settings).register
    contexts: list[Any] = []

    def keep(language: str, context: dict[str, Any]) -> str:
        contexts.append(context["exit"])
        return ""

    frames = Frames(register, settings, keep)
    for page in site_pages(register, settings, "nb"):
        frames.whole(page)
    found = [one for one in contexts if one]
    assert found
    assert all(one == {"site": settings.exit_site("nb"), "page": "", "title": ""} for one in found)


def _add_setting(register: Path, line: str) -> None:
    file = register / "pyproject.toml"
    file.write_text(file.read_text("utf-8") + line + "\n", "utf-8")


# --- the exit in a browser ---


def _leaving(visit: Visit, language: str) -> Any:
    """The sensitive page, come to from the home page; the way out answers without the network."""
    visit.exit = SETTINGS.exit_site(language)
    visit.page.route(
        f"{visit.exit}**",
        lambda route: route.fulfill(
            body="<!doctype html><title>-</title>", content_type="text/html"
        ),
    )
    visit.open(f"/{language}/")
    return visit.open(f"/{language}/{SENSITIVE}/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_click_leaves_and_back_does_not_return(visit: Visit, language: str) -> None:
    page = _leaving(visit, language)
    page.click(BAR_LINK)
    page.wait_for_url(visit.exit)
    assert page.evaluate("document.referrer") == ""
    page.go_back()
    assert page.url == f"{visit.origin}/{language}/"


def test_jumps_and_other_languages_leave_no_second_copy_in_the_history(visit: Visit) -> None:
    page = _leaving(visit, "nb")
    page.click(".remit-onthispage a >> nth=1")
    assert "#" in page.url
    page.click(".remit-languages a[hreflang=sv]")
    page.wait_for_url("**/sv/**")
    page.click(".remit-languages a[hreflang=nb]")
    page.wait_for_url("**/nb/**")
    page.click(BAR_LINK)
    page.wait_for_url(visit.exit)
    page.go_back()
    assert page.url == f"{visit.origin}/nb/"


def test_a_click_with_a_key_held_leaves_too(visit: Visit) -> None:
    page = _leaving(visit, "nb")
    page.click(BAR_LINK, modifiers=["Shift"])
    page.wait_for_url(visit.exit)
    assert len(page.context.pages) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_shifts_leave_and_say_so_in_the_language(visit: Visit, language: str) -> None:
    labels = labels_for(language)
    page = _leaving(visit, language)
    status = ".remit-exit [role=status]"
    assert page.inner_text(status) == ""
    page.keyboard.press("Shift")
    assert page.inner_text(status) == labels["exit_two"]
    page.keyboard.press("Shift")
    assert page.inner_text(status) == labels["exit_one"]
    page.keyboard.press("Shift")
    page.wait_for_url(visit.exit)


def test_shift_counts_anew_after_a_while_and_says_so(visit: Visit) -> None:
    page = _leaving(visit, "nb")
    page.clock.install()
    page.reload()
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.clock.run_for(5_100)
    assert page.inner_text(".remit-exit [role=status]") == labels_for("nb")["exit_over"]
    page.keyboard.press("Shift")
    assert page.inner_text(".remit-exit [role=status]") == labels_for("nb")["exit_two"]
    assert page.url.startswith(visit.origin)


def test_shift_with_anything_else_does_not_leave(visit: Visit) -> None:
    page = _leaving(visit, "nb")
    page.click("[data-remit-search] >> nth=0")
    for letter in ("A", "B", "C", "D"):
        page.keyboard.press(f"Shift+{letter}")
    for keys in ("Alt+Shift", "Control+Shift", "Shift+Tab", "Shift+ArrowLeft"):
        for _ in range(3):
            page.keyboard.press(keys)
    page.keyboard.press("Escape")
    for keys in ("Shift", "Shift", "x", "Shift", "Shift"):
        page.keyboard.press(keys)
    for _ in range(3):
        page.keyboard.down("Shift")
        page.mouse.click(5, 400)
        page.keyboard.up("Shift")
    assert page.url.startswith(visit.origin)
    assert page.is_visible("h1")


def test_the_page_goes_before_the_other_site_answers_and_comes_back_usable(visit: Visit) -> None:
    """The other site has nothing to show; then the browser shows the page from its memory."""
    page = _leaving(visit, "nb")
    title = page.title()
    page.route(f"{visit.exit}**", lambda route: route.fulfill(status=204))
    page.click(BAR_LINK)
    assert not page.is_visible("h1")
    assert not page.is_visible("header")
    assert page.inner_text("[role=alert]") == labels_for("nb")["exit_leaving"]
    assert page.title() not in (title, "")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert page.is_visible("h1")
    assert page.title() == title
    assert page.locator("[role=alert]").count() == 0


def test_the_second_stop_of_the_keyboard_is_an_exit(visit: Visit) -> None:
    page = _leaving(visit, "nb")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('[data-remit-exit]')")
    box = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
    assert box["left"] >= 0 and box["height"] >= 24
    page.keyboard.press("Enter")
    page.wait_for_url(visit.exit)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_exit_stays_in_sight_and_covers_no_focus(visit: Visit, size: dict[str, int]) -> None:
    page = _leaving(visit, "en")
    page.set_viewport_size(size)
    page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    box = page.locator(BAR_LINK).bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] < 80 and box["height"] >= 44
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    hidden = page.evaluate(
        """() => [...document.querySelectorAll("main a")].reverse().filter((link) => {
          link.focus();
          const bar = document.querySelector(".remit-exit").getBoundingClientRect();
          return link.getBoundingClientRect().top < bar.bottom - 1;
        }).map((link) => link.outerHTML)"""
    )
    assert not hidden


def test_without_scripts_the_exit_is_a_link_and_back_works(scriptless: Visit) -> None:
    page = _leaving(scriptless, "nb")
    assert not page.is_visible(".remit-exit__keys")
    page.click(BAR_LINK)
    page.wait_for_url(scriptless.exit)
    page.go_back()
    assert page.is_visible("h1") and page.is_visible(BAR_LINK)


def test_the_exit_and_the_meanings_are_not_printed(visit: Visit) -> None:
    page = _leaving(visit, "nb")
    page.emulate_media(media="print")
    page.focus(".remit-term a")
    assert not page.is_visible(".remit-exit")
    assert not page.is_visible(".remit-term__meaning >> nth=0")
    assert page.is_visible(".remit-words")


# --- words ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_glossary_word_has_its_meaning_of_the_day(built_site: Path, language: str) -> None:
    register = load_and_check(SETTINGS).register
    page = _page(built_site, language, SENSITIVE)
    links = page.xpath("//a[contains(@href, '/terms/duty-to-avert/')][@aria-describedby]")
    assert links
    meaning = page.get_element_by_id(links[0].get("aria-describedby", ""))
    assert meaning.get("role") == "tooltip" and not list(meaning.iter("a"))
    term = register.get(Term, "duty-to-avert")
    assert term is not None
    expected = " ".join(term.definitions[-1].text.best(language)[0].split())
    assert meaning.text_content() == expected
    listed = page.xpath("//section[contains(@class, 'remit-words')]//dd")
    assert expected in [one.text_content() for one in listed]


def test_the_meaning_follows_the_day() -> None:
    register = load_and_check(SETTINGS).register
    term = register.get(Term, "forced-marriage")
    assert term is not None
    early, late = (one.text for one in term.definitions)
    assert register.as_of(date(2015, 1, 1)).meaning(term) == early
    assert register.as_of(date(2020, 6, 1)).meaning(term) == early
    assert register.as_of(date(2026, 1, 1)).meaning(term) == late
    assert register.as_of(date(2000, 1, 1)).meaning(term) == early


def test_a_meaning_shows_on_hover_and_focus_and_esc_closes_it(visit: Visit) -> None:
    page = visit.open(f"/nb/{SENSITIVE}/")
    meaning = page.locator(".remit-term__meaning").first
    word = page.locator(".remit-term a").first
    assert not meaning.is_visible()
    word.hover()
    assert meaning.is_visible()
    meaning.hover()
    assert meaning.is_visible()
    page.keyboard.press("Escape")
    assert not meaning.is_visible()
    page.mouse.move(1, 1)
    word.focus()
    assert meaning.is_visible()
    page.keyboard.press("Escape")
    assert not meaning.is_visible()
    assert page.evaluate("document.activeElement.matches('.remit-term a')")


def test_meanings_need_no_script_and_stay_on_the_phone(scriptless: Visit) -> None:
    for path in (SENSITIVE, "guidance/registering-a-case"):
        page = scriptless.open(f"/en/{path}/")
        for word in page.locator(".remit-term").all():
            word.locator("a").focus()
            meaning = word.locator(".remit-term__meaning")
            box = meaning.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
            line = word.locator("a").bounding_box()
            assert 0 <= box["y"] - line["y"] <= 80
        assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_exit_and_meaning_are_accessible_when_shown(visit: Visit, language: str) -> None:
    broken: list[str] = []
    page = visit.open(f"/{language}/{SENSITIVE}/")
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        page.locator(".remit-term a").first.focus()
        page.keyboard.press("Shift")
        assert page.locator(".remit-term__meaning").first.is_visible()
        broken += visit.axe(f"meaning {size['width']}")
        page.click("[data-remit-search] >> nth=0")
        broken += visit.axe(f"search {size['width']}")
        page.keyboard.press("Escape")
    page.keyboard.press("Shift+Tab")
    page.evaluate("document.querySelector('header [data-remit-exit]').focus()")
    broken += visit.axe("second exit")
    for path in ("guidance/accessibility", "guidance/privacy", "guidance/browse-safely"):
        visit.open(f"/{language}/{path}/")
        broken += visit.axe(path)
    assert not broken, "\n".join(broken)


# --- upkeep, statements, lost addresses ---


def _guide(register: Path, language: str, **changes: object) -> Page:
    settings = read_settings(register)
    settings = Settings(**{name: getattr(settings, name) for name in settings.__slots__} | changes)
    loaded = load_and_check(settings).register
    pages = site_pages(loaded, settings, language)
    return next(page for page in pages if page.path == "guidance/whom-to-contact")


def test_an_overdue_page_says_so_at_its_top(register_copy: Path) -> None:
    fresh = _guide(register_copy, "nb").html
    assert "remit-notice--warning" not in fresh
    late = _guide(register_copy, "nb", today=date(2028, 1, 1)).html
    words = labels_for("nb").get("overdue", day=labels_for("nb").day(date(2027, 5, 1)))
    assert words in late
    assert late.index("<h1>") < late.index(words) < late.index("remit-guidance")


def test_readers_are_told_where_to_report_faults(register_copy: Path) -> None:
    labels = labels_for("nb")
    with_link = _guide(register_copy, "nb", feedback="mailto:feil@etat.example").html
    assert f'<a href="mailto:feil@etat.example">{labels["feedback"]}</a>' in with_link
    assert labels["feedback_warning"] in with_link
    demonstration = _guide(register_copy, "nb", demonstration=True).html
    assert labels["feedback_none"] in demonstration
    text = (register_copy / GUIDE).read_text("utf-8")
    overlay(register_copy, {GUIDE: text.replace("topics:", "owner: testdirektoratet\ntopics:")})
    owned = _guide(register_copy, "nb").html
    assert re.search(r'<a href="../../organisations/testdirektoratet/">[^<]+</a>', owned)
    assert labels["feedback_warning"] in owned


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_leads_to_the_statements(built_site: Path, language: str) -> None:
    register = load_and_check(SETTINGS).register
    about = [one for one in register.all(Guidance) if Topic.ABOUT in one.topics]
    assert {"accessibility", "privacy", "browse-safely"} <= {one.id for one in about}
    for path in ("", "roles", SENSITIVE):
        page = _page(built_site, language, path)
        words = {one.text_content() for one in page.xpath("//body/footer//nav//a")}
        assert {one.title.best(language)[0] for one in about} <= words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lost_address_is_answered_in_its_language(built_site: Path, language: str) -> None:
    page: Any = html.document_fromstring((built_site / language / "404.html").read_bytes())
    assert page.get("lang") == language
    labels = labels_for(language)
    assert [one.text_content() for one in page.iter("h1")] == [labels["not_found"]]
    links = [one.get("href", "") for one in page.xpath("//main//a")]
    assert f"/{language}/contacts/" in links and f"/{language}/all/" in links
    assert page.xpath("//a[@href='tel:112']")
    everyone: Any = html.document_fromstring((built_site / "404.html").read_bytes())
    assert [one.get("lang") for one in everyone.xpath("//main//section")] == list(LANGUAGES)


# --- headers, requests, storage ---


@pytest.mark.parametrize(
    ("title", "made"),
    [("_headers", headers_file), (".htaccess", htaccess), ("nginx.conf", nginx)],
)
def test_the_hosting_page_shows_what_the_table_makes(title: str, made: Any) -> None:
    shown = re.search(rf'^```\w* ?title="{re.escape(title)}"\n(.*?)^```$', HOSTING, re.M | re.S)
    assert shown and shown[1] == made(SETTINGS.languages)


@pytest.mark.parametrize(("title", "made"), [(".htaccess", htaccess), ("nginx.conf", nginx)])
def test_the_hosting_page_shows_what_compressed_copies_add(title: str, made: Any) -> None:
    shown = re.search(
        rf'^```\w* title="{re.escape(title)}, with copies"\n(.*?)^```$', HOSTING, re.M | re.S
    )
    without = made(LANGUAGES).splitlines()
    added = [line for line in made(LANGUAGES, compressed=True).splitlines() if line not in without]
    assert shown and shown[1].splitlines() == added


def test_every_form_says_the_same(built_site: Path) -> None:
    """Each header with its value stands in each host's form; and the files lie in the site."""
    forms = [headers_file(LANGUAGES), htaccess(LANGUAGES), nginx(LANGUAGES)]
    for name, value in HEADERS:
        for form in forms:
            assert re.search(rf'{name}:? "?{re.escape(value)}', form), name
        assert name in HOSTING
    assert (built_site / "_headers").read_text("utf-8") == forms[0]
    assert (built_site / ".htaccess").read_text("utf-8") == forms[1]


@pytest.mark.parametrize(
    "path", ["/", "/404.html", "/nb/", "/sv/404.html", "/en/roles/", "/assets/a.css", "/pagefind/a"]
)
def test_headers_files_rules_add_up_to_the_table(path: str) -> None:
    """Read as a host reads it: every rule that fits adds its headers, and none comes twice."""
    found: dict[str, str] = {}
    fits = False
    for line in headers_file(LANGUAGES).splitlines():
        if not line.startswith(" "):
            fits = re.fullmatch(re.escape(line).replace(r"\*", ".*"), path) is not None
        elif fits:
            name, _, value = line.strip().partition(": ")
            assert name not in found
            found[name] = value
    assert found == headers_of(path)


def test_the_policy_is_strict() -> None:
    policy = dict(HEADERS)["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe-inline" not in policy and "'unsafe-eval'" not in policy
    assert "http" not in policy and "*" not in policy


def test_nothing_is_stored_by_reading_and_leaving(visit: Visit) -> None:
    """The tab itself fails on cookies, console errors and requests elsewhere."""
    page = _leaving(visit, "sv")
    page.keyboard.press("Shift")
    page.locator(".remit-term a").first.focus()
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert page.evaluate("indexedDB.databases().then(found => found.length)") == 0
    assert page.evaluate("caches.keys().then(found => found.length)") == 0
    page.click(BAR_LINK)
    page.wait_for_url(visit.exit)
    visit.open("/sv/")
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
