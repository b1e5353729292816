"""The documents and the source as pages, so that the links at the foot of each page need no network."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

PATH = "/studio/read"
SERVED = (
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"),
    *("docs", "src", "templates", "benchmarks", "deploy"),
)
PICTURES = frozenset({".png", ".jpg", ".gif", ".webp", ".svg"})
TEXTS = frozenset({".py", ".yaml", ".toml", ".json", ".csv", ".html", ".css", ".js", ".conf", ".service", ".yml", ""})
# What the foot of each page links, by the name of its words.
LINKED = {
    "read_about": "README.md",
    "read_creatives": "docs/creatives.md",
    "read_gallery": "docs/gallery.md",
    "read_email": "docs/email.md",
    "read_settings": "docs/configuration.md",
    "read_source": "src/livecontent/pipeline.py",
}
MAX_BYTES = 1_000_000
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)

Page = Callable[[Request, str, dict[str, Any]], Response]  # makes one of a template


class Documents:
    """Files of a checkout, or those of them that the package brings."""

    def __init__(self, root: Path, page: Page) -> None:
        self._root = root.resolve()
        self._page = page
        self._markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
        self._markdown.core.ruler.push("ids", lambda state: _name_headings(state.tokens))

    @property
    def links(self) -> dict[str, str]:
        """Addresses of what is linked and there, by the name of its words."""
        return {name: f"{PATH}/{file}" for name, file in LINKED.items() if (self._root / file).is_file()}

    def _serves(self, file: Path) -> bool:
        return file.is_relative_to(self._root) and file.relative_to(self._root).parts[:1] in [(one,) for one in SERVED]

    async def read(self, request: Request) -> Response:
        """A document, a text or a picture; nothing outside of what is served."""
        name = request.path_params["file"]
        try:
            file = (self._root / name).resolve()
            served = self._serves(file) and file.is_file() and file.stat().st_size <= MAX_BYTES
        except (OSError, ValueError):  # a name that no file can have
            served = False
        if not served:
            raise HTTPException(404)
        if file.suffix in PICTURES:
            return FileResponse(file)
        if file.suffix not in TEXTS | {".md"}:
            raise HTTPException(404)
        text = file.read_text(encoding="utf-8", errors="replace")
        html = self._html(text) if file.suffix == ".md" else ""
        return self._page(request, "reading.html", {"file": name, "html": html, "text": text})

    def _html(self, text: str) -> str:
        """Of Markdown; the keyboard reaches what scrolls sideways, and no heading of a column is empty."""
        html = self._markdown.render(_COMMENT.sub("", text))
        return re.sub("<(pre|table)>", r'<\1 tabindex="0">', html).replace("<th></th>", "<td></td>")


def _name_headings(tokens: list[Token]) -> None:
    """Ids for links to sections, as code hosts make them."""
    for opening, inside in pairwise(tokens):
        if opening.type == "heading_open":
            words = "".join(_plain(inside)).lower()
            opening.attrSet("id", re.sub(r"[^\w\- ]", "", words).strip().replace(" ", "-"))


def _plain(token: Token) -> Iterator[str]:
    yield from (part.content for part in token.children or () if part.type in ("text", "code_inline"))
