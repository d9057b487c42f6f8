"""Records of which no more is made at first than what others ask of a record that they name.

In a large register most records are named on far more pages than they are shown on, and what they
are called is a small part of what they say. The rest is made when it is asked for, and goes when
many others have been asked for since.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Set
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self
from weakref import ref

from pydantic import ConfigDict, create_model

from remit.model.values import NO_FIELDS, Period, Value

Later = Callable[["PartlyMade"], "PartlyMade"]
"""Makes the whole of what was made in part. One stands for many: none is held for each."""


class PartlyMade(Value):
    """Base of what can be made in two steps. What was made in one is not concerned."""

    __slots__ = ("_later",)
    if TYPE_CHECKING:
        _later: Later

    MOST_WHOLE: ClassVar[int] = 1_000
    """How many of a class are held whole at a time, of those that can be made so again."""

    @classmethod
    def made_first(cls) -> Set[str]:
        """The names of the fields that are made at first."""
        return cls.model_fields.keys() & _NAMING

    @classmethod
    def kept(cls, value: dict[str, Any], later: Later) -> Self:
        """What was found right before. Of `value`, as it is written, only what is made at first is
        asked; `later` makes the whole."""
        made, first = cls.__new__(cls), _first(cls).model_validate(value)
        _lighten(first)
        set_in = object.__setattr__
        set_in(made, "__dict__", vars(first))
        set_in(made, "__pydantic_fields_set__", NO_FIELDS)
        set_in(made, "__pydantic_extra__", None)
        set_in(made, "__pydantic_private__", None)
        set_in(made, "_later", later)
        return made

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name in type(self).__pydantic_fields__:
                return vars(self.whole())[name]
            return super().__getattr__(name)

    def whole(self) -> Self:
        """The same, with all that it says made."""
        cls, fields = type(self), vars(self)
        if len(fields) < len(cls.__pydantic_fields__):
            made = self._later(self)
            _lighten(made)
            object.__setattr__(self, "__dict__", {**vars(made), **fields})
            ring = _WHOLE.setdefault(cls, deque())
            ring.append(ref(self))
            while len(ring) > cls.MOST_WHOLE:
                one = ring.popleft()()
                if one is not None:
                    one.let_go(one._later)
        return self

    def let_go(self, later: Later) -> None:
        """Holds no more than what is made at first; `later` makes the whole."""
        object.__setattr__(self, "_later", later)
        names = self.made_first()
        first = {name: made for name, made in vars(self).items() if name in names}
        object.__setattr__(self, "__dict__", first)

    def __copy__(self) -> Self:
        return super(PartlyMade, self.whole()).__copy__()

    def model_dump(self, **how: Any) -> dict[str, Any]:
        return super(PartlyMade, self.whole()).model_dump(**how)

    def model_dump_json(self, **how: Any) -> str:
        return super(PartlyMade, self.whole()).model_dump_json(**how)

    def __eq__(self, other: object) -> bool:
        if self is other or type(self) is not type(other):
            return self is other
        assert isinstance(other, PartlyMade)
        return vars(self.whole()) == vars(other.whole())


_NAMING = frozenset(
    (
        *("id", "authoritative_language", "name", "names", "title", "number", "kind", "level"),
        *("country", "within", "holder", "issued_by", "period"),
    )
)
"""What is asked of a record that is named: its name, where and when it is or whose, and of what
sort."""
_WHOLE: dict[type[PartlyMade], deque[ref[PartlyMade]]] = {}
"""By class: those that were made whole, the last one last."""


class _First(Value):
    model_config = ConfigDict(extra="ignore")


def _lighten(value: Value) -> None:
    """Has it hold no sets of fields, and periods that others hold."""
    object.__setattr__(value, "__pydantic_fields_set__", NO_FIELDS)
    parts = vars(value)
    for name, part in parts.items():
        if isinstance(part, Period):
            parts[name] = part.shared
        elif isinstance(part, Value):
            _lighten(part)
        elif isinstance(part, list):
            for one in part:
                if isinstance(one, Value):
                    _lighten(one)


@cache
def _first(cls: type[PartlyMade]) -> type[Value]:
    """The shape of what is made at first of a class."""
    first = cls.made_first()
    fields: dict[str, Any] = {
        name: (field.annotation, field) for name, field in cls.model_fields.items() if name in first
    }
    return create_model(cls.__name__, __base__=_First, **fields)
