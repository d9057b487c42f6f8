"""Makes a valid register of any size: the same seed and sizes give the same bytes.

    python tests/bench/synthetic.py --mandates 100 --languages nb,sv,en --to FOLDER
    python tests/bench/synthetic.py --records 10000 --to FOLDER

The words mean nothing, the shapes are real: the mix of kinds, the length of texts, the pointers and
`[[links]]` between records are those of the register in this repository.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

# Records of each kind among the 274 of this repository's register, 2026-11.
MIX = {
    "areas": 38,
    "assignments": 10,
    "audiences": 26,
    "categories": 3,
    "contacts": 13,
    "guidance": 7,
    "legal-bases": 20,
    "networks": 6,
    "offices": 6,
    "organisations": 56,
    "partners": 18,
    "roles": 10,
    "tasks": 8,
    "terms": 18,
    "transfers": 2,
    "mandates": 6,
    "versions": 7,
    "duties": 20,
}
REVIEW = {"last": "2026-11-01", "every_months": 12}

WORDS = {
    "nb": "rolle samarbeid ansvar oppgave råd veiledning tjeneste fylke kommune skole barn ungdom "
    "familie sak henvendelse møte plan tiltak kompetanse etat nettverk melding frist vurdering "
    "årsverk følge styrke gi kjenne bidra hjelpe dele bruke svare arbeide kontakte regional lokal "
    "nasjonal felles trygg skriftlig årlig åpen tydelig som og for med til av på i om det en ved "
    "mellom før etter også skal kan når bare hver hele",
    "sv": "roll samverkan ansvar uppgift råd vägledning verksamhet län kommun skola barn ungdom "
    "familj ärende fråga möte plan insats kompetens myndighet nätverk anmälan frist bedömning "
    "tjänst följa stärka ge känna bidra hjälpa dela använda svara arbeta kontakta regional lokal "
    "nationell gemensam trygg skriftlig årlig öppen tydlig som och för med till av på i om det en "
    "vid mellan före efter också ska kan när bara varje hela",
    "en": "role cooperation duty task advice guidance service county municipality school child "
    "youth family case enquiry meeting plan measure competence agency network report deadline "
    "assessment post follow strengthen give know contribute help share use answer work contact "
    "regional local national joint safe written yearly open clear which and for with to of on in "
    "about the a at between before after also shall can when only each whole",
}

SECTIONS = (
    ("introduction", (("paragraph", 2),)),
    ("purpose", (("paragraph", 2),)),
    ("target-group", (("paragraph", 1), ("item", 4))),
    ("definitions", (("definition", 2),)),
    ("tasks", (("paragraph", 1), ("task", 9))),
    ("role-division", (("boundary", 3),)),
    ("cooperation", (("cooperation", 4),)),
    ("reporting", (("reporting", 2),)),
    ("financing", (("paragraph", 1),)),
    ("review", (("paragraph", 1),)),
)

# Blocks of each kind in one of this repository's own mandates, which are shorter.
OWN_LENGTH = {"paragraph": 1, "item": 2, "task": 5, "boundary": 2, "cooperation": 2}

Value = Any
Files = Iterator[tuple[str, str]]


def sizes_for_records(records: int) -> dict[str, int]:
    """So many of each kind that they are `records` in all, in this repository's mix."""
    whole = sum(MIX.values())
    sizes = {kind: max(1, records * share // whole) for kind, share in MIX.items()}
    sizes["versions"] = max(sizes["versions"], sizes["mandates"])
    sizes["organisations"] += records - sum(sizes.values())
    return sizes


def sizes_for_mandates(mandates: int) -> dict[str, int]:
    """`mandates` of one version, a role for each, and a tenth as many of what they point to."""
    sizes = {kind: 2 + mandates * share // 200 for kind, share in MIX.items()}
    return sizes | {"mandates": mandates, "versions": mandates, "roles": mandates}


class Synthetic:
    """A register that does not exist. `sizes`: how many records of each kind.

    `long`: mandates have about 600 words per language, else some 300, as this repository's have.
    """

    def __init__(
        self, sizes: dict[str, int], languages: Sequence[str], seed: int, *, long: bool
    ) -> None:
        self.long = long
        self.sizes, self.languages, self.random = sizes, tuple(languages), Random(seed)
        self.words = {code: WORDS.get(code, WORDS["en"]).split() for code in languages}

    def files(self) -> Files:
        """(path, text) of every file of the register, in a fixed order."""
        yield "pyproject.toml", self._settings()
        yield "mkdocs.yml", _MKDOCS
        for folder in MIX:
            if folder == "guidance":
                yield from self._guidance()
            elif folder == "mandates":
                yield from self._mandates()
            elif folder != "versions":
                make = getattr(self, "_" + folder.replace("-", "_"))
                for number in range(self.sizes[folder]):
                    record = self._record(folder, number) | make(number)
                    record |= self._upkeep(caveats=folder not in ("areas", "contacts"))
                    yield f"content/{folder}/{record['id']}.yml", as_yaml(record)

    # --- words ---

    def text(self, words: int = 15, sentences: int = 1, link: float = 0.1) -> Value:
        """A text in every language; a share of `link` of them name another record."""
        target = self._link() if self.random.random() < link else ""
        texts = {}
        for code in self.languages:
            made = [self._sentence(code, words) for _ in range(sentences)]
            if target:
                made[0] = f"{made[0][:-1]} [[{target}|{self._phrase(code, 2)}]]."
            texts[code] = " ".join(made)
        return texts

    def name(self, words: int = 3) -> Value:
        return {code: self._phrase(code, words).capitalize() for code in self.languages}

    def _sentence(self, code: str, words: int) -> str:
        return self._phrase(code, words + self.random.randrange(-3, 4)).capitalize() + "."

    def _phrase(self, code: str, words: int) -> str:
        return " ".join(self.random.choices(self.words[code], k=words))

    def _link(self) -> str:
        folder = self.random.choice(("organisations", "roles", "terms", "networks", "assignments"))
        return f"{folder}/{self.any(folder)}"

    def day(self, number: int, first: int = 2013, last: int = 2024) -> date:
        """When something begins: often with a year or its second half, else on any day."""
        chance = Random(f"day {number}")
        year, kind = chance.randint(first, last), chance.random()
        if kind < 0.5:
            return date(year, 1, 1)
        if kind < 0.7:
            return date(year, 7, 1)
        return date(year, chance.randint(4, 12), chance.randint(1, 28))

    def _day_before(self, day: date) -> str:
        return (day - timedelta(days=1)).isoformat()

    def any(self, folder: str) -> str:
        """The id of some record."""
        return _id(folder, self.random.randrange(self.sizes[folder]))

    def some(self, folder: str, most: int) -> list[str]:
        """Ids of one to `most` records, none twice."""
        return list(dict.fromkeys(self.any(folder) for _ in range(self.random.randint(1, most))))

    # --- what all records have ---

    def _record(self, folder: str, number: int) -> dict[str, Value]:
        return {"id": _id(folder, number), "authoritative_language": self.languages[0]}

    def _upkeep(self, *, caveats: bool = True) -> dict[str, Value]:
        lacks = caveats and self.random.random() < 0.5
        return {
            "owner": self.any("organisations"),
            "sources": [
                {
                    "title": self._phrase(self.languages[0], 6).capitalize(),
                    "publisher": self._phrase(self.languages[0], 2).capitalize(),
                    "language": self.languages[0],
                    "url": "https://www.example.org/source",
                }
                for _ in range(self.random.randint(1, 2))
            ],
            "review": REVIEW,
            **({"caveats": [{"kind": "gap", "text": self.text(12)}]} if lacks else {}),
        }

    # --- one function per folder ---

    def _areas(self, number: int) -> dict[str, Value]:
        record = {"name": self.name(2), "level": "county" if number else "country"}
        record["code"] = f"{number:02}"
        return record | ({"within": _id("areas", 0)} if number else {})

    def _assignments(self, number: int) -> dict[str, Value]:
        return {
            "name": self.name(6),
            "number": f"{number:03}",
            "country": _id("areas", 0),
            "letter": {
                "title": self.name(5),
                "number": f"18/{number}",
                "date": "2013-01-15",
                "sender": self.any("organisations"),
                "receivers": self.some("organisations", 3),
            },
            "purpose": self.text(15, 2),
            "parts": [{"id": f"part-{n}", "text": self.text()} for n in range(4)],
            "deliverables": [
                {"id": f"report-{n}", "text": self.text(), "due": "2020-10"} for n in range(2)
            ],
            "leads": self.some("organisations", 2),
            "start": "2013",
            "state": "under-way",
            "requires_sections": ["tasks", "cooperation", "reporting"],
            "summary": self.text(12, 2),
        }

    def _audiences(self, number: int) -> dict[str, Value]:
        return {
            "name": self.name(2),
            "kind": "service" if number % 2 else "profession",
            "words": {code: [self._phrase(code, 1) for _ in range(3)] for code in self.languages},
            "summary": self.text(16),
        }

    def _categories(self, number: int) -> dict[str, Value]:
        scheme = number // 3
        before, self.random = self.random, Random(scheme)  # alike in all three of the scheme
        shared = [
            {
                "id": f"category-{n}",
                "shared": True,
                "name": self.name(2),
                "definition": self.text(18, link=0),
            }
            for n in range(4)
        ]
        self.random = before
        return {
            "name": self.name(3),
            "scheme": f"scheme-{scheme}",
            "service": self.any("roles"),
            "categories": shared,
            "summary": self.text(12, 2),
        }

    def _contacts(self, number: int) -> dict[str, Value]:
        return {
            "name": self.name(4),
            "of": self.any("roles"),
            "phone": "478 00 000",
            "phone_international": "+4747800000",
            "email": "contact@example.org",
            "hours": [
                {
                    "days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
                    "opens": "09:00",
                    "closes": "15:00",
                }
            ],
            "for": self.random.choice(("professionals", "affected", "both")),
            "area": self.any("areas"),
            "helps_with": self.text(16, 3),
            "leave_out": self.text(12),
            "verified": REVIEW["last"],
            "period": {"from": "2013"},
        }

    def _duties(self, number: int) -> dict[str, Value]:
        """The first is for everyone in every situation, so that the guide has no gap."""
        kinds = ("seek-advice", "report", "act-now")
        someone = {"audiences": self.some("audiences", 4), "ages": ["under-18"]} if number else {}
        urgencies = ["now", "serious", "worry"] if number % 2 == 0 else ["serious"]
        return {
            "name": self.name(4),
            "kind": kinds[number % 3],
            "must": number % 3 == 1,
            "country": _id("areas", 0),
            **someone,
            "urgencies": urgencies,
            "threshold": self.text(20),
            "steps": [self.text(10) for _ in range(3)],
            "turns_to": self.some("organisations", 2),
            "contacts": self.some("contacts", 2),
            "say": [self.text(10) for _ in range(2)],
            "leave_out": [self.text(10)],
            "confidentiality": "holds",
            "legal_bases": [{"basis": self.any("legal-bases"), "cited": "§ 1"}],
            "summary": self.text(14),
            "period": {"from": "2013"},
        }

    def _legal_bases(self, number: int) -> dict[str, Value]:
        return {
            "name": self.name(5),
            "kind": "law",
            "country": _id("areas", 0),
            "date": "2012",
            "issued_by": self.any("organisations"),
            "provisions": [{"number": f"§ {n}", "text": self.text()} for n in range(1, 3)],
            "summary": self.text(12, 2),
        }

    def _networks(self, number: int) -> dict[str, Value]:
        return {
            "names": [{"name": self.name(3)}],
            "kind": "authorities",
            "convener": self.any("organisations"),
            "level": "national",
            "area": self.any("areas"),
            "purpose": self.text(15, 2),
            "background": self.text(15, 6, link=1),
            "members": [
                {"member": member, "part": "member"} for member in self.some("organisations", 20)
            ],
            "meets": self.text(8),
        }

    def _offices(self, number: int) -> dict[str, Value]:
        return {
            "name": self.name(2),
            "organisation": self.any("organisations"),
            "place": self.name(1),
            "area": self.any("areas"),
            "functions": [self.name(5)],
            "period": {"from": "2012", "to": self._day_before(self.day(number))},
            "closed_by": self.any("assignments"),
            "summary": self.text(12, 2),
        }

    def _organisations(self, number: int) -> dict[str, Value]:
        return {
            "names": [{"name": self.name(3)}],
            "kind": "directorate",
            "country": _id("areas", 0),
            **({"parent": _id("organisations", number // 8)} if number >= 8 else {}),
            "web": "https://www.example.org",
            "summary": self.text(14, link=0.5),
        }

    def _partners(self, number: int) -> dict[str, Value]:
        return {
            "name": self.name(5),
            "between": self.any("roles"),
            "and": self.any("organisations"),
            "about": self.text(14, 2),
            "reaches": self.some("audiences", 2),
            "basis": "named",
            "mutual": False,
            "period": {"from": self.day(number).isoformat()},
        }

    def _roles(self, number: int) -> dict[str, Value]:
        renamed = self.day(number)
        return {
            "names": [
                {
                    "name": self.name(4),
                    "period": {"from": "2012", "to": self._day_before(renamed)},
                },
                {"name": self.name(5), "period": {"from": renamed.isoformat()}},
            ],
            "kind": "team",
            "holder": self.any("organisations"),
            "line": "second-line",
            "serves": self.some("audiences", 6),
            "area": self.any("areas"),
            "members": [
                {"member": member, "period": {"from": "2013"}}
                for member in self.some("organisations", 5)
            ],
            "summary": self.text(16, 2),
            "does": [self.text(12) for _ in range(4)],
            "does_not": [
                {"text": self.text(12), "refers_to": self.some("organisations", 2)}
                for _ in range(2)
            ],
            "period": {"from": "2012"},
        }

    def _tasks(self, number: int) -> dict[str, Value]:
        return {
            "name": self.name(4),
            "country": _id("areas", 0),
            "first_held_by": [_id("roles", number % self.sizes["roles"])],
            "summary": self.text(14, 2),
        }

    def _terms(self, number: int) -> dict[str, Value]:
        return {
            "name": self.name(2),
            "other_words": {
                code: [self._phrase(code, 2) for _ in range(2)] for code in self.languages
            },
            "definitions": [{"text": self.text(14, 2, link=0.5)}],
        }

    def _transfers(self, number: int) -> dict[str, Value]:
        moves = number < self.sizes["tasks"]
        return {
            "name": self.name(6),
            "date": "2020-01-01",
            "from": [_id("roles", number % self.sizes["roles"])],
            "to": [self.any("organisations")],
            "decided_by": self.any("assignments"),
            "tasks": [_id("tasks", number)] if moves else [],
            "funds": [{"id": f"fund-{n}", "name": self.name(6)} for n in range(2)],
            "summary": self.text(14, 2),
        }

    def _guidance(self) -> Files:
        for number in range(self.sizes["guidance"]):
            id = _id("guidance", number)
            shared = {"authoritative_language": self.languages[0], "topics": ["roles"]}
            shared |= {"audiences": self.some("audiences", 4)} | self._upkeep()
            title, summary = self.name(5), self.text(12, link=0)
            body = [self.text(16, 3, link=0.5) for _ in range(8)]
            headings = [self.name(4) for _ in range(4)]
            for code in self.languages:
                front = {"title": title[code], "summary": summary[code]}
                if code == self.languages[0]:
                    front = {"id": id} | front | shared
                parts = [
                    f"## {heading[code]}\n\n{body[2 * n][code]}\n\n- {body[2 * n + 1][code]}\n"
                    f"- **{self._phrase(code, 3)}** {self._phrase(code, 6)}\n"
                    for n, heading in enumerate(headings)
                ]
                text = f"---\n{as_yaml(front)}---\n\n" + "\n".join(parts)
                yield f"content/guidance/{id}.{code}.md", text

    def _mandates(self) -> Files:
        for number in range(self.sizes["mandates"]):
            record = self._record("mandates", number) | {
                "name": self.name(5),
                "document_id": f"IM 2013-{number:05}",
                "document_kind": "mandate",
                "holders": [_id("roles", number % self.sizes["roles"])],
                "issued_by": self.some("organisations", 1),
                "recipients": self.some("organisations", 2),
                "ordered_by": [self.any("assignments")],
                "summary": self.text(16, 2),
            }
            folder = f"mandates/{record['id']}"
            yield f"{folder}/mandate.yml", as_yaml(record | self._upkeep())
            days = [self.day(number, 2013, 2019).isoformat()]
            if number < self.sizes["versions"] - self.sizes["mandates"]:
                days.append(self.day(number, 2020, 2024).isoformat())
            for day in days:
                yield f"{folder}/{day}.yml", as_yaml(self._version(number, day, days))

    def _version(self, number: int, day: str, days: list[str]) -> dict[str, Value]:
        following = date.fromisoformat(days[-1])
        ends = {"to": self._day_before(following)} if day != days[-1] else {}
        in_force = {"from": day} | ends
        return {
            "id": day,
            "authoritative_language": self.languages[0],
            "title": self.name(5),
            "document_date": day,
            "case_numbers": [f"13/{number}-{len(days)}"],
            "in_force": in_force,
            "status": "adopted",
            "approval": {
                "by": self.any("organisations"),
                "date": day,
                "change": "new" if day == days[0] else "substantive",
                "note": self.text(12),
            },
            "legal_bases": [{"basis": id} for id in self.some("legal-bases", 2)],
            "sections": [
                {
                    "id": kind,
                    "kind": kind,
                    "heading": self.name(2),
                    "blocks": [
                        self._block(number, kind, block, n)
                        for block, times in blocks
                        for n in range(times if self.long else OWN_LENGTH.get(block, 1))
                    ],
                }
                for kind, blocks in SECTIONS
            ],
        } | self._upkeep()

    def _block(self, number: int, section: str, kind: str, n: int) -> dict[str, Value]:
        block: dict[str, Value] = {"kind": kind, "id": f"{section}-{kind}-{n}"}
        if kind == "cooperation":
            # mandates name each other two by two; the others they work with are bodies
            other = number ^ 1
            mutual = n == 0 and other < self.sizes["mandates"]
            partner = (
                _id("roles", other % self.sizes["roles"]) if mutual else self.any("organisations")
            )
            return block | {"with": partner, "text": self.text(17), "mutual": mutual}
        if kind == "reporting":
            to = self.any("organisations")
            return block | {"to": to, "text": self.text(17), "how_often": self.name(2)}
        if kind == "definition":
            return block | {"term": self.name(2), "text": self.text(20)}
        if kind == "paragraph":
            return block | {"text": self.text(17, 2, link=0.3)}
        if kind == "boundary":
            return block | {"text": self.text(18), "refers_to": self.some("organisations", 1)}
        if kind == "task":
            block |= {"text": self.text(18), "audiences": self.some("audiences", 2)}
            if n == 0 and number < min(self.sizes["tasks"], self.sizes["roles"]):
                block["task"] = _id("tasks", number)
            return block
        return block | {"text": self.text(10)}

    def _settings(self) -> str:
        codes = ", ".join(f'"{code}"' for code in self.languages)
        names = ", ".join(f'{code} = "Synthetic"' for code in self.languages)
        return (
            f"[tool.remit]\nlanguages = [{codes}]\nsite_name = {{ {names} }}\n"
            'site_url = "https://remit.example/"\npublic = true\ndemonstration = true\n'
        )


_MKDOCS = """\
site_name: Synthetic
site_url: https://remit.example/
docs_dir: content
site_dir: site
theme:
  name: material
  font: false
plugins:
  - remit
"""


def _id(folder: str, number: int) -> str:
    return f"{folder.rstrip('s')}-{number:05}"


# --- YAML ----------------------------------------------------------------------------------

_PLAIN = re.compile(r"[A-Za-zÀ-ž§+/][\w À-ž§@.,/+()-]*")
_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


def as_yaml(record: dict[str, Value]) -> str:
    """The record as an editor writes it: two spaces in, long texts folded, quotes where needed."""
    lines: list[str] = []
    _put_fields(record, "", lines)
    return "\n".join(lines) + "\n"


def _put_fields(fields: dict[str, Value], indent: str, lines: list[str], first: str = "") -> None:
    """`first`: what the first line begins with instead of `indent`, in a list."""
    before = first or indent
    for key, value in fields.items():
        if isinstance(value, dict):
            lines.append(f"{before}{key}:")
            _put_fields(value, indent + "  ", lines)
        elif isinstance(value, list):
            lines.append(f"{before}{key}:" if value else f"{before}{key}: []")
            for item in value:
                if isinstance(item, dict):
                    _put_fields(item, indent + "    ", lines, f"{indent}  - ")
                else:
                    lines.append(f"{indent}  - {_scalar(item, indent)}")
        else:
            lines.append(f"{before}{key}: {_scalar(value, indent)}")
        before = indent


def _scalar(value: Value, indent: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if len(text) > 80 or "[[" in text:
        return f">-\n{indent}  " + text.replace(". ", f".\n{indent}  ")
    if _PLAIN.fullmatch(text) or _DAY.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


# --- command line --------------------------------------------------------------------------


def write_register(folder: Path, made: Synthetic) -> int:
    """Writes every file below `folder`, which must not exist or be empty. Returns how many."""
    count = 0
    known: set[Path] = set()
    for name, text in made.files():
        path = folder / name
        if path.parent not in known:
            path.parent.mkdir(parents=True, exist_ok=True)
            known.add(path.parent)
        path.write_bytes(text.encode())
        count += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    size = parser.add_mutually_exclusive_group(required=True)
    size.add_argument("--mandates", type=int, help="so many mandates, one version of each")
    size.add_argument("--records", type=int, help="so many records in all, in this register's mix")
    parser.add_argument("--languages", default="nb,sv,en", help="codes with commas between")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER")
    given = parser.parse_args()
    if given.to.is_dir() and any(given.to.iterdir()):
        parser.error(f"{given.to} is not empty")
    sizes = (
        sizes_for_mandates(given.mandates) if given.mandates else sizes_for_records(given.records)
    )
    languages = given.languages.split(",")
    made = Synthetic(sizes, languages, given.seed, long=given.mandates is not None)
    print(f"{write_register(given.to, made)} files in {given.to}")


if __name__ == "__main__":
    main()
