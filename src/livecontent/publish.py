"""Publishing: a folder of creatives in, those in use out; again whenever a file changes, while openings go on.

No opening waits for it: a new version is compiled beside, by a painter of its own, and takes its place at once. Where
it is broken, the version before stays in use.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from weakref import ReferenceType, ref

from livecontent.compose.context import ComposeResources
from livecontent.creative.library import load_library
from livecontent.creative.load import FILE
from livecontent.errors import CreativeError, Problem
from livecontent.lint.check import load_checked
from livecontent.lint.references import AvailableAssets
from livecontent.render.compile import CompiledCreative, compile_creative
from livecontent.render.paint.painter import Painter
from livecontent.sources.registry import VOCABULARY

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
    """Publishes a folder, or one creative of it, for a painter that draws openings."""

    def __init__(self, folder: Path, make_painter: Callable[[], Painter], painter: Painter, only: str = "*") -> None:
        """Raises `ConfigError` where there is no such folder."""
        self._folder = folder
        self._make_painter = make_painter
        self._painter = painter
        self._only = only
        self._seen = _stamp(folder)
        self._drawn: list[ReferenceType[CompiledCreative]] = []  # by openings to come, and those under way
        current, self.problems = self._publish({}, painter)
        painter.images.forget()  # plates hold all that is the same for everybody
        self.library = Library(current)

    def refresh(self) -> list[Problem]:
        """Publishes again where a file has changed, and tells what is wrong then. Not for the event loop."""
        seen = _stamp(self._folder)
        if seen == self._seen:
            return []
        self._seen = seen
        current, self.problems = self._publish(self.library, self._make_painter())
        self.library.put(current)
        self._drawn = [one for one in self._drawn if one()]
        drawn = filter(None, [one() for one in self._drawn])
        self._painter.images.retain({digest for one in drawn for digest in one.materials.pictures.values()})
        gc.collect()  # megabytes of circles: fonts, templates
        return self.problems

    def _publish(
        self, before: Mapping[str, CompiledCreative], painter: Painter
    ) -> tuple[Mapping[str, CompiledCreative], list[Problem]]:
        shelf = AvailableAssets(painter.fonts.families, frozenset(painter.fonts.icons))
        load = partial(load_checked, vocabulary=VOCABULARY, available=shelf)
        published, problems = load_library(self._folder, load, self._only)
        # What cannot be read any more stays as it was; what was taken away goes.
        current = {name: old for name, old in before.items() if (self._folder / name / FILE).exists()}
        for creative in published:
            old = current.get(creative.name)
            if old is None or old.published.version != creative.version:
                try:
                    current[creative.name] = self._for_openings(compile_creative(creative, painter))
                except CreativeError as error:
                    problems += error.problems
        return current, problems

    def _for_openings(self, compiled: CompiledCreative) -> CompiledCreative:
        """The same creative, to be composed and drawn by the painter of openings."""
        for data in compiled.published.assets.values():
            self._painter.images.add(data)
        fonts = self._painter.fonts
        found = replace(
            compiled, materials=ComposeResources(fonts, fonts.icons, compiled.materials.pictures, VOCABULARY)
        )
        self._drawn.append(ref(found))
        return found


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
