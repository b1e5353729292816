from __future__ import annotations

import csv
from operator import itemgetter
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from livecontent.creative.model import Creative
from livecontent.render.paint.fonts import Fonts
from livecontent.scene import Modules, Node, Shape
from made_creatives import composed, creative_of, moment_of

GIVEN = Path(__file__).parents[1] / "cases/17-codes.csv"
FORMATS = {
    "qr": zxingcpp.BarcodeFormat.QRCode,
    "ean13": zxingcpp.BarcodeFormat.EAN13,
    "upca": zxingcpp.BarcodeFormat.UPCA,
    "code128": zxingcpp.BarcodeFormat.Code128,
    "aztec": zxingcpp.BarcodeFormat.Aztec,
    "pdf417": zxingcpp.BarcodeFormat.PDF417,
    "datamatrix": zxingcpp.BarcodeFormat.DataMatrix,
}
QUIET = {"qr": 4, "ean13": 11, "upca": 9, "code128": 10, "aztec": 1, "pdf417": 2, "datamatrix": 1}
BARS = ("ean13", "upca", "code128")
TEXTS = ("qr", "aztec", "pdf417", "datamatrix")
BOARDING = "M1DUPONT/CAMILLE      EABC123 CDGJFKAF 0006 333Y012A0001 100"


def creative_with(kind: str, box: str = "[0, 0, 2000, 300]", more: str = "") -> Creative:
    return creative_of(f"{{code: '{{{{ recipient.code }}}}', kind: {kind}, box: {box}{more}}}", size="2000x300")


def nodes_of(fonts: Fonts, kind: str, content: object, box: str = "[0, 0, 2000, 300]") -> tuple[Node, ...]:
    scene, made = composed(creative_with(kind, box), moment_of(recipient={"code": content}), fonts)
    assert len(scene.nodes) == (0 if made.left_out else 2)
    return scene.nodes


def read(nodes: tuple[Node, ...], format_: object = None) -> list[zxingcpp.Barcode]:
    """What a reader sees in the modules; one of all formats reads a UPC-A as the EAN that it is, with a 0."""
    ground, bits = nodes
    assert isinstance(ground, Shape)
    assert isinstance(bits, Modules)
    size = (len(bits.rows[0]), len(bits.rows))
    ink = bytes(255 * (module == "0") for row in bits.rows for module in row)
    picture = Image.frombytes("L", size, ink)
    larger = (size[0] * 4, size[1] * 4 if size[1] > 1 else 60)
    seen = ImageOps.expand(picture.resize(larger, Image.Resampling.NEAREST), 8, 255)
    return zxingcpp.read_barcodes(seen, **({"formats": format_} if format_ else {}))


@pytest.mark.parametrize("row", list(csv.DictReader(GIVEN.read_text("utf-8").splitlines())), ids=itemgetter("content"))
def test_a_till_reads_the_article_that_was_meant_or_there_is_no_code(fonts: Fonts, row: dict[str, str]) -> None:
    nodes = nodes_of(fonts, row["kind"], row["content"])
    told = [code.text for code in read(nodes)] if nodes else ["left out"]
    assert told == [row["right"]]


@pytest.mark.parametrize(
    ("kind", "content", "text"),
    [
        ("qr", "AVERSE:C-1", "AVERSE:C-1"),
        ("qr", "https://shop.example/é?a=1&b=%20", "https://shop.example/é?a=1&b=%20"),
        ("qr", "x" * 600, "x" * 600),
        ("qr", "Jose\u0301", "Jose\u0301"),
        ("ean13", "5901234123457", "5901234123457"),
        ("ean13", "590123412345", "5901234123457"),
        ("ean13", 5901234123457, "5901234123457"),
        ("ean13", "036000291452", "0036000291452"),  # a UPC-A, as tills read it
        ("ean13", "000000000013", "0000000000130"),
        ("ean13", "4 006381 333931", "4006381333931"),
        ("ean13", "978-3-16-148410-0", "9783161484100"),
        ("ean13", "978\u20113\u201116\u2011148410\u20110", "9783161484100"),
        ("upca", "036000291452", "0036000291452"),  # which is how readers tell it
        ("upca", "0 36000 29145 2", "0036000291452"),
        ("upca", "0036000291452", "0036000291452"),
        *((kind, BOARDING, BOARDING) for kind in TEXTS),
        *((kind, "Zoé, 20 €, 日本", "Zoé, 20 €, 日本") for kind in TEXTS),
        *((kind, "x" * 200, "x" * 200) for kind in TEXTS),
        ("code128", "ABC-abc 123", "ABC-abc 123"),
        ("code128", " A1 ", "A1"),
    ],
)
def test_a_code_is_read_as_what_it_was_made_of(fonts: Fonts, kind: str, content: object, text: str) -> None:
    (found,) = read(nodes_of(fonts, kind, content), FORMATS[kind])
    assert (found.format, found.text) == (FORMATS[kind], text)


@given(st.sampled_from(TEXTS), st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60))
def test_any_text_of_ascii_can_stand_in_a_code(fonts: Fonts, kind: str, content: str) -> None:
    assert [found.text for found in read(nodes_of(fonts, kind, content))] == [content]


def check_digit(digits: str) -> str:
    """By the definition: with it, threefold and single digits from the right add up to a multiple of ten."""
    (right,) = (
        last
        for last in "0123456789"
        if not sum(int(d) * (1, 3)[p % 2] for p, d in enumerate((digits + last)[::-1])) % 10
    )
    return right


DIGITS = st.text("0123456789", min_size=10, max_size=15)
CODED = DIGITS.map(lambda digits: digits[:-1] + check_digit(digits[:-1]))


@given(st.sampled_from(["ean13", "upca"]), st.one_of(DIGITS, CODED), st.sampled_from(["", " ", "-", "\u2011", " - "]))
def test_bars_say_the_number_that_was_written_or_there_are_none(
    fonts: Fonts, kind: str, digits: str, between: str
) -> None:
    written = between.join((digits[:1], digits[1:7], digits[7:]))
    whole = digits[-1] == check_digit(digits[:-1])
    right = None
    if len(digits) == 13 and whole and (kind == "ean13" or digits[0] == "0"):
        right = digits
    elif len(digits) == 12 and whole:
        right = f"0{digits}"
    elif len(digits) == 12 and kind == "ean13":
        right = digits + check_digit(digits)
    found = [code.text.rjust(13, "0") for code in read(nodes)] if (nodes := nodes_of(fonts, kind, written)) else [None]
    assert found == [right]


@pytest.mark.parametrize(
    ("kind", "content", "note"),
    [
        ("ean13", "4006381333932", "code: 4006381333932: the check digit is 2, and 1 would be right: a typing error?"),
        ("upca", "036000291453", "code: 036000291453: the check digit is 3, and 2 would be right: a typing error?"),
        ("upca", "36000291452", "code: '36000291452' does not have the 12 digits of a UPC-A"),
        ("ean13", "20% off", "code: '20% off' does not have the 12 or 13 digits of an EAN"),
        ("qr", "x" * 900, "code: the code has 121 x 121 modules, and the box 100 x 300 CSS pixels"),
    ],
)
def test_why_a_code_is_left_out_is_told(fonts: Fonts, kind: str, content: str, note: str) -> None:
    creative = creative_with(kind, "[0, 0, 100, 300]")
    _, made = composed(creative, moment_of(recipient={"code": content}), fonts)
    (found,) = made.left_out
    assert found == note


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        *(("qr", content) for content in ("", " ", "\ud800", "x" * 2000)),
        *(
            ("ean13", content)
            for content in ("", "1", "12345678901", "5901234123450", "59012341234571", "59012341234ab")
        ),
        *(
            ("ean13", content)
            for content in ("5901234123457 12", "٥٩٠١٢٣٤١٢٣٤٥٧", "-590123412345", 59.5, True, "\0" * 13)
        ),
        *(("code128", content) for content in ("", "日本", "x" * 300, "\ud800")),
    ],
)
def test_what_can_not_be_coded_is_left_out(fonts: Fonts, kind: str, content: object) -> None:
    assert nodes_of(fonts, kind, content) == ()


@pytest.mark.parametrize("kind", FORMATS)
def test_a_code_has_its_quiet_zone(fonts: Fonts, kind: str) -> None:
    bits = nodes_of(fonts, kind, "036000291452")[1]
    assert isinstance(bits, Modules)
    quiet = "0" * QUIET[kind]
    rows = bits.rows if kind in BARS else bits.rows[QUIET[kind] : -QUIET[kind]]
    for row in rows:
        assert row.startswith(quiet)
        assert row.endswith(quiet)
    if kind not in BARS:
        assert set("".join(bits.rows[: QUIET[kind]] + bits.rows[-QUIET[kind] :])) == {"0"}
    assert len({len(row) for row in bits.rows}) == 1


def test_a_data_matrix_is_square(fonts: Fonts) -> None:
    bits = nodes_of(fonts, "datamatrix", BOARDING)[1]
    assert isinstance(bits, Modules)
    assert len(bits.rows) == len(bits.rows[0]) == 26 + 2


def test_a_code_wider_than_its_box_is_left_out(fonts: Fonts) -> None:
    assert len(nodes_of(fonts, "qr", "AVERSE:C-1", "[0, 0, 29, 29]")) == 2
    for kind, box in (("qr", "[0, 0, 28, 40]"), ("qr", "[0, 0, 40, 28]"), ("ean13", "[0, 0, 116, 40]")):
        assert nodes_of(fonts, kind, "590123412345", box) == ()


def test_the_ground_takes_the_shadow_and_both_the_opacity(fonts: Fonts) -> None:
    creative = creative_with("qr", more=", opacity: 0.5, shadow: {y: 1}, color: '#010101', background: '#fefefe'")
    ground, bits = composed(creative, moment_of(recipient={"code": "x"}), fonts)[0].nodes
    assert isinstance(ground, Shape)
    assert isinstance(bits, Modules)
    assert (ground.opacity, bits.opacity, bits.shadow) == (0.5, 0.5, None)
    assert ground.shadow is not None
    assert (ground.paint, bits.colour) == ((254, 254, 254, 255), (1, 1, 1, 255))
