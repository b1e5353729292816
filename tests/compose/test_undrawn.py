"""What no font draws is not known: image and alt text say its default, or nothing, and somebody is told."""

from __future__ import annotations

import pytest

from livecontent.render.paint.fonts import Fonts
from made_creatives import composed, content_of, context_of, creative_of, moment_of

HELLO = "Hello {{ recipient.name | default: 'there' }}, welcome back!"
DRAWN = ("Zoë", "田中さくら", "สมชาย", "김철수", "অনিকা", "👩‍👩‍👧‍👦", "🇨🇦Ann", "𝓐𝓷𝓷", "e\u0323\u0301", "ᄀ\u1161\u11a8")
UNDRAWN = ("𒀀𒁀", "Ann\U0001fae9", "\ue123", "a\u0378", "Ann \U0010fffd")


def said(fonts: Fonts, text: str, name: str) -> tuple[list[str], list[str], list[str]]:
    """The words of a text for a name, what was left out, and what no font has."""
    creative = creative_of(f'text: "{text}"')
    context = context_of(creative, moment_of(recipient={"name": name}), fonts)
    content = content_of(creative, context)
    return list(content.words), list(content.left_out), list(content.undrawn)


@pytest.mark.parametrize("name", DRAWN)
def test_a_name_of_any_script_is_said(fonts: Fonts, name: str) -> None:
    (words,), left_out, undrawn = said(fonts, "{{ recipient.name }}", name)
    assert (len(words) > 0, left_out, undrawn) == (True, [], [])


@pytest.mark.parametrize("name", UNDRAWN)
def test_a_name_that_no_font_draws_takes_its_default(fonts: Fonts, name: str) -> None:
    words, left_out, undrawn = said(fonts, HELLO, name)
    assert (words, left_out, len(undrawn)) == (["Hello there, welcome back!"], [], 1)


@pytest.mark.parametrize("name", UNDRAWN)
def test_without_a_default_the_layer_is_left_out_with_the_reason(fonts: Fonts, name: str) -> None:
    words, (reason,), undrawn = said(fonts, "Hello {{ recipient.name }}!", name)
    assert words == []
    assert reason.startswith("text: recipient.name can't be drawn: no font has ")
    assert f"U+{ord(undrawn[0][0]):04X}" in reason


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{% if recipient.name %}Hi {{ recipient.name }}{% else %}Hi{% endif %}", "Hi"),
        ("{% if recipient.name and recipient.name %}Hi {{ recipient.name }}{% else %}Hi{% endif %}", "Hi"),
        ("{% unless recipient.name %}Hi{% endunless %}", "Hi"),
        ("{% if recipient.name != blank %}Hi {{ recipient.name }}{% else %}Hi{% endif %}", "Hi"),
        ("{% if recipient.name == nil %}Hi{% endif %}", "Hi"),
        ("{{ recipient.name | default: 'you' | upcase }}", "YOU"),
        ("{{ recipient.name | upcase | default: 'you' }}", "you"),
        ("{% assign who = recipient.name | default: 'you' %}{{ who }}", "you"),
        ("{{ recipient.name | slice: 0, 3 }}", "Ann"),
        ("{{ recipient.name | size }}", "4"),
        ("{% if recipient.name == 'Ann' %}no{% else %}yes{% endif %}", "yes"),
    ],
)
def test_it_is_not_known_where_it_is_written_and_where_it_is_tested_for_being_there(
    fonts: Fonts, text: str, words: str
) -> None:
    assert said(fonts, text, "Ann\U0001fae9")[0] == [words]


def test_what_it_was_made_of_by_a_filter_counts(fonts: Fonts) -> None:
    assert said(fonts, "{{ recipient.name | append: '\U0001fae9' | default: 'you' }}", "Ann")[0] == ["you"]


def test_a_filter_that_takes_the_sign_away_makes_it_known(fonts: Fonts) -> None:
    assert said(fonts, "{{ recipient.name | remove: '\U0001fae9' }}", "Ann\U0001fae9")[0] == ["Ann"]


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawn_name_is_drawn_whole(fonts: Fonts, name: str) -> None:
    creative = creative_of('{text: "{{ recipient.name }}"}')
    scene, made = composed(creative, moment_of(recipient={"name": name}), fonts)
    drawn = "".join(run.text for node in scene.nodes for run in getattr(node, "runs", ()))
    (words,) = content_of(creative, context_of(creative, moment_of(recipient={"name": name}), fonts)).words
    assert (drawn, made.left_out) == (words.replace(" ", ""), [])
