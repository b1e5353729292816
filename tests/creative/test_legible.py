"""What `check` advises: words that are cut, pale or small, and an alt text that says less than the image."""

from collections.abc import Callable
from pathlib import Path

import pytest

from livecontent.checked import draw_static, publish
from livecontent.creative.model import AvailableAssets
from livecontent.errors import Problem
from livecontent.lint.legible import check_legible, contrast
from livecontent.render.compile import Workshop
from livecontent.render.paint.fonts import Fonts
from livecontent.render.paint.painter import Painter
from livecontent.sources.registry import VOCABULARY
from made_creatives import loaded_of

PERSON = {"first_name": "Maximilian-Alexander", "points": 1240}
Advised = Callable[..., list[Problem]]


@pytest.fixture
def advised(fonts: Fonts, available: AvailableAssets, tmp_path: Path) -> Advised:
    """What is advised of a creative with these layers, 390 px wide."""

    def check(*layers: str, keys: str = "", size: str = "390x200") -> list[Problem]:
        listed = "\n".join(f"      - {layer}" for layer in layers)
        text = f"title: a\nsize: {size}\n{keys}variants:\n  - name: a\n    layers:\n{listed}\n"
        workshop = Workshop.of(Painter(fonts), VOCABULARY)
        compiled = publish(loaded_of(tmp_path / "a", text, available), workshop)
        draw_static(compiled)
        return check_legible(compiled, workshop.layout, workshop.painter, PERSON)

    return check


def words(problems: list[Problem]) -> str:
    return " | ".join(problem.message for problem in problems)


HELLO = "{{ recipient.first_name | default: 'you' }}"


@pytest.mark.parametrize(
    ("box", "fit", "cut"),
    [
        ("[0, 0, 380, 40]", "{lines: 1}", False),
        ("[0, 0, 120, 24]", "{lines: 1}", True),
        ("[0, 0, 190, 24]", "{lines: 1, shrink_to: 12}", False),
    ],
)
def test_words_are_cut_only_for_a_long_name(box: str, fit: str, cut: bool, advised: Advised) -> None:
    found = advised(f'{{text: "Hi {HELLO}", box: {box}, font: {{size: 18}}, fit: {fit}}}')
    assert ("these words are cut: 'Hi Maximilian-Alexander'" in words(found)) == cut
    assert all(problem.advice and problem.line == 6 for problem in found)


def test_the_language_in_which_they_are_cut_is_told(advised: Advised) -> None:
    text = (
        '{text: {en: "Sale", de: "Geschwindigkeitsbegrenzung"}, box: [0, 0, 90, 30], font: {size: 18}, fit: {lines: 1}}'
    )
    (found,) = advised(text)
    assert "(de)" in found.message


@pytest.mark.parametrize(
    ("ground", "ink", "size", "pale"),
    [
        ("white", "'#767676'", 16, False),
        ("white", "'#777777'", 16, True),
        ("white", "'#949494'", 30, False),
        ("white", "'#969696'", 30, True),
        ("'#123456'", "'#345678'", 16, True),
        ("{gradient: [white, black], angle: 90}", "white", 16, True),
        ("{gradient: ['#222222', black], angle: 90}", "white", 16, False),
    ],
)
def test_contrast_is_that_of_wcag(ground: str, ink: str, size: int, pale: bool, advised: Advised) -> None:
    text = f"{{text: Rain all over the town, box: [0, 0, 390, 60], color: {ink}, font: {{size: {size}}}}}"
    found = advised(f"{{fill: {ground}}}", text)
    assert ("the contrast with what is under these words" in words(found)) == pale


@pytest.mark.parametrize("price", ["€1", "€320.00", "€1,234,567.00 and more"])
@pytest.mark.parametrize("size", [13, 16, 30])
def test_the_line_of_a_struck_price_is_no_ground(price: str, size: int, advised: Advised) -> None:
    struck = f"{{text: \"<s><span color='#6a6259'>{price}</span></s>\", font: {{size: {size}}}}}"
    assert "contrast" not in words(advised("{fill: '#fbf8f2'}", struck))


def test_what_is_known_of_contrast() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.005)


def test_small_letters_are_told_once_with_how_many_more(advised: Advised) -> None:
    box = "[0, {0}, 390, 40]"
    layers = [
        f"{{text: {word}, box: {box.format(40 * at)}, font: {{size: {12 + at}}}}}" for at, word in enumerate("abc")
    ]
    assert advised(*layers) == []
    (found,) = advised(*layers, size="600x200")
    assert (
        "letters of 12 px are 7.8 px high on a phone 390 px wide, less than 12, as are those of 2 more" in found.message
    )
    assert found.help == "make them 19 px at least"


@pytest.mark.parametrize(
    ("alt", "said"),
    [("", True), ("alt: Sale\n", False), ("alt: Now 20% off\n", True), ('alt: "Now {{ 20 }} % off"\n', True)],
)
def test_amounts_of_the_image_are_in_the_alt_text(alt: str, said: bool, advised: Advised) -> None:
    found = advised('{text: "Now −20 % off", box: [0, 0, 390, 60], font: {size: 20}}', keys=alt)
    assert ("the image says '−20 %'" in words(found)) != said


def test_letters_inside_rows_are_seen(advised: Advised) -> None:
    pale, dark = "{text: Pale, color: '#dddddd', font: {size: 20}}", "{text: Dark, font: {size: 20}}"
    assert words(advised(f"{{row: [{pale}, {dark}], box: [0, 0, 390, 60]}}")).count("contrast") == 1


@pytest.mark.parametrize(("box", "out"), [("[0, 0, 390, 60]", False), ("[200, 0, 190, 60]", True)])
def test_words_that_a_row_has_no_room_for_are_told(box: str, out: bool, advised: Advised) -> None:
    word = "{text: Geschwindigkeit, font: {size: 20}}"
    found = advised(f"{{row: [{word}, {word}], gap: 8, box: {box}}}")
    assert ("these words reach out of the image" in words(found)) == out
