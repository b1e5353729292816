"""How likely words are in languages, by the letters that follow one another in the words of CLDR.

https://cldr.unicode.org, in the files that Babel ships.
"""

import math
import pickle
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from babel import localedata
from babel.core import get_global

_WESTERN = "fr de es pt it sv da no fi nl is"
_CENTRAL = "pl cs sk hu ro hr sl sq"
_CYRILLIC = "ru uk bg sr mk be"

# Languages by encoding, and how much likelier than others it is, in nats. Of equal texts the first counts.
ENCODINGS: Mapping[str, tuple[str, float]] = {
    "cp1252": (_WESTERN, 2.0),
    "cp1250": (_CENTRAL, 1.0),
    "cp1251": (_CYRILLIC, 1.0),
    "cp1253": ("el", 0.0),
    "cp1254": ("tr", 0.0),
    "cp1255": ("he", 0.0),
    "cp1256": ("ar fa ur", 0.0),
    "cp1257": ("lt lv et", 0.0),
    "cp874": ("th", 0.0),
    "cp932": ("ja", 0.0),
    "gb18030": ("zh", 0.0),
    "cp950": ("zh_Hant", 0.0),
    "cp949": ("ko", 0.0),
    "iso8859-15": (_WESTERN, -2.0),
    "iso8859-2": (_CENTRAL, -2.0),
    "iso8859-7": ("el", -2.0),
    "euc_jp": ("ja", -2.0),
    "koi8-r": (_CYRILLIC, -2.0),
    "koi8-u": (_CYRILLIC, -3.0),
    "mac-roman": (_WESTERN, -6.0),
    "cp850": (_WESTERN, -6.0),
    "cp852": (_CENTRAL, -6.0),
    "cp866": (_CYRILLIC, -6.0),
    "iso8859-5": (_CYRILLIC, -6.0),
}

# Languages with more letters than their words in CLDR hold, and an encoding of those in use.
_IDEOGRAMS = {"ja": "shift_jis", "zh": "gb2312", "zh_Hant": "big5", "ko": "euc_kr"}
_KINDS = ("territories", "languages", "currency_names", "months", "days", "scripts", "date_fields", "variants")
_NOWHERE = 1e-6  # the probability of a letter that a language does not have
_IDEOGRAM = 1 / 4000  # of one that its words in CLDR do not happen to have
_ODD, _RARE, _CAPITAL = -12.0, -7.0, -4.0  # nats: a sign within a word, one beside, a capital after a small letter
_SIGNS = frozenset("’‘“”„«»–—…€£°©®™•\u00a0\u202f¿¡º")
_WORD = re.compile(r"[^\s,;|\"<>(){}\[\]@:/.0-9&+-]+")
_CEDILLAS = str.maketrans("șțȘȚ", "şţŞŢ")  # which Windows-1250 has
_SPLIT = re.compile(r"[0-9][^\W\d_a-zA-Z]+[0-9]")


def words_of(text: str) -> dict[str, None]:
    """The different words with other than ASCII, in their order."""
    return dict.fromkeys(word for word in _WORD.findall(text) if not word.isascii())


class LetterModels:
    """Judges texts; languages are read when they are needed."""

    def __init__(self) -> None:
        self._models: dict[str, _Letters] = {}

    def score(self, words: Iterable[str], text: str, encoding: str) -> float | None:
        """How likely the words are in the likeliest language of an encoding, in nats; None for what is no text."""
        if any("\x7f" <= letter <= "\x9f" or unicodedata.category(letter) in ("Co", "Cn") for letter in set(text)):
            return None
        languages, prior = ENCODINGS[encoding]
        known = list(words)
        prior += _ODD * len(_SPLIT.findall(text))
        return prior + max(self._model(language).judge(known) for language in languages.split())

    def places(self, encoding: str) -> frozenset[str]:
        """The codes of the languages of an encoding, as `be`, and of the countries where they are official, as `BY`."""
        languages = {language.partition("_")[0] for language in ENCODINGS[encoding][0].split()}
        countries = {
            country
            for country, spoken in get_global("territory_languages").items()
            for language, about in spoken.items()
            if language in languages and about["official_status"] in ("official", "de_facto_official")
        }
        return frozenset(languages | countries)

    def _model(self, language: str) -> "_Letters":
        if language not in self._models:
            self._models[language] = _Letters(_words(language), _IDEOGRAMS.get(language, "ascii"))
        return self._models[language]


class _Letters:
    """The letters of a language, and the pairs of them; `^` and `$` are the ends of a word."""

    def __init__(self, words: Iterable[str], more: str) -> None:
        """More letters than those of the words are in an encoding."""
        text = "".join(f"^{word}$" for word in words).casefold()
        self._pairs = Counter(pairwise(text))
        self._firsts = Counter(text)
        self._total = len(text)
        self._more = more

    def judge(self, words: Iterable[str]) -> float:
        """The logarithm of the probability of all that is not ASCII in words."""
        return sum(map(self._judge, words))

    def _judge(self, word: str) -> float:
        found = 0.0
        ended = f"^{word.casefold()}$"
        for place in range(1, len(ended)):
            before, letter = ended[place - 1], ended[place]
            if not letter.isascii() and unicodedata.category(letter)[0] not in "LM":
                within = before.isalpha() and ended[place + 1].isalpha() and letter not in _SIGNS
                found += _ODD if within else _RARE
            elif not (before.isascii() and letter.isascii()):
                found += math.log(self._follows(before, letter))
        capitals = pairwise(word)
        return found + _CAPITAL * sum(a.islower() and b.isupper() and not (a + b).isascii() for a, b in capitals)

    def _follows(self, before: str, letter: str) -> float:
        after = self._pairs[before, letter] / self._firsts[before] if self._firsts[before] else 0.0
        alone = self._firsts[letter] / self._total
        return 0.7 * after + 0.29 * alone + (_IDEOGRAM if self._in_use(letter) else _NOWHERE)

    def _in_use(self, letter: str) -> bool:
        try:
            return bool(letter.encode(self._more)) and not letter.isascii()
        except UnicodeEncodeError:
            return False


def _words(language: str) -> Iterator[str]:
    """The words that CLDR has of a language. Not through Babel, which would keep all it has read."""
    file = Path(localedata.resolve_locale_filename(language))
    found = pickle.loads(file.read_bytes())  # noqa: S301  Babel's own
    for kind in _KINDS:
        for text in _texts(found.get(kind, {})):
            yield from _WORD.findall(text.translate(_CEDILLAS) if language == "ro" else text)


def _texts(found: object) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, Mapping):
        for value in found.values():
            yield from _texts(value)
