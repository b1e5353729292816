"""What scripts do on the pages that review and recall, in a real browser under the studio's own policy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from reviewing_shop import StudioShop, sale, served_shop

from chromium import needs_chromium, started_chromium

pytestmark = needs_chromium


@pytest.fixture
def signed_in(tmp_path: Path) -> Iterator[tuple[StudioShop, Page]]:
    """Somebody who may publish; afterwards no page has said that anything went wrong."""
    wrong: list[str] = []
    with served_shop(tmp_path) as (shop, address, token), started_chromium() as browser:
        context = browser.new_context(
            base_url=address, locale="en-GB", permissions=["clipboard-read", "clipboard-write"]
        )
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.goto("/studio/sign-in")
        page.locator("input[name=token]").fill(token)
        page.locator("input[name=token]").press("Enter")
        page.wait_for_url("**/studio/")
        yield shop, page
    assert wrong == []


def test_a_draft_is_reviewed_published_and_recalled(signed_in: tuple[StudioShop, Page], tmp_path: Path) -> None:
    shop, page = signed_in
    shop.draft(sale(others="#00ff00"))
    page.goto("/studio/review/sale")
    page.locator("img[data-variant=others]").first.click(position={"x": 15, "y": 15})
    expect(page.locator("[data-pin]")).to_be_visible()
    page.locator("textarea").fill("Greener, please")
    page.get_by_role("button", name="Leave a comment").click()
    expect(page.locator(".pins text")).to_have_text("1")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved by The publisher").first).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status")).to_contain_text("Published.")
    assert shop.file.read_text() == sale(others="#00ff00")

    Image.new("RGB", (120, 60), "#ff00ff").save(tmp_path / "sorry.png")
    page.get_by_label("A picture of your own").check()
    page.locator("input[type=file]").set_input_files(tmp_path / "sorry.png")
    page.locator("#recall-form button").click()
    expect(page.get_by_text("This image is recalled.")).to_be_visible()
    page.get_by_role("button", name="Undo the recall").click()
    expect(page.get_by_text("This image is recalled.")).not_to_be_visible()
    page.get_by_role("button", name="Roll back").first.click()
    expect(page.get_by_role("status")).to_have_text("Rolled back.")

    page.goto("/studio/embed/sale")
    page.locator("select[name=tool]").select_option("web")
    expect(page.locator("#snippet")).to_contain_text("<live-content")
    page.get_by_role("button", name="Copy the HTML").click()
    expect(page.locator("#copied")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#snippet").text_content()
