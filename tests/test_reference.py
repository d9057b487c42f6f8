"""The field reference says what the models say, and every field has its sentence."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from remit.model.records import RECORD_CLASSES, Record
from remit.model.values import Value

DOCS = Path(__file__).parents[1] / "docs"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_reference", DOCS / "make_reference.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


make_reference = _load()
SHAPES: list[type[Value]] = [Record, *RECORD_CLASSES, *make_reference.building_blocks()]
PAGES: dict[str, str] = {
    language: make_reference.Reference(language).page() for language in make_reference.LANGUAGES
}
in_each_language = pytest.mark.parametrize("language", PAGES)


@in_each_language
def test_the_reference_is_what_the_models_give(language: str) -> None:
    name = make_reference.file_name(language)
    written = (DOCS / name).read_text("utf-8")
    assert written == PAGES[language], f"docs/{name} is out of date: run make reference"


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_shape_and_field_has_a_sentence(shape: type[Value]) -> None:
    assert shape.__doc__
    without = [
        name
        for name, _ in make_reference.written_fields(shape)
        if not make_reference.sentence(shape, name).endswith((".", "…"))
    ]
    assert not without, f"write a sentence under these fields of {shape.__name__}"


@in_each_language
def test_every_field_is_in_the_reference_under_its_name_in_the_file(language: str) -> None:
    reference = make_reference.Reference(language)
    for shape in SHAPES:
        heading = reference.heading(shape)
        parts = re.split(rf"^##+ {re.escape(heading)}$", PAGES[language], flags=re.M)
        assert len(parts) == 2, f'"{heading}" is not one section of its own'
        section = re.split(r"^##", parts[1], maxsplit=1, flags=re.M)[0]
        for name, field in make_reference.written_fields(shape):
            assert f"| `{field.alias or name}` |" in section


@in_each_language
def test_every_link_in_the_reference_leads_somewhere(language: str) -> None:
    headings = re.findall(r"^#+ (.+)$", PAGES[language], re.M)
    anchors = [make_reference.slug(heading) for heading in headings]
    assert len(set(anchors)) == len(anchors)
    for target in re.findall(r"\]\(([^)]+)\)", PAGES[language]):
        if target.startswith("#"):
            assert target[1:] in anchors
        else:
            assert (DOCS / target.partition("#")[0]).is_file()


def test_the_words_around_are_the_same_in_each_language() -> None:
    words = {code: make_reference.Reference(code).words for code in PAGES}
    blocks = [block.__name__ for block in make_reference.building_blocks()]
    for table in words.values():
        assert list(table) == list(words["en"])
        assert list(table["basics"]) == list(words["en"]["basics"])
        assert list(table["blocks"]) == blocks
