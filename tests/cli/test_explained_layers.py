"""`explain` tells of each layer whether it is shown, and why."""

import random
from pathlib import Path

import pytest
from PIL import Image
from running import Run, said

CREATIVE = """title: T
size: 300x100
timezone: Europe/Paris
params: {until: {type: moment, default: "2026-11-29T20:00"}}
variants:
  - name: only
    layers:
      - fill: white
      - {when: weather.temperature > 3, text: Warm}
      - {when: now.at >= param.until, text: Over, box: [0, 0, 90, 20]}
      - when: recipient.vip == true
        group: [{text: For you, box: [0, 20, 90, 20]}]
      - when: now.at > timestamp("2026-01-01T00:00")
        prefetched: Any time
        text: "It is {{ now.at | date: 'yyyy' }}"
      - group:
          - {text: "Hello {{ recipient.first_name }}", box: [0, 40, 90, 20]}
          - {text: "Bye {{ recipient.first_name | default: 'you' }}", box: [0, 60, 90, 20]}
      - {text: Soon, from: "2027-01-01T00:00"}
"""


@pytest.fixture
def explain(run: Run, tmp_path: Path) -> Run:
    folder = tmp_path / "templates/a"
    folder.mkdir(parents=True)
    (folder / "creative.yaml").write_text(CREATIVE, encoding="utf-8")
    return lambda *words: run("explain", "a", "--at", "2026-11-29T19:30+01:00", *words)


def layers_of(output: str) -> list[str]:
    return output.partition("Layers of only\n")[2].partition("\n\n")[0].split("\n")


def test_each_layer_is_true_false_or_unknown_and_says_why(explain: Run) -> None:
    assert layers_of(said(explain())) == [
        "  true     fill",
        "  unknown  text  when: weather.temperature > 3  (weather.temperature is not known)",
        "  false    text [0, 0, 90, 20]  when: now.at >= param.until",
        "  unknown  group  when: recipient.vip == true  (recipient is not known)",
        '  true     text  "It is 2026"  when: now.at > timestamp("2026-01-01T00:00")',
        "  true     group",
        "  true       text [0, 40, 90, 20]",
        "               left out: recipient is not known",
        '  true       text [0, 60, 90, 20]  "Bye you"',
        "  false    text  from: 2027-01-01T00:00  (it is not between its `from` and its `until`)",
    ]


def test_what_stands_in_on_a_prefetch_is_told(explain: Run) -> None:
    told = layers_of(said(explain("--client", "apple-mpp")))
    assert any(line.startswith('  unknown  text  "Any time"  when: now.at > timestamp(') for line in told)
    assert "             text replaced: `prefetched` is shown" in told
    assert "  unknown  text [0, 0, 90, 20]  when: now.at >= param.until  (may be out of date when it is read)" in told


def test_a_row_is_told_with_its_layers_and_a_list_that_shows_nothing(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "templates/a"
    folder.mkdir(parents=True)
    layer = """      - row:
          - {text: Steps}
          - {repeat: (1..3), layers: [{text: "{{ index }}"}]}
          - {repeat: (1..3), where: item > 5, layers: [{text: "{{ index }}"}]}
          - {repeat: recipient.basket, layers: [{text: "{{ item.name }}"}]}
"""
    text = f"title: T\nsize: 300x100\nvariants:\n  - name: only\n    layers:\n{layer}"
    (folder / "creative.yaml").write_text(text, encoding="utf-8")
    assert layers_of(said(run("explain", "a"))) == [
        "  true     row",
        '  true       text  "Steps"',
        '  true       repeat  "1 · 2 · 3"',
        "  true       repeat",
        "               no item is shown",
        "  true       repeat",
        "               left out: recipient.basket is not known",
    ]


def test_which_alternative_is_picked_is_told(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "templates/a"
    folder.mkdir(parents=True)
    layer = """      - {text: Known, when: now.at > timestamp("2026-01-01T00:00")}
      - {text: Unknown, else: true}
      - text: [{when: weather.temperature > 3, use: Warm}, Hello]
        color: [{when: "now.at > timestamp('2026-01-01T00:00')", use: "#c00"}]
"""
    text = f"title: T\nsize: 300x100\ntimezone: Europe/Paris\nvariants:\n  - name: only\n    layers:\n{layer}"
    (folder / "creative.yaml").write_text(text, encoding="utf-8")
    assert layers_of(said(run("explain", "a", "--at", "2026-11-29T19:30+01:00"))) == [
        '  true     text  "Known"  when: now.at > timestamp("2026-01-01T00:00")',
        "  false    text  else  (the layer before it is shown)",
        '  true     text  "Hello"',
        "             text: else (weather.temperature > 3 is unknown: weather.temperature is not known)",
        "             color: when now.at > timestamp('2026-01-01T00:00')",
    ]


SLIDES = """title: T
size: 300x100
format: gif
max_bytes: MOST
variants:
  - name: only
    layers:
      - {text: Chalk, for: 2}
      - {fill: "#123456", at: 2, for: 2}
      - {text: Midnight, at: 2, for: 2}
"""


@pytest.mark.parametrize(
    ("most", "moves"),
    [("600000", "2 frames in 4 seconds"), ("10000", "only the first frame, as all 4 seconds have more than max_bytes")],
)
def test_how_an_animation_moves_is_told(run: Run, tmp_path: Path, most: str, moves: str) -> None:
    folder = tmp_path / "templates/a"
    folder.mkdir(parents=True)
    noise = Image.frombytes("RGB", (60, 60), random.Random(1).randbytes(60 * 60 * 3))
    noise.save(folder / "a.png")
    text = SLIDES.replace("MOST", most).replace('fill: "#123456"', "image: a.png")
    (folder / "creative.yaml").write_text(text, encoding="utf-8")
    assert f"  moves     {moves}" in said(run("explain", "a"))
    told = said(run("check", "a"))
    assert ("more than `max_bytes` (10,000)" in told) == (most == "10000")
