"""What pages load: named by its bytes, all there, and compressed copies of it on request."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import sys
from pathlib import Path
from posixpath import join, normpath

import brotli
import pytest

from command_line import run
from conftest import RunRemit
from remit.write.assets import Assets, AssetsInACircle
from remit.write.compressed import LEAST, write_compressed
from remit.write.hosting import TYPES, headers_of

FILES = {
    "styles/site.css": 'a { src: url("../fonts/a.woff2") } b { mask: url(data:image/png,x) }',
    "fonts/a.woff2": "a font",
    "scripts/site.js": 'import("./part.js"); new URL("../../pagefind/pagefind.js", "./none.js");',
    "scripts/part.js": "export {};",
    "scripts/alone.js": "alone",
    "theme/main.57a0d79d.min.css": "by its makers",
    "theme/bundle.a5f9d56c.min.js": "asked for by nothing",
}
DIGEST = re.compile(r"\.([0-9a-f]{8})\.")


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, Path]:
    for name, text in FILES.items():
        file = tmp_path / "sources" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return {name: tmp_path / "sources" / name for name in FILES}


def _assets(sources: dict[str, Path]) -> Assets:
    return Assets(sources, [name for name in FILES if not name.startswith("theme/")])


def test_files_refer_to_each_other_by_their_new_names(
    sources: dict[str, Path], tmp_path: Path
) -> None:
    assets = _assets(sources)
    assets.write(tmp_path)
    font, part = assets.name("fonts/a.woff2"), assets.name("scripts/part.js")
    styles = (tmp_path / "assets" / assets.name("styles/site.css")).read_text("utf-8")
    script = (tmp_path / "assets" / assets.name("scripts/site.js")).read_text("utf-8")
    assert styles == FILES["styles/site.css"].replace("fonts/a.woff2", font)
    assert script == FILES["scripts/site.js"].replace("./part.js", f"./{Path(part).name}")
    for name in assets.names.values():
        data = (tmp_path / "assets" / name).read_bytes()
        found = DIGEST.search(name)
        assert found and hashlib.sha256(data).hexdigest().startswith(found[1])


@pytest.mark.parametrize(
    ("changed", "others"),
    [
        ("fonts/a.woff2", {"styles/site.css"}),
        ("scripts/part.js", {"scripts/site.js"}),
        ("styles/site.css", set()),
    ],
)
def test_a_changed_file_has_another_name_and_so_has_what_loads_it(
    sources: dict[str, Path], changed: str, others: set[str]
) -> None:
    before = _assets(sources).names
    sources[changed].write_text(FILES[changed] + " ", "utf-8")
    after = _assets(sources).names
    assert {name for name in before if before[name] != after[name]} == {changed, *others}


def test_of_the_theme_only_what_is_asked_for_is_there(
    sources: dict[str, Path], tmp_path: Path
) -> None:
    assets = _assets(sources)
    asked = "theme/main.57a0d79d.min.css"
    assert assets.name(asked) == asked
    assert assets.name("no/asset.css") == "no/asset.css"
    assets.write(tmp_path)
    assert [one.name for one in (tmp_path / "assets" / "theme").iterdir()] == [Path(asked).name]


def test_files_that_load_each_other_are_refused(sources: dict[str, Path]) -> None:
    sources["scripts/part.js"].write_text('import "./site.js";', "utf-8")
    with pytest.raises(AssetsInACircle, match=r"scripts/part\.js.*load each other: put what"):
        _assets(sources)


def test_all_that_the_site_loads_is_there_and_named_by_its_bytes(built_site: Path) -> None:
    pages = [*built_site.rglob("*.html")]
    assert len(pages) > 1000
    asked = set()
    for page in pages:
        folder = page.parent.relative_to(built_site).as_posix()
        for address in re.findall(r'(?:src|href)="([^"]*\bassets/[^"]+)"', page.read_text("utf-8")):
            asked.add(normpath(join(folder, address)).lstrip("/"))
    for name in sorted(asked):
        if name.endswith((".css", ".js")):
            text = (built_site / name).read_text("utf-8")
            near = re.findall(r'(?:url|import)\("(\.[^"]+)"', text)
            asked |= {normpath(join(Path(name).parent.as_posix(), one)) for one in near}
    assert len(asked) >= 10
    there = {one.relative_to(built_site).as_posix() for one in built_site.glob("assets/**/*.*")}
    assert {one for one in there - asked if not one.endswith((".br", ".gz"))} == {
        name for name in there if "/OFL." in name and name.endswith(".txt")
    }
    for name in sorted(asked):
        found = DIGEST.search(name)
        assert found and "immutable" in headers_of(f"/{name}")["Cache-Control"], name
        if "/main." not in name:  # the theme's own stylesheet, under the name that it came with
            data = (built_site / name).read_bytes()
            assert hashlib.sha256(data).hexdigest().startswith(found[1]), name


def test_the_frame_of_a_mandates_page_is_light(built_site: Path) -> None:
    """It stands in every page: what is added to it is weighed a thousandfold."""
    pages = [*built_site.glob("*/mandates/*/index.html")]
    assert pages
    for page in pages:
        around = re.sub(r"<article.*</article>", "", page.read_text("utf-8"), flags=re.S)
        assert len(around.encode()) < 6000, page


# --- compressed copies ---


def _compressed(site: Path) -> dict[str, bytes]:
    return {
        one.relative_to(site).as_posix(): one.read_bytes()
        for one in sorted(site.rglob("*"))
        if one.suffix in (".br", ".gz")
    }


def test_every_large_file_of_text_has_copies_that_say_the_same(
    register_copy: Path, remit: RunRemit
) -> None:
    done = remit("build", "--no-documents", "--no-search", "--compress")
    assert done.returncode == 0, done.stderr
    site = register_copy / "site"
    copies = _compressed(site)
    texts = [one for one in site.rglob("*") if one.suffix in TYPES]
    large = [one for one in texts if one.stat().st_size >= LEAST]
    assert len(large) > 100 and len(copies) == 2 * len(large)
    for file in large:
        name, data = file.relative_to(site).as_posix(), file.read_bytes()
        assert brotli.decompress(copies[f"{name}.br"]) == data
        assert gzip.decompress(copies[f"{name}.gz"]) == data
    assert "RewriteEngine On" in (site / ".htaccess").read_text("utf-8")


def test_copies_have_the_same_bytes_each_time_and_go_with_what_they_copy(tmp_path: Path) -> None:
    page, small = tmp_path / "one" / "page.html", tmp_path / "one" / "small.html"
    page.parent.mkdir()
    page.write_text("<p>words and words</p>" * 100, "utf-8")
    small.write_text("<p>words</p>", "utf-8")
    write_compressed(page.parent)
    shutil.copytree(page.parent, tmp_path / "two")
    for file in (tmp_path / "two").glob("*.*z"):
        file.unlink()
    write_compressed(tmp_path / "two")
    copies = _compressed(page.parent)
    assert set(copies) == {"page.html.br", "page.html.gz"}
    assert _compressed(tmp_path / "two") == copies
    assert copies["page.html.gz"][4:8] == bytes(4)  # no clock
    page.write_text("<p>words</p>", "utf-8")
    write_compressed(page.parent, [page])
    assert not _compressed(page.parent)


def test_without_brotli_nothing_is_built(
    register_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "brotli", None)
    done = run(register_copy, "build", "--compress")
    assert done.returncode == 2
    assert "install remit[compress], or build without --compress" in done.stderr
    assert not (register_copy / "site").exists()
