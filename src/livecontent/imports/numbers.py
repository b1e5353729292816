"""Numbers as people write them: `1240`, `1 240`, `1,240.50`, `1.240,50`, `1'240.50`, `1,00,000`.

A style is the sign before decimals. Whatever else stands between groups of three digits is one sign throughout.
"""

import re

STYLES = (".", ",")

_PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'", "−": "-"})
_DIGITS = 15  # which a float holds exactly
_WHOLE = re.compile(r"-?(?:[1-9][0-9]{0,14}|0)")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
_BY_STYLE = {
    ".": re.compile(
        r"-?(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:([ ,'])[0-9]{3})(?:\1[0-9]{3})*"
        r"|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3})(?:\.[0-9]+)?"  # as in India
    ),
    ",": re.compile(r"-?(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:([ .'])[0-9]{3})(?:\1[0-9]{3})*)(?:,[0-9]+)?"),
}
_ZEROS = re.compile(r"[+-]?0[0-9]+")


def read_number(text: str, style: str) -> int | float | None:
    """The number that a text is in a style; None where it is none, or has more digits than are kept."""
    if _WHOLE.fullmatch(text):
        return int(text)
    if style == "." and len(text) <= _DIGITS and _DECIMAL.fullmatch(text):
        return float(text)
    text = text.translate(_PLAIN)
    if not _BY_STYLE[style].fullmatch(text):
        return None
    digits = re.sub("[ ']", "", text).replace("," if style == "." else ".", "").replace(",", ".")
    if sum(map(str.isdigit, digits)) > _DIGITS:
        return None
    return float(digits) if "." in digits else int(digits)


def is_code(text: str) -> bool:
    """Whether digits are no number: those that start with 0, and more than numbers keep."""
    return bool(_ZEROS.fullmatch(text)) or (text.isdecimal() and len(text) > _DIGITS)
