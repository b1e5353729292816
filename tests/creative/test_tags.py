"""What `check` tells of tags in texts, and what it tells of the words between them; § stands where it points to."""

from __future__ import annotations

from pathlib import Path

import pytest

from livecontent.checked import publish
from livecontent.compose.link import compose_alt
from livecontent.config import Settings
from livecontent.errors import CreativeError, Problem
from livecontent.lint import load_checked
from livecontent.render.compile import Workshop
from livecontent.render.paint.fonts import Fonts
from livecontent.services import make_workshop
from made_creatives import content_of, context_of, creative_of, moment_of

TOLD = [
    ("{text: a §<b>b}", "<b> is not closed: write </b>", True),
    ("{text: {en: a, fr: 'a §<em>b</em>'}}", "unknown tag <em>: write <i>", True),
    ("{text: \"<span §font='Intre'>a</span>\"}", "unknown font family 'Intre' did you mean 'Inter'?", True),
    ('{text: "{% if now.hour == 8 %}§<s>{% endif %}a</s>"}', "in the branch that opens it", True),
    ("{text: '{{ now.hour }}', prefetched: a §<b>b}", "<b> is not closed", True),
    ("{text: '<b>{{ §recipient.name }}</b>'}", "recipient.name may be unknown", False),
    ("{text: '<b>{{ §place.cty }}</b>'}", "unknown fact 'place.cty' did you mean 'place.city'?", True),
    ("{text: §only <b>to</b>day}", "'today'", False),
    ("{text: §<b>שלום</b>}", "these words run from right to left", False),
    ("{text: <b>a §\U000f0000</b>}", "no font has", True),
    ("{countdown: '2026-12-24T18:00', ended: §<b>over</b>}", "<b> is written as it stands here", False),
]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return make_workshop(Settings(data=tmp_path_factory.mktemp("data")))


def checked(folder: Path, text: str, workshop: Workshop) -> list[Problem]:
    folder.mkdir()
    (folder / "creative.yaml").write_text(text, encoding="utf-8")
    try:
        loaded = load_checked(folder, workshop.vocabulary, workshop.available)
        publish(loaded, workshop)
    except CreativeError as error:
        return error.problems
    return list(loaded.warnings)


@pytest.mark.parametrize(("layer", "words", "wrong"), TOLD)
def test_a_mistake_is_told_in_its_place(
    layer: str, words: str, wrong: bool, tmp_path: Path, workshop: Workshop
) -> None:
    head = "title: T\nsize: 60x30\nalt: x\ntimezone: Europe/Paris\nvariants:\n  - name: a\n    layers:\n      - "
    before, _, after = (head + layer).partition("§")
    found = checked(tmp_path / "a", f"{before}{after}\n", workshop)
    (one,) = [problem for problem in found if words in f"{problem.message} {problem.help}"]
    assert (one.line, one.column, one.warning) == (8, len(before) - before.rfind("\n"), not wrong), found


def test_tags_in_an_alt_text_are_told(tmp_path: Path, workshop: Workshop) -> None:
    text = "title: T\nsize: 60x30\nalt: Was <s>25</s> 19\nvariants: [{name: a, layers: [text: a <b>b</b> 3 < 4]}]\n"
    (one,) = checked(tmp_path / "a", text, workshop)
    assert (one.line, one.column, one.warning) == (3, 10, True)
    assert one.message.startswith("<s> is written as it stands here")


def test_the_alt_text_is_what_the_image_says_without_tags(fonts: Fonts) -> None:
    text = "{{ recipient.name }} <s>{{ 25 | money }}</s> <b>{{ 19.9 | money }}</b><br>today"
    creative = creative_of(f'text: "{text}"')
    context = context_of(creative, moment_of(recipient={"name": "<i>Ann"}), fonts)
    content = content_of(creative, context)
    assert compose_alt(None, content.words, context) == "<i>Ann €25.00 €19.90 today."


def test_a_value_that_no_font_draws_leaves_a_text_with_tags_out(fonts: Fonts) -> None:
    creative = creative_of(
        "text: a <b>{{ recipient.name }}</b>", "text: \"<b>{{ recipient.name | default: 'you' }}</b>\""
    )
    content = content_of(creative, context_of(creative, moment_of(recipient={"name": "\ue123"}), fonts))
    assert content.words == ("you",)
    assert set(content.undrawn) == {"\ue123"}
