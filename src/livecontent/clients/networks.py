"""Who owns an IP address: read from `networks.csv`, or a newer list."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from livecontent.errors import DataError
from livecontent.net.ranges import IpAddress, Ranges, ranges_of, read_network

HEADER = "network,owner,source"


@dataclass(frozen=True, slots=True)
class ProviderNetworks:
    """Owners of networks and of autonomous systems."""

    owners: tuple[str, ...]
    ranges: Ranges
    systems: Mapping[int, str]

    def owner(self, address: IpAddress, system: int | None = None) -> str:
        """Who owns an address, "" where that does not matter; `system` is its autonomous system, where known."""
        index = self.ranges.find(address)
        if index is not None:
            return self.owners[index]
        return self.systems.get(system, "") if system is not None else ""


def read_networks(text: str, name: str) -> ProviderNetworks:
    """The networks of a list. Raises `DataError` that names the line."""
    owners: dict[str, int] = {}
    ranges, systems = [], {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#") or line == HEADER:
            continue
        network, _, rest = line.partition(",")
        owner = rest.partition(",")[0].strip()
        if not owner:
            raise DataError(f"{name}:{number}: there is no owner; write {HEADER}")
        if network.startswith("AS") and network[2:].isdecimal():
            systems[int(network[2:])] = owner
            continue
        try:
            ranges.append((read_network(network), owners.setdefault(owner, len(owners))))
        except DataError as error:
            raise DataError(f"{name}:{number}: {error}") from None
    return ProviderNetworks(tuple(owners), ranges_of(ranges), systems)


def load_networks() -> ProviderNetworks:
    """Those that ship with livecontent."""
    return read_networks(shipped_networks(), "networks.csv")


def shipped_networks() -> str:
    """The list that ships with livecontent."""
    return (files("livecontent.clients") / "networks.csv").read_text("utf-8")
