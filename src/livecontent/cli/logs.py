"""The log of a server: lines of text on a terminal, lines of JSON else; each with time, level, logger and process.

All that is logged goes through it, whoever logs. No line holds a ref, an address, a user agent or a name.
"""

import logging
import os
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger


def set_up_logs() -> None:
    """From now on, in this process."""
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter(terminal=sys.stderr.isatty()))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)  # what libraries say of less weight may tell what they work with
    logging.getLogger("livecontent").setLevel(logging.INFO)


def _formatter(*, terminal: bool) -> logging.Formatter:
    described: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _add_process,
    ]
    # Tracebacks are plain: those with the values of variables would tell of people.
    shown: list[Processor] = (
        [structlog.dev.ConsoleRenderer(timestamp_key="time", exception_formatter=structlog.dev.plain_traceback)]
        if terminal
        else [
            structlog.processors.format_exc_info,
            structlog.processors.EventRenamer("message"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=described, processors=[remove, *shown])


def _add_process(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event["process"] = os.getpid()
    return event
