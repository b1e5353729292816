"""Slips of people who do not write YAML every day: § stands where the message points to."""

from pathlib import Path

import pytest

from livecontent.creative.model import AvailableAssets
from livecontent.errors import CreativeError
from made_creatives import loaded_of

HEAD = "title: T\nsize: 60x30\nalt: x\nvariants:\n  - name: a\n    layers:\n"
COLOUR = "a colour is quoted, as # begins a comment: "
QUOTE = "is quoted"
ENDS = "a quoted text ends at its second quote"
INDENT = "this line is not indented as the others"
SPACE = "a space is missing after "

SLIPS = [
    ("- {text: a, color: §#ff0000}", f'{COLOUR}"#ff0000"'),
    ("- {text: a, color: §#ff0000}\n      - fill: white", COLOUR),
    ("- {text: a, box: [0, 0, 9, 9], shadow: {y: 1, color: §#00000022}}", COLOUR),
    ("- {fill: {gradient: [§#fff, '#000']}}", COLOUR),
    ("- text: a\n        §color: #ff0000", "(quote the #)"),
    ("- text: §{{ recipient.x }}", f"begins with {{{{ {QUOTE}"),
    ("- text: §{{ recipient.x }}, hello", f"begins with {{{{ {QUOTE}"),
    ("- text: {en: §{{ recipient.x }}}", f"begins with {{{{ {QUOTE}"),
    ("- {text: §{{ x }}, color: white}", f"begins with {{{{ {QUOTE}"),
    ("- text: §{% if now.weekend %}a{% endif %}", f"begins with {{% {QUOTE}"),
    ("- text: §@home", f"begins with @ {QUOTE}"),
    ("- text: §%off", f"begins with % {QUOTE}"),
    ("- text: §&co", f"begins with & {QUOTE}"),
    ("- text: §- 20%", f"begins with - {QUOTE}"),
    ("- text: §[Sale] now", f"begins with [ {QUOTE}"),
    ("- text: §`x`", f"begins with ` {QUOTE}"),
    ("- text: §| x", f"begins with | {QUOTE}"),
    ("- text: x\n        when: §!store.open", f"begins with ! {QUOTE}"),
    ("- {text: x, when: §!store.open}", f"begins with ! {QUOTE}"),
    ("- text: 'C'§est'", ENDS),
    ('- text: "a "§b" c"', ENDS),
    ('- text: x\n        when: "a" §in recipient.b', ENDS),
    ('- text: "Hello" §{{ x }}', ENDS),
    ('- text: §"x', 'this " is not closed'),
    ("- §{text: x", "this { is not closed"),
    ("- box: §[1, 2, 3, 4\n        text: x", "this [ is not closed"),
    ("- {text: 20% off§: today}", "quote a text with ': ' in it"),
    ("- text: Hello§: you", "quote a text with ': ' in it"),
    ("- {text: a, color: white}§,", "leave it out"),
    ("- {text: Hello, §you}", "quote a text with a comma in it"),
    ("- text: x\n   §color: white", INDENT),
    ("- text: x\n     §- text: y", INDENT),
    ("- text: x\n§\t    color: white", "a tab does not indent: use spaces"),
    ("-§\ttext: x", "a tab does not indent: use spaces"),
    ("- §text:x", f"{SPACE}'text:'"),
    ("- §{text:x, color:white}", f"{SPACE}'text:'"),
    ("- {text: x, §color:white}", f"{SPACE}'color:'"),
    ("- color§:#ff0000\n        text: x", f"{SPACE}'color:'"),
    ("§-text: x", f"{SPACE}'-'"),
    ("- {text: x, when: §no}", "write true or false"),
    ("- {text: x, font: {size: §12px}}", "pixels need no px"),
    ("- {text: x, box: §['{{ recipient.x }}', 0, 9, 9]}", "a box takes four numbers and no facts"),
]


@pytest.mark.parametrize(("layer", "words"), SLIPS)
def test_a_slip_is_told_in_its_place(layer: str, words: str, tmp_path: Path, available: AvailableAssets) -> None:
    marked = f"{HEAD}      {layer}\n"
    before = marked[: marked.index("§")]
    with pytest.raises(CreativeError) as raised:
        loaded_of(tmp_path / "a", marked.replace("§", ""), available)
    problem = raised.value.problems[0]
    assert words in f"{problem.message} {problem.help}"
    assert (problem.line, problem.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))


@pytest.mark.parametrize(
    "layer",
    [
        "- {text: x, font: {italic: yes}}",
        "- text: no",
        "- {text: What?, color: '#ff0000'}  # a comment",
        "- text: it's 50 % off - {hurry}",
        "- {text: 'it''s', color: white}",
        '- text: "a: b"',
    ],
)
def test_what_is_unusual_but_right_is_no_slip(layer: str, tmp_path: Path, available: AvailableAssets) -> None:
    loaded_of(tmp_path / "a", f"{HEAD}      {layer}\n", available)
