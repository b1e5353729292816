"""Codes are for tills and phones: what a reader makes of the final files, at full size and at half."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from livecontent.creative.model import AvailableAssets
from livecontent.facts import Fact, Moment, Reason
from livecontent.links import Format
from livecontent.render.compile import CompiledCreative, Workshop
from livecontent.render.paint.painter import Painter
from livecontent.sources.registry import VOCABULARY
from made_creatives import load_shipped
from opened_pictures import printed

CREATIVE = """
title: Codes
size: 300x200
background: "#12303b"
variants:
  - name: qr
    when: recipient.kind == "qr"
    layers: [{code: "{{ recipient.code }}", color: "#12303b", box: [20, 20, 132, 132]}]
  - name: ean13
    when: recipient.kind == "ean13"
    layers: [{code: "{{ recipient.code }}", kind: ean13, box: [20, 20, 240, 90]}]
  - name: code128
    layers: [{code: "{{ recipient.code }}", kind: code128, box: [5, 20, 290, 60]}]
"""
KINDS = {
    "qr": (zxingcpp.BarcodeFormat.QRCode, "AVERSE:r-0001"),
    "ean13": (zxingcpp.BarcodeFormat.EAN13, "3760123456784"),
    "code128": (zxingcpp.BarcodeFormat.Code128, "GIFT-20-ABC"),
}
FORMATS: tuple[Format, ...] = ("jpg", "png", "gif", "webp")


@pytest.fixture(scope="module")
def codes(tmp_path_factory: pytest.TempPathFactory, available: AvailableAssets, painter: Painter) -> CompiledCreative:
    """A creative of one code a variant."""
    folder = tmp_path_factory.mktemp("creatives") / "codes"
    folder.mkdir()
    (folder / "creative.yaml").write_text(CREATIVE, encoding="utf-8")
    return CompiledCreative(load_shipped(folder, available), Workshop.of(painter, VOCABULARY))


@pytest.fixture(scope="module")
def card(templates: Path, available: AvailableAssets, painter: Painter) -> CompiledCreative:
    """The loyalty card of the demo."""
    return CompiledCreative(load_shipped(templates / "loyalty", available), Workshop.of(painter, VOCABULARY))


def file_of(
    compiled: CompiledCreative, painter: Painter, variant: str, format_: Format, **recipient: object
) -> Image.Image:
    chosen = next(one for one in compiled.loaded.creative.variants if one.name == variant)
    moment = Moment({"recipient": Fact(recipient, Reason.FRESH)})
    ready = compiled.variants[chosen.name]
    content = ready.content(moment)
    assert content.left_out == ()
    data = printed(ready.scene(content), ready.images().base, painter, format_)
    with Image.open(BytesIO(data)) as opened:
        return opened.convert("RGB")


def read(picture: Image.Image) -> list[tuple[zxingcpp.BarcodeFormat, str]]:
    return [(found.format, found.text) for found in zxingcpp.read_barcodes(picture)]


def halved(picture: Image.Image) -> Image.Image:
    """As a screen of one device pixel a CSS pixel shows it."""
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.BILINEAR)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_code_reads_as_it_was_written(codes: CompiledCreative, painter: Painter, kind: str, format_: Format) -> None:
    expected, text = KINDS[kind]
    picture = file_of(codes, painter, kind, format_, code=text)
    assert read(picture) == [(expected, text)]
    assert read(halved(picture)) == [(expected, text)]


@pytest.mark.parametrize("text", ["A", "https://averse.example/c/" + "x" * 60, "Zoé – 25 % ☔", "0" * 100])
def test_a_qr_code_holds_short_and_long_texts(codes: CompiledCreative, painter: Painter, text: str) -> None:
    assert read(file_of(codes, painter, "qr", "jpg", code=text)) == [(zxingcpp.BarcodeFormat.QRCode, text)]


@settings(max_examples=25, deadline=None, derandomize=True)
@given(digits=st.text("0123456789", min_size=12, max_size=12))
def test_any_article_number_reads_back_with_its_check_digit(
    codes: CompiledCreative, painter: Painter, digits: str
) -> None:
    check = -sum(int(d) * (3 if place % 2 else 1) for place, d in enumerate(digits)) % 10
    upca = sum(int(d) * (1 if place % 2 else 3) for place, d in enumerate(digits)) % 10 == 0
    picture = file_of(codes, painter, "ean13", "jpg", code=digits)
    assert read(picture) == [(zxingcpp.BarcodeFormat.EAN13, f"0{digits}" if upca else f"{digits}{check}")]


@pytest.mark.parametrize("variant", ["gold", "member"])
@pytest.mark.parametrize("format_", FORMATS)
def test_the_loyalty_card_reads_at_the_till(
    card: CompiledCreative, painter: Painter, variant: str, format_: Format
) -> None:
    picture = file_of(card, painter, variant, format_, id="r-0001", points=2340, first_name="Zoé", last_name="B")
    assert read(picture) == [(zxingcpp.BarcodeFormat.QRCode, "AVERSE:r-0001")]
    assert read(halved(picture)) == [(zxingcpp.BarcodeFormat.QRCode, "AVERSE:r-0001")]


@pytest.mark.parametrize(("kind", "modules"), [("qr", 4), ("ean13", 11), ("code128", 10)])
def test_the_quiet_zone_is_there(codes: CompiledCreative, painter: Painter, kind: str, modules: int) -> None:
    """On a dark ground: the code's own ground is as wide around it as the standard wants."""
    picture = file_of(codes, painter, kind, "png", code=KINDS[kind][1]).convert("L")
    row = picture.height // 2 - 40 if kind == "qr" else 100
    line = [value > 128 for value in picture.crop((0, row, picture.width, row + 1)).tobytes()]
    edges = [x for x in range(1, len(line)) if line[x] != line[x - 1]]
    module = min(right - left for left, right in pairwise(edges))
    assert edges[1] - edges[0] >= modules * module
    assert edges[-1] - edges[-2] >= modules * module


def test_the_reader_reads_the_codes_of_another_writer() -> None:
    """What reads everything we write would prove nothing if it read nothing else."""
    out = BytesIO()
    segno.make("AVERSE:r-0001", error="m", micro=False).save(out, kind="png", scale=4, border=4)
    with Image.open(out) as opened:
        assert read(opened.convert("RGB")) == [(zxingcpp.BarcodeFormat.QRCode, "AVERSE:r-0001")]
        assert read(Image.new("RGB", opened.size, "white")) == []
