"""The editor in a real browser: by pointer and by keyboard, on the canvas and as text, and by two at once."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browsing import Visit
from playwright.sync_api import Browser, Page, Route, expect

from chromium import needs_chromium

pytestmark = needs_chromium

CANVAS, TEXT = "studio/edit/umbrella?f.variant=rain&lang=en", "studio/edit/umbrella?as=text&lang=en"
HEADLINE = re.compile("it is raining|Look out")


@pytest.fixture(autouse=True)
def no_draft(address: str, browser: Browser) -> Iterator[None]:
    """Each test begins without a draft, and leaves none."""
    yield
    page = browser.new_page()
    page.goto(f"{address}/{TEXT}")
    discard = page.get_by_role("button", name="Give the draft up")
    if discard.is_enabled():
        discard.click()
    page.close()


def headline(page: Page) -> None:
    """Takes the headline in hand by the list."""
    page.get_by_role("option", name=HEADLINE).click()
    expect(page.locator("#over .chosen")).to_be_visible()


def written(page: Page, text: str) -> None:
    """What stands in the YAML after an edit."""
    expect(page.locator("#written")).to_contain_text(text)


def test_a_headline_is_edited_by_keyboard_and_seen_in_the_yaml_and_the_picture(visit: Visit) -> None:
    page = visit(CANVAS)
    first = picture(page)
    expect(page.locator("#saved")).to_have_text("As it is served")
    page.locator("#layers [data-key]").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.locator('#layers [aria-selected="true"]')).to_contain_text("it is raining")
    page.keyboard.press("Enter")
    for key in ("ArrowRight", "Shift+ArrowDown", "Alt+ArrowLeft"):
        page.keyboard.press(key)
    expect(page.locator("#told")).to_contain_text("37 from the left, 61 from the top, 309 wide, 120 high")
    written(page, "box: [37, 61, 309, 120]")
    moved = picture(page, first)
    page.get_by_label("Words (en)").fill("Look out, {{ recipient.first_name | default: 'you' }}!")
    page.get_by_label("Words (en)").blur()
    written(page, "en: \"Look out, {{ recipient.first_name | default: 'you' }}!\"")
    expect(page.locator(".field.words").first.get_by_role("button")).to_have_text(
        "recipient.first_name | default: 'you'"
    )
    picture(page, first, moved)
    page.get_by_role("link", name="Text", exact=True).click()
    expect(page.locator(".cm-content")).to_contain_text("title: A hero")
    text = page.locator("#text").input_value()
    assert text.count("Look out") == 1
    assert "        box: [37, 61, 309, 120]\n" in text
    page.go_back()
    page.get_by_role("button", name="Undo").click()
    written(page, "it is raining")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#saved")).to_have_text("As it is served")
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


def test_what_arrives_late_leaves_in_hand_what_is_moved(visit: Visit) -> None:
    page, late = visit(CANVAS), list[Route]()
    page.route("**/studio/vocabulary/**", lambda route: late.append(route))  # noqa: PLW0108  it wants a function
    page.reload()
    headline(page)
    page.keyboard.press("Enter")
    late[0].continue_()
    expect(page.locator("#families option")).not_to_have_count(0)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#told")).to_contain_text("37 from the left")


def picture(page: Page, *before: str) -> str:
    """The picture that is shown, as a digest of what was decoded; another than those before."""
    for _ in range(100):
        found = shown_picture(page)
        if found not in before:
            return found
        page.wait_for_timeout(50)
    pytest.fail("the picture has not changed")


def shown_picture(page: Page) -> str:
    found: str = page.evaluate(
        """async () => {
          const shown = document.querySelector('#picture'), canvas = document.createElement('canvas');
          await shown.decode();
          [canvas.width, canvas.height] = [shown.naturalWidth, shown.naturalHeight];
          canvas.getContext('2d').drawImage(shown, 0, 0);
          const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          return String(pixels.reduce((sum, one, place) => (sum * 31 + one * (place + 1)) % 1e9, 7));
        }"""
    )
    return found


def drag(page: Page, by: tuple[float, float], handle: str = "", *, keys: str = "") -> None:
    """Pulls the chosen layer, or one of its handles, by CSS pixels of the creative."""
    place = page.locator(f"#over .handle.{handle}" if handle else "#over .chosen").bounding_box()
    frame = page.locator("#over").bounding_box()
    assert place is not None
    assert frame is not None
    scale = frame["width"] / 600
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    if keys:
        page.keyboard.down(keys)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0] * scale, y + by[1] * scale, steps=4)
    page.mouse.up()
    if keys:
        page.keyboard.up(keys)


def test_a_layer_is_moved_and_resized_by_pointer(visit: Visit) -> None:
    page = visit(CANVAS)
    headline(page)
    drag(page, (12, 80), keys="Alt")  # without snapping
    written(page, "box: [48, 131, 310, 120]")
    drag(page, (-10, 0))  # near the middle of the words below, and of the button
    written(page, "box: [39, 128, 310, 120]")
    drag(page, (-155, 0), "e", keys="Shift")  # with its proportions
    written(page, "box: [39, 128, 155, 60]")
    drag(page, (10, 10), "nw", keys="Alt")
    written(page, "box: [49, 138, 145, 50]")
    page.keyboard.press("Control+z")
    written(page, "box: [39, 128, 155, 60]")


def test_a_style_is_changed_where_that_is_wanted(visit: Visit) -> None:
    page = visit(CANVAS)
    headline(page)
    page.get_by_label("the style “headline”, which 6 layers have").check()
    page.get_by_label("Size").fill("40")
    page.get_by_label("Size").blur()
    written(page, "font: {family: Fraunces, size: 40}")
    page.get_by_label("Left").fill("40")
    page.get_by_label("Left").blur()
    written(page, "    box: [40, 51, 310, 120]")


def test_nothing_is_added_before_the_layers_are_there(visit: Visit) -> None:
    page, late = visit(CANVAS), list[Route]()
    page.route("**/studio/state/**", lambda route: late.append(route))  # noqa: PLW0108  it wants a function
    page.reload()
    add = page.get_by_role("button", name="+ Shape")
    expect(add).to_be_disabled()
    late[0].continue_()
    add.click()
    written(page, "shape: rectangle")


def test_layers_are_added_ordered_and_deleted(visit: Visit) -> None:
    page = visit(CANVAS)
    page.get_by_role("button", name="+ Shape").click()
    written(page, "shape: rectangle")
    expect(page.locator('#layers [aria-selected="true"]')).to_contain_text("Shape")
    page.get_by_role("button", name="Back", exact=True).click()
    expect(page.locator("#written")).to_contain_text("text:")
    page.get_by_label("Fill", exact=True).fill("#123456")
    page.get_by_label("Fill", exact=True).blur()
    written(page, 'fill: "#123456"')
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#layers [data-key]")).to_have_count(7)


def test_the_text_is_checked_completed_and_saved(visit: Visit) -> None:
    page = visit(TEXT)
    editor = page.locator(".cm-content")
    expect(editor).to_be_visible()
    editor.click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    page.keyboard.type("\ncolour: red\n")
    expect(page.locator("#problems li.error")).to_contain_text("Line 3 unknown key 'colour'")
    expect(page.locator(".cm-lintRange-error")).to_be_visible()
    expect(page.locator("#told")).to_have_text("Not saved yet")
    for _ in range(2):
        page.keyboard.press("Control+z")
    page.keyboard.press("Control+Home")
    page.keyboard.press("End")
    page.keyboard.type("\nfor")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("format")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Home")
    expect(page.locator("#no-problems")).to_be_hidden()


def test_two_at_once_see_both(visit: Visit, browser: Browser, address: str) -> None:
    page = visit(CANVAS)
    headline(page)
    other = browser.new_context(locale="en-GB").new_page()  # of which 409 is expected
    other.goto(f"{address}/{CANVAS}")
    headline(other)
    drag(page, (30, 0), keys="Alt")
    written(page, "box: [66, 51, 310, 120]")
    drag(other, (0, 20), keys="Alt")
    dialog = other.get_by_role("dialog")
    expect(dialog).to_contain_text("Somebody else has changed this draft meanwhile")
    expect(dialog.locator("#wished")).to_contain_text("[36,71,310,120]")
    dialog.get_by_role("button", name="Make my change in theirs").click()
    written(other, "box: [36, 71, 310, 120]")
    other.context.close()


def test_without_script_there_is_the_picture_and_the_text(visit: Visit) -> None:
    page = visit(CANVAS, script=False)
    expect(page.get_by_text("The canvas needs scripts; the text does not.")).to_be_visible()
    expect(page.locator("#picture")).to_be_visible()
    page.get_by_role("link", name="Text").first.click()
    field = page.get_by_role("textbox", name="creative.yaml")
    text = field.input_value()
    field.fill(text.replace("title: A hero", "title: The hero"))
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The hero that looks out of the window")
    page.get_by_role("button", name="Undo").click()
    assert page.get_by_role("textbox", name="creative.yaml").input_value() == text
