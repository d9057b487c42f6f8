"""What the documentation shows and links to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from remit.load.yaml_reader import read_yaml
from remit.model.records import BY_KIND, Mandate, MandateVersion, Record

ROOT = Path(__file__).parents[1]
EXAMPLES = re.findall(
    r'^```yaml title="([^"]+)"\n(.*?)^```$',
    (ROOT / "docs/handbook/records.md").read_text("utf-8"),
    re.M | re.S,
)
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


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
