"""Every code has a page; its broken example gives that code, its mended example gives nothing."""

from __future__ import annotations

import ast
import os
import re
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from registers import REGISTER, ROOT, divide, found, overlay, printed
from remit.check import CHECKS
from remit.check.finding import Finding
from remit.check.table import Check
from remit.diagnostics import Severity
from remit.load import reading
from remit.load.records import load_register
from remit.model.reading import MEMBERS, begin_noticing, noticed_of_all
from remit.settings import read_settings

PAGES = ROOT / "docs" / "checks"
CODES = sorted(page.stem for page in PAGES.glob("*.md") if page.stem != "README")
TERM = "content/terms/circular.yml"

_FENCE = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.M | re.S)


def _part(code: str, heading: str) -> str:
    page = (PAGES / f"{code}.md").read_text("utf-8")
    broken, _, mended = page.partition("\n## Broken\n")[2].partition("\n## Mended\n")
    return broken if heading == "Broken" else mended


def _files(code: str, heading: str) -> dict[str, str]:
    return {title: text for _, title, text in _FENCE.findall(_part(code, heading)) if title}


def _message(code: str) -> str:
    blocks = [text for _, title, text in _FENCE.findall(_part(code, "Broken")) if not title]
    assert len(blocks) == 1, "a page shows one message"
    return str(blocks[0]).rstrip("\n")


def _large(file: Path) -> None:
    with open(file, "wb") as stream:
        stream.truncate(50 * 1024 * 1024)


def _latin_1(file: Path) -> None:
    lines = ["id: circular", "authoritative_language: nb", "name:", "  nb: påbud"]
    file.write_bytes("\n".join(lines).encode("latin-1"))


def _write(file: Path) -> None:
    file.write_bytes(b"id: circular\n")


def _link(file: Path) -> None:
    file.symlink_to("mandate.yml")


BEYOND_TEXT: dict[str, Callable[[Path], None]] = {
    "not-utf8": _latin_1,
    "symbolic-link": _link,
    "too-large": _large,
    "unreadable": _write,
}
"""Codes whose broken example no page can hold as text: what makes it of a file."""


def test_the_register_of_the_tests_is_sound(register_copy: Path) -> None:
    assert found(register_copy) == []


@pytest.mark.parametrize("code", [code for code in CODES if code not in BEYOND_TEXT])
def test_page(
    code: str, register_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, mended = _files(code, "Broken"), _files(code, "Mended")
    assert broken, "the page has no broken example"
    assert mended, "the page has no mended example"
    sound = tmp_path / "sound"
    register_copy.rename(sound)
    _copy(sound, register_copy)

    diagnostics = found(overlay(register_copy, broken))
    assert code in {one.code for one in diagnostics}
    assert printed(diagnostics) == _message(code)
    severity = _severities()[code]
    assert {one.severity for one in diagnostics if one.code == code} == {severity}

    if hasattr(os, "fork"):
        with monkeypatch.context() as by_two:
            divide(by_two, left=sum(code.encode()) % 3 / 2)
            shutil.rmtree(register_copy / ".cache", ignore_errors=True)
            assert found(register_copy) == diagnostics

    assert found(overlay(sound, mended)) == []


@pytest.mark.parametrize("code", sorted(BEYOND_TEXT))
def test_page_beyond_text(code: str, register_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    BEYOND_TEXT[code](register_copy / TERM)
    if code == "unreadable":
        _refuse_to_open(register_copy / TERM, monkeypatch)
    diagnostics = found(register_copy)
    assert [one.code for one in diagnostics] == [code]
    assert printed(diagnostics) == _message(code)


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert set(CODES) == set(_severities())


@pytest.mark.parametrize("code", CODES)
def test_page_begins_with_code_severity_and_meaning(code: str) -> None:
    lines = (PAGES / f"{code}.md").read_text("utf-8").splitlines()
    assert lines[0] == f"# {code}"
    assert lines[2].startswith(f"**{_severities()[code].value.capitalize()}.** ")
    row = f"| [{code}]({code}.md) | {_severities()[code]} | {lines[2].partition('.** ')[2]} |"
    assert row in (PAGES / "README.md").read_text("utf-8").splitlines()


def test_every_check_is_one_row_and_says_what_it_finds() -> None:
    assert len({check.code for check in CHECKS}) == len(CHECKS)
    for check in CHECKS:
        assert check.function.__doc__, check.code
        assert check.function.__name__.replace("_", "-") == check.code


@pytest.mark.parametrize("check", [one for one in CHECKS if one.asks], ids=lambda one: one.code)
def test_a_check_reads_of_no_other_kind_than_it_says(check: Check, register_copy: Path) -> None:
    """Of others it may know which there are."""
    begin_noticing()
    broken = overlay(register_copy, _files(check.code, "Broken"))
    for folder in (broken, ROOT, REGISTER):
        settings = read_settings(folder)
        register = load_register(settings).register
        with noticed_of_all() as reading:
            findings = list(check.function(register, settings))
        assert findings or folder is not broken
        read = {kind for kind, bits in reading.kinds.items() if bits & ~MEMBERS}
        assert read <= {cls.KIND for cls in check.asks}
        assert {type(one.record) for one in findings if isinstance(one, Finding)} <= {*check.asks}


def _copy(source: Path, target: Path) -> None:
    for file in source.rglob("*"):
        if file.is_file():
            overlay(target, {file.relative_to(source).as_posix(): file.read_bytes()})


def _refuse_to_open(refused: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rights don't stop the superuser, whom many machines test as."""

    def opened(file: Path | str, mode: str, buffering: int = -1) -> object:
        if Path(file) == refused:
            raise PermissionError(13, "Permission denied")
        return open(file, mode, buffering)

    monkeypatch.setattr(reading, "open", opened, raising=False)


@cache
def _severities() -> dict[str, Severity]:
    """Every code that remit can emit: of the table, load/, the settings and the templates."""
    known = {check.code: check.severity for check in CHECKS}
    package = ROOT / "generator" / "remit"
    render = package / "render"
    templates = [*render.glob("template_*.py"), *render.glob("document_[tk]*.py")]
    for file in [*sorted((package / "load").glob("*.py")), package / "settings.py", *templates]:
        for code, severity in _emitted(ast.parse(file.read_text("utf-8"))):
            assert known.setdefault(code, severity) == severity, f"{code} has two severities"
    return known


CODE_ARGUMENT = {"Diagnostic": 1, "problem": 1, "_Said": 0}
"""The functions that make a diagnostic, and which of their arguments is the code."""


def _emitted(tree: ast.Module) -> Iterator[tuple[str, Severity]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else _name(node.func)
            position = CODE_ARGUMENT.get(name)
            if position is None:
                continue
            warns = any(ast.unparse(argument) == "Severity.WARNING" for argument in node.args)
            code = node.args[position]
            if isinstance(code, ast.Constant):
                yield str(code.value), Severity.WARNING if warns else Severity.ERROR
            else:
                assert _name(code) == "code", f"a code that is not written out: line {code.lineno}"
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            names = [_name(target) for target in node.targets[0].elts]
            if "code" in names and isinstance(node.value, ast.Tuple):
                code = node.value.elts[names.index("code")]
                assert isinstance(code, ast.Constant)
                yield str(code.value), Severity.ERROR


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""
