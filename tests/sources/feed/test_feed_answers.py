"""What feeds answer: good, odd and hostile. Every answer is read, or refused with a reason; none takes long."""

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.errors import SourceError
from livecontent.sources.feed.parse import LONGEST, MOST, FeedFormat, read_feed

RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>News</title>
<item><title>Tom &amp;amp; Jerry: &lt;b&gt;20 %&lt;/b&gt; off</title><link>https://shop.example/a</link>
<description>&lt;p&gt;Du 29 novembre&lt;/p&gt;</description><pubDate>Sun, 29 Nov 2026 10:00:00 +0100</pubDate>
<category>Umbrellas</category><enclosure url="https://shop.example/a.jpg" type="image/jpeg" length="1"/></item>
<item><title>Rain & wind</title></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title><id>x</id><updated>2026-11-29T10:00:00Z</updated>
<entry><title>Été</title><id>1</id><link href="https://shop.example/1"/><updated>2026-11-29T10:00:00Z</updated></entry></feed>"""


def test_rss_and_atom_have_the_same_names() -> None:
    first, second = read_feed(RSS.encode(), "rss", "").value
    assert first == {
        "title": "Tom & Jerry: 20 % off",
        "link": "https://shop.example/a",
        "summary": "Du 29 novembre",
        "published": "2026-11-29T09:00:00+00:00",
        "image": "https://shop.example/a.jpg",
        "categories": ["Umbrellas"],
    }
    assert second["title"] == "Rain & wind"
    (entry,) = read_feed(ATOM.encode(), "atom", "").value
    assert (entry["title"], entry["link"]) == ("Été", "https://shop.example/1")


def test_letters_are_decoded_as_http_or_the_feed_says() -> None:
    latin = RSS.replace("Rain & wind", "Été").replace("UTF-8", "ISO-8859-1")
    assert read_feed(latin.encode("latin-1"), "rss", "").value[1]["title"] == "Été"
    served = RSS.replace("Rain & wind", "Été")
    assert read_feed(served.encode("latin-1"), "rss", "", "text/xml; charset=iso-8859-1").value[1]["title"] == "Été"
    assert read_feed("name;price\nParaplüie;12.5\n".encode("cp1252"), "csv", "").value == [
        {"name": "Paraplüie", "price": 12.5}
    ]


def test_json_is_taken_from_where_its_items_stand() -> None:
    body = json.dumps({"data": {"items": [{"sku": "7", "stock": 3, "tags": ["a", None], "x": None}]}}).encode()
    assert read_feed(body, "json", "data.items").value == [{"sku": "7", "stock": 3, "tags": ["a"]}]
    assert read_feed(b'{"home": 2, "away": 1}', "json", "").value == {"home": 2, "away": 1}
    with pytest.raises(SourceError, match=r"there is no data\.rows"):
        read_feed(body, "json", "data.rows")


def test_csv_has_numbers_and_texts() -> None:
    body = b"sku,stock,price,ean\n7,3,19.90,0360002914\n8,,5,4006381333931\n"
    assert read_feed(body, "csv", "").value == [
        {"sku": 7, "stock": 3, "price": 19.9, "ean": "0360002914"},
        {"sku": 8, "price": 5, "ean": 4006381333931},
    ]


def test_xml_is_any_element_by_its_name() -> None:
    body = b"""<shop xmlns:g="http://g"><product id="7"><g:price>12.5</g:price><tag>a</tag><tag>b</tag>
    <maker><name>Ann</name></maker></product></shop>"""
    assert read_feed(body, "xml", "product").value == [
        {"id": 7, "price": 12.5, "tag": ["a", "b"], "maker": {"name": "Ann"}}
    ]


ENTITIES = "".join(
    f'<!ENTITY {name} "{f"&{inside};" * 10}">' for inside, name in zip("abcdefgh", "bcdefghi", strict=True)
)
BOMB = f'<!DOCTYPE z [<!ENTITY a "aaaaaaaaaa">{ENTITIES}]><rss><channel><item><title>&i;</title></item></channel></rss>'
HOSTILE: dict[str, tuple[bytes, FeedFormat]] = {
    "entities": (BOMB.encode(), "rss"),
    "external": (b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>&x;</rss>', "rss"),
    "page": (b"<html><body><h1>503, come back later</h1></body></html>", "rss"),
    "empty": (b"", "rss"),
    "empty json": (b"", "json"),
    "garbage": (bytes(range(256)) * 40, "atom"),
    "garbage xml": (bytes(range(256)) * 40, "xml"),
    "not finite": (b'{"items": [NaN]}', "json"),
    "deep json": (b"[" * 100_000, "json"),
    "a number": (b"12", "json"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_answers_are_refused(name: str) -> None:
    body, format_ = HOSTILE[name]
    begun = time.process_time()
    with pytest.raises(SourceError):
        read_feed(body, format_, "item")
    assert time.process_time() - begun < 5


def test_what_is_large_is_cut() -> None:
    nested = b"<a>" * 100_000 + b"<item>x</item>"
    with pytest.raises(SourceError):
        read_feed(nested, "xml", "nothing")
    found = read_feed(json.dumps([{"t": "x" * 9000}] * 1500).encode(), "json", "")
    assert (len(found.value), found.skipped) == (MOST, 500)
    assert len(found.value[0]["t"]) == LONGEST


@given(st.binary(max_size=200), st.sampled_from(["json", "csv", "rss", "atom", "xml"]), st.text(max_size=10))
def test_any_bytes_are_read_or_refused(body: bytes, format_: FeedFormat, items: str) -> None:
    with suppress(SourceError):
        found = read_feed(body, format_, items).value
        assert json.loads(json.dumps(found)) == found
