"""JSON that is read and written fast is that of the standard library."""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.history.plain_json import decode_json, encode_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)
PIECES = (
    '{ } [ ] , : " "a" "\\ud800" "\\ud83d\\ude00" "\\x" \\ \x01 é NaN -NaN Infinity -Infinity null tru 0 01 -0 -0.0'
    " 1. .5 1e5 1E400 5e-324 9223372036854775808 0.1 -"
)


def outcome(read: Callable[[], Any]) -> str:
    try:
        return repr(read())
    except (ValueError, RecursionError):
        return "refused"


@given(VALUES, st.booleans())
def test_what_json_writes_is_read_as_json_reads_it(value: object, ascii_: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_)
    assert repr(decode_json(text)) == repr(json.loads(text))
    assert repr(decode_json(encode_json(value))) == repr(value)


@given(st.lists(st.sampled_from(PIECES.split(" ")), max_size=6).map("".join) | st.text(max_size=10))
def test_what_json_refuses_is_refused(text: str) -> None:
    assert outcome(lambda: decode_json(text)) == outcome(lambda: json.loads(text))
    listed = f"[{text}]".encode("utf-8", "surrogatepass")
    assert outcome(lambda: decode_json(listed)) == outcome(lambda: json.loads(listed))


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        "[" * 300 + "]" * 300,
        "[" * 100_000,
        "1" * 5000,
        "\ufeff{}",
        "[1] x",
        "",
        '{"a": "\\ud800"}',
    ],
    ids=range(8),
)
def test_odd_texts_are_read_as_json_reads_them(text: str) -> None:
    assert outcome(lambda: decode_json(text)) == outcome(lambda: json.loads(text))
    assert outcome(lambda: decode_json(text.encode())) == outcome(lambda: json.loads(text.encode()))


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity, "b": "\\ud800"}'])
def test_what_is_no_number_is_refused_where_asked(text: str) -> None:
    with pytest.raises(ValueError, match=r"Infinity|NaN"):
        decode_json(text, nan=False)
    assert decode_json("1e400", nan=False) == math.inf  # as `json` has it


def test_what_is_deep_is_written_too() -> None:
    deep = decode_json("[" * 400 + "]" * 400)
    assert decode_json(encode_json(deep)) == deep
