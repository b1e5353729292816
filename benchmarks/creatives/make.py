"""Makes the pictures of the reference creatives: nothing in, photo-like JPEGs and a logo out, the same at each run.

python -m benchmarks.creatives.make
"""

import random
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

HERE = Path(__file__).parent
SEED = 1931
CARDS = 16  # photos of products; about five hundred products share them

Rgb = tuple[int, int, int]


def main() -> None:
    """Writes all files."""
    chance = random.Random(SEED)
    photo = _landscape(1200, 600, chance)
    photo.save(HERE / "r1" / "photo.jpg", quality=88, subsampling="4:2:0", optimize=True)
    _logo().save(HERE / "r1" / "logo.png", optimize=True)
    for number in range(CARDS):
        card = _product(400, 520, number, chance)
        card.save(HERE / "r3" / f"p{number}.jpg", quality=80, subsampling="4:2:0", optimize=True)


def _grain(size: tuple[int, int], chance: random.Random, strength: float) -> Image.Image:
    """Noise around mid-grey ('RGB'), soft as that of a sensor."""
    noise = Image.frombytes("L", size, chance.randbytes(size[0] * size[1])).filter(ImageFilter.GaussianBlur(0.6))
    return noise.point([round(128 + (value - 128) * strength) for value in range(256)]).convert("RGB")


def _gradient(size: tuple[int, int], top: Rgb, bottom: Rgb) -> Image.Image:
    mask = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), mask)


def _landscape(width: int, height: int, chance: random.Random) -> Image.Image:
    """A sky with clouds over hills, seen through rain."""
    picture = _gradient((width, height), (58, 78, 98), (148, 152, 150))
    for _ in range(70):
        x, y, size = chance.randrange(width), chance.randrange(height * 2 // 3), chance.randrange(40, 190)
        cloud = Image.new("L", (width, height))
        ImageDraw.Draw(cloud).ellipse((x - size, y - size // 3, x + size, y + size // 3), fill=chance.randrange(20, 70))
        tone = chance.choice([(38, 52, 68), (96, 112, 126), (176, 182, 184)])
        picture.paste(tone, mask=cloud.filter(ImageFilter.GaussianBlur(size / 4)))
    for layer in range(4):
        picture = _hill(picture, height * (62 + 9 * layer) // 100, layer, chance)
    drops = Image.new("L", (width, height))
    draw = ImageDraw.Draw(drops)
    for _ in range(900):
        x, y, length = chance.randrange(width), chance.randrange(height), chance.randrange(8, 30)
        draw.line((x, y, x - length // 4, y + length), fill=chance.randrange(20, 70), width=1)
    picture.paste((225, 230, 232), mask=drops.filter(ImageFilter.GaussianBlur(0.7)))
    return ImageChops.add(picture, _grain(picture.size, chance, 0.11), 1, -128)


def _hill(picture: Image.Image, base: int, layer: int, chance: random.Random) -> Image.Image:
    """The picture with one more ridge in front, darker than the one behind."""
    width, height = picture.size
    ridge, y = [(0, height)], float(base)
    for x in range(0, width + 1, 12):
        y += chance.uniform(-7, 7) + (base - y) * 0.06
        ridge.append((x, round(y)))
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).polygon([*ridge, (width, height)], fill=255)
    tone = (62 - 12 * layer, 82 - 14 * layer, 86 - 14 * layer)
    picture.paste(tone, mask=mask.filter(ImageFilter.GaussianBlur(2.5 - 0.5 * layer)))
    return picture


def _product(width: int, height: int, number: int, chance: random.Random) -> Image.Image:
    """A parasol of a colour of its own, on a backdrop."""
    hue = number * 255 // CARDS
    ground, cloth, dark = _colour(hue + 128, 40, 215), _colour(hue, 190, 205), _colour(hue, 200, 120)
    picture = _gradient((width, height), ground, (236, 232, 224))
    shade = Image.new("L", picture.size)
    ImageDraw.Draw(shade).ellipse((70, height - 90, width - 70, height - 50), fill=120)
    picture.paste((70, 66, 62), mask=shade.filter(ImageFilter.GaussianBlur(16)))
    draw = ImageDraw.Draw(picture)
    draw.line((width // 2, 160, width // 2, height - 66), fill=(92, 74, 60), width=8)
    for index in range(8):
        begin = 180 + index * 22.5
        draw.pieslice((50, 70, width - 50, height - 90), begin, begin + 22.5, fill=cloth if index % 2 else dark)
    return ImageChops.add(picture.filter(ImageFilter.GaussianBlur(0.8)), _grain(picture.size, chance, 0.07), 1, -128)


def _colour(hue: int, saturation: int, value: int) -> Rgb:
    red, green, blue = Image.new("HSV", (1, 1), (hue & 255, saturation, value)).convert("RGB").tobytes()
    return red, green, blue


def _logo() -> Image.Image:
    """A drop, a ring and three bars, white on nothing."""
    big = Image.new("L", (800, 240))
    draw = ImageDraw.Draw(big)
    draw.ellipse((10, 30, 190, 210), outline=255, width=26)
    draw.polygon([(100, 40), (66, 120), (134, 120)], fill=255)
    draw.ellipse((62, 84, 138, 160), fill=255)
    for index, right in enumerate((760, 640, 700)):
        draw.rounded_rectangle((250, 50 + 52 * index, right, 82 + 52 * index), 16, fill=255)
    mask = big.resize((200, 60), Image.Resampling.LANCZOS)
    logo = Image.new("RGBA", mask.size, "white")
    logo.putalpha(mask)
    return logo


if __name__ == "__main__":
    main()
