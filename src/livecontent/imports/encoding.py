"""The encoding of a file: UTF-8 or UTF-16 where the bytes say so, else that on which two opinions agree.

One is ours, by the letters of languages; the other is chardet's. Where they differ, and where a word or two are all
there is, people have to tell.
"""

import codecs
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

import chardet

from livecontent.errors import DataError
from livecontent.imports.headers import bare, meaning
from livecontent.imports.letters import ENCODINGS, LetterModels, words_of
from livecontent.imports.names import Names

_CHUNK = 1 << 20
_SAMPLE = 64 * 1024  # bytes of lines with other than ASCII
_CELLS = 20  # countries and languages that are looked at
_FEW_WORDS, _FEW_LETTERS = 3, 8  # with fewer of both, nobody can tell
_MARGIN = 3.0  # nats by which the first has to be likelier than the second where both opinions agree
_DAMAGE = 3  # letters of UTF-8 for each byte that is none
_SURE = 12.0  # by which the first is right alone: chardet takes short files in French for Windows-1250
_SHIFTS = re.compile(rb"\x1b\$[@B]")
_SEPARATORS = re.compile(r"[,;\t|]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding, what to tell of it, and the line and the word that show it; "" where the bytes say all."""

    name: str
    told: str = ""


class EncodingDoubtError(DataError):
    """Nobody but people can tell the encoding; `answers` are encodings with a word as each would read it."""

    def __init__(self, line: int, answers: Mapping[str, str], file: str = "") -> None:
        self.line, self.answers = line, answers
        where = f"{file}:{line}: " if file else ""
        shown = " or ".join(f"{word!r} with --encoding {name}" for name, word in answers.items())
        super().__init__(f"{where}the file is not UTF-8, and can be several things: {shown}? Or save it as UTF-8")


@dataclass(slots=True)
class _Sample:
    """Lines with other than ASCII, the header, and what countries and languages their rows name."""

    first: int  # the line of the first
    lines: list[bytes]
    header: bytes
    places: frozenset[str]

    def decoded(self, encoding: str) -> str | None:
        """None where the bytes are no such text."""
        try:
            return b"".join(self.lines).decode(encoding)
        except (UnicodeDecodeError, LookupError):
            return None


def named_encoding(name: str) -> Encoding:
    """An encoding that somebody names. Raises `DataError`."""
    try:
        b"ab".decode(name)
    except LookupError:
        raise DataError(f"--encoding {name}: there is no such encoding; such as utf-8, cp1250 or shift_jis") from None
    return Encoding(name)


def find_encoding(raw: BinaryIO) -> Encoding:
    """The encoding of a file. Raises `EncodingDoubtError`."""
    raw.seek(0)
    start = raw.read(256)
    if start.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8-sig")
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return Encoding("utf-32")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16")
    for name, zeros in (("utf-16-le", start[1::2]), ("utf-16-be", start[0::2])):
        if len(zeros) > 1 and zeros.count(0) > len(zeros) * 0.7:
            return Encoding(name)
    raw.seek(0)
    if _SHIFTS.search(raw.read(_SAMPLE)):
        return Encoding(
            "iso2022_jp", "not UTF-8, but iso2022_jp, by its escape sequences; if it is wrong: --encoding NAME"
        )
    return Encoding("utf-8") if _is_utf8(raw) else _of_two_opinions(_sample(raw))


def _is_utf8(raw: BinaryIO) -> bool:
    """Whether letters beyond ASCII are UTF-8; some of them may be damaged."""
    raw.seek(0)
    strict = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := raw.read(_CHUNK):
            strict.decode(chunk)
        strict.decode(b"", final=True)
    except UnicodeDecodeError:
        return _is_damaged_utf8(raw)
    return True


def _is_damaged_utf8(raw: BinaryIO) -> bool:
    raw.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    good = broken = 0
    while chunk := raw.read(_CHUNK):
        letters = [letter for letter in decoder.decode(chunk) if letter > "\x7f"]
        lost = sum("\udc80" <= letter <= "\udcff" for letter in letters)
        broken += lost
        good += len(letters) - lost
    return broken * _DAMAGE <= good


def _sample(raw: BinaryIO) -> _Sample:
    raw.seek(0)
    lines: dict[bytes, None] = {}
    header, first, size = b"", 0, 0
    for number, line in enumerate(raw, 1):
        header = header or (b"" if line.lower().startswith(b"sep=") else line.strip())
        if not line.isascii() and line not in lines:
            first = first or number
            lines[line] = None
            size += len(line)
            if size > _SAMPLE:
                break
    return _Sample(first, list(lines), header, _places(header, lines))


def _places(header: bytes, lines: Mapping[bytes, None]) -> frozenset[str]:
    """The codes of countries and languages in columns of them: BE is Belgium, be Belarusian."""
    columns = _SEPARATORS.split(header.decode("latin-1"))
    signs = [bare(column) for column in columns]
    meant = [meaning(sign, signs) or sign for sign in signs]
    rows = [_SEPARATORS.split(line.decode("latin-1")) for line in lines]
    names, found = Names(), set[str]()
    for kind, read in (("country", names.country), ("language", names.language)):
        wanted = [place for place, name in enumerate(meant) if name == kind]
        cells = {row[place].strip(' "\r\n') for row in rows for place in wanted if place < len(row)}
        for cell in sorted(filter(str.isascii, cells))[:_CELLS]:
            with suppress(ValueError):
                found.update(read(cell).split("-"))
    return frozenset(found)


def _of_two_opinions(sample: _Sample) -> Encoding:
    models = LetterModels()
    ours = _ranked(sample, models)
    if not ours:
        return _told(sample, "cp1252")
    other = _agreeing(sample, str(chardet.detect(sample.header + b"\n" + b"".join(sample.lines))["encoding"]), ours)
    best = next(iter(ours))
    words = words_of(sample.decoded(best) or "")
    few = len(words) < _FEW_WORDS and sum(not letter.isascii() for word in words for letter in word) < _FEW_LETTERS
    needed = _MARGIN if other == best else _SURE if best == "cp1252" else math.inf
    if not few and ours[best] > needed:
        return _told(sample, best)
    local = [name for name in ours if models.places(name) & sample.places]
    if local and (not other or other in ours) and not _has_signs(sample.decoded(local[0]) or ""):
        lead, behind = _distances(local, ours)
        if lead >= (_MARGIN if other == local[0] else _SURE) and behind <= _SURE:
            return _told(sample, local[0])
    raise _doubt(sample, ours, other)


def _distances(local: Sequence[str], ours: Mapping[str, float]) -> tuple[float, float]:
    """By how much the first encoding of a place is likelier than its next one, and less likely than the best."""
    names, margins = list(ours), list(ours.values())
    first, following = [*(names.index(name) for name in local), len(names)][:2]
    return sum(margins[first:following]), sum(margins[:first])


def _has_signs(text: str) -> bool:
    """Whether words have signs in them, as those have that are read in another encoding: Set£bal, …hringen."""
    letters = {letter for word in words_of(text) for letter in word if not letter.isascii()}
    return any(unicodedata.category(letter)[0] not in "LM" and letter != "’" for letter in letters)


def _ranked(sample: _Sample, models: LetterModels) -> dict[str, float]:
    """Encodings that make different texts, the likeliest first, and by how much each is likelier than the next."""
    texts: dict[str, tuple[float, str]] = {}
    for name in ENCODINGS:
        text = sample.decoded(name)
        if text is not None and text not in texts:
            score = models.score(words_of(text), text, name)
            if score is not None:
                texts[text] = score, name
    ranked = sorted(texts.values(), reverse=True)
    following = [*(score for score, _ in ranked[1:]), float("-inf")]
    return {name: score - after for (score, name), after in zip(ranked, following, strict=True)}


def _agreeing(sample: _Sample, name: str, ours: Mapping[str, float]) -> str:
    """The one of ours that makes the same text as another's opinion; else that, "" for none."""
    text = sample.decoded(name)
    return next((one for one in ours if sample.decoded(one) == text), name) if text is not None else ""


def _told(sample: _Sample, name: str) -> Encoding:
    word = _telling(sample, name)
    told = (
        f"not UTF-8, but {name}, as {word!r} on line {sample.first} shows; if it is wrong, say which: --encoding NAME"
    )
    return Encoding(name, told)


def _telling(sample: _Sample, name: str) -> str:
    """The first word with other than ASCII."""
    text = sample.lines[0].decode(name, "replace")
    return next(iter(words_of(text)), text.strip())[:40]


def _doubt(sample: _Sample, ours: Mapping[str, float], other: str) -> EncodingDoubtError:
    names: Iterator[str] = iter(dict.fromkeys([name for name in (*list(ours)[:1], other, *list(ours)[1:3]) if name]))
    words: dict[str, str] = {}
    for name in names:
        word = _telling(sample, name)
        if word not in words.values() and len(words) < 3:
            words[name] = word
    return EncodingDoubtError(sample.first, words)
