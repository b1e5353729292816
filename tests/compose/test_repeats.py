"""Layers that come once for each item: which items, in which order, and where they stand."""

from __future__ import annotations

from typing import Any

import pytest
from test_rows import boxes

from livecontent.facts import Client
from livecontent.render.paint.fonts import Fonts
from livecontent.scene import Box
from made_creatives import NOW, composed, content_of, context_of, moment_of, valid

ITEMS = [
    {"name": "Boots", "price": 79.9, "sizes": [38, 39]},
    {"name": "umbrella", "price": 19.9, "sizes": [1]},
    {"name": "Hat", "price": 30},
    {"name": "Gift"},
]
PERSON = {"basket": ITEMS, "level": 3, "tags": ["gold", "new"], "text": "x"}


def said(fonts: Fonts, layer: dict[str, Any], **facts: Any) -> tuple[list[str], tuple[str, ...]]:
    """What is written, and what is left out."""
    creative = valid({"title": "T", "size": "300x100", "variants": [{"name": "only", "layers": [layer]}]})
    content = content_of(creative, context_of(creative, moment_of(**{"recipient": PERSON, **facts}), fonts))
    return list(content.words), content.left_out


def names(fonts: Fonts, text: str = "{{ item.name }}", of: str = "recipient.basket", **keys: Any) -> list[str]:
    return said(fonts, {"repeat": of, "layers": [{"text": text}], **keys})[0]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({}, ["Boots", "umbrella", "Hat"]),
        ({"limit": 9, "offset": 1}, ["umbrella", "Hat", "Gift"]),
        ({"sort": "price", "limit": 9}, ["umbrella", "Hat", "Boots", "Gift"]),
        ({"sort": "-price", "limit": 9}, ["Boots", "Hat", "umbrella", "Gift"]),
        ({"sort": "name", "limit": 2, "offset": 1}, ["Gift", "Hat"]),
        ({"where": "item.price > 20"}, ["Boots", "Hat"]),
        ({"where": 'item.name != "Hat" && recipient.level == 3', "limit": 2}, ["Boots", "umbrella"]),
        ({"where": "item.price > 500"}, []),
    ],
)
def test_which_items_are_shown(fonts: Fonts, keys: dict[str, Any], expected: list[str]) -> None:
    assert names(fonts, **keys) == expected


def test_an_item_of_which_the_rule_knows_nothing_is_not_shown_and_told(fonts: Fonts) -> None:
    layer = {"repeat": "recipient.basket", "limit": 9, "where": "item.price > 20", "layers": [{"text": "{{ index }}"}]}
    words, left_out = said(fonts, layer)
    assert words == ["1", "2"]
    assert left_out == ("repeat: item.price > 20 is unknown for 1 of 4: price is not known",)


def test_layers_know_where_their_item_stands(fonts: Fonts) -> None:
    text = "{{ index }}{% if first %} first{% endif %}{% if last %} last{% endif %}"
    assert names(fonts, text) == ["1 first", "2", "3 last"]
    assert names(fonts, text, sort="-price", offset=1, limit=1) == ["1 first last"]
    layers = [
        {"text": "a", "when": "first"},
        {"text": "b", "when": "index == 2"},
        {"text": "z", "when": "last"},
    ]
    assert said(fonts, {"repeat": "recipient.basket", "layers": layers})[0] == ["a", "b", "z"]


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ("(1..4)", ["1", "2", "3", "4"]),
        ("(2..recipient.level)", ["2", "3"]),
        ("(3..1)", []),
        ("recipient.tags", ["gold", "new"]),
    ],
)
def test_numbers_and_texts_are_items_too(fonts: Fonts, of: str, expected: list[str]) -> None:
    assert names(fonts, "{{ item }}", of) == expected


def test_rules_compare_them(fonts: Fonts) -> None:
    assert names(fonts, "{{ item }}", "(1..9)", where="item > 2 && item < recipient.level + 2") == ["3", "4"]
    assert names(fonts, "{{ item }}", "recipient.tags", where='item == "new" || item.startsWith("x")') == ["new"]


def test_a_list_in_each_item_is_one_too(fonts: Fonts) -> None:
    inner = {"repeat": "item.sizes", "layers": [{"text": "{{ index }}: {{ item }}{% if last %} last{% endif %}"}]}
    layer = {"repeat": "recipient.basket", "limit": 2, "layers": [inner, {"text": "{{ index }} {{ item.name }}"}]}
    assert said(fonts, layer)[0] == ["1: 38", "2: 39 last", "1 Boots", "1: 1 last", "2 umbrella"]


@pytest.mark.parametrize(
    ("of", "reason"),
    [
        ("recipient.nothing", "repeat: recipient.nothing is not known"),
        ("recipient.text", "repeat: recipient.text is a text, not a list: lists come from JSON Lines"),
        ("(1..recipient.nothing)", "repeat: recipient.nothing is not known"),
        ("(1..recipient.text)", "repeat: recipient.text is no whole number: 'x'"),
    ],
)
def test_what_is_no_list_is_left_out_with_the_reason(fonts: Fonts, of: str, reason: str) -> None:
    assert said(fonts, {"repeat": of, "layers": [{"text": "a"}]}) == ([], (reason,))


def test_what_chooses_by_time_is_left_out_on_a_prefetch(fonts: Fonts) -> None:
    for keys in ({"where": "item.open"}, {"where": "now.hour < 12"}, {"sort": "open"}):
        layer = {"repeat": "stores", "layers": [{"text": "{{ item.name }}"}], **keys}
        creative = valid({"title": "T", "size": "300x100", "variants": [{"name": "only", "layers": [layer]}]})
        stores = [{"name": "Lille", "open": True}, {"name": "Paris", "open": False}]
        facts = moment_of(client=Client(time="early"), stores=stores, now=NOW)
        _, made = composed(creative, facts, fonts)
        assert made.said == []
        assert str(made.substitutions[0]).startswith("repeat left out: ")


def bar(**keys: Any) -> dict[str, Any]:
    return {"repeat": "(1..3)", "layers": [{"fill": "#ff0000"}], "box": [0, 0, 40, 20], "gap": 10, **keys}


@pytest.mark.parametrize(
    ("keys", "places"),
    [
        ({}, [(0, 0), (0, 30), (0, 60)]),
        ({"direction": "row"}, [(0, 0), (50, 0), (100, 0)]),
        ({"direction": "grid", "columns": 2}, [(0, 0), (50, 0), (0, 30)]),
        ({"direction": "grid", "columns": 2, "justify": "center"}, [(0, 0), (50, 0), (25, 30)]),
        ({"direction": "row", "limit": 5, "justify": "center"}, [(50, 0), (100, 0), (150, 0)]),
        ({"direction": "row", "limit": 5, "justify": "end"}, [(100, 0), (150, 0), (200, 0)]),
        ({"limit": 4, "justify": "center"}, [(0, 15), (0, 45), (0, 75)]),
    ],
)
def test_where_items_stand(fonts: Fonts, keys: dict[str, Any], places: list[tuple[int, int]]) -> None:
    assert boxes(bar(**keys), fonts) == [Box(x, y, 40, 20) for x, y in places]


def test_in_a_row_items_may_be_a_grid_of_their_own(fonts: Fonts) -> None:
    cells = {"repeat": "(1..3)", "direction": "grid", "columns": 2, "gap": 10, "width": "fill", "justify": "center"}
    row = {"row": [{"icon": "sun"}, {**cells, "layers": [{"fill": "#ff0000", "height": 20}]}], "gap": 6}
    assert boxes(row, fonts) == [
        *(Box(0, 0, 24, 24), Box(30, 0, 130, 20), Box(170, 0, 130, 20)),
        Box(100, 30, 130, 20),
    ]


def test_items_that_are_drawn_as_one_are_children_each(fonts: Fonts) -> None:
    row = {
        "row": [{"repeat": "(1..2)", "opacity": 0.5, "layers": [{"fill": "#f00", "width": 30, "height": 9}]}],
        "gap": 5,
    }
    assert boxes(row, fonts) == [Box(0, 0, 30, 9), Box(35, 0, 30, 9)]
