from pathlib import Path

import pytest

from livecontent.compose.memo import is_fixed
from livecontent.creative.load import needs_of_rules, needs_of_variant
from livecontent.creative.model import AvailableAssets
from livecontent.facts import Moment
from made_creatives import creative_of, loaded_of

LANGUAGE = {"recipient", "client"}

NEEDS: list[tuple[str, set[str]]] = [
    ("fill: white", set()),
    ("{fill: white, when: weather.is_day}", {"weather"}),
    ('{fill: white, when: "size(stores) > 1 && now.weekend"}', {"stores", "now"}),
    ("image: a.jpg", set()),
    ('image: "{{ weather.icon }}.jpg"', {"weather"}),
    ('icon: "{{ weather.icon }}"', {"weather"}),
    ("text: hello", set()),
    ('text: "{{ recipient.name }} in {{ place.city }}"', {"recipient", "place"}),
    ("text: {en: hello, fr: bonjour}", LANGUAGE),
    ('text: {en: "{{ store.name }}", fr: "{{ weather.icon }}"}', LANGUAGE | {"store", "weather"}),
    ("text: {en: hello}", set()),
    ("{text: hello, prefetched: hi}", {"client"}),
    ("{group: [{fill: white, prefetched: []}]}", {"client"}),
    ('text: "{{ 5 | number }}"', LANGUAGE),
    ('text: "{{ param.until | date }}"', LANGUAGE | {"param", "now"}),
    ('text: "{% for s in stores %}{{ s.name }}{% endfor %}"', {"stores"}),
    ('text: "{% if client.animates %}{{ forloop.index }}{% endif %}"', {"client"}),
    ('code: "{{ recipient.id }}"', {"recipient"}),
    ('progress: "{{ recipient.points }}"', {"recipient"}),
    ('{progress: 1, of: "{{ param.whole }}"}', {"param"}),
    ("progress: 1", set()),
    ("{shape: rectangle, fill: white}", set()),
    ('countdown: "2026-12-24"', LANGUAGE | {"now"}),
    ('{countdown: "{{ param.until }}", ended: "{{ place.city }}"}', LANGUAGE | {"now", "param", "place"}),
    ('group: [{fill: white}, {group: [{text: "{{ place.city }}"}]}]', {"place"}),
    ("{group: [fill: white], when: store.open}", {"store"}),
    (
        '{repeat: stores, layers: [{text: "{{ item.name }} {{ weather.icon }}", when: item.open}]}',
        {"stores", "weather"},
    ),
]


@pytest.mark.parametrize(("layer", "needs"), NEEDS)
def test_a_variant_needs_what_its_layers_name_and_no_more(layer: str, needs: set[str]) -> None:
    creative = creative_of("fill: white", layer)
    assert needs_of_variant(creative, creative.variants[0], prefetched=False) == needs
    assert needs_of_rules(creative) == set()


@pytest.mark.parametrize(("layer", "needs"), NEEDS)
def test_a_layer_is_fixed_where_it_needs_nothing(layer: str, needs: set[str]) -> None:
    (one,) = creative_of(layer).variants[0].layers
    assert is_fixed(one) == (not needs)


def test_a_layer_under_a_condition_is_not_fixed_even_if_it_names_no_fact() -> None:
    (one,) = creative_of('{fill: white, when: "true"}').variants[0].layers
    assert not is_fixed(one)


def test_needs_are_parted_by_rules_and_by_variant(tmp_path: Path, available: AvailableAssets) -> None:
    text = """
title: T
size: 60x30
link: "https://a.example/{{ recipient.id | default: 1 }}"
alt: "{{ client.name }}"
layers:
  - {fill: white, when: store.open}
variants:
  - {name: a, when: weather.is_day && now.weekend, link: 'https://a.example/{{ param.n }}', layers: [fill: white]}
  - {name: b, when: place.city == "x", alt: {en: "{{ place.city }}", fr: x}, layers: [{icon: "{{ weather.icon }}"}]}
  - {name: c, layers: [fill: white]}
params: {n: {type: integer, min: 0, max: 9, default: 1}}
"""
    published = loaded_of(tmp_path / "a", text, available)
    assert published.rule_needs == {"weather", "now", "place"}
    needs = {variant.name: published.needs_of(variant, Moment({})) for variant in published.creative.variants}
    assert needs == {
        "a": {"store", "param", "client"},
        "b": {"store", "recipient", "client", "place", "weather"},
        "c": {"store", "recipient", "client"},
    }
