"""Tiles of maps: in a folder of one's own, and those around all stores, which are fetched ahead."""

import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from livecontent.tiles import MapView, TileServer

log = logging.getLogger(__name__)

MOST = 5000  # tiles that are fetched ahead


class TileFolder:
    """Tiles as files. A digest tells when its file was written, so that a new one is another image."""

    stamp = None

    def find(self, address: str) -> str | None:
        """The digest of a file, None where there is none."""
        try:
            return f"{Path(address).stat().st_mtime_ns} {address}"
        except OSError:
            return None

    def why_not(self, address: str) -> str:
        """Why there is no tile."""
        return f"there is no file {Path(*Path(address).parts[-3:])} in the folder of tiles"

    def data(self, digest: str) -> bytes | None:
        """The file of a digest."""
        try:
            return Path(digest.partition(" ")[2]).read_bytes()
        except OSError:
            return None


class TilesAhead:
    """The addresses of the tiles of all maps of stores."""

    def __init__(
        self, server: TileServer, points: Sequence[tuple[float, float]], views: Callable[[], Iterable[MapView]]
    ) -> None:
        """Points are latitudes and longitudes; views are asked for again, as creatives change."""
        self._server = server
        self._points = points
        self._views = views
        self._seen: frozenset[MapView] = frozenset()
        self._found: Sequence[str] = ()

    def addresses(self) -> Sequence[str]:
        """Those of the maps that creatives have now."""
        views = frozenset(self._views())
        if views != self._seen:
            found = list(dict.fromkeys(self._of(views)))
            if len(found) > MOST:
                log.warning("%d of %d tiles around stores are fetched ahead, others when shown", MOST, len(found))
            self._seen, self._found = views, found[:MOST]
        return self._found

    def _of(self, views: Iterable[MapView]) -> Iterable[str]:
        for view in sorted(views):
            for point in self._points:
                try:
                    yield from [self._server.address(placed.tile) for placed in self._server.around(*point, view)]
                except ValueError:  # no map of this store can be shown; an open tells why
                    continue
