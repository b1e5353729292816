"""Facts that a text can't be told: those not known, and those not known for when the picture is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from liquid.exceptions import UndefinedError
from liquid.undefined import Undefined

UNSTEADY = "could become false before it is read"


class Unknown(Undefined):
    """A fact that is not known: it may be tested and given a default, but not written."""

    def __str__(self) -> str:
        name = (self.hint or self.name).removesuffix(" is undefined").strip("'")
        raise UndefinedError(f"{name} is not known", token=self.token)


class RedactedError(UndefinedError):
    """A text says, or asks, what could become false before it is read."""


class Redacted(Unknown):
    """A fact that is not known for when the picture is read: with a default it may be written, and never be tested."""

    __slots__ = ()
    force_liquid_default = True

    def __str__(self) -> str:
        raise RedactedError(f"{self.name} {UNSTEADY}", token=self.token)

    def __eq__(self, _other: object) -> bool:
        return bool(str(self))

    __hash__ = Unknown.__hash__

    def __liquid__(self) -> object:
        return str(self)


class AsOf(Redacted):
    """The time of the fetch: it may be written as a date or a time, to say as of when, and is withheld else."""

    __slots__ = ("at",)

    def __init__(self, name: str, at: object) -> None:
        super().__init__(name)
        self.at = at

    def __repr__(self) -> str:
        return f"AsOf({self.name}, {self.at!r})"


def refuse_redacted(value: object, keys: Sequence[str]) -> None:
    """Raises `RedactedError` for what is withheld, also as one of a list, in a mapping, or under keys of a list's."""
    found: Iterable[object] = (value,)
    if type(value) is dict:
        found = value.values()
    elif type(value) is list or type(value) is tuple:
        found = [item.get(key) for item in value if type(item) is dict for key in keys] if keys else value
    for part in found:
        if isinstance(part, Redacted):
            str(part)
