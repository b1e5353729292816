"""What the types and samples of declared facts tell."""

from collections.abc import Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints, is_typeddict


def item_names(kind: Any) -> Mapping[str, Any]:
    """The names of each item of a list that a type declares, with their types; none where it declares none."""
    kind = without_none(kind)
    item = get_args(kind)[0] if get_origin(kind) in (list, tuple) else None
    return get_type_hints(item) if is_typeddict(item) else {}


def without_none(kind: Any) -> Any:
    """The type of what may be None."""
    if get_origin(kind) not in (Union, UnionType):
        return kind
    return next(one for one in get_args(kind) if one is not type(None))


class AnyKey(dict[str, object]):
    """The sample of a keyed fact, under every key."""

    def __init__(self, sample: object) -> None:
        super().__init__()
        self._sample = sample

    def __missing__(self, _: str) -> object:
        return self._sample
