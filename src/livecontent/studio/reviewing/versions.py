"""The versions of a creative as pictures: each is compiled when somebody looks, and the last few are kept."""

from pathlib import Path
from threading import Lock

from livecontent.creative.load import load_kept
from livecontent.creative.versions import PublishedVersions
from livecontent.publish import Publisher
from livecontent.render.compile import CompiledCreative, Workshop

MOST = 24  # versions that are kept compiled: those of a page


class CompiledVersions:
    """Compiles what was published, with the painter and the sources of the server."""

    def __init__(self, templates: Path, workshop: Workshop, publisher: Publisher | None) -> None:
        """The publisher forgets no picture that one of them shows."""
        self._templates = templates
        self._workshop = workshop
        self._kept: dict[tuple[str, str], CompiledCreative] = {}  # the last used at the end
        self._lock = Lock()
        if publisher:
            publisher.beside.append(self.in_use)

    def in_use(self) -> list[CompiledCreative]:
        """Those that are kept."""
        with self._lock:
            return list(self._kept.values())

    def open(self, name: str, version_id: str, versions: PublishedVersions) -> CompiledCreative | None:
        """A version; None where it is not kept any more. Not for the event loop. Raises `CreativeError`, `OSError`."""
        key = name, version_id
        with self._lock:
            compiled = self._kept.pop(key, None)
            if compiled is None:
                version = versions.find(name, version_id)
                if version is None:
                    return None
                files = versions.files(name, version)
                compiled = CompiledCreative(
                    load_kept(self._templates / name, files, self._workshop.vocabulary), self._workshop
                )
            self._kept[key] = compiled
            while len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]
            return compiled
