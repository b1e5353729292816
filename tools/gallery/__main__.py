"""Draws the pictures of docs/gallery.md and writes it: python -m tools.gallery"""

from __future__ import annotations

from html import escape
from io import BytesIO
from pathlib import Path

from PIL import Image

from livecontent.pipeline import Answer
from tools.gallery.drawings import GALLERY
from tools.gallery.shop import Shop
from tools.gallery.sights import CHAPTERS, SIGHTS, Sight

DOCS = Path(__file__).parents[2] / "docs"
PICTURES = DOCS / "gallery"

_HEAD = """# The gallery

Creatives of an invented shop, each whole: the picture, then all of its `creative.yaml`. They are in
[`templates/gallery`](../templates/gallery), with their brand, components, people, weather and feeds. Copy a folder into
your `templates/`, and change the words. [Writing a creative](creatives.md) explains every key. In a clone they are
tried with

    export LIVECONTENT_CONFIG=templates/gallery/livecontent.toml
    livecontent import recipients templates/gallery/people.jsonl
    livecontent import products src/livecontent/demo/data/products.csv
    livecontent check
    livecontent render cards --recipient camille -o cards.jpg

What they share is in `brand.yaml`:

```yaml
"""


def seen(sight: Sight, shop: Shop) -> Answer:
    """What somebody gets."""
    return shop.opened(sight.creative, sight.person, sight.client, sight.at, **sight.params)


def picture_of(answer: Answer) -> Image.Image:
    """Its picture, of an animation the first frame, at half its size: as a plain screen shows it."""
    with Image.open(BytesIO(answer.data)) as opened:
        return opened.convert("RGB").reduce(2)


def page(shop: Shop) -> str:
    """The text of docs/gallery.md."""
    brand = _HEAD + (GALLERY / "brand.yaml").read_text("utf-8") + "```\n"
    return "\n".join([brand, *(_chapter(name, shop) for name in CHAPTERS)])


def _chapter(name: str, shop: Shop) -> str:
    words, sights = CHAPTERS[name]
    width = shop.compiled(name).loaded.creative.size[0]
    pictures = "\n".join(
        f'<img src="gallery/{sight.name}.webp" width="{width}" alt="{escape(seen(sight, shop).alt)}">'
        for sight in sights
    )
    lines = (GALLERY / name / "creative.yaml").read_text("utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("# yaml-language-server"))
    title = shop.compiled(name).loaded.creative.title
    return f"## {title}\n\n{words}\n\n{pictures}\n\n```yaml\n{text}\n```\n"


def main() -> None:
    """Writes the page and its pictures."""
    PICTURES.mkdir(exist_ok=True)
    with Shop() as shop:
        for sight in SIGHTS:
            picture_of(seen(sight, shop)).save(PICTURES / f"{sight.name}.webp", lossless=True, method=6)
        (DOCS / "gallery.md").write_text(page(shop), "utf-8")


if __name__ == "__main__":
    main()
