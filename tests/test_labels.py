"""The languages' labels: the same keys everywhere, all in use, plural forms complete."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from babel.lists import format_list

from remit.model import records, values
from remit.model.deliveries import DeliveryState
from remit.model.events import EventKind
from remit.model.records import BY_KIND
from remit.model.register import Register
from remit.model.translations import TextState
from remit.render import labels
from remit.render.labels import Labels, labels_for
from remit.render.tree import Text, plain
from remit.render.view import View
from remit.settings import LOCALES, available_languages, read_settings

PACKAGE = LOCALES.parent
ROOT = PACKAGE.parent.parent


@cache
def _table(code: str) -> dict[str, Any]:
    return tomllib.loads((LOCALES / f"{code}.toml").read_text("utf-8"))


def _keys(table: dict[str, Any], before: str = "") -> set[str]:
    found = set()
    for key, value in table.items():
        name = f"{before}{key}"
        found |= _keys(value, f"{name}.") if isinstance(value, dict) else {name}
    return found


@pytest.mark.parametrize("code", available_languages())
def test_every_language_has_the_same_labels(code: str) -> None:
    assert _keys(_table(code)) == _keys(_table("nb"))


@pytest.mark.parametrize("code", available_languages())
def test_places_in_labels_are_the_same(code: str) -> None:
    places = re.compile(r"\{(\w+)")
    for key, text in _table(code)["labels"].items():
        assert sorted(places.findall(text)) == sorted(
            places.findall(_table("nb")["labels"][key])
        ), key


@pytest.mark.parametrize("code", available_languages())
def test_plural_forms_are_those_of_the_language(code: str) -> None:
    forms = {Locale.parse(code).plural_form(number) for number in range(200)}
    for name, table in _table(code)["plurals"].items():
        assert forms <= set(table), name


def test_every_kind_and_enumerated_value_has_a_label() -> None:
    labels = labels_for("nb")
    for kind in BY_KIND:
        assert labels.kind(kind) and labels.kind(kind, "many") and labels.kind(kind, "intro")
    table = _table("nb")["enums"]
    enums = {
        "status": records.Status,
        "event": EventKind,
        "change_kind": records.ChangeKind,
        "document_kind": records.DocumentKind,
        "section_kind": records.SectionKind,
        "translation_state": values.TranslationState,
        "text_state": TextState,
        "caveat_kind": values.CaveatKind,
        "organisation_kind": records.OrganisationKind,
        "part": records.Part,
        "line": records.Line,
        "network_kind": records.NetworkKind,
        "network_level": records.NetworkLevel,
        "partner_basis": records.PartnerBasis,
        "contact_for": records.ContactFor,
        "audience_kind": records.AudienceKind,
        "area_level": records.AreaLevel,
        "assignment_state": records.AssignmentState,
        "legal_basis_kind": records.LegalBasisKind,
        "topic": records.Topic,
        "weekday": records.Weekday,
        "duty_kind": records.DutyKind,
        "duty_none": records.DutyKind,
        "age_group": records.AgeGroup,
        "urgency": records.Urgency,
        "urgency_text": records.Urgency,
        "confidentiality": records.Confidentiality,
        "delivery_state": DeliveryState,
    }
    assert set(enums) == set(table)
    for name, enum in enums.items():
        assert set(table[name]) == {str(member.value) for member in enum}, name


def test_every_label_is_used() -> None:
    """No label is left over from something that is gone."""
    sources = [
        *(PACKAGE / "render").glob("*.py"),
        PACKAGE / "write" / "signing.py",
        *(PACKAGE / "templates" / "site").glob("*.html"),
        *(ROOT / "overrides").glob("*.html"),
    ]
    text = "\n".join(source.read_text("utf-8") for source in sources)
    for key in _table("nb")["labels"]:
        stem = re.sub(
            r"_(pdf|docx|odt|past|draft|withdrawn|contacts|duty|guidance|roles|mandates"
            r"|networks|tasks"
            r"|paragraph|item|task|boundary|cooperation|reporting|definition"
            r"|now|today|future|begins|ends)(_text)?$",
            "",
            key,
        )
        assert re.search(rf"[\"']{key}[\"']", text) or f'"{stem}_{{' in text, key


@pytest.mark.parametrize("code", available_languages())
@pytest.mark.parametrize("number", range(6))
def test_a_list_of_any_length_is_joined_as_the_language_does(code: str, number: int) -> None:
    items = ["{0}", "b", "c, d", "e", "f"][:number]
    labels = labels_for(code)
    expected = format_list(items, locale=Locale.parse(code)) if items else ""
    assert labels.join(items) == expected
    view = View(Register([], (code,)), read_settings(ROOT), code, date(2026, 1, 1))
    assert plain(view.listed([(Text(item),) for item in items])) == expected


def test_kept_labels_are_those_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether they are read, kept, altered by someone, or of a file that says more by now."""
    monkeypatch.setattr(labels._Kept, "folder", None)
    monkeypatch.setattr(labels, "LOCALES", tmp_path)
    file = tmp_path / "en.toml"
    file.write_text('labels = { home = "Home" }\n', "utf-8")
    labels.keep_labels(replace(read_settings(ROOT), root=tmp_path))

    def said() -> object:
        return Labels("en").table

    assert said() == said() == {"home": "Home"}
    (kept,) = (one for one in tmp_path.rglob("labels/*"))
    kept.write_bytes(kept.read_bytes().replace(b"Home", b"Mine"))
    assert said() == {"home": "Home"}
    file.write_text('labels = { home = "Front page" }\n', "utf-8")
    assert said() == {"home": "Front page"}
