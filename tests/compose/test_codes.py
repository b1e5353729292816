from __future__ import annotations

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from livecontent.creative.model import Creative
from livecontent.render.paint.fonts import Fonts
from livecontent.scene import Modules, Node, Shape
from made_creatives import composed, creative_of, moment_of

FORMATS = {
    "qr": zxingcpp.BarcodeFormat.QRCode,
    "ean13": zxingcpp.BarcodeFormat.EAN13,
    "code128": zxingcpp.BarcodeFormat.Code128,
}
QUIET = {"qr": 4, "ean13": 11, "code128": 10}


def creative_with(kind: str, box: str = "[0, 0, 2000, 300]", more: str = "") -> Creative:
    return creative_of(f"{{code: '{{{{ recipient.code }}}}', kind: {kind}, box: {box}{more}}}", size="2000x300")


def nodes_of(fonts: Fonts, kind: str, content: object, box: str = "[0, 0, 2000, 300]") -> tuple[Node, ...]:
    scene, made = composed(creative_with(kind, box), moment_of(recipient={"code": content}), fonts)
    assert len(scene.nodes) == (0 if made.left_out else 2)
    return scene.nodes


def read(nodes: tuple[Node, ...]) -> list[zxingcpp.Barcode]:
    """What a reader sees in the modules."""
    ground, bits = nodes
    assert isinstance(ground, Shape)
    assert isinstance(bits, Modules)
    size = (len(bits.rows[0]), len(bits.rows))
    ink = bytes(255 * (module == "0") for row in bits.rows for module in row)
    picture = Image.frombytes("L", size, ink)
    larger = (size[0] * 3, max(size[1] * 3, 60))
    return zxingcpp.read_barcodes(picture.resize(larger, Image.Resampling.NEAREST))


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
        ("code128", "ABC-abc 123", "ABC-abc 123"),
        ("code128", " A1 ", "A1"),
    ],
)
def test_a_code_is_read_as_what_it_was_made_of(fonts: Fonts, kind: str, content: object, text: str) -> None:
    (found,) = read(nodes_of(fonts, kind, content))
    assert (found.format, found.text) == (FORMATS[kind], text)


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60))
def test_any_text_of_ascii_can_stand_in_a_code(fonts: Fonts, content: str) -> None:
    assert [found.text for found in read(nodes_of(fonts, "qr", content))] == [content]


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
    bits = nodes_of(fonts, kind, "590123412345")[1]
    assert isinstance(bits, Modules)
    quiet = "0" * QUIET[kind]
    rows = bits.rows[QUIET[kind] : -QUIET[kind]] if kind == "qr" else bits.rows
    for row in rows:
        assert row.startswith(quiet)
        assert row.endswith(quiet)
    if kind == "qr":
        assert set("".join(bits.rows[: QUIET[kind]] + bits.rows[-QUIET[kind] :])) == {"0"}
    assert len({len(row) for row in bits.rows}) == 1


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
