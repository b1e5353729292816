"""Which font draws which characters: the family's own, another that ships, at last one of the system."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from livecontent.compose.text.clusters import clusters
from livecontent.errors import DrawingError
from livecontent.looks import WRITTEN_AS
from livecontent.render.paint.coverage import united
from livecontent.render.paint.fontfile import FontFile
from livecontent.scene import Face

_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_STYLES = re.compile("[\ufe0e\ufe0f]")  # of a sign: as text, as a picture
_PICTURE = "\ufe0f"
# What has no ink of its own and no font needs: joiners, marks of direction, fillers, selectors, tags.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_LATIN = 0x7FFFFFFF_FFFFFFFF_FFFFFFFF_00000000  # the printed characters of ASCII on the first page
_CJK_SIGNS, _HAN = (0x30, 0xFF), 0x4E  # pages of signs that are set among Chinese letters, and one of these
_PLAIN_PAGES = range(0x30)  # letters that are looked up at once; there are too many of Chinese

Ranked = tuple[FontFile, Face]


class Chain:
    """The fonts to try for a style and language, best first."""

    __slots__ = ("_pages", "face", "first", "plain", "ranked")

    def __init__(self, ranked: Sequence[Ranked], plain: frozenset[str]) -> None:
        """`plain` are characters of the first one that may stand in any order."""
        self.ranked = ranked
        self.first, self.face = ranked[0]
        self.plain = plain
        self._pages: dict[int, list[Ranked]] = {}

    def fonts_for(self, character: str) -> list[Ranked]:
        """Those with any character of its page."""
        page = ord(character) >> 8
        found = self._pages.get(page)
        if found is None:
            found = [ranked for ranked in self.ranked if page in ranked[0].covers.pages]
            if page in _CJK_SIGNS:  # a font for Mongolian has 、 and 「, too, and they stand otherwise there
                found.sort(key=lambda ranked: ranked[0] is not self.first and _HAN not in ranked[0].covers.pages)
            self._pages[page] = found
        return found


class FontChoice:
    """Chooses among the files, which stand in the order in which they are preferred."""

    def __init__(self, files: Sequence[FontFile]) -> None:
        self.chains: dict[tuple[str, int, bool, str], Chain] = {}
        self._texts = [font for font in files if not font.icons]
        self._languages = frozenset[str]().union(*(font.languages for font in files))
        self._plain: dict[str, frozenset[str]] = {}
        self._covers = united(font.covers for font in self._texts)
        self._flags = frozenset[str]().union(*(font.flags for font in files))

    def chain(self, family: str, weight: int, italic: bool, language: str) -> Chain:
        """The files to try for a style, best first: the family's own, all others that ship, the system's."""
        if not self._texts:
            raise DrawingError("there is no font at all: the folder fonts/ is missing")
        key = (family, weight, italic, language)
        chain = self.chains.get(key)
        if chain is None:
            shapes = next((name for name in _names_of(language) if name in self._languages), "")
            chain = self._chain(*key) if shapes == language else self.chain(family, weight, italic, shapes)
            self.chains[key] = chain
        return chain

    def _chain(self, family: str, weight: int, italic: bool, language: str) -> Chain:
        def rank(entry: tuple[int, FontFile]) -> tuple[bool, bool, bool, bool, float, int, int]:
            position, font = entry
            distance = 0 if varies(font, "wght") else abs(font.weight - weight)
            latin = (font.covers.pages.get(0, 0) & _LATIN).bit_count()  # a family may be cut in files by script
            return font.system, font.family != family, font.emoji, font.italic != italic, distance, -latin, position

        fonts = [font for _, font in sorted(enumerate(self._texts), key=rank)]
        return Chain([(font, _face(font, weight, language)) for font in fonts], self._plain_of(fonts[0]))

    def _plain_of(self, font: FontFile) -> frozenset[str]:
        if font.key not in self._plain:
            found = (chr(code) for code in font.covers if code >> 8 in _PLAIN_PAGES)
            self._plain[font.key] = frozenset(found) - frozenset("\ufe0e\ufe0f")
        return self._plain[font.key]

    def pieces(self, text: str, chain: Chain) -> list[tuple[str, Face]]:
        """A text cut where the face changes. What no font has is left out."""
        pieces: list[tuple[str, Face]] = []
        before: Ranked | None = None
        for cluster in clusters(text):
            whole = _covering(cluster, chain, before)
            found = [whole] if whole else [_covering(sign, chain, before) for sign in cluster]
            for drawn, before in filter(None, found):
                face = before[1]
                if pieces and pieces[-1][1] == face:
                    pieces[-1] = (pieces[-1][0] + drawn, face)
                else:
                    pieces.append((drawn, face))
        return pieces

    def undrawn(self, text: str) -> str:
        """The first letter, sign or flag of a text that no font draws; "" where there is none."""
        pages = self._covers.pages
        for sign in _UNSEEN.sub("", text):
            code = ord(sign)
            if not (pages.get(code >> 8, 0) >> (code & 255) & 1 or sign.isspace()):
                return sign
        return next((flag for flag in _FLAG.findall(text) if flag not in self._flags), "")


def _covering(cluster: str, chain: Chain, before: Ranked | None) -> tuple[str, Ranked] | None:
    """What to draw of a cluster, and with which font; None where none has all of it, or there is no ink."""
    ink = _UNSEEN.sub("", cluster)
    if not ink:
        return None
    fonts = chain.fonts_for(ink[0])
    if _PICTURE in cluster or ord(ink[0]) >= 0x1F000:
        fonts = sorted(fonts, key=lambda ranked: not ranked[0].emoji)
    elif before and before in fonts and fonts[0][0] is not chain.first:  # signs that several scripts share
        fonts = [before, *fonts]
    for ranked in fonts:
        covers = ranked[0].covers
        if covers.has(ink):
            return "".join([sign for sign in _STYLES.sub("", cluster) if covers.has(sign)]), ranked
    return (" ", (chain.first, chain.face)) if unicodedata.category(ink[0]) == "Zs" else None


def _names_of(language: str) -> Iterator[str]:
    """Under which names a font may have the shapes of a language such as `zh-TW`, best first."""
    base = language.partition("-")[0]
    yield from filter(None, (language, WRITTEN_AS.get(language), WRITTEN_AS.get(base), base))


def _face(font: FontFile, weight: int, language: str) -> Face:
    own = weight if varies(font, "wght") else font.weight
    return Face(font.key, own, language if language in font.languages else "")


def varies(font: FontFile, axis: str) -> bool:
    """Whether a font has an axis of variation."""
    return any(tag == axis for tag, _, _ in font.axes)
