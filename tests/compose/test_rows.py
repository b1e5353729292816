"""Rows and columns of layers: what stands where, what closes its gap, and what is mirrored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecontent.compose.arrange import arranged
from livecontent.compose.context import LayoutContext
from livecontent.creative.model import Creative
from livecontent.facts import Client, Moment
from livecontent.render.paint.fonts import Fonts
from livecontent.scene import Box, Group, Node, Scene, Text
from made_creatives import content_of, context_of, moment_of, valid

BASKET = {"basket": [{"name": "Boots", "price": 79.9}, {"name": "Umbrella", "price": 19.9}, {"name": "Hat"}]}


def leaves(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, Group):
            yield from leaves(node.nodes)
        else:
            yield node


def scene_of(creative: Creative, moment: Moment, fonts: Fonts, scale: int = 1) -> Scene:
    content = content_of(creative, context_of(creative, moment, fonts))
    return content.scene(LayoutContext(fonts, scale), *creative.size, creative.background)


def boxes(layer: dict[str, Any], fonts: Fonts, **facts: Any) -> list[Box]:
    """The boxes of all that is drawn, one for each text."""
    variants = [{"name": "only", "layers": [layer]}]
    creative = valid({"title": "T", "size": "300x100", "scale": 1, "variants": variants})
    return list(dict.fromkeys(node.box for node in leaves(scene_of(creative, moment_of(**facts), fonts).nodes)))


def bar(width: int, **keys: Any) -> dict[str, Any]:
    return {"fill": "#ff0000", "width": width, **keys}


UNKNOWN = {"text": "{{ recipient.x }}"}


def test_layers_of_a_row_stand_side_by_side(fonts: Fonts) -> None:
    row = {"row": [bar(40), {"fill": "#0000ff"}, {"icon": "sun", "width": 16}], "gap": 8, "padding": [5, 10]}
    assert boxes(row, fonts) == [Box(10, 5, 40, 90), Box(58, 5, 208, 90), Box(274, 5, 16, 16)]


def test_those_of_a_column_below_each_other(fonts: Fonts) -> None:
    column = {"column": [{"fill": "#ff0000", "height": 20}, {"fill": "#0000ff", "height": 10}], "gap": 4}
    assert boxes(column, fonts) == [Box(0, 0, 300, 20), Box(0, 24, 300, 10)]
    assert boxes({**column, "justify": "end"}, fonts) == [Box(0, 66, 300, 20), Box(0, 90, 300, 10)]


def test_a_text_is_as_wide_as_its_words(fonts: Fonts) -> None:
    short, wide = (boxes({"row": [{"text": words}, bar(9)]}, fonts)[1].x for words in ("Hi", "Hi there, all of you"))
    assert 8 < short < 24
    assert wide > 100


def test_a_layer_that_is_left_out_closes_its_gap(fonts: Fonts) -> None:
    row = {"row": [UNKNOWN, bar(9), bar(9, when="false"), bar(9)], "gap": 10}
    assert boxes(row, fonts) == [Box(0, 0, 9, 100), Box(19, 0, 9, 100)]


def test_a_row_of_nothing_is_not_shown(fonts: Fonts) -> None:
    column = {"column": [{"row": [UNKNOWN], "fill": "#ff0000", "height": 50}, {"fill": "#0000ff", "height": 9}]}
    assert boxes(column, fonts) == [Box(0, 0, 300, 9)]


def test_a_row_may_be_as_large_as_what_is_in_it(fonts: Fonts) -> None:
    keys = {"fill": "#ff0000", "radius": 4, "padding": 6, "width": "auto", "height": "auto"}
    row = {"row": [{"icon": "sun"}], "justify": "center", "align": "end", **keys}
    assert boxes(row, fonts) == [Box(132, 64, 36, 36), Box(138, 70, 24, 24)]
    column = {"column": [{"icon": "sun"}], "justify": "center", "align": "end", **keys}
    assert boxes(column, fonts) == [Box(264, 32, 36, 36), Box(270, 38, 24, 24)]


def test_items_of_a_list_are_layers_of_the_row(fonts: Fonts) -> None:
    row = {"row": [{"repeat": "recipient.basket", "limit": 2, "layers": [bar(50)]}, {"icon": "sun"}], "gap": 10}
    three = [Box(0, 0, 50, 100), Box(60, 0, 50, 100), Box(120, 0, 24, 24)]
    assert boxes(row, fonts, recipient=BASKET) == three
    assert boxes(row, fonts, recipient={"basket": []}) == [Box(0, 0, 24, 24)]


def test_a_group_in_a_row_is_as_large_as_its_boxes(fonts: Fonts) -> None:
    group = {"group": [{"fill": "#ff0000", "box": [5, 5, 20, 10]}, {"fill": "#0000ff", "box": [0, 20, 30, 4]}]}
    row = {"row": [group, {"icon": "sun"}], "align": "end"}
    assert boxes(row, fonts) == [Box(5, 81, 20, 10), Box(0, 96, 30, 4), Box(30, 76, 24, 24)]


def test_a_prefetched_form_takes_the_place_of_its_layer(fonts: Fonts) -> None:
    row = {"row": [{"text": "{{ now.hour }}", "prefetched": [bar(30)]}, bar(9)]}
    assert boxes(row, fonts, client=Client(time="early")) == [Box(0, 0, 30, 100), Box(30, 0, 9, 100)]


WORDS = ["hello", "a", "wonderful", "umbrella", "of", "1", "240", "€", "and", "rain", "boots"]
lengths = st.one_of(st.just("auto"), st.just("fill"), st.integers(5, 90))
limits = st.fixed_dictionaries({}, optional={"min_width": st.integers(5, 60), "max_width": st.integers(20, 90)})
sizes = st.fixed_dictionaries({}, optional={"width": lengths, "height": lengths})
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
texts = st.fixed_dictionaries({"text": words, "font": st.fixed_dictionaries({"size": st.integers(8, 20)})})
plain = texts | st.just({"fill": "#ff0000"}) | st.just({"icon": "sun"}) | st.just({"progress": "50"})
leaf = st.tuples(plain, sizes, limits).map(lambda parts: {**parts[0], **parts[1], **parts[2]})


def held(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Rows and columns of layers."""
    keys = {
        "gap": st.sampled_from((0, 7)),
        "padding": st.sampled_from((0, 5, [3, 8], [1, 2, 3, 4])),
        "align": st.sampled_from(("start", "center", "end", "stretch")),
        "justify": st.sampled_from(("start", "center", "end", "between")),
    }
    return st.tuples(
        st.sampled_from(("row", "column")),
        st.lists(inner, min_size=1, max_size=4),
        st.fixed_dictionaries({}, optional=keys),
        sizes,
    ).map(lambda parts: {parts[0]: parts[1], **parts[2], **parts[3]})


trees = held(leaf | held(leaf | held(leaf)))


def creative_with(layer: dict[str, Any], language: str = "en", scale: int = 1) -> Creative:
    layer = {key: value for key, value in layer.items() if key not in ("width", "height")}
    variants = [{"name": "only", "layers": [layer]}]
    return valid({"title": "T", "size": "300x200", "scale": scale, "language": language, "variants": variants})


@given(trees)
def test_from_right_to_left_it_is_the_mirror_image(fonts: Fonts, layer: dict[str, Any]) -> None:
    """Also what is too long, and stands out at the other side then."""
    settled = []
    for language in ("en", "ar"):
        creative = creative_with(layer, language)
        (found,) = content_of(creative, context_of(creative, moment_of(), fonts)).layers
        (block,) = found.blocks
        layer_ = block.layer
        settled.append(list(rects(arranged(block, layer_.item(block, LayoutContext(fonts))))))
    for (left, top, width, height), mirrored in zip(*settled, strict=True):
        assert mirrored == pytest.approx((300 - left - width, top, width, height), abs=1e-6)


def rects(block: Any) -> Iterator[Any]:
    yield block.box
    if block.flow:
        for inner in block.value:
            yield from rects(inner)


@given(trees)
def test_it_is_the_same_at_twice_the_size(fonts: Fonts, layer: dict[str, Any]) -> None:
    creative = creative_with(layer)
    small, large = (list(leaves(scene_of(creative, moment_of(), fonts, scale).nodes)) for scale in (1, 2))
    assert len(small) == len(large)
    for one, other in zip(small, large, strict=True):
        assert all(abs(2 * here - there) <= 2 for here, there in zip(one.box, other.box, strict=True))


@given(st.lists(texts, min_size=1, max_size=4), st.sampled_from(("row", "column")))
def test_no_word_is_lost_where_there_is_room(fonts: Fonts, layers: list[dict[str, Any]], kind: str) -> None:
    """A column as high as it takes; a row that is wide enough for the longest words."""
    creative = valid(
        {"title": "T", "size": "900x900", "variants": [{"name": "only", "layers": [{kind: layers, "height": "auto"}]}]}
    )
    scene = scene_of(creative, moment_of(), fonts)
    drawn = "".join(run.text for node in leaves(scene.nodes) if isinstance(node, Text) for run in node.runs)
    said = "".join(layer["text"] for layer in layers)
    assert sorted(drawn.replace(" ", "")) == sorted(said.replace(" ", ""))
    for node in leaves(scene.nodes):
        assert node.box.x >= 0
        assert node.box.x + node.box.width <= 900
        assert node.box.y + node.box.height <= 900


def test_a_text_in_another_direction_than_its_row_stands_where_the_row_begins(fonts: Fonts) -> None:
    column = {"column": [{"text": {"en": "hi", "ar": "مرحبا"}}, {"text": "plain"}, {"text": "end", "align": "end"}]}
    variants = [{"name": "only", "layers": [column]}]
    creative = valid({"title": "T", "size": "300x100", "scale": 1, "variants": variants})
    for language, begins in (("en", [True, True, False]), ("ar", [False, False, True])):
        scene = scene_of(creative, moment_of(recipient={"language": language}), fonts)
        texts = [node for node in leaves(scene.nodes) if isinstance(node, Text)]
        assert [node.runs[0].x < 20 for node in texts] == begins


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"width": 50}, (50, 25)),
        ({"height": 20}, (40, 20)),
        ({}, (80, 40)),
        ({"width": 50, "height": 50}, (50, 50)),
        ({"width": "fill"}, (300, 150)),
        ({"width": "fill", "max_width": 100}, (100, 50)),
    ],
)
def test_an_image_keeps_its_proportions(fonts: Fonts, keys: dict[str, Any], expected: tuple[int, int]) -> None:
    variants = [{"name": "only", "layers": [{"column": [{"image": "a.jpg", **keys}], "align": "start"}]}]
    creative = valid({"title": "T", "size": "300x200", "scale": 1, "variants": variants})
    content = content_of(creative, context_of(creative, moment_of(), fonts))
    layout = LayoutContext(fonts, 1, pictures={"digest-of-a": (80, 40)}.get)
    (picture,) = content.scene(layout, *creative.size, creative.background).nodes
    assert picture.box[2:] == expected


def test_the_example_of_the_documents_is_drawn(fonts: Fonts) -> None:
    words = "{{ item.name }} <s>{{ item.old | money }}</s> <b>{{ item.price | money }}</b>"
    items = {"repeat": "recipient.basket", "limit": 3, "layers": [{"text": words}]}
    row = {"row": [items], "gap": 12, "box": [10, 10, 580, 100]}
    layers = [row, {"text": "30 %", "rotate": -8, "box": [50, 80, 100, 40]}]
    creative = valid({"title": "T", "size": "600x120", "variants": [{"name": "only", "layers": layers}]})
    basket = [{"name": name, "price": 10 + place, "old": 29} for place, name in enumerate(("Boots", "Hat", "Gloves"))]
    content = content_of(creative, context_of(creative, moment_of(recipient={"basket": basket}), fonts))
    assert content.words == ("Boots €29.00 €10.00", "Hat €29.00 €11.00", "Gloves €29.00 €12.00", "30 %")
    assert content.left_out == ()
    scene = content.scene(LayoutContext(fonts, 2), *creative.size, creative.background)
    texts = {node.box for node in leaves(scene.nodes) if isinstance(node, Text)}
    assert len(texts) == 4
