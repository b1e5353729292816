"""Which characters a font has, small enough to be kept for each of a hundred fonts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping


class Coverage:
    """The characters of a font in pages of 256, a bit for each."""

    __slots__ = ("pages",)

    def __init__(self, pages: Mapping[int, int]) -> None:
        """Each page by its number, which is that of its first character without the last eight bits."""
        self.pages = pages

    @classmethod
    def of(cls, codes: Iterable[int]) -> Coverage:
        """That of characters by their code points."""
        pages: dict[int, int] = {}
        for code in codes:
            pages[code >> 8] = pages.get(code >> 8, 0) | 1 << (code & 255)
        return cls(pages)

    def has(self, text: str) -> bool:
        """Whether all characters of a text are there."""
        pages = self.pages
        return 0 not in [pages.get(code >> 8, 0) >> (code & 255) & 1 for code in map(ord, text)]

    def adds_to(self, other: Coverage) -> bool:
        """Whether any character is here that is not in the other."""
        return any(mask & ~other.pages.get(page, 0) for page, mask in self.pages.items())

    @property
    def agreed(self) -> Coverage:
        """Without the private use areas, where each font has signs of its own: only who chose the font knows which."""
        return Coverage(
            {page: mask for page, mask in self.pages.items() if not (0xE0 <= page <= 0xF8 or page >= 0xF00)}
        )

    def __iter__(self) -> Iterator[int]:
        for page, mask in self.pages.items():
            yield from (page << 8 | bit for bit in range(256) if mask >> bit & 1)

    def __len__(self) -> int:
        return sum(mask.bit_count() for mask in self.pages.values())


def united(coverages: Iterable[Coverage]) -> Coverage:
    """All characters that are in any of them."""
    pages: dict[int, int] = {}
    for coverage in coverages:
        for page, mask in coverage.pages.items():
            pages[page] = pages.get(page, 0) | mask
    return Coverage(pages)
