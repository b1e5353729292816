"""Values of layers that depend on rules: which is picked, and that all of them are checked."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from livecontent.compose.kinds.shape import FillLayer
from livecontent.compose.kinds.text import TextLayer
from livecontent.compose.layer import Layer
from livecontent.creative.load import needs_of_variant
from livecontent.creative.model import AvailableAssets
from livecontent.errors import CreativeError
from livecontent.expressions.template import LocalizedTemplate
from livecontent.facts import Client
from livecontent.render.paint.fonts import Fonts
from livecontent.scene import Box, Colour, Gradient, Group, Shape, Text
from made_creatives import NOW, RAIN, composed, creative_of, loaded_of, moment_of

AVAILABLE = AvailableAssets(frozenset({"Inter", "Fraunces"}), frozenset({"check", "circle"}))
RED, INK = Colour(204, 0, 0), Colour(17, 17, 17)
VIP = '{when: recipient.vip == true, use: "#c00"}'

Load = Callable[..., list[str]]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """What is said of a creative with these layers."""

    def said(*layers: str) -> list[str]:
        lines = ["title: T", "size: 300x100", "variants:", "  - name: only", "    layers:"]
        lines += [f"      - {layer}" for layer in layers]
        try:
            found = loaded_of(tmp_path / "one", "\n".join(lines), AVAILABLE).warnings
        except CreativeError as error:
            found = tuple(error.problems)
        return [f"{one.line}:{one.column}: {one.message}" for one in found]

    return said


def drawn(layer: str, fonts: Fonts, **facts: Any) -> Any:
    """The nodes of a layer, with what was left out."""
    scene, found = composed(creative_of(layer), moment_of(**facts), fonts)
    return scene.nodes, found.left_out


@pytest.mark.parametrize(("recipient", "colour"), [({"vip": True}, RED), ({"vip": False}, INK), ({}, INK)])
def test_the_first_rule_that_is_true_picks_the_value_else_the_last(
    fonts: Fonts, recipient: dict[str, object], colour: Colour
) -> None:
    ((node,), _) = drawn(f'{{text: Hello, color: [{VIP}, "#111"]}}', fonts, recipient=recipient)
    assert isinstance(node, Text)
    assert node.colour == colour


def test_without_a_last_value_it_is_the_default_and_without_a_default_the_layer_is_left_out(fonts: Fonts) -> None:
    ((node,), _) = drawn(f"{{text: Hello, color: [{VIP}]}}", fonts, recipient={"vip": False})
    assert node.colour == Colour(0, 0, 0)
    for recipient in ({"vip": False}, {}):
        nodes, left_out = drawn("{text: [{when: recipient.vip == true, use: Hello}]}", fonts, recipient=recipient)
        assert (nodes, left_out) == ((), [])


def test_a_choice_stands_in_any_part_of_a_value_and_several_do_not_mix(fonts: Fonts) -> None:
    layer = (
        "{text: Hello, font: {size: [{when: recipient.big == true, use: 40}, 12], "
        "weight: [{when: recipient.bold == true, use: 700}]}}"
    )
    sizes = {}
    for big in (True, False):
        for bold in (True, False):
            ((node,), _) = drawn(layer, fonts, recipient={"big": big, "bold": bold})
            sizes[big, bold] = (node.runs[0].size, node.runs[0].face[1])
    assert sizes == {
        (True, True): (40, 700),
        (True, False): (40, 400),
        (False, True): (12, 700),
        (False, False): (12, 400),
    }


def test_lists_that_are_values_are_no_choices(fonts: Fonts) -> None:
    creative = creative_of(
        '{fill: {gradient: ["#fff", "#000"]}, box: [1, 2, 30, 40]}',
        '{countdown: "2026-12-24T18:00", units: [hours, minutes], box: [0, 0, 90, 30]}',
    )
    assert [layer.choices for layer in creative.variants[0].layers] == [None, None]
    box = '[{when: "true", use: [5, 6, 7, 8]}, [1, 2, 3, 4]]'
    layer = f'{{fill: {{gradient: ["#fff", [{VIP}, "#111"]]}}, box: {box}}}'
    ((node,), _) = drawn(layer, fonts, recipient={"vip": True})
    assert isinstance(node, Shape)
    assert (node.box, node.paint) == (Box(5, 6, 7, 8), Gradient((Colour(255, 255, 255), RED), 180))


def test_each_item_of_a_list_picks_for_itself(fonts: Fonts) -> None:
    layer = (
        "{repeat: recipient.basket, direction: row, box: [0, 0, 90, 20], layers: "
        '[{text: "{{ item.name }}", color: [{when: item.stock == 0, use: "#c00"}, "#111"]}]}'
    )
    basket = [{"name": "Hat", "stock": 0}, {"name": "Boots", "stock": 3}, {"name": "Scarf"}]
    nodes, _ = drawn(layer, fonts, recipient={"basket": basket})
    texts = [one for node in nodes for one in (node.nodes if isinstance(node, Group) else (node,))]
    assert [text.colour for text in texts] == [RED, INK, INK]


@pytest.mark.parametrize("time", ["early", "unsure"])
def test_on_a_prefetch_a_rule_that_time_changes_is_not_true(fonts: Fonts, time: Any) -> None:
    layer = '{text: [{when: weather.condition == "rain", use: Take an umbrella}, Have a good day]}'
    moment = {"now": NOW, "weather": RAIN}
    live, early = (
        composed(creative_of(layer), moment_of(client=client, **moment), fonts)[1].said
        for client in (Client("browser", time="live"), Client("x", time=time))
    )
    assert (live, early) == (["Take an umbrella"], ["Have a good day"])


def test_what_an_author_says_is_valid_is_picked_on_a_prefetch_too(fonts: Fonts) -> None:
    layer = '{valid_for: 2 weeks, text: [{when: weather.condition == "rain", use: Wet}, Fine]}'
    moment = moment_of(client=Client("x", time="early"), now=NOW, weather=RAIN)
    assert composed(creative_of(layer), moment, fonts)[1].said == ["Wet"]


def test_all_alternatives_are_asked_for_and_none_is_the_same_for_all() -> None:
    creative = creative_of(
        '{text: [{when: place.city == "Lille", use: "{{ weather.temperature }}"}, "{{ recipient.name }}"]}'
    )
    assert needs_of_variant(creative, creative.variants[0], prefetched=False) == {"place", "weather", "recipient"}
    texts = [text for one in creative.variants[0].layers[0].variations() for _, text in one.texts()]
    assert all(isinstance(text, LocalizedTemplate) for text in texts)
    assert len(texts) == 2


def test_a_layer_that_was_picked_is_made_once() -> None:
    (layer,) = creative_of(f'{{text: Hello, color: [{VIP}, "#111"]}}').variants[0].layers
    assert isinstance(layer, TextLayer)
    assert layer.text_style
    one, other = layer.with_picks((0,)), layer.with_picks((1,))
    assert layer.with_picks((0,)) is one
    assert (one.color, other.color) == (RED, INK)
    assert one.fingerprint != other.fingerprint != layer.fingerprint


def test_what_was_worked_out_of_other_values_is_not_taken_over() -> None:
    creative = creative_of("{text: Hello, font: {size: [{when: recipient.big == true, use: 40}, 12]}}")
    (layer,) = creative.variants[0].layers
    assert isinstance(layer, TextLayer)
    assert layer.text_style.size == 40
    assert layer.with_picks((1,)).text_style.size == 12


@pytest.mark.parametrize(
    ("layer", "said"),  # the mistake begins behind ^
    [
        ("{text: a, color: [{when: recipient.vip, use: ^red}, '#111']}", "a colour is"),
        ("{text: a, color: [{when: recipient.vip, use: '#c00'}, ^red]}", "a colour is"),
        ("{text: a, color: [{when: recipient.vip ^= true, use: '#c00'}, '#111']}", "'=' does not compare"),
        ("{text: a, color: [^{use: '#c00'}, '#111']}", "an alternative is {when"),
        ("{text: a, color: [^'#111', {when: recipient.vip, use: '#c00'}, '#222']}", "an alternative is {when"),
        ("{text: a, color: [^{when: recipient.vip}, '#222']}", "an alternative is {when"),
        ("{text: a, font: {size: [{when: recipient.vip, use: ^900}, 12]}}", "this must be at most 400"),
        ("{text: a, font: [{when: recipient.vip, use: {sise: ^9}}, {size: 12}]}", "unknown key 'sise'"),
        ("{text: a, when: ^[{when: recipient.vip, use: 'true'}]}", "a condition is a text such as"),
        ("{text: [{when: recipient.vip, use: '^{{ wether.icon }}'}, b]}", "unknown fact 'wether'"),
        ("{text: [{when: ^wether.icon == 'a', use: a}, b]}", "unknown name 'wether.icon'"),
        ("{text: [{when: recipient.vip, use: a}, '^{{ recipient.name }}']}", "recipient.name may be unknown"),
        ("{text: a, font: {family: [{when: recipient.vip, use: ^Intr}, Inter]}}", "unknown font family 'Intr'"),
        ("{text: a, font: [{when: recipient.vip, use: {family: ^Intr}}, {size: 12}]}", "unknown font family 'Intr'"),
        ("{image: [{when: recipient.vip, use: ^a.jpg}, b.jpg], box: [0, 0, 9, 9]}", "there is no file 'a.jpg'"),
        ("{icon: [{when: recipient.vip, use: ^chek}, check], box: [0, 0, 9, 9]}", "unknown icon 'chek'"),
        ("{text: a, box: [{when: recipient.vip, use: ^[400, 0, 9, 9]}, [0, 0, 9, 9]]}", "the box is outside"),
        ("{text: [{when: recipient.vip, use: ^Hurry}, b]}", "'hurry' may be out of date"),
        ("{text: [{when: recipient.age > ^'30', use: a}, b]}", "'30' is a text"),
    ],
)
def test_every_alternative_is_checked_at_its_place(load: Load, layer: str, said: str) -> None:
    column = layer.index("^") + 9 + 3 * ("'^{{" in layer)
    found = load(layer.replace("^", ""))
    assert any(message.startswith(f"6:{column}: {said}") for message in found), found


def test_a_rule_guards_its_own_value_and_no_other(load: Load) -> None:
    guarded = "{text: [{when: has(recipient.name), use: 'Hello {{ recipient.name }}'}, Hello]}"
    assert load(guarded) == []
    other = "{text: 'Hello {{ recipient.name }}', color: [{when: has(recipient.name), use: '#c00'}, '#111']}"
    assert any("recipient.name may be unknown" in message for message in load(other))


def test_a_fill_with_a_choice_is_a_fill() -> None:
    (layer,) = creative_of(f'{{fill: [{VIP}, {{gradient: ["#fff", "#000"]}}]}}').variants[0].layers
    assert isinstance(layer, FillLayer | Layer)
    assert [type(one).__name__ for one in layer.variations()] == ["FillLayer", "FillLayer"]


def test_too_many_alternatives_of_one_key_are_an_error(load: Load) -> None:
    eleven = ", ".join(f"{{when: recipient.n == {n}, use: {n + 10}}}" for n in range(11))
    font = f"{{size: [{eleven}, 9], weight: [{eleven.replace('use: ', 'use: 1')}, 400]}}"
    assert load(f"{{text: a, font: {font}}}") == ["6:32: at most 100 alternatives are allowed here"]
