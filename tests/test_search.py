"""The search index: what an entry says, what is made again, and several bundles in a browser."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from browsing import Handler, Visit
from remit.cache import stamp
from remit.render.page import Page
from remit.write import search_index
from remit.write.search_entries import search_entry
from remit.write.search_index import bundles, write_search_index
from remit.write.site_jobs import SearchedPage
from searching import fragments

INNER = """<nav class="remit-breadcrumb"><ol><li>Trail</li></ol></nav>
<p class="remit-kicker" data-pagefind-meta="kind">Role</p>
<h1 id="top">Night <a href="../x/">watch</a></h1>
<section data-pagefind-ignore><section><p>Hidden</p></section><p>Hidden too</p></section>
<dl class="remit-facts"><div><dt>Level</dt><dd>First</dd></div></dl>
<div class="remit-table"><table><thead><tr><th scope="col">Column</th></tr></thead>
<tbody><tr><th scope="row">Member</th><td data-label="x">from 2013</td></tr></tbody></table></div>
<section aria-labelledby="names" data-pagefind-weight="5"><h2 id="names">Names</h2></section>
<div>one</div><div>two</div>
<p>Speaks of data-pagefind-ignore &lt;nav itself.</p>
"""


def page(path: str = "roles/watch", html: str = INNER) -> Page:
    return Page("en", path, "Night watch", "", "roles", html)


def written(path: str, words: str, language: str = "en") -> SearchedPage:
    entry = f'<html lang="{language}"><body data-pagefind-body><h1>{path}</h1><p>{words}</p>'
    return SearchedPage(language, path, entry.encode())


PAGES = [written(f"roles/role-{number}", f"word{number} common") for number in range(12)]
PAGES += [written(f"roller/rolle-{number}", f"ord{number} felles", "nb") for number in range(3)]


def tree(site: Path) -> dict[str, bytes]:
    return {
        file.relative_to(site).as_posix(): file.read_bytes()
        for file in site.rglob("*")
        if file.is_file()
    }


@pytest.fixture
def small_bundles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_index, "_PAGES", 5)


def test_an_entry_has_the_words_of_a_page_and_nothing_around_them() -> None:
    assert " ".join(search_entry(page()).decode().split()) == (
        '<html lang="en"><body data-pagefind-body> '
        '<p class="remit-kicker" data-pagefind-meta="kind">Role</p> '
        "<h1>Night watch</h1> "
        "Level: <p>First</p> "
        "<p>Member from 2013</p> "
        '<section aria-labelledby="names" data-pagefind-weight="5"><h2>Names</h2></section> '
        "one two "
        "<p>Speaks of data-pagefind-ignore &lt;nav itself.</p>"
    )


def test_a_page_that_search_does_not_find_has_no_entry() -> None:
    for other in (
        replace(page(), searched=False),
        replace(page(), listed=False),
        replace(page(), framed=False),
    ):
        assert search_entry(other) == b""


def test_the_index_says_what_the_entry_says(tmp_path: Path) -> None:
    made = page()
    write_search_index(tmp_path, [SearchedPage("en", made.path, search_entry(made))], None)
    (found,) = fragments(tmp_path, "en").values()
    assert found["url"] == "/en/roles/watch/"
    assert found["meta"] == {"kind": "Role", "title": "Night watch"}
    assert found["content"] == (
        "Role. Night watch. Level: First. Member from 2013. Names. one two "
        "Speaks of data-pagefind-ignore <nav itself."
    )


def test_every_page_is_in_one_bundle_whatever_their_order(small_bundles: None) -> None:
    made = bundles(PAGES)
    assert made == bundles(reversed(PAGES))
    assert [bundle.folder for bundle in made] == ["en/0", "en/1", "en/2", "nb/0"]
    addresses = [address for bundle in made for address, _ in bundle.entries]
    assert len(addresses) == len(set(addresses)) == len(PAGES)
    assert all(bundle.entries for bundle in made)


def test_what_is_kept_gives_the_bytes_of_a_clean_build(tmp_path: Path, small_bundles: None) -> None:
    cache, site = tmp_path / "cache", tmp_path / "site"
    write_search_index(site, PAGES, cache)
    before = {file: stamp(file.stat()) for file in site.rglob("*.pf_*")}
    changed = [PAGES[0]._replace(entry=PAGES[0].entry + b"<p>new</p>"), *PAGES[2:12]]
    write_search_index(site, changed, cache)
    write_search_index(tmp_path / "clean", changed, None)
    assert tree(site) == tree(tmp_path / "clean")
    untouched = [file for file in before if file.exists() and before[file] == stamp(file.stat())]
    assert untouched


@pytest.mark.parametrize("damage", ["site", "cache", "both", "stray", "emptied"])
def test_damage_is_made_good(tmp_path: Path, damage: str) -> None:
    cache, site, pages = tmp_path / "cache", tmp_path / "site", PAGES[-3:]
    write_search_index(site, pages, cache)
    whole = tree(site)
    if damage in ("site", "both"):
        fragment = next(site.rglob("*.pf_fragment"))
        fragment.write_bytes(fragment.read_bytes()[::-1])
    if damage in ("cache", "both"):
        for file in (cache / "search").iterdir():
            file.write_bytes(file.read_bytes()[:-1] + b"x")
    if damage == "stray":
        (site / "pagefind" / "nb" / "0" / "index" / "more.pf_index").write_bytes(b"")
        (site / "pagefind" / "fragment").mkdir()
        (site / "pagefind" / "pagefind.js").write_bytes(b"")
    if damage == "emptied":
        shutil.rmtree(site)
    write_search_index(site, pages, cache)
    assert tree(site) == whole


@pytest.fixture
def origin(tmp_path: Path, built_site: Path, small_bundles: None) -> Iterator[str]:
    """One page of the shipped site over an index of three bundles, sent with all headers."""
    site = tmp_path / "site"
    (site / "en").mkdir(parents=True)
    shutil.copytree(built_site / "assets", site / "assets")
    shutil.copy(built_site / "en" / "index.html", site / "en")
    write_search_index(site, PAGES, None)
    handler = functools.partial(Handler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_several_bundles_are_searched_as_one(visit: Visit) -> None:
    tab: Any = visit.open("/en/")
    tab.click("[data-remit-search]")
    tab.fill("#remit-search-input", "common")
    tab.wait_for_selector(".remit-search__results a")
    assert "12" in tab.inner_text(".remit-search [role=status]")
    tab.click(".remit-search__more")
    tab.wait_for_selector(".remit-search__results li:nth-child(12)")
    links = ".remit-search__results a"
    found = tab.eval_on_selector_all(links, "all => all.map(one => new URL(one.href).pathname)")
    assert sorted(found) == sorted(f"/en/roles/role-{number}/" for number in range(12))


def test_the_first_bundle_alone_has_the_program(tmp_path: Path, small_bundles: None) -> None:
    write_search_index(tmp_path, PAGES, None)
    program = {file.parent.name for file in tmp_path.rglob("pagefind*.js")}
    assert program == {"0"}
    assert not [*tmp_path.rglob("pagefind-ui*")]
