"""Addresses that were released answer for good: kept, checked, led on, or explained."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from conftest import RunRemit
from registers import REGISTER, ROOT, found, overlay
from remit.build import load_and_check
from remit.model.addresses import addresses
from remit.render.pages import site_pages
from remit.settings import read_settings
from remit.write.last_site import Choice
from site_checks import site_faults

TEAM = "roles/specialist-team"
OFFICE = "content/offices/nordkontoret.yml"
VERSION = "mandates/team-mandate/2020-01-01"


def redirect(source: str, to: str = "", note: str = "", id: str = "moved") -> dict[str, str]:
    """A redirect's file, by its path."""
    text = (
        f"id: {id}\nauthoritative_language: nb\nname: {{nb: Et navn, en: A name}}\n"
        f"from: {source}\nsince: 2026-11-01\n"
    )
    text += f"to: {to}\n" if to else ""
    text += f"note: {{nb: {note}, en: {note}}}\n" if note else ""
    return {f"content/redirects/{id}.yml": text}


def codes(register: Path) -> list[str]:
    return [one.code for one in found(register)]


def _words(element: Any) -> str:
    assert element is not None
    return " ".join("".join(element.itertext()).replace("\u00a0", " ").split())


# --- what is kept ----------------------------------------------------------------------------


@pytest.mark.parametrize("root", [REGISTER, ROOT], ids=["small", "shipped"])
def test_every_page_and_every_id_listed_is_on_the_site_and_no_page_is_left_out(root: Path) -> None:
    settings = read_settings(root)
    register = load_and_check(settings).register
    listed = addresses(register)
    assert listed == sorted(set(listed))
    for language in settings.languages:
        pages = {page.path: page for page in site_pages(register, settings, language)}
        assert {one for one in listed if "#" not in one} == pages.keys() - {""}
        for address in listed:
            path, _, id = address.partition("#")
            assert not id or f' id="{id}"' in pages[path].html, address


def test_a_release_keeps_all_addresses_and_tells_what_came_and_went(
    register_copy: Path, remit: RunRemit
) -> None:
    kept = register_copy / "released.txt"
    kept.unlink()
    done = remit("release")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.endswith("addresses, the first release\n")
    first = kept.read_text("utf-8")
    lines = first.splitlines()
    assert "# released: 2026-11-22" in lines
    assert [one for one in lines if one[0] != "#"] == addresses(
        load_and_check(read_settings(register_copy)).register
    )

    overlay(register_copy, redirect("roles/other", TEAM))
    (register_copy / VERSION).with_suffix(".yml").unlink()
    overlay(register_copy, redirect(VERSION, "mandates/team-mandate", id="version"))
    since = "mandates/team-mandate/2024-01-01"
    overlay(register_copy, redirect(f"{since}/changes", since, id="changes"))
    done = remit("release", environment={"SOURCE_DATE_EPOCH": "1796000000"})
    assert done.returncode == 0, done.stderr
    assert "+ roles/other\n" in done.stdout
    assert f"- {VERSION}#purpose\n" in done.stdout
    assert f"- {VERSION}\n" not in done.stdout
    assert "1 new and 5 gone since the release of 2026-11-22" in done.stderr
    assert "# released: 2026-11-30" in kept.read_text("utf-8")


def test_nothing_but_a_release_writes_the_list(register_copy: Path, remit: RunRemit) -> None:
    kept = register_copy / "released.txt"
    overlay(register_copy, redirect("roles/other", TEAM))
    for have in (True, False):
        before = kept.read_bytes() if have else None
        for arguments in (
            ("check",),
            ("build", "--no-documents", "--no-search"),
            ("export", "--format", "odt", "--language", "nb"),
        ):
            assert remit(*arguments).returncode == 0
            assert (kept.read_bytes() if kept.exists() else None) == before
        kept.unlink(missing_ok=True)


def test_a_release_is_refused_while_something_is_wrong(
    register_copy: Path, remit: RunRemit
) -> None:
    (register_copy / OFFICE).unlink()
    before = (register_copy / "released.txt").read_bytes()
    done = remit("release")
    assert done.returncode == 1
    assert "[released-address-gone]" in done.stderr
    assert (register_copy / "released.txt").read_bytes() == before


# --- what is gone ----------------------------------------------------------------------------


def test_a_deleted_record_is_missed_until_a_redirect_answers(
    register_copy: Path, remit: RunRemit
) -> None:
    listed = (register_copy / "released.txt").read_text("utf-8").splitlines()
    line = listed.index("offices/nordkontoret") + 1
    (register_copy / OFFICE).unlink()
    done = remit("check")
    assert done.returncode == 1
    assert f'released.txt:{line}:1: error: "offices/nordkontoret" was an address' in done.stdout
    assert "write a redirect with from: offices/nordkontoret" in done.stdout
    overlay(register_copy, redirect("offices/nordkontoret", "organisations/testdirektoratet"))
    assert remit("check").stdout == "no problems found\n"


def test_a_redirect_that_was_released_cannot_be_dropped_either(register_copy: Path) -> None:
    (register_copy / "content/redirects/expert-team.yml").unlink()
    assert codes(register_copy) == ["released-address-gone"]


def test_an_id_that_left_its_version_is_missed_until_a_tombstone_answers(
    register_copy: Path,
) -> None:
    file = register_copy / f"{VERSION}.yml"
    text = file.read_text("utf-8")
    start, end = text.index("      - kind: boundary"), len(text)
    file.write_text(text[:start] + text[end:], "utf-8")
    (one,) = found(register_copy)
    assert one.code == "released-id-gone"
    assert one.location.path == "released.txt"
    assert '"tasks-not-supervision" in mandates/team-mandate/2020-01-01' in one.message

    tombstones = "tombstones:\n  - id: tasks-not-supervision\n    since: 2026-11-01\n"
    file.write_text(text[:start] + tombstones, "utf-8")
    # The later version still has the id: it may not come back once it is buried.
    assert set(codes(register_copy)) == {"reused-id"}
    later = register_copy / "mandates/team-mandate/2024-01-01.yml"
    later.unlink()
    overlay(register_copy, redirect("mandates/team-mandate/2024-01-01", VERSION))
    assert codes(register_copy) == []
    settings = read_settings(register_copy)
    pages = site_pages(load_and_check(settings).register, settings, "nb")
    (page,) = [page for page in pages if page.path == VERSION]
    point = html.document_fromstring(page.html).find(".//li[@id='tasks-not-supervision']")
    assert "1. november 2026" in _words(point)


def test_a_file_that_cannot_be_read_is_not_taken_for_deleted(register_copy: Path) -> None:
    overlay(register_copy, {OFFICE: "id: nordkontoret\nname: a: b\n"})
    assert codes(register_copy) == ["syntax"]


def test_a_register_that_was_never_released_may_still_change(register_copy: Path) -> None:
    (register_copy / "released.txt").unlink()
    (register_copy / OFFICE).unlink()
    assert codes(register_copy) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("roles\n\x1b[2Jroles\n", 'released.txt:2:1: error: this line is no address: "\\x1b[2J'),
        ("../../etc/passwd\n", 'released.txt:1:1: error: this line is no address: "../../etc'),
        ("roles/X\n", "released.txt:1:1: error: this line is no address"),
        ("a" * 1_000_000, f'no address: "{"a" * 60}…"'),
        ("roles\n\u202eroles\n", 'released.txt:2:1: error: this line is no address: "\\u202e'),
        (b"roles\n\xff\n", "released.txt:2:1: error: the file is not UTF-8 text"),
        (b"\x89PNG\r\n\x1a\n\0", "released.txt:1:1: error: the file is not UTF-8 text"),
        ("x y\n" * 1_000, "20 errors"),
    ],
)
def test_a_list_that_is_none_is_refused(
    content: str | bytes, says: str, register_copy: Path, remit: RunRemit
) -> None:
    overlay(register_copy, {"released.txt": content})
    for command in ("check", "release"):
        done = remit(command)
        output = done.stdout + done.stderr
        assert done.returncode == 1, output
        assert says in output
        assert "\x1b" not in output and "Traceback" not in output
    written = content.encode() if isinstance(content, str) else content
    assert (register_copy / "released.txt").read_bytes() == written


def _link(file: Path) -> None:
    file.symlink_to("/etc/passwd")


def _huge(file: Path) -> None:
    with open(file, "wb") as stream:
        stream.truncate(65 * 1024 * 1024)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_link, "released.txt:1:1: error: a symbolic link is not a list"),
        (Path.mkdir, "released.txt:1:1: error: this is no file"),
        (os.mkfifo, "released.txt:1:1: error: this is no file"),
        (_huge, "released.txt:1:1: error: the file is 65.0 MiB; the list of addresses has at most"),
    ],
)
def test_what_is_no_list_at_all_is_not_opened(
    make: Any, says: str, register_copy: Path, remit: RunRemit
) -> None:
    (register_copy / "released.txt").unlink()
    make(register_copy / "released.txt")
    done = remit("release")
    assert done.returncode == 1
    assert says in done.stderr


def test_a_list_from_another_system_is_read_alike(register_copy: Path) -> None:
    file = register_copy / "released.txt"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert codes(register_copy) == []
    (register_copy / OFFICE).unlink()
    assert codes(register_copy) == ["released-address-gone"]


# --- redirects -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    ["../../etc", "/roles/x", "roles/x/", "roles//x", "Roles/x", "roles/x#y", "https://x.example",
     "roles/x?y", "a/b/c/d/e", '"\\0"', "a" * 300],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(source: str, register_copy: Path) -> None:
    overlay(register_copy, redirect(source, TEAM))
    diagnostics = found(register_copy)
    assert diagnostics and {one.location.line for one in diagnostics} == {4}
    assert {one.code for one in diagnostics} <= {"wrong-value", "wrong-type", "control-character"}


def test_two_redirects_cannot_answer_for_one_address(register_copy: Path) -> None:
    overlay(register_copy, redirect("roles/x", TEAM, id="a") | redirect("roles/x", TEAM, id="b"))
    (one,) = found(register_copy)
    assert (one.code, one.location.path) == ("redirect-over-living", "content/redirects/b.yml")


def test_a_redirect_to_a_point_needs_the_point(register_copy: Path) -> None:
    overlay(register_copy, redirect("roles/x", f"{VERSION}#purpose"))
    assert codes(register_copy) == []
    overlay(register_copy, redirect("roles/x", f"{VERSION}#purposes"))
    (one,) = found(register_copy)
    assert (one.code, one.help) == ("redirect-nowhere", f'did you mean "{VERSION}#purpose"?')


def test_a_link_to_an_old_address_is_told_the_new_one(register_copy: Path) -> None:
    term = (register_copy / "content/terms/mandate.yml").read_text("utf-8")
    asked = term.replace("A document that", "A document of [[expert-team]] that")
    assert asked != term
    overlay(register_copy, {"content/terms/mandate.yml": asked})
    (one,) = found(register_copy)
    assert (one.code, one.help) == ("unresolved-link", f'it moved: write "{TEAM}"')
    contact = "content/contacts/specialist-team-phone.yml"
    text = (register_copy / contact).read_text("utf-8")
    overlay(register_copy, {contact: text.replace("of: specialist-team", "of: advice-line")})
    assert "roles/advice-line is withdrawn" in [one.help for one in found(register_copy)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small register's site with a chain of redirects, one to a point, and a withdrawal."""
    from registers import copy_of_register
    from remit.mkdocs_plugin import build_site

    root = copy_of_register(tmp_path_factory.mktemp("permanence") / "register")
    overlay(root, redirect("posts/team", "roles/expert-team", id="older"))
    overlay(root, redirect("purpose", f"{VERSION}#purpose", "Et ord & et til.", id="point"))
    settings = read_settings(root)
    checked = load_and_check(settings)
    assert checked.found == []
    choice = Choice(documents=False, search=False)
    build_site(root, root / "site", settings, checked, choice)
    return root / "site"


def test_a_site_with_redirects_has_no_fault(site: Path) -> None:
    """But for its documents, which were left out."""
    faults = site_faults(site, "https://test.example/")
    assert [one for one in faults if not one.endswith((".pdf", ".docx", ".odt"))] == []


@pytest.mark.parametrize("language", ["nb", "en"])
def test_a_redirect_leads_to_the_end_of_its_chain_in_one_step(site: Path, language: str) -> None:
    for old, new in (
        ("posts/team", f"../../{TEAM}/"),
        ("roles/expert-team", f"../../{TEAM}/"),
        ("purpose", f"../{VERSION}/#purpose"),
    ):
        page = html.document_fromstring((site / language / old / "index.html").read_bytes())
        refresh = page.find(".//meta[@http-equiv='refresh']")
        assert refresh is not None and refresh.get("content") == f"0; url={new}"
        assert [link.get("href") for link in page.iter("a")] == [new]
        canonical = page.find(".//link[@rel='canonical']")
        place = new.replace("../", "").partition("#")[0]
        assert canonical is not None
        assert canonical.get("href") == f"https://test.example/{language}/{place}"
        assert page.find(".//meta[@name='robots']") is not None
        assert page.get("lang") == language
        assert not page.findall(".//script") and not page.findall(".//style")
    text = (site / language / "purpose/index.html").read_text("utf-8")
    assert "<p>Et ord &amp; et til.</p>" in text


def test_a_withdrawn_page_says_so_in_every_language(site: Path) -> None:
    words = {
        "nb": ("Rådgivningstelefonen", "ble tatt bort 1. januar 2021", "ble aldri tatt i bruk"),
        "en": ("The advice line", "taken down on 1 January 2021", "was never opened"),
    }
    for language, expected in words.items():
        page = html.document_fromstring(
            (site / language / "roles/advice-line/index.html").read_bytes().decode("utf-8")
        )
        text = _words(page.find(".//main"))
        assert [word for word in expected if word not in text] == []
        assert page.find(".//meta[@name='robots'][@content='noindex']") is not None
        assert not page.xpath("//*[@data-pagefind-body]")
    living = html.document_fromstring((site / "nb" / TEAM / "index.html").read_bytes())
    assert living.find(".//meta[@name='robots']") is None
    assert living.xpath("//*[@data-pagefind-body]")


def test_old_addresses_are_not_in_the_site_map_nor_in_lists(site: Path) -> None:
    site_map = (site / "sitemap.xml").read_text("utf-8")
    assert f"/nb/{TEAM}/" in site_map
    assert "expert-team" not in site_map and "advice-line" not in site_map
    assert not (site / "nb/redirects").exists()
    for name in ("roles", "all", TEAM):
        assert "expert-team" not in (site / "nb" / name / "index.html").read_text("utf-8")


CHROMIUM = shutil.which("chromium")


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    """The site on a plain static host."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'self'")
            super().end_headers()

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_a_browser_without_scripts_arrives_at_the_new_page(address: str) -> None:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(java_script_enabled=False).new_page()
        for old, new in (("posts/team", f"{TEAM}/"), ("purpose", f"{VERSION}/#purpose")):
            page.goto(f"{address}en/{old}/")
            page.wait_for_url(f"{address}en/{new}")
        browser.close()
