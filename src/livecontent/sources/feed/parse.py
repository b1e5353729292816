"""What a feed answered, read into plain values: lists and mappings of texts, numbers, true and false.

Whatever is wrong with it ends in a `SourceError`; one item that can't be read is left out, and counted.
"""

import csv
import html
import io
import re
from collections.abc import Iterable, Mapping
from email.message import Message
from typing import Any, Literal, NamedTuple

from livecontent.errors import SourceError
from livecontent.net.http import parse_json

FeedFormat = Literal["json", "csv", "rss", "atom", "xml"]

MOST = 1000  # items
LONGEST = 2000  # characters of a text, as of any
_DEEPEST = 6  # values inside of values
_ENTITIES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_BARE = re.compile(r"&(?!#?\w+;)")  # an ampersand that a shop forgot to write as &amp;
_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]*?encoding=["']([\w-]{1,40})["']""")
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,10})?")


class FeedContent(NamedTuple):
    """A list of items, or a mapping; and how many items could not be read, or were too many."""

    value: list[Any] | dict[str, Any]
    skipped: int = 0


def read_feed(body: bytes, format_: FeedFormat, items: str, content_type: str = "") -> FeedContent:
    """The values of an answer; `items` says where its items stand. Raises `SourceError` for one that can't be read."""
    try:
        match format_:
            case "json":
                found = _at(parse_json(body), items)
            case "csv":
                found = list(_rows(_text(body, content_type)))
            case "rss" | "atom":
                found = list(_entries(_text(body, content_type)))
            case "xml":
                found = list(_elements(_text(body, content_type), items))
    except SourceError:
        raise
    except Exception as error:  # noqa: BLE001  parsers given odd bytes raise whatever comes to their mind
        raise SourceError(f"can't be read as {format_}: {' '.join(str(error).split())[:200]}") from None
    if isinstance(found, Mapping):
        return FeedContent(_plain(found, _DEEPEST))
    if not isinstance(found, list):
        raise SourceError(f"{items or 'the answer'} is neither a list nor an object")
    if not found and format_ != "json":
        raise SourceError("holds no items")  # as a page that says "come back later" does
    kept = [one for item in found[:MOST] if (one := _plain(item, _DEEPEST)) is not None]
    return FeedContent(kept, len(found) - len(kept))


def _at(value: Any, path: str) -> Any:
    """What stands at a path such as `data.items`."""
    for step in filter(None, path.split(".")):
        if not isinstance(value, Mapping) or step not in value:
            raise SourceError(f"there is no {path} in the answer")
        value = value[step]
    return value


def _plain(value: Any, depth: int) -> Any:
    """A value without what rules and texts can't use; None where nothing is left of it."""
    match value:
        case bool() | int() | float():
            return value
        case str():
            return value[:LONGEST]
        case Mapping() if depth:
            known = {str(name)[:100]: _plain(one, depth - 1) for name, one in list(value.items())[:MOST]}
            return {name: one for name, one in known.items() if one is not None}
        case list() if depth:
            return [one for item in value[:MOST] if (one := _plain(item, depth - 1)) is not None]
    return None


def _text(body: bytes, content_type: str) -> str:
    """The letters of an answer: by its mark, what HTTP says, what it says itself, else UTF-8."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16")
    message = Message()
    message["content-type"] = content_type
    declared = _DECLARED.match(body)
    names = (message.get_content_charset(), declared[1].decode() if declared else None, "utf-8-sig")
    for name in filter(None, names):
        try:
            return body.decode("utf-8-sig" if name.lower() in ("utf-8", "utf8") else name)
        except (LookupError, UnicodeError):
            continue
    return body.decode("cp1252", "replace")


def _rows(text: str) -> Iterable[dict[str, object]]:
    """The rows of a CSV by the names of its first line; values that are numbers as such."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    for row in csv.DictReader(io.StringIO(text), delimiter=delimiter):
        yield {
            name.strip(): _number(value.strip())
            for name, value in row.items()
            if name and isinstance(value, str) and value.strip()
        }


def _number(text: str) -> object:
    found = _NUMBER.fullmatch(text)
    return text if not found else float(text) if found[2] else int(text)


def _xml(text: str) -> bytes:
    """XML that a parser may be given: without entities of its own."""
    body = _BARE.sub("&amp;", re.sub(r"\A\s*<\?xml.*?\?>", "", text, count=1)).encode("utf-8", "replace")
    if _ENTITIES.search(body):
        raise SourceError("has a DOCTYPE or entities of its own, which are not read")
    return body


def _entries(text: str) -> Iterable[dict[str, object]]:
    """The entries of RSS or Atom, by the same names."""
    import fastfeedparser  # takes 0.1 s and 17 MB, which others need not pay

    for entry in fastfeedparser.parse(_xml(text)).entries:
        media = [one.get("url") for one in (*entry.get("media_content", ()), *entry.get("enclosures", ()))]
        found = {
            "title": _words(entry.get("title")),
            "link": entry.get("link"),
            "summary": _words(entry.get("description") or entry.get("summary")),
            "author": _words(entry.get("author")),
            "published": entry.get("published") or entry.get("updated"),
            "image": next(filter(None, media), None),
            "categories": [_words(tag.get("term")) for tag in entry.get("tags", ()) if tag.get("term")],
        }
        yield {name: value for name, value in found.items() if value}


def _words(text: object) -> str:
    """A text without its tags, on one line."""
    return _SPACE.sub(" ", html.unescape(_TAG.sub(" ", text))).strip() if isinstance(text, str) else ""


def _elements(text: str, name: str) -> Iterable[object]:
    """The elements of a name, wherever they stand, as mappings of what is in them."""
    from lxml import etree

    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True
    )
    root = etree.fromstring(_xml(text), parser)
    if root is None:
        raise SourceError("is not XML")
    return [_element(one, _DEEPEST) for one in root.iter("*") if _local(one.tag) == name]


def _local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]


def _element(element: Any, depth: int) -> object:
    """The words of an element without children; else these by their names, several of a name as a list."""
    inside = list(element.iterchildren("*"))
    words = (element.text or "").strip()
    if not inside and not element.attrib:
        return _number(words)
    found: dict[str, Any] = {_local(key): _number(value) for key, value in element.attrib.items()}
    if words and not inside:
        found["text"] = _number(words)
    for child in inside if depth else ():
        key, value = _local(child.tag), _element(child, depth - 1)
        found[key] = (
            value if key not in found else [*(found[key] if isinstance(found[key], list) else [found[key]]), value]
        )
    return found
