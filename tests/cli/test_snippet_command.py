"""`livecontent snippet`, as a person types it."""

from pathlib import Path

import pytest
from running import Run, said

UNCHECKED = "not checked against the tool's own documentation"


def test_the_snippet_is_all_that_is_on_the_screen(run_demo: Run) -> None:
    result = run_demo("snippet", "umbrella", "--esp", "mailchimp", "--send", "nov-1")
    assert result.exit_code == 0, said(result)
    assert result.stdout.startswith('<a href="http://127.0.0.1:8000/c/umbrella/*|LIVEREF|*?s=nov-1"')
    assert (
        '<img src="http://127.0.0.1:8000/i/umbrella/*|LIVEREF|*.jpg?s=nov-1" width="600" height="320"' in result.stdout
    )
    assert result.stdout.endswith("</a>\n")


def test_notes_are_for_people(run_demo: Run) -> None:
    notes = run_demo("snippet", "umbrella", "--esp", "mailchimp").stderr
    assert "livecontent links umbrella" in notes
    assert "raw HTML" in notes
    assert "Test emails" in notes
    assert "this machine" in notes
    assert UNCHECKED not in notes


def test_a_send_that_nobody_knows_yet_is_told_with_the_command_that_adds_it(run_demo: Run) -> None:
    words = ("snippet", "umbrella", "--esp", "mailchimp", "--send")
    told = "unknown send; add it with livecontent sends add"
    assert f"{told} never-1 --at TIME" in run_demo(*words, "never-1").stderr
    assert told not in run_demo(*words[:-1]).stderr
    assert run_demo("sends", "add", "soon-1", "--at", "2026-11-27T08:00").exit_code == 0
    assert told not in run_demo(*words, "soon-1").stderr


def test_a_send_that_may_be_lost_on_the_way_is_told(run_demo: Run) -> None:
    words = ("snippet", "umbrella", "--esp", "mailchimp", "--send")
    assert "begin with another letter, such as n-ab-1" in run_demo(*words, "ab-1").stderr
    assert "quoted-printable" not in run_demo(*words, "2026-friday").stderr


@pytest.mark.usefixtures("demo_creatives")
def test_an_address_that_others_reach_is_nothing_to_note(
    run_demo: Run, monkeypatch: pytest.MonkeyPatch, templates: Path
) -> None:
    monkeypatch.setenv("LIVECONTENT_URL", "https://live.shop.example/")
    monkeypatch.setenv("LIVECONTENT_TEMPLATES", str(templates))
    result = run_demo("snippet", "umbrella", "--esp", "mautic", "--field", "shopref")
    assert "this machine" not in result.stderr
    assert "https://live.shop.example/i/umbrella/{contactfield=shopref}.jpg" in result.stdout


@pytest.mark.parametrize("key", ["klaviyo", "braze"])
def test_a_form_that_was_not_checked_is_told(key: str, run_demo: Run) -> None:
    result = run_demo("snippet", "countdown", "--esp", key)
    assert result.exit_code == 0, said(result)
    assert (UNCHECKED in result.stderr) is (key == "klaviyo")


def test_a_snippet_is_written_to_a_file(run_demo: Run, tmp_path: Path) -> None:
    target = tmp_path / "umbrella.html"
    result = run_demo("snippet", "umbrella", "--esp", "kit", "-o", str(target))
    assert result.stdout == ""
    assert target.read_text(encoding="utf-8").count("{{subscriber.liveref}}") == 2


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--esp", "nosuchtool"), "unknown email tool; known: activecampaign, adobe-campaign"),
        (("--esp", "emarsys"), "number"),
        (("--esp", "mailchimp", "--field", "recipient_ref"), "at most 10"),
        (("--esp", "mailchimp", "--send", "a b"), "letters, digits"),
        (("--esp", "mailchimp", "--send", "a" * 65), "at most 64"),
        (("--esp", "mailchimp", "--send", "é"), "letters, digits"),
    ],
)
def test_what_cannot_be_is_an_error_that_says_what_can(options: tuple[str, ...], word: str, run_demo: Run) -> None:
    result = run_demo("snippet", "umbrella", *options)
    assert result.exit_code != 0
    assert word in said(result)
    assert result.stdout == ""


def test_a_creative_without_a_link_is_told_and_a_landing_page_is_enough(
    run_demo: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "templates" / "bare"
    folder.mkdir(parents=True)
    (folder / "creative.yaml").write_text("title: T\nsize: 60x30\nvariants: [{name: a, layers: [fill: white]}]\n")
    monkeypatch.setenv("LIVECONTENT_TEMPLATES", str(folder.parent))
    assert "no link" in run_demo("snippet", "bare", "--esp", "kit").stderr
    monkeypatch.setenv("LIVECONTENT_LANDING", "https://shop.example")
    assert "no link" not in run_demo("snippet", "bare", "--esp", "kit").stderr


def test_a_creative_that_is_none_is_an_error(run_demo: Run) -> None:
    assert "nothing" in said(run_demo("snippet", "nothing", "--esp", "kit"))


def test_a_web_page_gets_an_element_with_an_image_for_who_runs_no_script(run_demo: Run) -> None:
    result = run_demo("snippet", "umbrella", "--esp", "web")
    assert result.exit_code == 0, said(result)
    assert result.stdout.startswith('<script type="module" src="http://127.0.0.1:8000/live.js"></script>')
    element = '<live-content creative="umbrella"><noscript><a href="http://127.0.0.1:8000/c/umbrella"><img src='
    assert element in result.stdout
    assert "aspect-ratio:600/320" in result.stdout
    assert "this machine" in result.stderr
    assert "contact field" not in result.stderr
