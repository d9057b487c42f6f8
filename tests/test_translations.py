"""`remit translations`: what is counted, how a review is recorded, and jobs that go out and come
back through other programs."""

from __future__ import annotations

import csv
import difflib
import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from translate.storage import xliff as peer

from command_line import Done, run
from gits import commit, new_repository
from registers import REGISTER, ROOT, copy_of_register, found, overlay
from remit.build import load_whole
from remit.load.xliff import read_xliff
from remit.model.records import Role
from remit.model.translation_jobs import (
    TranslationJob,
    bookmark_id,
    damage,
    pieces,
    sent_out,
    short_key,
    unit_id,
)
from remit.model.translations import TextState, TranslatedText, count_words, translated_texts
from remit.settings import read_settings
from remit.write.xliff import NAMESPACE, xliff

COUNT = int(os.environ.get("REMIT_JOBS", "30"))
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TERM = "content/terms/mandate.yml"
VERSION = "mandates/team-mandate/2024-01-01.yml"
BODY = "content/organisations/testdirektoratet.yml"


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return copy_of_register(tmp_path / "register")


def do(register: Path, *arguments: str) -> Done:
    return run(register, "translations", *arguments)


def lines_changed(before: str, after: str) -> list[str]:
    rows = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [row for row in rows if row[:1] in "+-" and row[:3] not in ("+++", "---")]


def put(register: Path, name: str, old: str, new: str) -> None:
    file = register / name
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def snapshot(register: Path) -> dict[str, bytes]:
    return {
        file.relative_to(register).as_posix(): file.read_bytes()
        for folder in ("content", "mandates")
        for file in (register / folder).rglob("*")
        if file.is_file()
    }


# --- counting ------------------------------------------------------------------------------


def test_texts_are_counted_by_how_they_stand(register: Path) -> None:
    put(register, TERM, "  en: mandate\n", "")
    assert do(register, "accept", "testdirektoratet", "--language", "en", "--yes").returncode == 0
    put(register, BODY, "Gir råd til tjenestene", "Gir råd til alle tjenestene")
    wanted = ["list", "--language", "en", "terms/mandate", "testdirektoratet"]
    done = do(register, *wanted)
    assert done.stdout.splitlines() == [
        "organisations/testdirektoratet  nb → en  stale 1 (7 words), reviewed 3 (3 words)",
        "terms/mandate  nb → en  missing 1 (1 word), unreviewed 1 (8 words)",
        "",
        "into en: missing 1 (1 word), stale 1 (7 words), unreviewed 1 (8 words), "
        "reviewed 3 (3 words)",
    ]
    (row,) = csv.DictReader(io.StringIO(do(register, *wanted[:4], "--format", "csv").stdout))
    assert (row["record"], row["from"], row["into"]) == ("terms/mandate", "nb", "en")
    assert (row["missing_texts"], row["unreviewed_words"]) == ("1", "8")
    told = json.loads(do(register, *wanted, "--format", "json", "--state", "stale").stdout)
    assert [(one["place"], one["part"], one["words"]) for one in told["texts"]] == [
        ("summary", "summary", 7)
    ]


def test_what_is_counted_can_be_chosen(register: Path) -> None:
    assert "into en: unreviewed 4" in do(register, "list", "--owner", "testdirektoratet").stdout
    assert "into en: unreviewed 2" in do(register, "list", "--kind", "term").stdout
    assert "into nb: nothing" in do(register).stdout
    assert "did you mean mandate?" in do(register, "list", "mandat").stderr
    assert "did you mean testdirektoratet?" in do(register, "list", "--owner", "testdirekt").stderr
    version = do(register, "list", "team-mandate@2024-01-01").stdout
    assert version.startswith("mandates/team-mandate/2024-01-01  nb → en  unreviewed 11")


def test_words_of_links_count_and_their_targets_do_not() -> None:
    assert (
        count_words("Spør [[roles/x|det nye teamet]] om [siden](https://example.org/a) i dag.") == 8
    )
    assert count_words("Se [[roles/x]].") == 1


def test_every_text_of_the_real_register_has_a_name_of_its_own() -> None:
    register = load_whole(read_settings(ROOT))
    for language in register.languages:
        texts = [*translated_texts(register, language)]
        keys = {text.key for text in texts}
        assert len(keys) == len({short_key(key) for key in keys}) == len(texts) > 400
        for text in texts:
            for id in (unit_id(text), bookmark_id(text)):
                sent = sent_out(id)
                assert sent and sent.source_is(text.source) and sent.target_is(text.target)
            assert len(f"b-{bookmark_id(text)}") <= 39


# --- reviews -------------------------------------------------------------------------------


def test_a_review_is_a_small_change_that_keeps_comments(register: Path) -> None:
    put(register, TERM, "definitions:", "# as the directorate uses it\ndefinitions:")
    before = (register / TERM).read_text("utf-8")
    done = do(register, "accept", "terms/mandate", "--language", "en", "--yes")
    assert done.returncode == 0, done.stderr
    assert "nb  Et dokument som sier hva noen skal gjøre." in done.stdout
    assert "en  A document that says what someone is to do." in done.stdout
    changed = lines_changed(before, (register / TERM).read_text("utf-8"))
    assert [re.sub("[0-9a-f]{16}", "…", line) for line in changed] == [
        "+translations:",
        "+  en:",
        "+    state: reviewed",
        "+    of:",
        "+      name: …",
        "+      definitions: …",
    ]
    assert not [one for one in found(register) if one.code == "stale-translation"]
    again = do(register, "accept", "terms/mandate", "--language", "en", "--yes")
    assert again.stdout == "nothing to record: all of it is reviewed already\n"
    put(register, TERM, "nb: mandat", "nb: fullmakt")
    (stale,) = (one for one in found(register) if one.code == "stale-translation")
    assert stale.message.endswith("text of: name")
    done = do(
        register, "accept", "terms/mandate", "--language", "en", "--yes", "--state", "official"
    )
    assert "reviewed → official" in done.stdout and "name  (stale)" in done.stdout
    assert not [one for one in found(register) if one.code == "stale-translation"]


def test_parts_are_reviewed_one_after_the_other(register: Path) -> None:
    version = "team-mandate@2024-01-01"
    parts = ("title", "purpose", "tasks", "cooperation")
    for part in parts:
        done = do(register, "accept", version, "--language", "en", "--part", part, "--yes")
        assert f"draft, {part} reviewed" in done.stdout
    assert "state: draft" in (register / VERSION).read_text("utf-8")
    assert "unreviewed 3" in do(register, "list", version).stdout  # the note on it among them
    done = do(register, "accept", version, "--language", "en", "--part", "reporting", "--yes")
    assert "draft → reviewed" in done.stdout
    put(register, VERSION, "Teamet fører ikke tilsyn.", "Teamet fører aldri tilsyn.")
    assert "stale 3" in do(register, "list", version).stdout
    done = do(register, "accept", version, "--language", "en", "--part", "purpoes", "--yes")
    assert (
        done.returncode == 1 and "there is no part purpoes; there are title, purpose" in done.stderr
    )


def test_a_guidance_page_keeps_its_review_in_the_file_that_counts(register: Path) -> None:
    before = snapshot(register)
    assert do(register, "accept", "whom-to-contact", "--language", "en", "--yes").returncode == 0
    after = snapshot(register)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"content/guidance/whom-to-contact.nb.md"}
    assert "reviewed 3" in do(register, "list", "--state", "reviewed", "whom-to-contact").stdout


def test_what_cannot_be_accepted_is_said_all_at_once(register: Path) -> None:
    put(register, TERM, "      en: A document that says what someone is to do.\n", "")
    overlay(register, {"content/roles/en-role.yml": EN_ROLE})
    before = snapshot(register)
    done = do(register, "accept", "terms/mandate", "en-role", "bufd", "--language", "en", "--yes")
    assert done.returncode == 2 and 'there is no record "bufd"' in done.stderr
    done = do(register, "accept", "terms/mandate", "en-role", "--language", "en", "--yes")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "terms/mandate: these texts are missing in en: definitions.0.text",
        "roles/en-role: its text in en is the one that counts",
        "nothing was written",
    ]
    for wrong, told in (
        (["--language", "en", "--yes"], "name the records, or choose them by --owner or --kind"),
        (["specialist-team", "--language", "en"], "there is nobody to ask; with --yes"),
        (["specialist-team", "--language", "sv", "--yes"], 'no language "sv"; it has nb, en'),
    ):
        done = do(register, "accept", *wrong)
        assert done.returncode == 2 and told in done.stderr
    assert snapshot(register) == before


EN_ROLE = """\
id: en-role
authoritative_language: en
names:
  - name:
      nb: Rådgiveren
      en: The adviser
kind: post
holder: testdirektoratet
line: national
summary:
  nb: Gir råd.
  en: Gives advice.
"""


# --- jobs ----------------------------------------------------------------------------------


def job(register: Path, name: str = "job.xlf", *more: str) -> Path:
    """Everything, sent out."""
    states = "missing,stale,unreviewed,reviewed"
    wanted = ("--language", "en", "--from", "nb", "--state", states)
    done = do(register, "export", *wanted, "--to", name, "--force", *more)
    assert done.returncode == 0, done.stderr
    return register / name


def edited(file: Path, change: Callable[[str], str]) -> Path:
    text = file.read_text("utf-8")
    assert change(text) != text
    file.write_text(change(text), "utf-8")
    return file


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of which everything was sent out in both forms; no test may change it."""
    register = copy_of_register(tmp_path_factory.mktemp("sent") / "register")
    for name in ("job.xlf", "job.docx"):
        job(register, name)
    return register


def test_what_comes_back_as_it_went_out_changes_nothing(sent: Path) -> None:
    before = snapshot(sent)
    for name in ("job.xlf", "job.docx"):
        done = do(sent, "import", name)
        assert done.returncode == 0, done.stderr
        assert done.stdout.endswith(
            "0 translations into en new or changed, as drafts; 71 as before\n"
        )
    assert snapshot(sent) == before


def test_all_of_the_real_register_goes_out_and_is_found_again(tmp_path: Path) -> None:
    """Each text to the letter, through XLIFF; notes say what a text is for."""
    register = load_whole(read_settings(ROOT))
    texts = [
        text
        for text in translated_texts(register, "sv")
        if text.record.authoritative_language == "nb"
    ]
    data = xliff(TranslationJob("nb", "sv", texts), lambda text: ["a note"], lambda text: "")
    back = read_xliff(data)
    assert (back.source_language, back.target_language, back.sent) == ("nb", "sv", len(texts))
    assert [one.target for one in back.texts] == [text.target for text in texts]
    assert [one.id for one in back.texts] == [unit_id(text) for text in texts]


def test_one_changed_word_is_one_changed_line(register: Path) -> None:
    file = edited(
        job(register),
        lambda text: text.replace("Advises schools all over", "Helps schools all over"),
    )
    before = snapshot(register)
    dry = do(register, "import", "job.xlf", "--dry-run")
    assert "would write content/roles/specialist-team.yml" in dry.stdout
    assert snapshot(register) == before
    done = do(register, "import", "job.xlf")
    assert "1 translation into en new or changed, as draft; 70 as before" in done.stdout
    name = "content/roles/specialist-team.yml"
    assert lines_changed(before[name].decode(), (register / name).read_text("utf-8")) == [
        "-  en: Advises schools all over the country.",
        "+  en: Helps schools all over the country.",
    ]
    assert {name for name, data in snapshot(register).items() if data != before[name]} == {name}
    assert file.is_file()


SUMMARY = "One or two sentences: what the body does in this field."


def test_a_translation_program_fills_in_what_is_missing(register: Path) -> None:
    """translate-toolkit, which Weblate and Pootle are built on, reads the job and fills it in."""
    put(register, TERM, "      en: A document that says what someone is to do.\n", "")
    put(
        register,
        BODY,
        "  en: Advises the services. See [[regional-coordinators|the coordinators]].\n",
        "",
    )
    done = do(register, "export", "--language", "en", "--to", "job.xlf")
    assert "2 texts, 14 words, nb → en" in done.stdout
    store = peer.xlifffile.parsefile(str(register / "job.xlf"))
    assert store.sourcelanguage == "nb" and store.targetlanguage == "en"
    by_source = {str(unit.source): unit for unit in store.units if unit.isheader() is False}
    assert len(by_source) == 2
    for source, unit in by_source.items():
        meaning, page = unit.getnotes().splitlines()
        assert meaning in ("The definition.", SUMMARY) and page.startswith("https://")
        if "dokument" in source:
            unit.target = "A paper that says what\n   someone must do."
        else:
            first, begin, inside, end, last = unit.rich_source[0].sub
            assert (str(first), str(last)) == ("Gir råd til tjenestene. Se ", ".")
            unit.rich_target = [
                type(unit.rich_source[0])(["Helps. Ask ", begin, "the coordinators", end, "!"])
            ]
            assert str(inside) == "koordinatorene"
    store.save()
    done = do(register, "import", "job.xlf")
    assert done.returncode == 0, done.stderr
    assert "2 translations into en new or changed" in done.stdout
    text = (register / TERM).read_text("utf-8")
    assert "      en: A paper that says what someone must do.\n" in text
    text = (register / BODY).read_text("utf-8")
    assert "  en: Helps. Ask [[regional-coordinators|the coordinators]]!\n" in text


def test_a_program_that_keeps_only_the_ids_of_codes(register: Path) -> None:
    """Some write <g> and <x> in the place of the codes; the codes are those of the source."""

    def plain(text: str) -> str:
        target = re.search(r"<target [^>]*>Advises the services.*?</target>", text)
        assert target
        words = '<target>Advises. See <g id="1"><mrk mtype="seg" mid="0">them</mrk></g>.</target>'
        return text.replace(target[0], words)

    edited(job(register), plain)
    assert do(register, "import", "job.xlf").returncode == 0
    text = (register / BODY).read_text("utf-8")
    assert "  en: Advises. See [[regional-coordinators|them]].\n" in text


def test_a_program_that_saves_an_older_version(register: Path) -> None:
    def older(text: str) -> str:
        return text.replace("document:1.2", "document:1.1").replace(
            'version="1.2"', 'version="1.1"'
        )

    edited(edited(job(register), older), lambda text: text.replace(">mandate<", ">remit<"))
    done = do(register, "import", "job.xlf")
    assert "1 translation into en new or changed, as draft; 70 as before" in done.stdout


def test_reviewed_translations_are_recorded_as_such(register: Path) -> None:
    edited(job(register), lambda text: text.replace(">mandate<", ">remit<"))
    put(register, VERSION, "Teamet leverer en årsrapport.", "Teamet leverer to rapporter.")
    done = do(register, "import", "job.xlf", "--reviewed")
    assert "1 translation into en new or changed, as reviewed" in done.stdout
    assert (
        "reporting-yearly.text: the text that counts changed since the job was sent" in done.stderr
    )
    states = do(register, "list", "terms/mandate", "team-mandate@2024-01-01", "--format", "json")
    by_part: dict[str, set[str]] = {}
    for one in json.loads(states.stdout)["texts"]:
        by_part.setdefault(one["part"], set()).add(one["state"])
    assert by_part.pop("reporting") == {"unreviewed"}
    assert by_part.pop("") == {"unreviewed"}
    assert set().union(*by_part.values()) == {"reviewed"}
    edited(job(register), lambda text: text.replace(">remit<", ">mandate<"))
    assert do(register, "import", "job.xlf").returncode == 0
    file = (register / TERM).read_text("utf-8")
    assert "state: draft" in file and "definitions: " in file and "      name: " not in file


def test_a_new_language_begins_a_guidance_page_in_it(register: Path) -> None:
    (register / "content/guidance/whom-to-contact.en.md").unlink()
    job(register)

    def filled(text: str) -> str:
        for nb, en in (
            ("Hvem du kan kontakte", "Whom: to contact"),
            ("Finn riktig tjeneste.", "Find the right service."),
        ):
            text = text.replace(
                f'<source>{nb}</source>\n    <target state="needs-translation"/>',
                f"<source>{nb}</source>\n    <target>{en}</target>",
            )
        body = re.search(r"<source>(Er noen i fare.*?)</source>\n    <target [^>]*/>", text, re.S)
        assert body
        words = body[1].replace("Råd i en sak", "Advice in a case")
        return text.replace(body[0], f"<source>{body[1]}</source><target>{words}</target>")

    edited(register / "job.xlf", filled)
    done = do(register, "import", "job.xlf")
    assert done.returncode == 0, done.stderr
    page = (register / "content/guidance/whom-to-contact.en.md").read_text("utf-8")
    assert page == (
        '---\ntitle: "Whom: to contact"\nsummary: Find the right service.\n---\n\n'
        "Er noen i fare? Ring 112.\n\n## Advice in a case\n\n"
        "Snakk med [[specialist-team|fagteamet]].\n"
    )


def test_a_stale_text_comes_with_what_it_was(register: Path) -> None:
    new_repository(register)
    assert do(register, "accept", "specialist-team", "--language", "en", "--yes").returncode == 0
    commit(register, "reviewed")
    put(
        register,
        "content/roles/specialist-team.yml",
        "Gir råd til skoler",
        "Gir råd til alle skoler",
    )
    commit(register, "changed")
    done = do(register, "export", "--language", "en", "--to", "job.xlf")
    assert "1 text, 8 words" in done.stdout
    assert "the text was: Gir råd til skoler i hele landet.</note>" in (
        register / "job.xlf"
    ).read_text("utf-8")


# --- what is wrong with a job --------------------------------------------------------------

HEAD = "<xliff xmlns"
LINK = '<bpt id="1">[[regional-coordinators|</bpt>the coordinators<ept id="1">]]</ept>'
FAULTS: dict[str, tuple[Callable[[str], str], str]] = {
    "a link that is gone": (
        lambda text: text.replace(LINK, "the coordinators"),
        "organisations/testdirektoratet:summary: a link is missing or damaged: "
        "[[regional-coordinators]]",
    ),
    "a link that leads elsewhere": (
        lambda text: text.replace("See " + LINK, "See " + LINK.replace("regional-", "local-")),
        "a link was not in the text: [[local-coordinators]]",
    ),
    "half a link": (
        lambda text: text.replace("A document", "A document ]]"),
        "terms/mandate:definitions.0.text: brackets of a link are damaged: [[ or ]]",
    ),
    "a strange id": (
        lambda text: text.replace('id="terms/mandate:name~', 'id="terms/mandate:name-'),
        "is no id of remit's",
    ),
    "a text that is gone": (
        lambda text: text.replace('id="terms/mandate:name~', 'id="terms/mandat:name~'),
        "terms/mandat:name is no text of the register any more",
    ),
    "a text twice": (
        lambda text: re.sub(
            r"(<trans-unit id=\"terms/mandate:name.*?</trans-unit>)", r"\1\1", text, flags=re.S
        ),
        "terms/mandate:name comes back twice",
    ),
    "another language": (
        lambda text: text.replace('target-language="en"', 'target-language="sv"'),
        'the job is into "sv"; the register\'s languages are nb, en',
    ),
    "two languages": (
        lambda text: text.replace('target-language="en"', 'target-language="sv"', 1),
        "the file has several languages as its target-language: sv, en",
    ),
    "another source": (
        lambda text: text.replace('source-language="nb"', 'source-language="da"'),
        'no text of the register has "da" as its source',
    ),
    "an element of its own": (
        lambda text: text.replace(">mandate<", "><b>mandate</b><"),
        "an element <b> stands in the translation",
    ),
    "HTML": (
        lambda text: text.replace(">mandate<", ">&lt;b>mandate&lt;/b><"),
        "HTML in the text: <b> [raw-html]",
    ),
    "template code": (
        lambda text: text.replace(">mandate<", ">{{ mandate }}<"),
        "template code in the text: {{ mandate }} [template-code]",
    ),
    "an entity": (
        lambda text: text.replace(
            HEAD, f'<!DOCTYPE x [<!ENTITY e SYSTEM "/etc/hostname">]>{HEAD}'
        ).replace(">mandate<", ">&e;<"),
        "the file declares a document type of its own",
    ),
    "another version": (
        lambda text: text.replace("document:1.2", "document:2.0").replace(
            'version="1.2"', 'version="2.0"'
        ),
        "the file is XLIFF 2.0; save it as XLIFF 1.2",
    ),
    "no XML": (lambda text: text[:-20], "the file is no proper XML"),
    "another XML": (lambda text: "<svg/>", "the file is no XLIFF"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_is_said_and_nothing_is_written(sent: Path, fault: str) -> None:
    change, told = FAULTS[fault]
    shutil.copy(sent / "job.xlf", sent / "faulty.xlf")
    edited(sent / "faulty.xlf", change)
    before = snapshot(sent)
    done = do(sent, "import", "faulty.xlf")
    assert done.returncode in (1, 2) and told in done.stderr, done.stderr
    assert "remit has a bug" not in done.stderr
    assert snapshot(sent) == before


def test_faults_are_told_all_at_once_each_with_its_line(register: Path) -> None:
    def several(text: str) -> str:
        for name in ("a link that is gone", "half a link", "HTML"):
            text = FAULTS[name][0](text)
        return text.replace("Advises schools", "Helps schools")

    edited(job(register), several)
    before = snapshot(register)
    done = do(register, "import", "job.xlf")
    assert done.returncode == 1
    assert len(re.findall(r"^job\.xlf: line \d+: ", done.stderr, re.M)) == 2
    assert "raw-html" in done.stderr and done.stderr.count("nothing was written") == 1
    assert "would write" not in done.stdout
    assert snapshot(register) == before


def test_what_changed_in_the_register_meanwhile_is_not_overwritten(register: Path) -> None:
    job(register)
    put(register, TERM, "en: mandate", "en: brief")
    done = do(register, "import", "job.xlf")
    assert done.returncode == 0
    assert "terms/mandate:name: came back as it was sent" in done.stderr
    assert "en: brief" in (register / TERM).read_text("utf-8")
    edited(register / "job.xlf", lambda text: text.replace(">mandate<", ">remit<"))
    done = do(register, "import", "job.xlf")
    assert done.returncode == 1
    assert "terms/mandate:name: the register's translation changed since the job" in done.stderr
    assert "en: brief" in (register / TERM).read_text("utf-8")


def test_texts_that_do_not_come_back_are_counted(register: Path) -> None:
    edited(
        job(register),
        lambda text: re.sub(
            r"<trans-unit id=\"terms/.*?</trans-unit>", "", text, flags=re.S
        ).replace(">The specialist team<", "><"),
    )
    done = do(register, "import", "job.xlf")
    assert done.returncode == 0
    assert "job.xlf: note: 2 of the 71 texts sent out did not come back" in done.stderr
    assert "1 still empty" in done.stdout


def test_a_source_in_the_place_of_a_translation_is_none(register: Path) -> None:
    put(register, TERM, "      en: A document that says what someone is to do.\n", "")
    put(register, TERM, "  en: mandate\n", "")
    edited(
        job(register),
        lambda text: re.sub(
            r"<source>(Et dokument.*?|mandat)</source>(\s*)<target [^>]*/>",
            r"<source>\1</source>\2<target>\1</target>",
            text,
        ),
    )
    done = do(register, "import", "job.xlf")
    assert "terms/mandate:definitions.0.text: came back in the words of its source" in done.stderr
    text = (register / TERM).read_text("utf-8")
    assert "  en: mandat\n" in text and "en: Et dokument" not in text


def test_an_item_that_moved_in_its_list_is_found_by_what_it_says(register: Path) -> None:
    name = "content/roles/specialist-team.yml"
    does = "does:\n  - nb: Svarer.\n    en: Answers.\n  - nb: Reiser ut.\n    en: Goes out.\n"
    put(register, name, "period:", f"{does}period:")
    edited(job(register), lambda text: text.replace(">Goes out.<", ">Travels.<"))
    put(register, name, "does:\n", "does:\n  - nb: Gir råd.\n    en: Advises.\n")
    done = do(register, "import", "job.xlf")
    assert done.returncode == 0, done.stderr
    role = load_whole(read_settings(register)).get(Role, "specialist-team")
    assert role and [one["en"] for one in role.does] == ["Advises.", "Answers.", "Travels."]


def test_an_export_says_what_it_lacks(register: Path) -> None:
    overlay(register, {"content/roles/en-role.yml": EN_ROLE})
    for wrong, told in (
        (
            ["--language", "en", "--to", "a.xlf"],
            "nothing of that to be translated into en; --state",
        ),
        (
            ["--language", "en", "--to", "a.odt"],
            "the name of the file ends with .xlf, .xliff, .docx",
        ),
        (["--language", "sv", "--to", "a.xlf"], 'no language "sv"'),
        (["--language", "en", "--to", "pyproject.toml.xlf", "--state", "no"], 'no state "no"'),
    ):
        done = do(register, "export", *wrong)
        assert done.returncode == 2 and told in done.stderr
    (register / "a.xlf").write_text("mine")
    done = do(register, "export", "--language", "nb", "--state", "unreviewed", "--to", "a.xlf")
    assert done.returncode == 2 and "is there already" in done.stderr
    overlay(register, {"content/terms/duty.yml": EN_TERM})
    put(register, "pyproject.toml", 'languages = ["nb", "en"]', 'languages = ["nb", "sv", "en"]')
    put(register, "pyproject.toml", "site_name = {", 'site_name = { sv = "Test",')
    put(register, "pyproject.toml", "rights = {", 'rights = { sv = "Test",')
    done = do(register, "export", "--language", "sv", "--to", "b.xlf")
    assert done.returncode == 2
    assert (
        "say from which language, with --from; there are: nb (71 texts), en (4 texts)"
        in done.stderr
    )


EN_TERM = """\
id: duty
authoritative_language: en
name:
  nb: plikt
  en: duty
definitions:
  - text:
      nb: Noe en må gjøre.
      en: What one must do.
"""


# --- in two columns ------------------------------------------------------------------------


def in_docx(file: Path, change: Callable[[etree._Element], None]) -> None:
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    body = etree.fromstring(parts["word/document.xml"])
    change(body)
    parts["word/document.xml"] = etree.tostring(body, encoding="UTF-8", xml_declaration=True)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def row_of(body: etree._Element, words: str) -> etree._Element:
    return next(row for row in body.iter(f"{W}tr") if words in "".join(map(str, row.itertext())))


def test_a_document_is_translated_in_its_right_hand_column(register: Path) -> None:
    """With tracked changes, several runs and lines of its own. The non-breaking space that a
    document has after § is not brought back."""

    def change(body: etree._Element) -> None:
        cell = row_of(body, "Advises schools").findall(f"{W}tc")[-1]
        (text,) = cell.iter(f"{W}t")
        run = text.getparent()
        assert run is not None
        assert text.text == "Advises schools by §\N{NO-BREAK SPACE}4."
        text.text = "By §\N{NO-BREAK SPACE}4, it advises "
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        gone = etree.fromstring(f'<w:del xmlns:w="{W[1:-1]}"><w:r><w:t>schools</w:t></w:r></w:del>')
        moved = etree.fromstring(
            f'<w:moveFrom xmlns:w="{W[1:-1]}"><w:r><w:t>by</w:t></w:r></w:moveFrom>'
        )
        new = etree.fromstring(
            f'<w:ins xmlns:w="{W[1:-1]}"><w:r><w:t>every school</w:t><w:br/><w:t>there is.</w:t>'
            "</w:r></w:ins>"
        )
        run.addnext(gone)
        run.addnext(moved)
        gone.addnext(new)

    name = "content/roles/specialist-team.yml"
    put(register, name, "schools all over the country.", "schools by § 4.")
    file = job(register, "job.docx")
    in_docx(file, change)
    done = do(register, "import", "job.docx")
    assert done.returncode == 0, done.stderr
    assert "  en: By § 4, it advises every school there is.\n" in (register / name).read_text(
        "utf-8"
    )
    assert "1 translation into en new or changed, as draft; 70 as before" in done.stdout


def _remove(element: etree._Element) -> None:
    above = element.getparent()
    assert above is not None
    above.remove(element)


def _without_bookmark(body: etree._Element) -> None:
    for one in [*row_of(body, "Advises schools").iter(f"{W}bookmarkStart")]:
        _remove(one)


def _joined(body: etree._Element) -> None:
    row = row_of(body, "Advises schools")
    before = row.getprevious()
    assert before is not None
    for one in [*before.findall(f"{W}tc")[0]]:
        row.findall(f"{W}tc")[0].append(one)


def _one_column(body: etree._Element) -> None:
    _remove(row_of(body, "Advises schools").findall(f"{W}tc")[-1])


def _picture(body: etree._Element) -> None:
    cell = row_of(body, "Advises schools").findall(f"{W}tc")[-1]
    next(cell.iter(f"{W}r")).append(etree.Element(f"{W}drawing"))


def _no_job(body: etree._Element) -> None:
    for one in [*body.iter(f"{W}bookmarkStart")]:
        if one.get(f"{W}name", "").startswith("b-job"):
            _remove(one)


DOCX_FAULTS: dict[str, tuple[Callable[[etree._Element], None], str]] = {
    "its bookmark": (
        _without_bookmark,
        'the row "Not read through Gir råd til skoler i hele landet." has lost its bookmark',
    ),
    "joined cells": (_joined, "holds 2 texts: cells were joined"),
    "a column": (_one_column, "has no right-hand column any more"),
    "a picture": (_picture, "has a picture in its translation"),
    "the job": (_no_job, "the file is no translation job of remit's"),
}


@pytest.mark.parametrize("fault", DOCX_FAULTS)
def test_what_is_wrong_with_a_document_is_said(sent: Path, fault: str) -> None:
    change, told = DOCX_FAULTS[fault]
    shutil.copy(sent / "job.docx", sent / "faulty.docx")
    in_docx(sent / "faulty.docx", change)
    before = snapshot(sent)
    done = do(sent, "import", "faulty.docx")
    assert done.returncode in (1, 2) and told in done.stderr, done.stderr
    assert snapshot(sent) == before


def test_files_that_are_no_job_are_refused(sent: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("word/document.xml", b"\0" * (40 * 1024 * 1024))
    for name, data, told in (
        ("old.docx", b"\xd0\xcf\x11\xe0" + bytes(600), "has a password or is of an old Word"),
        ("bomb.docx", bomb.getvalue(), "larger than any document's"),
        ("torn.docx", b"PK\x03\x04" + bytes(60), "the file is damaged"),
        ("empty.xlf", b"", "the file is no proper XML"),
    ):
        (sent / name).write_bytes(data)
        done = do(sent, "import", name)
        assert done.returncode == 2 and told in done.stderr, done.stderr
    assert "there is no file none.xlf" in do(sent, "import", "none.xlf").stderr


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_document_comes_back_through_libreoffice(sent: Path, tmp_path: Path) -> None:
    """Saved as ODT and as DOCX again: every text is where it was."""
    office = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    file = sent / "job.docx"
    for form, folder in (("odt", tmp_path / "odt"), ("docx", tmp_path / "docx")):
        command = [*office, "--convert-to", form, "--outdir", str(folder), str(file)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        file = folder / f"job.{form}"
    done = do(sent, "import", str(file))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "0 translations into en new or changed, as drafts; 71 as before\n"


# --- links in texts ------------------------------------------------------------------------

_WORDS = st.text(st.sampled_from("abæø <&>\"'|*_\n\N{NO-BREAK SPACE}"), max_size=12)
_PIECES = st.one_of(
    _WORDS,
    st.sampled_from(["[[bufdir]]", "[[roles/x#y|the team]]", "[here](https://example.org/?a=b&c)"]),
    st.sampled_from(["[[", "]]", "[", "](", "[[a|]]", "[](x)", "![a](b)"]),
)


@settings(max_examples=COUNT * 3)
@given(st.lists(_PIECES, max_size=6).map("".join))
def test_codes_and_words_together_are_the_text(text: str) -> None:
    assert "".join(one if isinstance(one, str) else one.text for one in pieces(text)) == text


@cache
def _role() -> Role:
    role = load_whole(read_settings(REGISTER)).get(Role, "specialist-team")
    assert role
    return role


@settings(max_examples=COUNT)
@given(
    st.lists(st.tuples(*[st.lists(_PIECES, min_size=1, max_size=6).map("".join)] * 2), max_size=4)
)
def test_any_text_comes_back_through_xliff_to_the_letter(pairs: list[tuple[str, str]]) -> None:
    texts = [
        TranslatedText(_role(), ("summary",), "summary", "en", source, target, TextState.MISSING)
        for source, target in pairs
    ]
    data = xliff(TranslationJob("nb", "en", texts), lambda text: [], lambda text: "")
    root = etree.fromstring(data)
    assert [one.target for one in read_xliff(data).texts] == [target for _, target in pairs]
    for unit in root.iter(f"{{{NAMESPACE}}}trans-unit"):
        source, target = (
            {
                (one.tag, one.get("id")): one.text
                for one in (*unit.iter(f"{{{NAMESPACE}}}{name}"),)[0]
            }
            for name in ("source", "target")
        )
        assert all(target[key] == source[key] for key in target if key in source)


def test_links_may_change_place_and_words_but_not_where_they_lead() -> None:
    source = "Se [[roles/a|teamet]] og [siden](https://example.org)."
    assert damage([source], "[the page](https://example.org), [[roles/a]]") == ""
    assert "missing or damaged: https://example.org" in damage([source], "See [[roles/a|x]].")
    assert damage([source, "See [[roles/a|x]]."], "Ask [[roles/a|y]].") == ""
    assert "was not in the text: [[roles/b]]" in damage(
        [source], "[p](https://example.org) [[roles/a]] [[roles/b]]"
    )
