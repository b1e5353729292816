"""What the gallery's drawings are made of, as SVG: umbrellas, coats, boots, hats and bags, each 100 units wide."""

from math import cos, pi, sin

INK, CREAM, CORAL, OCHRE, SKY, SEA, ROSE, SAND = (
    "#12303b",
    "#f6f1e7",
    "#e0583a",
    "#e3a13a",
    "#8bb4c8",
    "#1c5566",
    "#d98686",
    "#e8dcc3",
)


def umbrella(color: str, other: str = "", panels: int = 8) -> str:
    """One from above: panels in turn of two colours, lit from the top left."""
    parts, step = [], 2 * pi / panels
    for place in range(panels):
        start, end = place * step - pi / 2 - 0.2, (place + 1) * step - pi / 2 - 0.2
        middle = (start + end) / 2
        x, y = 50 + 47 * cos(start), 50 + 47 * sin(start)
        to_x, to_y = 50 + 47 * cos(end), 50 + 47 * sin(end)
        in_x, in_y = 50 + 40 * cos(middle), 50 + 40 * sin(middle)
        light = cos(middle + 2.3)
        shade, strength = ("#fff", 0.2 * light) if light > 0 else ("#000", -0.24 * light)
        path = f"M50 50L{x:.1f} {y:.1f}Q{in_x:.1f} {in_y:.1f} {to_x:.1f} {to_y:.1f}Z"
        parts.append(f'<path d="{path}" fill="{other if other and place % 2 else color}"/>')
        parts.append(f'<path d="{path}" fill="{shade}" fill-opacity="{strength:.2f}"/>')
        parts.append(f'<path d="M50 50L{x:.1f} {y:.1f}" stroke="#000" stroke-opacity=".12" stroke-width=".6"/>')
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.1" fill="{INK}"/>')
    return _shadowed("".join(parts) + '<circle cx="50" cy="50" r="2.4" fill="#fff"/>')


def coat(color: str, lining: str) -> str:
    """A raincoat with a hood and two pockets."""
    return _shadowed(
        f'<path fill="{color}" d="M38 14Q50 2 62 14L78 24Q88 30 92 62L79 66L75 46L77 94Q50 99 23 94L25 46L21 66L8 62'
        'Q12 30 22 24Z"/>'
        f'<path d="M40 17Q50 7 60 17Q58 28 50 30Q42 28 40 17Z" fill="{lining}"/>'
        '<path d="M25 46L21 66L8 62Q12 30 22 24Q24 34 25 46Z" fill="#000" fill-opacity=".08"/>'
        '<path d="M50 30V96Q64 97 77 94L75 46Q70 30 60 22Q56 29 50 30Z" fill="#000" fill-opacity=".07"/>'
        f'<path d="M50 30V96" stroke="{INK}" stroke-opacity=".3" stroke-width="1"/>'
        f'<g fill="{INK}"><circle cx="46" cy="42" r="1.5"/><circle cx="46" cy="54" r="1.5"/>'
        '<circle cx="46" cy="66" r="1.5"/><circle cx="46" cy="78" r="1.5"/></g>'
        f'<g fill="#000" fill-opacity=".13"><rect x="29" y="66" width="13" height="4" rx="1.5"/>'
        '<rect x="58" y="66" width="13" height="4" rx="1.5"/></g>'
    )


def back(color: str) -> str:
    """A raincoat from behind, its hood down: room for a name."""
    return _shadowed(
        f'<path fill="{color}" d="M36 15Q50 9 64 15L80 25Q90 31 94 64L80 68L76 48L78 97Q50 101 22 97L24 48L20 68L6 64'
        'Q10 31 20 25Z"/>'
        '<path d="M24 48L20 68L6 64Q10 31 20 25Q23 36 24 48Z" fill="#000" fill-opacity=".08"/>'
        '<path d="M76 48L80 68L94 64Q90 31 80 25Q77 36 76 48Z" fill="#000" fill-opacity=".12"/>'
        '<path d="M34 16Q50 8 66 16Q68 27 50 31Q32 27 34 16Z" fill="#000" fill-opacity=".14"/>'
        '<path d="M22.6 88Q50 92 77.4 88L78 97Q50 101 22 97Z" fill="#000" fill-opacity=".08"/>'
        f'<path d="M50 84V98" stroke="{INK}" stroke-opacity=".25" stroke-width=".8"/>'
    )


def boots(color: str, sole: str) -> str:
    """A pair of rain boots, one behind the other."""
    boot = (
        f'<path d="M16 12H40L42 58Q44 70 60 72Q72 74 72 86H16Q13 50 16 12Z" fill="{color}"/>'
        f'<path d="M14 86H73V91Q73 93 70 93H17Q14 93 14 91Z" fill="{sole}"/>'
        '<path d="M16 12H40L40.4 20H15.6Z" fill="#000" fill-opacity=".14"/>'
        '<path d="M21 22H25L27 80H22Q19 50 21 22Z" fill="#fff" fill-opacity=".22"/>'
    )
    return _shadowed(f'<g transform="translate(21 -5)">{boot}</g><g transform="translate(2 2)">{boot}</g>')


def hat(color: str, band: str) -> str:
    """A bucket hat."""
    return _shadowed(
        f'<path d="M10 66Q12 56 26 52Q28 26 50 26Q72 26 74 52Q88 56 90 66Q92 76 50 76Q8 76 10 66Z" fill="{color}"/>'
        '<path d="M26 52Q50 62 74 52Q88 56 90 66Q92 76 50 76Q8 76 10 66Q12 56 26 52Z" fill="#000" fill-opacity=".1"/>'
        f'<path d="M26.4 49Q50 59 73.6 49L74 54Q50 64 26 54Z" fill="{band}"/>'
        '<path d="M36 32Q31 38 31 47" stroke="#fff" stroke-opacity=".4" stroke-width="2.4" fill="none"/>'
    )


def bag(color: str, handle: str) -> str:
    """A tote."""
    return _shadowed(
        f'<path d="M34 42V28Q34 12 50 12Q66 12 66 28V42" stroke="{handle}" stroke-width="4.5" fill="none"/>'
        f'<path d="M16 38H84L90 90Q90 94 86 94H14Q10 94 10 90Z" fill="{color}"/>'
        '<path d="M16 38H84L85 46H15Z" fill="#000" fill-opacity=".1"/>'
        f'<g transform="translate(36 54) scale(.28)">{umbrella(handle)}</g>'
    )


def mug(color: str, inside: str) -> str:
    """An enamel mug, seen from a little above; its front is flat between 18 and 68."""
    return _shadowed(
        f'<path d="M70 34Q94 30 92 52Q90 72 68 72" stroke="{color}" stroke-width="7" fill="none"/>'
        f'<path d="M12 22H74V78Q74 92 58 92H28Q12 92 12 78Z" fill="{color}"/>'
        '<path d="M12 22H24V90Q12 88 12 78Z" fill="#fff" fill-opacity=".18"/>'
        '<path d="M62 22H74V78Q74 92 60 92Q63 60 62 22Z" fill="#000" fill-opacity=".08"/>'
        f'<ellipse cx="43" cy="22" rx="31" ry="7" fill="{inside}"/>'
        f'<ellipse cx="43" cy="22" rx="31" ry="7" fill="none" stroke="{INK}" stroke-width="1.6"/>'
    )


def facade(is_open: bool) -> str:
    """A shop front, 240 wide and 260 high: lit, or with its shutter down."""
    stripes = "".join(
        f'<path fill="{CORAL if place % 2 else CREAM}" d="M{18 + 25.5 * place} 84h25.5v26a12.75 12.75 0 0 1-25.5 0Z"/>'
        for place in range(8)
    )
    umbrellas = "".join(
        f'<g transform="translate({x} {y}) scale({scale})">{umbrella(color)}</g>'
        for color, x, y, scale in ((OCHRE, 34, 128, 0.46), (SKY, 78, 146, 0.42), (CORAL, 52, 172, 0.4))
    )
    shutter = "".join(f'<path d="M0 {y}H{{w}}" stroke="#7f8f94" stroke-width="1.6"/>' for y in range(8, 110, 8))
    window, door = (
        (
            '<rect x="30" y="118" width="96" height="98" fill="#ffe2a3"/>' + umbrellas,
            '<path fill="#ffe9bd" d="M150 124h46v66h-46Z"/>',
        )
        if is_open
        else (
            f'<g transform="translate(30 118)"><rect width="96" height="98" fill="#a9b6ba"/>{shutter.format(w=96)}</g>',
            '<path fill="#4d6670" d="M150 124h46v66h-46Z"/>',
        )
    )
    return (
        '<rect x="0" y="250" width="240" height="10" fill="#00000022"/>'
        f'<rect x="10" y="28" width="220" height="224" rx="4" fill="{SEA}"/>'
        f'<rect x="24" y="40" width="192" height="34" rx="3" fill="{INK}"/>'
        f'<g transform="translate(108 45) scale(.24)">{umbrella(OCHRE)}</g>'
        f'{window}<rect x="30" y="118" width="96" height="98" fill="none" stroke="{INK}" stroke-width="4"/>'
        f'<rect x="24" y="216" width="108" height="36" fill="{INK}"/>'
        f'<rect x="144" y="118" width="58" height="134" fill="{INK}"/>{door}'
        f'<circle cx="192" cy="206" r="3" fill="{OCHRE}"/>{stripes}'
    )


def portrait() -> str:
    """A woman with a bun and a navy jacket, from the shoulders up."""
    return (
        '<rect width="100" height="100" fill="#f0c9a8"/><circle cx="50" cy="17" r="11" fill="#3b2621"/>'
        '<path d="M27 52Q24 20 50 20Q76 20 73 52Q74 64 68 70H32Q26 64 27 52Z" fill="#3b2621"/>'
        '<path d="M42 60H58V80H42Z" fill="#c98f6b"/><ellipse cx="50" cy="48" rx="17" ry="20" fill="#dba37d"/>'
        '<path d="M32 46Q34 28 50 30Q62 31 68 46Q60 40 54 36Q46 42 32 46Z" fill="#3b2621"/>'
        f'<path d="M10 100Q12 78 40 75Q50 86 60 75Q88 78 90 100Z" fill="{INK}"/>'
        f'<path d="M40 75L50 92L60 75L63 76L52 100H48L37 76Z" fill="{OCHRE}"/>'
        '<g fill="#3b2621"><circle cx="43" cy="48" r="1.7"/><circle cx="57" cy="48" r="1.7"/></g>'
        '<path d="M44 57Q50 62 56 57" stroke="#9c4a3a" stroke-width="1.8" fill="none" stroke-linecap="round"/>'
        '<g fill="#e58b6f" fill-opacity=".5"><circle cx="39" cy="54" r="3.4"/><circle cx="61" cy="54" r="3.4"/></g>'
    )


def _shadowed(shape: str) -> str:
    return f'<g filter="url(#soft)">{shape}</g>'
