"""Splits a paragraph into words, at the places where a line may break."""

import re

SPACES = " \u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u3000"
# Where a line may break: at spaces, but not before the signs that French sets after a space, nor after an opening
# guillemet; after a dash between words; scripts written without spaces break between any two letters.
_SPACED = re.compile(rf"[{SPACES}]++(?![!?:;»%€])|\u200b")
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_UNSPACED = re.compile(rf"(?<=\w\u2014)(?=\w)|(?<=[{_IDEOGRAPHS}])(?=[{_IDEOGRAPHS}])|{_SPACED.pattern}")
_MAY_BE_UNSPACED = re.compile(rf"[\u2014{_IDEOGRAPHS}]")
_OPENING = "« "


def word_spans(paragraph: str) -> list[tuple[int, int, int]]:
    """Start and end of each word, and the end of the space behind it."""
    tokens = []
    start = 0
    breaks = _UNSPACED if _MAY_BE_UNSPACED.search(paragraph) else _SPACED
    for match in breaks.finditer(paragraph):
        end, after = match.span()
        if paragraph[after - 2 : after] == _OPENING:
            continue
        if end > start:
            tokens.append((start, end, after))
        start = after
    if start < len(paragraph):
        tokens.append((start, len(paragraph), len(paragraph)))
    return tokens
