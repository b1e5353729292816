"""The autonomous system of an IP address, from an .mmdb file.

One schema is read: that of GeoLite2 ASN (https://dev.maxmind.com/geoip/docs/databases/asn/), which DB-IP ASN Lite and
https://github.com/sapics/ip-location-db share.
"""

from __future__ import annotations

from pathlib import Path

from livecontent.net.mmdb import PROBES, Mmdb, MmdbSchema
from livecontent.net.ranges import IpAddress


class AsnDatabase(Mmdb[int]):
    """Finds autonomous systems."""

    def __init__(self, path: Path | None) -> None:
        """Without a path, or without a file there, nothing is known."""
        super().__init__(path, MmdbSchema("ASN", "autonomous systems; take a file of ASNs", PROBES, _number))

    def find(self, address: IpAddress) -> int | None:
        """The number; straight from the file, which takes less than keeping what was found before."""
        database = self._database
        try:
            return _number(database.reader.get(address)) if database else None
        except Exception:  # noqa: BLE001  one of IPv6 in a file of IPv4, a broken record
            return None


def _number(record: object) -> int | None:
    """The number in a record. Raises `ValueError` or `TypeError` where it is none."""
    number = record.get("autonomous_system_number") if isinstance(record, dict) else None
    return None if number is None else int(number)
