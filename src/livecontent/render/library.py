"""The creatives in use."""

from collections.abc import Iterator, Mapping
from typing import Any

from livecontent.render.compile import CompiledCreative


class Library(Mapping[str, CompiledCreative]):
    """The creatives in use, by name. Others take the place of all at once, so that threads may look at any time."""

    def __init__(self) -> None:
        self._current: Mapping[str, CompiledCreative] = {}

    def get(self, name: str, default: Any = None) -> Any:
        """The creative of a name, in one step; each open asks."""
        return self._current.get(name, default)

    def __getitem__(self, name: str) -> CompiledCreative:
        return self._current[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._current)

    def __len__(self) -> int:
        return len(self._current)

    def put(self, current: Mapping[str, CompiledCreative]) -> None:
        """Replaces all."""
        self._current = current
