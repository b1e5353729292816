from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageChops, ImageOps

from livecontent.creative.context import language_of, zone_of
from livecontent.facts import Client, Moment
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.scene import Box, Colour, Gradient, Group, Node, Picture, Shape, Stroke, Text
from livecontent.sources.now import now_at
from made_creatives import AT, NOW, PARIS, RAIN, composed, context_of, creative_of, moment_of

STORES = [{"name": name, "open": name != "b", "distance": index} for index, name in enumerate("abcd")]
WHITE, BLACK = Colour(255, 255, 255), Colour(0, 0, 0)


def nodes_of(fonts: Fonts, *layers: str, moment: Moment | None = None, **keys: str) -> tuple[Node, ...]:
    scene, made = composed(creative_of(*layers, **keys), moment or Moment({}), fonts)
    assert made.left_out == []
    return scene.nodes


def left_out(fonts: Fonts, layer: str, **facts: object) -> str:
    scene, made = composed(creative_of(layer), moment_of(**facts), fonts)
    assert scene.nodes == ()
    (note,) = made.left_out
    return note


def test_layers_are_drawn_from_bottom_to_top_at_the_scale(fonts: Fonts) -> None:
    scene, _ = composed(
        creative_of("fill: white", "{fill: black, box: [1.5, 2, 10, 20]}", scale="2"), Moment({}), fonts
    )
    assert (scene.width, scene.height, scene.background, scene.seconds) == (600, 200, WHITE, 1)
    assert scene.nodes == (
        Shape(box=Box(0, 0, 600, 200), paint=WHITE),
        Shape(box=Box(3, 4, 20, 40), paint=BLACK),
    )


def test_shapes_and_pictures_are_what_is_written(fonts: Fonts) -> None:
    nodes = nodes_of(
        fonts,
        "{shape: ellipse, fill: {gradient: [white, black], angle: 90}, stroke: {width: 0.3}, opacity: 0.5}",
        "{shape: rectangle, fill: white, radius: 3}",
        "{shape: line, stroke: {width: 2}, box: [1, 2, 30, 1]}",
        "{image: a.jpg, fit: contain, radius: 4}",
    )
    whole = Box(0, 0, 300, 100)
    assert nodes == (
        Shape(box=whole, kind="ellipse", paint=Gradient((WHITE, BLACK), 90), stroke=Stroke(1, BLACK), opacity=0.5),
        Shape(box=whole, paint=WHITE, radius=3),
        Shape(box=Box(1, 2, 30, 1), kind="line", stroke=Stroke(2, BLACK)),
        Picture(box=whole, asset="digest-of-a", fit="contain", radius=4),
    )


@pytest.mark.parametrize(
    ("layer", "note"),
    [
        ("text: '{{ place.city }}'", "text: place is not known"),
        ("image: '{{ recipient.colour }}.jpg'", "image: recipient.colour is not known"),
        ("image: '{{ recipient.name }}.jpg'", "image: there is no file 'Ann.jpg'"),
        ("icon: '{{ weather.icon }}'", "icon: weather is not known"),
        ("icon: '{{ recipient.name }}'", "icon: there is no icon 'Ann'"),
        ("progress: '{{ recipient.name }}'", "progress: 'Ann' is not a number"),
        ("progress: '{{ recipient.points }}'", "progress: recipient.points is not known"),
        ("{repeat: stores, layers: [fill: white]}", "repeat: stores is not known"),
        ("{code: '{{ recipient.points }}'}", "code: recipient.points is not known"),
    ],
)
def test_a_layer_whose_facts_are_not_known_is_left_out_and_noted(fonts: Fonts, layer: str, note: str) -> None:
    assert left_out(fonts, layer, recipient={"name": "Ann"}) == note


def test_a_layer_that_is_left_out_takes_no_other_with_it(fonts: Fonts) -> None:
    group = "group: [{text: '{{ place.city }}'}, {fill: black}]"
    scene, made = composed(creative_of("fill: white", "text: '{{ place.city }}'", group), Moment({}), fonts)
    assert [node.paint for node in scene.nodes if isinstance(node, Shape)] == [WHITE, BLACK]
    assert made.left_out == ["text: place is not known"] * 2


@pytest.mark.parametrize(
    ("when", "drawn"),
    [
        ("weather.is_day", True),
        ("!weather.is_day", False),
        ("place.latitude > 5", False),
        ("!(place.latitude > 5)", False),
        ("weather.is_day || place.latitude > 5", True),
        ("recipient.points", False),
    ],
)
def test_a_layer_is_drawn_only_where_its_condition_is_true(fonts: Fonts, when: str, drawn: bool) -> None:
    moment = moment_of(weather=RAIN, recipient={"points": 5})
    assert len(nodes_of(fonts, f"{{fill: white, when: {when!r}}}", moment=moment)) == drawn


@pytest.mark.parametrize(
    ("part", "whole", "length"),
    [
        *(("0", "100", 0), ("50", "100", 100), ("100", "100", 200), ("150", "100", 200), ("-5", "100", 0)),
        *(("4", "100", 8), ("1", "100", 2), ("1e-300", "1", 0), ("1", "0", 0), ("1", "-5", 0)),
        *(("1 000", "2\u202f000", 100), (" 25 ", "100", 50), ("1e14", "1e14", 200)),
    ],
)
def test_a_bar_is_as_long_as_its_part(fonts: Fonts, part: str, whole: str, length: int) -> None:
    layer = f"{{progress: '{part}', of: '{whole}', box: [0, 0, 200, 10]}}"
    nodes = nodes_of(fonts, layer)
    assert nodes[0].box == Box(0, 0, 200, 10)
    ends = [node.box.x + node.box.width for node in nodes[1:]]
    assert ends == ([length] if length else [])
    assert all(isinstance(node, Shape) and node.radius == 5 for node in nodes)


@given(
    part=st.integers(0, 100),
    direction=st.sampled_from(["right", "left", "up", "down"]),
    size=st.tuples(st.integers(20, 90), st.integers(20, 90)),
    radius=st.one_of(st.none(), st.integers(0, 60)),
    scale=st.integers(1, 2),
)
def test_a_bar_fills_its_part_of_the_track_from_the_right_end_and_nothing_beside_it(
    painter: Painter, part: int, direction: str, size: tuple[int, int], radius: int | None, scale: int
) -> None:
    wide, high = size
    round_ = "" if radius is None else f", radius: {radius}"
    look = f"fill: black, track: white, direction: {direction}{round_}, box: [3, 2, {wide}, {high}]"
    creative = creative_of(f"{{progress: {part}, {look}}}", size="100x100", scale=str(scale))
    scene, _ = composed(creative, Moment({}), painter.fonts)
    ink = ImageOps.invert(painter.draw(scene).convert("L"))
    track = Box(3 * scale, 2 * scale, wide * scale, high * scale)
    x, y, width, height = track
    length = round((width if direction in ("right", "left") else height) * part / 100)
    filled = {
        "right": (x, y, x + length, y + height),
        "left": (x + width - length, y, x + width, y + height),
        "down": (x, y, x + width, y + length),
        "up": (x, y + height - length, x + width, y + height),
    }[direction]
    found = ink.point(lambda value: 255 * (value > 40)).getbbox()
    if length > 2:  # of one or two pixels in a round end little is left
        assert found is not None
        along = slice(0, 4, 2) if direction in ("right", "left") else slice(1, 4, 2)
        assert found[along] == pytest.approx(filled[along], abs=1)
    outside = ink.copy()
    outside.paste(0, filled)
    assert outside.getbbox() is None
    shape = painter.draw(scene._replace(nodes=(scene.nodes[0]._replace(paint=BLACK),))).convert("L")  # type: ignore[union-attr]
    assert ImageChops.subtract(ink, ImageOps.invert(shape)).getbbox() is None


@given(
    part=st.floats(0, 100),
    segments=st.integers(2, 12),
    gap=st.integers(0, 6),
    direction=st.sampled_from(["right", "left", "up", "down"]),
    scale=st.integers(1, 2),
)
def test_a_bar_in_segments_fills_them_one_by_one_and_exactly(
    painter: Painter, part: float, segments: int, gap: int, direction: str, scale: int
) -> None:
    look = f"segments: {segments}, gap: {gap}, radius: 0, fill: black, track: white, direction: {direction}"
    creative = creative_of(f"{{progress: {part}, {look}, box: [3, 2, 90, 90]}}", size="100x100", scale=str(scale))
    scene, _ = composed(creative, Moment({}), painter.fonts)
    level = direction in ("right", "left")
    tracks = [node.box for node in scene.nodes if isinstance(node, Shape) and node.paint == WHITE]
    lengths = [box.width if level else box.height for box in tracks]
    assert len(tracks) == segments
    assert max(lengths) - min(lengths) <= 1
    filled = [node.box for node in scene.nodes if isinstance(node, Shape) and node.paint == BLACK]
    inked = sum(box.width if level else box.height for box in filled)
    assert inked == pytest.approx(sum(lengths) * part / 100, abs=1.5)
    assert all(box in tracks for box in filled[:-1])


def test_the_bar_in_segments_grows_from_where_its_direction_begins(fonts: Fonts) -> None:
    def filled(direction: str) -> Box:
        box = "box: [0, 0, 58, 58]"
        layer = f"{{progress: 1, of: 4, segments: 4, gap: 2, fill: white, direction: {direction}, {box}}}"
        (found,) = [node.box for node in nodes_of(fonts, layer) if isinstance(node, Shape) and node.paint == WHITE]
        return found

    assert filled("right") == Box(0, 0, 13, 58)
    assert filled("left") == Box(45, 0, 13, 58)
    assert filled("down") == Box(0, 0, 58, 13)
    assert filled("up") == Box(0, 45, 58, 13)


def test_opacity_and_shadow_are_those_of_track_and_bar_together(fonts: Fonts) -> None:
    (group,) = nodes_of(fonts, "{progress: 25, opacity: 0.5, shadow: {y: 2}, box: [0, 0, 50, 10]}")
    assert isinstance(group, Group)
    assert (group.opacity, [node.opacity for node in group.nodes]) == (0.5, [1, 1])


@pytest.mark.parametrize("odd", ["nan", "inf", "-inf", "1e400", "1e15", "9" * 400, "", "x", "1,5", "0x10", "½"])
def test_what_is_no_number_makes_no_bar(fonts: Fonts, odd: str) -> None:
    assert left_out(fonts, "progress: '{{ recipient.points }}'", recipient={"points": odd}).startswith("progress: ")
    assert left_out(fonts, "{progress: 1, of: '{{ recipient.points }}'}", recipient={"points": odd})


def test_an_icon_is_as_large_as_its_box_allows_and_in_its_middle(fonts: Fonts) -> None:
    (node,) = nodes_of(fonts, "{icon: umbrella, box: [10, 20, 40, 16]}")
    assert isinstance(node, Text)
    (run,) = node.runs
    assert (run.text, run.face) == fonts.icons["umbrella"]
    assert (run.size, run.x, run.y) == (16, 22, 35)


def test_a_group_is_one_node_only_where_it_must_be(fonts: Fonts) -> None:
    layers = "group: [{fill: white, box: [1, 1, 5, 5]}, {fill: black}], box: [10, 20, 30, 40]"
    inside = (
        Shape(box=Box(11, 21, 5, 5), paint=WHITE),
        Shape(box=Box(10, 20, 30, 40), paint=BLACK),
    )
    assert nodes_of(fonts, f"{{{layers}}}") == inside
    assert nodes_of(fonts, f"{{{layers}, opacity: 0.5}}") == (
        Group(box=Box(10, 20, 30, 40), opacity=0.5, nodes=inside),
    )
    (shadowed,) = nodes_of(fonts, f"{{{layers}, shadow: {{y: 1}}}}")
    assert isinstance(shadowed, Group)
    assert shadowed.shadow is not None


def places(fonts: Fonts, more: str, stores: list[dict[str, Any]] | None = None) -> list[tuple[str, int, int]]:
    layer = (
        f"{{repeat: stores, box: [10, 20, 80, 20], layers: [{{text: '{{{{ item.name }}}}', when: item.open}}]{more}}}"
    )
    nodes = nodes_of(fonts, layer, moment=moment_of(stores=STORES if stores is None else stores))
    return [(node.runs[0].text, node.box.x, node.box.y) for node in nodes if isinstance(node, Text)]


def test_a_repeat_draws_its_layers_for_each_item(fonts: Fonts) -> None:
    assert places(fonts, "") == [("a", 10, 20), ("c", 10, 60)]
    assert places(fonts, ", limit: 1") == [("a", 10, 20)]
    assert places(fonts, ", limit: 20, gap: 5") == [("a", 10, 20), ("c", 10, 70), ("d", 10, 95)]
    assert places(fonts, ", offset: 2, direction: row, gap: 5") == [("c", 10, 20), ("d", 95, 20)]


def test_a_repeat_takes_as_few_items_as_there_are(fonts: Fonts) -> None:
    assert places(fonts, ", limit: 20", STORES[:1]) == [("a", 10, 20)]
    assert places(fonts, ", limit: 20", []) == []
    assert places(fonts, ", offset: 20") == []


def test_an_item_is_known_inside_its_repeat_only(fonts: Fonts) -> None:
    scene, made = composed(
        creative_of("{repeat: stores, layers: [{fill: white}]}", "text: '{{ item.name }}'"),
        moment_of(stores=STORES),
        fonts,
    )
    assert len(scene.nodes) == 3
    assert made.left_out == ["text: item is not known"]


@given(st.sampled_from(["fr", "fr-CA", "en", "de", "", "zz", "-", "x" * 500, "ar-EG", "\0", "fr-XX", None, 5, ["fr"]]))
def test_any_language_of_a_profile_makes_a_desk(fonts: Fonts, language: object) -> None:
    moment = moment_of(now=NOW, recipient={"language": language, "points": 1234.5})
    (node,) = nodes_of(
        fonts, 'text: {en: "{{ recipient.points | number }}", fr: "F{{ now.at | time }}"}', moment=moment
    )
    assert isinstance(node, Text)


def test_the_language_is_the_profiles_else_the_clients_else_the_creatives() -> None:
    creative = creative_of(language="de")
    reader = Client(language="en")
    assert language_of(creative, moment_of(recipient={"language": "fr_CA"}, client=reader)) == "fr-CA"
    assert language_of(creative, moment_of(recipient={}, client=reader)) == "en"
    assert language_of(creative, moment_of(client=Client())) == "de"


def test_who_speaks_a_language_that_the_creative_does_not_is_spoken_to_in_its_own_dates_and_numbers_alike() -> None:
    texts = "text: {fr: 'Bonjour', en: 'Hello', he: 'שלום'}"
    creative = creative_of(texts, language="en")
    assert creative.languages == ("en", "fr", "he")
    for spoken, language in (("ar", "en"), ("fr-BE", "fr-BE"), ("he", "he"), ("de", "en")):
        assert language_of(creative, moment_of(recipient={"language": spoken})) == language
    arab = moment_of(recipient={"language": "ar"}, client=Client(language="fr"))
    assert language_of(creative, arab) == "fr"
    assert language_of(creative_of(texts, language="nl"), moment_of(recipient={"language": "ar"})) == "fr"


@pytest.mark.parametrize(
    ("language", "layer", "left"),
    [
        ("he", "text: {en: 'ab', he: 'ab של'}", True),
        ("en", "text: {en: 'של ab', he: 'x'}", True),
        ("he", "text: 'ab של'", False),
        ("en", "text: 'של ab'", True),  # a plain text is in the creative's language
    ],
)
def test_a_text_of_a_language_runs_as_the_language_does(fonts: Fonts, language: str, layer: str, left: bool) -> None:
    (node,) = nodes_of(fonts, layer, moment=moment_of(recipient={"language": language}))
    assert isinstance(node, Text)
    hebrew = next(run for run in node.runs if run.rtl)
    assert (hebrew.x < min(run.x for run in node.runs if not run.rtl)) is left


def test_the_clock_is_that_of_the_moment_else_the_creatives_else_utc(fonts: Fonts) -> None:
    creative = creative_of(timezone="Europe/London")
    assert str(zone_of(creative, moment_of(now=NOW))) == "Europe/Paris"
    assert str(zone_of(creative, Moment({}))) == "Europe/London"
    assert context_of(creative_of(), Moment({}), fonts).words["timezone"] == ZoneInfo("UTC")


moments = st.builds(
    lambda name, points, minute, open_: moment_of(
        now=now_at(datetime(2026, 3, 29, 3, minute, tzinfo=PARIS)),
        weather=RAIN,
        recipient={"name": name, "points": points},
        stores=[{"name": name, "open": open_, "distance": points}],
    ),
    st.text(max_size=20),
    st.integers(-5, 2000),
    st.integers(0, 59),
    st.booleans(),
)
EVERYTHING = (
    "{image: a.jpg}",
    "{text: 'Hi {{ recipient.name }}', fit: {lines: 1, shrink_to: 8}}",
    "{progress: '{{ recipient.points }}', of: 1000}",
    "{countdown: '2026-12-24', labels: {size: 8}}",
    "{code: '{{ recipient.points }}', when: recipient.points > 0}",
    "{opacity: 0.5, group: [{icon: '{{ weather.icon }}'}]}",
    "{repeat: stores, layers: [{text: '{{ item.distance | unit: \"kilometer\" }}', when: item.open}]}",
)


@given(moments)
def test_equal_moments_compose_equal_scenes(fonts: Fonts, moment: Moment) -> None:
    scene, made = composed(creative_of(*EVERYTHING), moment, fonts)
    again, other = composed(creative_of(*EVERYTHING), Moment(dict(moment.facts)), fonts)
    assert (scene, hash(scene), made.said, made.left_out) == (again, hash(again), other.said, other.left_out)


def test_composing_reads_no_clock(fonts: Fonts) -> None:
    scene, _ = composed(
        creative_of("{countdown: '2026-11-21T08:05:07', font: {size: 9}}"), moment_of(now=now_at(AT)), fonts
    )
    assert scene.nodes[0].left == 7  # type: ignore[attr-defined]
