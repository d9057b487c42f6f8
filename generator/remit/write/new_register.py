"""The files of a new register for an organisation: small, tidy, and whole from the first day."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale

from remit.diagnostics import Diagnostic
from remit.load.drawings import read_drawing
from remit.load.modelines import with_modeline
from remit.load.yaml_text import document
from remit.model.drafts import id_of
from remit.model.fields import written_order
from remit.model.new_register import NewRegister
from remit.model.records import (
    Area,
    Guidance,
    Mandate,
    MandateVersion,
    Organisation,
    Record,
    Role,
    SectionKind,
    Status,
)
from remit.render.labels import labels_for
from remit.write.carried_handbook import handbook
from remit.write.new_records import MONTHS, USUAL_SECTIONS

TEMPLATES = Path(__file__).parents[1] / "templates" / "register"
GUIDANCE = {
    "check-a-document": 85,
    "about-this-register": 90,
    "accessibility": 91,
    "privacy": 92,
}
"""The pages about the site that every register has, each with its place among the others."""
COPIED = {
    "Makefile": "Makefile",
    "gitignore": ".gitignore",
    "pre-commit-config.yaml": ".pre-commit-config.yaml",
    "test_register.py": "tests/test_register.py",
}


def countries() -> list[str]:
    """The codes of ISO 3166-1 that there are names for."""
    names = Locale.parse("en").territories
    return sorted(
        code for code in map(str, names) if re.fullmatch("[A-Z]{2}", code) and code != "ZZ"
    )


def register_files(answers: NewRegister, schemas: str, today: date) -> dict[str, bytes]:
    """Every file by its path from the register's top, but those for editors and forges.

    `schemas`: the folder in which editors will find the schemas.
    """
    made = {
        "pyproject.toml": _settings(answers),
        "mkdocs.yml": _host(answers),
        "requirements.txt": f"{answers.program}\n".encode(),
        "requirements-test.txt": b"-r requirements.txt\npytest>=8\n",
        "README.md": _readme(answers),
        **{target: (TEMPLATES / name).read_bytes() for name, target in COPIED.items()},
        **handbook(answers.language),
    }
    for cls, path, value in _records(answers, today):
        data = document(value, written_order(cls, answers.languages))
        made[path] = with_modeline(data, path, f"{schemas}/{cls.KIND}.json")
    if answers.logo:
        made[f"content/organisations/{answers.organisation_id}.svg"] = answers.logo
    for id, order in GUIDANCE.items():
        made |= _guidance(id, order, answers, today)
    return made


def drawing_faults(data: bytes, name: str) -> list[Diagnostic]:
    """What keeps a file from being a letterhead's mark."""
    problems: list[Diagnostic] = []
    read_drawing(data, name, problems)
    return problems


@cache
def _words(language: str) -> Mapping[str, Any]:
    return tomllib.loads((TEMPLATES / language / "words.toml").read_text("utf-8"))


def fill_in(language: str) -> str:
    """What stands before everything that the organisation has to write itself."""
    return str(_words(language)["fill_in"])


def _in_all(answers: NewRegister, *path: str) -> dict[str, str]:
    """A sentence of the templates in each language."""
    found: dict[str, Any] = {code: _words(code) for code in answers.languages}
    for step in path:
        found = {code: table[step] for code, table in found.items()}
    return found


# --- settings ------------------------------------------------------------------------------


def _quoted(text: str) -> str:
    """A string of TOML; what JSON leaves as it is and TOML forbids does not get here."""
    return json.dumps(text, ensure_ascii=False)


def _table(names: Mapping[str, str], languages: Sequence[str]) -> str:
    return "{ " + ", ".join(f"{code} = {_quoted(names[code])}" for code in languages) + " }"


def _settings(answers: NewRegister) -> bytes:
    words, languages = _words(answers.language), answers.languages
    lines = [
        f"# {words['settings']}",
        "[tool.remit]",
        f"languages = [{', '.join(map(_quoted, languages))}]",
        f"site_name = {_table(answers.site_name, languages)}",
        f"site_url = {_quoted(answers.site_url)}",
        *([f"feedback = {_quoted(f'mailto:{answers.email}')}"] if answers.email else []),
        "",
        f"# {words['rights']}",
        "# [tool.remit.rights]",
        *(f'# {code} = ""' for code in languages),
        *(["", "[tool.remit.owners]", f'"*" = {_quoted(answers.team)}'] if answers.team else []),
        "",
        "[tool.pytest.ini_options]",
        'testpaths = ["tests"]',
    ]
    return "\n".join([*lines, ""]).encode()


def _host(answers: NewRegister) -> bytes:
    value = {
        "site_name": answers.site_name[answers.language],
        "site_url": answers.site_url,
        "docs_dir": "content",
        "site_dir": "site",
        "use_directory_urls": True,
        "theme": {"name": "material", "language": answers.language, "font": False},
        "plugins": ["remit"],
    }
    return f"# {_words(answers.language)['host']}\n".encode() + document(value)


def _readme(answers: NewRegister) -> bytes:
    labels = labels_for(answers.language)
    text = (TEMPLATES / answers.language / "README.md").read_text("utf-8")
    filled = {
        "{site_name}": re.sub(r"([\\`*_\[\]<>#|&~])", r"\\\1", answers.site_name[answers.language]),
        "{languages}": labels.join([labels.language_name(code) for code in answers.languages]),
        "{fill_in}": fill_in(answers.language),
    }
    return re.sub(r"\{\w+\}", lambda match: filled.get(match[0], match[0]), text).encode()


# --- records -------------------------------------------------------------------------------


def _records(answers: NewRegister, today: date) -> list[tuple[type[Record], str, dict[str, Any]]]:
    """Each record's kind, path and value: a country, a body, a role, a mandate and its draft."""
    country = {
        code: str(Locale.parse(code).territories[answers.country]) for code in answers.languages
    }
    country_id = id_of(str(Locale.parse("en").territories[answers.country]))
    draft = {"caveats": [{"kind": "gap", "text": _in_all(answers, "caveats", "record")}]}
    shared = {
        "authoritative_language": answers.language,
        "owner": answers.organisation_id,
        "review": {"last": today.isoformat(), "every_months": MONTHS},
    }
    start, mandate = today.isoformat(), answers.mandate_id
    return [
        (
            Area,
            f"content/areas/{country_id}.yml",
            {
                **shared,
                "id": country_id,
                "name": country,
                "level": "country",
                "code": answers.country,
            },
        ),
        (
            Organisation,
            f"content/organisations/{answers.organisation_id}.yml",
            {**shared, **draft, **_organisation(answers, country_id)},
        ),
        (
            Role,
            f"content/roles/{answers.role_id}.yml",
            {
                **shared,
                **draft,
                "id": answers.role_id,
                "names": [{"name": dict(answers.role)}],
                "kind": answers.role_kind,
                "holder": answers.organisation_id,
                "line": answers.role_line,
                "summary": _in_all(answers, "role"),
            },
        ),
        (
            Mandate,
            f"mandates/{mandate}/mandate.yml",
            {
                **shared,
                **draft,
                "id": mandate,
                "name": dict(answers.mandate),
                "document_kind": "mandate",
                "holders": [answers.role_id],
                "issued_by": [answers.organisation_id],
                "summary": _in_all(answers, "mandate"),
            },
        ),
        (
            MandateVersion,
            f"mandates/{mandate}/{start}.yml",
            {
                **shared,
                "id": start,
                "title": dict(answers.mandate),
                "in_force": {"from": start},
                "status": Status.DRAFT.value,
                "sections": [_section(kind, answers) for kind in USUAL_SECTIONS],
            },
        ),
    ]


def _organisation(answers: NewRegister, country: str) -> dict[str, Any]:
    name: dict[str, Any] = {"name": dict(answers.organisation)}
    if answers.short:
        name["short"] = dict.fromkeys(answers.languages, answers.short)
    value: dict[str, Any] = {
        "id": answers.organisation_id,
        "names": [name],
        "kind": answers.organisation_kind,
        "country": country,
        "summary": _in_all(answers, "organisation"),
    }
    value |= {key: text for key in ("web", "email") if (text := getattr(answers, key))}
    letterhead: dict[str, Any] = {}
    if answers.logo:
        letterhead = {"logo": f"{answers.organisation_id}.svg", "logo_alt": dict(answers.logo_alt)}
    letterhead |= {key: text for key in ("ink", "accent") if (text := getattr(answers, key))}
    return {**value, "letterhead": letterhead} if letterhead else value


def _section(kind: SectionKind, answers: NewRegister) -> dict[str, Any]:
    """A section with its heading and, for each thing that belongs there, a sentence to replace."""
    blocks = [("task", "tasks"), ("boundary", "boundary")] if kind is SectionKind.TASKS else []
    return {
        "id": kind.value,
        "kind": kind.value,
        "heading": {
            code: labels_for(code).enum("section_kind", kind) for code in answers.languages
        },
        "blocks": [
            {"kind": block, "id": f"{words}-1", "text": _in_all(answers, "sections", words)}
            for block, words in blocks or [("paragraph", kind.value)]
        ],
    }


def _guidance(id: str, order: int, answers: NewRegister, today: date) -> dict[str, bytes]:
    """A page about the site: a file for each language, with what belongs to all in the first."""
    shared: dict[str, Any] = {
        "id": id,
        "authoritative_language": answers.language,
        "owner": answers.organisation_id,
        "topics": ["about"],
        "order": order,
        "review": {"last": today.isoformat(), "every_months": MONTHS},
    }
    if id in _words(answers.language)["caveats"]:
        shared["caveats"] = [{"kind": "gap", "text": _in_all(answers, "caveats", id)}]
    made = {}
    for code in answers.languages:
        text = (TEMPLATES / code / "guidance" / f"{id}.md").read_text("utf-8")
        title, summary, body = (part.strip() for part in text.removeprefix("# ").split("\n\n", 2))
        value = {
            **(shared if code == answers.language else {}),
            "title": title,
            "summary": summary,
        }
        front = document(value, written_order(Guidance, answers.languages))
        body = body.replace("{organisation}", answers.organisation_id)
        page = b"---\n" + front + b"---\n\n" + body.encode() + b"\n"
        made[f"content/{Guidance.FOLDER}/{id}.{code}.md"] = page
    return made
