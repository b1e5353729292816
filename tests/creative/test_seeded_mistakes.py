"""Mistakes that marketers make, one at a time in their own creatives; § stands where `check` is to point to."""

import shutil
from pathlib import Path

import pytest

from livecontent.app import make_workshop
from livecontent.config import Settings
from livecontent.errors import CreativeError, Problem
from livecontent.lint import load_checked
from livecontent.publish import publish
from livecontent.render.compile import Workshop

SHOP = Path(__file__).parents[1] / "cases/marketer/templates"

# The creative, what a marketer meant, what stands there by mistake, and words of the message and of the remedy.
MISTAKES = [
    ("flash", '"2026-11-29T20:00"', '§"29/11/2026 20:00"', "a moment is expected here", "2026-12-24T18:00"),
    ("flash", "timestamp(param.until)", "timestamp(§param.untl)", "unknown parameter 'untl'", "did you mean 'until'"),
    ("flash", "now.at >= timestamp(param.until)", 'now.at §>= "2026-11-29T20:00"', "a moment and a text", "timestamp("),
    ("flash", 'countdown: "{{ param.until }}"', 'countdown: "{{ §param.end }}"', "unknown parameter 'end'", "until"),
    ("flash", "prefetched: {fr", "steady: §{fr", "unknown key 'steady'", "'prefetched'"),
    ("flash", "format: gif", "format: §giff", "'giff' is not allowed", "'gif'"),
    ("weather", '== "snow"', '== §"snowy"', "weather.condition is never 'snowy'", "did you mean 'snow'"),
    (
        "weather",
        "weather.temperature > -90",
        'weather.temperature §> "-90"',
        "a number and a text",
        "no quotes: write -90",
    ),
    ("weather", "image: rain.jpg", "image: §rain.jpeg", "there is no file 'rain.jpeg'", "did you mean 'rain.jpg'"),
    (
        "weather",
        "{{ place.city }}, {{ recipient",
        "{{ §place.citty }}, {{ recipient",
        "unknown fact 'place.citty'",
        "place.city",
    ),
    (
        "store",
        'image: "map-{{ store.id }}.png"',
        'image: §"plan-{{ store.id }}.png"',
        "named like 'plan-….png'",
        "did you mean 'map-s",
    ),
    ("store", "store.distance < 60", 'store.distance §< "60"', "a number and a text", "no quotes: write 60"),
    ("store", "opens_at | date: 'EEEE'", "opens_at | §date: '%A'", "not % codes", "EEEE d MMMM"),
    ("store", 'when: "!store.open"', "when: §!store.open", "begins with !", "is quoted"),
    ("store", "icon: map-pin-fill", "icon: §map-pin-filled", "unknown icon", "did you mean 'map-pin-fill'"),
    ("cards", '18}, color: "#b3122f"', "18}, color: §#b3122f", "a colour is quoted", '"#b3122f"'),
    (
        "cards",
        "products[0].price | money",
        "products[0].price | §mony",
        "unknown filter 'mony'",
        "did you mean 'money'",
    ),
    ("cards", "box: [18, 16, 176, 160]", "box: §[18, 16, 176]", "a box is [left, top, width, height]", "height"),
    (
        "cards",
        'stroke: {width: 1.5, color: "#8a939a"}, box',
        "strok: §{width: 1.5}, box",
        "unknown key 'strok'",
        "stroke",
    ),
    ("steps", "icon: truck", "icon: §truk", "unknown icon 'truk'", "did you mean 'truck'"),
    ("steps", "recipient.order_step == 1", "recipient.order_step §= 1", "'=' does not compare", "write =="),
    ("steps", "recipient.order_step >= 2", "recipient.order_step >= 1 §and 2", "write && for and", "&&"),
    (
        "birthday",
        "{% elsif recipient.age >= 60 %}",
        "{% §elseif recipient.age >= 60 %}",
        "unexpected tag 'elseif'",
        "did you mean 'elsif'",
    ),
    ("pass", "kind: qr", "kind: §qrcode", "'qrcode' is not allowed", "did you mean 'qr'"),
    (
        "theme",
        'param.theme == "dark"',
        'param.theme == §"drak"',
        "unknown value of param.theme 'drak'",
        "did you mean 'dark'",
    ),
    ("hourly", "when: now.hour >= 0", "when: §now.hours >= 0", "unknown name 'now.hours'", "did you mean 'now.hour'"),
    ("hourly", "https://shop.example/heure", "§www.shop.example/heure", "must start with https://", "https://"),
    ("poll", "text: Sapin, style: t", "text: Sapin, style: §tt", "unknown style 'tt'", "did you mean 't'"),
    (
        "poll",
        "divided_by: 747 | percent",
        "divided_by: 747 | §percnt",
        "unknown filter 'percnt'",
        "did you mean 'percent'",
    ),
    ("jersey", "size: 120", "size: §120px", "a number is expected", "pixels need no px"),
    ("langs", "family: Fraunces", "family: §Fraunce", "unknown font family 'Fraunce'", "did you mean 'Fraunces'"),
    ("quiet", 'text: "Vous êtes Or"', "text: §{{ recipient.first_name }}, bravo", "begins with {{", "is quoted"),
    ("thermo", "box: [180, 136, 380, 30]", "box: §[380, 136, 380, 30]", "42% of the box is outside", "cut off"),
    ("loyalty", "recipient.points >= 0", 'recipient.points >= §"0"', "'0' is a text", "no quotes: write 0"),
]

# What stands for a code that a till would read as another article.
MISTAKES += [
    (
        "pass",
        "code: \"M1{{ recipient.last_name | default: 'X' | upcase }}/"
        "{{ recipient.first_name | default: 'X' | upcase }} EABC123 LILPAR\", kind: qr",
        'code: §"4006381333932", kind: ean13',
        "can't be drawn",
        "the check digit is 2, and 1 would be right",
    )
]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return make_workshop(Settings(data=tmp_path_factory.mktemp("data")))


def checked(folder: Path, workshop: Workshop) -> list[Problem]:
    """All that `livecontent check` tells of a creative."""
    try:
        loaded = load_checked(folder, workshop.vocabulary, workshop.available)
        publish(loaded, workshop)
    except CreativeError as error:
        return error.problems
    return list(loaded.warnings)


@pytest.mark.parametrize(("name", "meant", "written", "words", "remedy"), MISTAKES)
def test_a_mistake_is_found_in_its_place_with_the_remedy(
    name: str, meant: str, written: str, words: str, remedy: str, tmp_path: Path, workshop: Workshop
) -> None:
    folder = tmp_path / name
    shutil.copytree(SHOP / name, folder)
    file = folder / "creative.yaml"
    right = file.read_text(encoding="utf-8")
    assert meant in right
    marked = right.replace(meant, written, 1)
    file.write_text(marked.replace("§", ""), encoding="utf-8")
    before = marked[: marked.index("§")]
    place = before.count("\n") + 1, len(before) - before.rfind("\n")
    told = [(one.line, one.column, f"{one.message} {one.help}") for one in checked(folder, workshop)]
    assert [text for *at, text in told if tuple(at) == place and words in text and remedy in text], (place, told)
