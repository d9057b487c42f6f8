"""The frames of the pages, kept between runs: the same pages without MkDocs, or none at all."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from registers import copy_of_register, overlay
from remit import cache
from remit.build import load_and_check
from remit.build.frames import kept_frames
from remit.mkdocs_plugin import build_site
from remit.render.frame import Frames
from remit.render.pages import site_pages
from remit.settings import read_settings
from remit.write.last_site import Choice

OWN = {"theme/main.html": "<!doctype html><title>{{ remit.title }}</title>{{ remit.content }}"}


def _build(register: Path, site: Path) -> None:
    settings = read_settings(register)
    checked = load_and_check(settings)
    build_site(register, site, settings, checked, Choice(documents=False, search=False))


def _kept(register: Path) -> Frames | None:
    settings = read_settings(register)
    return kept_frames(load_and_check(settings).register, settings)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of which a site was made, beside it; it has a custom_dir."""
    folder = tmp_path_factory.mktemp("frames")
    register = copy_of_register(folder / "register")
    overlay(register, {"theme/empty.txt": "nothing"})
    _change(register, "mkdocs.yml", "  name: material\n", "  name: material\n  custom_dir: theme\n")
    _build(register, folder / "site")
    return register


@pytest.fixture
def register(built: Path) -> Path:
    """The same again, for one test."""
    aside = built.with_name("aside")
    if not aside.exists():
        shutil.copytree(built, aside)
    shutil.rmtree(built)
    return Path(shutil.copytree(aside, built))


def _change(register: Path, name: str, old: str, new: str) -> None:
    text = (register / name).read_text("utf-8")
    assert old in text
    overlay(register, {name: text.replace(old, new)})


def test_kept_frames_make_the_same_pages(register: Path) -> None:
    frames = _kept(register)
    assert frames
    site = register.parent / "site"
    for language in frames.settings.languages:
        for page in site_pages(frames.register, frames.settings, language):
            assert frames.whole(page) == (site / page.file).read_text("utf-8"), page.file
        lost = (site / language / "404.html").read_text("utf-8")
        assert frames.not_found(language) == lost
    assert frames.not_found() == (site / "404.html").read_text("utf-8")


def test_kept_frames_need_no_host(register: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from remit.settings import read_settings;"
        "from remit.build import load_whole; from remit.build.frames import kept_frames;"
        "settings = read_settings(Path(sys.argv[1]));"
        "print(kept_frames(load_whole(settings), settings) is not None, 'mkdocs' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(register)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "True False\n"


def _another_template(register: Path) -> None:
    overlay(register, OWN)


def _another_host(register: Path) -> None:
    _change(register, "mkdocs.yml", "theme:", "use_directory_urls: true\ntheme:")


def _another_name(register: Path) -> None:
    _change(register, "pyproject.toml", 'en = "Test register"', 'en = "Register"')


def _another_emergency_number(register: Path) -> None:
    contact = "content/contacts/specialist-team-phone.yml"
    _change(register, contact, "for: professionals", "emergency: true\nfor: professionals")


def _another_page_about_the_register(register: Path) -> None:
    _change(register, "content/guidance/whom-to-contact.nb.md", "- contact", "- about")


CHANGES = [
    _another_template,
    _another_host,
    _another_name,
    _another_emergency_number,
    _another_page_about_the_register,
]


@pytest.mark.parametrize("change", CHANGES)
def test_frames_that_could_differ_are_not_used(
    register: Path, change: Callable[[Path], None]
) -> None:
    assert _kept(register)
    change(register)
    assert _kept(register) is None


def test_frames_that_another_kept_are_not_used(
    register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cache.KEY_VARIABLE, "another's")
    cache._key.cache_clear()
    try:
        assert _kept(register) is None
    finally:
        cache._key.cache_clear()


@pytest.mark.parametrize("line", ["hooks: [hook.py]", "copyright: !ENV [NAME, none]"])
def test_a_host_that_does_more_keeps_no_frames(
    register_copy: Path, tmp_path: Path, line: str
) -> None:
    overlay(register_copy, {"hook.py": ""})
    _change(register_copy, "mkdocs.yml", "theme:", f"{line}\ntheme:")
    _build(register_copy, tmp_path / "site")
    assert _kept(register_copy) is None
