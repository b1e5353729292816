from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from livecontent.expressions.template import MAX_WORDS, MissingValueError, Template
from livecontent.expressions.unknown import Redacted
from made_creatives import template

NAMES = ("first_name", "size", "first")

odd = st.sampled_from(["", " ", "\n", "\r\n", "a\rb", "\ud800", "\u00a0", "<b>", "é", "x" * MAX_WORDS, "Zoé", "Ann"])
others = st.sampled_from([None, True, False, 0, 1.5, [1], {"size": 3}, Redacted("recipient.first_name")])
facts = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, odd | others))
moments = st.fixed_dictionaries({"recipient": facts}, optional={"place": odd | others | facts})
defaults = st.sampled_from(["", " | default: 'you'", " | default: ''", " | default", " | default: place", " | upcase"])
names = st.builds("{{{{ {}.{}{} }}}}".format, st.sampled_from(["recipient", "place"]), st.sampled_from(NAMES), defaults)
fixed = st.sampled_from(["Hello ", "\r\n", "{{ place }}", "{{- 'x' -}}", "{{ partial }}"])
sources = st.lists(names | fixed, min_size=1, max_size=3).map("".join)


def outcome_of(words: Template, moment: dict[str, object]) -> str:
    try:
        return words.fill(moment)
    except MissingValueError as error:
        return f"{type(error).__name__}: {error}"


@example("{{ recipient.first_name | default: 'you' }}", {"recipient": {"first_name": ""}})
@given(sources, moments)
def test_a_text_is_filled_in_as_liquid_does_it(source: str, moment: dict[str, object]) -> None:
    words = template(source)
    quick = outcome_of(words, moment)
    words._parts = None
    assert quick == outcome_of(words, moment)


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("Hello {{ recipient.first_name | default: 'you' }}!", True),
        ("{{ recipient.deadline }}", True),
        ("{{ recipient.tags.size }}", False),
        ("{{ recipient.first_name | default: place.city }}", False),
        ("{{ recipient.first_name | upcase }}", False),
        ("{% if recipient.points %}some{% endif %}", False),
        ("{{ 'you' }}", False),
    ],
)
def test_only_names_and_their_defaults_are_plain(source: str, plain: bool) -> None:
    assert (template(source)._parts is not None) is plain
