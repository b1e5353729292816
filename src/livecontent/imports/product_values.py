"""How values of a catalogue are read: prices with currencies, availabilities, addresses, the dates of a sale."""

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from typing import NamedTuple

from livecontent.imports.headers import bare
from livecontent.imports.known import known_text
from livecontent.imports.notes import ENTITY, Remark, damage_in
from livecontent.imports.numbers import STYLES, read_number
from livecontent.imports.values import clean_text

_AVAILABILITIES = {
    "in_stock": "in stock, available, yes, true, 1, en stock, disponible, oui, auf lager",
    "out_of_stock": "out of stock, sold out, unavailable, no, false, 0, discontinued, rupture, epuise, non",
    "preorder": "pre order, presale, precommande",
    "backorder": "back order, backordered",
}
MONEY = re.compile(r"([A-Z]{3}|[€$£¥])?\s*([-+]?\d[\d.,'’\s]*?)\s*([A-Z]{3}|[€$£¥])?")
_SIGNS = {"€": "EUR", "£": "GBP"}  # of the others, several countries have one


class Money(NamedTuple):
    """An amount, and its currency, "" where it has none."""

    amount: object
    currency: str


class SaleDates(NamedTuple):
    """From when to when, as ISO 8601; a day at the end is within."""

    starts: str
    ends: str


def sure_number(value: object) -> int | float | None:
    """A number, also from a text that is one and the same in every style."""
    if isinstance(value, str):
        found = {read_number(value, style) for style in STYLES} - {None}
        return found.pop() if len(found) == 1 else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def money_of(amount: object, match: re.Match[str]) -> Money:
    sign = match[1] or match[3] or ""
    return Money(amount, _SIGNS.get(sign, sign if sign.isalpha() else ""))


def json_price(value: object) -> object:
    """A number, a text such as `15.00 EUR`, or an object of the two."""
    if isinstance(value, dict):
        amount, currency = value.get("value"), value.get("currency")
        return json_price(f"{amount} {currency}" if currency else amount)
    match = MONEY.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return value
    amounts = (read_number(match[2], style) for style in STYLES)
    return money_of(next((amount for amount in amounts if amount is not None), value), match)


def product_text(value: object) -> object:
    """A text; signs of HTML, once or twice written, are the letters that they stand for."""
    text = known_text(value)
    if not isinstance(text, str):
        return text
    if "&" in text and ENTITY.search(text):
        plain = text
        for _ in range(2):
            plain = ENTITY.sub(lambda match: unescape(match[0]), plain)
        return Remark(clean_text(plain), "signs of HTML, read as the letters that they stand for", text)
    damage = damage_in(text)
    return Remark(text, damage, text) if damage else text


def product_link(value: object) -> object:
    text = known_text(value)
    if not isinstance(text, str):
        return text
    text = text.replace("&amp;", "&")
    return Remark(None, "no address, left out", text) if " " in text else text


def image_addresses(value: object) -> object:
    items = value if isinstance(value, list) else re.split(r"\s*[|,]\s*(?=https?://)|\s*\|\s*", str(value or ""))
    found = [clean_text(item) for item in items if isinstance(item, str) and item.strip()]
    return found or None


def currency_code(value: object) -> object:
    text = known_text(value)
    if not isinstance(text, str):
        return text
    code = _SIGNS.get(text, text.upper())
    return code if re.fullmatch("[A-Z]{3}", code) else Remark(None, "not a currency such as EUR, left out", text)


def availability_word(value: object) -> object:
    text = str(value).lower() if isinstance(value, bool | int) else known_text(value)
    if not isinstance(text, str):
        return text
    return _BY_WORDS.get(bare(text.rsplit("/", 1)[-1])) or Remark(None, "not an availability, left out", text)


def sale_dates_of(value: object) -> object:
    text = known_text(value)
    if not isinstance(text, str):
        return text
    try:
        starts, ends = (_moment(part) for part in text.split("/"))
    except ValueError:
        return Remark(None, "not two times such as 2026-12-01T00:00+0100/2026-12-24T18:00+0100, left out", text)
    return SaleDates(starts, ends)


def _moment(text: str) -> str:
    moment = datetime.fromisoformat(text.strip())
    return moment.date().isoformat() if len(text.strip()) <= len("2026-12-24") else moment.isoformat()


def named_value(read: Callable[[str], str], value: object, what: str) -> object:
    text = known_text(value)
    if not isinstance(text, str):
        return text
    try:
        return read(text)
    except ValueError:
        return Remark(None, f"not {what}, left out", text)


_BY_WORDS = {bare(word): name for name, words in _AVAILABILITIES.items() for word in (name, *words.split(", "))}
