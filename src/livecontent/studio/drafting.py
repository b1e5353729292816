"""Drafts, compiled with what the server compiles with: they share its painter, its fonts and its sources."""

from hashlib import blake2b
from pathlib import Path
from threading import Lock

from livecontent.checked import publish
from livecontent.creative.drafts import Draft, Drafts
from livecontent.creative.folder import shared_stamp
from livecontent.creative.load import load_draft
from livecontent.lint import check_loaded
from livecontent.publish import Publisher
from livecontent.render.compile import CompiledCreative, Workshop

MOST = 8  # drafts that are kept compiled


def looked_version(draft: Draft, templates: Path) -> str:
    """Of all that somebody looks at: a draft, and what it may share with other creatives. Not for the event loop."""
    shared = shared_stamp(templates)
    return blake2b(repr((draft.version, shared)).encode(), digest_size=16).hexdigest() if shared else draft.version


class CompiledDrafts:
    """The drafts that somebody looks at, each compiled once for a version of it and of what it shares."""

    def __init__(self, drafts: Drafts, templates: Path, workshop: Workshop, publisher: Publisher | None) -> None:
        """The publisher forgets no picture that one of them shows."""
        self.drafts = drafts
        self._templates = templates
        self._workshop = workshop
        # With the version that was looked at; the last used at the end.
        self._kept: dict[str, tuple[str, CompiledCreative]] = {}
        self._lock = Lock()
        if publisher:
            publisher.beside.append(self.in_use)

    def in_use(self) -> list[CompiledCreative]:
        """Those that are kept, with the one that is being compiled."""
        with self._lock:
            return [compiled for _, compiled in self._kept.values()]

    def open(self, name: str) -> CompiledCreative:
        """The draft of a creative as it is now. Not for the event loop.

        Raises `CreativeError` with all that is wrong with it, `DraftError` where there is no such creative, and
        `StorageError`.
        """
        return self.compile(self.drafts.open(name))

    def compile(self, draft: Draft) -> CompiledCreative:
        """A draft. Not for the event loop. Raises `CreativeError`."""
        with self._lock:
            now = looked_version(draft, self._templates)
            was, compiled = self._kept.pop(draft.name, ("", None))
            if compiled is None or was != now:
                shop = self._workshop
                loaded = load_draft(self._templates / draft.name, draft.files, shop.vocabulary)
                compiled = publish(check_loaded(loaded, shop.available), shop)
            self._kept[draft.name] = now, compiled
            while len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]
            return compiled
