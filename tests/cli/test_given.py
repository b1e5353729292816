"""`--param`, `--set` and `--variant` of commands, and `render --all`, as a person types them."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from PIL import Image
from running import Run, said

ESP = ("--esp", "mailchimp")
CREATIVE = """
title: A & B
size: 300x100
format: png
link: "https://shop.example/{{ param.page }}"
params:
  page: {type: integer, min: 1, max: 9, default: 1, signed: false}
  theme: {type: choice, values: [light, dark], default: light}
variants:
  - name: gold
    when: recipient.tier == "gold" && store.open
    layers:
      - {text: "{{ recipient.first_name }}, {{ weather.temperature }} degrees, page {{ param.page }}"}
  - name: night
    when: param.theme == "dark"
    layers: [{fill: black}, {text: Good night, color: white}]
  - name: plain
    alt: "Page {{ param.page }} of {{ recipient.tier | default: 'all' }}"
    layers:
      - {fill: white}
      - {fill: black, when: 'param.theme == "dark"'}
"""


@pytest.fixture
def shop(run: Run, tmp_path: Path) -> Run:
    """Runs a command in a folder with a creative, and nobody imported."""
    folder = tmp_path / "templates" / "card"
    folder.mkdir(parents=True)
    (folder / "creative.yaml").write_text(CREATIVE, encoding="utf-8")
    return run


def explained(shop: Run, *words: str) -> str:
    result = shop("explain", "card", *words)
    assert result.exit_code == 0, said(result)
    return " ".join(result.output.split())


def test_a_parameter_is_that_of_the_address(shop: Run) -> None:
    assert "plain is shown" in explained(shop)
    found = explained(shop, "--param", "page=7")
    assert "link https://shop.example/7" in found
    assert "alt Page 7 of all" in found
    assert "night is shown" in explained(shop, "--param", "theme=dark", "--param", "page=2")


def test_a_fact_is_set_with_its_type_and_the_rest_stays(shop: Run) -> None:
    facts = ("--set", "tier=gold", "--set", "recipient.first_name=Zoé", "--set", "store.open=true")
    found = explained(shop, *facts, "--set", "weather.temperature=31.5", "--param", "page=3")
    assert "gold is shown" in found
    assert "alt Zoé, 31.5 degrees, page 3." in found
    assert "plain is shown" in explained(shop, *facts, "--set", "store.open=false")
    assert "alt Page 1 of silver" in explained(shop, "--set", "tier=silver")
    assert "alt Page 1 of all" in explained(shop, "--set", "tier=")


def test_a_variant_is_shown_whatever_its_rule_says(shop: Run) -> None:
    assert "night is shown" in explained(shop, "--variant", "night")
    found = explained(shop, "--variant", "gold", "--set", "first_name=Ann")
    assert "gold is shown" in found
    assert "left out text: weather" in found


def test_a_client_and_a_recipient_are_set_too(run_demo: Run) -> None:
    words = ("explain", "umbrella", "--recipient", "r-0001", "--weather", "rain:12", "--at", "2026-11-21T08:00")
    assert "time early" in run_demo(*words, "--set", "client.time=early").output.replace("\n", " ")
    assert "name apple-mpp " in " ".join(run_demo(*words, "--set", "client.name=apple-mpp").output.split())
    assert "first_name Zoé" in " ".join(run_demo(*words, "--set", "first_name=Zoé").output.split())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--param", "pgae=1"), "--param pgae=1: unknown parameter 'pgae'; did you mean 'page'? known: page, theme"),
        (("--param", "page=10"), "--param page=10: page is a whole number from 1 to 9"),
        (("--param", "theme=blue"), "--param theme=blue: theme is one of light, dark"),
        (("--param", "page"), "--param page: write NAME=VALUE, such as --param until=2026-12-24T18:00"),
        (("--set", "tier"), "--set tier: write NAME=VALUE, such as --set recipient.tier=gold"),
        (
            ("--set", "teir=gold"),
            "--set teir=gold: unknown column 'teir'; did you mean 'tier'? known: first_name, tier",
        ),
        (("--set", "wether.temperature=1"), "unknown fact 'wether'; did you mean 'weather'?"),
        (("--set", "weather.temprature=1"), "unknown name 'temprature'; did you mean 'temperature'?"),
        (("--set", "weather.temperature=hot"), "weather.temperature is a number"),
        (("--set", "weather.condition=mud"), "weather.condition is one of clear, "),
        (("--set", "weather.icon=sun"), "weather.icon follows from the others"),
        (("--set", "weather=1"), "--set weather=1: say which, such as weather.temperature=..."),
        (("--set", "store.open=perhaps"), "store.open is true or false"),
        (("--set", "stores.open=true"), "stores is a list, which can't be set"),
        (("--set", "now.hour=8"), "--set now.hour=8: --at sets the time"),
        (("--set", "param.page=8"), "--set param.page=8: --param sets a parameter"),
        (
            ("--variant", "nigth"),
            "--variant nigth: unknown variant 'nigth'; did you mean 'night'? known: gold, night, plain",
        ),
        (("--client", "gmial"), "--client gmial: unknown client; did you mean 'gmail'?"),
    ],
)
def test_what_can_not_be_given_is_told_with_what_would_be_right(shop: Run, words: tuple[str, ...], told: str) -> None:
    for command in ("render", "explain"):
        result = shop(command, "card", *words)
        assert result.exit_code == 1
        assert told in said(result)


def test_a_creative_that_is_none_is_told_with_the_nearest(shop: Run) -> None:
    for words in (("render", "crad"), ("snippet", "crad", *ESP), ("links", "crad")):
        assert "unknown creative 'crad'; did you mean 'card'? known: card" in said(shop(*words))
    assert "which creative? known: card" in said(shop("render"))


def test_a_snippet_holds_parameters_and_its_alt_text_the_rest(shop: Run) -> None:
    text = shop("snippet", "card", *ESP, "--param", "page=4", "--set", "tier=gold").stdout
    assert 'href="http://127.0.0.1:8000/c/card/*|LIVEREF|*?page=4"' in text
    assert 'srcset="http://127.0.0.1:8000/i/card/*|LIVEREF|*.png?page=4&amp;theme=dark"' in text
    assert 'alt="Page 4 of gold"' in text
    dark = shop("snippet", "card", *ESP, "--param", "theme=dark", "--variant", "night").stdout
    assert "<picture>" not in dark
    assert 'src="http://127.0.0.1:8000/i/card/*|LIVEREF|*.png?theme=dark"' in dark
    assert 'alt="Good night."' in dark
    until = shop("snippet", "countdown", *ESP, "--param", "until=2026-12-24T18:00+01:00")
    assert until.exit_code == 1
    for words in (("--param", "page=0"), ("--set", "teir=x"), ("--variant", "x")):
        assert shop("snippet", "card", *ESP, *words).exit_code == 1


def test_a_sign_in_a_parameter_is_encoded(run_demo: Run) -> None:
    words = ("snippet", "countdown", *ESP, "--param", "until=2026-12-24T18:00+01:00", "--send", "nov-1")
    assert "*|LIVEREF|*.gif?s=nov-1&amp;until=2026-12-24T18:00%2B01:00&amp;sig=v" in run_demo(*words).stdout


def test_links_hold_parameters(run_demo: Run) -> None:
    result = run_demo("links", "countdown", "--param", "until=2026-12-31T18:00")
    assert result.exit_code == 0, said(result)
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    query = re.compile(r"\?until=2026-12-31T18:00&sig=v[a-z2-7]{26}")
    assert all(query.fullmatch(row["image"].partition(".gif")[2]) for row in rows)
    assert all(query.fullmatch(row["click"][-len(rows[0]["image"].partition(".gif")[2]) :]) for row in rows)
    assert "31" in rows[0]["alt"]
    assert "unknown parameter 'untill'; did you mean 'until'?" in said(
        run_demo("links", "countdown", "--param", "untill=1")
    )


def test_all_variants_light_and_dark_and_a_page_that_shows_them(shop: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet"
    result = shop("render", "card", "--all", "-o", str(sheet), "--param", "page=5")
    assert result.exit_code == 0, said(result)
    images = {"card-gold.png", "card-night.png", "card-plain.png", "card-plain-dark.png"}
    assert {file.name for file in sheet.iterdir()} == {"index.html", *images}
    page = (sheet / "index.html").read_text(encoding="utf-8")
    for name in images:
        assert page.count(f'src="{name}"') == 1
    assert "A &amp; B" in page
    assert 'alt="Page 5 of all"' in page
    assert "recipient.tier == &quot;gold&quot; &amp;&amp; store.open" in page
    colours = {}
    for name in ("card-plain.png", "card-plain-dark.png"):
        with Image.open(sheet / name) as image:
            assert image.size == (600, 200)
            colours[name] = image.convert("RGB").getpixel((9, 9))
    assert colours == {"card-plain.png": (255, 255, 255), "card-plain-dark.png": (0, 0, 0)}
    assert result.output.strip().endswith("index.html: 4 images of 1 creative")


def test_all_creatives_where_none_is_named(shop: Run, tmp_path: Path) -> None:
    assert shop("render", "--all").exit_code == 0
    assert (tmp_path / "creatives-variants" / "index.html").is_file()
    (tmp_path / "x.png").write_bytes(b"")
    assert "with --all, -o names a folder" in said(shop("render", "--all", "-o", str(tmp_path / "x.png")))
