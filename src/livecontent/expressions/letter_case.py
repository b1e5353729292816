"""Capital and small letters as languages have them, and names as people write theirs.

Python does as Unicode does for no language in particular. Here is where languages differ: `SpecialCasing.txt` of
Unicode, and what ICU knows besides of Greek, Dutch and Armenian.
"""

import re
import unicodedata

_TURKIC = frozenset({"az", "tr"})
_GREEK = re.compile("(?:[\u0370-\u03ff\u1f00-\u1fff][\u0300-\u0345]*)+")
_GREEK_ACCENTS = re.compile("[\u0300\u0301\u0313\u0314\u0342]")
_APART = re.compile("([αεηουωΑΕΗΟΥΩ][\u0300\u0301\u0342])([ιυΙΥ])(?![\u0300-\u0345])")  # άι, which is not αί
_LITHUANIAN_CAPITAL = re.compile("([IJ]\u0328?)(?=[\u0300\u0301\u0303])")  # small, it keeps its dot below the accent
_LITHUANIAN_SMALL = re.compile("(?<=[ij])(\u0328?)\u0307")

_WORD = re.compile("(?:[^\\W\\d_][\u0300-\u036f]*)+")
_APOSTROPHES = frozenset("'’ʼ‘ʻ`")
_ELIDED = re.compile("[a-zß-ÿ]|all|coll|dall|dell|nell|sant")  # before an apostrophe, behind which a name begins
_SCOTTISH = re.compile("mc(?=[^\\W\\d_]{2})")
_ORDINAL = re.compile("i{2,3}|iv|vii{0,2}")
_PARTICLE = re.compile("van|von|der|den|ter|ten|te|het|zu|zum|zur|und|af|av|de|des|del|dos|das")
_INNER_PARTICLE = re.compile("da|do|du|y|e|la|las|los|bin|bint|binti|ibn")  # as a first word it may be a name
_NO_PARTICLES = frozenset({"it", "ja", "ko", "vi", "zh"})


def upper(text: str, language: str) -> str:
    """In capitals: İSTANBUL in Turkish, ΜΑΪΟΣ in Greek, which has no accents then."""
    if language in _TURKIC:
        text = text.replace("i", "İ")
    elif language == "el":
        text = _GREEK.sub(lambda word: _without_accents(word[0]), unicodedata.normalize("NFD", text))
    elif language == "lt":
        text = _LITHUANIAN_SMALL.sub(r"\1", unicodedata.normalize("NFD", text))
    elif language == "hy":
        text = text.replace("և", "եվ")
    return unicodedata.normalize("NFC", text.upper())


def _without_accents(word: str) -> str:
    if word in ("η\u0301", "Η\u0301"):  # the word for "or"
        return word
    return _GREEK_ACCENTS.sub("", _APART.sub("\\1\\2\u0308", word))


def lower(text: str, language: str) -> str:
    """In small letters: ısı in Turkish, and ς at the end of a Greek word."""
    if language in _TURKIC:
        text = text.replace("I\u0307", "i").replace("İ", "i").replace("I", "ı")
    elif language == "lt":
        text = _LITHUANIAN_CAPITAL.sub("\\1\u0307", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", text.lower())


def capitalized(text: str, language: str) -> str:
    """With one capital at the start; of Dutch ij, both."""
    text = unicodedata.normalize("NFC", text)
    small = lower(text, language)
    if language == "nl" and small[:2] == "ij":
        return "IJ" + small[2:]
    if language == "hy" and small[:1] == "և":
        return "Եվ" + small[1:]
    first = "İ" if language in _TURKIC and text[:1] == "i" else text[:1].title()
    return unicodedata.normalize("NFC", first + small[len(lower(text[:1], language)) :])


def proper_name(text: str, language: str) -> str:
    """A name that stands in capitals or small letters alone, as people write it: Jean-Pierre, McDonald, van der Berg.

    One that has both was written with care, and stays.
    """
    if not (text == text.upper() or text == text.lower()):
        return text
    text = lower(text, language)
    words = list(_WORD.finditer(text))
    parts: list[str] = []
    reached = 0
    for place, word in enumerate(words):
        parts.append(text[reached : word.start()])
        parts.append(_word_of_name(text, words, place, language))
        reached = word.end()
    return "".join([*parts, text[reached:]])


def _word_of_name(text: str, words: list[re.Match[str]], place: int, language: str) -> str:
    word, start = words[place][0], words[place].start()
    first, last = place == 0, place == len(words) - 1
    if not first and text[start - 1] in _APOSTROPHES and words[place - 1].end() == start - 1:
        return capitalized(word, language) if _ELIDED.fullmatch(words[place - 1][0]) else word
    if not last and language not in _NO_PARTICLES and _is_particle(text, words[place], first=first):
        return word
    if last and not first and _ORDINAL.fullmatch(word):
        return word.upper()
    if scottish := _SCOTTISH.match(word):
        return "Mc" + capitalized(word[scottish.end() :], language)
    return capitalized(word, language)


def _is_particle(text: str, word: re.Match[str], *, first: bool) -> bool:
    """Whether a word is small within a name; `d`, `t` and `s` are beside an apostrophe: d'Artagnan, van 't Hoff."""
    if word[0] == "d":
        return text[word.end()] in _APOSTROPHES
    if word[0] in ("t", "s"):
        return word.start() > 0 and text[word.start() - 1] in _APOSTROPHES
    return bool(_PARTICLE.fullmatch(word[0]) or (not first and _INNER_PARTICLE.fullmatch(word[0])))
