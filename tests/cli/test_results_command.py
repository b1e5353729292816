"""`results`: what was counted of a creative, in words."""

from __future__ import annotations

from pathlib import Path

from running import Run, said

CREATIVE = """title: T
size: 60x30
alt: x
split: {red: 1, blue: 1}
holdout: 0.2
silence: 0.5
variants:
  - {name: red, layers: [{fill: red}]}
  - {name: blue, layers: [{fill: blue}]}
  - {name: quiet, collapse: true}
"""
PLAIN = "title: T\nsize: 60x30\nalt: x\nvariants:\n  - {name: a, layers: [{fill: white}]}\n"


def written(folder: Path, name: str, text: str) -> None:
    (folder / "templates" / name).mkdir(parents=True)
    colours = text.replace("fill: red", 'fill: "#f00"').replace("fill: blue", 'fill: "#00f"')
    (folder / "templates" / name / "creative.yaml").write_text(colours, encoding="utf-8")


def test_results_of_nothing_yet_say_so(run: Run, tmp_path: Path) -> None:
    written(tmp_path, "today", CREATIVE)
    found = run("results", "today")
    assert found.exit_code == 0, said(found)
    assert "today: 0 opens of 0 people who consent, in 90 days" in found.stdout
    assert "no winner before 200 people and 20 clicks of each" in found.stdout
    assert "lift: not known yet" in found.stdout


def test_a_creative_that_counts_nothing_says_what_would(run: Run, tmp_path: Path) -> None:
    written(tmp_path, "plain", PLAIN)
    found = run("results", "plain")
    assert found.exit_code == 1
    assert "it has no rank, score, cap, silence, holdout, split or explore" in said(found)


def test_an_unknown_creative_names_those_there_are(run: Run, tmp_path: Path) -> None:
    written(tmp_path, "today", CREATIVE)
    assert "did you mean 'today'" in said(run("results", "tody"))


def test_what_is_made_up_in_the_demo_is_said_to_be(run_demo: Run) -> None:
    found = run_demo("results", "invite")
    assert "invite: 1,000 opens" in found.stdout
    first = found.stdout.splitlines()[0]
    assert "demo" in first
    assert "made up" in first


def test_nothing_of_ones_own_is_said_to_be_made_up(run: Run, tmp_path: Path) -> None:
    written(tmp_path, "today", CREATIVE)
    assert "made up" not in said(run("results", "today"))
