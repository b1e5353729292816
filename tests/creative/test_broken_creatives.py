"""Creatives with one mistake: the mark § stands where the first problem must point to."""

from __future__ import annotations

from pathlib import Path

import pytest

from livecontent.creative.model import AvailableAssets
from livecontent.creative.source import MAX_BYTES, read_source
from livecontent.errors import CreativeError, Problem
from made_creatives import loaded_of

HEAD = "title: T\nsize: 60x30\nalt: x\n"
TAIL = "variants:\n  - name: a\n    layers: [fill: white]\n"
COLOUR = "a colour is '#rgb'"
MODEL = "keys with values"

WHOLE = [
    ("§", "starts with keys such as title"),
    ("§- title", "starts with keys such as title"),
    ("§null", "starts with keys such as title"),
    (f"title: T\n§title: U\nsize: 60x30\n{TAIL}", "duplicate key"),
    (f"§size: 60x30\n{TAIL}", "'title' is missing"),
    (f"title: §5\nsize: 60x30\n{TAIL}", "a text is expected"),
    (f"title: §{{{{ x }}}}\nsize: 60x30\n{TAIL}", "a text that begins with {{ is quoted"),
    (f"title: T\nsize: §600\n{TAIL}", "such as 600x300"),
    (f"title: T\nsize: §0x30\n{TAIL}", "width x height"),
    (f"title: T\nsize: §60x1729\n{TAIL}", "1 to 1728 high"),
    ("title: T\nsize: 60x30\nvariants: §[]\n", "at least 1"),
    ("title: T\nsize: 60x30\nvariants: §all\n", "a list is expected"),
    (f"{HEAD}xyzzy: §80\n{TAIL}", "unknown key 'xyzzy' there are: alt, background"),
    (f"{HEAD}tilte: §red\n{TAIL}", "did you mean 'title'"),
    (f"{HEAD}timezone: §Europe/Pariss\n{TAIL}", "such as Europe/Paris"),
    (f"{HEAD}timezone: §../../etc/passwd\n{TAIL}", "such as Europe/Paris"),
    (f"{HEAD}language: §klingon\n{TAIL}", "such as fr or fr-CA"),
    (f"{HEAD}currency: §euro\n{TAIL}", "write an ISO 4217 code such as EUR"),
    (f"{HEAD}format: §jpeg\n{TAIL}", "'jpeg' is not allowed here; allowed: 'jpg', 'png', 'gif' or 'webp'"),
    (f"{HEAD}palette: §true\n{TAIL}", "`palette` is for a png, and this is a jpg: leave it out"),
    (f"{HEAD}format: gif\npalette: §true\n{TAIL}", "and this is a gif"),
    (f"{HEAD}scale: §4\n{TAIL}", "at most 3"),
    (f"{HEAD}background: §blue\n{TAIL}", COLOUR),
    (f"{HEAD}background: §transparent\n{TAIL}", "the background must be opaque"),
    (f"{HEAD}fallback: §nope.png\n{TAIL}", "no file 'nope.png'"),
    (f"{HEAD}§alt: y\n{TAIL}", "duplicate key"),
    (f"{HEAD}x: &a 1\ny: §*a\n{TAIL}", "aliases"),
    (f"{HEAD}§<<: {{title: U}}\n{TAIL}", "merge keys"),
    (f"{HEAD}§\ttitle: U\n{TAIL}", "a tab does not indent: use spaces"),
    (f"title: T§\x07\n{TAIL}", "U+0007"),
    (f"{HEAD}x: [\n§", "expected"),
    (f"{HEAD}x: {'[' * 49}§{'[' * 10_000}", "nested too deep"),
    (f"{HEAD}{TAIL}§---\n{HEAD}{TAIL}", "another document"),
    (f"§{HEAD}? [a]\n: b\n{TAIL}", "a text is expected as a key"),
    (f"{HEAD}link: §http:/shop\n{TAIL}", "a link must start with https:// and a host"),
    (f"{HEAD}link: §javascript:alert(1)\n{TAIL}", "a link must start with https://"),
    (f"{HEAD}link: §https://{{{{ store.id }}}}.example/\n{TAIL}", "not in the host"),
    (f"{HEAD}link: §https://shop.example{{{{ store.id }}}}/\n{TAIL}", "not in the host"),
    (f"{HEAD}link: §https://ann@shop.example/\n{TAIL}", "a link must start with"),
    (f"{HEAD}link: §https://shop.example\\@evil.example/\n{TAIL}", "a link must start with"),
    (f"{HEAD}hosts: [shop.example]\nlink: §https://shop.exampel/\n{TAIL}", "did you mean 'shop.example'"),
    (f"{HEAD}params:\n  at: §{{type: integer, min: 1, max: 2}}\n{TAIL}", "reserved for livecontent"),
    (f"{HEAD}params:\n  n: §{{type: int}}\n{TAIL}", "'integer', 'number', 'choice', 'moment'"),
    (f"{HEAD}params:\n  n: §{{type: integer, max: 2}}\n{TAIL}", "'min' is missing"),
    (
        f"{HEAD}params:\n  n: {{type: moment, default: §soon}}\n{TAIL}",
        "a moment is expected here, such as 2026-12-24T18:00",
    ),
    (f"{HEAD}variants:\n  - name: §A\n    layers: [fill: white]\n", "such as gold-members"),
    (f"{HEAD}variants:\n  - name: a\n    wen: §x\n    layers: [fill: white]\n", "did you mean 'when'"),
    (f"{HEAD}variants:\n  - name: a\n    when: §now.weekend\n    layers: [fill: white]\n", "must have no `when`"),
    (f"{HEAD}{TAIL}  - name: §a\n    layers: [fill: white]\n", "two variants named 'a'"),
    (f"{HEAD}styles: {{s: {{color: §red}}}}\nvariants: [{{name: a, layers: [{{text: x, style: s}}]}}]\n", COLOUR),
    (f"{HEAD}styles: {{s: {{colour: §white}}}}\nvariants: [{{name: a, layers: [{{text: x, style: s}}]}}]\n", "'color'"),
    (f"{HEAD}styles: {{s: {{font: {{size: §1}}}}}}\nvariants: [{{name: a, layers: [{{text: x, style: s}}]}}]\n", "4"),
    (
        f"{HEAD}styles: {{s: {{font: {{family: §X}}}}}}\nvariants: [{{name: a, layers: [{{text: x, style: s}}]}}]\n",
        "Inter",
    ),
    (f"{HEAD}styles: {{s: §5}}\n{TAIL}", MODEL),
    (
        f"{HEAD}styles: {{s: {{color: §white}}}}\nvariants: [{{name: a, layers: [{{fill: white, style: s}}]}}]\n",
        "no 'color'",
    ),
    (f"{HEAD}currency: §EUX\n{TAIL}", "'EUX' is not a currency"),
    (f"{HEAD}params:\n  n: {{type: integer, min: §10, max: 1, default: 99}}\n{TAIL}", "no number fits"),
    (f"{HEAD}params:\n  n: {{type: number, min: 1, max: 2, default: §2.5}}\n{TAIL}", "between 1.0 and 2.0"),
    (f"{HEAD}params:\n  n: {{type: choice, values: [a, b], default: §c}}\n{TAIL}", "not one of the values: a, b"),
    (f"{HEAD}params:\n  n: {{type: integer, min: §low, max: 2}}\n{TAIL}", "a whole number is expected"),
    (f"{HEAD}params:\n  n: {{type: integer, min: 1, max: 2, defalt: §1}}\n{TAIL}", "did you mean 'default'"),
    (f"{HEAD}params:\n  n: {{type: moment, default: §tomorrow}}\n{TAIL}", "such as 2026-12-24T18:00"),
    (f"{HEAD}params:\n  n: §{{min: 1}}\n{TAIL}", "'type' is missing"),
    (f"{HEAD}variants:\n  - name: §Gold members\n    layers: [fill: white]\n", "such as gold-members"),
    (f"title: T\nsize: §2000x1728\nalt: x\n{TAIL}", "13,824,000 device pixels"),
    (f"{HEAD}polls: {{colour: {{answers: [red, §total]}}}}\n{TAIL}", "'total' is not an answer"),
    (f"{HEAD}polls: {{colour: {{answers: §[red]}}}}\n{TAIL}", "at least 2"),
    (f"{HEAD}polls: {{colour: {{answers: [a, b], once: §true}}}}\n{TAIL}", "unknown key 'once' there are: answers"),
    (f"{HEAD}polls: {{Colour: §{{answers: [a, b]}}}}\n{TAIL}", "as in poll.colour"),
    (f"{HEAD}polls: {{at: §{{answers: [a, b]}}}}\n{TAIL}", "'at' is reserved"),
    (
        f"{HEAD}polls: {{c: {{answers: [a, b]}}}}\nparams: {{c: §{{type: choice, values: [a]}}}}\n{TAIL}",
        "a poll and a parameter are called 'c'",
    ),
    (f"{HEAD}polls: §[red, blue]\n{TAIL}", MODEL),
]

PLAIN = [
    (
        "{shape: rectangle, fill: white, color: §red}",
        "a shape takes no 'color' it is for: text, icon, countdown",
    ),
    ("{icon: umbrella, size: §40}", "an icon takes no 'size'"),
    ("{text: x, fnt: §{size: 40}}", "did you mean 'font'"),
    ("{text: x, font: {size: §40px}}", "such as 40 (pixels need no px)"),
    ("text: {EN: §hi}", "'EN' is not a language: write en, fr or fr-CA"),
    ("{text: x, align: §centre}", "did you mean 'center'"),
    ("{text: x, font: {italic: §maybe}}", "true or false is expected"),
    ("{text: x, font: {weight: §4.5}}", "a whole number is expected"),
    ("{text: x, shadow: {blurr: §2}}", "did you mean 'blur'"),
]
LAYERS = [
    ("§{tekst: x}", "a layer has one of the keys fill, image, text"),
    ("§hello", "a layer has one of the keys"),
    ("{text: x, color: §red}", COLOUR),
    ("{text: x, color: §'#GGG'}", COLOUR),
    ("{text: x, color: §'#12345'}", COLOUR),
    ("{text: x, box: §[1, 2, 3]}", "[left, top, width, height]"),
    ("{text: x, box: §[1, 2, 0, 4]}", "wider and higher than 0"),
    ("{text: x, box: §[1, 2, .nan, 4]}", "between -4000 and 4000"),
    ("{text: x, box: §[1, 2, 1.0e+12, 4]}", "between -4000 and 4000"),
    ("{text: x, box: §wide}", "[left, top, width, height]"),
    ("{text: x, opacity: §2}", "at most 1"),
    ("{text: x, align: §middle}", "'start', 'left', 'center', 'right' or 'end'"),
    ("{text: x, line_height: §.nan}", "at most 4"),
    ("{text: x, font: {weight: §bold}}", "a whole number is expected here, such as 400"),
    ("{text: x, font: {size: §1000000}}", "at most 400"),
    ("{text: x, font: {family: §Intre}}", "did you mean 'Inter'"),
    ("{text: x, font: {famly: §Inter}}", "did you mean 'family'"),
    ("{text: x, font: §Inter}", MODEL),
    ("{text: x, stroke: {width: §2000}}", "at most 50"),
    ("{text: x, shadow: §true}", MODEL),
    ("{text: x, fit: {lines: §0}}", "at least 1"),
    ("{text: x, style: §nope}", "there are: none"),
    ("text: §[a, b]", "a text is expected"),
    ("text: §true", "a text is expected"),
    ("text: §{}", "at least 1"),
    ("text: {english: §hi}", "write en, fr or fr-CA"),
    ("text: {en: hi, fr: 'é {{ §place.cty | default: 1 }}'}", "did you mean 'place.city'"),
    ('text: "hello {{ §weather.temprature | default: 1 }}"', "did you mean 'weather.temperature'"),
    ('text: "{{ §wether.wind | default: 1 }}"', "did you mean 'weather'"),
    ('text: "{{ §item.name | default: 1 }}"', "exists only inside a repeat"),
    ('text: "{{ §param.x | default: 1 }}"', "unknown parameter 'x'"),
    ('text: "{{ §locale }}"', "unknown fact 'locale'"),
    ('text: "hello {{ now.year | §upcsae }}"', "did you mean 'upcase'"),
    ('text: "hello {% §iff now.weekend %}{% endif %}"', "unexpected tag 'iff'"),
    ('text: "hello §{{ now.year"', "expected '}}'"),
    ('text: §"{% for i in (1..9999) %}{% endfor %}"', "such as (1..5)"),
    ('text: §"{% if now.weekend %}{% assign recipient = 1 %}{% endif %}x"', "'recipient' is the name of a fact"),
    ('text: §"{% liquid increment item %}x"', "'item' is the name of a fact: give what is assigned another"),
    ("text: hello {{ now.year | default§: 1 }}", "quote a text with ': ' in it"),
    ("text: §|\n          hello\n          {{ weather.x | default: 1 }}", "unknown fact 'weather.x'"),
    ('text: §"caf\\u00e9 {{ weather.x | default: 1 }}"', "unknown fact 'weather.x'"),
    ("{text: x, when: 'weather.condition §= 1'}", "write =="),
    ("{text: x, when: 'now.weekend && §wether.wind < 5'}", "did you mean 'weather.wind'"),
    ("{text: x, when: 'now.weekend §and now.weekend'}", "write &&"),
    ('{text: x, when: "recipient.vip && §stores == []"}', "size(stores) or stores.exists(x, x.open)"),
    ('{text: x, when: "!has(§stores[0].opens_at)"}', "such as stores[0].open"),
    ("{text: x, when: §5}", 'such as: weather.condition == "rain"'),
    ("{text: x, when: §now.date}", "true or false"),
    ("{text: x, when: 'now.weekend || §param.n == 1'}", "unknown parameter 'n'"),
    ("{text: x, when: 'now.weekend || §item.open'}", "only inside a repeat"),
    ("{text: x, when: §\"now.date == '\\ud800'\"}", "is no text"),
    ("icon: §umbrela", "did you mean 'umbrella'"),
    ("image: §nope.jpg", "no file 'nope.jpg'"),
    ("image: §../creative.yaml", "no file '../creative.yaml'"),
    ("image: §/etc/hostname", "no file '/etc/hostname'"),
    ("§{shape: rectangle}", "needs a fill or a stroke"),
    ("§{shape: line, fill: white}", "a line needs a stroke"),
    ("{shape: §circle, fill: white}", "'rectangle', 'ellipse' or 'line'"),
    ("{shape: ellipse, fill: white, radius: §1.0e+9}", "each 0 to 2000"),
    ("{countdown: '2026-12-24', units: §[seconds, days]}", "from large to small"),
    ("{countdown: '2026-12-24', units: [§weeks]}", "'days', 'hours', 'minutes' or 'seconds'"),
    ("{code: x, kind: §ean8}", "'qr', 'ean13', 'upca', 'code128', 'aztec', 'pdf417' or 'datamatrix'"),
    ("{fill: {gradient: §[white]}}", "at least 2"),
    ("{fill: {gradient: [white, §blu]}}", COLOUR),
    ("group: §[]", "at least 1"),
    ("{group: [{group: [{text: x, color: §red}]}]}", COLOUR),
    ("{text: x, from: §soon}", "'soon' is not a moment such as 2026-12-24T18:00"),
    ('{text: x, until: "{{ §now.date }}"}', "now.date changes with time"),
    ('{text: x, until: "{{ §param.end }}"}', "unknown parameter 'end'"),
    ("{repeat: §items, layers: [fill: white]}", "unknown list 'items'"),
    ("{repeat: weather.days, layers: [text: '{{ §item.hgih }}']}", "did you mean 'item.high'"),
    ("text: '{{ §weather.days[0].hgih }}'", "did you mean 'weather.days[0].high'"),
    ("text: '{{ §weather.days.high }}'", "weather.days is a list"),
    ("{text: x, when: 'weather.days[0].condition == §\"sunny\"'}", "is never 'sunny'"),
    ("{repeat: §weather.icon, layers: [fill: white]}", "unknown list 'weather.icon'"),
    ("{repeat: stores, limit: §99, layers: [fill: white]}", "at most 60"),
    ("{repeat: stores, layers: [text: '{{ §itm.name }}']}", "unknown fact 'itm'"),
    ("{repeat: stores, layers: [{text: '{{ item.name }}', color: §red}]}", COLOUR),
    *PLAIN,
]
MARKED = [
    *WHOLE,
    *((f"{HEAD}variants:\n  - name: a\n    layers:\n      - {layer}\n", words) for layer, words in LAYERS),
]


def problems_of(folder: Path, text: str | bytes, available: AvailableAssets) -> list[Problem]:
    with pytest.raises(CreativeError) as raised:
        loaded_of(folder / "a", text, available)
    return raised.value.problems


@pytest.mark.parametrize(("marked", "words"), MARKED, ids=lambda value: value.replace(HEAD, "")[-60:])
def test_the_first_problem_points_at_the_mistake_and_says_what_would_be_right(
    marked: str, words: str, tmp_path: Path, available: AvailableAssets
) -> None:
    before, _, after = marked.partition("§")
    problem = problems_of(tmp_path, before + after, available)[0]
    assert words in f"{problem.message} {problem.help}", str(problem)
    assert (problem.line, problem.column) == (before.count("\n") + 1, len(before) - before.rfind("\n")), str(problem)
    assert problem.file == str(tmp_path / "a" / "creative.yaml")
    assert not problem.warning
    assert "\n" not in problem.message


@pytest.mark.parametrize("key", ["when: now.weekend", "from: 2026-12-24", "until: 2026-12-24"])
def test_the_last_variant_is_shown_when_nothing_else_is(key: str, tmp_path: Path, available: AvailableAssets) -> None:
    text = f"{HEAD}variants: [{{name: a, {key}, layers: [fill: white]}}]\n"
    (problem,) = [found for found in problems_of(tmp_path, text, available) if not found.warning]
    assert problem.message.startswith(f"the last variant must have no `{key.partition(':')[0]}`")


def test_every_problem_is_told_at_once(tmp_path: Path, available: AvailableAssets) -> None:
    text = f"{HEAD}scale: 9\nformat: bmp\nvariants: [{{name: A, layers: [{{text: x, color: red}}]}}]\n"
    assert [(p.line, p.column) for p in problems_of(tmp_path, text, available)] == [(4, 8), (5, 9), (6, 19), (6, 48)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xfe" + HEAD.encode("utf-16-le"), "not UTF-8 at byte 0"),
        (b"title: T\xe9", "not UTF-8 at byte 8"),
        (HEAD.encode() + b"#" * MAX_BYTES, "262,144 is the most"),
        (b"title: !!bool maybe\n", "not YAML"),
        (b"title: !!int a\n", "not YAML"),
        (b"title: !!binary a\n", "not YAML"),
        (b"title: " + b"9" * 5000, "not YAML"),
    ],
)
def test_what_is_no_text_or_no_yaml_is_told(data: bytes, words: str) -> None:
    with pytest.raises(CreativeError, match=words):
        read_source("a", data)


@pytest.mark.parametrize("text", ["%YAML 1.2\n---\n", "---\n", "\ufeff", "# first\n\n", "\n\n"])
def test_what_may_stand_before_a_creative_moves_no_place(text: str, tmp_path: Path, available: AvailableAssets) -> None:
    loaded_of(tmp_path / "a", f"{text}{HEAD}{TAIL}", available)
    problem = problems_of(tmp_path, f"{text}{HEAD}colour: 1\n{TAIL}", available)[0]
    assert (problem.line, problem.column) == (text.count("\n") + 4, 9)


@pytest.mark.parametrize("text", [text for text, _ in MARKED])
def test_no_problem_is_in_the_words_of_the_model(text: str, tmp_path: Path, available: AvailableAssets) -> None:
    problems = problems_of(tmp_path, text.replace("§", ""), available)
    assert not [p.message for p in problems if "Input should" in p.message or "should match" in p.message]
