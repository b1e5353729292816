"""Scenes of all kinds of nodes, partly outside, for laws that hold for every scene."""

from __future__ import annotations

from io import BytesIO

from hypothesis import strategies as st
from PIL import Image

from livecontent.looks import Corners, Curve, Cutout, Effects, Perspective, Radial, Rotation
from livecontent.render.paint.bidi import runs_right_to_left
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.scene import (
    Arc,
    Box,
    Colour,
    CountdownClock,
    DigitGroup,
    Gradient,
    Group,
    Modules,
    Node,
    Path,
    Picture,
    Run,
    Scene,
    Shadow,
    Shape,
    Stroke,
    Text,
    Ticker,
)

WIDTH, HEIGHT = 72, 56
SIDES = st.integers(1, 60)
WORDS = ("Il", "pluie", "é", "كلمة", "נגן", "क्ष", "☔", "𝒳", "gjfÅ", "…")

levels = st.sampled_from([0, 1, 64, 127, 200, 255])
colours = st.builds(Colour, levels, levels, levels, st.sampled_from([255, 255, 255, 128, 3, 0]))
thin = st.integers(1, 3)
boxes = st.builds(Box, st.integers(-30, 75), st.integers(-30, 60), thin | st.integers(1, 60), thin | st.integers(1, 50))
parts = st.integers(0, WIDTH - 1).flatmap(
    lambda x: st.integers(0, HEIGHT - 1).flatmap(
        lambda y: st.builds(Box, st.just(x), st.just(y), st.integers(1, WIDTH - x), st.integers(1, HEIGHT - y))
    )
)
part = st.sampled_from([0.0, 0.3, 0.5, 1.0, 1.2])
radials = st.none() | st.builds(Radial, part, part, st.booleans())
angles = st.sampled_from([0, 45, 90, 200])
gradients = st.one_of(
    st.builds(Gradient, st.lists(colours, min_size=2, max_size=4).map(tuple), angles, st.just(()), radials),
    st.builds(Gradient, st.tuples(colours, colours, colours), angles, st.just((0.2, 0.2, 0.9)), radials),
)
paints = colours | gradients
dashes = st.none() | st.tuples(st.integers(1, 20), st.integers(1, 12))
strokes = st.none() | st.builds(Stroke, st.integers(1, 9), colours)
outlines = st.none() | st.builds(Stroke, st.integers(1, 9), colours, dashes)
rounding = st.integers(0, 30)
radii = rounding | st.builds(Corners, rounding, rounding, rounding, rounding)
shadows = st.none() | st.builds(Shadow, st.integers(-9, 9), st.integers(-9, 9), st.integers(0, 14), colours)
opacities = st.sampled_from([1.0, 1.0, 1.0, 0.5, 0.2, 0.0, 0.99])
views = st.sampled_from(
    [((0, 0), (30, 6), (28, 25), (-4, 30)), ((5, -20), (60, 0), (50, 40), (0, 12)), ((0, 0), (4, 0), (9, 40), (0, 40))]
)
curves = st.builds(Curve, st.sampled_from([3.0, 12.5, 40.0, 900.0]), st.booleans())
warps = st.one_of(
    st.builds(Rotation, st.sampled_from([-8.0, 90.0, 33.3, 180.0, -90.0, 270.0])), st.builds(Perspective, views), curves
)
blends = st.sampled_from(["multiply", "screen", "overlay", "darken", "lighten"])
shared = {"box": boxes, "opacity": opacities, "shadow": shadows}


def asset_of(painter: Painter, mode: str) -> str:
    """A bitmap of noise, opaque or with alpha."""
    noise = Image.frombytes(
        mode, (9, 7), bytes(range(0, 9 * 7 * len(mode) * 3, 3)[i] % 256 for i in range(63 * len(mode)))
    )
    out = BytesIO()
    noise.save(out, "PNG")
    return painter.images.add(out.getvalue())


def runs_of(fonts: Fonts, word: str, size: int, x: int, y: int, weight: int) -> tuple[Run, ...]:
    """The runs of a word, one beside the other."""
    runs = []
    for text, face in fonts.split(word, "Inter", weight, False):
        rtl = runs_right_to_left(text)
        runs.append(Run(text, face, size, x, y, rtl))
        x += round(fonts.advance(text, face, size, rtl))
    return tuple(runs)


def _ticker(
    fonts: Fonts,
    left: int,
    size: int,
    *,
    colour: Colour,
    static: tuple[Node, ...],
    ended: tuple[Node, ...],
    **common: object,
) -> Ticker:
    ((_, face),) = fonts.split("0123456789", "Inter", 700, False)
    box: Box = common["box"]  # type: ignore[assignment]
    advances = tuple(round(fonts.advance(digit, face, size)) for digit in "0123456789")
    slot = max(advances)
    cells = [
        DigitGroup(60, 0, 2, box.x, box.y + size, slot, advances),
        DigitGroup(1, 60, 2, box.x + 2 * slot + 4, box.y + size, slot, advances),
    ]
    clock = CountdownClock(tuple(cells), face, size, colour, static, ended)
    return Ticker(left=left, clock=clock, **common)  # type: ignore[arg-type]


def tickers(painter: Painter, inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Ticker]:
    """Countdowns of two cells, with cards and something at the end."""
    return st.builds(
        _ticker,
        st.just(painter.fonts),
        st.sampled_from([0, 1, 2, 59, 61, 119, 600]),
        st.integers(8, 20),
        colour=colours,
        static=st.lists(inner, max_size=2).map(tuple),
        ended=st.lists(inner, max_size=1).map(tuple),
        **shared,
    )


def nodes(painter: Painter) -> st.SearchStrategy[Node]:
    """Nodes of every kind; groups of them."""
    fonts = painter.fonts
    words = st.builds(
        runs_of,
        st.just(fonts),
        st.sampled_from(WORDS),
        st.integers(6, 26),
        st.integers(-20, 70),
        st.integers(-4, 60),
        st.sampled_from([400, 800]),
    )
    kinds = st.sampled_from(["rectangle", "ellipse", "line"])
    whole = {"stroke": outlines, "clip": st.none()}
    filled = {"kind": kinds, "paint": st.none() | paints, "radius": radii, **shared}
    clipped = {"stroke": st.none(), "clip": boxes}
    shapes = st.builds(Shape, **filled, **whole) | st.builds(Shape, **filled, **clipped)
    arcs = st.builds(
        Arc,
        circle=st.builds(lambda x, y, side: Box(x, y, side, side), st.integers(-30, 60), st.integers(-30, 50), SIDES),
        thickness=st.integers(1, 20),
        start=st.sampled_from([0.0, 90.0, 217.3]),
        sweep=st.sampled_from([0.3, 5.0, 90.0, 271.5, 359.9, 360.0]),
        paint=paints,
        round_ends=st.booleans(),
        **shared,
    )
    corners = st.tuples(st.floats(-20, 70), st.floats(-20, 60))
    paths = st.builds(
        Path,
        points=st.lists(corners, min_size=1, max_size=6).map(tuple),
        line=st.sampled_from([0, 0.4, 2, 9]),
        paint=paints,
        closed=st.booleans(),
        **shared,
    )
    assets = st.sampled_from([asset_of(painter, "RGB"), asset_of(painter, "RGBA")])
    fits = st.sampled_from(["cover", "contain", "stretch"])
    pictures = st.builds(Picture, asset=assets, fit=fits, radius=radii, tint=st.none() | colours, **shared)
    texts = st.builds(Text, runs=words, colour=colours, stroke=strokes, **shared)
    wide = st.builds(Box, st.integers(-30, 60), st.integers(-30, 50), st.integers(4, 60), st.integers(3, 50))
    bits = st.builds(
        Modules, rows=st.sampled_from([("1011",), ("101", "010", "111")]), colour=colours, **{**shared, "box": wide}
    )
    flat = shapes | arcs | paths | pictures | texts | bits
    moving = flat | tickers(painter, flat)
    masks = st.builds(Cutout, st.just(""), st.none() | radii) | st.builds(Cutout, assets, st.none())
    effects = st.none() | st.builds(Effects, st.none() | warps, st.none() | masks, st.none() | blends)
    groups = st.builds(
        Group, nodes=st.lists(moving, min_size=1, max_size=3).map(tuple), effects=effects, stay=st.none(), **shared
    )
    inside = st.lists(moving | groups, min_size=1, max_size=2).map(tuple)
    nested = st.builds(Group, nodes=inside, effects=effects, stay=st.none(), **shared)
    return moving | groups | nested


def scenes(painter: Painter) -> st.SearchStrategy[Scene]:
    """Scenes of up to five nodes."""
    grounds = st.builds(Colour, levels, levels, levels)
    several = st.lists(nodes(painter), min_size=1, max_size=5).map(tuple)
    return st.builds(Scene, st.just(WIDTH), st.just(HEIGHT), grounds, several, st.just(4))
