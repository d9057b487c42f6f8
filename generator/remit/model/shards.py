"""A share of the work, for one machine of several: which it is, and what belongs to it.

What a page shows lies with it: a record's documents are in the share of its page, as the page tells
their size and digest. So a share is chosen by what the work is about, never by its place in a list.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from remit.model.records import Assignment
from remit.model.site_files import WHOLE

MOST_SHARDS = 1000
_SHOWN_TOO = {Assignment.FOLDER: WHOLE}
"""Lists that offer documents of the whole register, which lie elsewhere."""


@dataclass(frozen=True, slots=True, order=True)
class Shard:
    """Share `number` of `count`; the first is 1."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def holds(self, name: str) -> bool:
        """Whether what a language and an address name belongs to it: nb/roles/minority-adviser.

        The same on every machine and from build to build.
        """
        language, _, about = name.partition("/")
        words = f"{language}/{_SHOWN_TOO.get(about, about)}".encode()
        drawn = hashlib.blake2b(words, digest_size=8).digest()
        return int.from_bytes(drawn, "big") % self.count == self.number - 1


def shard_named(words: str) -> Shard | None:
    """The share that "2/4" names, or None when the words name none."""
    match = re.fullmatch(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})", words, re.ASCII)
    if not match:
        return None
    shard = Shard(int(match[1]), int(match[2]))
    return shard if shard.number <= shard.count <= MOST_SHARDS else None


def about_made(address: str) -> str:
    """The address of the page that offers the documents made of what has this one; it is empty for
    the whole register."""
    if not address:
        return WHOLE
    return address.rpartition("/")[0] if address.count("/") == 2 else address  # a version's
