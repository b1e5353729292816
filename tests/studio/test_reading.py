"""Documents and source, as pages."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import pytest
from reading import read
from starlette.testclient import TestClient

from livecontent.studio.reading import LINKED, PATH


def test_the_foot_of_a_page_links_what_is_there(client: TestClient) -> None:
    links = [link.attributes["href"] for link in read(client.get("/").text).all("a")]
    for file in LINKED.values():
        assert f"{PATH}/{file}" in links
        assert client.get(f"{PATH}/{file}").status_code == 200


@pytest.mark.parametrize("file", [file for file in LINKED.values() if file.endswith(".md")])
def test_links_and_pictures_of_documents_lead_somewhere(client: TestClient, file: str) -> None:
    page = read(client.get(f"{PATH}/{file}").text)
    named = [one.attributes.get("href") or one.attributes.get("src", "") for one in page.elements]
    for address in {urljoin(f"{PATH}/{file}", one) for one in named if one and not re.match("https?:|#", one)}:
        target = urlsplit(address)
        found = client.get(target.path)
        assert found.status_code == 200 or "." not in target.path.rpartition("/")[2], address
        if target.fragment and target.path.endswith(".md"):
            assert f'id="{target.fragment}"' in found.text, address


@pytest.mark.parametrize(
    "file", [".git/config", "docs/../.git/config", "../etc/passwd", "src", "docs/none.md", "%2e%2e/a"]
)
def test_nothing_else_is_served(client: TestClient, file: str) -> None:
    assert client.get(f"{PATH}/{file}").status_code == 404


def test_source_is_text(client: TestClient) -> None:
    page = client.get(f"{PATH}/src/livecontent/studio/reading.py").text
    assert "&lt;(pre|table)&gt;" in page
