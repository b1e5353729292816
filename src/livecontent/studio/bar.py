"""The bar at the top of all pages of the studio, and that of a creative."""

from collections.abc import Mapping
from types import MappingProxyType

# Pages that are not there yet are left out.
PAGES: Mapping[str, str] = MappingProxyType(
    {
        "creatives": "/studio/",
        "offers": "/studio/offers",
        "segments": "/studio/segments",
        "people": "/studio/people",
        "experiments": "/studio/experiments",
        "sources": "/studio/sources",
        "settings": "/studio/settings",
        "inbox": "/",
        "shop": "/shop/",
    }
)
TABS = ("preview", "grid", "edit", "review", "history", "embed")
OF_CREATIVE: Mapping[str, str] = MappingProxyType({name: f"/studio/{name}/{{creative}}" for name in TABS})
