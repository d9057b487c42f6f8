"""What the documentation shows and links to is there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from remit.build import load_and_check
from remit.diagnostics import as_text
from remit.load.yaml_reader import read_yaml
from remit.model.records import BY_KIND, Mandate, MandateVersion, Record
from remit.settings import read_settings

ROOT = Path(__file__).parents[1]
EXAMPLES = re.findall(
    r'^```yaml title="([^"]+)"\n(.*?)^```$',
    (ROOT / "docs/handbook/records.md").read_text("utf-8"),
    re.M | re.S,
)
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
HANDBOOK = ROOT / "docs/handbook"
TRANSLATED = sorted([*HANDBOOK.glob("nb/*.md"), *HANDBOOK.glob("sv/*.md")])


def _kind_of(path: str) -> type[Record]:
    if path.startswith("mandates/"):
        return Mandate if path.endswith("/mandate.yml") else MandateVersion
    return next(cls for cls in BY_KIND.values() if path.split("/")[1] == cls.FOLDER)


def test_the_handbook_shows_every_kind() -> None:
    assert {_kind_of(path) for path, _ in EXAMPLES} == set(BY_KIND.values())


@pytest.mark.parametrize(("path", "example"), EXAMPLES, ids=[path for path, _ in EXAMPLES])
def test_examples_have_fields_that_their_kind_knows(path: str, example: str) -> None:
    assert (ROOT / path).is_file()
    reading = read_yaml(example.replace("---\n", "").encode(), path)
    assert not reading.problems
    fields = _kind_of(path).model_fields.items()
    assert set(reading.value) <= {field.alias or name for name, field in fields}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^(```+|~~~+).*?^\1", "", page.read_text("utf-8"), flags=re.M | re.S)
    text = re.sub(r"`[^`\n]*`", "", text)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        linked = (page.parent / file).resolve() if file else page
        assert linked.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", linked.read_text("utf-8"), re.M)
            slugs = [re.sub(r"[^\w -]", "", words.lower()).replace(" ", "-") for words in headings]
            assert anchor in slugs, target


def _links(page: Path) -> set[str]:
    """Where a page leads, told as from the English handbook."""
    text = page.read_text("utf-8")
    found = set()
    for target in re.findall(r"\]\(([^)\s#]+)", text):
        if re.match(r"[a-z]+:", target):
            found.add(re.sub(r"/(nb|sv)/", "/", target))
            continue
        path = (page.parent / target).resolve().relative_to(ROOT)
        found.add(re.sub(r"^docs/handbook/(nb|sv)/|^docs/handbook/", "", path.as_posix()))
    return {re.sub(r"reference\.(nb|sv)\.md", "reference.md", one) for one in found}


def _frame(page: Path) -> tuple[list[str], list[str], int]:
    """Heading levels, records shown, and how many tables' rows there are."""
    text = page.read_text("utf-8")
    outside = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    shown = re.findall(r"^ *```yaml[^\n]*\n.*?^ *```$", text, re.M | re.S)
    return re.findall(r"^#+ ", outside, re.M), shown, outside.count("\n|")


@pytest.mark.parametrize("page", TRANSLATED, ids=lambda page: page.relative_to(HANDBOOK).as_posix())
def test_a_translated_page_follows_the_english_one(page: Path) -> None:
    english = HANDBOOK / page.name
    assert _frame(page) == _frame(english)
    if page.name != "README.md":  # the list of pages: only those that there are
        assert _links(page) == _links(english)


def test_both_translations_have_the_same_pages() -> None:
    names = [[one.name for one in TRANSLATED if one.parent.name == code] for code in ("nb", "sv")]
    assert names[0] == names[1]
    assert "first-change.md" in names[0]


@pytest.mark.parametrize("page", ["first-change.md", "nb/first-change.md", "sv/first-change.md"])
def test_the_first_change_shows_what_the_check_says(page: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    shutil.copytree(ROOT / "mandates", tmp_path / "mandates")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    file = tmp_path / "content/contacts/competence-team-phone.yml"
    text = file.read_text("utf-8")
    assert 'closes: "15:00"' in text
    file.write_text(text.replace('closes: "15:00"', 'closes: "15.00"'), "utf-8")
    found = load_and_check(read_settings(tmp_path)).found
    wrong = [one for one in found if one.code == "wrong-value"]
    shown = re.findall(r"^```text\n(.*?)^```$", (HANDBOOK / page).read_text("utf-8"), re.M | re.S)
    assert as_text(wrong).startswith(shown[0])
