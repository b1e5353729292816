"""Facts that a text itself guards need no default: what is known where, and that such a text is never left out."""

from __future__ import annotations

import pytest

from livecontent.expressions.template import MissingValueError
from livecontent.lint.template_analysis import analyse
from livecontent.sources.registry import VOCABULARY
from made_creatives import template

ITEM = {"name": "Mug", "price": 3, "items": [{"name": "Lid"}]}
PROFILES: list[dict[str, object]] = [
    {},
    {"a": "", "b": "", "list": [], "orders": []},
    {"b": "y"},
    {"a": 0, "b": False, "list": [ITEM]},
    {"orders": [{"name": "Mug", "items": []}]},
    {"a": 7, "b": "x", "list": [ITEM, ITEM], "orders": [ITEM]},
]

GUARDED = [
    "{% if recipient.a %}{{ recipient.a }}{% endif %}",
    "{% if recipient.a != blank %}{{ recipient.a }}{% endif %}",
    "{% if nil != recipient.a %}{{ recipient.a }}{% endif %}",
    "{% if recipient.a and recipient.a >= 0 %}{{ recipient.a }}{% endif %}",
    '{% if recipient.a and recipient.a != "" %}{{ recipient.a }}{% endif %}',
    "{% if recipient.a and recipient.b %}{{ recipient.a }}{{ recipient.b }}{% endif %}",
    "{% if recipient.a == blank %}x{% else %}{{ recipient.a }}{% endif %}",
    "{% if blank == recipient.a %}x{% else %}{{ recipient.a }}{% endif %}",
    "{% if recipient.a == nil %}x{% elsif recipient.a == 3 %}{{ recipient.a }}{% endif %}",
    "{% if recipient.a == nil %}x{% elsif recipient.b %}{{ recipient.b }}{% else %}{{ recipient.a }}{% endif %}",
    "{% if recipient.b %}{{ recipient.b }}{% elsif recipient.a %}{{ recipient.a }}{% endif %}",
    "{% unless recipient.a == blank %}{{ recipient.a }}{% endunless %}",
    "{% unless recipient.a %}x{% else %}{{ recipient.a }}{% endunless %}",
    "{% unless recipient.a %}x{% elsif recipient.a == 3 %}{{ recipient.a }}{% endunless %}",
    "{% if recipient.list.size and recipient.list.size > 0 %}{{ recipient.list[0].name }}{% endif %}",
    "{% if recipient.list and recipient.list.size > 1 %}{{ recipient.list[1].name }}{% endif %}",
    "{% if recipient.list and 0 < recipient.list.size %}{{ recipient.list.first.name }}{% endif %}",
    "{% if recipient.list and 2 <= recipient.list.size %}{{ recipient.list[1].name }}{% endif %}",
    "{% if recipient.list != empty %}{{ recipient.list[0].name }}{% endif %}",
    "{% if empty != recipient.list %}{{ recipient.list.last.name }}{% endif %}",
    "{% if recipient.list == empty %}x{% else %}{{ recipient.list[0].name }}{% endif %}",
    "{% if recipient.list[0] %}{{ recipient.list[0].name }}{% endif %}",
    "{% if recipient.list[0].name %}{{ recipient.list[0].name }}{% endif %}",
    "{% if recipient.orders[0].items.first %}{{ recipient.orders[0].items[0].name }}{% endif %}",
    "{{ recipient.a | default: 'x' }}",
    "{{ recipient.a | default: 'x' | upcase }}",
    "{% assign a = recipient.a | default: 'x' %}{{ a }}",
    "{{ recipient.list[0].name | default: 'x' }}",
]

UNGUARDED = {
    "{{ recipient.a }}": ["recipient.a"],
    "{{ recipient.a | upcase | default: 'x' }}": ["recipient.a"],
    "{% assign a = recipient.a %}{{ a }}": ["recipient.a"],
    "{% if recipient.b %}{{ recipient.a }}{% endif %}": ["recipient.a"],
    "{% if recipient.a %}x{% else %}{{ recipient.a }}{% endif %}": ["recipient.a"],
    "{% if recipient.a == blank %}{{ recipient.a }}{% endif %}": ["recipient.a"],
    "{% unless recipient.a %}{{ recipient.a }}{% endunless %}": ["recipient.a"],
    "{% if recipient.a >= 0 %}x{% endif %}": ["recipient.a"],
    '{% if recipient.a != "" %}x{% endif %}': ["recipient.a"],
    "{% if recipient.a or recipient.b %}{{ recipient.a }}{% endif %}": ["recipient.a"],
    "{% if recipient.b %}x{% elsif recipient.b == nil %}{{ recipient.a }}{% endif %}": ["recipient.a"],
    "{% if recipient.list and recipient.list.size > 0 %}{{ recipient.list[1].name }}{% endif %}": [
        "recipient.list[1].name"
    ],
    "{% if recipient.list and recipient.list.size >= 0 %}{{ recipient.list[0].name }}{% endif %}": [
        "recipient.list[0].name"
    ],
    "{% if recipient.list and 0 > recipient.list.size %}x{% else %}{{ recipient.list[0].name }}{% endif %}": [
        "recipient.list[0].name"
    ],
    "{% if recipient.list == empty %}{{ recipient.list[0].name }}{% endif %}": ["recipient.list[0].name"],
    "{% if recipient.list != blank %}{{ recipient.orders[0].name }}{% endif %}": ["recipient.orders[0].name"],
    "{% if recipient.orders and recipient.orders.size > 0 %}{{ recipient.orders[0].items[0].name }}{% endif %}": [
        "recipient.orders[0].items[0].name"
    ],
    "{{ recipient.orders[0].items[0].name }}": ["recipient.orders[0].items[0].name"],
}


def unsure(text: str) -> list[str]:
    return [name.written for name in analyse(template(text), VOCABULARY).names if name.needed]


def is_left_out(text: str, profile: dict[str, object]) -> bool:
    try:
        template(text).fill({"recipient": profile, "locale": "en"})
    except MissingValueError:
        return True
    return False


@pytest.mark.parametrize("text", GUARDED)
def test_what_is_guarded_is_not_warned_of_and_never_left_out(text: str) -> None:
    assert unsure(text) == []
    assert [profile for profile in PROFILES if is_left_out(text, profile)] == []


@pytest.mark.parametrize("text", UNGUARDED)
def test_what_is_not_guarded_is_warned_of_and_left_out_for_some(text: str) -> None:
    assert unsure(text) == UNGUARDED[text]
    assert any(is_left_out(text, profile) for profile in PROFILES)
