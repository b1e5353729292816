"""Tells systemd how the server is, where it was started as a service of `Type=notify`.

https://www.freedesktop.org/software/systemd/man/sd_notify.html
"""

import logging
import os
import socket
import time

PATIENCE = 1.0  # seconds that a manager with much to read is waited for: it must not miss READY=1

log = logging.getLogger(__name__)


class ServiceManager:
    """Whoever has started this server, if they want to know."""

    def __init__(self) -> None:
        """By `NOTIFY_SOCKET`; a leading @ stands for a name that is in no folder."""
        address = os.environ.get("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._failed = False
        self._watched = "WATCHDOG_USEC" in os.environ
        self._told_at = 0.0

    def live(self) -> None:
        """A sign of life, at most once a second, if signs are awaited (`WatchdogSec=`)."""
        now = time.monotonic()
        if self._watched and now >= self._told_at + 1:
            self._told_at = now
            self.tell("WATCHDOG=1", patience=0)  # the next one does as well

    def tell(self, *lines: str, patience: float = PATIENCE) -> None:
        """Lines such as READY=1; what can't be told is logged once, and the server goes on."""
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending:
                sending.settimeout(patience)
                sending.connect(self._address)
                sending.send("\n".join(lines).encode())
            self._failed = False
        except OSError as error:
            if not self._failed:
                log.warning("the service manager can't be told %s: %s", ", ".join(lines), error)
            self._failed = True
