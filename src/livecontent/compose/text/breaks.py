"""Where a line may break, in the languages of the world.

At spaces, but not before the signs that French sets after a space; after a dash between words. Japanese breaks between
phrases, Chinese between words, Thai, Lao, Khmer and Burmese between words that a dictionary knows; Korean at spaces.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from livecontent.compose.text.dictionaries import HANGUL, Dictionaries
from livecontent.compose.text.ties import DIGIT, Ties, WordSpan

SPACES = " \u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u3000"
LONGEST_NAME = 20  # letters of a value that is not broken inside; a longer one is a sentence

_BREAKS = re.compile(rf"(?<=\w\u2014)(?=\w)|[{SPACES}]++(?![!?:;»%€])|\u200b")
_OPENING = "« "
_HYPHEN = re.compile(r"(?<=.)[-\u00ad\u2010\u2013/](?=[^!?:;»%€])")
_KANA = re.compile("[\u3041-\u30ff\uff66-\uff9f]")
# Japanese and Chinese with their punctuation; then what ICU has dictionaries or rules for, from Thai to Balinese.
_UNSPACED = re.compile(
    "[\u2e80-\u30ff\u31f0-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uffdc\U00020000-\U0003ffff"
    "\u0e01-\u0fda\u1000-\u109f\u1361\u1780-\u17dd\u1950-\u19df\u1a00-\u1aad\u1b00-\u1b7f\ua900-\ua95f\ua980-\ua9df"
    "\ua9e0-\ua9fe\uaa60-\uaadf\U00011000-\U0001107f\U00011580-\U000115ff]"
)
_NUMBERED = re.compile("[0-9０-９](?=[\u3400-\u9fff\u30a0-\u30ff％℃°%])|[第約约№￥¥＃](?=[0-9０-９])")
_NEVER_FIRST = frozenset({"Mn", "Mc", "Me", "Pe", "Pf", "Po", "Lm"})
_NEVER_LAST = frozenset({"Ps", "Pi"})
_HIRAGANA = re.compile("[\u3041-\u309f]")


class Breaks:
    """Finds words. What a language needs for that is loaded when a text of it first comes; what was found is kept."""

    def __init__(self) -> None:
        self._dictionaries = Dictionaries()
        self._ties = Ties()

    def words(self, text: str, language: str = "en", values: Sequence[tuple[int, int]] = ()) -> list[WordSpan]:
        """The words of a paragraph without marks; values in it are not broken inside, but at spaces."""
        spans: list[WordSpan] = []
        start = 0
        for match in _BREAKS.finditer(text):
            end, after = match.span()
            if text[after - 2 : after] == _OPENING:
                continue
            if end > start:
                spans.append((start, end, after, False))
            start = after
        if start < len(text):
            spans.append((start, len(text), len(text), False))
        if _UNSPACED.search(text):
            tongue = "ja" if language.startswith("ja") or _is_japanese(text, language) else "zh"
            spans = [word for span in spans for word in self._parted(text, span, tongue, values)]
        return self._ties.tied(text, spans) if len(spans) > 1 and DIGIT.search(text) else spans

    def parts(self, word: str) -> list[int]:
        """Where a word that is too wide for a line may be parted before letters are: none of these parts is a shred."""
        found = {match.end() for match in _HYPHEN.finditer(word)}
        if _UNSPACED.search(word) or HANGUL.search(word):
            found.update(_allowed(word, self._dictionaries.lines(word)))
        return sorted(place for place in found if not unicodedata.category(word[place]).startswith("M"))

    def _parted(self, text: str, span: WordSpan, tongue: str, values: Sequence[tuple[int, int]]) -> Iterator[WordSpan]:
        """A word between spaces, in the words that a dictionary or model finds in it."""
        start, end, after, _ = span
        edges = {edge for value in values for edge in value if start < edge < end}
        found: set[int] = {edge for edge in edges if _may_part(text, edge, tongue)}
        for first, last in pairwise(sorted({start, end, *edges})):
            whole = last - first <= LONGEST_NAME and any(one <= first and last <= other for one, other in values)
            if not whole:
                piece = text[first:last]
                places = _allowed(piece, self._dictionaries.words(piece, tongue))
                found.update(first + place for place in places)
        steps = [start, *sorted(found), end]
        for one, other in pairwise(steps):
            yield (one, other, after if other == end else other, False)


def _is_japanese(text: str, language: str) -> bool:
    """Whether Chinese characters are read as Japanese: by the letters beside them, as any creative may quote them."""
    return not language.startswith(("zh", "yue")) and _KANA.search(text) is not None


def _allowed(piece: str, places: Iterable[int]) -> Iterator[int]:
    """Of the places in a piece, those beside letters of a script without spaces, but none between number and unit."""
    for place in places:
        before, behind = piece[place - 1], piece[place]
        if (_UNSPACED.match(before) or _UNSPACED.match(behind) or HANGUL.match(behind)) and not _NUMBERED.match(
            piece, place - 1
        ):
            yield place


def _may_part(text: str, place: int, tongue: str) -> bool:
    """Whether a line may break beside a value."""
    before, behind = text[place - 1], text[place]
    if not (_UNSPACED.match(before) or _UNSPACED.match(behind)) or _NUMBERED.match(text, place - 1):
        return False
    if unicodedata.category(behind) in _NEVER_FIRST or unicodedata.category(before) in _NEVER_LAST:
        return False
    return not (tongue == "ja" and _HIRAGANA.match(behind))  # さん, は, の
