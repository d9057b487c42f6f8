"""What fields mean, in each language: all there, of today's sentences, and what an editor shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

import pytest

from language_server import LanguageServer, needs_server
from registers import ROOT, copy_of_register
from remit.build.editing import editor_files
from remit.cli.schema import FOLDER
from remit.model import records, values
from remit.model.field_texts import FIELD_TEXTS, field_texts, in_language
from remit.model.fields import BLOCK_KIND, NOT_WRITTEN, about, classes, sentence, sentences
from remit.model.records import RECORD_CLASSES, Role
from remit.model.values import Value
from remit.render.labels import labels_for
from remit.settings import SettingsError, parse_settings, read_settings

LANGUAGES = sorted(file.stem for file in FIELD_TEXTS.glob("*.toml"))


def _shapes() -> Iterator[type[Value]]:
    """Every class that a file's content is made of, with those that they build on."""
    for module, name in classes():
        cls = getattr(records if module == records.__name__ else values, name)
        if issubclass(cls, Value) and cls is not Value:
            yield cls


def _english() -> dict[str, str]:
    found = {"Block.kind": BLOCK_KIND}
    for cls in _shapes():
        found[cls.__name__] = about(cls)
        for name, words in sentences(cls).items():
            if (cls, name) not in NOT_WRITTEN:
                found[f"{cls.__name__}.{name}"] = words
    return found


ENGLISH = _english()


def test_there_are_as_many_languages_as_the_shipped_register_has() -> None:
    assert {*LANGUAGES, "en"} == set(read_settings(ROOT).languages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_today_is_translated_and_no_other(language: str) -> None:
    texts = field_texts(language)
    assert set(texts) == set(ENGLISH)
    stale = {name for name, text in texts.items() if text["en"] != ENGLISH[name]}
    assert not stale, "the English sentences changed: translate these anew, and `en` with them"
    for name, text in texts.items():
        assert set(text) == {"en", language}, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_what_stands_for_itself(language: str) -> None:
    """Full stops, what is between backticks but a pattern of letters, and values to choose."""
    for name, text in field_texts(language).items():
        words, english = text[language], text["en"]
        assert words != english and words.endswith("."), name
        codes = {code for code in re.findall(r"`([^`]+)`", english) if "YY" not in code}
        assert all(f"`{code}`" in words for code in codes if code != "HH:MM"), name
        assert english.count("`") == words.count("`"), name
    for cls in _shapes():
        for name, field in cls.model_fields.items():
            for enum in _enums(field.annotation):
                known = [member.value for member in enum]
                if name in sentences(cls) and " · " in sentences(cls)[name]:
                    told = sentence(cls, name, language)
                    assert all(re.search(rf"\b{value}\b", told) for value in known), (cls, name)


def _enums(annotation: Any) -> Iterator[type[StrEnum]]:
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        yield annotation
    for argument in get_args(annotation):
        yield from _enums(argument)


def test_a_stale_or_missing_translation_is_not_shown() -> None:
    assert in_language("Role.holder", ENGLISH["Role.holder"], "nb") != ENGLISH["Role.holder"]
    assert in_language("Role.holder", "Where it sits now.", "nb") == "Where it sits now."
    assert sentence(Role, "holder", "fi") == ENGLISH["Role.holder"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_schemas_of_a_language_hold_no_english(language: str, tmp_path: Path) -> None:
    made = editor_files(read_settings(_register(tmp_path, language)), FOLDER)
    words = {text for data in made.values() for text in _told(json.loads(data))}
    english = {re.sub("`", "", text) for text in ENGLISH.values()}
    english |= {text for key, text in labels_for("en").table.items() if key.startswith("editor_")}
    english |= {labels_for("en").kind(cls.KIND) for cls in RECORD_CLASSES}
    own = {labels_for(language).kind(cls.KIND) for cls in RECORD_CLASSES}
    assert len(words) > 250
    assert not words & (english - own)


def _told(schema: Any) -> Iterator[str]:
    """All that an editor shows of a schema."""
    if isinstance(schema, dict):
        for name, value in schema.items():
            shown = ("title", "description", "errorMessage", "patternErrorMessage", "label")
            if name in shown and isinstance(value, str):
                yield value
            elif name == "enumDescriptions":
                yield from value
            else:
                yield from _told(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from _told(item)


def _register(folder: Path, language: str) -> Path:
    register = copy_of_register(folder / "register")
    file = register / "pyproject.toml"
    text = file.read_text("utf-8")
    assert 'editor_language = "en"\n' in text
    file.write_text(text.replace('_language = "en"', f'_language = "{language}"'), "utf-8")
    return register


# --- the setting ---------------------------------------------------------------------------

HEAD = '[tool.remit]\nlanguages = ["nb", "en"]\nsite_name = { nb = "a", en = "b" }\n'


def test_editors_get_the_register_s_first_language_unless_another_is_set() -> None:
    assert parse_settings(Path(), HEAD.encode()).language_of_editors == "nb"
    other = f'{HEAD}editor_language = "sv"\n'  # an editor's language need not be a reader's
    assert parse_settings(Path(), other.encode()).language_of_editors == "sv"


def test_a_language_of_editors_without_labels_is_refused() -> None:
    with pytest.raises(SettingsError) as refused:
        parse_settings(Path(), f'{HEAD}editor_language = "fi"\n'.encode())
    assert refused.value.diagnostic.location.line == 4
    assert refused.value.diagnostic.message == '"editor_language" is "fi", which has no labels'
    assert refused.value.diagnostic.help == "the languages with labels are: en, nb, sv"


# --- the language server -------------------------------------------------------------------


@needs_server
def test_an_editor_speaks_norwegian(tmp_path: Path) -> None:
    register = _register(tmp_path, "nb")
    for name, data in editor_files(read_settings(register), FOLDER).items():
        (register / name).parent.mkdir(parents=True, exist_ok=True)
        (register / name).write_bytes(data)
    (register / ".vscode").mkdir()
    (register / ".vscode/settings.json").write_text("{}", "utf-8")  # the line in the file is all
    server = LanguageServer(register)
    version = register / "mandates/team-mandate/2024-01-01.yml"
    line = "# yaml-language-server: $schema=../../.remit/schemas/mandate-version.json\n"
    text = line + version.read_text("utf-8")
    try:
        assert server.marks(version, text) == []
        before, sections, after = text.partition("sections:\n")
        offered = server.completions(version, f"{before}{sections}  - │\n{after}")
        assert offered["det som må stå her"]["insertText"].startswith(
            "id: $1\n  kind: ${2|introduction,anchoring,"
        )
        before, blocks, after = text.partition("    blocks:\n")
        offered = server.completions(version, f"{before}{blocks}      - │\n{after}")
        assert offered["ny: samarbeid"]["insertText"].startswith("kind: cooperation\n  id: $1")
        told = server.hover(version, text.replace("in_force", "in_fo│rce"))
        assert "Fra dagen for ikrafttredelse til siste dag den gjelder." in told
        wrong = text.replace("in_force:\n  from: 2024-01-01", "in_force:\n  from: 01.01.2024")
        marks = [message for _, message in server.marks(version, wrong)]
        assert [message[:44] for message in marks] == [
            "Dette er ingen dato. Skriv den slik: 2019-09"
        ]
    finally:
        server.close()
