"""Lists of checksums beside the files they are of, as `sha256sum -c` reads them."""

from __future__ import annotations

from collections.abc import Iterable

from remit.model.site_files import SiteFile


def by_folder(files: Iterable[SiteFile]) -> dict[str, list[SiteFile]]:
    """The files of each folder, by name."""
    folders: dict[str, list[SiteFile]] = {}
    for file in sorted(files, key=lambda one: one.path):
        folders.setdefault(file.path.rpartition("/")[0], []).append(file)
    return folders


def checksums(files: Iterable[SiteFile]) -> bytes:
    """The list of one folder's files."""
    return "".join(f"{file.sha256}  {file.name}\n" for file in files).encode()
