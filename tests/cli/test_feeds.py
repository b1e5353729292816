"""A feed from a real server in `explain`, `render`, `check` and `doctor`, as a marketer tries it."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from running import Run, said

CREATIVE = """
title: News
size: 300x120
link: https://shop.example
alt: "{{ feed.news[0].title }}"
variants:
  - name: news
    when: size(feed.news) > 0
    layers:
      - {fill: white}
      - repeat: feed.news
        limit: 2
        gap: 4
        box: [0, 0, 300, 40]
        layers: [{text: "{{ item.title }}", prefetched: "What is new"}]
  - name: quiet
    layers: [{text: Welcome}]
"""


class Shop(BaseHTTPRequestHandler):
    """Answers its news."""

    def do_GET(self) -> None:
        body = json.dumps([{"title": "Rain & wind"}, {"title": "Été"}, {"title": "third"}]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Path]:
    """A folder with a creative that shows a feed of a running server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder = tmp_path / "templates" / "news"
    folder.mkdir(parents=True)
    (folder / "creative.yaml").write_text(CREATIVE)
    # No open could wait for a feed; whoever looks at a creative does.
    settings = f'deadline = 0.001\n[feeds.news]\nurl = "http://127.0.0.1:{server.server_port}/"\n'
    (tmp_path / "livecontent.toml").write_text(settings)
    yield tmp_path
    server.shutdown()
    server.server_close()


def test_what_a_feed_says_is_shown_and_explained(run: Run, shop: Path) -> None:
    assert "0 errors" in said(run("check"))
    explained = said(run("explain", "news"))
    assert 'feed["news"] cached' in explained.replace("  ", " ")
    assert "Rain & wind" in explained
    run("render", "news", "-o", "news.png")
    assert (shop / "news.png").stat().st_size > 1000
    later = said(run("explain", "news", "--client", "apple-mpp"))
    assert "quiet" in later
    assert "Welcome" in later


def test_the_doctor_asks_feeds(run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    assert "3 items" in said(run("doctor"))
    settings = shop / "livecontent.toml"
    settings.write_text(settings.read_text() + 'key = "none"\n[feeds.gone]\nurl = "http://127.0.0.1:9/"\n')
    assert "check feeds.gone" in said(run("doctor"))
