"""The templates shipped with remit, read when one of them is first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from remit.model.templates import Template


class ShippedTemplates(Mapping[str, Template]):
    """By name. A check that finds no template of the register's own needs none."""

    def __getitem__(self, name: str) -> Template:
        return _shipped()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_shipped())

    def __len__(self) -> int:
        return len(_shipped())


@cache
def _shipped() -> dict[str, Template]:
    from remit.load.templates import read_shipped

    return read_shipped()
