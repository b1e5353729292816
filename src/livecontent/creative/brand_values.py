"""What `brand.NAME` stands for, and the styles of the brand: in one theme."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from livecontent.creative.plain_yaml import YamlPath
from livecontent.creative.shared import BRAND, THEMES, SharedFiles, asks_for_themes
from livecontent.creative.source import Origin, YamlSource
from livecontent.errors import did_you_mean

NAMED = re.compile(r"brand\.([a-z][a-z0-9_-]*)")
_SPAN = re.compile(r"<span\b[^<>]*>")
_WORDS = frozenset({"text", "alt", "title", "ended", "prefetched"})  # keys of words, of which some look like names

Tell = Callable[[Origin, str, str], None]  # of a problem where it is: what is wrong, and what would be right


class BrandValues:
    """Of a creative as it is written; `tell` takes its mistakes."""

    def __init__(self, source: YamlSource, shared: SharedFiles, theme: str, tell: Tell) -> None:
        self._source, self._shared, self._theme, self._tell = source, shared, theme, tell
        self._has_themes = asks_for_themes(source.data)
        self.themed = False  # whether anything differs between themes
        self.pictures: dict[str, None] = {}  # those that were named

    def styles(self) -> dict[str, Origin]:
        """The styles that the creative may name, where it names any; its own come first."""
        text = "\n".join(self._source.lines)
        if "style:" not in text and '"style"' not in text and "component:" not in text:
            return {}
        brand = self._shared.brand
        styles = (brand.data.get("styles") if brand else None) or {}
        return {name: Origin(brand, ("styles", name)) for name in styles} if brand else {}

    def chosen(self, here: Origin) -> str:
        """The theme, where a value differs between light and dark."""
        if not self._has_themes:
            message = "light and dark are for creatives with a theme"
            self._tell(here, message, "add params: {theme: {type: choice, values: [light, dark], default: light}}")
        self.themed = True
        return self._theme

    def in_tags(self, text: str, path: YamlPath, here: Origin) -> str:
        """A text with values put into the attributes of its tags."""
        if "<span" not in text or "brand." not in text:
            return text
        return _SPAN.sub(lambda tag: NAMED.sub(lambda found: self._in_tag(found[1], path, here), tag[0]), text)

    def _in_tag(self, name: str, path: YamlPath, here: Origin) -> str:
        """A colour, a size, a family."""
        value = self.value(name, (*path, "span"), here)
        if isinstance(value, Mapping):
            self._tell(here, f"brand.{name} is more than one value: give a family of its own to the tag", "")
        return str(value)

    def value(self, name: str, path: YamlPath, here: Origin) -> Any:
        """What stands for a name: a value, or several of a font; None for one that there is not."""
        names = self._shared.names
        if name not in names:
            if path[-1] != "span" and not _WORDS.isdisjoint(path[-2:]):
                return f"brand.{name}"
            missing = f"there is no {BRAND} beside the creatives' folders" if self._shared.brand is None else ""
            self._tell(here, f"unknown name 'brand.{name}'", missing or name_help(name, names))
            return None
        value = names[name]
        if isinstance(value, Mapping) and value.keys() == THEMES:
            self.themed |= self._has_themes
            value = value[self._theme if self._has_themes else "light"]
        if name == "logo":
            self.pictures[value] = None
            return f"../{value}"
        return dict(value) if isinstance(value, Mapping) else value


def name_help(name: str, known: Any) -> str:
    """What may be meant, else what there is."""
    return did_you_mean(name, known) or f"there are: {', '.join(sorted(known)[:12]) or 'none'}"
