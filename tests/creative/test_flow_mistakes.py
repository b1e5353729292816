"""What `check` says of rows, columns and lists; § stands where the mistake is."""

from pathlib import Path

import pytest

from livecontent.creative.model import AvailableAssets
from livecontent.errors import CreativeError
from made_creatives import loaded_of

HEAD = "title: T\nsize: 300x100\nalt: x\nvariants:\n  - name: a\n    layers:\n      - "
MISTAKES = [
    ("{row: [{text: a, box: §[0, 0, 50, 20]}]}", "no box: its place is where the one before ends write width: 50"),
    ("{column: [{row: [{icon: sun, box: §[0, 0, 9, 9]}]}]}", "has no box"),
    ("{row: [{repeat: stores, layers: [{text: a, box: §[0, 0, 9, 9]}]}]}", "has no box"),
    ("{row: [{text: a, prefetched: [{text: b, box: §[0, 0, 9, 9]}]}]}", "has no box"),
    ("{text: a, width: §50}", "elsewhere the box says it write box: [left, top, width, height]"),
    ("{row: [{text: a}], height: §fill}", "height is for layers in a row or column"),
    ("{row: [{group: [{text: a, max_width: §50}]}]}", "max_width is for layers in a row or column"),
    ("{image: a.jpg, width: §auto}", "width is for layers in a row or column"),
    ("{row: [{text: a, width: §wide}]}", "is a number of CSS pixels, auto (as its content) or fill (what is left)"),
    ("{row: [{text: a}], padding: §[1, 2, 3]}", "a padding is a number, [vertical, horizontal]"),
    ("{row: [{text: a, colour: §red}]}", "unknown key 'colour' did you mean 'color'"),
    ("{row: [{text: '{{ §place.cty }}'}]}", "unknown fact 'place.cty'"),
    ("{column: [{text: a}], wrap: §true}", "a column takes no 'wrap' it is for: row"),
    ("{row: [{repeat: §strores, layers: [{text: a}]}]}", "unknown list 'strores' did you mean 'stores'"),
    ("{repeat: stores, where: §item.opn, layers: [{text: a}]}", "unknown fact 'item.opn'"),
    ("{repeat: stores, sort: §distanc, layers: [{text: a}]}", "unknown fact 'item.distanc' did you mean"),
    ("{repeat: stores, sort: §price up, layers: [{text: a}]}", "such as price, or -price for the largest first"),
    ("{repeat: §stores | first, layers: [{text: a}]}", "a repeat goes through a list, such as recipient.basket"),
    ("{repeat: (1..§weather.tmperature), layers: [{text: a}]}", "unknown fact 'weather.tmperature'"),
    ("{repeat: (1..3), layers: [{text: '{{ §item.name }}'}]}", "'item' is a single value: it has no 'name'"),
    ("{repeat: stores, layers: [{text: '{{ §index.x }}'}]}", "'index' is a single value"),
    ("{repeat: stores, layers: [{text: '{{ §item }}'}]}", "item is more than one value"),
    ("{text: a, when: §first}", "'first' exists only inside a repeat"),
    ("{text: '{{ §index }}'}", "'index' exists only inside a repeat"),
    (
        "§{repeat: stores, direction: grid, layers: [{text: a}]}",
        "a grid has columns",
    ),
    ("§{repeat: stores, columns: 3, layers: [{text: a}]}", "a grid has columns"),
]
RIGHT = [
    "{row: [{text: a, width: 50, height: fill, min_width: 9}, {text: b, max_height: 5}]}",
    "{row: [{repeat: (1..3), layers: [{icon: sun, when: index < 3}]}]}",
    "{text: a, background: white, width: auto, height: auto, box: [0, 0, 90, 20]}",
    "{column: [{text: a}], height: auto}",
    "{repeat: stores, where: item.open && item.distance < 3, layers: [{text: '{{ index }}', when: last}]}",
    "{repeat: recipient.tags, layers: [{text: '{{ item }}', when: item != 'x' && item in recipient.others}]}",
    "{repeat: recipient.basket, sort: -price, where: has(item.name), layers: [{text: '{{ item.name }}'}]}",
    "{repeat: weather.days, limit: 5, layers: [{repeat: (1..item.high), layers: [text: '{{ item }}']}]}",
]


def problems_of(folder: Path, layer: str, available: AvailableAssets) -> list[str]:
    try:
        warnings = loaded_of(folder / "a", HEAD + layer + "\n", available).warnings
    except CreativeError as error:
        return [f"{one.line}:{one.column} {one.message} {one.help}" for one in error.problems]
    return [f"{one.line}:{one.column} {one.message} {one.help}" for one in warnings if not one.warning]


@pytest.mark.parametrize(("layer", "words"), MISTAKES)
def test_a_mistake_is_told_in_its_place(layer: str, words: str, tmp_path: Path, available: AvailableAssets) -> None:
    before, _, after = layer.partition("§")
    found = problems_of(tmp_path, before + after, available)
    place = f"7:{len(before) + 9} "
    assert [one for one in found if one.startswith(place) and words in one], found


@pytest.mark.parametrize("layer", RIGHT)
def test_what_is_right_is_not_told(layer: str, tmp_path: Path, available: AvailableAssets) -> None:
    assert problems_of(tmp_path, layer, available) == []
