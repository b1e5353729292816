"""A provider of weather on loopback."""

import http.server
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


@contextmanager
def open_meteo(late: float = 0.0, **current: object) -> Iterator[str]:
    """The URL of a server that tells this of any place, as Open-Meteo does, so many seconds late."""

    class Provider(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(late)
            at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M")
            body = json.dumps({"current": {"time": at, **current}}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
