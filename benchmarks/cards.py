"""Three product cards beside other engines: a shop in; people with baskets, and what others need to draw these, out.

Products have been seen before, in each of the three places; their prices are each recipient's own, and new. Others get
all words in the address; livecontent gets the address of an email, and looks the basket up.
"""

import json
import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path
from urllib.parse import urlencode

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from PIL import Image, ImageOps

from benchmarks.creatives.make import CARDS as PHOTOS
from benchmarks.design import write_icon
from benchmarks.shop import CREATIVES, Shop, import_recipients, refs_of
from benchmarks.traffic import Hit
from livecontent.config import shipped

CREATIVE = Path(__file__).parent / "peers" / "cards.yaml"
SEED = 1931
PEOPLE = 20_000
PRODUCTS = 48
PHOTO = (320, 380)  # pixels, as large as it is shown
ICONS = {"star-fill": (28, "#e0a526"), "shopping-cart": (32, "#000000")}
WEIGHTS = {400: 14, 600: 16, 700: 18}  # and the optical size of what is set in it
WORDS = ("Rain", "Boots", "Umbrella", "Coat", "Wool", "Hat", "Scarf", "Gloves", "Leather", "Blue", "Green", "Small")

Item = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Basket:
    """An opening by somebody, with three products in their basket."""

    hit: Hit
    items: Sequence[Item]

    @property
    def peer_path(self) -> str:
        """The address of the same picture at a peer."""
        return f"/cards.jpg?{urlencode({'items': json.dumps(self.items)})}"


def with_baskets(shop: Shop) -> tuple[Shop, list[Basket]]:
    """The shop with the creative and with people who have baskets, before a server of it starts; and their openings."""
    _write_photos(shop.folder / "templates" / "cards")
    shutil.copy(CREATIVE, shop.folder / "templates" / "cards" / "creative.yaml")
    people = [replace(person, id=f"b-{number:05}") for number, person in enumerate(shop.unique[:PEOPLE])]
    baskets = [
        Basket(Hit("cards", person), items) for person, items in zip(people, islice(_baskets(), PEOPLE), strict=True)
    ]
    lines = (json.dumps({"id": one.hit.person.id, "language": "en", "basket": one.items}) for one in baskets)
    (shop.folder / "baskets.jsonl").write_text("\n".join(lines), encoding="utf-8")
    import_recipients(shop.folder, name="baskets.jsonl")
    return replace(shop, refs={**shop.refs, **refs_of(person.id for person in people)}), baskets


def parted(baskets: Sequence[Basket]) -> tuple[list[Basket], list[Basket]]:
    """Those in which a product is in a place for the first time, and all others."""
    seen: set[tuple[int, object]] = set()
    first: list[Basket] = []
    others: list[Basket] = []
    for basket in baskets:
        shown = {(place, item["name"]) for place, item in enumerate(basket.items)}
        (others if shown <= seen else first).append(basket)
        seen |= shown
    return first, others


def write_parts(folder: Path) -> None:
    """Writes what others need: photos, icons and fonts."""
    _write_photos(folder)
    for name, (size, colour) in ICONS.items():
        write_icon(folder / f"{name}.png", name, size, colour)
    for weight, optical in WEIGHTS.items():
        with TTFont(shipped("fonts") / "Inter" / "Inter.ttf") as font:
            made = instantiateVariableFont(font, {"wght": weight, "opsz": optical}, updateFontNames=False)
            made.save(folder / f"Inter-{weight}.ttf")


def _write_photos(folder: Path) -> None:
    folder.mkdir()
    for photo in range(PHOTOS):
        with Image.open(CREATIVES / "r3" / f"p{photo}.jpg") as picture:
            ImageOps.fit(picture, PHOTO).save(folder / f"p{photo}.jpg", quality=90)


def _baskets() -> Iterator[list[Item]]:
    """Three products each, at prices that come once."""
    chance = random.Random(SEED)
    products = [
        {
            "photo": number % PHOTOS,
            "badge": chance.choice(("NEW", "SALE", "LAST ONE")),
            "stars": f"{chance.randrange(30, 51) / 10:.1f} ({chance.randrange(900)})",
            "name": " ".join(chance.sample(WORDS, 4)),
        }
        for number in range(PRODUCTS)
    ]
    for number in count(100):
        prices = [(number * 3 + place) / 100 for place in range(3)]
        yield [
            {**product, "price": f"{price:.2f} €", "old": f"{price * 1.25:.2f} €"}
            for product, price in zip(chance.sample(products, 3), prices, strict=True)
        ]
