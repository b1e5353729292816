"""Creatives that are well-formed, and yet would never show what they say; § stands where the error is."""

from pathlib import Path

import pytest

from livecontent.creative.model import AvailableAssets
from livecontent.errors import CreativeError
from made_creatives import loaded_of

HEAD = "title: T\nsize: 60x30\nalt: x\n"
TAIL = "variants:\n  - name: a\n    layers: [fill: white]\n"

# A text that can't be filled in, whatever is known.
TRIED = [
    ("text: \"{{ now.at | §date: '%d/%m/%Y' }}\"", "not % codes"),
    ("text: \"{{ recipient.born | §date: '%d' }}\"", "not % codes"),
    ("text: \"{{ 12 | §money: 'EURO' }}\"", "'EURO' is not a currency"),
    ("text: \"{{ recipient.points | default: 0 | §money: 'euro' }}\"", "'euro' is not a currency"),
    ("text: \"{{ store.distance | §unit: 'kilometre' }}\"", "not a CLDR unit"),
    ('text: "{{ store.distance | §unit }}"', "something is missing after 'unit'"),
    ('text: "{{ now.hour | §upcase: 1 }}"', "there is too much after 'upcase'"),
    ('text: "{{ place.city | §number }}"', "is not a number"),
    ("text: \"{{ '24/12/2026' | §date }}\"", "is not a date such as"),
    ('text: "{{ 5 | §divided_by: 0 }}"', "divide by 0"),
    ("text: {en: hi, fr: \"{{ 12 | §money: 'EURO' }}\"}", "'EURO' is not a currency"),
    ("text: \"{% if now.at §> '2026-12-24' %}late{% endif %}\"", "now.at is a moment and '2026-12-24' is a text"),
    ("text: \"{% if now.hour §> '8' %}late{% endif %}\"", "now.hour is a number and '8' is a text"),
    ("text: §\"{% for i in (1..3) %}{{ i | split: ',' }}{% endfor %}\"", "neither a text nor a number"),
    ("{countdown: '2026-12-24', ended: \"{{ now.at | §date: '%d' }}\"}", "not % codes"),
]
# A rule that is never true.
NEVER_TRUE = [
    ("{text: x, when: 'weather.condition == §\"raining\"'}", "never 'raining' did you mean 'rain'"),
    ("{text: x, when: 'now.weekend || §\"rainy\" == weather.condition'}", "did you mean 'rain'"),
    ("{text: x, when: 'client.name == §\"gmial\"'}", "did you mean 'gmail'"),
    ("{text: x, when: 'now.weekday == §\"Monday\"'}", "did you mean 'monday'"),
    ('{text: x, when: \'now.weekday in ["sunday", §"Saturday"]\'}', "did you mean 'saturday'"),
    ("{text: x, when: 'place.country == §\"France\"'}", "did you mean 'FR'"),
    ("{text: x, when: 'store.country != §\"fr\"'}", "did you mean 'FR'"),
    ("{text: x, when: 'place.country == §\"UK\"'}", "did you mean 'GB'"),
    ("{text: x, when: 'place.country == §\"Nowhere\"'}", "two capital letters"),
    ("text: \"{% if weather.condition == §'raining' %}x{% endif %}\"", "did you mean 'rain'"),
    ("text: \"{% case now.season %}{% when §'fall' %}x{% endcase %}\"", "autumn, spring, summer, winter"),
]
# A rule whose sides do not go together, and what is no moment, date, time or pattern.
MISFITS = [
    ("{text: x, when: 'weather.temperature §> \"30\"'}", "a number and a text a number has no quotes: write 30"),
    (
        "{text: x, when: 'weather.temperature §== \"30\"'}",
        "weather.temperature is a number, and is compared with a text",
    ),
    ('{text: x, when: \'now.hour §in ["8", "9"]\'}', "a number has no quotes: write 8"),
    ("{text: x, when: 'recipient.vip || weather.wind §> \"3\"'}", "'>' does not go with a number and a text"),
    ("{text: x, when: 'weather.is_day §== \"true\"'}", "true and false have no quotes"),
    ("{text: x, when: 'size(stores) §> \"3\"'}", "a number has no quotes"),
    ("{text: x, when: 'now.at §>= \"2026-12-24T18:00\"'}", 'write timestamp("2026-12-24T18:00")'),
    ("{text: x, when: 'stores[0].name §== 3'}", "stores[0].name is a text, and is compared with a number"),
    ("{text: x, when: 'weather.temperature.startsWith§(\"1\")'}", "'startsWith' does not go with a number and a text"),
    ('{text: x, when: \'weather.wind §+ "m" == "3m"\'}', "'+' does not go with a number and a text"),
    ("{text: x, when: 'stores.exists§(s, s.distance < \"3\")'}", "'<' does not go with a number and a text"),
    ("{text: x, when: 'now.at >= timestamp§(\"2026-13-01\")'}", "'2026-13-01' is not a moment"),
    ("{text: x, when: 'now.at >= timestamp§(\"29/11/2026\")'}", "'29/11/2026' is not a moment"),
    (
        "{text: x, when: 'now.date >= §\"24/12/2026\"'}",
        "is a date such as 2026-12-24, and '24/12/2026' is none",
    ),
    ("{text: x, when: 'now.time > §\"8:00\"'}", "now.time is a time such as 08:05, and '8:00' is none"),
    ("{text: x, when: 'days_until§(place.city) > 3'}", "'Lille' is not a date such as 1994-11-29"),
    ("{text: x, when: 'recipient.name.matches(§\"[\")'}", "'[' is no pattern (RE2)"),
    ("{text: x, when: 'now.at - now.at > duration§(\"2 days\")'}", "String to Duration conversion failed"),
    ('text: "{% if now.at §>= now.date %}x{% endif %}"', "compare moments in a rule"),
    ("text: \"{% if weather.temperature §== '30' %}x{% endif %}\"", "a number and '30' is a text: never the same"),
]
# What is to be a moment or a number, and never is.
BECOMES = [
    ("{countdown: §'24 December'}", "'24 December' is not a moment such as 2026-12-24T18:00"),
    ("{countdown: §\"{{ recipient.ends | date: 'd MMMM' }}\"}", "this becomes '24 December', which is no moment"),
    ("{countdown: §'{{ store.name }}'}", "which is no moment"),
    ('{text: x, until: §"{{ recipient.ends | date }}"}', "which is no moment"),
    ("{progress: §'{{ recipient.points | number }}'}", "this becomes '1,240', which is no number"),
    ("{progress: 5, of: §'{{ recipient.points | money }}'}", "which is no number"),
    ("{ring: §'{{ recipient.points | percent }}'}", "which is no number"),
    ("{stars: §'{{ place.city }}'}", "which is no number"),
    ("{steps: [a, b], done: §'{{ place.city }}'}", "which is no number"),
    ("{sparkline: §'{{ place.city }}'}", "which are not numbers"),
    ("{sparkline: §'1; 2'}", "'1;2' is not a number"),
    ("{bars: '1, 2', highlight: §'{{ place.city }}'}", "which is no number"),
    ("{gauge: 5, of: §'{{ place.city }}'}", "which is no number"),
    ("{progress: 5, of: §'{{ place.city }}'}", "which is no number"),
]
# All that is known of somebody, in a picture.
WHOLE_FACTS = [
    ("text: \"{{ §recipient | default: 'x' }}\"", "name one of its attributes such as {{ recipient.first_name }}"),
    ('text: "{{ §now }}"', "name one of its attributes such as {{ now.at }}"),
    ("text: \"{{ 'x' | append: §recipient }}\"", "name one of its attributes"),
    ('text: "{{ §stores | upcase }}"', "{% for x in stores %}"),
    ('text: "{% for x in §recipient %}{{ x }}{% endfor %}"', "name one of its attributes"),
    ("{repeat: stores, layers: [text: '{{ §item }}']}", "name one of its attributes"),
]
OF_STORES = [
    ('text: "{% for s in stores %}{{ §s.nam }}{% endfor %}"', "unknown fact 's.nam' did you mean 's.name'"),
    ('text: "{{ §stores[0].nam | default: 1 }}"', "did you mean 'stores[0].name'"),
    ('text: "{{ §stores.name | default: 1 }}"', "stores is a list"),
    ("{repeat: stores, layers: [text: '{{ §item.nam }}']}", "did you mean 'item.name'"),
    ("{repeat: stores, layers: [{text: x, when: '!§item.opne'}]}", "did you mean 'item.open'"),
]
BOXES = [
    ("{text: x, box: §[0, 0, 241, 10]}", "more than 4 times as large as the image, which has 60 x 30"),
    ("{group: [{fill: white, box: §[0, 0, 10, 999]}]}", "more than 4 times"),
    ("{repeat: stores, layers: [{fill: white, box: §[0, 0, 10, 999]}]}", "more than 4 times"),
]


@pytest.mark.parametrize(
    ("layer", "words"), [*TRIED, *NEVER_TRUE, *MISFITS, *BECOMES, *WHOLE_FACTS, *OF_STORES, *BOXES]
)
def test_what_would_never_work_is_an_error_in_its_place(
    layer: str, words: str, tmp_path: Path, available: AvailableAssets
) -> None:
    before, _, after = f"{HEAD}variants:\n  - name: a\n    layers:\n      - {layer}\n".partition("§")
    with pytest.raises(CreativeError) as raised:
        loaded_of(tmp_path / "a", before + after, available)
    problem = next(problem for problem in raised.value.problems if not problem.warning)
    assert words in f"{problem.message} {problem.help}", str(problem)
    assert (problem.line, problem.column) == (7, len(before) - before.rfind("\n")), str(problem)


WORKING = [
    "text: \"{{ now.at | date: 'EEEE d MMMM' }}{{ 12 | money: 'USD' }}\"",
    "text: \"{{ recipient.born | date: 'd MMMM' }}{{ recipient.points | number }}{{ recipient.tags | join: ', ' }}\"",
    "text: \"{{ store.name | split: '-' | last | number }}{{ stores | map: 'name' | join: ', ' }}\"",
    "text: \"{% for s in stores %}{{ s.name }} {{ s.distance | unit: 'kilometer' }}{% endfor %}\"",
    "text: \"{% if now.hour > 8 and now.date >= '2026-12-01' %}x{% endif %}{% if recipient %}y{% endif %}\"",
    'text: "{{ stores[0].name }}{{ stores.first.city }}{{ stores.size }}"',
    "text: \"{% if weather.condition == 'rain' or client.name contains 'outlook' %}x{% endif %}\"",
    '{text: x, when: \'place.country in ["FR", "GB"] && client.name != "gmail" && now.season == "autumn"\'}',
    '{text: x, when: \'recipient.country == "France" && recipient.weekday == "Monday"\'}',
    "{repeat: stores, layers: [{text: '{{ item.name }}', when: item.open}]}",
]


@pytest.mark.parametrize("layer", WORKING)
def test_what_may_work_is_no_error(layer: str, tmp_path: Path, available: AvailableAssets) -> None:
    loaded_of(tmp_path / "a", f"{HEAD}variants:\n  - name: a\n    layers:\n      - {layer}\n", available)


def test_a_parameter_is_never_what_is_not_among_its_values(tmp_path: Path, available: AvailableAssets) -> None:
    text = f"{HEAD}params: {{size: {{type: choice, values: [small, large]}}}}\nvariants:\n"
    layers = "    layers: [{text: \"{{ param.size | default: '' }}\", when: 'param.size == \"smal\"'}]\n"
    with pytest.raises(CreativeError) as raised:
        loaded_of(tmp_path / "a", f"{text}  - name: a\n{layers}", available)
    assert [problem.help for problem in raised.value.problems] == ["did you mean 'small'?"]


@pytest.mark.parametrize(
    ("layer", "seen"),
    [
        ("{fill: white, box: [60, 0, 10, 10]}", False),
        ("{fill: white, box: [0, -10, 10, 10]}", False),
        ("{fill: white, box: [-9, -9, 10, 10]}", True),
        ("{group: [{fill: white, box: [30, 0, 9, 9]}], box: [30, 0, 9, 9]}", False),
        ("{group: [{fill: white, box: [-30, 0, 9, 9]}], box: [60, 0, 9, 9]}", True),
        ("{repeat: stores, direction: row, box: [-50, 0, 50, 9], layers: [{fill: white}]}", True),
    ],
)
def test_a_box_that_nobody_sees_is_warned_of(
    layer: str, seen: bool, tmp_path: Path, available: AvailableAssets
) -> None:
    text = f"{HEAD}variants: [{{name: a, layers: [{layer}]}}]\n"
    warnings = loaded_of(tmp_path / "a", text, available).warnings
    outside = "the box is outside the image, which has 60 x 30 pixels"
    assert [problem.message for problem in warnings] == ([] if seen else [outside])


def test_what_is_as_large_as_a_picture_may_be_is_no_problem(tmp_path: Path, available: AvailableAssets) -> None:
    loaded_of(tmp_path / "a", f"title: T\nsize: 2000x1000\nalt: x\n{TAIL}", available)


def test_a_default_that_does_not_go_through_its_filters_is_warned_of(
    tmp_path: Path, available: AvailableAssets
) -> None:
    layer = "{text: \"{{ store.closes_at | default: 'soon' | time }}\"}"
    text = f"{HEAD}variants: [{{name: a, layers: [{layer}]}}]\n"
    (warning,) = loaded_of(tmp_path / "a", text, available).warnings
    assert warning.message.startswith("left out if this is unknown: 'soon' is not a date")


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("'{{ recipient.first_name | default: \"x\" }} שלום'", "en", True),
        ("{fr: 'مرحبا'}", "fr", True),
        ("'مرحبا'", "ar", False),
        ("{en: 'Hi', he: 'שלום'}", "en", False),
        ("'Hello, תמר'", "en", False),
    ],
)
def test_words_that_would_run_the_wrong_way_are_told(
    tmp_path: Path, available: AvailableAssets, text: str, language: str, told: bool
) -> None:
    source = (
        f"title: T\nsize: 300x100\nlanguage: {language}\nvariants:\n  - name: a\n    layers:\n      - text: {text}\n"
    )
    warnings = loaded_of(tmp_path / "a", source, available).warnings
    assert any("run from right to left" in warning.message for warning in warnings) is told
