"""Offers in files of their own: what becomes of them in creatives, what is told of mistakes, what is published anew."""

from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from PIL import Image

from livecontent.creative.load import LoadedCreative, load_creative, load_kept
from livecontent.creative.model import AvailableAssets
from livecontent.creative.schema import creative_schema, offer_schema
from livecontent.creative.source import read_source
from livecontent.errors import CreativeError
from livecontent.lint import load_checked
from livecontent.lint.pools import check_pools
from livecontent.publish import Publisher
from livecontent.render.compile import Workshop
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.render.static_store import StaticStore
from livecontent.sources.registry import VOCABULARY

AVAILABLE = AvailableAssets(frozenset({"Inter"}), frozenset({"sun-fill", "boot-fill"}))
PARASOL = """title: {en: Time for shade, fr: Vive l’ombre}
price: 49.9
icon: sun-fill
ground: {light: "#fff", dark: "#000"}
new: true
link: https://shop.example/parasols
tags: [summer]
when: recipient.points >= 100
score: "0.5"
"""
BOOTS = """title: {en: Dry feet, fr: Pieds secs}
price: 149
icon: boot-fill
ground: brand.red
new: false
link: https://shop.example/boots
rest: 7 days
"""
LAYERS = """
      - {text: offer.title, box: [0, 0, 200, 30]}
      - {text: "{{ offer.price | money }}", when: offer.new, box: [0, 30, 200, 30]}
      - {icon: offer.icon, color: offer.ground, box: [250, 0, 50, 50]}
"""
LAST = "  - {name: nothing, collapse: true}\n"
THEME = "params: {theme: {type: choice, values: [light, dark], default: light}}\n"

Shop = Callable[..., Path]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A folder of creatives, with two offers unless told."""

    def made(layers: str = LAYERS, offers: str = "all", head: str = THEME, name: str = "one", **files: str) -> Path:
        text = f"title: T\nsize: 300x100\n{head}variants:\n  - offers: {offers}\n    layers:{layers}{LAST}"
        written = {f"{name}/creative.yaml": text, "brand.yaml": 'colors: {red: "#c00"}'}
        written |= {f"offers/{key}.yaml": one for key, one in ({"parasol": PARASOL, "boots": BOOTS} | files).items()}
        for path, data in written.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(data)
        return tmp_path / name

    return made


def checked(folder: Path) -> LoadedCreative:
    return load_checked(folder, VOCABULARY, AVAILABLE)


def problems(folder: Path) -> list[str]:
    try:
        return [str(one) for one in checked(folder).warnings]
    except CreativeError as error:
        return [str(one) for one in error.problems]


def names(loaded: LoadedCreative) -> list[str]:
    return [one.name for one in loaded.creative.variants]


def test_each_offer_becomes_a_variant(shop: Shop) -> None:
    loaded = checked(shop())
    assert names(loaded) == ["boots", "parasol", "nothing"]
    boots, parasol, nothing = loaded.creative.variants
    assert (loaded.creative.pool, boots.offers, nothing.offers) == ("all", ("all",), ())
    assert parasol.when is not None
    assert parasol.when.source == "recipient.points >= 100"
    assert parasol.link is not None
    assert parasol.link.source == "https://shop.example/parasols"
    assert boots.limited
    dark = loaded.dark and loaded.dark.creative.variants[1]
    assert dark
    assert dict(parasol.layers[2])["color"] != dict(dark.layers[2])["color"]


@pytest.mark.parametrize(
    ("offers", "found"),
    [
        ("summer", ["parasol"]),
        ("boots", ["boots"]),
        ("[boots, summer]", ["boots", "parasol"]),
        ("[all]", ["boots", "parasol"]),
    ],
)
def test_offers_are_chosen_by_name_and_by_tag(shop: Shop, offers: str, found: list[str]) -> None:
    assert names(checked(shop(offers=offers))) == [*found, "nothing"]


def test_an_offer_is_shown_as_the_first_says_that_it_is_in(shop: Shop) -> None:
    more = "\n      - {text: offer.title}\n  - offers: all\n    layers:\n      - {icon: offer.icon}\n"
    loaded = checked(shop(more, "summer"))
    assert [(one.name, [layer.kind for layer in one.layers]) for one in loaded.creative.variants[:-1]] == [
        ("parasol", ["text"]),
        ("boots", ["icon"]),
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"offers": "winter"}, "one/creative.yaml:5:13: error: there is no offer and no tag 'winter'"),
        (
            {"layers": "\n      - {text: offer.titel}\n"},
            "one/creative.yaml:7:16: error: the offer 'boots' has no 'titel'",
        ),
        ({"boots": BOOTS.replace("new: false\n", "")}, "one/creative.yaml:8:51: error: the offer 'boots' has no 'new'"),
        (
            {"boots": BOOTS + "when: recipent.points > 1\n"},
            "offers/boots.yaml:8:7: error: unknown name 'recipent.points'",
        ),
        ({"boots": BOOTS + "cap: {times: 0, per: 7 days}\n"}, "offers/boots.yaml:8:14: error: this must be at least 1"),
        (
            {"boots": BOOTS + "cap: {times: 1, per: 7 days, over: creative}\n"},
            "offers/boots.yaml:8:6: error: the cap of",
        ),
        (
            {"boots": BOOTS + "when: param.theme == 'dark'\n"},
            "offers/boots.yaml:8:7: error: an offer can't go by param.",
        ),
        ({"head": THEME + "place: 21\n"}, "one/creative.yaml:4:8: error: this must be at most 20"),
        ({"head": THEME + "place: 0\n"}, "one/creative.yaml:4:8: error: this must be at least 1"),
        ({"boots": BOOTS.replace("boot-fill", "boott")}, "offers/boots.yaml:3:7: error: unknown icon 'boott'"),
        ({"boots": BOOTS.replace("brand.red", "brand.rde")}, "offers/boots.yaml:4:9: error: unknown name 'brand.rde'"),
        (
            {"boots": BOOTS.replace("price: 149", "price: [1]")},
            "offers/boots.yaml:2:8: error: a text, a number, yes or no",
        ),
        (
            {"boots": BOOTS.replace("149", "cheap"), "layers": '\n      - {text: "only {{ offer.price | money }}"}\n'},
            "(in the offer 'boots')",
        ),
        ({"boots": BOOTS.replace("149", ".nan")}, "offers/boots.yaml:2:8: error: a text, a number, yes or no"),
        ({"boots": BOOTS + "Size: 3\n"}, "offers/boots.yaml:8:7: error: 'Size' is not a valid name"),
        ({"boots": BOOTS + "tags: summer\n"}, "offers/boots.yaml:8:7: error: a list of tags is expected here"),
        ({"boots": "title: ["}, "offers/boots.yaml:1:9: error: not YAML"),
        ({"head": THEME + "explore: thompson\n"}, "one/creative.yaml:4:10: error: `explore` can't be used with offers"),
        (
            {"layers": LAYERS + "    when: recipient.points > 1\n"},
            "one/creative.yaml:10:11: error: a variant for offers has no `when`: write it into the offers",
        ),
        (
            {"layers": LAYERS + "    name: mine\n"},
            "one/creative.yaml:10:11: error: a variant for offers has no `name`: each is named as its offer",
        ),
        ({"layers": LAYERS + "  - {name: boots, layers: [{text: A}]}\n"}, "there are two variants named 'boots'"),
    ],
)
def test_mistakes_are_told_where_they_are(shop: Shop, change: dict[str, str], said: str) -> None:
    found = problems(shop(**change))
    assert any(said in one for one in found), found


@pytest.mark.parametrize("head", ["", "silence: 0.5\n"])
def test_too_many_offers_are_told_as_offers(shop: Shop, head: str) -> None:
    many = {f"o{number}": BOOTS for number in range(98)}
    folder = shop("\n      - {text: offer.title}\n", head=head, **many)
    if head:  # a variant that says nothing is added
        (folder / "creative.yaml").write_text((folder / "creative.yaml").read_text().replace(LAST, ""))
    (found,) = problems(folder)
    assert f"one/creative.yaml:{4 + bool(head)}:13: error: 100 offers are chosen here" in found
    assert "which makes 101; 100 are the most\n    choose fewer by a tag" in found


def test_a_mistake_in_an_offer_is_the_same_in_all_creatives(shop: Shop) -> None:
    wrong = BOOTS.replace("boot-fill", "boott").replace("brand.red", "brand.rde") + "score: 'nonsense('\nrank: high\n"
    told = [problems(shop(name=name, boots=wrong)) for name in ("one", "two")]
    assert told[0] == told[1] != []
    told = [problems(shop(name=name, boots=BOOTS + "score: 'nonsense('\n")) for name in ("one", "two")]
    assert told[0] == told[1] != []


def test_a_last_variant_is_no_offer(shop: Shop) -> None:
    folder = shop()
    file = folder / "creative.yaml"
    file.write_text(file.read_text().replace(LAST, ""))
    assert any("the last variant must have no `offers`" in one for one in problems(folder))


def test_a_picture_stands_beside_its_offer(shop: Shop) -> None:
    folder = shop(
        "\n      - {image: offer.image}\n", boots=BOOTS + "image: boots.png\n", parasol=PARASOL + "image: no.png\n"
    )
    Image.new("RGB", (9, 9), "red").save(folder.parent / "offers/boots.png")
    assert any("offers/parasol.yaml:10:8: error: there is no file" in one for one in problems(folder)), problems(folder)
    (folder.parent / "offers/parasol.yaml").write_text(PARASOL + "image: boots.png\n")
    loaded = checked(folder)
    assert set(loaded.assets) == {"../offers/boots.png"}


def test_what_was_published_is_whole_without_the_folder(shop: Shop, tmp_path: Path) -> None:
    loaded = load_creative(shop(offers="summer"), VOCABULARY)
    assert {path for path in loaded.files if "offers" in path} == {"../offers/parasol.yaml"}
    kept = load_kept(tmp_path / "gone" / "one", loaded.files, VOCABULARY)
    assert (names(kept), kept.version) == (names(loaded), loaded.version)


def test_what_an_offer_changes_is_published_and_nothing_else(shop: Shop, fonts: Fonts, tmp_path: Path) -> None:
    shop(name="summer", offers="summer")
    shop(name="all")
    workshop = Workshop.of(Painter(fonts, StaticStore(None)), VOCABULARY)
    publisher = Publisher(tmp_path, workshop)
    before = dict(publisher.library)
    (tmp_path / "offers/boots.yaml").write_text(BOOTS.replace("149", "129.5"))
    assert not publisher.refresh()
    assert publisher.library["summer"] is before["summer"]
    assert publisher.library["all"] is not before["all"]
    (tmp_path / "offers/hat.yaml").write_text(BOOTS.replace("Dry feet", "A hat"))
    assert not publisher.refresh()
    assert names(publisher.library["all"].loaded) == ["boots", "hat", "parasol", "nothing"]
    (tmp_path / "offers/hat.yaml").write_text("title: [")
    assert {problem.file.rpartition("/")[2] for problem in publisher.refresh()} == {"hat.yaml"}
    assert names(publisher.library["all"].loaded) == ["boots", "hat", "parasol", "nothing"]


def test_places_and_pools_are_looked_at_together(shop: Shop, tmp_path: Path) -> None:
    for name, head, offers in (
        ("a", "", "all"),
        ("b", "place: 1\n", "all"),
        ("c", "place: 4\ntimezone: Europe/Paris\n", "all"),
        ("d", "", "boots"),
    ):
        shop(name=name, head=THEME + head, offers=offers, hat=BOOTS + "tags: [winter]\n")
    loaded = [load_creative(tmp_path / name, VOCABULARY) for name in "abcd"]
    found = [str(one) for one in check_pools(loaded, tmp_path, ["boots", "hat", "parasol"])]
    for said in (
        "b/creative.yaml:4:8: warning: 'a' has place 1, too",
        "c/creative.yaml:4:8: warning: no creative that shares these offers has place 2",
        "c/creative.yaml:4:8: warning: of 3 offers, none is ever left for place 4",
        "c/creative.yaml:5:11: warning: `timezone` is another than that of 'a'",
        "d/creative.yaml:5:13: warning: 'a' chooses from all, this from boots",
    ):
        assert any(said in one for one in found), (said, found)
    (unused,) = check_pools(loaded[3:], tmp_path, ["boots", "hat"])
    assert "offers/hat.yaml" in str(unused)


def test_a_limit_of_one_image_is_told_where_it_hides_an_offer_from_the_email(shop: Shop, tmp_path: Path) -> None:
    def found(first: str, second: str) -> list[str]:
        for name, head in (("a", first), ("b", "place: 2\n" + second)):
            shop(name=name, head=THEME + head)
        loaded = [load_creative(tmp_path / name, VOCABULARY) for name in "ab"]
        return [str(one) for one in check_pools(loaded, tmp_path, ["boots", "parasol"])]

    own, all_ = "cap: {times: 2, per: 7 days}\n", "cap: {times: 2, per: 7 days, over: all}\n"
    (said,) = found(own, "")
    assert "a/creative.yaml:4:6: warning: once this limit is reached, no image of the email shows" in said
    assert len(found(all_, "")) == len(found(own, all_)) == 1
    assert found("", own) == found(own, own) == []


def test_editors_know_offers() -> None:
    check = jsonschema.Draft202012Validator(offer_schema())
    for text in (PARASOL, BOOTS):
        assert not list(check.iter_errors(read_source("x", text.encode()).data))
    assert [error.json_path for error in check.iter_errors({"rank": "high", "title": [], "Size": 1, "tags": "a"})]
    creative = {"title": "T", "size": "60x30", "place": 2}
    variant = {"offers": "all", "layers": [{"text": "offer.title", "color": "offer.ground"}]}
    written = jsonschema.Draft202012Validator(creative_schema())
    assert not list(written.iter_errors({**creative, "variants": [variant, {"name": "a", "collapse": True}]}))
    assert list(written.iter_errors({**creative, "variants": [{"layers": []}]}))
