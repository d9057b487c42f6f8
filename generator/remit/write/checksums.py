"""Lists of checksums beside the files they are of, as `sha256sum -c` reads them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from remit.model.site_files import CHECKSUMS_FILE, SiteFile
from remit.write.files import write_file


def write_checksums(files: Iterable[SiteFile], site: Path) -> None:
    """A list in every folder that holds files, by name."""
    folders: dict[str, list[SiteFile]] = {}
    for file in files:
        folders.setdefault(file.path.rpartition("/")[0], []).append(file)
    for folder, inside in folders.items():
        lines = [f"{file.sha256}  {file.name}\n" for file in sorted(inside, key=_by_name)]
        write_file(site / folder / CHECKSUMS_FILE, "".join(lines).encode())


def _by_name(file: SiteFile) -> str:
    return file.name
