"""A server in the process of a test, with creatives and people of its own; and how mail clients ask it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2 as httpx
from live_server import demo_settings
from starlette.testclient import TestClient

from blocking import Blocking
from livecontent.app import make_app
from livecontent.facts import Consent
from livecontent.services import Services, make_services
from livecontent.storage.base import ConsentDecision, Recipient

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
HUMANS = {
    "browser": BROWSER,
    "thunderbird": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.0",
}
MACHINES = {
    "apple-mpp": "Mozilla/5.0",
    "bot": "curl/8.7",
    "unknown": "Reader",
    "not Google's": "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
}
AGENTS = {**HUMANS, **MACHINES}
CONSENTS: tuple[Consent | None, ...] = ("full", "no-record", None, "none")


class OwnShop:
    """Creatives that have no problem, and nobody: who says nothing consents to all but a record."""

    def __init__(self, folder: Path, **creatives: str) -> None:
        for name, text in creatives.items():
            (folder / "templates" / name).mkdir(parents=True)
            (folder / "templates" / name / "creative.yaml").write_text(text)
        self.settings = demo_settings(folder / "data", templates=folder / "templates", consent="no-record")
        self.parts: Services = make_services(self.settings)
        assert not self.parts.problems
        self.storage = Blocking(self.parts.storage)

    def add(self, letter: str, consent: Consent | None = None, **fields: Any) -> str:
        """Somebody, with the reference that images have."""
        ref = letter * 26
        with self.storage.recipients.batch() as batch:
            batch.put(Recipient(ref, {"id": letter, **fields}))
        if consent:
            self.storage.consents.put([ConsentDecision(ref, consent, 1.0)])
        return ref


def asked_from_home(parts: Services) -> TestClient:
    """Asks a server from an address that is nobody's; it runs while this is entered."""
    return TestClient(make_app(parts), client=("192.0.2.7", 50000), follow_redirects=False)


def ask(client: TestClient, path: str, agent: str = BROWSER, method: str = "GET", **headers: str) -> httpx.Response:
    """What is answered to a mail client."""
    found: Any = client.request(method, path, headers={"user-agent": agent, **headers})
    return found
