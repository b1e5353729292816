"""Lines break between words, in scripts with and without spaces, and not between a number and what it counts."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from babel import Locale, dates, units
from budoux import load_default_japanese_parser
from hypothesis import given
from hypothesis import strategies as st
from icu4py.breakers import LineBreaker, WordBreaker
from texts import ALL

from livecontent.compose.text.breaks import LONGEST_NAME, Breaks
from livecontent.render.paint.fonts import Fonts
from livecontent.scene import Group, Node, Run, Text
from made_creatives import composed, creative_of, moment_of

BREAKS = Breaks()
JAPANESE = load_default_japanese_parser()
TORN = {"th": 0, "ja": 0, "zh": 1, "km": 0}  # words of ten sentences: ICU does not know 点击
SMALL_KANA = "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶー々ゝヽ"


def sentences() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (Path(__file__).parent / "cases" / "words.txt").read_text("utf-8").splitlines()[1:]:
        if line.isascii():
            found[line] = language = []
        else:
            language.append(line)
    return found


SENTENCES = sentences()


def places(parts: Iterable[str]) -> set[int]:
    found, length = set(), 0
    for part in parts:
        length += len(part)
        found.add(length)
    return found - {length}


def broken(text: str, language: str = "en", *values: str) -> list[str]:
    """The words of a text, with ~ between those that are held together."""
    spans = tuple((text.index(value), text.index(value) + len(value)) for value in values)
    return [text[start:end] + "~" * tied for start, end, _, tied in BREAKS.words(text, language, spans)]


@pytest.mark.parametrize("language", SENTENCES)
def test_lines_break_between_words_that_people_see(language: str) -> None:
    assert len(SENTENCES[language]) == 10
    torn = missed = all_ = 0
    for sentence in SENTENCES[language]:
        text = sentence.replace("|", "").replace("·", "")
        may = places(sentence.replace("·", "|").split("|"))
        ends = places(sentence.replace("·", "").split("|"))
        found = places(broken(text, language))
        torn, missed, all_ = torn + len(found - may), missed + len(ends - found), all_ + len(ends)
    assert torn <= TORN[language]
    assert missed <= all_ / 4


@pytest.mark.parametrize("language", ["th", "km"])
def test_words_are_those_of_the_dictionary(language: str) -> None:
    for sentence in SENTENCES[language]:
        text = sentence.replace("|", "").replace("·", "")
        assert broken(text, language) == list(LineBreaker(text, language))


def test_chinese_and_japanese_break_where_the_dictionary_or_model_says_and_the_strict_rules_allow() -> None:
    for language, ends in (("zh", lambda text: WordBreaker(text, "zh")), ("ja", JAPANESE.parse)):
        for sentence in SENTENCES[language]:
            text = sentence.replace("|", "").replace("·", "")
            strict = places(LineBreaker(text, f"{language}@lb=strict"))
            found = places(broken(text, language))
            assert found <= places(ends(text)) & strict
            assert {place for place in places(ends(text)) & strict if not text[place - 1].isdigit()} == found


def test_japanese_is_told_by_its_letters_where_the_language_is_not_named() -> None:
    for sentence in SENTENCES["ja"]:
        text = sentence.replace("|", "").replace("·", "")
        assert broken(text, "en") == broken(text, "ja")


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("안녕하세요 오늘은 비가", "ko", ["안녕하세요", "오늘은", "비가"]),
        ("第3回 約20分", "ja", ["第3回", "約20分"]),
        ("ยินดี ต้อนรับ", "th", ["ยินดี", "ต้อนรับ"]),
        ("ສະບາຍດີຍິນດີຕ້ອນຮັບ", "lo", ["ສະບາຍດີ", "ຍິນດີ", "ຕ້ອນຮັບ"]),
        ("ဒီနေ့ရာသီဥတုသာယာပါတယ်", "my", ["ဒီ", "နေ့", "ရာသီဥတု", "သာယာ", "ပါ", "တယ်"]),
        ("ཁྱེད་རང་བདེ་", "bo", ["ཁྱེད་", "རང་", "བདེ་"]),
        ("Jean-Pierre et l’iPhone15", "fr", ["Jean-Pierre", "et", "l’iPhone15"]),
    ],
)
def test_other_languages_break_as_they_do(text: str, language: str, words: list[str]) -> None:
    assert broken(text, language) == words


@pytest.mark.parametrize(
    ("text", "language", "value", "words"),
    [
        ("毎度、田中太郎さん、今日は", "ja", "田中太郎", ["毎度、", "田中太郎さん、", "今日は"]),
        ("你好王小明先生今天下雨", "zh", "王小明", ["你好", "王小明", "先生", "今天", "下雨"]),
        ("คุณสมชายใจดีวันนี้", "th", "สมชายใจดี", ["คุณ", "สมชายใจดี", "วัน", "นี้"]),
        ("「王小明」", "zh", "王小明", ["「王小明」"]),
        ("約20分", "ja", "20", ["約20分"]),
    ],
)
def test_a_name_is_not_broken_inside(text: str, language: str, value: str, words: list[str]) -> None:
    assert broken(text, language, value) == words


def test_a_whole_sentence_that_was_written_is_broken_as_any_other() -> None:
    text = "".join(SENTENCES["th"][:2]).replace("|", "").replace("·", "")
    assert len(text) > LONGEST_NAME
    assert broken(text, "th", text) == broken(text, "th")


texts_of_all = st.text(st.sampled_from(ALL + "カョーッ「」。、第3回今日はสวัสดีค่ะคุณថ្ងៃនេះ"), max_size=30)


@given(texts_of_all, st.sampled_from(["en", "ja", "zh", "th", "ko"]), st.integers(0, 20), st.integers(1, 20))
def test_words_stand_in_order_and_hold_all_but_spaces(text: str, language: str, start: int, length: int) -> None:
    values = [(start, min(start + length, len(text)))] if start < len(text) else []
    spans = BREAKS.words(text, language, values)
    reached = 0
    for first, last, after, _ in spans:
        assert reached <= first < last <= after
        assert not text[reached:first].strip(" \u3000\u200b\u2009\u2002")
        reached = after
    for place in BREAKS.parts(text):
        assert 0 < place < len(text)
        assert not unicodedata.category(text[place]).startswith("M")


@given(st.text(st.sampled_from("カキャュョッーアあいっゃん今日、。「」"), min_size=2, max_size=12))
def test_no_japanese_line_starts_with_a_small_letter_or_a_mark(text: str) -> None:
    for place in {*(start for start, *_ in BREAKS.words(text, "ja")), *BREAKS.parts(text)} - {0}:
        assert text[place] not in SMALL_KANA + "、。」"
        assert text[place - 1] != "「"


@pytest.mark.parametrize(
    "text",
    """ouvert jusqu’à 20~h|le 29~novembre|12 €|n°~5|№~5|p.~3|10~kg|de 1~240 points|29~de~noviembre|am 29.~November
    um 20~Uhr|November~29|at 8~PM|29~ноября|5~кг|29~listopada|godz.~20|20~zł|kl.~20|500~kr|2026.~november~29.|20~óra
    29~Νοεμβρίου|29~tháng~11|20~phút|٢٩~نوفمبر|29~בנובמבר|11~月 29~日|20~Std.|5~miles|(5~km)|20~minuter
    buy 2 get 1 free|2, 20~h|in 20 great shops|from 20 to 30|CHF~12|25.~května|3~días|24~décembre,""".replace(
        "\n", "|"
    ).split("|"),
)
def test_a_number_stays_with_what_it_counts(text: str) -> None:
    text = text.strip()
    words = broken(text.replace("~", " "))
    assert " ".join(words).replace("~ ", "~") == text


LANGUAGES = ["en", "fr", "de", "es", "it", "pt", "nl", "pl", "ru", "el", "sv", "fi", "cs", "tr", "hu", "uk", "ro", "vi"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_and_units_as_cldr_writes_them_are_held_together(language: str) -> None:
    locale = Locale.parse(language)
    for month in range(1, 13):
        day = dates.format_skeleton("MMMMd", date(2026, month, 24), locale=locale)
        assert all(word.endswith("~") for word in broken(f"{day} x", language)[:-2]), day
    for unit in ("hour", "minute", "day", "kilometer", "kilogram", "liter", "centimeter"):
        for length in ("short", "long"):
            written = units.format_unit(20, unit, length, locale=locale)
            assert len(broken(written)) == 1 or broken(written)[0] == "20~", written


def runs_of(nodes: tuple[Node, ...]) -> list[Run]:
    found: list[Run] = []
    for node in nodes:
        if isinstance(node, Text):
            found += node.runs
        elif isinstance(node, Group):
            found += runs_of(node.nodes)
    return found


def lines(fonts: Fonts, words: str, width: int, more: str = "", **recipient: object) -> list[str]:
    creative = creative_of(f"{{text: {words!r}, font: {{size: 20}}, box: [0, 0, {width}, 200]{more}}}")
    scene, _ = composed(creative, moment_of(recipient=recipient), fonts)
    by_line: dict[int, str] = {}
    for run in runs_of(scene.nodes):
        by_line[run.y] = by_line.get(run.y, "") + run.text
    return list(by_line.values())


def test_a_word_that_is_too_wide_shrinks_first_and_is_then_cut_with_a_hyphen(fonts: Fonts) -> None:
    assert lines(fonts, "29 novembre", 60) == ["29", "nove-", "mbre"]
    assert lines(fonts, "29 novembre", 60, more=", fit: {shrink_to: 8}") == ["29", "novembre"]
    assert lines(fonts, "{{ recipient.n }}", 60, n="novembre") == ["nove-", "mbre"]


def test_a_soft_hyphen_says_where_a_word_may_be_parted_and_is_seen_only_there(fonts: Fonts) -> None:
    assert lines(fonts, "{{ recipient.n }}", 80, n="no\u00advem\u00adbre") == ["novem-", "bre"]
    assert lines(fonts, "{{ recipient.n }}", 200, n="no\u00advem\u00adbre") == ["novembre"]


@pytest.mark.parametrize(
    "word", ["SUMMER-2026-XK", "https://averse.example/a", "zoe@averse.example", "AB12CD34EF56", "مرحبامرحبا"]
)
def test_addresses_and_codes_and_scripts_without_hyphens_get_none(fonts: Fonts, word: str) -> None:
    assert "".join(lines(fonts, "{{ recipient.n }}", 60, n=word)) == word


def test_a_number_and_its_unit_go_to_the_next_line_together_where_there_is_room(fonts: Fonts) -> None:
    assert lines(fonts, "open until 20 h", 115) == ["open", "until20h"]
    assert lines(fonts, "open 20 kilometres", 90) == ["open20", "kilometr-", "es"]


def test_held_words_are_parted_rather_than_lost(fonts: Fonts) -> None:
    assert "".join(lines(fonts, "until 20 minutes", 84, more=", fit: {lines: 2}")) == "until20minutes"


def test_who_writes_no_such_script_loads_no_dictionary() -> None:
    code = (
        "import sys; from livecontent.compose.text.breaks import Breaks; b = Breaks();"
        "b.words('Bonjour Zoé, 20 h'); print(sorted({'icu4py', 'budoux'} & set(sys.modules)));"
        "b.words('今日はいい天気ですね'); print(sorted({'icu4py', 'budoux'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "['budoux', 'icu4py']"]
