"""What editors show of each key of `creative.yaml`: a description, and an example."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from livecontent.creative.deciding_described import DECIDING

_WHEN = (
    "When it is shown: a condition in CEL. A fact that is not known makes it neither true nor false.",
    'weather.condition == "rain"',
)
_FROM = ("The moment from which it is shown.", "2026-12-20T08:00")
_UNTIL = ("The moment until which it is shown.", "{{ param.until }}")
_VALID_FOR = ("How long it stays true, for images that are fetched before they are read.", "2 weeks")
_LINK = ("Where a click goes. https:// and the host are written out.", "https://shop.example/{{ store.id }}")
_ALT = ("The alt text: one sentence that says what the image shows.", {"en": "20% off", "fr": "−20 %"})
_LAYERS = ("What is drawn, from bottom to top.", [{"fill": "#f6f1e7"}, {"text": "Hello"}])
_COLOR = ("The colour; quoted, as # begins a comment.", "#7a1226")
_PAINT = ("A colour or a gradient.", {"gradient": ["#ffffff", "#dddddd"], "angle": 180})
_RADIUS = ("How round the corners are, in CSS pixels.", 8)
_RADII = ("How round the corners are, in CSS pixels: all, or from the top left one clockwise.", [8, 8, 0, 0])
_FONT = ("Family, weight, size and italic.", {"family": "Fraunces", "size": 40})
_STROKE = ("An outline.", {"width": 2, "color": "#b3122f"})
_GAP = ("The space between, in CSS pixels.", 8)
_PADDING = ("The room inside its edge: a number, [vertical, horizontal] or [top, right, bottom, left].", [4, 12])
_DEFAULT = "The value where the address has none, or one that is not allowed."

# What editors show of each key, and an example; those of all layers under `Layer`, those of several kinds under `Any`.
DESCRIPTIONS: Mapping[str, tuple[str, Any]] = MappingProxyType(
    {
        **DECIDING,
        "Creative.title": ("Its name for people.", "Welcome back"),
        "Creative.size": ("Width x height in CSS pixels.", "600x300"),
        "Creative.scale": ("Device pixels for each CSS pixel.", 2),
        "Creative.format": ("The kind of file: gif for countdowns, png for drawings and codes.", "gif"),
        "Creative.formats": ("Further formats that an address may ask for by its ending.", ["webp", "png"]),
        "Creative.palette": ("For a png: 256 colours, half the size or less.", True),
        "Creative.background": ("The colour under everything; opaque.", "#ffffff"),
        "Creative.language": ("The language of recipients whose language is unknown.", "fr"),
        "Creative.timezone": ("The time zone of moments without one; else the recipient's.", "Europe/Paris"),
        "Creative.currency": ("The currency of the filter money.", "EUR"),
        "Creative.horizon": ("How long after a prefetch the image may still be read.", "7 days"),
        "Creative.loop": ("How often the animation of layers with at or for plays; 0: without end.", 3),
        "Creative.max_bytes": ("The most bytes of such an animation: else its last frames are left out.", 600_000),
        "Creative.link": _LINK,
        "Creative.hosts": ("The only hosts that links may lead to.", ["shop.example"]),
        "Creative.alt": _ALT,
        "Creative.params": (
            "What may be added to the address.",
            {"until": {"type": "moment", "default": "2026-12-24T18:00"}},
        ),
        "Creative.let": (
            "Values that are worked out once for an open, in CEL; rules and texts name them as let.share.",
            {"share": "recipient.points / recipient.goal"},
        ),
        "Creative.styles": ("Named sets of keys for layers.", {"small": {"font": {"size": 13}, "color": "#55606a"}}),
        "Creative.fallback": ("An image of the folder, shown when nothing else can be.", "fallback.jpg"),
        "Creative.layers": ("Layers on top of every variant.", [{"text": "Sale", "box": [0, 0, 90, 20]}]),
        "Creative.variants": (
            "The images it can become. The first whose rule is true is shown; the last one has no rule.",
            [{"name": "everyday", "layers": [{"text": "Hello"}]}],
        ),
        "Variant.name": ("Its name: lower-case letters, digits and hyphens.", "gold-members"),
        "Variant.when": _WHEN,
        "Variant.from": _FROM,
        "Variant.until": _UNTIL,
        "Variant.valid_for": _VALID_FOR,
        "Variant.link": _LINK,
        "Variant.alt": _ALT,
        "Variant.size": ("Width x height in CSS pixels, where it is not the creative's.", "600x120"),
        "Variant.collapse": ("Nothing to say: a see-through pixel, without layers; the email closes the gap.", True),
        "Variant.layers": _LAYERS,
        "Layer.style": ("The name of one of the styles; own keys override it.", "small"),
        "Layer.box": ("[left, top, width, height] in CSS pixels; all of it by default.", [32, 40, 536, 120]),
        "Layer.width": ("In a row or column: CSS pixels, auto (as the content) or fill (what is left).", 120),
        "Layer.height": ("In a row or column: CSS pixels, auto (as the content) or fill (what is left).", "fill"),
        "Layer.min_width": ("In a row or column: the least width, in CSS pixels.", 80),
        "Layer.max_width": ("In a row or column: the most width, in CSS pixels.", 240),
        "Layer.min_height": ("In a row or column: the least height, in CSS pixels.", 40),
        "Layer.max_height": ("In a row or column: the most height, in CSS pixels.", 120),
        "Layer.opacity": ("0 (not seen) to 1.", 0.85),
        "Layer.shadow": ("A soft shadow.", {"y": 2, "blur": 8, "color": "#00000040"}),
        "Layer.rotate": ("Turned by so many degrees, clockwise around the middle of its box.", -8),
        "Layer.perspective": (
            "Seen from the side: where its corners go, from the top left one clockwise, in CSS pixels as its box.",
            [[40, 30], [200, 44], [198, 120], [42, 140]],
        ),
        "Layer.curve": ("On an arc: so many degrees for the width of its box, or a radius; less than 0 downwards.", 90),
        "CurveRadius.radius": ("In CSS pixels; less than 0: downwards.", 120),
        "Layer.mask": ("What of it is seen: ellipse, rounded, {radius: 12}, or a file of the folder.", "brush.png"),
        "Layer.blend": ("How its colours are mixed with those beneath it.", "multiply"),
        "Layer.at": ("In a gif or webp that moves: the second from which it is shown.", 2),
        "Layer.for": ("In a gif or webp that moves: for how many seconds it is shown; else to the end.", 2.5),
        "Layer.when": _WHEN,
        "Layer.from": _FROM,
        "Layer.until": _UNTIL,
        "Layer.else": ("Shown where the layer directly before it, which has a condition, is not.", True),
        "Layer.prefetched": (
            "What stands in where the image is fetched before it is read: another text, or layers; [] for nothing.",
            "20% off until 24 December",
        ),
        "Layer.valid_for": _VALID_FOR,
        "FillLayer.fill": ("A colour or gradient over the whole box.", "#f6f1e7"),
        "ImageLayer.image": (
            "A file of the folder, or an address of a host in images.hosts; facts may stand in it.",
            "deal-{{ now.hour }}.png",
        ),
        "ImageLayer.placeholder": ("A file of the folder, shown where there is no image.", "empty.png"),
        "ImageLayer.fit": ("How it fills its box.", "cover"),
        "ImageLayer.radius": _RADII,
        "ImageLayer.tint": ("In one colour: all of an image with transparency, else what is dark.", "#c8332b"),
        "ImageLayer.stroke": ("A border, inside the edge.", {"width": 2, "color": "#ffffff"}),
        "TextLayer.text": (
            "Words: one text, or one for each language; they may have tags: <b> <i> <s> <u> <br> <span>.",
            {"en": "Hello <b>{{ recipient.first_name | default: 'there' }}</b>", "fr": "Bonjour"},
        ),
        "TextLayer.font": _FONT,
        "TextLayer.color": _COLOR,
        "TextLayer.align": ("start and end follow the direction of the language.", "center"),
        "TextLayer.valign": ("Where it stands in its box.", "middle"),
        "TextLayer.line_height": ("The height of a line, in font sizes.", 1.2),
        "TextLayer.letter_spacing": ("CSS pixels between letters, more than usual, or less.", 2),
        "TextLayer.fit": ("What happens to words that are too long.", {"lines": 2, "shrink_to": 14}),
        "TextLayer.stroke": _STROKE,
        "TextLayer.background": (
            "A colour or gradient under the words: of the box, or with width: auto as wide as the words.",
            "#b3122f",
        ),
        "TextLayer.padding": _PADDING,
        "TextLayer.radius": _RADII,
        "ShapeLayer.shape": ("rectangle, ellipse, or line from the top left to the bottom right.", "ellipse"),
        "ShapeLayer.fill": _PAINT,
        "ShapeLayer.stroke": _STROKE,
        "ShapeLayer.radius": _RADII,
        "IconLayer.icon": ("The name of a Phosphor icon.", "map-pin-fill"),
        "IconLayer.color": _COLOR,
        "CountdownLayer.countdown": ("The moment it runs to.", "{{ param.until }}"),
        "CountdownLayer.up": ("Tells the time since the moment, which must have passed, in place of that left.", True),
        "CountdownLayer.units": ("The units that are shown.", ["hours", "minutes", "seconds"]),
        "CountdownLayer.font": _FONT,
        "CountdownLayer.color": _COLOR,
        "CountdownLayer.labels": ("The font of the names of the units; null for none.", {"size": 12}),
        "CountdownLayer.label_color": ("The colour of the names of the units.", "#f2c14e"),
        "CountdownLayer.letter_spacing": ("CSS pixels between the letters of these names, more than usual.", 1),
        "CountdownLayer.gap": _GAP,
        "CountdownLayer.card": ("The colour of the cards that the digits stand on.", "#ffffff"),
        "CountdownLayer.radius": _RADIUS,
        "CountdownLayer.ended": ("What it says at the end.", "It is over."),
        "CountdownLayer.frames": ("How many frames a GIF ticks, one for each of the smallest unit.", 60),
        "ProgressLayer.progress": ("How much is reached.", "{{ recipient.points }}"),
        "ProgressLayer.radius": _RADIUS,
        "ProgressLayer.segments": ("Into how many parts the bar is cut.", 8),
        "Any.gap": _GAP,
        "ProgressLayer.direction": ("Which way it grows.", "up"),
        "Any.of": ("How much is the whole.", "{{ recipient.goal }}"),
        "Any.fill": _PAINT,
        "Any.track": ("The colour or gradient of what is not filled.", "#e8e2d6"),
        "Any.thickness": ("How wide it is drawn, in CSS pixels.", 12),
        "Any.ends": ("How it ends.", "flat"),
        "Any.direction": ("Which way it runs.", "counterclockwise"),
        "StarsLayer.stars": ("How many stars are filled; a part of one is, too.", "{{ item.rating }}"),
        "StarsLayer.of": ("How many stars there are.", 5),
        "StepsLayer.steps": ("The label of each step.", ["Ordered", "Packed", "Shipped", "Delivered"]),
        "StepsLayer.done": (
            "How many steps are reached; the last one is where things stand.",
            "{{ recipient.step }}",
        ),
        "StepsLayer.size": ("How large a dot is, in CSS pixels.", 20),
        "StepsLayer.mark": ("The colour of the sign in the dots that are reached.", "#ffffff"),
        "StepsLayer.track": ("The colour of what is not reached.", "#e8e2d6"),
        "StepsLayer.fill": ("The colour of what is reached.", "#b3122f"),
        "Any.font": _FONT,
        "Any.color": _COLOR,
        "SparklineLayer.sparkline": ("A list of numbers, or a text of numbers with commas.", "recipient.usage"),
        "SparklineLayer.fill": ("A colour or gradient for the area below the line.", "#b3122f22"),
        "SparklineLayer.dot": ("How large the dot at the end is, in CSS pixels; 0 for none.", 8),
        "BarsLayer.bars": ("A list of numbers, or a text of numbers with commas.", "recipient.usage"),
        "BarsLayer.of": ("The number of a bar that is as high as the box; else the largest.", 100),
        "BarsLayer.labels": ("What stands below each bar.", ["Mon", "Tue", "Wed"]),
        "BarsLayer.highlight": ("Which bar has a colour of its own: 1 is the first, -1 the last.", -1),
        "BarsLayer.highlight_fill": ("Its colour or gradient.", "#b3122f"),
        "BarsLayer.radius": ("How round the ends of bars are, in CSS pixels.", 2),
        "RingLayer.ring": ("How much is reached.", "{{ recipient.points }}"),
        "RingLayer.start": ("Where it begins, in degrees clockwise from the top.", 0),
        "GaugeLayer.gauge": ("How much is reached.", "{{ recipient.points }}"),
        "GaugeLayer.start": ("Where it begins, in degrees clockwise from the top; by default it is open below.", 270),
        "GaugeLayer.sweep": ("How many degrees of the circle it takes.", 180),
        "CodeLayer.code": ("What it says.", "{{ recipient.card_number }}"),
        "CodeLayer.kind": ("The kind of code.", "ean13"),
        "CodeLayer.color": ("The colour of the dark parts.", "#000000"),
        "CodeLayer.background": ("The colour of the light parts.", "#ffffff"),
        "MapLayer.map": (
            "Its centre: a fact with coordinates, such as store, or {latitude: ..., longitude: ...}.",
            "store",
        ),
        "MapLayer.zoom": ("How near it is: 10 is a region, 15 streets.", 15),
        "MapLayer.marker": (
            "What marks the centre: the name of a Phosphor icon, or a file of the folder.",
            "map-pin-fill",
        ),
        "MapLayer.size": ("How large the marker is, in CSS pixels.", 36),
        "MapLayer.color": ("The colour of an icon that is the marker.", "#b3122f"),
        "MapLayer.label": ("Words below the marker.", "{{ store.name }}"),
        "MapLayer.font": _FONT,
        "MapLayer.radius": _RADII,
        "MapLayer.placeholder": ("A file of the folder, shown where a tile is missing.", "no-map.png"),
        "GroupLayer.group": ("Layers, placed from the group's corner.", [{"text": "20% off", "box": [0, 0, 90, 20]}]),
        "RepeatLayer.repeat": (
            "A list, or numbers such as (1..5): its layers come once for each item, as `item` with its `index`.",
            "recipient.basket",
        ),
        "RepeatLayer.where": ("A condition in CEL: which items are shown.", "item.price > 20"),
        "RepeatLayer.sort": ("The name of the items by which they are sorted; with - the largest first.", "-price"),
        "RepeatLayer.columns": ("Of a grid: how many items stand side by side.", 3),
        "RepeatLayer.align": ("Across, in a row or column: where the items stand, or how they stretch.", "center"),
        "RepeatLayer.justify": ("Where fewer items stand than there may be.", "center"),
        "RepeatLayer.layers": ("The layers of each item.", [{"text": "{{ item.name }}"}]),
        "RepeatLayer.offset": ("How many items are skipped.", 1),
        "RepeatLayer.limit": ("How many items are shown at most: 3 of a list, unless it says so.", 6),
        "RepeatLayer.direction": ("Side by side (row), below each other (column), or both (grid).", "row"),
        "RepeatLayer.gap": _GAP,
        "RowLayer.row": ("Layers side by side; they have no boxes.", [{"icon": "star-fill"}, {"text": "4.5"}]),
        "RowLayer.wrap": ("Whether what has no room in a line begins another.", True),
        "ColumnLayer.column": ("Layers below each other; they have no boxes.", [{"text": "Boots"}, {"text": "79 €"}]),
        **{
            f"{kind}.{key}": words
            for kind in ("RowLayer", "ColumnLayer")
            for key, words in {
                "gap": _GAP,
                "padding": _PADDING,
                "align": ("Across: where the layers stand, or how they stretch.", "center"),
                "justify": ("Along: where the layers stand, where there is room left.", "between"),
                "fill": ("What is under it: a colour or a gradient.", "#ffffff"),
                "radius": _RADII,
                "stroke": _STROKE,
            }.items()
        },
        "Font.family": ("A font: Inter, Fraunces, or a folder of your fonts.", "Fraunces"),
        "Font.weight": ("How bold: 400 is regular, 700 bold.", 700),
        "Font.size": ("Its size in CSS pixels.", 40),
        "Font.italic": ("Whether it is italic.", True),
        "Fit.lines": ("The most lines.", 2),
        "Fit.shrink_to": ("The smallest size before the text is cut.", 14),
        "GradientValue.gradient": (
            "Two to eight colours, evenly spaced unless places are told.",
            ["#ffffff", "#dddddd 30%"],
        ),
        "GradientValue.angle": ("As in CSS: 180 runs downwards, 90 to the right.", 180),
        "GradientValue.radial": ("Outwards: in circles, or in ellipses as wide and high as the box.", "circle"),
        "GradientValue.center": ("Where a radial gradient begins, in the box.", ["50%", "50%"]),
        "RoundedMask.radius": _RADII,
        "ShadowValue.x": ("To the right, in CSS pixels.", 0),
        "ShadowValue.y": ("Down, in CSS pixels.", 2),
        "ShadowValue.blur": ("How soft it is.", 8),
        "ShadowValue.color": ("Its colour; the last two digits tell how opaque it is.", "#00000040"),
        "StrokeValue.width": ("Its width in CSS pixels.", 2),
        "StrokeValue.color": _COLOR,
        "StrokeValue.dash": ("Dashes: how long they are, and how far apart.", [6, 4]),
        "Any.values": ("All that it may be; then an address needs no signature for it.", [10, 20]),
        "Any.signed": ("Whether it counts only where snippet or links have signed the address.", False),
        "IntegerParam.type": ("A whole number.", "integer"),
        "IntegerParam.min": ("The least it may be.", 0),
        "IntegerParam.max": ("The most it may be.", 100),
        "IntegerParam.default": (_DEFAULT, 0),
        "NumberParam.type": ("A number.", "number"),
        "NumberParam.min": ("The least it may be.", 0),
        "NumberParam.max": ("The most it may be.", 99.5),
        "NumberParam.default": (_DEFAULT, 0),
        "ChoiceParam.type": ("One of a few words.", "choice"),
        "ChoiceParam.values": ("The words it may be.", ["light", "dark"]),
        "ChoiceParam.default": (_DEFAULT, "light"),
        "MomentParam.type": ("A date and time.", "moment"),
        "MomentParam.values": ("All that it may be; then an address needs no signature for it.", ["2026-12-24T18:00"]),
        "MomentParam.default": (_DEFAULT, "2026-12-24T18:00"),
    }
)
ALTERNATIVE = MappingProxyType(
    {
        "when": ("The condition under which this value is used; the first that is true decides.", "item.stock == 0"),
        "use": ("The value. The last in the list may be a value alone: it is used where no condition is true.", "#c00"),
    }
)

COMPONENT = MappingProxyType(
    {
        "component": {
            "type": "string",
            "description": "The name of a component: its file is components/NAME.yaml beside the creatives' folders.",
            "examples": ["price"],
        },
        "with": {
            "type": "object",
            "description": "Values for the parameters of the component.",
            "examples": [{"price": "{{ item.price }}"}],
        },
    }
)
