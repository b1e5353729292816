"""Names of places as they are spelt in their country."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

COUNTRIES = (
    *("FR", "DE", "GB", "ES", "IT", "PT", "NL", "BE", "CH", "AT", "PL", "CZ", "SK", "HU", "RO", "BG", "GR", "SE", "NO"),
    *("DK", "FI", "IE", "UA", "RU", "TR", "IL", "EG", "SA", "MA", "IN", "TH", "VN", "JP", "KR", "CN", "TW", "ID", "BR"),
    *("MX", "US"),
)
# Where a place is spelt in other letters than Latin: those that all of its letters have in their names.
SCRIPTS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("BG", "UA", "RU"), ("CYRILLIC",)),
    **dict.fromkeys(("EG", "SA", "MA"), ("ARABIC",)),
    **dict.fromkeys(("CN", "TW"), ("CJK",)),
    "GR": ("GREEK",),
    "IL": ("HEBREW",),
    "IN": ("DEVANAGARI",),
    "TH": ("THAI",),
    "JP": ("CJK", "HIRAGANA", "KATAKANA"),
    "KR": ("HANGUL",),
}


def local_names(city: Mapping[str, Any]) -> Iterator[str]:
    """The main name; in a country with other letters than Latin all names that are written in those alone."""
    scripts = SCRIPTS.get(city["countrycode"])
    if scripts is None:
        yield city["name"]
        return
    for name in city["alternatenames"]:
        letters = [unicodedata.name(c, "") for c in name if c.isalpha()]
        if letters and all(letter.startswith(scripts) for letter in letters):
            yield name
