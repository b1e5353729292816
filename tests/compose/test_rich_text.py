"""Texts with tags: what they say, how they are set, and what is drawn under and through their letters."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError
from test_text_layers import BOX, LINE, boxes, styles
from texts import texts

from livecontent.compose.context import LayoutContext, RichLines
from livecontent.compose.text.layout import TextStyle, measured, set_text
from livecontent.compose.text.look import PLAIN_LOOK, Line, Look, bolder
from livecontent.compose.text.rich import set_rich
from livecontent.compose.text.said import Said
from livecontent.compose.text.sanitize import sanitize
from livecontent.compose.text.tags import RichTemplate
from livecontent.compose.values import Rect
from livecontent.expressions.marks import END, LOOKS, START
from livecontent.expressions.template import WordingError
from livecontent.facts import Moment
from livecontent.render.paint.bidi import runs_right_to_left
from livecontent.render.paint.fonts import Fonts
from livecontent.scene import Box, Colour, Group, Node, Run, Shape, Text
from livecontent.sources.registry import VOCABULARY
from made_creatives import composed, content_of, context_of, creative_of, moment_of

RED = Colour(204, 0, 0)
SAME = Look(weight=400)  # as the text is anyway
PLAIN_WORDS = st.sampled_from(["Umbrella", "prix", "25,00 €", " ", "3 < 4", "a<3", "شمسية", "שלום", "傘", "<", "é"])
TAGS = st.sampled_from(
    ["b", "i", "u", "s", "span color='#c00'", 'span size="80%"', "span size=30 weight=300", "span font='Fraunces'"]
)


def trees(depth: int = 3) -> st.SearchStrategy[tuple[str, str]]:
    """A text with tags, and the same without."""
    leaf = PLAIN_WORDS.map(lambda words: (words, words))
    for _ in range(depth):
        inner = st.lists(leaf, max_size=4).map(lambda parts: tuple(map("".join, zip(*parts, strict=True))) or ("", ""))
        leaf = leaf | st.tuples(TAGS, inner).map(
            lambda pair: (f"<{pair[0]}>{pair[1][0]}</{pair[0].partition(' ')[0]}>", pair[1][1])
        )
    return st.lists(leaf, min_size=1, max_size=6).map(
        lambda parts: ("".join([part[0] for part in parts]), "".join([part[1] for part in parts]))
    )


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def said_in(text: str, fonts: Fonts, language: str = "en", **recipient: object) -> Said:
    """What a text layer says to somebody."""
    creative = creative_of(f"text: {quoted(text)}", language=language)
    (block,) = content_of(creative, context_of(creative, moment_of(recipient=recipient), fonts)).layers[0].blocks
    assert isinstance(block.value, Said)
    assert block.words == block.value.words
    return block.value


def dressed(words: str, looks: tuple[Look, ...] = (SAME,), look_of: tuple[int, ...] | None = None) -> Said:
    rtl = runs_right_to_left(words)
    return Said(words, "en", rtl, looks=looks, look_of=look_of or (0,) * len(words))


def runs_in(lines: RichLines) -> list[Run]:
    return [run for line in lines for _, runs in line.letters for run in runs]


def drawn_with_notes(layer: str, fonts: Fonts, **recipient: object) -> tuple[tuple[Node, ...], int]:
    scene, made = composed(creative_of(layer), moment_of(recipient=recipient), fonts)
    return scene.nodes, len(made.left_out)


def drawn(layer: str, fonts: Fonts, scale: str = "1", **recipient: object) -> tuple[Node, ...]:
    scene, made = composed(creative_of(layer, scale=scale), moment_of(recipient=recipient), fonts)
    assert made.left_out == []
    return scene.nodes


@given(trees())
def test_what_is_said_is_what_stands_between_the_tags(fonts: Fonts, tree: tuple[str, str]) -> None:
    tagged, plain = tree
    assume(plain.strip())
    said = said_in(tagged, fonts)
    assert said.words == sanitize(plain)
    assert said.looks == () or len(said.look_of) == len(said.words)
    assert RichTemplate(tagged, VOCABULARY).wording == plain


values = st.text(st.sampled_from("<>/bisu \"'=é&;x"), min_size=1, max_size=12) | st.sampled_from(
    ["<b>Bob", "</s>", "<br>", "<span color='#c00'>", "{{ x }}", "<script>"]
)


@given(values)
def test_a_tag_in_a_value_is_drawn_as_it_stands(fonts: Fonts, value: str) -> None:
    seen = sanitize(value)
    assume(seen.strip())
    said = said_in("a <b>{{ recipient.name }}</b> z", fonts, name=value)
    assert said.words == f"a {seen} z"
    assert said.look_of == (0, 0, *[1] * len(seen), 0, 0)
    assert said_in("<i>{% assign x = recipient.name %}{{ x }}</i>!", fonts, name=value).words == f"{seen}!"


def test_a_value_has_no_marks_of_looks(fonts: Fonts) -> None:
    """No font has them, as they are no characters; nor do they come in by way of Liquid."""
    text = "<b>{% assign x = recipient.name %}{{ x }}</b>"
    assert drawn_with_notes(f"text: {quoted(text)}", fonts, name="a\ufdd3b") == ((), 1)
    filled = RichTemplate(text, VOCABULARY).fill({"recipient": {"name": "a\ufdd2b"}}, (frozenset(), lambda _: ""))
    assert filled == f"{LOOKS[1]}{START}ab{END}{LOOKS[0]}"


def test_a_literal_in_liquid_is_a_value_too_and_raw_is_as_it_stands(fonts: Fonts) -> None:
    assert said_in('{{ "<b>" }}<b>x</b>{% raw %}</b>{{ {% endraw %}', fonts).words == "<b>x</b>{{ "


@pytest.mark.parametrize("old", [25, None])
def test_branches_have_tags_of_their_own(fonts: Fonts, old: int | None) -> None:
    text = "<u>Now</u> {% if recipient.old %}<s>{{ recipient.old | money }}</s> {% else %}<i>new</i> {% endif %}9"
    said = said_in(text, fonts, **({"old": old} if old else {}))
    assert said.words == ("Now €25.00 9" if old else "Now new 9")
    look = said.looks[said.look_of[4]]
    assert (look.through is not None, look.italic) == (bool(old), not old)
    assert said.looks[said.look_of[-1]] == PLAIN_LOOK


def test_a_loop_that_breaks_within_a_tag_leaves_it(fonts: Fonts) -> None:
    said = said_in("{% for i in (1..3) %}<b>{{ i }}{% break %}</b>{% endfor %} after", fonts)
    assert said.look_of == (1, *[0] * 6)


def test_a_line_break_is_no_look(fonts: Fonts) -> None:
    said = said_in("one<br>two<br/>three", fonts)
    assert (said.words, said.looks) == ("one\ntwo\nthree", ())


def test_behind_a_tag_letters_look_as_before_it(fonts: Fonts) -> None:
    said = said_in("a<b>b<i>c</i>d</b>e", fonts)
    assert [(said.looks[place].bold, said.looks[place].italic) for place in said.look_of] == [
        *((False, False), (True, False), (True, True), (True, False), (False, False))
    ]


def test_nested_tags_add_up_and_what_they_say_nothing_of_is_the_texts(fonts: Fonts) -> None:
    inner = "<span size='50%' color='white' weight='300'>c<b>d</b></span>"
    text = f"<span color='#c00' size='30'>a<b><s>b{inner}</s></b></span>"
    said = said_in(text, fonts)
    a, b, c, d = [said.looks[place] for place in said.look_of]
    assert a == Look(colour=RED, size=30)
    assert b == Look(colour=RED, size=30, bold=True, through=Line(RED))
    assert c == Look(colour=Colour(255, 255, 255), size=15, weight=300, through=Line(RED))
    assert d == c._replace(weight=bolder(300))


@pytest.mark.parametrize(("weight", "bold"), [(300, 700), (400, 700), (600, 900), (700, 900), (900, 900)])
def test_bold_is_bolder_than_the_text(fonts: Fonts, weight: int, bold: int) -> None:
    (node, other) = drawn(f"{{text: 'a <span color=white><b>b</b></span>', font: {{weight: {weight}}}}}", fonts)
    assert isinstance(node, Text)
    assert isinstance(other, Text)
    assert (node.runs[0].face.weight, other.runs[0].face.weight) == (weight, bold)


WRONG = [
    ("a §<b>b", "<b> is not closed: write </b>"),
    ("a b§</b>", "</b> closes nothing: <b> is missing before it"),
    ("<b><i>x§</b></i>", "</b> stands where </i> is expected"),
    ("§<strong>x</strong>", "unknown tag <strong>: write <b>"),
    ("§<name>", "it is drawn as it stands where it is written {{ '<name>' }}"),
    ("§<b size=12>x</b>", "<b> takes no attributes: write <span size=12> ... </span>"),
    ("§<i/>", "<i/> has nothing in it: write <i> ... </i>"),
    ("§</br>", "</br> has nothing in it: write <br>"),
    ("<span §colour='#c00'>x</span>", "did you mean 'color'?"),
    ("<span §href='x'>x</span>", "there are color, size, weight, font"),
    ("<span §color='rde'>x</span>", "a colour is"),
    ("<span §color>x</span>", "color has no value"),
    ("<span weight=700 §size='3'>x</span>", "size is 4 to 400 pixels"),
    ("<span §size='501%'>x</span>", "or 20% to 500%"),
    ("<span §size='2em'>x</span>", "such as size='24'"),
    ("<span §weight='bold'>x</span>", "weight is a number from 100 to 900"),
    ("<span §font=''>x</span>", "font is the name of a family"),
    ("§<span color='{{ recipient.color }}'>x</span>", "no fact stands in it"),
    ("x §<span color='#c00'", "a > is missing"),
    ("{% if now %}§<b>{% endif %}x</b>", "write </b> in the branch that opens it"),
    ("<b>{% if now %}§</b>{% endif %}", "</b> closes nothing in this branch"),
    ("{% capture x %}§<b>a</b>{% endcapture %}{{ x }}", "can't be captured"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_wrong_tag_is_told_with_its_place_and_what_is_right(text: str, message: str) -> None:
    before, _, after = text.partition("§")
    with pytest.raises(WordingError) as raised:
        RichTemplate(before + after, VOCABULARY)
    assert message in str(raised.value)
    assert raised.value.offset == len(before)
    with pytest.raises(ValidationError) as error:
        creative_of(f"text: {quoted(before + after)}")
    assert error.value.errors()[0]["ctx"]["offset"] == len(before)


@given(trees(), st.data())
def test_a_text_that_lost_one_tag_is_refused(tree: tuple[str, str], data: st.DataObject) -> None:
    starts = [place for place in range(len(tree[0])) if tree[0][place:].startswith(("</", "<b>", "<s>", "<span "))]
    assume(starts)
    start = data.draw(st.sampled_from(starts))
    with pytest.raises(WordingError):
        RichTemplate(tree[0][:start] + tree[0][tree[0].index(">", start) + 1 :], VOCABULARY)


@pytest.mark.parametrize(
    "text", ["3 < 4", "<3", "a<b", "x < y and z > 1", "Ann <ann@shop.example>", "<", "<>", "< b >"]
)
def test_a_sign_that_is_no_tag_is_a_sign(fonts: Fonts, text: str) -> None:
    assert said_in(text, fonts) == Said(text)


@given(texts, styles, boxes)
def test_looks_that_change_nothing_change_nothing(fonts: Fonts, words: str, style: TextStyle, box: Rect) -> None:
    context = LayoutContext(fonts, 2)
    plain = [
        run for line in set_text(Said(words, "en", runs_right_to_left(words)), style, box, context) for run in line
    ]
    rich = runs_in(set_rich(dressed(words), style, box, context))
    assert [run._replace(y=0) for run in rich] == [run._replace(y=0) for run in plain]
    assert all(abs(one.y - other.y) <= 1 for one, other in zip(rich, plain, strict=True))


looks = st.lists(
    st.builds(
        Look,
        weight=st.sampled_from([0, 300, 700]),
        italic=st.booleans(),
        size=st.sampled_from([0.0, 0.0, 12.0, 50.0]),
        part=st.sampled_from([0.5, 1.0, 1.6]),
        colour=st.sampled_from([None, RED]),
        under=st.sampled_from([None, Line(None), Line(RED)]),
        through=st.sampled_from([None, Line(None)]),
    ),
    min_size=1,
    max_size=3,
).map(tuple)


@st.composite
def rich_texts(draw: st.DrawFn) -> Said:
    words, some = draw(texts), draw(looks)
    steps = draw(st.lists(st.integers(1, 7), min_size=1, max_size=12))
    look_of = [place % len(some) for place, step in enumerate(steps) for _ in range(step)]
    return dressed(words, some, tuple((look_of * len(words))[: len(words)]))


@given(rich_texts(), styles, boxes)
def test_lines_break_in_the_same_places_at_every_scale(fonts: Fonts, said: Said, style: TextStyle, box: Rect) -> None:
    once, twice = (set_rich(said, style, box, LayoutContext(fonts, scale)) for scale in (1, 2))
    assert [[run.text for run in runs_in((line,))] for line in once] == [
        [run.text for run in runs_in((line,))] for line in twice
    ]
    for one, two in zip(runs_in(once), runs_in(twice), strict=True):
        assert abs(two.x - 2 * one.x) <= 2
        assert abs(two.y - 2 * one.y) <= 2 + 2 * len(once)
        assert two.size == 2 * one.size


@given(rich_texts(), styles, boxes)
def test_all_letters_of_a_line_stand_on_one_baseline_and_lines_hold_the_largest(
    fonts: Fonts, said: Said, style: TextStyle, box: Rect
) -> None:
    lines = [runs for line in set_rich(said, style, box, LayoutContext(fonts)) if (runs := runs_in((line,)))]
    baselines = [runs[0].y for runs in lines]
    assert all({run.y for run in runs} == {baseline} for runs, baseline in zip(lines, baselines, strict=True))
    assert baselines == sorted(baselines)
    if not style.lines and len(lines) > 1 and "\n" not in said.words:
        assert sum(max(run.size for run in runs) for runs in lines) * style.line_height <= box.height + 0.01


def test_all_letters_shrink_in_proportion(fonts: Fonts) -> None:
    words = "an <span size='150%'>offer</span> of <span size='40'>many</span> words that do not fit at all"
    found = []
    for smallest in (20, 5):
        fit = f"{{lines: 1, shrink_to: {smallest}}}"
        layer = f"{{text: {quoted(words)}, font: {{size: 20}}, fit: {fit}, box: [0, 0, 280, 90]}}"
        runs = [run for node in drawn(layer, fonts) if isinstance(node, Text) for run in node.runs]
        found.append({run.text: run.size for run in runs})
    before, after = found
    assert after["an"] < before["an"]
    for word, size in before.items():
        if not word.endswith("…"):
            assert after[word] / after["an"] == pytest.approx(size / before["an"])


@pytest.mark.parametrize(
    ("words", "shaped"),
    [
        ("ب<b>خصم</b>", ["ب\u200d", "\u200dخصم"]),
        ("و<b>خصم</b>", ["و", "خصم"]),  # it joins none behind it
        ("بِ<b>خ</b>ص<i>م</i>", ["بِ\u200d", "\u200dخ\u200d", "\u200dص\u200d", "\u200dم"]),
        ("<b>ب</b> خ", ["ب", "خ"]),
        ("ب<b>،</b>", ["ب", "،"]),
        ("a<b>b</b>", ["a", "b"]),
    ],
)
def test_letters_that_join_do_so_also_where_they_look_otherwise(fonts: Fonts, words: str, shaped: list[str]) -> None:
    scene, made = composed(creative_of(f"text: {words}", language="ar"), Moment({}), fonts)
    runs = [run for node in scene.nodes if isinstance(node, Text) for run in node.runs]
    assert [run.text for run in sorted(runs, key=lambda run: -run.x if run.rtl else run.x)] == shaped
    assert "\u200d" not in made.said[0]
    face = fonts.split("ب", "Inter", 400, False)[0][1]
    whole = fonts.advance("بخ", face, 100, True)
    parted = fonts.advance("ب\u200d", face, 100, True) + fonts.advance("\u200dخ", face, 100, True)
    assert parted == pytest.approx(whole, rel=0.02)


def stripes(nodes: tuple[Node, ...]) -> list[Box]:
    return [node.box for node in nodes if isinstance(node, Shape)]


@pytest.mark.parametrize(
    ("words", "language"), [("25,00 € of old", "en"), ("price", "en"), ("السعر القديم", "ar"), ("מחיר ישן 12", "he")]
)
@pytest.mark.parametrize("tag", ["s", "u"])
@pytest.mark.parametrize("scale", [1, 2])
def test_a_line_is_as_wide_as_the_words_that_it_strikes(
    fonts: Fonts, words: str, language: str, tag: str, scale: int
) -> None:
    layer = f"{{text: '<{tag}>{words}</{tag}>', font: {{size: 20}}, box: [7, 0, 280, 40]}}"
    scene, _ = composed(creative_of(layer, scale=str(scale), language=language), Moment({}), fonts)
    (stripe,) = stripes(scene.nodes)
    runs = [run for node in scene.nodes if isinstance(node, Text) for run in node.runs]
    ends = [run.x + fonts.advance(run.text, run.face, 20, run.rtl) * scale for run in runs]
    assert len(runs) == len(words.replace(" €", "€").split())
    assert abs(stripe.x + stripe.width - max(ends)) <= 1
    assert abs(stripe.x - min(run.x for run in runs)) <= 1
    under, through = fonts.rules("Inter", 400, False, 20 * scale)
    top, height = under if tag == "u" else through
    assert (runs[0].y - stripe.y, stripe.height) == (round(top), round(height))
    kinds = [type(node) for node in scene.nodes]
    assert kinds == ([Shape, Text] if tag == "u" else [Text, Shape])


def test_a_line_ends_where_what_it_strikes_ends(fonts: Fonts) -> None:
    nodes = drawn("{text: 'a <s>b c</s> d', font: {size: 20}}", fonts)
    (text,) = [node for node in nodes if isinstance(node, Text)]
    (stripe,) = stripes(nodes)
    by_letter = {run.text: run for run in text.runs}
    assert stripe.x == by_letter["b"].x
    end = by_letter["c"].x + fonts.advance("c", by_letter["c"].face, 20)
    assert stripe.x + stripe.width == pytest.approx(end, abs=1)


def test_a_struck_text_that_breaks_is_struck_in_each_line_without_the_space_at_its_end(fonts: Fonts) -> None:
    nodes = drawn("{text: '<s>one two three four five six seven</s>', font: {size: 20}, box: [0, 0, 120, 100]}", fonts)
    lines = [node for node in nodes if isinstance(node, Text)]
    found = stripes(nodes)
    assert len(found) == len(lines) > 1
    for line, stripe in zip(lines, found, strict=True):
        last = line.runs[-1]
        assert stripe.x + stripe.width == pytest.approx(last.x + fonts.advance(last.text, last.face, 20), abs=1)


def test_what_is_struck_in_two_directions_is_struck_in_parts(fonts: Fonts) -> None:
    scene, _ = composed(
        creative_of("{text: 'שלום <s>abc עולם</s> def', font: {size: 20}}", language="he"), Moment({}), fonts
    )
    left, right = (
        sorted(stripes(scene.nodes)),
        sorted(run.x for node in scene.nodes if isinstance(node, Text) for run in node.runs),
    )
    assert len(left) == 1  # the two stand side by side, whichever comes first
    assert left[0].x in right


def test_what_stands_between_two_struck_words_is_not_struck(fonts: Fonts) -> None:
    assert len(stripes(drawn("{text: 'a <s>b</s> c <s>d</s><s>e</s>'}", fonts))) == 2


pieces = st.permutations(["ab", "c", "\n ", " \n  ", " d", "אב", "  12", "e "]).map("".join)


@given(pieces, st.data())
def test_each_letter_has_its_own_look_in_every_line(fonts: Fonts, words: str, data: st.DataObject) -> None:
    look_of = tuple(data.draw(st.lists(st.integers(0, 1), min_size=len(words), max_size=len(words))))
    marked = data.draw(st.sampled_from(["", f"{words[:2]}{START}{words[2:5]}{END}{words[5:]}".replace("\n", " ")]))
    words = words.replace("\n", " ") if marked else words
    said = dressed(words, (SAME, Look(weight=700)), look_of)._replace(marked=marked)
    weight_of = dict(zip(words, look_of, strict=True))
    for run in runs_in(set_rich(said, LINE._replace(size=5), BOX._replace(height=900), LayoutContext(fonts))):
        for letter in run.text:
            if words.count(letter) == 1:
                assert run.face.weight == (700 if weight_of[letter] else 400)


def test_lines_are_as_far_apart_as_their_largest_letters_ask_for(fonts: Fonts) -> None:
    text = "a<br><span size='10'>b</span><br>c <span size='40'>d</span><br>e"
    nodes = drawn(f"{{text: {quoted(text)}, font: {{size: 20}}, line_height: 1.5, box: [0, 0, 200, 200]}}", fonts)
    ys = sorted({run.y for node in nodes if isinstance(node, Text) for run in node.runs})

    def below(size: float) -> float:  # how much of a line stands under its baseline
        ascent, descent = fonts.metrics("Inter", 400, False, size)
        return (1.5 * size - ascent - descent) / 2 + descent

    tall = [20, 10, 40, 20]
    for upper, lower, (y, next_y) in zip(tall, tall[1:], pairwise(ys), strict=False):
        assert next_y - y == pytest.approx(below(upper) + 1.5 * lower - below(lower), abs=1)


def test_one_line_goes_through_letters_of_several_sizes_where_the_largest_has_it(fonts: Fonts) -> None:
    nodes = drawn("{text: '<s>9<span size=\"50%\">.99</span></s>', font: {size: 40}}", fonts)
    (stripe,) = stripes(nodes)
    top, height = fonts.rules("Inter", 400, False, 40)[1]
    (run, *_) = [run for node in nodes if isinstance(node, Text) for run in node.runs]
    assert (run.y - stripe.y, stripe.height) == (round(top), round(height))


def test_a_line_has_the_colour_of_where_its_tag_stands(fonts: Fonts) -> None:
    inside = drawn("{text: '<s><span color=\"#c00\">a</span></s>', color: white}", fonts)
    outside = drawn("{text: '<span color=\"#c00\"><s>a</s></span>', color: white}", fonts)
    assert [node.paint for node in inside if isinstance(node, Shape)] == [Colour(255, 255, 255)]
    assert [node.paint for node in outside if isinstance(node, Shape)] == [RED]
    assert [node.colour for nodes in (inside, outside) for node in nodes if isinstance(node, Text)] == [RED, RED]


def test_an_ellipsis_looks_like_what_it_stands_for(fonts: Fonts) -> None:
    words = "plain <b>bold words that are far too long</b>"
    layer = f"{{text: {quoted(words)}, font: {{size: 20}}, fit: {{lines: 1}}, box: [0, 0, 140, 30]}}"
    runs = [run for node in drawn(layer, fonts) if isinstance(node, Text) for run in node.runs]
    assert runs[-1].text.endswith("…")
    assert runs[-1].face.weight == 700


def test_what_is_seen_through_or_throws_a_shadow_is_one_piece(fonts: Fonts) -> None:
    for more in ("opacity: 0.5", "shadow: {blur: 2}"):
        (node,) = drawn(f"{{text: 'a <s>b</s> <span color=white>c</span>', {more}}}", fonts)
        assert isinstance(node, Group)


def test_an_outline_is_under_all_letters(fonts: Fonts) -> None:
    outline, *others = drawn("{text: 'a<span color=white>b</span>', stroke: {width: 2, color: '#c00'}}", fonts)
    assert isinstance(outline, Text)
    assert outline.stroke is not None
    assert [run.text for run in outline.runs] == ["a", "b"]
    assert all(isinstance(node, Text) and node.stroke is None for node in others)


def test_words_for_a_prefetch_may_have_tags() -> None:
    layer: Any = creative_of("{text: '{{ now.hour }}', prefetched: '<b>Soon</b>'}").variants[0].layers[0]
    assert layer.prefetched.by_language[""].looks == (PLAIN_LOOK, Look(bold=True))


@given(rich_texts(), styles, boxes)
def test_equal_texts_are_set_equally_whatever_is_known(fonts: Fonts, said: Said, style: TextStyle, box: Rect) -> None:
    context = LayoutContext(fonts)
    set_rich(dressed(said.words, (SAME._replace(size=31.0),)), style, box, context)
    assert set_rich(said, style, box, context) == set_rich(said, style, box, LayoutContext(fonts))


def test_where_the_text_is_empty_nothing_is_drawn(fonts: Fonts) -> None:
    assert set_rich(dressed("  "), LINE, BOX, LayoutContext(fonts)) == ()
    assert composed(creative_of("text: '<b> </b>'"), Moment({}), fonts)[0].nodes == ()


@given(rich_texts(), styles)
def test_a_text_fits_into_what_was_measured(fonts: Fonts, said: Said, style: TextStyle) -> None:
    style = style._replace(lines=None, shrink_to=style.size)
    context = LayoutContext(fonts)
    found = measured(said, style, context)
    assert found.least <= found.most
    for width in (found.most, max(found.most / 2, found.least)):
        box = Rect(0, 0, max(width, 1), max(found.tall(width), 1))
        runs = runs_in(set_rich(said, style, box, context))
        assert sorted("".join(run.text for run in runs)) == sorted(
            "".join(run.text for run in runs_in(set_rich(said, style, box._replace(height=9e5), context)))
        )
