"""Every variant of the demo and every script, as pictures that somebody has looked at."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import pytest
from moments import AMELIE, AROUND_PARIS, CAMILLE, LONDON, NIGHT_IN_LONDON, OLIVER, ZOE, moment
from PIL import Image

from livecontent.compose.resources import Tiles
from livecontent.config import MapSettings
from livecontent.creative.model import AvailableAssets
from livecontent.decide import decide
from livecontent.facts import Client, Fact, FactsByKey, Moment, Reason
from livecontent.render.compile import CompiledCreative, Workshop
from livecontent.render.paint.painter import Painter
from livecontent.sources.images.tiles import TileFolder
from livecontent.sources.registry import VOCABULARY
from made_creatives import load_shipped
from names_of_scripts import names_of_scripts
from opened_pictures import printed

HERE = Path(__file__).parent
DARK = {"#fbf8f2": "#17130f", "#eadfd0": "#3a322b", "#2a2320": "#f4ede4", "#b3122f": "#ff5d6f", "#6b5f57": "#b3a79c"}
EARLY = Client("apple-mpp", proxy=True, time="early")
UNTIL = "2026-12-24T18:00:00+01:00"
NAMES = [" ".join(names[:6]) for names in names_of_scripts().values()]
EFFECTS = ("rotate", "borders", "gradients", "masks", "blends", "curves", "perspectives")
WORLD = {str(start // 7): "\n".join(NAMES[start : start + 7]) for start in range(0, len(NAMES), 7)}
# Numbers as shapes: at 2x and on light, at 1x and on dark, from right to left.
LOOKS = {"light": (2, {}, "en"), "dark": (1, DARK, "en"), "arabic": (2, {}, "ar")}
SHAPES = ("rings", "bars", "stars", "steps", "charts")
MEASURED = {"points": 1240, "rating": 4.3, "done": 2, "usage": [12, 18, 9, 22, 30, 26, 41]}
SCRIPTS = ("latin", "ligatures", "arabic", "hebrew", "mixed", "devanagari", "emoji", "unknown")

RICH = ("price", "sizes", "arabic", "japanese", "long", "spaced")


@dataclass(frozen=True, slots=True)
class Sight:
    """A creative at a moment: the variant that must win, and the frame that is looked at."""

    creative: str
    variant: str
    moment: Moment
    more: str = ""
    frame: int = 0

    @property
    def name(self) -> str:
        """The name of its picture."""
        return "-".join(filter(None, (self.creative, self.variant, self.more)))


SIGHTS = (
    Sight("umbrella", "snow", moment(CAMILLE, city="Chamonix-Mont-Blanc", sky="snow", degrees=-4)),
    Sight("umbrella", "rain", moment(OLIVER, zone=LONDON, city="London", sky="rain")),
    Sight("umbrella", "heat", moment(AMELIE, city="Aix-en-Provence", sky="clear", degrees=34.4)),
    Sight("umbrella", "night", moment(OLIVER, zone=LONDON, city="Edinburgh", sky="clear", is_day=False)),
    Sight("umbrella", "clear", moment(ZOE, city="Saint-Étienne", sky="clear", degrees=19)),
    Sight("umbrella", "everyday", moment(OLIVER)),
    Sight("umbrella", "everyday", moment(CAMILLE, city="Lille", sky="rain", client=EARLY), "later"),
    Sight("countdown", "ended", moment(CAMILLE, at="2026-12-24T18:00", until=UNTIL)),
    Sight("countdown", "prefetched", moment(OLIVER, client=Client("apple-mail", time="early"), until=UNTIL)),
    Sight("countdown", "ticking", moment(CAMILLE, at="2026-11-21T17:59:31", until=UNTIL)),
    Sight("countdown", "ticking", moment(OLIVER, at="2026-12-24T17:59:57", until=UNTIL), "over", frame=-1),
    Sight("loyalty", "gold", moment(AMELIE)),
    Sight("loyalty", "member", moment(OLIVER)),
    Sight("loyalty", "join", moment({"first_name": "Zoé", "language": "fr"})),
    Sight("nearest-store", "near", moment(CAMILLE, city="Paris", stores=AROUND_PARIS), "open"),
    Sight("nearest-store", "near", moment(OLIVER, zone=LONDON, city="London", stores=NIGHT_IN_LONDON), "closed"),
    Sight("nearest-store", "near", moment(CAMILLE, city="Paris", stores=AROUND_PARIS, client=EARLY), "later"),
    Sight("nearest-store", "far", moment(OLIVER)),
    Sight("nearest-store", "near", moment(OLIVER, zone=LONDON, city="London", stores=NIGHT_IN_LONDON), "dark"),
    Sight("nearest-store", "far", moment(OLIVER), "dark"),
)

U_7 = Fact(VOCABULARY.samples["product"]["u-7"], Reason.FRESH)  # of any key
DID = {
    "history": Fact(VOCABULARY.types["history"].sample, Reason.FRESH),
    "product": Fact(FactsByKey({"u-7": U_7}), Reason.FRESH),
}
SHOPPED = Moment({**moment(OLIVER, zone=LONDON, sku="u-7").facts, **DID})
IN_RAIN = moment(CAMILLE, city="Lille", sky="rain")
TODAY = ("boots-for-rain", "parasol-for-heat", "hat-for-snow", "repair", "for-two", "way-to-work", "new-colours")
# What is decided by more than rules: tests/decide has when each is shown.
RANKED = (
    Sight("today", "points-waiting", moment(AMELIE)),
    *(Sight("today", name, IN_RAIN if number % 2 else moment(OLIVER)) for number, name in enumerate(TODAY)),
    Sight("also", "points-waiting", moment(AMELIE)),
    *(Sight("also", name, IN_RAIN) for name in TODAY),
    Sight("visit", "ticket", IN_RAIN),
    Sight("visit", "welcome", moment(OLIVER)),
    Sight("invite", "saving", moment(OLIVER)),
    Sight("invite", "repairing", IN_RAIN),
    Sight("basket", "basket", SHOPPED),
    Sight("basket", "seen", SHOPPED),
    Sight("product", "product", SHOPPED),
)


def seen(compiled: CompiledCreative, sight: Sight, painter: Painter) -> Image.Image:
    """The picture in the creative's own file, as a mail client shows it."""
    if not compiled.loaded.creative.ranked:
        assert decide(compiled.loaded.creative, sight.moment, VOCABULARY).variant.name == sight.variant
    ready = compiled.variants[sight.variant]
    content = ready.content(sight.moment)
    assert content.left_out == ()
    data = printed(ready.scene(content), ready.images().base, painter, compiled.loaded.creative.format)
    with Image.open(BytesIO(data)) as opened:
        opened.seek(sight.frame % getattr(opened, "n_frames", 1))
        return opened.convert("RGB")


@pytest.mark.parametrize(
    "sight",
    [pytest.param(sight, id=sight.name) for sight in (*SIGHTS, *RANKED)],
)
def test_a_creative_of_the_demo_looks_as_it_did(
    sight: Sight,
    templates: Path,
    compiled: Callable[[Path], CompiledCreative],
    painter: Painter,
    golden: Callable[[str, Image.Image], None],
) -> None:
    shown = compiled(templates / sight.creative).in_theme({"theme": sight.more})
    golden(sight.name, seen(shown, sight, painter))


def test_the_last_frame_of_the_time_since_a_moment_looks_as_it_did(
    compiled: Callable[[Path], CompiledCreative], painter: Painter, golden: Callable[[str, Image.Image], None]
) -> None:
    sight = Sight("since", "since", moment(OLIVER, at="2026-11-21T07:58:45"), frame=-1)
    golden(sight.name, seen(compiled(HERE / "since"), sight, painter))


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_looks_as_it_did(
    script: str,
    compiled: Callable[[Path], CompiledCreative],
    painter: Painter,
    golden: Callable[[str, Image.Image], None],
) -> None:
    sight = Sight("scripts", script, moment({"script": script, "language": "en", "name": "𒀀𒁀"}))
    golden(sight.name, seen(compiled(HERE / "scripts"), sight, painter))


@pytest.mark.parametrize("case", RICH)
def test_letters_that_look_otherwise_look_as_they_did(
    case: str,
    compiled: Callable[[Path], CompiledCreative],
    painter: Painter,
    golden: Callable[[str, Image.Image], None],
) -> None:
    person = {"case": case, "language": "en", "name": "<b>Bob", "old": 25, "price": 19.9, "left": 3}
    golden(f"rich-{case}", seen(compiled(HERE / "rich"), Sight("rich", case, moment(person)), painter))


@pytest.mark.parametrize("page", WORLD)
def test_names_of_the_world_look_as_they_did(
    page: str,
    compiled: Callable[[Path], CompiledCreative],
    painter: Painter,
    golden: Callable[[str, Image.Image], None],
) -> None:
    sight = Sight("world", "names", moment({"names": WORLD[page], "language": "en"}), page)
    golden(sight.name, seen(compiled(HERE / "world"), sight, painter))


@pytest.mark.parametrize("effect", EFFECTS)
def test_an_effect_looks_as_it_did(
    effect: str,
    compiled: Callable[[Path, int], CompiledCreative],
    painter: Painter,
    golden: Callable[[str, Image.Image], None],
) -> None:
    """On light and on dark, at 2x and below at 1x."""
    width, height = 300, 150
    sheet = Image.new("RGB", (4 * width, 3 * height), "white")
    for scale, top in ((2, 0), (1, 2 * height)):
        for place, theme in enumerate(("light", "dark")):
            sight = Sight("effects", effect, moment({"effect": effect, "language": "en"}, theme=theme))
            sheet.paste(seen(compiled(HERE / "effects", scale), sight, painter), (place * scale * width, top))
    golden(f"effects-{effect}", sheet)


@pytest.mark.parametrize("format_", ["gif", "webp"])
def test_each_frame_of_an_animation_looks_as_it_did(
    format_: str,
    compiled: Callable[..., CompiledCreative],
    painter: Painter,
    golden: Callable[[str, Image.Image], None],
    tmp_path: Path,
) -> None:
    folder = tmp_path / f"slides-{format_}"
    shutil.copytree(HERE / "slides", folder)
    file = folder / "creative.yaml"
    file.write_text(file.read_text("utf-8").replace("format: gif", f"format: {format_}"), "utf-8")
    now = moment({"until": "2026-11-29T20:00+01:00", "language": "en"}, at="2026-11-29T19:49:58")
    frames = [seen(compiled(folder, 1), Sight("slides", "slides", now, frame=frame), painter) for frame in range(6)]
    sheet = Image.new("RGB", (3 * 300, 2 * 220))
    for place, frame in enumerate(frames):
        sheet.paste(frame, (place % 3 * 300, place // 3 * 220))
    golden(f"slides-{format_}", sheet)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("shapes", SHAPES)
def test_numbers_as_shapes_look_as_they_did(
    shapes: str,
    look: str,
    compiled: Callable[..., CompiledCreative],
    painter: Painter,
    golden: Callable[[str, Image.Image], None],
    tmp_path: Path,
) -> None:
    scale, colours, language = LOOKS[look]
    text = (HERE / "shapes" / "creative.yaml").read_text("utf-8")
    for light, dark in colours.items():
        text = text.replace(light, dark)
    folder = tmp_path / f"shapes-{shapes}-{look}"  # creatives are compiled once for each path
    folder.mkdir()
    (folder / "creative.yaml").write_text(text, "utf-8")
    sight = Sight("shapes", shapes, moment({**MEASURED, "language": language, "show": shapes}))
    golden(f"shapes-{shapes}-{look}", seen(compiled(folder, scale), sight, painter))


CREDIT = "© Averse, drawn for the demo"
MAPPED = (  # two stores of the demo, around which it has tiles
    replace(AROUND_PARIS[0], name="Averse Marais", latitude=48.8647, longitude=2.3403),
    replace(AROUND_PARIS[1], name="Averse Lille", latitude=50.6231, longitude=3.0609),
)

BOOTS = {
    "name": "Boots for all the family",
    "price": 79.9,
    "old": 129,
    "off": 38,
    "stars": 4,
    "icon": "footprints",
}
BASKET = [
    {"name": "Umbrella", "price": 19.9, "old": 29, "off": 31, "stars": 5, "icon": "umbrella"},
    BOOTS,
    {"name": "Wool hat", "price": 1240, "stars": 3, "off": 10, "icon": "snowflake"},
]
SEVEN = [{"name": name, "icon": "tag"} for name in ("Hat", "Gloves", "A very long name of a scarf", "Coat", "Boots")]
FLOWS = {
    "cards": {"basket": BASKET, "name": "Ann"},
    "one": {"basket": [BOOTS], "name": "Ann"},
    "empty": {"basket": [], "name": "Ann"},
    "arabic": {"basket": BASKET, "name": "نور", "language": "ar"},
    "grid": {"basket": SEVEN, "name": "Ann", "show": "grid"},
    "grid-arabic": {"basket": SEVEN, "name": "نور", "show": "grid", "language": "ar"},
}


@pytest.mark.parametrize("flow", FLOWS)
def test_rows_columns_and_lists_look_as_they_did(
    flow: str,
    compiled: Callable[[Path], CompiledCreative],
    painter: Painter,
    golden: Callable[[str, Image.Image], None],
) -> None:
    variant = "grid" if flow.startswith("grid") else "cards"
    sight = Sight("flow", variant, moment(FLOWS[flow]), flow)
    golden(sight.name, seen(compiled(HERE / "flow"), sight, painter))


def test_every_variant_of_the_demo_is_looked_at(templates: Path, compiled: Callable[[Path], CompiledCreative]) -> None:
    folders = [path.parent for path in templates.glob("*/creative.yaml")]
    there_are = {
        (folder.name, name)
        for folder in folders
        for name, one in compiled(folder).variants.items()
        if not one.variant.collapse
    }
    assert {(sight.creative, sight.variant) for sight in (*SIGHTS, *RANKED)} == there_are


def test_no_picture_is_left_of_what_is_gone() -> None:
    kept = {path.stem for path in (HERE / "pictures").iterdir()}
    world = {f"world-names-{page}" for page in WORLD}
    effects = {f"effects-{effect}" for effect in EFFECTS}
    rich = {f"rich-{case}" for case in RICH}
    scripts = {f"scripts-{script}" for script in SCRIPTS}
    shapes = {f"shapes-{name}-{look}" for name in SHAPES for look in LOOKS}
    flows = {f"flow-{'grid' if name.startswith('grid') else 'cards'}-{name}" for name in FLOWS}
    others = {"brand-light", "brand-dark", "maps-2x", "maps-1x", "since-since", "slides-gif", "slides-webp"}
    assert (
        kept
        <= {sight.name for sight in (*SIGHTS, *RANKED)} | scripts | world | effects | rich | shapes | flows | others
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_component_in_the_themes_of_a_brand_looks_as_it_did(
    theme: str,
    compiled: Callable[[Path], CompiledCreative],
    painter: Painter,
    golden: Callable[[str, Image.Image], None],
) -> None:
    sight = Sight("shop", "offers", moment({"name": "Camille", "price": 189}))
    golden(f"brand-{theme}", seen(compiled(HERE / "shop/offers").in_theme({"theme": theme}), sight, painter))


@pytest.mark.parametrize("scale", [2, 1])
def test_maps_look_as_they_did(
    scale: int,
    available: AvailableAssets,
    painter: Painter,
    golden: Callable[[str, Image.Image], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On the demo's own tiles."""
    server = MapSettings(folder=HERE.parents[1] / "src/livecontent/demo/data/tiles", credit=CREDIT, retina=True).server
    folder = TileFolder()
    monkeypatch.setattr(painter.images, "elsewhere", folder.data)
    loaded = load_shipped(HERE / "maps", available)
    scaled = replace(loaded, creative=loaded.creative.model_copy(update={"scale": scale}))
    found = CompiledCreative(scaled, Workshop.of(painter, VOCABULARY, tiles=Tiles(server, folder)))
    golden(f"maps-{scale}x", seen(found, Sight("maps", "stores", moment({"language": "en"}, stores=MAPPED)), painter))
