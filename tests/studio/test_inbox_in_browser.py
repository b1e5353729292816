"""The inbox as people use it: the real demo in a process of its own, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b

import pytest
from browsing import Visit
from playwright.sync_api import Page, Route, expect

from chromium import needs_chromium

pytestmark = needs_chromium


@contextmanager
def an_update(page: Page) -> Iterator[None]:
    """Waits for what the page announces when its pictures have changed."""
    page.evaluate("document.getElementById('status').textContent = ''")
    yield
    expect(page.locator("#status")).not_to_be_empty()  # by asking again: the page's policy allows no eval to wait in


def looks(page: Page, creative: str) -> bytes:
    """A digest of the pixels of a picture, as they are on the screen."""
    picture = page.locator(f"figure[data-picture={creative}] img")
    return blake2b(picture.screenshot()).digest()


def sizes(page: Page) -> list[list[int]]:
    """Width and height of each picture's file, and as declared."""
    found: list[list[int]] = page.evaluate(
        """[...document.querySelectorAll("figure[data-picture] img")].map((image) =>
           [image.naturalWidth, image.naturalHeight, +image.getAttribute("width"), +image.getAttribute("height")])"""
    )
    return found


def too_wide(page: Page) -> list[str]:
    """The page and its parts that scroll, where there is more than fits from left to right."""
    found: list[str] = page.evaluate(
        """[document.documentElement, ...document.querySelectorAll(".controls, .fields, .reasons")]
           .filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.className || part.localName)"""
    )
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_four_pictures_are_twice_as_large_as_declared(visit: Visit, theme: str) -> None:
    page = visit(theme=theme)
    assert sizes(page) == [
        [1200, 640, 600, 320],
        [1200, 480, 600, 240],
        [1200, 560, 600, 280],
        [1200, 520, 600, 260],
    ]
    paper = page.evaluate("getComputedStyle(document.querySelector('.mail')).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") == (theme == "light")


@pytest.mark.parametrize("width", [320, 360, 768, 1280, 1440])
def test_nothing_is_wider_than_the_window(visit: Visit, width: int) -> None:
    page = visit("?person=r-0012&lang=fr&client=apple-mpp&at=2026-11-21T08:05", width=width)
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    assert too_wide(page) == []
    if width < 1000:
        page.click("#sheet")
        assert page.is_visible("#city")
        assert too_wide(page) == []


def test_the_weather_changes_the_hero_its_words_and_the_address(visit: Visit) -> None:
    page = visit("?person=r-0002")
    before = looks(page, "umbrella")
    with an_update(page):
        page.check("#sky-snow", force=True)
    assert looks(page, "umbrella") != before
    assert "it is snowing in London" in (page.get_attribute("figure[data-picture=umbrella] img", "alt") or "")
    assert page.text_content("[data-fresh=tally-umbrella] b") == "snow"
    assert page.url.endswith("/?weather=snow")
    shown = page.get_attribute("figure[data-picture=umbrella] img", "src")
    page.reload()
    assert page.get_attribute("figure[data-picture=umbrella] img", "src") == shown
    assert page.is_checked("#sky-snow")


def test_the_slider_changes_the_hero_while_it_moves(visit: Visit) -> None:
    page = visit("?weather=clear&at=2026-11-21T12:00")
    with an_update(page):
        page.evaluate(
            """() => {
              const slider = document.getElementById("degrees");
              slider.value = 33;
              slider.dispatchEvent(new Event("input", { bubbles: true }));
            }"""
        )
    assert page.text_content("[data-fresh=tally-umbrella] b") == "heat"
    assert page.text_content("#degrees-shown") == "33°"


def test_the_person_changes_the_card(visit: Visit) -> None:
    page = visit()
    before = looks(page, "loyalty")
    with an_update(page):
        page.check("#person-r-0009", force=True)
    assert looks(page, "loyalty") != before
    assert page.text_content("[data-fresh=tally-loyalty] b") == "gold"
    with an_update(page):
        page.check("#person-unknown", force=True)
    assert page.text_content("[data-fresh=tally-loyalty] b") == "join"


def test_somebody_is_found_with_the_keyboard_alone(visit: Visit) -> None:
    page = visit()
    page.focus("#find")
    page.keyboard.type("helene")
    page.wait_for_selector("#found [role=option]")
    page.keyboard.press("ArrowDown")
    wanted = page.get_attribute("#found [aria-selected=true]", "data-person")
    with an_update(page):
        page.keyboard.press("Enter")
    assert page.is_checked(f"#person-{wanted}")
    assert page.url.endswith(f"/?person={wanted}")
    assert "Hélène" in (page.text_content("[data-fresh=to]") or "")


def test_a_client_that_looks_too_early_gets_no_countdown(visit: Visit) -> None:
    page = visit()
    before = looks(page, "countdown")
    with an_update(page):
        page.select_option("#client", "apple-mpp")
    assert looks(page, "countdown") != before
    assert page.text_content("[data-fresh=tally-countdown] b") == "prefetched"


def test_a_mail_client_is_one_click_away(visit: Visit) -> None:
    page = visit()
    with an_update(page):
        page.click("#in-outlook-win")
    assert page.text_content("[data-fresh=tally-countdown] b") == "prefetched"
    assert "shows only the first frame" in (page.text_content(".client-says") or "")
    assert page.url.endswith("/?client=outlook-win")


def test_mail_clients_stand_side_by_side(visit: Visit) -> None:
    page = visit("?person=r-0002&weather=snow")
    page.click("#compare")
    names = [page.text_content(f"[data-fresh=column-countdown-{client}] b") for client in ("own", "apple-mpp", "gmail")]
    assert names == ["ticking", "prefetched", "ticking"]
    assert page.text_content("[data-fresh=column-umbrella-apple-mpp] b") == "everyday"
    with an_update(page):
        page.check("#sky-clear", force=True)
    assert page.text_content("[data-fresh=column-umbrella-gmail] b") != "snow"
    assert too_wide(page) == []
    page.click("figure[data-picture=umbrella-gmail] a")
    assert page.get_attribute("#in-gmail", "aria-pressed") == "true"
    assert page.is_checked("#sky-clear")


def test_back_undoes_a_change_and_forward_does_it_again(visit: Visit) -> None:
    page = visit()
    with an_update(page):
        page.check("#sky-snow", force=True)
    with an_update(page):
        page.click("#in-apple-mpp")
    assert page.text_content("[data-fresh=tally-umbrella] b") == "everyday"
    with an_update(page):
        page.go_back()
    assert page.text_content("[data-fresh=tally-umbrella] b") == "snow"
    assert page.input_value("#client") == ""
    with an_update(page):
        page.go_back()
    assert page.is_checked("#sky-own")
    assert page.url.endswith("/")
    with an_update(page):
        page.go_forward()
    assert page.is_checked("#sky-snow")
    assert page.text_content("[data-fresh=tally-umbrella] b") == "snow"


def test_all_of_a_drag_is_one_step_back(visit: Visit) -> None:
    page = visit("?weather=snow")
    page.focus("#degrees")
    for degrees in (-1, 0, 1):
        with an_update(page):
            page.keyboard.press("ArrowRight")
        assert page.url.endswith(f"degrees={degrees}")
    with an_update(page):
        page.go_back()
    assert page.input_value("#degrees") == "-2"


def test_snow_in_the_heat_is_shown_with_a_word(visit: Visit) -> None:
    page = visit("?weather=snow&degrees=40")
    assert "snow at 40°" in (page.text_content("[data-fresh=weather-doubt]") or "")
    assert page.text_content("[data-fresh=tally-umbrella] b") == "snow"


def test_the_file_and_the_html_stand_beside_the_reasons(visit: Visit) -> None:
    page = visit("?weather=snow")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("#why-umbrella > summary")
    page.check("#tab-yaml-umbrella", force=True)
    marked = page.text_content("#yaml-umbrella mark") or ""
    assert marked.startswith("  - name: snow")
    assert "name: rain" not in marked
    page.check("#tab-html-umbrella", force=True)
    with an_update(page):
        page.select_option("#tool-umbrella", "braze")
    assert "{{custom_attribute.${liveref}}}.jpg" in (page.text_content("#html-umbrella") or "")
    assert page.is_checked("#tab-html-umbrella")
    page.click("[data-copy=html-umbrella]")
    expect(page.locator("#status")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.text_content("#html-umbrella")


def test_a_click_says_where_it_would_lead_and_what_was_recorded(visit: Visit) -> None:
    page = visit("?lang=fr")
    with page.expect_popup() as opened:
        page.click("figure[data-picture=loyalty] .pane")
    shop = opened.value
    assert "averse.example/card" in (shop.text_content("h1") or "")
    assert "lien cliqué" in (shop.text_content("section") or "")
    shop.click("text=Revenir")
    assert shop.is_checked("#person-r-0001")


def test_a_moment_is_one_click_away(visit: Visit) -> None:
    page = visit()
    with an_update(page):
        page.click("#time-later")
    assert page.text_content("[data-fresh=tally-countdown] b") == "ended"
    assert page.get_attribute("#time-later", "aria-pressed") == "true"
    with an_update(page):
        page.click("#time-now")
    assert page.text_content("[data-fresh=tally-countdown] b") == "ticking"


def test_enter_in_a_field_leaves_the_other_controls_alone(visit: Visit) -> None:
    page = visit("?person=r-0002&at=2026-11-21T12:00")
    with an_update(page):
        page.fill("#city", "Brest")
        page.press("#city", "Enter")
    assert "Brest" in (page.get_attribute("figure[data-picture=umbrella] img", "alt") or "")
    assert page.url.endswith("/?city=Brest&at=2026-11-21T12%3A00")
    with an_update(page):
        page.click("[data-clear=city]")
    assert "London" in (page.get_attribute("figure[data-picture=umbrella] img", "alt") or "")


def test_the_old_picture_stays_until_the_new_one_is_there(visit: Visit) -> None:
    page = visit("?person=r-0002")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/i/umbrella/**", hold)
    with an_update(page):
        page.check("#sky-snow", force=True)
        while not held:
            page.wait_for_timeout(20)
        image = page.locator("figure[data-picture=umbrella] img")
        assert "weather" not in (image.get_attribute("src") or "")
        assert image.evaluate("(image) => image.complete && image.naturalWidth") == 1200
        held[0].continue_()
    assert "weather=snow" in (page.get_attribute("figure[data-picture=umbrella] img", "src") or "")


def test_the_last_of_many_changes_counts(visit: Visit) -> None:
    page = visit()
    with an_update(page):
        page.evaluate(
            "for (const sky of ['rain', 'storm', 'clouds', 'snow']) document.getElementById(`sky-${sky}`).click()"
        )
    assert page.text_content("[data-fresh=tally-umbrella] b") == "snow"
    assert page.locator("figure[data-picture=umbrella] img").count() == 1


def test_the_reasons_stand_beside_the_picture_where_there_is_room(visit: Visit) -> None:
    page = visit(width=1440)
    mail, reasons = page.locator(".mail").bounding_box(), page.locator("#why-umbrella .reasons").bounding_box()
    assert mail
    assert reasons
    assert reasons["x"] > mail["x"] + mail["width"]
    page.click("#why-loyalty > summary")
    assert not page.is_visible("#why-umbrella .reasons")
    with an_update(page):
        page.check("#person-r-0009", force=True)
    assert "gold" in (page.text_content("#why-loyalty h3") or "")


def test_the_theme_can_be_chosen(visit: Visit) -> None:
    page = visit()
    with an_update(page):
        page.click("#theme-dark")
    assert page.evaluate("getComputedStyle(document.querySelector('.mail')).backgroundColor") != "rgb(255, 255, 255)"
    assert page.get_attribute("#lang-fr", "href") == "/?lang=fr&theme=dark"


def test_without_script_the_controls_are_a_form(visit: Visit) -> None:
    page = visit("?person=r-0002&weather=rain", script=False)
    page.check("#sky-snow", force=True)
    page.fill("#city", "Brest")
    page.click(".show")
    image = page.locator("figure[data-picture=umbrella] img")
    assert "it is snowing in Brest" in (image.get_attribute("alt") or "")
    page.click("#why-umbrella > summary")
    assert page.is_visible("#why-umbrella h3")
