"""Fonts as web teams have them (.woff2): unpacked once, as FreeType would do it again for each size."""

import logging
import os
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from struct import unpack_from

from fontTools.ttLib import TTFont

from livecontent.runtime.private_files import make_folder

log = logging.getLogger(__name__)

SUFFIX = ".woff2"
MAX_BYTES = 64 * 1024 * 1024  # of an unpacked font, as its head tells


def unpacked(file: Path, folder: Path) -> Path | None:
    """The font as a TrueType or OpenType file in a folder, named by its content; None, and logged, for what is none."""
    try:
        data = file.read_bytes()
        target = folder / f"{blake2b(data, digest_size=16).hexdigest()}.ttf"
        if not target.exists():
            make_folder(folder)
            _write(target, _font_of(data))
    except Exception as error:  # noqa: BLE001  fontTools raises anything for a broken file
        log.warning("%s: not a font that can be used: %s", file, error)
        return None
    return target


def _font_of(data: bytes) -> bytes:
    """Raises whatever fontTools does, and `ValueError` for what is no WOFF2, or too large."""
    if len(data) < 48 or data[:4] != b"wOF2":
        raise ValueError("it is no WOFF2")
    if (size := unpack_from(">I", data, 16)[0]) > MAX_BYTES:  # https://www.w3.org/TR/WOFF2/#woff20Header
        raise ValueError(f"unpacked it has {size:,} bytes; {MAX_BYTES:,} are the most")
    out = BytesIO()
    with TTFont(BytesIO(data)) as font:
        font.flavor = None
        font.save(out)
    return out.getvalue()


def _write(target: Path, data: bytes) -> None:
    """Writes a file as a whole: several processes may do so at the same time."""
    part = target.with_suffix(f".{os.getpid()}")
    part.write_bytes(data)
    part.replace(target)
