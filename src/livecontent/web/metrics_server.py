"""Serves the metrics of all processes of a server, from the parent, at an address of their own."""

import logging
import platform
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from livecontent import __version__
from livecontent.runtime.listening import parse_listening
from livecontent.runtime.shared_counts import CountsOfAll

log = logging.getLogger(__name__)

RETRY = 10.0  # seconds between tries where the address is in use: a server that stops may have it


class MetricsServer(Collector):
    """Starts and closes with the parent. Whatever is wrong with the address, images are served."""

    def __init__(self, address: str, folder: Path | None, deaths: Callable[[], int] = int) -> None:
        """At an address such as `127.0.0.1:9464`, or `off`. The folder is that of the counts of all processes.

        Without one, nothing is told. `deaths` are those of workers, up to now.
        """
        self._deaths = deaths
        self._address = parse_listening(address) if folder else None
        self._counts = CountsOfAll(folder or Path())
        self._closing = Event()
        self._server: WSGIServer | None = None
        self.registry = CollectorRegistry()
        for collector in (self, self._counts):
            self.registry.register(collector)
        ProcessCollector(registry=self.registry)

    def start(self) -> None:
        """Begins to serve; where the address is in use, it tries again and again."""
        if self._address and (problem := self._serve(self._address)):
            log.warning("no metrics yet: %s:%d: %s; see the setting metrics", *self._address, problem)
            Thread(target=self._try_again, args=(self._address,), daemon=True).start()

    def close(self) -> None:
        """Stops."""
        self._closing.set()
        if self._server:
            self._server.shutdown()
            self._server.server_close()

    def _serve(self, address: tuple[str, int]) -> str:
        """Why it can't, if so."""
        host, port = address
        try:
            self._server, _ = start_http_server(port, host, self.registry)
        except OSError as error:
            return error.strerror or str(error)
        log.info("metrics on http://%s:%d/metrics", host, port)
        return ""

    def _try_again(self, address: tuple[str, int]) -> None:
        while not self._closing.wait(RETRY) and self._serve(address):
            pass

    def collect(self) -> Iterator[Metric]:
        """What the parent knows."""
        about = GaugeMetricFamily("livecontent_build_info", "Versions", labels=["version", "python"])
        about.add_metric([__version__, platform.python_version()], 1)
        yield about
        yield GaugeMetricFamily("livecontent_workers", "Processes that answer", len(self._counts.living()))
        yield CounterMetricFamily("livecontent_worker_deaths", "Workers that died and were replaced", self._deaths())
