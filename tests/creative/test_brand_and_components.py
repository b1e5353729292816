"""What creatives share: a brand in two themes, and components with parameters."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from livecontent.compose.kinds.text import TextLayer
from livecontent.compose.text.look import Look
from livecontent.compose.text.tags import RichTemplate
from livecontent.creative.load import LoadedCreative, load_creative
from livecontent.creative.model import AvailableAssets
from livecontent.errors import CreativeError
from livecontent.lint import load_checked
from livecontent.publish import Publisher
from livecontent.render.compile import Workshop
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.render.static_store import StaticStore
from livecontent.scene import Colour
from livecontent.sources.registry import VOCABULARY
from made_creatives import composed, moment_of
from opened_pictures import file_of

AVAILABLE = AvailableAssets(frozenset({"Inter", "Fraunces"}), frozenset({"star-fill"}))
THEME = "params: {theme: {type: choice, values: [light, dark], default: light}}\n"
BRAND = """colors:
  red: "#c00"
  ink: {light: "#111", dark: "#eee"}
fonts:
  head: {family: Fraunces, weight: 600}
  body: Inter
sizes: {gap: 12}
styles:
  headline: {font: brand.head, color: brand.ink}
logo: {light: brand/light.png, dark: brand/dark.png}
"""
CARD = """params: {name: , price: 0, color: brand.ink, note: ""}
layers:
  - text: "{{ with.name }}: {{ with.price | money }}"
    color: [{when: with.price > 20, use: brand.red}, with.color]
    font: {size: 20}
"""

Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """The folder of a creative with these layers, in a folder with these shared files."""

    def made(*layers: str, head: str = "", name: str = "one", files: Mapping[str, str | bytes] | None = None) -> Path:
        text = f"title: T\nsize: 300x100\nalt: A\n{head}variants:\n  - name: only\n    layers:\n"
        written = {f"{name}/creative.yaml": text + "".join(f"      - {layer}\n" for layer in layers), **(files or {})}
        for path, data in written.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data.encode() if isinstance(data, str) else data)
        return tmp_path / name

    return made


FILES = {"brand.yaml": BRAND, "components/card.yaml": CARD}


def loaded(folder: Path) -> LoadedCreative:
    return load_checked(folder, VOCABULARY, AVAILABLE)


def problems(folder: Path) -> list[str]:
    with pytest.raises(CreativeError) as caught:
        loaded(folder)
    return [str(one).partition("\n")[0].replace(f"{folder.parent}/", "") for one in caught.value.problems]


def test_tags_of_texts_know_the_brand(folder: Folder) -> None:
    text = "<span color='brand.ink' size=brand.gap font='brand.body'>brand.red</span>"
    light = load_creative(
        folder(f'{{text: "{text}"}}', f'{{text: {{fr: "{text}"}}}}', head=THEME, files=FILES), VOCABULARY
    )
    assert light.dark is not None
    for one, ink in ((light, Colour(17, 17, 17)), (light.dark, Colour(238, 238, 238))):
        for layer in one.creative.variants[0].layers:
            assert isinstance(layer, TextLayer)
            (words,) = layer.text.by_language.values()
            assert isinstance(words, RichTemplate)
            assert words.looks[1] == Look(family="Inter", size=12, colour=ink)
            assert words.wording == "brand.red"


def test_what_a_tag_asks_of_the_brand_in_vain_is_told(folder: Folder) -> None:
    wrong = ("<span color='brand.rde'>a</span>", "<span font='brand.head'>a</span>")
    told = problems(folder(*(f'{{text: "{text}"}}' for text in wrong), files=FILES))
    assert [one.partition("error: ")[2] for one in told] == [
        "unknown name 'brand.rde'",
        "brand.head is more than one value: give a family of its own to the tag",
    ]


def test_a_brand_has_colours_fonts_sizes_and_styles(folder: Folder) -> None:
    one = loaded(
        folder(
            "{text: a, style: headline}",
            "{text: b, color: brand.red, font: {family: brand.body, size: 9}}",
            "{row: [{text: c}], gap: brand.gap}",
            "{fill: {gradient: [brand.red, brand.ink]}}",
            files=FILES,
        )
    )
    headline, text, row, fill = one.creative.variants[0].layers
    assert (headline.font.face, headline.color) == (("Fraunces", 600, False), Colour(17, 17, 17))
    assert (text.font.face, text.color, row.gap) == (("Inter", 400, False), Colour(204, 0, 0), 12)
    assert tuple(stop.colour for stop in fill.fill.gradient) == (Colour(204, 0, 0), Colour(17, 17, 17))
    assert one.dark is None


def test_a_creative_in_two_themes_is_written_once(folder: Folder) -> None:
    files = {**FILES, "brand/light.png": file_of(), "brand/dark.png": file_of()}
    one = loaded(
        folder(
            "{text: a, color: brand.ink}",
            "{text: b, color: {light: '#222', dark: '#ddd'}}",
            "{image: brand.logo, box: [0, 0, 9, 9]}",
            head=f"{THEME}background: {{light: white, dark: '#101010'}}\n",
            files=files,
        )
    )
    assert one.dark is not None
    seen = [
        (each.creative.background, *(layer.color for layer in each.creative.variants[0].layers[:2]), *each.assets)
        for each in (one, one.dark)
    ]
    assert seen == [
        (Colour(255, 255, 255), Colour(17, 17, 17), Colour(34, 34, 34), "../brand/light.png"),
        (Colour(16, 16, 16), Colour(238, 238, 238), Colour(221, 221, 221), "../brand/dark.png"),
    ]
    assert one.version != one.dark.version


def test_the_address_tells_the_theme(folder: Folder, fonts: Fonts) -> None:
    one = folder("{text: a, color: brand.ink}", head=THEME, files=FILES)
    publisher = Publisher(one.parent, workshop(fonts))
    compiled = publisher.library["one"]
    assert publisher.problems == []
    assert compiled.in_theme({}) is compiled is compiled.in_theme({"theme": "pink"})
    assert compiled.in_theme({"theme": "dark"}) is compiled.dark
    folder("{text: a, color: brand.ink}", head=THEME.replace("default: light", "default: dark"))
    publisher.refresh()
    dark = publisher.library["one"]
    assert dark.in_theme({}) is dark.dark
    assert dark.in_theme({"theme": "light"}) is dark


def workshop(fonts: Fonts) -> Workshop:
    return Workshop.of(Painter(fonts, StaticStore(None)), VOCABULARY)


def test_a_component_is_used_with_its_parameters(folder: Folder, fonts: Fonts) -> None:
    one = loaded(
        folder(
            "{component: card, with: {name: Boots, price: 79.9}, box: [0, 0, 90, 20]}",
            '{component: card, with: {name: "{{ recipient.name | default: \'Hat\' }}", color: "#00f"}, when: "true"}',
            files=FILES,
        )
    )
    first, second = one.creative.variants[0].layers
    assert (first.kind, first.box[2:], second.when.source) == ("text", (90, 20), "true")
    _, found = composed(one.creative, moment_of(recipient={"name": "Coat"}), fonts)
    assert found.said == ["Boots: €79.90", "Coat: €0.00"]
    assert [layer.with_picks((1,)).color for layer in (first, second)] == [Colour(17, 17, 17), Colour(0, 0, 255)]


def test_facts_are_given_to_rules_and_filters(folder: Folder, fonts: Fonts) -> None:
    layer = (
        "{repeat: recipient.basket, box: [0, 0, 90, 20], layers: [{component: card, "
        "with: {name: '{{ item.name }}', price: '{{ item.price }}'}}]}"
    )
    one = loaded(folder(layer, files=FILES))
    basket = [{"name": "Hat", "price": 9.5}, {"name": "Coat", "price": 99}]
    scene, found = composed(one.creative, moment_of(recipient={"basket": basket}), fonts)
    assert found.said == ["Hat: €9.50", "Coat: €99.00"]
    texts: Any = [inner for node in scene.nodes for inner in getattr(node, "nodes", (node,))]
    assert [text.colour for text in texts] == [Colour(17, 17, 17), Colour(204, 0, 0)]


def test_components_stand_in_components_and_several_layers_are_a_group(folder: Folder, fonts: Fonts) -> None:
    pair = "params: {one: , two: Two}\nlayers:\n" + "".join(
        f"  - {{component: card, with: {{name: with.{name}}}, box: [0, {y}, 90, 20]}}\n"
        for name, y in (("one", 0), ("two", 20))
    )
    one = loaded(folder("{component: pair, with: {one: '1'}}", files={**FILES, "components/pair.yaml": pair}))
    assert one.creative.variants[0].layers[0].kind == "group"
    assert composed(one.creative, moment_of(recipient={}), fonts)[1].said == ["1: €0.00", "Two: €0.00"]


USED = " (used in one/creative.yaml:7)"


@pytest.mark.parametrize(
    ("layer", "files", "said"),
    [
        ("{text: a, color: brand.rde}", {}, "one/creative.yaml:7:26: error: unknown name 'brand.rde'"),
        ("{component: crad}", {}, "one/creative.yaml:7:21: error: unknown component 'crad'"),
        ("{component: card}", {}, "one/creative.yaml:7:9: error: the component 'card' needs `with: {name: ...}`"),
        (
            "{component: card, with: {name: a, prize: 3}}",
            {},
            "one/creative.yaml:7:50: error: the component 'card' has no 'prize'",
        ),
        (
            "{component: card, with: {name: a, color: red}}",
            {},
            "one/creative.yaml:7:50: error: a colour is '#rgb', '#rrggbb', '#rrggbbaa', white, black or transparent",
        ),
        (
            "{component: card, with: {name: a}}",
            {"components/card.yaml": "params: {name: }\nlayers:\n  - text: with.name\n    colour: red\n"},
            f"components/card.yaml:4:13: error: unknown key 'colour'{USED}",
        ),
        (
            "{component: card, with: {name: a}}",
            {"components/card.yaml": "params: {name: }\nlayers:\n  - text: '{{ with.nmae }}'\n"},
            f"components/card.yaml:3:11: error: there is no parameter 'nmae'{USED}",
        ),
        (
            "{component: card, with: {name: a}}",
            {"components/card.yaml": "params: {name: }\nlayers:\n  - text: '{{ wether.icon }}'\n"},
            f"components/card.yaml:3:15: error: unknown fact 'wether'{USED}",
        ),
        (
            "{component: card}",
            {
                "components/card.yaml": "layers:\n  - component: inner\n",
                "components/inner.yaml": "layers:\n  - component: card\n",
            },
            f"components/inner.yaml:2:16: error: a component can't contain itself: card > inner > card{USED}",
        ),
        (
            "{component: card}",
            {"components/card.yaml": "layer: []\n"},
            "components/card.yaml:1:8: error: unknown key 'layer'",
        ),
        ("{text: a, color: brand.red}", {"brand.yaml": "colors: {red: rde}"}, "brand.yaml:1:15: error: a colour is"),
        (
            "{text: a, color: brand.red}",
            {"brand.yaml": "colours: {red: '#c00'}"},
            "brand.yaml:1:10: error: unknown key",
        ),
        ("{text: a, color: brand.red}", {"brand.yaml": "colors: ["}, "brand.yaml:1:10: error: not YAML"),
        (
            "{text: a, style: small}",
            {"brand.yaml": "styles:\n  small:\n    colour: '#c00'\n"},
            "brand.yaml:3:13: error: unknown key 'colour'",
        ),
        (
            "{text: a, color: {light: '#111', dark: '#eee'}}",
            {},
            "one/creative.yaml:7:26: error: light and dark are for",
        ),
    ],
)
def test_mistakes_are_told_in_the_file_that_they_are_in(folder: Folder, layer: str, files: Any, said: str) -> None:
    found = problems(folder(layer, files={**FILES, **files}))
    assert any(one.startswith(said) for one in found), found


def test_words_may_look_like_a_name(folder: Folder, fonts: Fonts) -> None:
    one = loaded(folder("{text: brand.com}", "{text: {en: brand.fr}}", "{text: 'Come with.us'}", files=FILES))
    assert composed(one.creative, moment_of(), fonts)[1].said == ["brand.com", "brand.fr", "Come with.us"]


def test_without_a_brand_the_name_is_unknown(folder: Folder) -> None:
    with pytest.raises(CreativeError, match=r"there is no brand.yaml beside the creatives' folders"):
        loaded(folder("{text: a, color: brand.red}"))


def test_a_change_of_the_brand_publishes_those_that_use_it(folder: Folder, fonts: Fonts) -> None:
    folder("{text: a, color: brand.red}", files=FILES)
    folder("{component: card, with: {name: a}}", name="two")
    folder("{text: a}", name="three")
    publisher = Publisher(folder("{text: a}", name="three").parent, workshop(fonts))
    assert publisher.problems == []
    before = dict(publisher.library)
    folder("{text: a, color: brand.red}", files={"brand.yaml": BRAND.replace("#c00", "#d00")})
    publisher.refresh()
    assert {name for name in before if publisher.library[name] is not before[name]} == {"one", "two"}
    text: Any = publisher.library["one"].loaded.creative.variants[0].layers[0]
    assert text.color == Colour(221, 0, 0)
    folder("{text: a, color: brand.red}", files={"brand.yaml": "colors: {red: nope}"})
    assert [problem.file.rpartition("/")[2] for problem in publisher.refresh()] == ["brand.yaml"]  # told once
    assert publisher.library["one"].loaded.creative.variants[0].layers[0] == text
    folder("{text: a, color: brand.red}", files={"brand.yaml": BRAND})
    publisher.refresh()
    assert publisher.problems == []


@pytest.mark.parametrize("logo", ["../secret.png", "brand/../secret.png", "secret.png", "/etc/passwd", "brand/no.png"])
def test_a_logo_is_a_picture_in_the_folder_of_the_brand(folder: Folder, logo: str) -> None:
    files = {"brand.yaml": f"logo: {logo}", "secret.png": file_of()}
    with pytest.raises(CreativeError, match="there is no file"):
        loaded(folder("{image: brand.logo, box: [0, 0, 9, 9]}", files=files))


def test_too_many_components_are_an_error(folder: Folder) -> None:
    levels = {f"components/l{n}.yaml": "layers:\n" + f"  - component: l{n + 1}\n" * 10 for n in range(6)}
    files = {**levels, "components/l6.yaml": "layers: [{text: a}]\n"}
    with pytest.raises(CreativeError, match="too many components"):
        load_creative(folder("{component: l0}", files=files), VOCABULARY)
