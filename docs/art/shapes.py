"""What the pictures of Averse are drawn of, as SVG: umbrellas seen from above, paving, soft light, grain."""

from __future__ import annotations

import math
from random import Random

Colours = tuple[str, ...]

CORAL = ("#e5603b", "#dd5530")
SAFFRON = ("#eeb14a", "#e7a438")
CREAM = ("#f4ead6", "#ecdfc6")
PETROL = ("#1f5a6b", "#1a4f5f")
INK = ("#17333f", "#132b36")
ROSE = ("#e9a79b", "#e29a8d")
SKY = ("#9cc3cf", "#8fb8c6")


def page(
    width: int, height: int, ground: str, body: str, *, defs: str = "", shadow: str, offset: str, blur: int
) -> str:
    """A whole picture. `shadow` is red, green, blue and opacity (0 to 1), `offset` how far it falls."""
    red, green, blue, alpha = shadow.split()
    dx, dy = offset.split()
    colour = f"0 0 0 0 {red} 0 0 0 0 {green} 0 0 0 0 {blue} 0 0 0 {alpha} 0"
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"><defs>
<filter id="drop" x="-60%" y="-60%" width="220%" height="220%"><feOffset dx="{dx}" dy="{dy}"/>
<feGaussianBlur stdDeviation="{blur}"/><feColorMatrix values="{colour}"/></filter>
<filter id="soft" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="22"/></filter>
<filter id="softer" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="60"/></filter>
<filter id="grain" x="0" y="0" width="100%" height="100%">
<feTurbulence type="fractalNoise" baseFrequency=".9" numOctaves="2" seed="7"/>
<feColorMatrix values="0 0 0 0 .5  0 0 0 0 .5  0 0 0 0 .5  .9 0 0 0 -.36"/></filter>
{ground}{defs}</defs><rect width="{width}" height="{height}" fill="url(#ground)"/>{body}
<rect width="{width}" height="{height}" filter="url(#grain)" opacity=".10"/></svg>"""


def ground(*stops: str, slope: float) -> str:
    """A slanting gradient from the left to the right."""
    parts = "".join(f'<stop offset="{i / (len(stops) - 1):.2f}" stop-color="{stop}"/>' for i, stop in enumerate(stops))
    return f'<linearGradient id="ground" x1="0" y1="0" x2="1" y2="{slope}">{parts}</linearGradient>'


def _at(x: float, y: float, radius: float, angle: float) -> str:
    return f"{x + radius * math.cos(angle):.1f},{y + radius * math.sin(angle):.1f}"


def outline(x: float, y: float, radius: float, turn: float, ribs: int = 8) -> str:
    """The scalloped edge of an umbrella."""
    path = f"M{_at(x, y, radius, turn)}"
    for rib in range(ribs):
        middle, end = turn + 2 * math.pi * (rib + 0.5) / ribs, turn + 2 * math.pi * (rib + 1) / ribs
        path += f" Q{_at(x, y, radius * 0.877 * math.cos(math.pi / ribs), middle)} {_at(x, y, radius, end)}"
    return path + " Z"


def umbrella(x: float, y: float, radius: float, colours: Colours, turn: float = 0.0, ribs: int = 8) -> str:
    """An umbrella from above, lit from the upper left."""
    parts = [f'<g filter="url(#drop)"><path d="{outline(x, y, radius, turn, ribs)}"/></g>']
    for rib in range(ribs):
        start, end = turn + 2 * math.pi * rib / ribs, turn + 2 * math.pi * (rib + 1) / ribs
        middle = (start + end) / 2
        curve = f"Q{_at(x, y, radius * 0.877 * math.cos(math.pi / ribs), middle)} {_at(x, y, radius, end)} Z"
        panel = f"M{x},{y} L{_at(x, y, radius, start)} {curve}"
        parts.append(f'<path d="{panel}" fill="{colours[rib % len(colours)]}"/>')
        light = -(math.cos(middle) * 0.53 + math.sin(middle) * 0.85)
        shade = ("#fff", light * 0.2) if light > 0 else ("#04141c", -light * 0.26)
        parts.append(f'<path d="{panel}" fill="{shade[0]}" opacity="{shade[1]:.3f}"/>')
        fold = f"Q{_at(x, y, radius * 0.9, start + 0.12)} {_at(x, y, radius * 0.93, start + 0.2)} Z"
        parts.append(f'<path d="M{x},{y} L{_at(x, y, radius, start)} {fold}" fill="#04141c" opacity=".07"/>')
    width = max(1.2, radius * 0.009)
    for rib in range(ribs):
        tip = _at(x, y, radius * 1.015, turn + 2 * math.pi * rib / ribs)
        parts.append(f'<path d="M{x},{y} L{tip}" stroke="#000" stroke-opacity=".13" stroke-width="{width:.1f}"/>')
        parts.append(
            f'<path d="M{tip} l.1,0" stroke="#555b5e" stroke-width="{width * 3.4:.1f}" stroke-linecap="round"/>'
        )
    parts.append(f'<circle cx="{x}" cy="{y}" r="{radius * 0.055:.1f}" opacity=".19"/>')
    parts.append(f'<circle cx="{x - 1}" cy="{y - 1.5}" r="{radius * 0.04:.1f}" fill="#f6f1e7"/>')
    return "".join(parts)


def dusting(x: float, y: float, radius: float, turn: float, random: Random) -> str:
    """Snow on an umbrella, thickest where it comes from."""
    name = f"on{int(x)}"
    parts = [f'<clipPath id="{name}"><path d="{outline(x, y, radius, turn)}"/></clipPath><g clip-path="url(#{name})">']
    left, top = x - radius * 0.34, y - radius * 0.42
    parts.append(
        f'<ellipse cx="{left:.1f}" cy="{top:.1f}" rx="{radius * 0.62:.1f}" ry="{radius * 0.5:.1f}" fill="#fff"'
    )
    parts.append(' opacity=".55" filter="url(#soft)"/>')
    for _ in range(520):
        flake_x, flake_y = x + radius * random.uniform(-1, 1), y + radius * random.uniform(-1, 1)
        far = math.hypot(flake_x - left, flake_y - top) / radius
        if random.random() < math.exp(-2.1 * far * far) + 0.05:
            size = random.uniform(1, 4.6) * (1.25 - 0.5 * min(far, 1))
            parts.append(dot(flake_x, flake_y, size, "#fff", random.uniform(0.6, 0.98)))
    return "".join(parts) + "</g>"


def dot(x: float, y: float, radius: float, colour: str, opacity: float = 1) -> str:
    """A small disc."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}" opacity="{opacity:.2f}"/>'


def paving(width: int, height: int, colour: str, opacity: float) -> str:
    """Slabs of a street, askew."""
    style = f'stroke="{colour}" stroke-width="2.5" opacity="{opacity}"'
    across = [f'<path d="M{x},-20 L{x + 260},{height + 20}" {style}/>' for x in range(-200, width + 200, 190)]
    along = [f'<path d="M-20,{y + 60} L{width + 20},{y - 60}" {style}/>' for y in range(-40, height + 100, 140)]
    return "".join([*across, *along])


def glow(x: float, y: float, rx: float, ry: float, colour: str, opacity: float, filter_: str = "softer") -> str:
    """Soft light or shade."""
    place = f'cx="{x}" cy="{y}" rx="{rx}" ry="{ry}"'
    return f'<ellipse {place} fill="{colour}" opacity="{opacity}" filter="url(#{filter_})"/>'


def cloth(
    x: float, y: float, width: float, height: float, turn: float, colour: str, stripe: str, *, checked: bool
) -> str:
    """A towel, or a checked picnic cloth."""
    box = f'x="{-width / 2}" y="{-height / 2}" width="{width}" height="{height}"'
    parts = [f'<g transform="translate({x},{y}) rotate({turn})"><g filter="url(#drop)"><rect {box} rx="6"/></g>']
    parts.append(f'<rect {box} rx="6" fill="{colour}"/>')
    if checked:
        for k in range(int(-width / 2), int(width / 2), 50):
            band = f'y="{-height / 2}" width="25" height="{height}" fill="{stripe}" opacity=".42"'
            parts.append(f'<rect x="{k}" {band}/>')
        for k in range(int(-height / 2), int(height / 2), 50):
            band = f'x="{-width / 2}" width="{width}" height="25" fill="{stripe}" opacity=".42"'
            parts.append(f'<rect y="{k}" {band}/>')
    else:
        step = height / 6
        for k in (1, 3, 5):
            band = f'x="{-width / 2}" width="{width}" height="{step}" fill="{stripe}"'
            parts.append(f'<rect y="{-height / 2 + step * k}" {band}/>')
    return "".join(parts) + "</g>"
