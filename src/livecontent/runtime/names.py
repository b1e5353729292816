"""Names: of places and languages, made alike so that they can be compared; and of time zones (IANA)."""

import re
import unicodedata
from importlib.resources import files

# Letters that Unicode does not take apart into a letter and an accent.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})

_PARTED = re.compile(r"[^0-9a-z$+<=>^`|~]+")  # what parts words, of ASCII in lower case

ZONES = frozenset((files("tzdata") / "zones").read_text("utf-8").split()) - {"Factory"}  # which is no place


def fold(name: str) -> str:
    """A name without case and accents, and with one space for whatever stands between words."""
    if name.isascii():
        return " ".join(_PARTED.sub(" ", name.lower()).split())
    letters = unicodedata.normalize("NFKD", name).casefold().translate(_LETTERS)
    plain = (" " if unicodedata.category(c)[0] in "PZC" else c for c in letters if not "\u0300" <= c <= "\u036f")
    return " ".join("".join(plain).split())


def known_zone(name: str) -> str:
    """The name. Raises `ValueError` where it is not a time zone."""
    if name not in ZONES:
        raise ValueError(f"{name!r} is not a time zone, such as Europe/Paris")
    return name
