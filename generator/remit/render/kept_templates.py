"""The site's templates as Python compiles them, kept between runs: for a page or two that takes
longer than to fill them."""

from __future__ import annotations

from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from remit.cache import keep, kept, program


class KeptTemplates(BytecodeCache):
    """Kept below the cache's folder, sealed: what is kept there is code."""

    folder: Path | None = None
    """Nothing is kept while there is none."""

    def load_bytecode(self, bucket: Bucket) -> None:
        data = self.folder and kept(self.folder / bucket.key, _about(bucket))
        if data:
            bucket.bytecode_from_string(data)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if self.folder:
            keep(self.folder / bucket.key, _about(bucket), bucket.bytecode_to_string())


def _about(bucket: Bucket) -> str:
    return f"template {bucket.key} {bucket.checksum} of {program()}"
