"""The creatives in use, and as they were published: for when their folder is gone or broken."""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from livecontent.creative.load import load_kept
from livecontent.creative.versions import PublishedVersions
from livecontent.render.compile import CompiledCreative, Workshop

log = logging.getLogger(__name__)


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


def compile_kept(folder: Path, versions: PublishedVersions, workshop: Workshop) -> CompiledCreative | None:
    """The version in force of the creative of a folder; of those that are damaged the next; None where none is left.

    Nothing but itself does for what stands in for a version that was recalled.
    """
    name = folder.name
    for version in versions.in_force(name)[: 1 if name in versions.recalled else None]:
        try:
            loaded = load_kept(folder, versions.files(name, version), workshop.vocabulary)
            if loaded.version != version.id:
                log.warning("%s: the version %s is damaged", name, version.id)
                continue
            compiled = CompiledCreative(loaded, workshop)
        except Exception as error:  # noqa: BLE001  recipients wait
            log.warning("%s: the version %s can't be used: %s", name, version.id, error)
        else:
            return compiled
    return None
