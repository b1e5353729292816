"""The shop of the demo: a web page with the creatives of the email."""

from __future__ import annotations

import re

from browsing import Visit, needs_chromium
from playwright.sync_api import expect
from starlette.testclient import TestClient

from livecontent.studio.storefront import BLOCKS


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
