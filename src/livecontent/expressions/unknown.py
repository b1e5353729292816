"""Values that stand for what is unknown, and for what a prefetch must not show."""

from collections.abc import Callable
from typing import NoReturn

from liquid import RenderContext
from liquid.exceptions import UndefinedError
from liquid.undefined import Undefined

UNSTEADY = "may be out of date when it is read"

# What tells whether words can be drawn: the characters that are, wherever they stand, and what tells of any other words
# which of them no font has, "" where all are drawn.
Drawable = tuple[frozenset[str], Callable[[str], str]]
DRAWABLE = "drawable"  # where Liquid keeps that of a filling


class Unknown(Undefined):
    """A fact that is not known: it may be tested for being there and given a default, but not written."""

    __slots__ = ()

    def __str__(self) -> str:
        name = (self.hint or self.name).removesuffix(" is undefined").strip("'")
        raise UndefinedError(f"{name} is not known", token=self.token)


class RedactedError(UndefinedError):
    """A text says, or asks, what may be out of date when it is read."""


class Redacted:
    """A fact that time changes, on a prefetch: whatever is done with it raises `RedactedError`.

    Only the filter `default` gives other words.
    """

    __slots__ = ("name",)
    force_liquid_default = True  # what Liquid's `default` looks for

    def __init__(self, name: str) -> None:
        self.name = name

    def refuse(self, *_: object) -> NoReturn:
        """Raises `RedactedError`."""
        raise RedactedError(f"{self.name} {UNSTEADY}", token=None)

    __bool__ = __contains__ = __eq__ = __int__ = __iter__ = __len__ = __liquid__ = __str__ = refuse
    __hash__ = None  # type: ignore[assignment]

    def __getitem__(self, name: object) -> "Redacted":
        return Redacted(f"{self.name}.{name}")

    def __repr__(self) -> str:
        return f"Redacted({self.name!r})"


def refuse_redacted(value: object, keys: tuple[str, ...] | None = None) -> None:
    """Raises `RedactedError` for what is redacted, also somewhere in a list or mapping; of items, only under `keys`."""
    if isinstance(value, Redacted):
        value.refuse()
    elif isinstance(value, dict):
        for name, item in value.items():
            if keys is None or name in keys:
                refuse_redacted(item)
    elif isinstance(value, list | tuple):
        for item in value:
            refuse_redacted(item, keys)


def undrawn(value: object, context: RenderContext) -> str:
    """What no font has of a text that is to be drawn; "" for all else."""
    drawable: Drawable | None = context.tag_namespace.get(DRAWABLE)
    if drawable is None or type(value) is not str or value.isascii() or drawable[0].issuperset(value):
        return ""
    return drawable[1](value)


def spelled(signs: str) -> str:
    """Letters or signs that may not be seen, with their code points: `王 (U+738B)`."""
    return f"{signs} ({' '.join(f'U+{ord(sign):04X}' for sign in signs)})"
