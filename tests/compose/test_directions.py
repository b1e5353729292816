"""A value never decides how the words around it run: the order of letters is that of a browser that isolates values."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page

from chromium import needs_chromium, started_chromium
from livecontent.render.paint.fonts import Fonts
from livecontent.scene import Group, Node, Run, Text
from made_creatives import Composed, composed, creative_of, moment_of
from tables import rows

NAMES = ["תמר", "محمد", "Zoé", "O'Brien", "12", "−20 %", "+33 1 23 45 67 89", "דני 5", "Ann (תמר)", "C++"]


def runs_of(nodes: tuple[Node, ...]) -> Iterator[Run]:
    for node in nodes:
        if isinstance(node, Text):
            yield from node.runs
        elif isinstance(node, Group):
            yield from runs_of(node.nodes)


def shown(scene_nodes: tuple[Node, ...]) -> str:
    """The letters of a line as they stand from left to right, without spaces."""
    runs = sorted(runs_of(scene_nodes), key=lambda run: run.x)
    letters = "".join(run.text[::-1] if run.rtl else run.text for run in runs)
    return "".join(letters.split())


def said(fonts: Fonts, words: str, name: str, language: str = "en") -> tuple[str, Composed]:
    """What is shown of a text with a name, and all that was composed."""
    creative = creative_of(f"{{text: {words!r}, font: {{size: 8}}, box: [0, 0, 1900, 20]}}", language=language)
    scene, made = composed(creative, moment_of(recipient={"n": name, "language": language}), fonts)
    return shown(scene.nodes), made


@pytest.mark.parametrize(
    ("language", "words", "name", "order"),
    rows(
        """
        en  {{ recipient.n }}, it is raining in Paris.  תמר  רמת,itisraininginParis.
        en  {{ recipient.n }}, it is raining in Paris.  محمد  دمحم,itisraininginParis.
        en  {{ recipient.n | default: 'You' }}: 20 points  תמר  רמת:20points
        en  {{ recipient.n }} 20 points  תמר  רמת20points
        en  Hello, {{ recipient.n }}!  דני 5  Hello,5ינד!
        he  שלום {{ recipient.n }}!  Zoé  !Zoéםולש
        he  {{ recipient.n }}, יורד גשם.  Zoé  .םשגדרוי,Zoé
        he  שלום {{ recipient.n }}  C++  C++םולש
        he  חייגו {{ recipient.n }} עכשיו  +33 1 23 45 67 89  וישכע+33123456789וגייח
        he  היום −20 % בחנות  x  תונחב−20%םויה
        ar  خصم −20 % اليوم  x  مويلا−20%مصخ
        he  חייגו +33 1 23 45 67 89 עכשיו  x  וישכע+33123456789וגייח
        he  חייגו 050-123-4567 עכשיו  x  וישכע050-123-4567וגייח
        he  היום −{{ recipient.n }} % בחנות  20  תונחב−20%םויה
        he  היום {{ recipient.n }} % בחנות  20  תונחב20%םויה
        en  Call דני: +33 1 23 45 67 89 now  x  Callינד:+33123456789now
        """
    ),
)
def test_words_stand_in_the_order_of_their_language_whatever_is_written_into_them(
    fonts: Fonts, language: str, words: str, name: str, order: str
) -> None:
    assert said(fonts, words, name, language)[0] == order


def test_a_plain_text_stands_where_its_language_starts(fonts: Fonts) -> None:
    for language, left in (("en", True), ("he", False), ("ar", False), ("fr-CA", True)):
        creative = creative_of("text: '{{ recipient.n }}, hello'", language=language)
        scene, _ = composed(creative, moment_of(recipient={"n": "תמר"}), fonts)
        assert (min(run.x for run in runs_of(scene.nodes)) < 20) is left


def test_a_text_that_is_spoken_in_another_language_than_the_readers_runs_as_that_one_does(fonts: Fonts) -> None:
    creative = creative_of("text: {en: 'Hi, {{ recipient.n }}!'}", "text: {he: 'x', en: 'y'}")
    scene, _ = composed(creative, moment_of(recipient={"n": "Zoé", "language": "he"}), fonts)
    assert shown(scene.nodes[:1]) == "Hi,Zoé!"


def test_what_marks_values_is_neither_drawn_nor_said_nor_taken_from_values(fonts: Fonts) -> None:
    name = "\u2067תמר\u2069 x\u202e"
    order, made = said(fonts, "{{ recipient.n }}, hello {{ recipient.n | upcase }}", name)
    assert made.said == ["תמר x, hello תמר X"]
    assert not {"\ufdd0", "\ufdd1", "\u2068", "\u2069", "\u202e"} & set(order)
    assert order == "xרמת,helloXרמת"


names = st.text(st.sampled_from("abcאבגمحد123 .,!()-+%"), min_size=1, max_size=12).filter(str.strip)


@given(names)
def test_no_name_moves_the_words_around_it(fonts: Fonts, name: str) -> None:
    order, _ = said(fonts, "Hello {{ recipient.n }}, welcome back!", name)
    assert order.startswith("Hello")
    assert order.endswith(",welcomeback!")
    order, _ = said(fonts, "שלום {{ recipient.n }}, ברוך הבא!", name, "he")
    assert order.startswith("!אבהךורב,")
    assert order.endswith("םולש")


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with started_chromium() as browser:
        yield browser.new_page(viewport={"width": 3000, "height": 200})


ORDER = """html => {
  document.body.innerHTML = html;
  const letters = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walker.nextNode();)
    for (let i = 0; i < node.length; i++) {
      const range = document.createRange();
      range.setStart(node, i); range.setEnd(node, i + 1);
      if (node.data[i].trim()) letters.push([range.getBoundingClientRect().left, node.data[i]]);
    }
  return letters.sort((a, b) => a[0] - b[0]).map(x => x[1]).join('');
}"""
SENTENCES = {
    "en": ["{}, it is raining.", "Hello {}!", "20 {} 30", "({})", "“{}”, 12 € off (today)", "{} & Tom: 5/12", "{}"],
    "he": ["שלום {}, יורד גשם.", "{}!", "20 {} 30", "({})", "מבצע ל{}: 12 ש״ח (היום)", "{} ו-Tom: 5/12", "{}"],
    "ar": ["مرحبا {}، ممطر.", "{}!", "20 {} 30", "({})", "خصم {}: 12 (ممتع)", "{}"],
}


@needs_chromium
@pytest.mark.parametrize("language", SENTENCES)
def test_letters_stand_as_in_a_browser_that_isolates_values(fonts: Fonts, page: Page, language: str) -> None:
    direction = "ltr" if language == "en" else "rtl"
    for sentence in SENTENCES[language]:
        for name in NAMES:
            html = f"<p dir={direction} style='white-space: nowrap'>{sentence.format(f'<bdi>{name}</bdi>')}</p>"
            words = sentence.format("{{ recipient.n }}")
            order = said(fonts, words, name, language)[0]
            assert order == page.evaluate(ORDER, html), (sentence, name)
