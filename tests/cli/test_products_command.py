"""`import products` as a person types it."""

from __future__ import annotations

from pathlib import Path

from running import Run, said

from livecontent.storage.products import Selection
from livecontent.storage.sqlite.products import SqliteProducts

CATALOGUE = """id;title;price;availability
u-1;Umbrella;19,90 EUR;in stock
u-2;Boots;1.249,00 EUR;sold out
;Nothing;1,00 EUR;in stock
"""


def products(tmp_path: Path) -> dict[str, object]:
    folder = tmp_path / ".livecontent"
    store = SqliteProducts(folder / "products.db", folder / "live.db")
    return {product.sku: product.values for product in store.select(Selection(), 100)}


def test_a_catalogue_is_imported_with_a_report(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text(CATALOGUE, encoding="utf-8")
    tried = run("import", "products", "shop.csv", "--dry-run")
    assert "nothing is imported; it would be: 2 added, 0 changed, 0 unchanged" in tried.output
    assert products(tmp_path) == {}
    done = run("import", "products", "shop.csv")
    for words in (
        "price         numbers, ',' before decimals, '.' groups thousands (1.249,00 = 1249.0)",
        "2 added, 0 changed, 0 unchanged",
        "shop.csv:4: there is no SKU",
    ):
        assert words in done.output
    assert done.exit_code == 0
    assert (tmp_path / ".livecontent" / "refused" / "shop.refused.csv").read_text().splitlines()[1].startswith(";Noth")
    assert products(tmp_path)["u-1"] == {
        "sku": "u-1",
        "name": "Umbrella",
        "price": 19.9,
        "currency": "EUR",
        "availability": "in_stock",
    }
    assert "0 added, 0 changed, 2 unchanged" in run("import", "products", "shop.csv").output


def test_replace_deletes_what_is_not_in_the_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text(CATALOGUE, encoding="utf-8")
    run("import", "products", "shop.csv")
    assert "With --replace each row must be readable" in said(run("import", "products", "shop.csv", "--replace"))
    (tmp_path / "shop.csv").write_text("id;title\nu-2;Boots\n", encoding="utf-8")
    assert "1 product not in shop.csv" in said(run("import", "products", "shop.csv", "--replace"))
    assert set(products(tmp_path)) == {"u-1", "u-2"}
    assert "1 changed, 0 unchanged, 1 deleted" in run("import", "products", "shop.csv", "--replace", "--yes").output
    assert products(tmp_path) == {"u-2": {"sku": "u-2", "name": "Boots"}}


def test_each_language_has_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "en.csv").write_text("id,title\nu-1,Umbrella\n", encoding="utf-8")
    (tmp_path / "fr.csv").write_text("id,title\nu-1,Parapluie\n", encoding="utf-8")
    run("import", "products", "en.csv", "--language", "English")
    run("import", "products", "fr.csv", "--language", "fr")
    assert products(tmp_path)["u-1"] == {
        "sku": "u-1",
        "language": "en",
        "name": "Umbrella",
        "[fr]": {"name": "Parapluie"},
    }
    assert "write a language such as fr" in said(run("import", "products", "fr.csv", "--language", "nonsense"))
