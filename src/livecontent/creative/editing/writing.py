"""How a value is written into YAML: plainly where that is safe, in the quotes that stand there, else as JSON."""

import json
import re
from collections.abc import Mapping, Sequence
from math import isfinite

from livecontent.creative.editing.nodes import EditError

YamlValue = str | int | float | bool | None | Sequence["YamlValue"] | Mapping[str, "YamlValue"]

_DEPTH = 40
_WORD = re.compile("true|false|null|yes|no|on|off|~|<<|=", re.IGNORECASE)
_FIRST = frozenset("-?:,[]{}#&*!|>'\"%@`+.0123456789 \t")
_NOT_SEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_HALF = re.compile("[\ud800-\udfff]")


def scalar_text(value: str | float | bool | None, style: str = "", *, flow: bool = False) -> str:
    """One value on one line, in quotes of this style if it has any, or needs some."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        if not isfinite(value):
            raise EditError((), f"{value} is no number that can be written")
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    if _HALF.search(value):
        raise EditError((), "half of a letter can't be written")
    if style == "'" and not _NOT_SEEN.search(value) and not {"\n", "\t"} & {*value}:
        return "'" + value.replace("'", "''") + "'"
    return value if style != '"' and is_plain_text(value, flow=flow) else quoted_text(value)


def is_plain_text(text: str, *, flow: bool) -> bool:
    """Whether a text needs no quotes to be read as this text, by any parser."""
    if not text or text[0] in _FIRST or text[-1] in " \t:" or _WORD.fullmatch(text):
        return False
    if ": " in text or " #" in text or "\n" in text or "\t" in text or _NOT_SEEN.search(text):
        return False
    return not (flow and any(sign in text for sign in ",[]{}:"))


def quoted_text(text: str) -> str:
    """A text as JSON writes it, with accents as they are."""
    written = json.dumps(text, ensure_ascii=False)
    return _NOT_SEEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", written)


def block_text(text: str, indent: str, newline: str) -> str | None:
    """A text of lines behind |, each after its indentation; None where that could be read otherwise."""
    body = text.rstrip("\n")
    lines = body.split("\n")
    unsafe = any(line != line.rstrip() for line in lines) or lines[0][:1] in ("", " ") or "\t" in text
    if unsafe or _NOT_SEEN.search(text) or len(text) - len(body) > 1:
        return None
    sign = "|" if text.endswith("\n") else "|-"
    return newline.join([sign, *(indent + line if line else "" for line in lines)])


def inline_text(value: YamlValue, *, flow: bool = True, depth: int = 0) -> str:
    """Any value on one line; inside of brackets or braces unless told."""
    if depth > _DEPTH:
        raise EditError((), "the value is nested too deep")
    if isinstance(value, Mapping):
        pairs = (
            f"{scalar_text(key, flow=True)}: {inline_text(inner, depth=depth + 1)}" for key, inner in value.items()
        )
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(inline_text(inner, depth=depth + 1) for inner in value) + "]"
    return scalar_text(value, flow=flow)
