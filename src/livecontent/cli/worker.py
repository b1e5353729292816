"""A worker: one of the processes that answer. `python -m livecontent.cli.worker`, as its parent starts it."""

import asyncio
import logging
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

from livecontent import publish
from livecontent.app import make_app
from livecontent.cli.logs import set_up_logs
from livecontent.cli.supervisor import GRACE
from livecontent.cli.words import counted
from livecontent.cli.workers import SERVER, ParentGoneError, Report
from livecontent.config import load_settings
from livecontent.errors import LivecontentError, in_words
from livecontent.runtime.shared_counts import counts_of_server
from livecontent.services import Services, make_services
from livecontent.web.entrance import DrainingServer, Entrance

log = logging.getLogger(__name__)


def answer_requests(listening: socket.socket, app: ASGIApp, sign: Callable[[], object]) -> None:
    """Answers until it is stopped. `sign` is called when it begins to, and then each second.

    It ends when `sign` raises `ParentGoneError`.
    """

    async def live() -> None:
        try:
            sign()
        except ParentGoneError as error:
            log.warning("%s, so it ends, too", error)
            server.should_exit = True

    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # uvicorn would trust every client on this machine
        http=Entrance,
        ws="none",
        timeout_graceful_shutdown=GRACE,
        callback_notify=live,
        timeout_notify=0,
    )
    server = DrainingServer(config)
    with suppress(KeyboardInterrupt):  # which it raises once all is answered
        server.run(sockets=[listening])


def tell_problems(services: Services) -> None:
    """Of creatives that can't be used, and of triggers that lead nowhere."""
    for problem in services.problems:
        log.error("%s", problem)
    for problem in services.triggers.problems:
        log.warning("%s", problem)


def told_served(services: Services) -> str:
    """What is served, in words."""
    count = asyncio.run(services.storage.recipients.count())
    creatives, recipients = counted(len(services.kit.creatives), "creative"), counted(count, "recipient")
    return f"{creatives} of {services.settings.templates} to {recipients}"


def run_worker(listening: int, pipe: int, slot: int, replaces: int) -> None:
    """Answers on a socket, and tells the parent through a pipe. Of several workers one tells of problems.

    One that replaces another answers nobody where it can't draw.
    """
    set_up_logs()
    report = Report(pipe)
    try:
        services = make_services(load_settings())
        settings = services.settings
        counts = counts_of_server(settings.data, os.environ[SERVER])
        ready = {"ready": told_served(services), "metrics": settings.metrics, "counts": str(counts.folder or "")}
        first = iter([ready])
    except (LivecontentError, OSError) as error:
        report.tell(failed=in_words(error))
        sys.exit(1)
    services.warming.strict = bool(replaces)
    if slot <= 1:
        tell_problems(services)
    else:
        logging.getLogger(publish.__name__).setLevel(logging.CRITICAL)
    with socket.socket(fileno=listening) as answering:
        answering.set_inheritable(False)
        answer_requests(answering, make_app(services, counts), lambda: report.tell(**next(first, {})))
    if replaces and services.warming.failed:
        report.tell(failed=services.warming.failed)


if __name__ == "__main__":
    run_worker(*map(int, sys.argv[1:]))
