"""Publishing: a folder of creatives in, those in use out; again whenever a file changes, while openings go on.

No open waits for it: a new version is compiled beside, and takes its place at once. Where it is broken, the version
before stays in use.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from livecontent.creative.library import load_library
from livecontent.creative.load import FILE, LoadedCreative
from livecontent.errors import CreativeError, Problem
from livecontent.lint.check import load_checked
from livecontent.lint.drawable import check_drawable
from livecontent.render.compile import CompiledCreative, Workshop, compile_creative

Stamp = frozenset[tuple[str, int, int]]


class Library(Mapping[str, CompiledCreative]):
    """The creatives in use, by name."""

    def __init__(self, current: Mapping[str, CompiledCreative]) -> None:
        self._current = current

    def __getitem__(self, name: str) -> CompiledCreative:
        return self._current[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._current)

    def __len__(self) -> int:
        return len(self._current)

    def put(self, current: Mapping[str, CompiledCreative]) -> None:
        """Others take the place of all."""
        self._current = current


class Publisher:
    """Publishes a folder, or one creative of it."""

    def __init__(self, folder: Path, workshop: Workshop, only: str = "*") -> None:
        """Raises `ConfigError` where there is no such folder."""
        self._folder = folder
        self._workshop = workshop
        self._only = only
        self._seen = _stamp(folder)
        current, self.problems = self._publish({})
        self.library = Library(current)

    def refresh(self) -> list[Problem]:
        """Publishes again where a file has changed, and tells what is wrong then. Not for the event loop."""
        seen = _stamp(self._folder)
        if seen == self._seen:
            return []
        self._seen = seen
        current, self.problems = self._publish(self.library)
        self.library.put(current)
        used = {digest for one in current.values() for digest in one.resources.images.values()}
        self._workshop.painter.images.retain(used)
        return self.problems

    def _publish(self, before: Mapping[str, CompiledCreative]) -> tuple[Mapping[str, CompiledCreative], list[Problem]]:
        shop = self._workshop
        load = partial(load_checked, vocabulary=shop.vocabulary, available=shop.available)
        loaded, problems = load_library(self._folder, load, self._only)
        # What cannot be read any more stays as it was; what was taken away goes.
        current = {name: old for name, old in before.items() if (self._folder / name / FILE).exists()}
        for creative in loaded:
            old = current.get(creative.name)
            if old is None or old.loaded.version != creative.version:
                try:
                    current[creative.name] = publish(creative, self._workshop)
                except CreativeError as error:
                    problems += error.problems
        return current, problems


def publish(loaded: LoadedCreative, workshop: Workshop) -> CompiledCreative:
    """A creative, compiled and checked. Raises `CreativeError` where a layer would never be seen."""
    compiled = compile_creative(loaded, workshop)
    if problems := check_drawable(compiled, workshop.layout):
        raise CreativeError(problems)
    return compiled


def _stamp(folder: Path) -> Stamp:
    """Names, times and sizes of all files."""
    found = set()
    for path in folder.rglob("*"):
        try:
            status = path.stat()
        except OSError:
            continue
        found.add((str(path), status.st_mtime_ns, status.st_size))
    return frozenset(found)
