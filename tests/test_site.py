"""The built site of the shipped register: links, languages, structure, addresses, both hosts."""

from __future__ import annotations

import configparser
import functools
import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from lxml import html

from remit.build import load_and_check
from remit.model.records import Redirect
from remit.model.register import address_of
from remit.settings import read_settings
from site_checks import site_faults

ROOT = Path(__file__).parent.parent
BASE = "https://remit.example/"


def test_no_page_has_a_fault(built_site: Path) -> None:
    faults = site_faults(built_site, BASE)
    assert not faults, "\n".join(faults[:20])


def test_the_site_checks_see_faults(tmp_path: Path) -> None:
    """The checks themselves can fail."""
    page = (
        '<html><head><title> </title></head><body><h1>a</h1><h3 id="x">b</h3><p id="x">'
        '<a href="gone/">c</a><a href="#nowhere">d</a><img src="https://else.where/p.png">'
        '<script>1</script><p style="x" onclick="y">'
    )
    (tmp_path / "nb").mkdir()
    (tmp_path / "nb" / "index.html").write_text(page)
    (tmp_path / "old.html").write_text('<meta http-equiv="refresh" content="0; url=away/">')
    words = "\n".join(site_faults(tmp_path, BASE))
    for part in (
        "no language",
        "no title",
        "no description",
        "no hreflang",
        "stands twice",
        "leads nowhere",
        "leads nowhere: https://remit.example/away/",
        "leads to no place",
        "loads from elsewhere",
        "inline script",
        "inline style",
        "script in an attribute",
        "alternative text",
        "<h3> follows <h1>",
    ):
        assert part in words, part


def test_every_record_has_a_page_in_every_language(built_site: Path) -> None:
    settings = read_settings(ROOT)
    for record in load_and_check(settings).register.records:
        for language in settings.languages:
            address = record.from_ if isinstance(record, Redirect) else address_of(record)
            page = built_site / language / address / "index.html"
            assert page.is_file(), page


def test_the_root_leads_to_the_default_language_without_script(built_site: Path) -> None:
    text = (built_site / "index.html").read_text("utf-8")
    assert 'http-equiv="refresh" content="0; url=nb/"' in text
    assert "<script" not in text
    for language in ("nb", "sv", "en"):
        assert f'href="{language}/"' in text


@pytest.mark.parametrize("language", ["nb", "sv", "en"])
def test_the_switcher_goes_to_the_same_page(built_site: Path, language: str) -> None:
    page = built_site / language / "roles" / "competence-team" / "index.html"
    root = html.document_fromstring(page.read_bytes())
    assert root.get("lang") == language
    links = {
        link.get("hreflang"): link.get("href")
        for link in root.findall(".//nav[@class='remit-languages']//a")
    }
    assert links == {code: f"../../../{code}/roles/competence-team/" for code in ("nb", "sv", "en")}


def test_every_mandate_page_offers_all_three_formats(built_site: Path) -> None:
    for version in sorted((ROOT / "mandates").glob("*/[0-9]*.yml")):
        mandate = version.parent.name
        for language in ("nb", "sv", "en"):
            folder = built_site / language / "mandates" / mandate / version.stem
            page = (folder / "index.html").read_text("utf-8")
            for form in ("pdf", "docx", "odt"):
                name = f"{mandate}-{version.stem}-{language}.{form}"
                assert (folder / name).stat().st_size > 1000
                assert f'{name}"' in page


def test_dates_and_labels_are_in_the_pages_language(built_site: Path) -> None:
    expected = {
        "nb": ("9. april 2013", "31. desember 2019", "Dokumentdato", "Mandat"),
        "sv": ("9 april 2013", "31 december 2019", "Dokumentdatum", "Mandat"),
        "en": ("9 April 2013", "31 December 2019", "Document date", "Mandate"),
    }
    for language, words in expected.items():
        page = built_site / language / "mandates" / "regional-coordinators" / "index.html"
        text = _text(page)
        for word in words:
            assert word in text, (language, word)


def test_a_record_names_what_names_it(built_site: Path) -> None:
    page = built_site / "en" / "organisations" / "socialstyrelsen" / "index.html"
    hrefs = {link.get("href") for link in html.document_fromstring(page.read_bytes()).iter("a")}
    assert "../../networks/authority-network/" in hrefs


OF_MANY_RECORDS = ("duty", "on")
"""Folders whose pages show several records at once, so no one text of theirs counts."""


def test_sources_review_and_demonstration_notice_stand_on_every_record(built_site: Path) -> None:
    notice = "demonstrasjonsregister"
    register = load_and_check(read_settings(ROOT)).register
    for record in register.records:
        if isinstance(record, Redirect):
            continue  # it only leads on
        page = built_site / "nb" / address_of(record) / "index.html"
        text = _text(page)
        assert notice in text, page
        assert "Sist gjennomgått" in text, page
        assert "Gjeldende tekst" in text or page.parent.parent.name in OF_MANY_RECORDS, page


def test_no_english_label_is_left_in_another_language(built_site: Path) -> None:
    """Labels of the English locale that the other languages do not share stand on no page."""
    import tomllib

    locales = ROOT / "generator" / "remit" / "locales"
    tables = {
        code: tomllib.loads((locales / f"{code}.toml").read_text("utf-8"))["labels"]
        for code in ("nb", "sv", "en")
    }
    for code in ("nb", "sv"):
        own = set(tables[code].values())
        english = {
            text
            for key, text in tables["en"].items()
            if text not in own and len(text) > 6 and " " in text and "{" not in text
        }
        for page in sorted((built_site / code).glob("*/*/index.html"))[::7]:
            text = _text(page)
            assert not [label for label in english if label in text], page


def test_linkchecker_finds_nothing(built_site: Path, tmp_path: Path) -> None:
    with _served(built_site) as address:
        settings = configparser.ConfigParser()
        settings["checking"] = {"threads": "8", "maxrequestspersecond": "2000"}
        settings["filtering"] = {
            "ignore": "\n" + re.escape(BASE) + "\nmailto:\ntel:",
            "checkextern": "0",
        }
        settings["output"] = {"status": "0"}
        rc = tmp_path / "linkcheckerrc"
        with rc.open("w") as stream:
            settings.write(stream)
        # LinkChecker gives up root's rights for "nobody", who must be able to read its settings.
        for folder in (tmp_path, *tmp_path.parents[:3]):
            if folder != Path("/tmp"):
                folder.chmod(0o755)
        run = subprocess.run(
            [Path(sys.executable).with_name("linkchecker"), "-f", rc, f"{address}nb/"],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env={**os.environ, "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)},
        )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]
    match = re.search(r"(\d+) links? in (\d+) URLs? checked", run.stdout)
    assert match and int(match[2]) > 700, run.stdout[-500:]


def test_plain_mkdocs_builds_the_same_site_without_warnings(
    built_site: Path, tmp_path: Path
) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    assert run.returncode == 0, run.stderr
    assert "WARNING" not in run.stderr, run.stderr
    assert _tree(tmp_path / "site") == _tree(built_site)


def test_serve_shows_a_changed_file(tmp_path: Path) -> None:
    """A saved YAML change shows in the page that `remit serve` gives, the next one too, and what is
    right again after something was wrong."""
    import time
    import urllib.request

    for name in ("content", "mandates", "mkdocs.yml", "pyproject.toml"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name)
        else:
            shutil.copy(source, tmp_path / name)
    text = (
        (tmp_path / "mkdocs.yml")
        .read_text()
        .replace("  - remit", "  - remit:\n      documents: false")
    )
    (tmp_path / "mkdocs.yml").write_text(text)
    port = _free_port()
    log = (tmp_path / "log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "remit", "serve", "--address", f"127.0.0.1:{port}"],
        cwd=tmp_path,
        stdout=log,
        stderr=log,
    )
    address = f"http://127.0.0.1:{port}/en/roles/competence-team/"

    def page() -> str:
        try:
            return str(urllib.request.urlopen(address, timeout=60).read().decode("utf-8"))
        except OSError:
            return ""

    try:
        deadline = time.monotonic() + 90
        while "Competence Team" not in page() and time.monotonic() < deadline:
            time.sleep(0.5)
        record = tmp_path / "content" / "roles" / "competence-team.yml"
        before = record.read_text("utf-8")
        changed = re.sub(r"(?m)^(summary:\n(?:  .*\n)*?  en: ).*$", r"\1Changed just now.", before)
        assert changed != before
        for words in ("Changed just now.", "Changed once more."):
            record.write_text(changed.replace("Changed just now.", words), "utf-8")
            while words not in page() and time.monotonic() < deadline:
                time.sleep(0.1)
            assert words in page(), (tmp_path / "log").read_text()[-2000:]
        assert "files written" in (tmp_path / "log").read_text(), "the host made everything"
        record.write_text(changed + "unknown: field\n", "utf-8")
        while "has problems" not in (tmp_path / "log").read_text() and time.monotonic() < deadline:
            time.sleep(0.1)
        record.write_text(changed, "utf-8")
        while "Changed just now." not in page() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert "Changed just now." in page(), (tmp_path / "log").read_text()[-2000:]
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def _text(page: Path) -> str:
    root = html.document_fromstring(page.read_bytes().decode("utf-8"))
    return " ".join("".join(map(str, root.itertext())).replace("\u00a0", " ").split())


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != ".remit-site"
    }


def _free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class _served:
    """The folder on a free port, with the header that lets LinkChecker go at full speed."""

    def __init__(self, folder: Path) -> None:
        class Handler(http.server.SimpleHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:
                pass

            def end_headers(self) -> None:
                self.send_header("LinkChecker", "1")
                super().end_headers()

        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Handler, directory=str(folder))
        )

    def __enter__(self) -> str:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/"

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
