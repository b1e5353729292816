"""The tools that torture a server see what is wrong: a check that can't fail is none."""

from __future__ import annotations

import io
from collections import Counter

import pytest
from PIL import Image
from tools.torture.client import Judge, parse
from tools.torture.page import CHAPTERS, FILE, page
from tools.torture.result import read, rows_of
from tools.torture.servers import lost
from tools.torture.shop import SIZE
from zxingcpp import BarcodeFormat, create_barcode, write_barcode_to_image

GOOD = {"content-type": "image/png"}


def card(text: str, size: tuple[int, int] = SIZE) -> bytes:
    """A picture that says whose it is."""
    out, whole = io.BytesIO(), Image.new("L", size, 255)
    code = Image.fromarray(write_barcode_to_image(create_barcode(text, BarcodeFormat.QRCode), scale=4))
    whole.paste(code, (0, 0))
    whole.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("problem", "status", "body", "length"),
    [
        ("", 200, card("p-1"), 0),
        ("", 200, card("nobody"), 0),
        ("another person's", 200, card("p-2"), 0),
        ("wrong size", 200, card("p-1", (400, 200)), 0),
        ("no picture", 200, card("p-1")[:-30], 0),
        ("no picture", 200, b"<html>", 0),
        ("cut off", 200, card("p-1"), 1),
        ("5xx", 503, card("p-1"), 0),
        ("not 200", 404, card("p-1"), 0),
    ],
)
def test_a_picture_that_is_not_right_is_seen(problem: str, status: int, body: bytes, length: int) -> None:
    headers = {**GOOD, "content-length": str(len(body) + length)}
    assert Judge().problem(status, headers, body, "p-1", (SIZE,)) == problem


def test_another_type_is_seen() -> None:
    body = card("p-1")
    headers = {"content-type": "image/jpeg", "content-length": str(len(body))}
    assert Judge().problem(200, headers, body, "p-1", (SIZE,)) == "wrong type"


def test_what_is_no_answer_is_none() -> None:
    assert parse(b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nxyz") == (200, {"a": "b"}, b"xyz")
    assert parse(b"HTTP/1.1 200 OK\r\nA:")[0] == parse(b"")[0] == parse(b"hello\r\n\r\n")[0] == 0


def test_a_lost_event_is_counted_also_beside_one_too_many() -> None:
    assert lost(Counter({"a": 2, "b": 1}), Counter({"a": 1, "b": 4}), 0) == 1
    assert lost(Counter({"a": 2, "b": 1}), Counter({"a": 1, "b": 4}), 1) == 0


def test_each_fault_breaks_a_promise() -> None:
    for kind in ("no picture", "wrong size", "another person's", "5xx", "not in time", "not 200", "not answered"):
        assert [row.held for row in rows_of(Counter({kind: 1}), 9)].count(False) == 1
    assert not any(row.held for row in rows_of(Counter(), 0)), "nothing was tried"


def test_the_page_says_what_was_seen() -> None:
    found = read()
    assert FILE.read_text(encoding="utf-8") == page(found)
    assert set(found) <= set(CHAPTERS)
    for name, chapter in found.items():
        assert chapter["held"] == all(row["held"] for row in chapter["rows"]), name
