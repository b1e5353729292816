"""Draws the pictures of the demo's creatives: `python docs/art/averse.py` writes them into `templates/`.

Averse is a shop for umbrellas that does not exist. All is seen from above, on what the weather makes of the ground.
"""

from __future__ import annotations

import math
from functools import partial
from io import BytesIO
from pathlib import Path
from random import Random

import resvg_py
from PIL import Image, ImageChops
from shapes import (
    CORAL,
    CREAM,
    INK,
    PETROL,
    ROSE,
    SAFFRON,
    SKY,
    cloth,
    dot,
    dusting,
    glow,
    ground,
    page,
    paving,
    umbrella,
)

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
WIDTH, HEIGHT = 1200, 640
GRAIN = 3  # levels of 256, up or down


def _aside(random: Random, left: float = 690) -> tuple[float, float]:
    """Where something small may lie: the fewer the nearer to the words, which stand on the left."""
    return WIDTH + 30 - (WIDTH + 30 - left) * random.random() ** 1.4, random.uniform(-40, HEIGHT)


def rain() -> str:
    """Wet paving, rings in puddles, streaks."""
    random = Random(4)
    body = paving(WIDTH, HEIGHT, "#0a2029", 0.35)
    body += glow(900, 420, 420, 200, "#9fc4cf", 0.2) + glow(1060, 120, 260, 130, "#cfe3e6", 0.18)
    for _ in range(46):
        (x, y), r = _aside(random, 650), random.uniform(7, 30)
        for size, opacity in ((r, random.uniform(0.1, 0.38)), (r * 0.5 if r > 17 else 0, 0.3)):
            ring = f'rx="{size:.1f}" ry="{size * 0.82:.1f}" fill="none" stroke="#d9ecef" stroke-width="1.6"'
            body += f'<ellipse cx="{x:.1f}" cy="{y:.1f}" {ring} opacity="{opacity:.2f}"/>' if size else ""
    body += umbrella(905, 300, 205, CORAL, 0.2) + umbrella(1130, 505, 128, SAFFRON, 0.5)
    body += umbrella(1105, 70, 112, CREAM, 0.1) + umbrella(655, 560, 98, SKY, 0.35) + umbrella(720, 36, 70, PETROL, 0.3)
    for _ in range(150):
        (x, y), length = _aside(random, 600), random.uniform(26, 74)
        style = f'stroke-width="{random.uniform(1.1, 2.4):.1f}" opacity="{random.uniform(0.1, 0.42):.2f}"'
        line = f"M{x:.1f},{y:.1f} l{-length * 0.22:.1f},{length:.1f}"
        body += f'<path d="{line}" stroke="#eaf6f8" stroke-linecap="round" {style}/>'
    sky = ground("#173743", "#2b5664", "#4b7c8a", slope=0.6)
    return page(WIDTH, HEIGHT, sky, body, shadow="0.02 .09 .12 .55", offset="14 26", blur=18)


def snow() -> str:
    """Soft drifts, footprints, flakes."""
    random = Random(9)
    body = ""
    for _ in range(26):
        x, y, r = random.uniform(300, WIDTH), random.uniform(0, HEIGHT), random.uniform(60, 150)
        body += glow(round(x), round(y), round(r), round(r * 0.7), "#fff", 0.4, "soft")
    for step in range(13):
        t = step / 12
        x, y = 560 + t * 660, 610 - 150 * t - 130 * math.sin(t * 2.4) + (12 if step % 2 else -12)
        foot = '<ellipse rx="15" ry="8"/><ellipse cx="-19" rx="7" ry="6"/>'
        turn = f'transform="translate({x:.1f},{y:.1f}) rotate({-24 + 22 * t:.1f})"'
        body += f'<g {turn} fill="#a9bfd2" opacity=".75">{foot}</g>'
    for x, y, r, colours, turn in (
        (900, 270, 200, ("#b5352c", "#ab2f27"), 0.25),
        (1120, 520, 120, PETROL, 0.1),
        (735, 40, 84, SAFFRON, 0.4),
    ):
        body += umbrella(x, y, r, colours, turn) + dusting(x, y, r, turn, random)
    for _ in range(150):
        size = random.choice((2, 2.5, 3, 3.5, 4, 5, 7))
        body += dot(*_aside(random, 520), size, "#fff", random.uniform(0.6, 1))
    sky = ground("#eef3f7", "#dfe8f0", "#c9d8e6", slope=0.7)
    return page(WIDTH, HEIGHT, sky, body, shadow="0.25 .36 .48 .45", offset="14 26", blur=18)


def heat() -> str:
    """Sand, surf and parasols."""
    random = Random(12)
    body = ""
    for shift, colour in ((-34, "#f7ecd2"), (-10, "#bfe0dc"), (34, "#7cc1c4"), (96, "#4fa7b3"), (160, "#3a93a4")):
        edge = (
            (1010 + shift + 18 * math.sin(y / 62 + shift * 0.06) + (y - 320) * 0.18, y) for y in range(-20, 680, 20)
        )
        body += f'<path d="M1240,-20 {" ".join(f"L{x:.1f},{y}" for x, y in edge)} L1240,680 Z" fill="{colour}"/>'
    for _ in range(160):
        place = random.uniform(0, 1000), random.uniform(0, HEIGHT)
        body += dot(*place, random.uniform(0.8, 1.9), "#b98a4a", random.uniform(0.15, 0.4))
    body += cloth(745, 420, 96, 190, 24, "#f9f2e3", CORAL[0], checked=False)
    body += cloth(620, 96, 80, 160, -62, "#f9f2e3", PETROL[0], checked=False)
    canvas = "#fbf3e2"
    body += umbrella(880, 255, 185, (CORAL[0], canvas), 0.2, 12) + umbrella(
        690, 560, 118, (PETROL[0], canvas), 0.05, 12
    )
    body += umbrella(985, 535, 92, (SAFFRON[0], canvas), 0.15, 12) + umbrella(
        640, 20, 80, (SAFFRON[0], canvas), 0.1, 12
    )
    sand = ground("#f6dcaa", "#f0cd8e", slope=0.4)
    return page(WIDTH, HEIGHT, sand, body, shadow="0.38 .22 .05 .50", offset="34 30", blur=12)


def clear() -> str:
    """A meadow, a cloth, and an umbrella that is not needed."""
    random = Random(3)
    body = "".join(
        f'<path d="M{x},-20 L{x + 240},{HEIGHT + 20}" stroke="#fff" stroke-width="62" opacity=".035"/>'
        for x in range(-300, 1520, 130)
    )
    for _ in range(190):
        x, y = _aside(random)
        petals = random.choice(("#fff", "#fff", "#fbe6a6", "#f4c7bd"))
        body += dot(x, y, random.uniform(2.2, 4.4), petals, 0.95) + dot(x, y, 1.3, SAFFRON[0])
    body += cloth(890, 330, 350, 300, 17, "#fbf5e8", CORAL[0], checked=True)
    body += _closed(884, 330)
    body += umbrella(1150, 40, 112, CREAM, 0.3) + umbrella(1150, 590, 120, SAFFRON, 0.1)
    body += umbrella(650, 600, 84, CORAL, 0.3) + umbrella(700, 20, 66, SKY, 0.2)
    grass = ground("#1d4d36", "#2b6442", "#79a95d", slope=0.35)
    return page(WIDTH, HEIGHT, grass, body, shadow="0.03 .13 .06 .55", offset="14 26", blur=18)


def _closed(x: float, y: float) -> str:
    """A closed umbrella with a wooden handle."""
    edge = "M-190,0 Q-150,-22 120,-16 L152,-6 L152,6 L120,16 Q-150,22 -190,0 Z"
    return (
        f'<g transform="translate({x},{y}) rotate(-34)"><g filter="url(#drop)"><path d="{edge}"/></g>'
        f'<path d="{edge}" fill="{PETROL[0]}"/>'
        '<path d="M-190,0 Q-150,-22 120,-16 L152,-6 L152,-1 L120,-4 Q-120,-7 -190,0 Z" fill="#3b7c8d"/>'
        '<path d="M-190,0 Q-150,22 120,16 L152,6 L152,3 L120,8 Q-120,11 -190,0 Z" fill="#123c49"/>'
        f'<rect x="86" y="-16.5" width="12" height="33" rx="4" fill="{SAFFRON[0]}"/>'
        '<rect x="-214" y="-2.5" width="30" height="5" rx="2.5" fill="#c9b48a"/>'
        '<g fill="none" stroke-linecap="round">'
        '<path d="M150,0 L246,0 q34,0 34,30 q0,28 -27,28 q-22,0 -22,-20" stroke="#8a5a33" stroke-width="13"/>'
        '<path d="M150,-3 L246,-3 q37,0 37,30" stroke="#b98352" stroke-width="3"/></g></g>'
    )


def night() -> str:
    """Lamp light and strings of bulbs."""
    body = paving(WIDTH, HEIGHT, "#050d18", 0.5)
    for x, y, r in ((905, 300, 330), (1190, -10, 200), (620, 640, 190)):
        body += f'<circle cx="{x}" cy="{y}" r="{r}" fill="url(#lamp)"/>'
    body += umbrella(905, 305, 190, ("#2b4f7a", "#274870"), 0.2)
    body += umbrella(1135, 500, 108, ("#7a3a44", "#71343e"), 0.4) + umbrella(735, 46, 84, ("#33475c", "#2d4054"), 0.1)
    for x0, y0, x1, y1, sag, bulbs in ((640, 96, 1230, 40, 70, 12), (560, 610, 1230, 380, 60, 12)):
        line = [
            (x0 + (x1 - x0) * t, y0 + (y1 - y0) * t + sag * 4 * t * (1 - t)) for t in (step / 60 for step in range(61))
        ]
        wire = " L".join(f"{x:.1f},{y:.1f}" for x, y in line)
        body += f'<path d="M{wire}" fill="none" stroke="#0a1420" stroke-width="3" opacity=".8"/>'
        for bulb in range(bulbs):
            x, y = line[int(60 * (bulb + 0.5) / bulbs)]
            body += f'<circle cx="{x:.1f}" cy="{y + 9:.1f}" r="34" fill="url(#bulb)"/>' + dot(x, y + 9, 7, "#ffe7b0")
    defs = _light("lamp", "#ffc76a", 0.5) + _light("bulb", "#ffdf9a", 0.75)
    street = ground("#0c1a2b", "#1b3350", slope=0.6)
    return page(WIDTH, HEIGHT, street, body, defs=defs, shadow="0 .02 .05 .7", offset="14 26", blur=18)


def _light(name: str, colour: str, opacity: float) -> str:
    stops = ((0, opacity), (0.45, opacity * 0.4), (1, 0))
    parts = "".join(f'<stop offset="{at}" stop-color="{colour}" stop-opacity="{o}"/>' for at, o in stops)
    return f'<radialGradient id="{name}">{parts}</radialGradient>'


def everyday() -> str:
    """A crowd of umbrellas on paper."""
    body = _crowd(795, 0, 118, rows=5, columns=3)
    paper = ground("#efe6d6", "#e6dac4", slope=0.2)
    return page(WIDTH, HEIGHT, paper, body, shadow="0.25 .18 .10 .45", offset="8 16", blur=12)


def _crowd(left: float, top: float, radius: float, rows: int, columns: int) -> str:
    colours = (CREAM, PETROL, SKY, INK, CORAL, ROSE, SAFFRON)
    parts = []
    for row in range(rows):
        for column in range(columns):
            x = left + column * radius * 1.86 + (0 if row % 2 else radius * 0.93)
            y = top + 40 + (row - 1) * radius * 1.64
            kind = colours[(column * 3 + row * 2) % len(colours)]
            turn = 0.39 * ((row * columns + column) % 3) + 0.2
            parts.append(umbrella(round(x, 1), round(y, 1), radius * 0.93, kind, turn))
    return "".join(parts)


def sale() -> str:
    """The edge of a crowd, on petrol: few colours, as it becomes a GIF."""
    width, height = 1200, 480
    body = ""
    for x, y, r, colours, turn in (
        (1075, 120, 150, CORAL, 0.2),
        (1180, 395, 132, SAFFRON, 0.5),
        (905, 40, 74, SKY, 0.1),
        (985, 420, 96, CREAM, 0.35),
    ):
        body += umbrella(x, y, r, colours, turn)
    wall = ground("#12303b", "#12303b", slope=0.6)
    picture = page(width, height, wall, body, shadow="0.01 .05 .07 .55", offset="10 18", blur=12)
    return picture.replace('filter="url(#grain)" opacity=".10"', 'opacity="0"')


def awning(beneath: str = "", *, night: bool = False) -> str:
    """The striped awning of a shop, over paper, and what stands before it; by night for dark screens."""
    width, height = 1200, 560
    body = ""
    stripe = 80
    for index in range(width // stripe):
        x = index * stripe
        colour = CORAL[0] if index % 2 == 0 else ("#d8cdb8" if night else "#fbf3e2")
        dark = CORAL[1] if index % 2 == 0 else ("#c3b79f" if night else "#efe3cb")
        body += f'<path d="M{x},-20 h{stripe} v76 h{-stripe} Z" fill="{colour}"/>'
        body += f'<path d="M{x},54 h{stripe} v22 a{stripe / 2},{stripe / 2} 0 0 1 {-stripe},0 Z" fill="{dark}"/>'
    body = f'<g filter="url(#drop)">{body}</g>{body}<rect y="52" width="{width}" height="3" opacity=".10"/>'
    wall = ground("#1b2b32", "#131f25", slope=0.3) if night else ground("#f6f1e7", "#f1e9da", slope=0.3)
    shadow = "0 .02 .03 .6" if night else "0.25 .18 .10 .30"
    return page(width, height, wall, beneath + body, shadow=shadow, offset="0 14", blur=14)


def street(*, night: bool = False) -> str:
    """Those who come in out of the rain, under the awning."""
    crowd = umbrella(1130, 470, 138, PETROL, 0.5) + umbrella(935, 330, 118, SAFFRON, 0.2)
    return awning(crowd + umbrella(1135, 225, 96, SKY, 0.1) + umbrella(850, 545, 92, CORAL, 0.35), night=night)


def card(over: str = "") -> str:
    """Rings of rain on a dark card, and what lies over them."""
    width, height = 1200, 520
    random = Random(8)
    body = '<circle cx="1040" cy="20" r="760" fill="url(#lamp)"/>'
    for _ in range(34):
        x, y, r = random.uniform(0, width), random.uniform(0, height), random.uniform(12, 70)
        for size in (r, r * 0.62, r * 0.3):
            style = f'fill="none" stroke="#cfe6ea" stroke-width="1.6" opacity="{0.04 + 0.06 * (1 - size / 70):.2f}"'
            body += f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{size:.1f}" ry="{size * 0.9:.1f}" {style}/>'
    dark = ground("#143a46", "#12303b", "#0f2832", slope=0.7)
    return page(
        width,
        height,
        dark,
        body + over,
        defs=_light("lamp", "#4a93a5", 0.42),
        shadow="0 .04 .06 .6",
        offset="10 18",
        blur=14,
    )


def join() -> str:
    """The card, with those who have theirs already."""
    crowd = umbrella(1000, 245, 158, SAFFRON, 0.2) + umbrella(1160, 450, 120, CORAL, 0.5)
    return card(crowd + umbrella(1165, 60, 92, CREAM, 0.1) + umbrella(830, 470, 78, SKY, 0.35))


PICTURES = {
    "umbrella/rain.jpg": rain,
    "umbrella/snow.jpg": snow,
    "umbrella/heat.jpg": heat,
    "umbrella/clear.jpg": clear,
    "umbrella/night.jpg": night,
    "umbrella/everyday.jpg": everyday,
    "countdown/sale.png": sale,
    "nearest-store/awning.jpg": awning,
    "nearest-store/street.jpg": street,
    "nearest-store/awning-dark.jpg": partial(awning, night=True),
    "nearest-store/street-dark.jpg": partial(street, night=True),
    "loyalty/card.jpg": card,
    "loyalty/join.jpg": join,
}


def grained(picture: Image.Image, random: Random) -> Image.Image:
    """The picture with fine noise, lest its long gradients show bands: a level or two each pixel, never seen alone."""
    size = picture.width * picture.height
    noise = [Image.frombytes("L", picture.size, random.randbytes(size)) for _ in picture.getbands()]
    fine = Image.merge("RGB", noise).point([128 + round((value - 127.5) / 127.5 * GRAIN) for value in range(256)] * 3)
    return ImageChops.add(picture, fine, offset=-128)


def main() -> None:
    """Writes all pictures."""
    for name, draw in PICTURES.items():
        picture = Image.open(BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=draw())))).convert("RGB")
        target = TEMPLATES / name
        if target.suffix == ".png":
            picture.quantize(200).save(target, optimize=True)
        else:
            grained(picture, Random(name)).save(target, quality=88, subsampling=0, optimize=True)


if __name__ == "__main__":
    main()
