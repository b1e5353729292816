"""What scripts do with drafts and versions is what the pages do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asking import bearer
from reviewing_shop import StudioShop, open_shop, sale


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[StudioShop]:
    with open_shop(tmp_path) as shop:
        shop.client.cookies.clear()
        yield shop


def ask(
    shop: StudioShop, method: str, what: str, body: dict[str, Any] | None = None, *, role: str = "publisher"
) -> Any:
    path = f"/v1/creatives/sale/{what}"
    answer = shop.client.request(method, path, json=body, headers=bearer(shop.services, role))
    return answer.json() | {"status": answer.status_code} if answer.content else {"status": answer.status_code}


def test_a_script_publishes_rolls_back_and_recalls(shop: StudioShop) -> None:
    first = shop.services.kit.creatives["sale"].loaded.version
    shop.draft(sale(others="#00ff00"))
    review = ask(shop, "GET", "draft", role="viewer")
    assert [one["name"] for one in review["variants"] if one["changed"]] == ["others"]
    assert review["publishable"]
    wish = {"version": review["version"], "why": "greener"}
    assert ask(shop, "POST", "publish", wish, role="editor")["status"] == 403
    assert ask(shop, "POST", "publish", {**wish, "version": "other"})["status"] == 409
    done = ask(shop, "POST", "publish", wish)
    assert (done["status"], done["in_folder"]) == (200, True)
    assert shop.file.read_text() == sale(others="#00ff00")
    assert ask(shop, "POST", "rollback", {"version": first})["version"] == first
    recalled = ask(shop, "POST", "recall", {"kind": "nothing"})
    assert recalled["recalled"] == first
    assert ask(shop, "GET", "heads")["versions"] == [first]
    assert ask(shop, "DELETE", "recall")["status"] == 204
    assert ask(shop, "DELETE", "recall")["status"] == 409
    actions = [one["action"] for one in ask(shop, "GET", "history")["entries"]]
    assert actions == ["recall undone", "recalled", "rolled back", "published", "published"]
    assert ask(shop, "GET", "results")["variants"] == []
    assert "/i/sale/*|LIVEREF|*.png" in ask(shop, "GET", "snippet?tool=mailchimp")["html"]


@pytest.mark.parametrize("body", [None, {}, {"version": 1}, {"version": "x", "more": 1}, {"kind": "picture"}])
def test_what_cannot_be_read_is_told(shop: StudioShop, body: dict[str, Any] | None) -> None:
    for what in ("publish", "rollback", "recall"):
        assert ask(shop, "POST", what, body)["status"] == 422
