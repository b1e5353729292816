"""The fonts of creatives for web pages: WOFF2, cut in three, of which a page loads what its letters need.

Each part is cut when it is first asked for, in a process of its own, and kept in a file:
`python -m livecontent.render.paint.web_fonts FONT RANGES TARGET`.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from livecontent.errors import DrawingError
from livecontent.render.paint.fontfile import FontFile
from livecontent.render.paint.fonts import Fonts
from livecontent.runtime.private_files import make_folder

LARGEST = 2 * 1024 * 1024  # bytes of a file that is cut: visitors have fonts of their own for Chinese and emoji
_SECONDS = 60  # that a cut may take
_REST = 600.0  # seconds before a part that could not be made is tried again
PARTS: Mapping[str, str] = MappingProxyType(
    {
        "latin": "U+0-FF,U+131,U+152-153,U+2000-206F,U+20AC,U+2122,U+2190-2193,U+2212",
        "latin-ext": "U+100-130,U+132-151,U+154-24F,U+2B0-36F,U+1E00-1EFF,U+FB00-FB06",
        "more": "U+250-2AF,U+370-1DFF,U+1F00-1FFF,U+2070-20AB,U+20AD-2121,U+2123-218F,U+2194-2211,U+2213-FAFF,"
        "U+FB07-FFFF",
    }
)


class WebFont(NamedTuple):
    """A part of a font file, as CSS names it."""

    name: str  # of the file, which changes with what is in it
    family: str
    italic: bool
    weights: tuple[int, int]
    ranges: str

    def rule(self, base: str) -> str:
        """The rule of CSS; `base` is what stands before the name in its address."""
        low, high = self.weights
        return (
            f'@font-face{{font-family:"{self.family}";font-style:{"italic" if self.italic else "normal"};'
            f"font-weight:{low} {high};font-display:swap;unicode-range:{self.ranges};"
            f'src:url("{base}{self.name}") format("woff2")}}'
        )


class WebFonts:
    """Those of all families that creatives may name."""

    def __init__(self, fonts: Fonts, folder: Path) -> None:
        """The parts are kept in the folder."""
        self._folder = folder
        self._files = {
            font: file
            for file in fonts.files
            if not (file.system or file.emoji or file.icons) and file.path.stat().st_size <= LARGEST
            for font in _parts(file)
        }
        self._names = {font.name: font for font in self._files}
        self._cutting = asyncio.Lock()  # one at a time
        self._failed: dict[str, float] = {}  # when a part could not be made, by its name

    def of(self, styles: Iterable[tuple[str, bool]]) -> list[WebFont]:
        """Those of families, each upright or italic."""
        wanted = set(styles)
        return [font for font in self._files if (font.family, font.italic) in wanted]

    async def data(self, name: str, used: Callable[[str], bool]) -> bytes | None:
        """A file; None where no family that is used has one of this name. Raises `LivecontentError` and `OSError`."""
        font = self._names.get(name)
        if font is None or not used(font.family):
            return None
        target = self._folder / name
        async with self._cutting:
            if not await asyncio.to_thread(target.is_file):
                if time.monotonic() - self._failed.get(name, -_REST) < _REST:
                    return None
                self._failed[name] = time.monotonic()
                await self._cut(font, target)
                del self._failed[name]
        return await asyncio.to_thread(target.read_bytes)

    async def _cut(self, font: WebFont, target: Path) -> None:
        make_folder(self._folder)
        draft = target.with_suffix(f".{os.getpid()}")
        command = (sys.executable, "-m", __name__, str(self._files[font].path), font.ranges, str(draft))
        process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
        try:
            _, said = await asyncio.wait_for(process.communicate(), _SECONDS)
        except TimeoutError:
            process.kill()
            raise DrawingError(f"{font.name} was not made within {_SECONDS} s") from None
        if process.returncode:
            *_, last = ["no reason was given", *said.decode(errors="replace").strip().splitlines()]
            raise DrawingError(f"the web font {font.family}, {font.name}, can't be made: {last}")
        draft.replace(target)


def _parts(file: FontFile) -> Iterator[WebFont]:
    weights = next(((int(low), int(high)) for tag, low, high in file.axes if tag == "wght"), (file.weight, file.weight))
    state = file.path.stat()
    for part, ranges in PARTS.items():
        digest = blake2b(
            f"{file.key}\0{state.st_size}\0{state.st_mtime_ns}\0{ranges}".encode(), digest_size=6
        ).hexdigest()
        yield WebFont(f"{part}-{digest}.woff2", file.family, file.italic, weights, ranges)


def cut(file: Path, ranges: str, target: Path) -> None:
    """What the process does."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(hinting=False, glyph_names=False)
    options.name_IDs = [0, 1, 2, 13, 14]  # with copyright and licence
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=subset.parse_unicodes(ranges))
    font = TTFont(file, recalcTimestamp=False, fontNumber=0)
    cutter.subset(font)
    font.flavor = "woff2"
    font.save(target)
    with target.open("rb") as written:
        os.fsync(written.fileno())


if __name__ == "__main__":
    cut(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
