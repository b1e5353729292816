"""Preview and Grid as people use them: the demo in a process of its own, in a real browser."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from browsing import Visit
from playwright.sync_api import Page, expect

from chromium import needs_chromium

pytestmark = needs_chromium

PREVIEW = "studio/preview/umbrella"
# Tells of each frame that the browser shows whether the picture in it is whole.
WATCH = """
globalThis.frames_seen = [];
const look = () => {
  const picture = document.getElementById("picture");
  frames_seen.push(Boolean(picture && picture.complete && picture.naturalWidth));
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


def facts(page: Page) -> dict[str, str]:
    """What the address of the page holds."""
    return dict(parse_qsl(urlsplit(page.url).query))


def choose(page: Page, setting: str, control: str) -> None:
    """Opens the panel of a setting, chooses something in it, and closes it."""
    if page.get_attribute(f"#setting-{setting}", "open") is None:
        page.click(f"#setting-{setting} summary")
    page.click(control)
    page.keyboard.press("Escape")


def variant(page: Page) -> str:
    return page.inner_text(".tally b")


def test_a_change_is_seen_and_back_undoes_it(visit: Visit) -> None:
    page = visit(PREVIEW)
    expect(page.locator("h1 em")).to_have_text("as a stranger sees it.")
    choose(page, "person", "label:has(#person-r-0001)")
    expect(page.locator("h1 em")).to_have_text("as Camille sees it.")
    choose(page, "weather", "label:has(#sky-snow)")
    expect(page.locator(".tally b")).to_have_text("snow")
    expect(page.locator("#picture")).to_have_attribute("alt", re.compile("Camille, il neige"))
    assert facts(page) == {"f.person": "r-0001", "f.weather": "snow:-2"}
    assert page.inner_text("#setting-weather summary b") == "Snow, \N{MINUS SIGN}2°"
    page.go_back()
    expect(page.locator(".tally b")).not_to_have_text("snow")
    assert facts(page) == {"f.person": "r-0001"}
    assert page.locator("#sky-own").is_checked()
    page.go_back()
    expect(page.locator("h1 em")).to_have_text("as a stranger sees it.")
    assert facts(page) == {}


def test_a_colleague_sees_the_same_by_the_address(visit: Visit) -> None:
    page = visit(PREVIEW)
    choose(page, "client", "label:has(#client-apple-mpp)")
    expect(page.locator(".notice.early")).to_be_visible()
    choose(page, "lang", "label:has(#lang-fr)")
    expect(page.locator("#picture")).to_have_attribute("lang", "fr")
    other = visit(f"{PREVIEW}?{urlsplit(page.url).query}")
    for part in ("h1", ".tally b", ".twin blockquote", ".settings"):
        assert other.inner_text(part) == page.inner_text(part)


def test_a_link_that_is_copied_holds_on_to_the_moment(visit: Visit) -> None:
    page = visit(f"{PREVIEW}?f.person=r-0001")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("[data-copy-link]")
    expect(page.locator("#status")).to_have_text("Copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{page.url.partition('?')[0]}?f.person=r-0001&f.at=20")


def test_the_picture_stays_until_the_next_is_there(visit: Visit) -> None:
    page = visit(f"{PREVIEW}?f.city=Brest")
    page.evaluate(WATCH)
    for sky in ("rain", "snow", "clear", "storm", "fog"):
        choose(page, "weather", f"label:has(#sky-{sky})")
        expect(page.locator("#setting-weather summary b")).to_contain_text(sky.capitalize())
    seen = page.evaluate("frames_seen")
    assert len(seen) > 5
    assert all(seen)


def test_the_slider_goes_through_the_hours(visit: Visit) -> None:
    page = visit(f"{PREVIEW}?f.city=Brest&f.weather=clear:20")
    page.focus("#hours")
    page.evaluate("document.getElementById('hours').value = 24 * 3 + 2")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(r"[?&]f\.at=[^&]*T03:00"))  # it may be night now, too
    expect(page.locator(".tally b")).to_have_text("night")
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(r"[?&]f\.at=[^&]*T12:00"))
    expect(page.locator(".tally b")).to_have_text("clear")
    expect(page.locator("#hours-shown")).to_contain_text("12:00")
    page.click("#now")
    expect(page.locator("#now")).to_have_attribute("aria-pressed", "true")
    assert "f.at" not in facts(page)


def test_somebody_is_found_by_name(visit: Visit) -> None:
    page = visit(PREVIEW)
    page.click("#setting-person summary")
    page.fill("#find", "Maximiliane")
    page.locator("#found [role=option]").first.click()
    expect(page.locator("h1 em")).to_contain_text("as Maximiliane")
    assert facts(page)["f.person"].startswith("r-")


def test_images_off_show_the_words(visit: Visit) -> None:
    page = visit(f"{PREVIEW}?f.city=Brest&f.weather=rain")
    assert not page.locator(".instead").is_visible()
    page.click("label:has(#view-off)")
    expect(page.locator(".instead")).to_contain_text("raining in Brest")
    page.click("label:has(#view-phone)")
    expect(page.locator(".instead")).to_be_hidden()
    assert page.evaluate("document.getElementById('picture').width") == 375


def test_the_preview_works_without_its_script(visit: Visit) -> None:
    page = visit(f"{PREVIEW}?f.person=r-0001", script=False)
    page.click("#setting-weather summary")
    page.click("label:has(#sky-rain)")
    page.click(".settings .show")
    assert facts(page)["f.weather"] == "rain"
    assert variant(page) == "rain"
    assert page.locator("#picture").evaluate("image => image.naturalWidth") == 1200


def test_the_same_is_there_as_html(visit: Visit) -> None:
    page = visit(f"{PREVIEW}?f.person=r-0001&f.weather=rain:9")
    page.click("#twin summary")
    words = page.frame_locator("#twin iframe").locator("body")
    expect(words).to_contain_text("Camille, il")
    page.click("#setting-weather summary")
    page.click("label:has(#sky-snow)")
    expect(words).to_contain_text("neige")


def test_a_grid_fills_and_joins_equal_hours(visit: Visit) -> None:
    page = visit("studio/grid/umbrella?f.columns=hour&f.city=Brest&f.weather=clear:12")
    expect(page.locator("#status")).to_contain_text("24 openings, 2 different images")
    heads = [head for head in page.locator("#cells thead th").all() if head.is_visible()]
    assert heads[0].inner_text().startswith("00:00")
    assert len(heads) == 3
    assert "– " in heads[0].inner_text()
    pictures = [picture for picture in page.locator("#cells img").all() if picture.is_visible()]
    assert [picture.evaluate("image => image.naturalWidth") for picture in pictures] == [300] * 3


def test_only_what_differs_is_shown(visit: Visit) -> None:
    page = visit("studio/grid/umbrella?f.rows=client&f.columns=consent&f.city=Brest&f.weather=rain:9&f.only=1")
    expect(page.locator("#status")).to_contain_text("36 openings")
    rows = [row.inner_text() for row in page.locator("#cells tbody th").all() if row.is_visible()]
    assert [row.split("\n")[0] for row in rows] == ["A browser", "Apple Mail, Privacy Protection"]
    columns = [head.inner_text() for head in page.locator("#cells thead th").all() if head.is_visible()]
    assert columns[0].startswith("Full\nlike Not recorded")


def test_a_cell_opens_its_preview(visit: Visit) -> None:
    page = visit("studio/grid/umbrella?f.rows=weather&f.columns=language&f.person=r-0001")
    expect(page.locator("#status")).to_contain_text("14 openings")
    page.locator("#cells tbody tr").nth(5).locator("a").last.click()
    expect(page.locator("h1 em")).to_have_text("as Camille sees it.")
    assert facts(page) == {"f.person": "r-0001", "f.weather": "snow:-2", "f.lang": "fr"}
    assert variant(page) == "snow"


def test_a_grid_without_its_script_is_a_table_of_pictures(visit: Visit) -> None:
    page = visit("studio/grid/umbrella?f.columns=weather&f.city=Brest", script=False)
    pictures = page.locator("#cells img")
    assert pictures.count() == 7
    assert pictures.first.evaluate("image => image.complete && image.naturalWidth") == 1200
