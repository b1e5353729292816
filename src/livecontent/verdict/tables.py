"""The tables of the verdicts: those that ship with livecontent, or newer ones from a folder, in; a judge out."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from pathlib import Path

from livecontent.errors import DataError
from livecontent.verdict.agents import load_agents
from livecontent.verdict.judge import Judge, Windows
from livecontent.verdict.networks import Networks, load_networks, read_networks
from livecontent.verdict.relay import Relay, load_relay

log = logging.getLogger(__name__)

RELAY = "relay.bin"
NETWORKS = "networks.csv"


@dataclass(frozen=True, slots=True)
class TableInfo:
    """A table in use: its rows, and its age in days where it is not the one that ships with livecontent."""

    name: str
    rows: int
    age: float | None


class Tables:
    """The tables in use; files that appear or change in the folder take the place of those before."""

    def __init__(self, folder: Path | None = None, windows: Windows | None = None) -> None:
        """Reads what is there; a file that can't be used is told in the log, and the shipped table taken."""
        self._folder = folder
        self._windows = windows
        self._agents = load_agents()
        self._relay: Relay = load_relay()
        self._networks: Networks = load_networks()
        self._seen: dict[str, int] = {}
        self.judge = Judge(self._agents, self._networks, self._relay, windows)
        self.refresh()

    def refresh(self) -> None:
        """Takes over files that have changed. Reads files: not for the event loop."""
        if self._folder is None:
            return
        try:
            if self._changed(self._folder / RELAY):
                self._relay = load_relay(self._folder / RELAY)
            if self._changed(self._folder / NETWORKS):
                self._networks = _read(self._folder / NETWORKS)
        except DataError as error:
            log.warning("%s; the table before stays in use", error)
            return
        self.judge = Judge(self._agents, self._networks, self._relay, self._windows)

    def info(self) -> list[TableInfo]:
        """What there is to say of the tables in use."""
        networks = len(self._networks.ranges) + len(self._networks.systems)
        return [
            TableInfo("Apple's relay", len(self._relay.ranges), self._age(RELAY)),
            TableInfo("networks", networks, self._age(NETWORKS)),
        ]

    def _changed(self, file: Path) -> bool:
        try:
            seen = file.stat().st_mtime_ns
        except OSError:
            return False
        changed = self._seen.get(file.name) != seen
        self._seen[file.name] = seen
        return changed

    def _age(self, name: str) -> float | None:
        return (time.time() - self._seen[name] / 1e9) / 86_400 if name in self._seen else None


def _read(file: Path) -> Networks:
    try:
        return read_networks(file.read_text("utf-8"), str(file))
    except (OSError, UnicodeError) as error:
        raise DataError(f"{file} can't be read: {error}") from None
