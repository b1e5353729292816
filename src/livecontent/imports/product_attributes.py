"""What columns of a catalogue mean, as Google Merchant and shop systems call them, and how their values are read.

A name may have a language or a currency behind it, `name[fr]`, `price[CHF]`, or be a store's, `store[lille].stock`.
https://support.google.com/merchants/answer/7052112
"""

import re
from collections.abc import Mapping, Sequence

from livecontent.errors import DataError
from livecontent.imports.headers import name_columns
from livecontent.imports.known import Reading, read_id
from livecontent.imports.names import Names
from livecontent.imports.notes import Notes, Remark
from livecontent.imports.product_values import (
    MONEY,
    Money,
    SaleDates,
    availability_word,
    currency_code,
    image_addresses,
    json_price,
    money_of,
    named_value,
    product_link,
    product_text,
    sale_dates_of,
    sure_number,
)
from livecontent.imports.row_files import RowAttributes

PRICES = frozenset({"price", "sale_price", "list_price"})

_ALIASES: Mapping[str, str] = {
    "sku": "id, product id, item id, offer id, product sku, variant sku, article number, reference, identifiant",
    "name": "title, titre, nom, product name, nom du produit, designation, libelle",
    "description": "desc, body",
    "price": "prix, regular price, unit price, prix de vente, prix ttc",
    "sale_price": "prix promo, prix solde, special price, discounted price",
    "list_price": "compare at price, old price, prix barre, prix conseille, rrp, msrp",
    "sale_dates": "sale price effective date",
    "sale_starts": "sale price dates from, sale start, debut promo",
    "sale_ends": "sale price dates to, sale end, fin promo",
    "currency": "devise, currency code",
    "availability": "disponibilite, stock status, in stock",
    "stock": "quantity, qty, inventory, stock quantity, variant inventory qty, quantite",
    "link": "url, product url, lien, product link, permalink",
    "image": "image link, image url, image src, photo, picture",
    "images": "additional image link, additional images, gallery",
    "category": "product type, categorie, product category, rayon",
    "brand": "marque, vendor, manufacturer, hersteller",
    "gtin": "ean, ean13, upc, isbn, barcode, code barre",
    "group": "item group id, parent sku, parent id, group id",
    "color": "colour, couleur, farbe",
    "size": "taille",
    "language": "langue, lang, locale",
}
_TEXTS = frozenset({"name", "description", "category", "brand", "gtin", "group", "color", "size"})
_LINKS = frozenset({"link", "image"})
_MEANINGS = {
    "sku": "the SKU",
    "language": "languages",
    "availability": "in_stock, out_of_stock, preorder or backorder",
    "sale_dates": "from when to when the sale price holds",
    "images": "lists of addresses",
    "currency": "currencies",
}
_TAGGED = re.compile(r"(.*\S)\s*\[\s*([A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?)\s*\]")
_OF_STORE = re.compile(r"store\[(?P<store>[^\[\]]{1,100})\]\.(?P<name>[A-Za-z]\w*)")


class ProductAttributes(RowAttributes):
    """Rows of a catalogue."""

    key = "sku"
    key_words = "sku or id"

    def __init__(self, language: str) -> None:
        """The language of all rows; "" where they tell it themselves, or have none."""
        names = Names()
        self._language = language
        self._readings: dict[str, Reading] = {
            **dict.fromkeys(_TEXTS, product_text),
            **dict.fromkeys(_LINKS, product_link),
            "sku": lambda value: read_id(value, "SKU"),
            "language": lambda value: named_value(names.language, value, "a language"),
            "availability": availability_word,
            "currency": currency_code,
            "images": image_addresses,
            "sale_dates": sale_dates_of,
        }

    def names(self, columns: Sequence[str], chosen: Mapping[str, str]) -> tuple[str, ...]:
        """The attributes of columns. Raises `DataError`."""
        plain = [column.strip().removeprefix("g:") for column in columns]
        tags = ["" if _OF_STORE.fullmatch(column) else _tag_of(column) for column in plain]
        names = [""] * len(columns)
        for tag in dict.fromkeys(tags):
            places = [place for place, one in enumerate(tags) if one == tag]
            bases = [_base_of(plain[place]) if tag else plain[place] for place in places]
            for place, name in zip(places, name_columns(bases, chosen if not tag else {}, _ALIASES), strict=True):
                store = _OF_STORE.fullmatch(plain[place])
                names[place] = f"{name}[{tag}]" if tag else plain[place] if store else name
        return tuple(names)

    def is_told(self, name: str) -> bool:
        """Whether the name of a column tells what it is."""
        base = base_of(name)
        return base in self._readings and base != "sku"

    def reading(self, name: str) -> Reading | None:
        """How values of a known column are read; None where the values themselves tell."""
        return self._readings.get(base_of(name))

    def meaning(self, name: str) -> str:
        """What to tell of a known column."""
        return _MEANINGS.get(base_of(name), "text")

    def measured(self, name: str, cell: str) -> str:
        """What of a cell tells its type: of a price the number."""
        match = MONEY.fullmatch(cell.strip()) if base_of(name) in PRICES else None
        return match[2] if match else cell

    def completed(self, name: str, read: Reading) -> Reading:
        """A reading of a column whose values told what they are, and that of the rest of its cells."""
        if base_of(name) not in PRICES:
            return read

        def reading(cell: object) -> object:
            match = MONEY.fullmatch(str(cell).strip())
            found = read(match[2] if match else cell)
            return found if found is None or isinstance(found, Remark) or not match else money_of(found, match)

        return reading

    def of_json(self, name: str) -> Reading | None:
        """How values of JSON are read; None for those that stay as they are."""
        return json_price if base_of(name) in PRICES else self.reading(name)

    def finish(self, values: dict[str, object], line: int, notes: Notes) -> None:
        """What follows from several values of a row. Raises `DataError`."""
        if "sku" not in values:
            raise DataError("there is no SKU")
        if self._language:
            values["language"] = self._language
        dates = values.pop("sale_dates", None)
        if isinstance(dates, SaleDates):
            values |= {"sale_starts": dates.starts, "sale_ends": dates.ends}
        stores = values.get("store", {})
        if not isinstance(stores, dict) or not all(isinstance(one, dict) for one in stores.values()):
            notes.add("store", 'no stores such as {"lille": {"stock": 3}}, left out', values.pop("store"), line)
        for name in [name for name in values if "[" in name]:
            _put_inside(values, name)
        if "stock" in values and (stock := sure_number(values["stock"])) is not None:
            values["stock"] = stock
        elif "stock" in values:
            notes.add("stock", "not a number, left out", values.pop("stock"), line)
        for part in [values, *(part for name, part in values.items() if name[0] == "[")]:
            if isinstance(part, dict):
                _settle_prices(part, line, notes)


def base_of(name: str) -> str:
    """The name without its language or currency."""
    return name.partition("[")[0]


def _tag_of(column: str) -> str:
    match = _TAGGED.fullmatch(column)
    if match is None:
        return ""
    tag = match[2].replace("_", "-")
    if len(tag) == 3 and tag.isupper():
        return tag
    language, _, country = tag.partition("-")
    return f"{language.lower()}-{country.upper()}" if country else language.lower()


def _base_of(column: str) -> str:
    match = _TAGGED.fullmatch(column)
    return match[1] if match else column


def _put_inside(values: dict[str, object], name: str) -> None:
    """`name[fr]` under `[fr]`, `store[lille].stock` under `store`."""
    value = values.pop(name)
    inside: object
    if match := _OF_STORE.fullmatch(name):
        stores = values.setdefault("store", {})
        inside, base = (stores.setdefault(match["store"], {}) if isinstance(stores, dict) else None), match["name"]
    else:
        base, _, tag = name.removesuffix("]").partition("[")
        inside = values.setdefault(f"[{tag}]", {"currency": tag} if tag.isupper() else {})
    if isinstance(inside, dict):
        inside[base] = value


def _settle_prices(values: dict[str, object], line: int, notes: Notes) -> None:
    """Numbers of prices, with one currency; a sale price is under the price."""
    for name in PRICES & values.keys():
        value = values.pop(name)
        amount, currency = value if isinstance(value, Money) else (value, "")
        amount = sure_number(amount)
        if amount is None or amount < 0:
            notes.add(name, "not a price, left out", value, line)
            continue
        if currency and values.setdefault("currency", currency) != currency:
            notes.add(name, f"in another currency than {values['currency']}, left out", f"{amount} {currency}", line)
            continue
        values[name] = amount
    price, sale, listed = (values.get(name) for name in ("price", "sale_price", "list_price"))
    values.pop("list_price", None)
    if isinstance(listed, int | float) and isinstance(price, int | float) and sale is None and listed > price:
        values |= {"price": listed, "sale_price": price}
    elif isinstance(sale, int | float) and isinstance(price, int | float) and sale >= price:
        notes.add("sale_price", "not under the price, left out", sale, line)
        del values["sale_price"]
