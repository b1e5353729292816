"""Whole sentences or none: what a text becomes where a fact is not known, and what it never writes."""

from __future__ import annotations

import pytest

from livecontent.expressions.template import MissingValueError
from livecontent.lint.dry_run import SETTINGS
from livecontent.lint.template_analysis import analyse
from livecontent.sources.registry import VOCABULARY
from made_creatives import template


def fill(source: str, **words: object) -> str:
    return template(source).fill({**SETTINGS, **words})


COMPARISONS = (
    *("a > 5", "a < 5", "a <= 5", "a == 5", "5 >= a", "a contains 'x'", "'x' contains a", "a.b.c > 1", "a == false"),
    *("a.n == 1", "a == 'x' or true", "a == b"),
)


@pytest.mark.parametrize("test", COMPARISONS)
@pytest.mark.parametrize(
    "source", ["{%% if %s %%}few{%% else %%}many{%% endif %%}", "{%% unless %s %%}x{%% endunless %%}"]
)
def test_a_comparison_with_an_unknown_fact_leaves_the_text_unfilled(test: str, source: str) -> None:
    with pytest.raises(MissingValueError, match="is not known"):
        fill(source % test, **({"a": {"n": None}} if "a.n" in test else {}))


@pytest.mark.parametrize(
    "source", ["{% case a %}{% when 1 %}y{% else %}n{% endcase %}", "{% case 1 %}{% when a %}y{% endcase %}"]
)
def test_a_choice_by_an_unknown_fact_leaves_the_text_unfilled(source: str) -> None:
    with pytest.raises(MissingValueError, match="a is not known"):
        fill(source)


@pytest.mark.parametrize(
    ("test", "known"),
    [
        ("a", False),
        ("a.b", False),
        ("a and a > 5", False),
        ("a == nil", True),
        ("a != nil", False),
        ("a == blank", True),
        ("a != blank", False),
        ("empty == a.b", True),
    ],
)
def test_an_unknown_fact_may_be_tested_for_being_there(test: str, known: bool) -> None:
    assert fill(f"{{% if {test} %}}yes{{% else %}}no{{% endif %}}") == ("yes" if known else "no")
    assert fill("{% case a %}{% when nil %}none{% else %}one{% endcase %}") == "none"


def test_a_loop_goes_through_a_list_that_is_known() -> None:
    loop = "{% for x in stores %}{{ forloop.index }}{{ x.id }} {% else %}none{% endfor %}"
    assert fill(loop, stores=[{"id": "a"}, {"id": "b"}]) == "1a 2b "
    assert fill(loop, stores=[]) == "none"
    with pytest.raises(MissingValueError, match="stores is not known"):
        fill(f"Near you: {loop}")
    with pytest.raises(MissingValueError, match="is not a list"):
        fill(loop, stores={"id": "a"})


WHOLE = {
    "a": "{{ a }}",
    "a, with a default": "{{ a | default: 'x' }}",
    "a, echoed": "{% echo a %}",
    "a, captured": "{% capture x %}{{ a }}{% endcapture %}{{ x }}",
    "a, assigned": "{% assign x = a %}{{ x }}",
    "a, written in capitals": "{{ a | upcase }}",
    "a, at the end of a text": "{{ 'x' | append: a }}",
    "a, taken apart": "{{ a | split: '' | join: '' }}",
    "a, in another's place": "{{ 'x' | replace: 'x', a }}",
    "a, as a default": "{{ b | default: a }}",
    "a list": "{{ l }}",
    "a list in capitals": "{{ l | upcase }}",
    "a list of whole facts": "{{ l | join: ', ' }}",
    "an item": "{{ l | first }}",
    "the items of a loop": "{% for x in l %}{{ x }}{% endfor %}",
    "a date of it": "{{ a | date }}",
}


@pytest.mark.parametrize("source", WHOLE.values(), ids=WHOLE.keys())
def test_all_that_is_known_of_somebody_is_never_written(source: str) -> None:
    person = {"email": "ann@example.com"}
    with pytest.raises(MissingValueError) as raised:
        fill(source, a=person, l=[person, person])
    assert "ann@" not in str(raised.value)


def test_lists_are_written_by_what_is_in_them() -> None:
    stores = [{"id": "b"}, {"id": "a"}]
    assert fill("{{ stores | map: 'id' | sort | join: ', ' }}", stores=stores) == "a, b"
    assert fill("{{ stores | size }}{{ stores.size }}", stores=stores) == "22"
    assert fill("{% assign s = stores | first %}{{ s.id }}{{ stores[1].id }}", stores=stores) == "ba"
    assert fill("{{ x.tags | join: ' ' }}", x={"tags": ["a", "b"]}) == "a b"


@pytest.mark.parametrize(
    ("source", "needed"),
    [
        ("{{ a.b }}", ["a.b"]),
        ("{{ a.b | default: 'x' }}", []),
        ("{{ a.b | upcase | default: 'x' }}", ["a.b"]),
        ("{{ 'x' | append: a.b }}", ["a.b"]),
        ("{% if a.b %}{{ a.b }}{% else %}{{ a.b }}{% endif %}", ["a.b"]),
        ("{% if a.b and a.b > 5 %}{{ a.b }}{% endif %}", []),
        ("{% if a.b > 5 %}{{ a.b }}{% endif %}", ["a.b"]),
        ("{% if a.b or c.d %}{{ a.b }}{% endif %}", ["a.b"]),
        ("{% if a.b != nil %}{{ a.b }}{% endif %}", []),
        ("{% if a.b == blank %}{{ a.b }}{% endif %}", ["a.b"]),
        ("{% unless a.b %}x{% else %}{{ a.b }}{% endunless %}", []),
        ("{% if c.d %}x{% elsif a.b %}{{ a.b }}{% endif %}", []),
        ("{% for s in stores %}{{ s.id }}{% endfor %}", ["stores"]),
        ("{% if stores %}{% for s in stores %}{{ s.id }}{% endfor %}{% endif %}", []),
        ("{% case a.b %}{% when 1 %}x{% endcase %}", ["a.b"]),
    ],
)
def test_a_text_tells_which_facts_it_can_not_do_without(source: str, needed: list[str]) -> None:
    assert [str(name) for name in analyse(template(source), VOCABULARY).names if name.needed] == needed


def test_a_text_is_no_list_and_says_so() -> None:
    with pytest.raises(MissingValueError, match=r"recipient\.basket is a text, not a list"):
        fill("{% for p in recipient.basket %}{{ p.name }}{% endfor %}", recipient={"basket": '[{"name": "a"}]'})
