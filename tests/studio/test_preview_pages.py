"""The pages Preview and Grid over HTTP: whole without their scripts, and nothing that is typed in gets out of place."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from asking import asking, bearer
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reading import read
from starlette.testclient import TestClient

from livecontent.app import make_app
from livecontent.creative.drafts import Drafts
from livecontent.services import Services
from livecontent.studio.previewing.frames import read_frames
from livecontent.studio.previewing.state import NAMES

HOSTILE = [
    '"><script>alert(1)</script>{{7*7}}',
    "'; DROP TABLE recipients; --",
    "javascript:alert(1)",
    "../../../etc/passwd",
    "\x00\x1b[31m",
    "%00%0d%0aset-cookie:%20a=b",
    "\r\nset-cookie: a=b",
    "{% raw %}{{ config }}",
    "${jndi:ldap://x}",
    "\u202egnp.exe",
    "ﷺ" * 50,
    "0" * 400,
    "-1e309",
    "NaN",
    "9999-12-31T23:59:59+23:59",
    "0001-01-01T00:00",
    "::1%eth0",
    "<img src=x onerror=alert(1)>",
    "rain:999",
    "&f.person=r-0001#",
]
PAGES = ("/studio/preview/countdown", "/studio/grid/countdown")


def test_the_preview_is_a_form_that_holds_what_was_set(client: TestClient) -> None:
    query = {"f.person": "r-0001", "f.city": "Brest", "f.weather": "snow:-3", "f.client": "apple-mpp"}
    page = read(client.get("/studio/preview/umbrella", params=query).text)
    checked = {
        one.attributes["name"]: one.attributes["value"] for one in page.all("input", lambda one: "checked" in one)
    }
    assert checked == {
        "f.person": "r-0001", "f.weather": "snow", "f.client": "apple-mpp", "f.lang": "", "f.consent": "",
        "f.variant": "", "f.view": "",
    }  # fmt: skip
    assert page.all("input", lambda one: one.get("id") == "city")[0].attributes["value"] == "Brest"
    assert page.all("input", lambda one: one.get("id") == "degrees")[0].attributes["value"] == "-3"
    assert page.all("form", lambda one: one.get("id") == "controls")[0].attributes["method"] == "get"
    picture = page.all("img", lambda one: one.get("id") == "picture")[0].attributes
    assert client.get(picture["src"]).headers["content-type"] == "image/jpeg"
    assert picture["alt"].startswith("Averse.")


def test_the_trace_is_told_in_sentences(client: TestClient) -> None:
    for language, said in (
        ("en", "True: the weather is rain (set here)."),
        ("fr", "Vrai : météo = pluie (réglage de cette page)."),
    ):
        page = client.get(
            "/studio/preview/umbrella", params={"f.weather": "rain:3"}, headers={"accept-language": language}
        )
        assert said in [one.text.replace("\N{NO-BREAK SPACE}", " ") for one in read(page.text).all("p")]


def test_what_was_left_out_for_a_prefetch_is_told(client: TestClient) -> None:
    page = client.get("/studio/preview/umbrella", params={"f.client": "apple-mpp", "f.city": "Brest"}).text
    assert "fetch the image before anybody reads it" in page


def test_a_search_without_the_script_takes_the_first(client: TestClient) -> None:
    page = client.get("/studio/preview/umbrella", params={"f.find": "Camille"}).text
    assert re.search("as Camille sees it", page)


def test_what_can_not_be_used_is_told(client: TestClient) -> None:
    page = client.get("/studio/preview/umbrella", params={"f.weather": "hail", "f.person": "r-nobody"}).text
    assert "The value of f.weather in this address" in page
    assert "No recipient has the ID “r-nobody”" in page


@pytest.mark.parametrize("path", ["/studio/preview/none", "/studio/grid/none", "/studio/preview/none/picture"])
def test_a_creative_that_there_is_not_is_no_page(client: TestClient, path: str) -> None:
    assert client.get(path, headers={"accept": "text/html"}).status_code == 404


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values_stay_values(client: TestClient, page: str, text: str) -> None:
    names = [*(f"f.{name}" for name in (*NAMES, "find", "view", "rows", "columns", "people", "size", "only")), "until"]
    for below in ("", "/look" if "preview" in page else "/cells"):
        answer = client.get(page + below, params=dict.fromkeys(names, text))
        assert answer.status_code == 200, (page, text)
        assert "set-cookie" not in answer.headers
        if not below:
            html = read(answer.text)
            assert all("src" in script.attributes and not script.text for script in html.all("script"))
            assert not [one for one in html.elements if any(name.startswith("on") for name in one.attributes)]
            links = [one.attributes["href"] for one in html.all("a", lambda one: "href" in one)]
            assert not [link for link in links if link.startswith("javascript")]


@settings(max_examples=30)
@given(st.dictionaries(st.sampled_from([f"f.{name}" for name in NAMES]), st.text(max_size=40)))
def test_whatever_is_asked_there_is_a_page(client: TestClient, query: dict[str, str]) -> None:
    assert client.get("/studio/preview/umbrella", params=query).status_code == 200


def test_a_grid_stands_before_its_pictures_come(client: TestClient) -> None:
    query = {"f.rows": "weather", "f.columns": "hour", "f.city": "Brest"}
    page = read(client.get("/studio/grid/umbrella", params=query).text)
    heads = [one.text for one in page.all("th")]
    assert heads[:2] == ["00:00", "01:00"]
    assert heads[24:26] == ["Clear", "Clouds"]
    links = page.all("td")
    assert len(links) == 1 + 7 * 24
    address = page.all("table")[0].attributes["data-cells"]
    *cells, (done, _) = read_frames(client.get(address).content)
    assert done["done"].startswith("168 openings")
    assert [(head["row"], head["column"]) for head, _ in cells] == [
        (row, column) for row in range(7) for column in range(24)
    ]
    sent = {head["digest"] for head, data in cells if data}
    assert sent == {head["digest"] for head, _ in cells}
    assert {head["type"] for head, data in cells if data} == {"image/jpeg"}
    assert {head["variant"] for head, _ in cells} >= {"rain", "snow", "everyday"}


def test_a_cell_leads_to_its_preview_and_to_its_picture(client: TestClient) -> None:
    page = client.get("/studio/grid/umbrella", params={"f.rows": "weather", "f.columns": "client"}).text
    links = [
        one.attributes["href"]
        for one in read(page).all("a", lambda one: "/studio/preview/umbrella?" in one.get("href", ""))
    ]
    assert "/studio/preview/umbrella?f.weather=snow:-2&f.client=gmail" in links
    assert 'src="/studio/preview/umbrella/picture?f.weather=snow:-2&amp;f.client=gmail"' in page


@pytest.mark.parametrize(("name", "kind"), [("countdown", "image/png"), ("umbrella", "image/jpeg")])
def test_pictures_of_a_grid_are_quick_formats(client: TestClient, name: str, kind: str) -> None:
    frames = list(read_frames(client.get(f"/studio/grid/{name}/cells", params={"f.columns": "client"}).content))
    assert {head["type"] for head, data in frames if data} == {kind}


def test_the_data_of_both_pages_is_there_as_json(client: TestClient) -> None:
    query = {"f.weather": "snow:1", "f.city": "Brest", "f.client": "apple-mpp", "f.consent": "all"}
    page = read(client.get("/studio/preview/umbrella", params=query).text)
    address = next(one.attributes["href"] for one in page.all("a", lambda one: one.get("href", "").startswith("/v1/")))
    told = client.get(address).json()
    picture = client.get("/studio/preview/umbrella/picture", params=query)
    assert told["bytes"] == len(picture.content)
    assert told["variant"] == picture.headers["x-variant"] == "everyday"
    assert told["given"] == {"f.weather": "snow:1", "f.city": "Brest", "f.client": "apple-mpp"}
    assert client.get("/v1/creatives/umbrella/preview", params=query).json()["not_understood"] == ["f.consent"]
    grid = client.get("/v1/creatives/umbrella/grid", params={"f.columns": "weather", **query}).json()
    assert [one["variant"] for one in grid["cells"]] == ["everyday"] * 7
    assert client.get("/v1/creatives/none/grid").status_code == 404


@pytest.mark.parametrize("role", ["viewer", "editor", "publisher"])
def test_who_may_not_look_people_up_sees_no_data_of_anybody(demo: Services, role: str) -> None:
    query = {"f.person": "r-0001", "f.find": "Camill", "f.rows": "person", "f.columns": "weather"}
    told = {}
    with asking(make_app(demo)) as door:
        for page in ("preview/umbrella", "preview/umbrella/look", "grid/umbrella", "grid/umbrella/cells"):
            answer = door.get(f"/studio/{page}", params=query, headers=bearer(demo, role))
            assert answer.status_code == 200
            told[page] = answer.content.decode(errors="replace")
    for page, text in told.items():
        assert ("Camille" in text) == (role == "publisher"), page
    assert ("Your role does not see" in told["preview/umbrella"]) == (role != "publisher")


def picture_of(colour: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (1200, 640), colour).save(out, "PNG")
    return out.getvalue()


def test_a_draft_is_seen_by_who_asks_for_it_alone(client: TestClient, demo: Services) -> None:
    drafts = Drafts(demo.settings.data, demo.settings.templates, demo.versions)
    published = client.get("/studio/preview/umbrella/picture", params={"f.weather": "snow"}).content
    before = drafts.open("umbrella")
    drafts.write("umbrella", {**before.files, "snow.jpg": picture_of("red")}, before.version)
    wanted = {"f.weather": "snow", "draft": "1"}
    drawn = client.get("/studio/preview/umbrella/picture", params=wanted).content
    assert drawn != published
    assert client.get("/studio/preview/umbrella/picture", params={"f.weather": "snow"}).content == published
    page = client.get("/studio/preview/umbrella", params=wanted).text
    assert "This is the draft." in page
    turn = [one.text for one in read(page).all("a", lambda one: one.get("aria-current") == "true")]
    assert turn == ["Draft"]
    assert demo.publisher is not None
    demo.publisher._publish([])  # as when another creative has changed: pictures of none are forgotten
    demo.kit.renderer.cache.clear()
    wanted["f.lang"] = "fr"
    page = client.get("/studio/preview/umbrella", params=wanted)
    assert "variant" in page.text
    with Image.open(BytesIO(client.get("/studio/preview/umbrella/picture", params=wanted).content)) as image:
        assert image.convert("RGB").getpixel((1100, 20)) == pytest.approx((254, 0, 0), abs=6)
    drafts.discard("umbrella")


def test_what_is_wrong_with_a_draft_is_told(client: TestClient, demo: Services) -> None:
    drafts = Drafts(demo.settings.data, demo.settings.templates, demo.versions)
    before = drafts.open("loyalty")
    text = before.files["creative.yaml"].replace(b"variants:", b"variant:")
    drafts.write("loyalty", {**before.files, "creative.yaml": text}, before.version)
    for page in ("preview", "grid"):
        told = client.get(f"/studio/{page}/loyalty", params={"draft": "1"}).text
        assert "This draft can’t be shown." in told
        assert "creative.yaml, line 2, column 1" in told
        assert "unknown name" in told or "variant" in told
    assert client.get("/studio/preview/loyalty/look", params={"draft": "1"}).status_code == 409
    assert client.get("/studio/preview/loyalty").status_code == 200
    drafts.discard("loyalty")
