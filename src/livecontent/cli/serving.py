"""`serve`: the socket, and the parent of the workers that answer on it."""

import errno
import logging
import os
import socket
import sys
import time
from pathlib import Path

import typer

from livecontent.cli.logs import set_up_logs
from livecontent.cli.supervisor import Supervisor
from livecontent.cli.workers import SERVER, WorkerProcess
from livecontent.web.metrics_server import MetricsServer

log = logging.getLogger(__name__)

ACTIVATED = 3  # the descriptor of a socket that systemd has made: sd_listen_fds(3)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_server(host: str, port: int, workers: int) -> None:
    """Serves until it is stopped. Raises `ConfigError` for what can't be used."""
    set_up_logs()
    os.environ[SERVER] = str(time.time_ns())
    shared = f", in {workers} processes" if workers > 1 else ""

    def greet(first: WorkerProcess) -> None:
        MetricsServer(first.metrics, Path(first.counts) if first.counts else None, lambda: supervisor.deaths).start()
        log.info("Serving %s%s.", first.ready, shared)
        stop = " Stop with Ctrl-C." if sys.stderr.isatty() else ""
        log.info("Ready on %s.%s", address_of(listening), stop)

    with bound(host, port) as listening:
        log.info("starting on %s%s", address_of(listening), shared)
        supervisor = Supervisor(listening, workers, greet)
        supervisor.run()


def bound(host: str, port: int) -> socket.socket:
    """A socket with an address, or the one that systemd has made; says so and ends where it can't be had."""
    if os.environ.get("LISTEN_PID") == str(os.getpid()):
        return socket.socket(fileno=ACTIVATED)
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError as error:
        made.close()
        hint = "; another server is running, or choose another --port" if error.errno == errno.EADDRINUSE else ""
        typer.echo(f"can't listen on {host}, port {port}: {error.strerror}{hint}", err=True)
        raise typer.Exit(3) from None
    return made


def address_of(listening: socket.socket) -> str:
    """Of a socket, for people."""
    name = listening.getsockname()
    if isinstance(name, tuple):
        host, port = name[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    return f"the socket {name}"
