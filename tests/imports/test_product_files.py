"""Catalogues as shops have them: CSV, tables with tabs, workbooks, JSON Lines, and the XML of Google Merchant."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbooks import write_xlsx

from livecontent.errors import DataError
from livecontent.imports.csv_reader import Refusal
from livecontent.imports.products import open_products
from livecontent.imports.row_files import TypedRow
from livecontent.imports.table_file import no_progress

MERCHANT = """<?xml version="1.0"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title><link>https://shop.example</link>
<item>
  <g:id>0012</g:id><title><![CDATA[Rain & shine]]></title><g:description>Salt &amp;amp; pepper</g:description>
  <link>https://shop.example/a?x=1&amp;y=2</link><g:image_link>https://cdn.example/a.jpg</g:image_link>
  <g:additional_image_link>https://cdn.example/b,1.jpg</g:additional_image_link>
  <g:additional_image_link>https://cdn.example/c.jpg</g:additional_image_link>
  <g:price>1,299.00 EUR</g:price><g:sale_price>999.00 EUR</g:sale_price>
  <g:sale_price_effective_date>2026-12-01T08:00+0100 / 2026-12-24</g:sale_price_effective_date>
  <g:availability>in stock</g:availability><g:product_type>Rain &gt; Coats</g:product_type>
  <g:shipping><g:country>FR</g:country><g:price>4.00 EUR</g:price></g:shipping><g:custom_label_0>new</g:custom_label_0>
</item>
<item><g:id>B</g:id><g:price>15.00 EUR</g:price><g:availability>preorder</g:availability></item>
</channel></rss>"""
COAT = {
    "sku": "0012",
    "name": "Rain & shine",
    "description": "Salt & pepper",
    "link": "https://shop.example/a?x=1&y=2",
    "image": "https://cdn.example/a.jpg",
    "images": ["https://cdn.example/b,1.jpg", "https://cdn.example/c.jpg"],
    "price": 1299.0,
    "sale_price": 999.0,
    "sale_starts": "2026-12-01T08:00:00+01:00",
    "sale_ends": "2026-12-24",
    "currency": "EUR",
    "availability": "in_stock",
    "category": "Rain > Coats",
    "custom_label_0": "new",
}


def read(file: Path, language: str = "") -> tuple[list[Mapping[str, object]], list[str], list[str]]:
    """The products, why rows were refused, and what was told of values."""
    with open_products(file, {}, language=language) as opened:
        rows = list(opened.rows(no_progress))
        products = [row.values for row in rows if isinstance(row, TypedRow)]
        return products, [row.reason for row in rows if isinstance(row, Refusal)], list(map(str, opened.notes))


def written(folder: Path, text: str, name: str = "shop.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_the_xml_of_google_merchant(tmp_path: Path) -> None:
    products, refused, told = read(written(tmp_path, MERCHANT, "feed.xml"), "en")
    assert products == [
        COAT | {"language": "en"},
        {"sku": "B", "price": 15.0, "currency": "EUR", "availability": "preorder", "language": "en"},
    ]
    assert refused == []
    assert told == ["description: signs of HTML, read as the letters that they stand for (line 2): 'Salt &amp; pepper'"]


def test_atom(tmp_path: Path) -> None:
    text = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>Shop</title>
    <entry><g:id>A</g:id><title>Coat</title><link href="https://shop.example/a"/><author><name>Ann</name></author>
    <g:price>EUR 15.00</g:price></entry></feed>"""
    assert read(written(tmp_path, text, "a.xml"))[0] == [
        {"sku": "A", "name": "Coat", "link": "https://shop.example/a", "price": 15.0, "currency": "EUR"}
    ]


BOMB = "<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '&a{n - 1};&a{n - 1};'>" for n in range(1, 40))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"<!DOCTYPE x [{BOMB}]><rss><item><id>&a39;</id></item></rss>", "DOCTYPE"),
        ("<!DOCTYPE x SYSTEM 'file:///etc/passwd'><rss><item><id>1</id></item></rss>", "DOCTYPE"),
        ("<!DOCTYPE html><html><body>Not found</body></html>", "web page"),
        ("<rss>" + "<a>" * 200 + "</a>" * 200 + "</rss>", "nested more than 50"),
        (f"<rss><item><id>{'x' * 40_000}</id></item></rss>", "more than 32,768 characters"),
        ("<rss><item><id>1</id>\n</rss>", "line 2, column 3: mismatched tag"),
        ("<rss><channel></channel></rss>", "no item and no entry"),
        ("<rss><item><id>&nbsp;</id></item></rss>", "undefined entity"),
    ],
)
def test_an_xml_that_can_not_be_read_is_told(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="feed.xml.*" + words):
        read(written(tmp_path, text, "feed.xml"))


def test_the_same_products_in_every_kind_of_file(tmp_path: Path) -> None:
    names = ["id", "title", "description", "link", "image link", "price", "availability", "quantity", "weight"]
    rows = [
        ["u-1", "Umbrella", "For rain", "https://shop.example/1", "https://cdn.example/1.jpg"],
        ["u-2", 'The "30 inch"', "For snow", "https://shop.example/2", "https://cdn.example/2.jpg"],
    ]
    rows[0] += ["19.90 EUR", "in_stock", "12", "0.45"]
    rows[1] += ["249.00 EUR", "out of stock", "0", "1.2"]
    with (tmp_path / "a.csv").open("w", newline="") as out:
        csv.writer(out).writerows([names, *rows])
    written(tmp_path, "\n".join("\t".join(row) for row in [names, *rows]), "a.tsv")
    write_xlsx(tmp_path / "a.xlsx", {"Shop": [names, *([*row[:-2], int(row[-2]), float(row[-1])] for row in rows)]})
    lines = [{**dict(zip(names, row, strict=True)), "quantity": int(row[-2]), "weight": float(row[-1])} for row in rows]
    written(tmp_path, "\n".join(map(json.dumps, lines)), "a.jsonl")
    items = (
        "".join(f"<{tag}>{escape(cell)}</{tag}>" for tag, cell in zip(map(tag_of, names), row, strict=True))
        for row in rows
    )
    written(tmp_path, f"<rss>{''.join(f'<item>{item}</item>' for item in items)}</rss>", "a.xml")
    found = {kind: read(tmp_path / f"a.{kind}")[0] for kind in ("csv", "tsv", "xlsx", "jsonl", "xml")}
    assert found["csv"][0]["price"] == 19.9
    assert found["csv"][1]["name"] == 'The "30 inch"'
    assert found["csv"][0]["stock"] == 12
    assert found["csv"][0]["weight"] == 0.45
    for kind, products in found.items():
        assert products == found["csv"], kind


def tag_of(name: str) -> str:
    return name.replace(" ", "_")


def test_quotes_in_a_table_with_tabs_that_are_signs(tmp_path: Path) -> None:
    text = 'id\ttitle\tprice\n1\t"Rain" umbrella\t5.00 EUR\n2\t"30 inch\t6.00 EUR\n'
    assert [product["name"] for product in read(written(tmp_path, text, "a.tsv"))[0]] == ['"Rain" umbrella', '"30 inch']
    text = 'id\ttitle\tprice\n1\t"Rain ""umbrella"""\t5.00 EUR\n2\t"30\tinch"\t6.00 EUR\n'
    assert [product["name"] for product in read(written(tmp_path, text, "b.tsv"))[0]] == ['Rain "umbrella"', "30 inch"]


def test_languages_currencies_and_stores_have_columns(tmp_path: Path) -> None:
    text = """SKU;Name;Name [fr];name[pt_br];Preis... ;price;price[CHF];sale_price[CHF];store[lille].stock
u-1;Umbrella;Parapluie;Guarda-chuva;x;19,90 €;21,00;17,50;3
"""
    (product,), _, _ = read(written(tmp_path, text))
    assert product == {
        "sku": "u-1",
        "name": "Umbrella",
        "[fr]": {"name": "Parapluie"},
        "[pt-BR]": {"name": "Guarda-chuva"},
        "preis": "x",
        "price": 19.9,
        "currency": "EUR",
        "[CHF]": {"price": 21.0, "sale_price": 17.5, "currency": "CHF"},
        "store": {"lille": {"stock": 3}},
    }


def test_a_row_for_each_language(tmp_path: Path) -> None:
    products, refused, _ = read(written(tmp_path, "id,language,title\nu-1,English,Bag\nu-1,fr,Sac\nu-1,xx-nothing,?\n"))
    assert products[:2] == [
        {"sku": "u-1", "language": "en", "name": "Bag"},
        {"sku": "u-1", "language": "fr", "name": "Sac"},
    ]
    assert refused == []


def test_a_price_before_and_a_lower_one_are_a_sale(tmp_path: Path) -> None:
    text = "sku,price,compare at price\na,15.00,20.00\nb,20.00,20.00\nc,20.00,\n"
    prices = [(one["price"], one.get("sale_price")) for one in read(written(tmp_path, text))[0]]
    assert prices == [(20.0, 15.0), (20.0, None), (20.0, None)]


def test_what_is_odd_is_told_and_left_out(tmp_path: Path) -> None:
    text = """sku,price,sale_price,availability,quantity,sale price effective date,currency,link
a,15.00 EUR,20.00 EUR,perhaps,many,tomorrow,Euro,not a link
b,15.00 USD,,https://schema.org/InStock,3,,EUR,
c,free,,yes,3,,,
"""
    products, _, told = read(written(tmp_path, text))
    assert products[0] == {"sku": "a", "price": 15.0, "currency": "EUR"}
    assert products[1] == {"sku": "b", "availability": "in_stock", "stock": 3, "currency": "EUR"}
    assert products[2] == {"sku": "c", "availability": "in_stock", "stock": 3}
    assert sorted(note.partition(":")[0] for note in told) == sorted(
        [*("availability", "currency", "link", "sale_dates", "stock"), *("price", "price", "sale_price")]
    )


def test_a_file_without_a_sku_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no column is called sku or id"):
        read(written(tmp_path, "title,price\nBag,1\n"))
    assert read(written(tmp_path, "sku,title\n,Bag\n"))[1] == ["there is no SKU"]


def test_the_columns_of_google_stand_beside_each_other(tmp_path: Path) -> None:
    text = "id,mpn,google_product_category,product_type,mobile_link,link,gtin\nA,7,Apparel > Coats,Coats,m,l,0401\n"
    (product,), _, _ = read(written(tmp_path, text))
    assert product == {
        "sku": "A",
        "mpn": "7",
        "google_product_category": "Apparel > Coats",
        "category": "Coats",
        "mobile_link": "m",
        "link": "l",
        "gtin": "0401",
    }


cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(rows=st.lists(st.lists(cells, min_size=7, max_size=7), min_size=1, max_size=4))
def test_no_cell_of_the_world_stops_an_import(rows: list[list[str]], tmp_path: Path) -> None:
    names = ["title", "price", "sale_price", "availability", "quantity", "sale_price_effective_date", "link"]
    with (tmp_path / "a.csv").open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([["id", *names], *([str(place), *row] for place, row in enumerate(rows))])
    found: Any = read(tmp_path / "a.csv")[0]
    assert len(found) == len(rows)
    for product in found:
        assert isinstance(product.get("price", 0), int | float)
        assert product.get("sale_price", 0) < product.get("price", 1e300)
        assert product.get("availability", "in_stock") in ("in_stock", "out_of_stock", "preorder", "backorder")
