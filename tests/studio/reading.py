"""Reads a page as tests want it: elements with their attributes and texts, by the standard library's parser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

_EMPTY = frozenset({"meta", "link", "img", "input", "source", "br", "option", "rect", "use"})


@dataclass
class Element:
    """A start tag and all that is written inside."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """All elements of a page, in order."""

    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in _EMPTY:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while tag not in _EMPTY and self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, wanted: Callable[[dict[str, str]], bool] = lambda _: True) -> list[Element]:
        """Elements of a kind, those whose attributes are wanted."""
        return [element for element in self.elements if element.tag == tag and wanted(element.attributes)]

    def pictures(self) -> dict[str, Element]:
        """The live images, by the name of their creative."""
        live = self.all("img", lambda attributes: attributes["src"].startswith("/i/"))
        return {image.attributes["src"].split("/")[2]: image for image in live}


def read(html: str) -> Page:
    """The elements of a page."""
    page = Page()
    page.feed(html)
    page.close()
    return page
