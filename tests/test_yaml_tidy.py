"""The quick reading of tidy files: it gives what PyYAML gives, or leaves the file to PyYAML."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from remit.load.yaml_reader import read_yaml
from remit.load.yaml_text import document
from remit.load.yaml_tidy import MAX_BYTES, UNTIDY, read_tidy

REPOSITORY = Path(__file__).resolve().parent.parent
FILES = [
    file
    for top in ("content", "mandates", "tests/register/content", "tests/register/mandates")
    for file in sorted((REPOSITORY / top).rglob("*.yml"))
]
CHANGES = 6000
SIGNS = [
    *" \n:#-?&*!|>'\"%@`{}[],~<=.\\/0123456789eEnNyY",
    *("\t", "\r", "\r\n", "\x00", "\x7f", "\x85", "\u2028", "\ufeff", "\xa0", "§", "–", "😀"),
    *(": ", " #", "- ", "\n\n", "\n  ", "\n- ", "\n---\n", "\n...\n", "''", ">-\n", "|-\n", ">\n"),
    *("null", "true", "no", "012", "1e3", "0x1f", "<<: ", "&a ", "*a", "!!str ", "# words\n", "  "),
]


def _same(data: bytes) -> bool:
    """Whether the file was taken; it is then right, and says the same to PyYAML."""
    value = read_tidy(data)
    if value is UNTIDY:
        return False
    reading = read_yaml(data, "file.yml")
    assert not reading.problems, data.decode()
    assert repr(value) == repr(reading.value), data.decode()
    return True


def _changed(data: bytes, chance: random.Random) -> bytes:
    """The file with one to three things wrong, odd or otherwise in it."""
    text = data.decode()
    for _ in range(chance.randint(1, 3)):
        lines = text.split("\n")
        at = chance.randrange(len(lines))
        place = chance.randrange(len(text) + 1)
        match chance.randrange(7):
            case 0:
                text = text[:place] + chance.choice(SIGNS) + text[place:]
            case 1:
                text = text[:place] + text[place + chance.randint(1, 3) :]
            case 2:  # most signs mean something only at the beginning of a value
                name, colon, value = lines[at].partition(": ")
                lines[at] = name + colon + chance.choice(SIGNS) + value
                text = "\n".join(lines)
            case 3:
                lines[at] = lines[at][chance.randint(1, 2) :]
                text = "\n".join(lines)
            case 4:
                lines[at] = " " * chance.randint(1, 4) + lines[at]
                text = "\n".join(lines)
            case 5:
                lines.insert(at, chance.choice(lines))
                text = "\n".join(lines)
            case _:
                lines[at] += chance.choice(SIGNS)
                text = "\n".join(lines)
    return text.encode()


def _small(most: int = 4000) -> Iterator[bytes]:
    for file in FILES:
        data = file.read_bytes()
        if len(data) <= most:
            yield data


def test_nearly_every_file_of_the_registers_is_taken_and_says_the_same() -> None:
    taken = [file for file in FILES if _same(file.read_bytes())]
    assert len(taken) > 0.95 * len(FILES)


def test_a_comment_may_stand_behind_a_field_whose_value_stands_below() -> None:
    assert _same(
        b"a:   # words: and - signs\n  # more\n  b: 1\nc: # a list\n  - d: #\n      e: 2\n"
    )


def test_what_remit_writes_itself_is_taken() -> None:
    for data in _small():
        assert _same(document(read_yaml(data, "").value))


def test_a_file_with_anything_changed_in_it_says_the_same_or_is_left_to_pyyaml() -> None:
    chance = random.Random(7)
    files = list(_small())
    taken = sum(_same(_changed(chance.choice(files), chance)) for _ in range(CHANGES))
    assert CHANGES * 0.1 < taken < CHANGES * 0.9


@pytest.mark.parametrize(
    "text",
    [
        "a: yes\nb: No\nc: on\nd: 012\ne: 1e3\nf: 1_000\ng: 2019-09-11\nh: 09:00\ni: 1.10\n",
        "a: null\nb: Null\nc: ~\nd: True\ne: FALSE\nf: tRUE\ng: 0\nh: 12\ni: 1234567890123456789\n",
        "a: nothing\nb: the end.\nc: 3 of 4\nd: ¹\ne: x:y\nf: C#\ng: a,b]\n",
        'a: "12"\nb: \'true\'\nc: ""\nd: \'\'\ne: "a: b # c"\n',
        "a: >-\n  One\n  two: three\n  - four\n  # five  \n  six\nb: 1\n",
        "# a note\na:\n  # another\n  - b: 1\n\n    c: 2\n  - >-\n    three\n# the end\n",
    ],
)
def test_plain_words_are_what_pyyaml_takes_them_for(text: str) -> None:
    assert _same(text.encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"# only a note\n",
        b"a: 1\na: 2\n",
        b"a:\n  b:\n    c: 1\nd:\n  b:: 2\n",
        b"a: &b 1\n",
        b"a: *b\n",
        b"a: !!python/object:os.system 1\n",
        b"<<: {a: 1}\n",
        b"a: 1\n---\na: 2\n",
        b"%YAML 1.1\n---\na: 1\n",
        b"a: \xff\n",
        b"\xef\xbb\xbfa: 1\n",
        "a: x\x85y\n".encode(),
        "a: x\u2028y\n".encode(),
        b"a: x\x07y\n",
        b"a: x\ty\n",
        b"a: 1\r\n",
        b"a: b: c\n",
        b"a: b # c\n",
        b"a: # c\n",
        b"a:# c\n  b: 1\n",
        b'a: "b\\n"\n',
        b"a:\n- b\n",
        b"a: [b]\n",
        b"a:\nb: 1\n",
        b"a: b\n  c\n",
        b"a: >-\n  b\n\n  c\n",
        b"a: >-\n  b\n    # c\nd: 1\n",
        b"a: >-\n  b\n \n  # c\nd: 1\n",
        b"a: >-\n  b\n\n  # c\nd: 1\n",
        b"a" * 2000 + b": 1\n",
        b"".join(b"  " * deep + b"a:\n" for deep in range(30)) + b"  " * 30 + b"a: 1\n",
        b"a: 1\n" + b"# " + b"x" * MAX_BYTES + b"\n",
    ],
)
def test_what_is_not_tidy_is_left_to_pyyaml(data: bytes) -> None:
    assert read_tidy(data) is UNTIDY
