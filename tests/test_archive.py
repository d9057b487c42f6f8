"""`remit archive`: whole, verifiable packages with the archive standard's metadata."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import etree

from conftest import RunRemit
from registers import copy_of_register, overlay

N5 = "{http://www.arkivverket.no/standarder/noark5/arkivstruktur}"
OWN = "{https://remit.example/archive}"
# The order of the elements and how often each may stand, by Noark 5 version 5.5, as far as the
# package uses it: "" once, "?" at most once, "+" at least once, "*" any number of times.
CHILDREN = {
    "arkiv": "systemID tittel beskrivelse? arkivstatus? dokumentmedium? opprettetDato opprettetAv "
    "avsluttetDato avsluttetAv arkivskaper+ arkivdel+",
    "arkivskaper": "arkivskaperID arkivskaperNavn",
    "arkivdel": "systemID tittel arkivdelstatus opprettetDato opprettetAv avsluttetDato "
    "avsluttetAv mappe*",
    "mappe": "systemID mappeID tittel beskrivelse? noekkelord* opprettetDato opprettetAv "
    "avsluttetDato avsluttetAv registrering*",
    "registrering": "systemID opprettetDato opprettetAv arkivertDato arkivertAv "
    "dokumentbeskrivelse* registreringsID? tittel noekkelord* forfatter* "
    "virksomhetsspesifikkeMetadata?",
    "dokumentbeskrivelse": "systemID dokumenttype dokumentstatus tittel beskrivelse? forfatter* "
    "opprettetDato opprettetAv tilknyttetRegistreringSom dokumentnummer tilknyttetDato "
    "tilknyttetAv dokumentobjekt*",
    "dokumentobjekt": "systemID versjonsnummer variantformat format formatDetaljer? opprettetDato "
    "opprettetAv referanseDokumentfil sjekksum sjekksumAlgoritme filstoerrelse",
}
FIXED = {
    "arkivstatus": {"Opprettet", "Avsluttet"},
    "arkivdelstatus": {"Avsluttet periode"},
    "dokumentmedium": {"Elektronisk arkiv"},
    "dokumentstatus": {"Dokumentet er under redigering", "Dokumentet er ferdigstilt"},
    "tilknyttetRegistreringSom": {"Hoveddokument", "Vedlegg"},
    "variantformat": {"Produksjonsformat", "Arkivformat"},
    "sjekksumAlgoritme": {"SHA-256"},
}
FORMATS = {"pdf": "fmt/476", "docx": "fmt/412", "odt": "fmt/1756", "yml": "fmt/818"}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of the small register, to be read only."""
    register = copy_of_register(tmp_path_factory.mktemp("archive") / "register")
    subprocess.run(
        [sys.executable, "-m", "remit", "archive", "--to", "package"], cwd=register, check=True
    )
    return register / "package"


@pytest.fixture
def package(finished: Path, register_copy: Path) -> Path:
    """The same as part of a register of its own, to be altered."""
    return shutil.copytree(finished, register_copy / "package")


def _structure(package: Path) -> etree._Element:
    return etree.parse(package / "data" / "arkivstruktur.xml").getroot()


def _text(element: etree._Element, name: str) -> str:
    return element.findtext(f"{N5}{name}") or ""


def _assert_bag(package: Path) -> None:
    """RFC 8493: declaration, lists without gaps, counts, plain names, checksums."""
    declaration = (package / "bagit.txt").read_bytes()
    assert declaration == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    payload = {
        path.relative_to(package).as_posix(): path
        for path in (package / "data").rglob("*")
        if path.is_file()
    }
    listed = dict(_manifest(package / "manifest-sha256.txt"))
    assert set(listed) == set(payload)
    for name, path in payload.items():
        assert listed[name] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert unquote(name) == name and name.isascii() and " " not in name
    assert len({name.casefold() for name in payload}) == len(payload)
    tags = dict(_manifest(package / "tagmanifest-sha256.txt"))
    assert set(tags) == {"bagit.txt", "bag-info.txt", "manifest-sha256.txt"}
    info = dict(line.split(": ", 1) for line in (package / "bag-info.txt").read_text().splitlines())
    octets = sum(path.stat().st_size for path in payload.values())
    assert info["Payload-Oxum"] == f"{octets}.{len(payload)}"
    assert info["Bagging-Date"] == "2026-11-22"


def test_a_package_is_a_bag_whose_checksums_hold(finished: Path) -> None:
    _assert_bag(finished)
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--strict", "-c", manifest], cwd=finished, check=True)


def _manifest(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text("utf-8").splitlines():
        checksum, name = line.split(maxsplit=1)
        yield name, checksum


def test_every_version_has_all_its_files(finished: Path) -> None:
    for version in ("2020-01-01", "2024-01-01"):
        folder = finished / "data" / "dokumenter" / "team-mandate" / version
        stem = f"team-mandate-{version}"
        assert {path.name for path in folder.iterdir()} == {
            f"{stem}-{language}.{ending}"
            for language in ("nb", "en")
            for ending in ("docx", "odt", "pdf")
        } | {f"{stem}.yml", "team-mandate.yml"}
        source = finished.parent / "mandates" / "team-mandate" / f"{version}.yml"
        assert (folder / f"{stem}.yml").read_bytes() == source.read_bytes()


def test_the_metadata_have_the_standards_form(finished: Path) -> None:
    root = _structure(finished)
    assert root.tag == f"{N5}arkiv"
    checked = 0
    for element in root.iter(f"{N5}*"):
        name = etree.QName(element).localname
        if name in CHILDREN:
            _assert_children(element, CHILDREN[name].split())
            checked += 1
        elif name != "virksomhetsspesifikkeMetadata":
            assert element.text and element.text.strip(), name
        if name in FIXED:
            assert element.text in FIXED[name]
        if name.endswith("Dato"):
            assert (element.text or "").endswith("T00:00:00Z")
    assert checked > 20
    ids = [element.text or "" for element in root.iter(f"{N5}systemID")]
    assert len(ids) == len(set(ids))
    assert all(str(uuid.UUID(id)) == id for id in ids)


def _assert_children(element: etree._Element, rules: list[str]) -> None:
    names = [etree.QName(child).localname for child in element]
    order = [rule.rstrip("?*+") for rule in rules]
    assert names == sorted(names, key=order.index), element.tag
    for rule in rules:
        count = names.count(rule.rstrip("?*+"))
        if not rule.endswith("*"):
            assert count >= (0 if rule.endswith("?") else 1), (element.tag, rule)
        if rule[-1] not in "*+":
            assert count <= 1, (element.tag, rule)


def test_every_file_is_described_once_and_rightly(finished: Path) -> None:
    root = _structure(finished)
    described = {}
    for item in root.iter(f"{N5}dokumentobjekt"):
        file = finished / "data" / _text(item, "referanseDokumentfil")
        described[file] = item
        content = file.read_bytes()
        assert _text(item, "sjekksum") == hashlib.sha256(content).hexdigest()
        assert _text(item, "filstoerrelse") == str(len(content))
        ending = file.suffix[1:]
        assert _text(item, "format") == FORMATS[ending]
        archive = _text(item, "variantformat") == "Arkivformat"
        assert archive == (ending == "pdf")
        number = {"2020-01-01": "1", "2024-01-01": "2"}[file.parent.name]
        assert _text(item, "versjonsnummer") == number
    files = {path for path in (finished / "data" / "dokumenter").rglob("*") if path.is_file()}
    assert described.keys() == files


def test_the_authoritative_text_is_the_main_document(finished: Path) -> None:
    for registration in _structure(finished).iter(f"{N5}registrering"):
        roles = [
            (_text(one, "tilknyttetRegistreringSom"), _text(one, "beskrivelse").split(".")[0])
            for one in registration.iter(f"{N5}dokumentbeskrivelse")
        ]
        assert roles[0] == ("Hoveddokument", "Norsk bokmål")
        assert [role for role, _ in roles[1:]] == ["Vedlegg"] * 3
        own = {etree.QName(child).localname: child.text for child in registration.iter(f"{OWN}*")}
        assert own["gjeldendeSpraak"] == "nb"
        assert own["tilgang"] == "Offentlig"
        assert len(own["kildeavtrykk"] or "") == 16
        assert (own["nettadresse"] or "").startswith("https://")


def test_one_language_still_brings_the_authoritative_one(
    remit: RunRemit, register_copy: Path
) -> None:
    done = remit("archive", "team-mandate", "--language", "en", "--to", "one")
    assert done.returncode == 0, done.stderr
    names = {path.name for path in (register_copy / "one").rglob("*.pdf")}
    assert names == {"team-mandate-2024-01-01-nb.pdf", "team-mandate-2024-01-01-en.pdf"}


def test_the_same_sources_give_the_same_bytes(
    remit: RunRemit, register_copy: Path, package: Path
) -> None:
    for name in ("one", "two"):
        assert remit("archive", "--to", f"{name}/mandates.zip").returncode == 0
        shutil.rmtree(register_copy / ".cache", ignore_errors=True)
    one, two = (register_copy / name / "mandates.zip" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert archive.testzip() is None
        assert all(name.startswith("mandates/") for name in archive.namelist())
        archive.extractall(register_copy / "out")
    _assert_bag(register_copy / "out" / "mandates")
    for file in package.rglob("*"):
        if file.is_file():
            same = register_copy / "out" / "mandates" / file.relative_to(package)
            assert same.read_bytes() == file.read_bytes()


def test_check_finds_what_was_altered_lost_or_added(
    remit: RunRemit, register_copy: Path, package: Path
) -> None:
    assert remit("archive", "--check", "package").returncode == 0
    folder = package / "data" / "dokumenter" / "team-mandate" / "2024-01-01"
    altered = folder / "team-mandate-2024-01-01-nb.pdf"
    altered.write_bytes(altered.read_bytes() + b" ")
    (folder / "team-mandate-2024-01-01-en.odt").unlink()
    (folder / "more.txt").write_text("x")
    (package / "bag-info.txt").write_text("Source-Organization: another\n")
    done = remit("archive", "--check", "package")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 4
    assert "-nb.pdf is not what it was when the package was made" in done.stderr
    assert "-en.odt is missing" in done.stderr
    assert "more.txt is in no list of checksums" in done.stderr
    assert "bag-info.txt is not what it was" in done.stderr


def test_check_finds_a_broken_zip_and_what_is_no_package(
    remit: RunRemit, register_copy: Path
) -> None:
    overlay(register_copy, {"other.zip": b"PK no zip", "folder/file.txt": b"x"})
    for name in ("other.zip", "folder"):
        done = remit("archive", "--check", name)
        assert done.returncode == 1
        assert "no package" in done.stderr
    assert remit("archive", "--check", "nothing-there").returncode == 2


def test_check_finds_a_damaged_zip(remit: RunRemit, register_copy: Path) -> None:
    assert remit("archive", "team-mandate", "--to", "mandates.zip").returncode == 0
    package = register_copy / "mandates.zip"
    data = bytearray(package.read_bytes())
    with zipfile.ZipFile(package) as archive:
        start = next(i.header_offset for i in archive.infolist() if i.filename.endswith("-nb.pdf"))
    data[start + 400] ^= 0xFF
    package.write_bytes(data)
    done = remit("archive", "--check", "mandates.zip")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "-nb.pdf is not what it was" in done.stderr


def test_nothing_is_written_over_unasked(
    remit: RunRemit, register_copy: Path, package: Path
) -> None:
    overlay(register_copy, {"mine/letter.txt": b"mine"})
    for arguments, says in (
        (("--to", "package"), "say --replace"),
        (("--to", "mine"), "is no package"),
        (("--to", "mine", "--replace"), "is no package"),
    ):
        done = remit("archive", *arguments)
        assert done.returncode == 2
        assert says in done.stderr
    assert (register_copy / "mine" / "letter.txt").read_bytes() == b"mine"
    done = remit("archive", "team-mandate", "--to", "package", "--replace")
    assert done.returncode == 0, done.stderr
    _assert_bag(package)
    assert len(list(package.rglob("*.pdf"))) == 2


def test_all_or_nothing(remit: RunRemit, register_copy: Path, package: Path) -> None:
    """A package that cannot be finished leaves the earlier one, and nothing beside it."""
    before = {path: path.read_bytes() for path in package.rglob("*") if path.is_file()}
    beside = sorted(path.name for path in register_copy.iterdir())
    shutil.rmtree(register_copy / ".cache", ignore_errors=True)
    for target in ("package", "package.zip"):
        done = remit(
            "archive",
            *("--to", target, "--replace"),
            environment={"PYPANDOC_PANDOC": "/nowhere/pandoc"},
        )
        assert done.returncode == 2
        assert "pandoc" in done.stderr
    assert {path: path.read_bytes() for path in package.rglob("*") if path.is_file()} == before
    left = sorted(path.name for path in register_copy.iterdir())
    assert [name for name in left if name != ".cache"] == [n for n in beside if n != ".cache"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("no-such",), 'there is no mandate "no-such"'),
        (("team-mandate@1999-01-01",), "no version"),
        (("--language", "fi"), 'no language "fi"'),
        (("team-mandate", "--check", "."), "no mandates beside it"),
    ],
)
def test_wrong_use_is_refused(remit: RunRemit, arguments: tuple[str, ...], says: str) -> None:
    done = remit("archive", *arguments)
    assert done.returncode == 2
    assert says in done.stderr
