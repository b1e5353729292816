"""Images by their address, as layers look them up."""

from typing import NamedTuple, Protocol

from livecontent.tiles import TileServer


class RemoteFinder(Protocol):
    """Looks images up by their address, in memory."""

    @property
    def stamp(self) -> object:
        """Changes whenever an image may be another than before."""

    def find(self, address: str) -> str | None:
        """The digest of the image at an address, None where it is not there (yet)."""

    def why_not(self, address: str) -> str:
        """Why there is no image at an address."""


class NoRemoteImages:
    """Where nothing is fetched."""

    stamp = None

    def find(self, _address: str) -> str | None:
        """None."""
        return None

    def why_not(self, _address: str) -> str:
        """Nothing is fetched."""
        return "it is not fetched here"


class Tiles(NamedTuple):
    """The tiles of maps: where they come from, if from anywhere, and who finds them."""

    server: TileServer | None = None
    finder: RemoteFinder = NoRemoteImages()


NO_TILES = Tiles()


def is_address(name: str) -> bool:
    """Whether an image is named by its address, not by its file."""
    return name.startswith(("https://", "http://"))
