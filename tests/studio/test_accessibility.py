"""Every page by the rules of axe-core, at three widths, light and dark, in English and French."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from urllib.parse import urljoin

import axe_playwright_python
import pytest
from browsing import Visit
from playwright.sync_api import Page, expect

from chromium import needs_chromium
from nightly import NIGHT

pytestmark = needs_chromium

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
WIDTHS = (1280, 390, 320)
# By day each of them once, by night all pairs.
LOOKS = list(product(("light", "dark"), ("en", "fr"))) if NIGHT else [("light", "en"), ("dark", "fr")]


def faults(page: Page, width: int, *, contrast: bool = True) -> list[str]:
    """What axe-core finds wrong with the page at a width, and whether it scrolls sideways."""
    page.set_viewport_size({"width": width, "height": 900})
    found: list[str] = page.evaluate(
        """async (contrast) => {
           const options = { resultTypes: ["violations"], rules: { "color-contrast": { enabled: contrast } } };
           return (await axe.run(options)).violations.flatMap((rule) =>
             rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.failureSummary}`)) }""",
        contrast,
    )
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, *(["scrolls sideways"] if wide else [])]


def faults_at_all_widths(page: Page) -> list[tuple[int, str]]:
    """The contrast of colours is most of the work: by day it is looked at where most is shown, by night everywhere."""
    page.evaluate(AXE)
    return [(width, fault) for width in WIDTHS for fault in faults(page, width, contrast=NIGHT or width == WIDTHS[0])]


@pytest.mark.parametrize(("theme", "language"), LOOKS)
def test_the_inbox_has_no_fault(visit: Visit, theme: str, language: str) -> None:
    page = visit(f"?lang={language}&client=apple-mpp&weather=snow&degrees=40", theme=theme)
    page.evaluate("for (const part of document.querySelectorAll('details')) { part.name = ''; part.open = true }")
    assert faults_at_all_widths(page) == []


@pytest.mark.parametrize(
    "path",
    [
        *("?compare=1", "c/umbrella.jpg", "studio/read/README.md", "studio/read/LICENSE"),
        *("shop/", "shop/p/minuit?as=r-0001"),
        *(
            "studio/",
            "studio/sign-in",
            "studio/settings",
            "studio/sources",
            "studio/people?person=r-0012",
            "studio/segments",
        ),
        *("studio/review/umbrella", "studio/history/umbrella", "studio/embed/countdown"),
    ],
)
def test_the_other_pages_have_none(visit: Visit, path: str) -> None:
    theme, language = ("light", "fr") if path.startswith("?") else ("dark", "en")
    page = visit(f"{path}{'&' if '?' in path else '?'}lang={language}", theme=theme)
    assert faults_at_all_widths(page) == []


def test_the_settings_have_none_once_there_are_tokens_and_an_audit_log(visit: Visit) -> None:
    page = visit("studio/settings?lang=en")
    page.fill("input[name=name]", "Anna")
    page.get_by_role("button", name="Create").click()
    page.goto(urljoin(page.url, "/studio/settings?lang=en"))
    expect(page.locator(".scroll")).to_have_count(2)
    assert faults_at_all_widths(page) == []


@pytest.mark.parametrize(("theme", "language"), [("light", "fr"), ("dark", "en")])
@pytest.mark.parametrize(
    "path",
    [
        *("?mail=story&person=r-0001", "?mail=story&person=r-0005"),
        *("shop/?as=r-0002", "shop/till?as=r-0002", "shop/mixer?as=r-0001", "shop/adviser?as=r-0001"),
        *("studio/why", "studio/why?creative=umbrella&f.person=r-0006&f.weather=rain:3"),
        "studio/why?creative=visit&f.person=r-0050",
        *("studio/offers", "studio/experiments"),
    ],
)
def test_the_story_its_shop_and_the_pages_of_deciding_have_none(
    visit: Visit, path: str, theme: str, language: str
) -> None:
    page = visit(f"{path}{'&' if '?' in path else '?'}lang={language}", theme=theme)
    page.evaluate("for (const part of document.querySelectorAll('details')) { part.name = ''; part.open = true }")
    assert faults_at_all_widths(page) == []


@pytest.mark.parametrize(("theme", "language"), [("light", "fr"), ("dark", "en")])
def test_segments_with_their_figures_have_none(visit: Visit, theme: str, language: str) -> None:
    page = visit(f"studio/segments?lang={language}", theme=theme)
    page.locator(".asked button").last.click()
    expect(page.locator(".groups .legend")).to_have_count(page.locator(".groups > li").count(), timeout=30_000)
    expect(page.locator(".pairs")).to_be_visible()
    assert faults_at_all_widths(page) == []


@pytest.mark.parametrize(("theme", "language"), [("light", "fr"), ("dark", "en")])
def test_an_expression_that_is_tried_has_none_right_or_wrong(visit: Visit, theme: str, language: str) -> None:
    context = visit("studio/segments", theme=theme).context
    page = context.new_page()  # one in which an answer may be a mistake
    page.goto(context.pages[0].url)
    context.add_cookies([{"name": "studio-lang", "value": language, "url": page.url}])
    for expression, found in (("recipient.points > 500", "#try .legend"), ("recipient.points > royal", "#try mark")):
        page.locator("#expression").fill(expression)
        page.locator("#try button").last.click()
        expect(page.locator(found)).to_be_visible(timeout=30_000)
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert faults_at_all_widths(page) == []


@pytest.mark.parametrize(
    ("path", "theme", "language"),
    [
        ("studio/preview/umbrella?f.person=r-0012&f.client=apple-mpp&f.weather=snow:30&f.city=Nowhere", "dark", "fr"),
        ("studio/preview/countdown?f.view=off", "light", "en"),
        ("studio/grid/nearest-store?f.rows=person&f.columns=weather&f.client=scanner&f.city=Brest", "light", "fr"),
        ("studio/grid/umbrella?f.columns=variant", "dark", "en"),
    ],
)
def test_preview_and_grid_have_none(visit: Visit, path: str, theme: str, language: str) -> None:
    page = visit(f"{path}&lang={language}", theme=theme)
    if "grid" in path:
        expect(page.locator("#status")).not_to_be_empty()
    assert faults_at_all_widths(page) == []


def test_the_panels_of_the_preview_have_none(visit: Visit) -> None:
    page = visit("studio/preview/countdown?f.client=gmail", theme="dark")
    page.evaluate(AXE)
    for panel in page.locator(".setting summary").all()[::3]:
        panel.click()
        assert faults(page, 1280) == []


@pytest.mark.parametrize(("shown", "theme", "language"), [("f.variant=rain", "dark", "fr"), ("as=text", "light", "en")])
def test_the_editor_has_none(visit: Visit, shown: str, theme: str, language: str) -> None:
    page = visit(f"studio/edit/umbrella?{shown}&lang={language}", theme=theme)
    if shown == "as=text":
        page.locator(".cm-content").wait_for()
    else:
        page.locator("#layers [data-key]").nth(3).click()
        page.locator(".field.words textarea").first.wait_for()
    assert faults_at_all_widths(page) == []


def test_a_fault_would_be_found(visit: Visit) -> None:
    page = visit()
    page.evaluate(AXE)
    page.evaluate("document.querySelector('#degrees-shown').style.color = '#bbb'")
    assert any(fault.startswith("color-contrast") for fault in faults(page, 1280))
