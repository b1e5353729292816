"""A nameless file of data on its way, in groups: what is added in any order is read group by group.

It is gone with its process, however that ends.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryFile

_WAITING = 8 * 1024  # bytes of a group that wait in memory


class Staging:
    """Groups by number, each of blocks in the order in which they came."""

    def __init__(self, folder: Path) -> None:
        """In a folder with room for all of it."""
        self._file = TemporaryFile(dir=folder)  # noqa: SIM115  `close` closes it
        self._waiting: dict[int, list[bytes]] = {}
        self._written: dict[int, list[tuple[int, list[int]]]] = {}  # by group: a place, and the sizes of its blocks
        self.close = self._file.close
        self.size = 0  # of all blocks, in bytes

    def add(self, blocks: Mapping[int, bytes]) -> None:
        """A block for each of some groups. Raises `OSError` where there is no room."""
        for group, block in blocks.items():
            waiting = self._waiting.setdefault(group, [])
            waiting.append(block)
            self.size += len(block)
            if sum(map(len, waiting)) > _WAITING:
                place = self._file.tell()
                self._file.writelines(waiting)
                self._written.setdefault(group, []).append((place, list(map(len, waiting))))
                waiting.clear()

    def groups(self) -> Iterator[list[bytes]]:
        """Each group, by its number."""
        self._file.flush()
        for group in sorted(self._waiting):
            blocks = list[bytes]()
            for place, sizes in self._written.get(group, ()):
                whole = memoryview(os.pread(self._file.fileno(), sum(sizes), place))
                for size in sizes:
                    blocks.append(bytes(whole[:size]))
                    whole = whole[size:]
            yield blocks + self._waiting[group]
