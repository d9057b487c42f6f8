"""What a site's search index knows, read from its files."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any


def fragments(site: Path, language: str) -> dict[str, Any]:
    """What the index keeps of each page of the language, by address."""
    read = [
        json.loads(gzip.decompress(file.read_bytes()).removeprefix(b"pagefind_dcd"))
        for file in (site / "pagefind" / language).glob("*/fragment/*.pf_fragment")
    ]
    return {one["url"]: one for one in read}
