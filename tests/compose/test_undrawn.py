"""What no font draws is not known: image and alt text say its default, or nothing, and somebody is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from livecontent.checked import publish
from livecontent.errors import CreativeError
from livecontent.lint import load_checked
from livecontent.render.compile import Workshop
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.sources.registry import VOCABULARY
from made_creatives import composed, content_of, context_of, creative_of, moment_of
from tables import rows

HELLO = "Hello {{ recipient.name | default: 'there' }}, welcome back!"
DRAWN = (
    "Zoë",
    "田中さくら",
    "สมชาย",
    "김철수",
    "অনিকা",
    "👩‍👩‍👧‍👦",
    "🇨🇦Ann",
    "🇫🇷🇬🇧🇫",
    "𝓐𝓷𝓷",
    "e\u0323\u0301",
    "ᄀ\u1161\u11a8",
)
UNDRAWN = ("𒀀𒁀", "Ann\U0001fae9", "\ue123", "a\u0378", "Ann \U0010fffd", "🇨🇶", "🇫🇷🇦🇦")


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


def checked(tmp_path: Path, text: str, fonts: Fonts) -> list[str]:
    """What `check` says of a creative with such a layer."""
    folder = tmp_path / "signs"
    folder.mkdir()
    head = "title: Signs\nsize: 300x100\nlanguage: fr\nvariants:\n  - name: only\n    layers:\n"
    (folder / "creative.yaml").write_text(f"{head}      - {text}\n", encoding="utf-8")
    shop = Workshop.of(Painter(fonts), VOCABULARY)
    try:
        publish(load_checked(folder, VOCABULARY, shop.available), shop)
    except CreativeError as error:
        return [str(problem).replace(str(tmp_path), "") for problem in error.problems]
    return []


@pytest.mark.parametrize(
    ("text", "place", "sign", "language"),
    rows(
        """
        text: Bon 𒀀 jour  7:19  𒀀 (U+12000)  fr
        text: {en: Hello, ja: "𒀀東京"}  7:31  𒀀 (U+12000)  ja
        {text: a, prefetched: b\ue123}  7:32  \ue123 (U+E123)  fr
        group: [{text: \U0001fae9}]  7:24  \U0001fae9 (U+1FAE9)  fr
        {text: a, prefetched: [{text: 'x\U0001fae9'}]}  7:41  \U0001fae9 (U+1FAE9)  fr
        text: "{{ recipient.name | default: '𒀀' }}"  7:46  𒀀 (U+12000)  fr
        {countdown: '2030-01-01', ended: fini 𒀀}  7:47  𒀀 (U+12000)  fr
        """
    ),
)
def test_fixed_words_that_no_font_draws_fail_the_check(
    fonts: Fonts, tmp_path: Path, text: str, place: str, sign: str, language: str
) -> None:
    (problem,) = checked(tmp_path, text, fonts)
    assert f"creative.yaml:{place}: error: no font has {sign}" in problem
    assert f"({language})" in problem


@pytest.mark.parametrize("name", DRAWN)
def test_fixed_words_of_any_script_pass(fonts: Fonts, tmp_path: Path, name: str) -> None:
    assert checked(tmp_path, f"text: {name}", fonts) == []
