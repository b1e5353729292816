"""Layers with `else`: shown where the one before them is not."""

from pathlib import Path
from typing import Any

import pytest

from livecontent.compose.paths import paths_of
from livecontent.creative.load import needs_of_variant
from livecontent.creative.model import AvailableAssets
from livecontent.errors import CreativeError
from livecontent.facts import Client
from livecontent.render.paint.fonts import Fonts
from made_creatives import NOW, RAIN, composed, creative_of, loaded_of, moment_of

CHAIN = (
    "{text: gold, when: recipient.points > 100}",
    "{text: silver, when: recipient.points > 10, else: true}",
    "{text: none, else: true}",
    "{text: always}",
)


def said(fonts: Fonts, *layers: str, **facts: Any) -> list[str]:
    return composed(creative_of(*layers), moment_of(**facts), fonts)[1].said


@pytest.mark.parametrize(("points", "shown"), [(200, "gold"), (50, "silver"), (5, "none"), (None, "none")])
def test_one_of_a_chain_is_shown_and_what_is_unknown_is_not_true(fonts: Fonts, points: Any, shown: str) -> None:
    assert said(fonts, *CHAIN, recipient={"points": points} if points else {}) == [shown, "always"]


def test_it_stands_in_groups_and_lists_too(fonts: Fonts) -> None:
    layers = '[{text: "{{ item.name }}", when: item.stock > 0}, {text: sold out, else: true}]'
    basket = [{"name": "Hat", "stock": 3}, {"name": "Boots", "stock": 0}, {"name": "Scarf"}]
    layer = f"{{repeat: recipient.basket, box: [0, 0, 90, 20], layers: {layers}}}"
    assert said(fonts, layer, recipient={"basket": basket}) == ["Hat", "sold out", "sold out"]


RAINS = 'weather.condition == "rain"'


def test_on_a_prefetch_it_stands_in_for_what_only_time_tells_unless_something_else_does(fonts: Fonts) -> None:
    facts = {"now": NOW, "weather": RAIN, "client": Client("x", time="early")}
    assert said(fonts, f"{{text: wet, when: {RAINS}}}", "{text: dry, else: true}", **facts) == ["dry"]
    stands_in = f"{{text: wet, when: {RAINS}, prefetched: any weather}}"
    assert said(fonts, stands_in, "{text: dry, else: true}", **facts) == ["any weather"]
    lasting = f"{{text: wet, when: {RAINS}, valid_for: 2 weeks}}"
    assert said(fonts, lasting, "{text: dry, else: true}", **facts) == ["wet"]


def test_it_looks_at_what_the_layer_before_looks_at() -> None:
    creative = creative_of(f"{{text: wet, when: {RAINS}}}", "{text: dry, else: true}")
    first, second = creative.variants[0].layers
    assert paths_of(second) == paths_of(first) != frozenset()
    assert second.fingerprint != creative_of("{text: dry}").variants[0].layers[0].fingerprint
    until = creative_of('{text: wet, until: "2026-12-24T18:00"}', "{text: dry, else: true}")
    assert paths_of(until.variants[0].layers[1]) is None
    assert "now" in needs_of_variant(until, until.variants[0], prefetched=False)


@pytest.mark.parametrize("before", ["", "      - {text: a}\n", "      - {fill: white}\n"])
def test_without_a_condition_before_it_it_is_an_error(tmp_path: Path, before: str) -> None:
    head = f"title: T\nsize: 60x30\nvariants:\n  - name: a\n    layers:\n{before}"
    with pytest.raises(CreativeError, match="`else` needs a layer directly before it that has a `when`"):
        loaded_of(
            tmp_path / "one",
            f"{head}      - {{text: b, else: true}}\n",
            AvailableAssets(frozenset({"Inter"}), frozenset()),
        )
