"""Signs that a file was damaged before it came: by a spreadsheet, a web page, or a wrong encoding."""

import re

from ftfy import fix_encoding
from ftfy.badness import is_bad

SHORTENED = re.compile(r"[+-]?\d(?:[.,]\d+)?E\+\d{2,3}", re.IGNORECASE)  # 3.36123E+11
BROKEN = re.compile("[\udc80-\udcff]")  # bytes that the encoding of the file does not know

ENTITY = re.compile(r"&(?:[a-zA-Z][a-zA-Z0-9]{1,30}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
# UTF-8 read as Windows-1251: every second letter is Р or С; as MacRoman: a root sign within a word.
_AS_CYRILLIC = re.compile(r"(?:[РС][\u0400-\u04ff\u00a0-\u00bf\u2010-\u2122]){3}")
_AS_MAC = re.compile(f"√[{re.escape(bytes(range(0x80, 0xC0)).decode('mac-roman'))}]")


def damage_in(text: str) -> str:
    """What has happened to a text of a file, "" if nothing is seen."""
    if "&" in text and ENTITY.search(text):
        return "looks like HTML"
    if "+" in text and SHORTENED.fullmatch(text):
        return "a number that a spreadsheet has shortened: format the column as text, export again"
    if text.isascii():
        return ""
    if "\ufffd" in text:
        return "letters are lost (\ufffd)"
    if (is_bad(text) and fix_encoding(text) != text) or _AS_CYRILLIC.search(text) or _AS_MAC.search(text):
        return "looks like UTF-8 that was read in another encoding"
    return ""
