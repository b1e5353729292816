"""The lists that classify requests: those that ship with livecontent, or newer ones from a folder."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from livecontent.clients.classify import ClientClassifier, Windows, known_clients
from livecontent.clients.networks import PrivateRelay, ProviderNetworks, load_networks, load_relay, read_networks
from livecontent.clients.user_agents import load_agents
from livecontent.errors import DataError
from livecontent.runtime.cache import Cache

log = logging.getLogger(__name__)

T = TypeVar("T")

RELAY = "relay.bin"
NETWORKS = "networks.csv"


@dataclass(frozen=True, slots=True)
class TableInfo:
    """A table in use: its rows, and its file and age in days where it is not the one that ships with livecontent."""

    name: str
    rows: int
    file: Path | None
    age: float | None


class Tables:
    """The tables in use; files that appear or change in the folder take the place of those before."""

    def __init__(self, folder: Path | None = None, windows: Windows | None = None) -> None:
        """Reads what is there; a file that can't be used is told in the log, and the shipped table taken."""
        self._folder = folder
        self._windows = windows
        self._agents = load_agents()
        self.known = known_clients(self._agents)  # by name: those that somebody can preview as
        self._relay: PrivateRelay = load_relay()
        self._networks: ProviderNetworks = load_networks()
        self._seen: dict[str, int] = {}  # when files were changed
        self._used: dict[str, int] = {}  # of those in use
        self.judge = ClientClassifier(self._agents, self._networks, self._relay, windows)
        self.refresh()

    @property
    def caches(self) -> list[Cache[Any, Any]]:
        """What the judge in use has told before."""
        return [self.judge.cache]

    def refresh(self) -> None:
        """Takes over files that have changed. Reads files: not for the event loop."""
        if self._folder is None:
            return
        relay = self._newer(self._folder / RELAY, load_relay)
        networks = self._newer(self._folder / NETWORKS, _read)
        if relay is not None or networks is not None:
            self._relay, self._networks = relay or self._relay, networks or self._networks
            self.judge = ClientClassifier(self._agents, self._networks, self._relay, self._windows)

    def info(self) -> list[TableInfo]:
        """What there is to say of the tables in use."""
        networks = self._networks.ranges.size + len(self._networks.systems)
        return [self._info("Apple's relay", self._relay.ranges.size, RELAY), self._info("networks", networks, NETWORKS)]

    def _newer(self, file: Path, load: Callable[[Path], T]) -> T | None:
        """What is in a file that has changed and can be used."""
        try:
            changed = file.stat().st_mtime_ns
        except OSError:
            return None
        if self._seen.get(file.name) == changed:
            return None
        self._seen[file.name] = changed
        try:
            table = load(file)
        except DataError as error:
            log.warning("%s; the previous list stays in use", error)
            return None
        self._used[file.name] = changed
        return table

    def _info(self, name: str, rows: int, file: str) -> TableInfo:
        if self._folder is None or file not in self._used:
            return TableInfo(name, rows, None, None)
        return TableInfo(name, rows, self._folder / file, (time.time() - self._used[file] / 1e9) / 86_400)


def _read(file: Path) -> ProviderNetworks:
    try:
        return read_networks(file.read_text("utf-8"), str(file))
    except (OSError, UnicodeError) as error:
        raise DataError(f"{file} can't be read: {error}") from None
