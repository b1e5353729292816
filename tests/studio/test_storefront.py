"""The shop of the demo: a web page with the creatives of the email."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urljoin

import pytest
from browsing import Visit
from playwright.sync_api import Page, expect
from starlette.testclient import TestClient

from blocking import Blocking
from chromium import needs_chromium
from livecontent.app import make_app
from livecontent.services import Services
from livecontent.studio.demo.storefront import BLOCKS
from livecontent.studio.inbox import STORY

PRICE = r"[£€]\d[\d.]*|\d[\d,]*(?:\s|&nbsp;)[£€]"
PATHS = ("/shop/", "/shop/p/minuit", "/shop/till", "/shop/mixer", "/shop/adviser")


def test_the_page_shows_each_block_and_the_products_without_script(client: TestClient) -> None:
    page = client.get("/shop/?as=r-0001").text
    for name in BLOCKS:
        (address,) = re.findall(rf'<img src="(/i/{name}/[^"]+)"', page)
        assert client.get(address).headers["content-type"].startswith("image/")
    assert page.count("data-sku=") > 5


def test_who_can_not_be_found_visits_as_nobody(client: TestClient) -> None:
    page = client.get("/shop/", params={"as": '"><script>'}).text
    assert " ref=" not in page
    assert '"><script>' not in page


@needs_chromium
def test_the_blocks_are_those_of_who_visits(visit: Visit) -> None:
    page = visit("shop/?as=r-0001&lang=fr")
    shown = page.locator("live-content.umbrella img >> visible=true")
    expect(shown).to_have_attribute("alt", re.compile("Camille"), timeout=60_000)
    page.get_by_role("link", name="Visiteur inconnu").click()
    expect(shown).not_to_have_attribute("alt", re.compile("Camille"), timeout=60_000)
    assert page.locator("live-content").evaluate_all("all => all.every((one) => one.shadowRoot)")


@pytest.mark.parametrize("path", PATHS)
def test_the_shop_is_there_in_the_demo_alone(client: TestClient, demo: Services, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert demo.settings.api_token not in page.text
    app = make_app(replace(demo, settings=demo.settings.model_copy(update={"demo": False})))
    assert TestClient(app).get(path).status_code == 404


@pytest.mark.parametrize(("who", "sign"), [("r-0001", "€"), ("r-0002", "£"), ("nobody", "€")])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pages_show_the_price_and_currency_of_the_picture(
    client: TestClient, demo: Services, who: str, sign: str, language: str
) -> None:
    found = Blocking(demo.storage).recipients.find(who)
    pages = [client.get(path, params={"as": who, "lang": language}).text for path in ("/shop/", "/shop/till")]
    shelf, till = (re.findall(PRICE, page) for page in pages)
    pictures = re.findall(r'src="(/i/product[^"]+)"', pages[0])
    assert len(pictures) == len(shelf) > 5
    for picture, written in zip(pictures, shelf, strict=True):
        told = picture.replace("/i/", "/b/").replace(".jpg", ".json").replace("&amp;", "&")
        shown = re.search(PRICE, client.get(told).json()["alt"])
        assert shown
        assert sign in written
        assert sign in shown[0]
        assert digits(written) == digits(shown[0])
    assert till == shelf[: len(till)] or not found


def digits(price: str) -> float:
    return float(re.sub(r"[^\d.]", "", price.replace(",", ".")))


def test_a_product_that_there_is_none_of_is_not_found(client: TestClient) -> None:
    assert client.get("/shop/p/nothing").status_code == 404


def test_the_email_closes_the_gaps_where_there_is_nothing_to_say(client: TestClient) -> None:
    page = client.get("/?mail=story&person=r-0005").text
    assert [name for name in STORY if f'data-picture="{name}"' in page] == list(STORY)
    for name in ("visit", "basket"):  # whether an offer speaks is drawn
        assert f'class="window silent" data-picture="{name}"' in page
    assert "the email closes the gap" in page
    assert 'aria-current="step"' in page


@pytest.mark.parametrize("path", PATHS)
def test_nobody_is_sent_elsewhere_by_a_host_that_somebody_invented(client: TestClient, path: str) -> None:
    assert "evil.example" not in client.get(path, headers={"host": "evil.example"}).text


def test_what_a_till_tells_is_sent_to_the_address_of_the_settings(client: TestClient, demo: Services) -> None:
    form = {"store": "s-05", "do": "visit", "message": "a"}
    page = client.post("/shop/till?as=r-0001", data=form, headers={"origin": "http://127.0.0.1:8000"}).text
    assert f"POST {demo.settings.url}/v1/events" in page
    assert "No answer" in page, "nobody listens there in this test"
    assert demo.settings.api_token not in page


def test_other_sites_press_no_button_of_the_till(client: TestClient) -> None:
    form = {"store": "s-05", "do": "visit", "message": "a"}
    assert client.post("/shop/till?as=r-0001", data=form, headers={"origin": "https://evil.example"}).status_code == 403


EMAIL = "/?mail=story&person=r-0001"


def in_email(page: Page, creative: str) -> str:
    """What an image of the email says."""
    return page.get_attribute(f"figure[data-picture={creative}] img", "alt") or ""


def expect_in_basket(page: Page, words: str) -> None:
    """The basket's block on the page says so, as soon as what was just done is kept."""
    shown = page.locator("live-content.basket img >> visible=true")
    expect(shown).to_have_attribute("alt", re.compile(words), timeout=60_000)


@needs_chromium
def test_the_story_from_a_look_to_a_withdrawal(visit: Visit) -> None:
    def go(path: str) -> None:
        page.goto(urljoin(page.url, f"/shop/{path}?as=r-0001"))

    page = visit("shop/p/petite-pluie?as=r-0001")
    told: list[str] = []
    page.on("request", lambda asked: told.append(asked.url) if asked.url.endswith("/live") else None)
    page.get_by_role("button", name="Add to basket").click()
    expect(page.locator(".done-now")).to_contain_text("you have not agreed")
    page.wait_for_timeout(700)
    assert (told, page.evaluate("localStorage.length")) == ([], 0)

    page.get_by_role("button", name="Yes, remember it").click()
    page.get_by_role("button", name="Add to basket").click()
    expect_in_basket(page, "1 × Parapluie pliant Petite Pluie")
    page.goto(urljoin(page.url, EMAIL))
    assert "1 × Parapluie pliant Petite Pluie" in in_email(page, "basket")

    go("till")
    page.select_option("#sku", "petite-pluie")
    page.get_by_role("button", name="Ring it up").click()
    expect(page.locator(".answer")).to_contain_text('"taken": 1')
    expect(page.locator(".kept")).to_contain_text("Order Completed")
    page.get_by_role("button", name="Camille comes in").click()
    go("adviser")
    expect(page.locator(".alerts .say")).to_contain_text(
        re.compile("Camille vient d’entrer.*Averse Lille"), timeout=60_000
    )
    go("p/minuit")
    expect_in_basket(page, "Minuit")  # nothing is left in it: this is what was looked at last
    page.goto(urljoin(page.url, EMAIL))
    assert "Merci de votre visite, Camille" in in_email(page, "visit")
    go("till")
    page.get_by_role("button", name="Camille asks about a repair").click()
    page.goto(urljoin(page.url, EMAIL))
    assert "Nous nous occupons de votre demande" in in_email(page, "visit"), "service comes before sales"

    go("mixer")
    page.get_by_role("button", name="Onion soup").click()
    expect(page.locator(".kept")).to_contain_text("Recipe Cooked")
    expect(page.locator(".kept")).to_contain_text("Product Added")

    go("")
    page.get_by_role("button", name="Forget me").click()
    page.wait_for_timeout(700)
    go("till")
    expect(page.locator(".kept")).to_contain_text("Recipe Cooked")
    expect(page.locator(".kept")).not_to_contain_text("Product Added")


@needs_chromium
def test_who_clicks_in_the_email_is_known_in_the_shop_after_a_yes(visit: Visit) -> None:
    visit("shop/p/cabas?as=r-0002").get_by_role("button", name="Yes, remember it").click()
    page = visit("?mail=story&person=r-0002")
    while "Waterproof tote bag" not in in_email(page, "basket"):
        page.reload()
    with page.expect_popup() as opened:
        page.click("figure[data-picture=basket] .pane")
    shop = opened.value
    expect(shop).to_have_url(re.compile("/shop/p/cabas$"))
    expect(shop.locator(".clicked")).to_be_visible()
    shop.get_by_role("button", name="Yes, remember it").click()
    shop.get_by_role("button", name="Add to basket").click()
    shop.wait_for_timeout(1000)
    page.reload()
    assert "1 × Waterproof tote bag" in in_email(page, "basket")


@needs_chromium
def test_a_browser_that_says_no_to_all_is_not_asked(visit: Visit) -> None:
    page = visit("shop/p/minuit?as=r-0001")
    page.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})")
    page.reload()
    expect(page.locator(".never")).to_be_visible()
    expect(page.locator("[data-consent]:visible")).to_have_count(0)
    page.get_by_role("button", name="Add to basket").click()
    expect(page.locator(".done-now")).to_contain_text("livecontent was not told")
    assert page.evaluate("localStorage.length") == 0
