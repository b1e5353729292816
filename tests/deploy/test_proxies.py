"""The examples for nginx and Caddy, started as they are but for addresses, in front of a real server."""

import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import httpx2 as httpx
import pytest
from PIL import Image

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PATIENCE = 60.0  # seconds
HELLO = "title: Hello\nsize: 60x20\nvariants:\n  - name: a\n    layers: [{fill: black}]\n"
NGINX = """daemon off; master_process off; pid {folder}/pid; error_log {folder}/errors;
events {{}}
http {{
  access_log {folder}/access;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  {text}
}}
"""

Start = Callable[[Path, int, int], list[str]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


def nginx(folder: Path, port: int, upstream: int) -> list[str]:
    made = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -keyout privkey.pem -out fullchain.pem"
    subprocess.run(made.split(), cwd=folder, check=True, capture_output=True)
    text = replaced(
        (DEPLOY / "nginx.conf").read_text(),
        ("127.0.0.1:8000", f"127.0.0.1:{upstream}"),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ", f"listen 127.0.0.1:{port} "),
        ("/etc/letsencrypt/live/live.shop.example", str(folder)),
    )
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, text=text))
    return ["nginx", "-c", str(folder / "nginx.conf")]


def caddy(folder: Path, port: int, upstream: int) -> list[str]:
    here = f"admin off\n\tskip_install_trust\n\tauto_https disable_redirects\n\tstorage file_system {folder}"
    text = replaced(
        (DEPLOY / "Caddyfile").read_text(),
        ("127.0.0.1:8000", f"127.0.0.1:{upstream}"),
        ("\nlive.shop.example {", f"\nhttps://127.0.0.1:{port} {{\n\ttls internal"),
        ("root * /etc/caddy", f"root * {DEPLOY}"),
        ("\n{\n", f"\n{{\n\t{here}\n"),
    )
    (folder / "Caddyfile").write_text(text)
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


@contextmanager
def running(command: list[str], folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A process that listens on a port."""
    log = folder / f"{port}.log"
    with log.open("wb") as out, subprocess.Popen(command, cwd=folder, stdout=out, stderr=out) as process:
        try:
            until(lambda: answers(process, port, log))
            yield process
        finally:
            process.terminate()
            process.wait(PATIENCE)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def trusting() -> ssl.SSLContext:
    """TLS with whoever answers."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def answers(process: subprocess.Popen[bytes], port: int, log: Path) -> bool:
    """Whether it does; a proxy that has no certificate yet, as Caddy at its start, does not."""
    assert process.poll() is None, log.read_text()
    try:
        with socket.create_connection(("127.0.0.1", port)) as probe:
            if process.args[0] in ("nginx", "caddy"):  # type: ignore[index]
                trusting().wrap_socket(probe, server_hostname="127.0.0.1").close()
            return True
    except OSError:
        return False


@pytest.fixture(params=[nginx, caddy], ids=["nginx", "caddy"])
def start(request: pytest.FixtureRequest) -> Start:
    """Writes the example for a port of its own and one of the server; the command that starts it."""
    if not shutil.which(request.param.__name__):
        pytest.skip(f"{request.param.__name__} is not installed: sh .ci/system {request.param.__name__}")
    chosen: Start = request.param
    return chosen


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client of which others see that it comes from 127.0.0.5, and that believes any certificate."""
    transport = httpx.HTTPTransport(verify=False, local_address="127.0.0.5")
    with httpx.Client(transport=transport, timeout=PATIENCE) as made:
        yield made


def test_images_come_through_and_one_comes_when_the_server_is_down(
    start: Start, client: httpx.Client, tmp_path: Path
) -> None:
    (tmp_path / "templates" / "hello").mkdir(parents=True)
    (tmp_path / "templates" / "hello" / "creative.yaml").write_text(HELLO)
    port, upstream = free_port(), free_port()
    proxy = f"https://127.0.0.1:{port}"
    with running(start(tmp_path, port, upstream), tmp_path, port):
        serve = [sys.executable, "-m", "livecontent", "serve", "--workers", "1", "--port", str(upstream)]
        with running(serve, tmp_path, upstream):
            until(lambda: client.get(f"{proxy}/readyz").status_code == 200)
            answer = client.get(f"{proxy}/i/hello.png")
            assert Image.open(BytesIO(answer.content)).size == (120, 40)
            assert client.get(f"{proxy}/metrics").status_code == 404
            assert protocol(port) == "h2"
        answer = client.get(f"{proxy}/i/hello.png")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/gif")
        assert "no-store" in answer.headers["cache-control"]
        assert Image.open(BytesIO(answer.content)).size == (1, 1)
        assert client.get(f"{proxy}/c/hello").status_code == 502  # which is no image


def protocol(port: int) -> str | None:
    """What is spoken with a client that would rather speak HTTP/2."""
    context = trusting()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with socket.create_connection(("127.0.0.1", port)) as plain, context.wrap_socket(plain) as wrapped:
        return wrapped.selected_alpn_protocol()


def test_the_server_is_told_the_address_of_the_client_and_nothing_that_it_made_up(
    start: Start, client: httpx.Client, tmp_path: Path
) -> None:
    told: list[tuple[list[str], str | None]] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.append((self.headers.get_all("X-Forwarded-For") or [], self.headers.get("Forwarded")))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    port = free_port()
    with HTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with running(start(tmp_path, port, server.server_port), tmp_path, port):
            forged = {"X-Forwarded-For": "192.0.2.1", "Forwarded": "for=192.0.2.1"}
            client.get(f"https://127.0.0.1:{port}/i/hello.png", headers=forged)
        server.shutdown()
    assert told == [(["127.0.0.5"], None)]


def test_nobody_s_address_and_nothing_of_what_they_open_is_logged(
    start: Start, client: httpx.Client, tmp_path: Path
) -> None:
    """Neither while the server is down, nor where it ends amid an answer, nor by the way to TLS."""
    port, upstream = free_port(), free_port()
    paths = [f"/{way}/hello/{'a' * 26}" for way in "ic"]
    with running(start(tmp_path, port, upstream), tmp_path, port):
        urls = [f"https://127.0.0.1:{port}{path}" for path in paths]
        config = tmp_path / "nginx.conf"
        if config.exists() and (plain := re.search(r"listen (127[.\d:]+);", config.read_text())):
            assert client.get(f"http://{plain[1]}{paths[0]}").status_code == 301
        down = [client.get(url).status_code for url in urls]
        assert down == [200, 502]
        with dying(upstream):
            for url in urls:
                with suppress(httpx.HTTPError):
                    client.get(url)
    logs = {
        file.name: file.read_text() for file in tmp_path.iterdir() if file.name in {"access", "errors", f"{port}.log"}
    }
    assert f"{port}.log" in logs
    for seen in ("127.0.0.5", "a" * 26, "python-httpx"):
        assert [(name, text) for name, text in logs.items() if seen in text] == []


@contextmanager
def dying(port: int) -> Iterator[None]:
    """A server that ends amid each answer."""

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"half")

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with HTTPServer(("127.0.0.1", port), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()
