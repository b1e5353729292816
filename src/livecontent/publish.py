"""Publishes a folder of creatives, and again whenever a file changes, while opens go on.

No open waits for it: a new version is checked and compiled beside, and takes its place at once. Where it is broken, the
version before stays in use. Only what has changed is read.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from itertools import chain
from pathlib import Path

from livecontent.checked import make_ready, publish
from livecontent.creative.folder import Stamp, is_now, names_in, shared_stamp, stamp_of
from livecontent.creative.load import FILE, LoadedCreative, load_creative
from livecontent.creative.params import Poll
from livecontent.creative.version_files import Blank, Current
from livecontent.creative.versions import PublishedVersions
from livecontent.errors import ConfigError, CreativeError, LivecontentError, Problem
from livecontent.lint import check_loaded
from livecontent.render.compile import CompiledCreative, Workshop
from livecontent.render.library import Library, compile_kept
from livecontent.tiles import MapView

log = logging.getLogger(__name__)

_RECALLED = "is recalled: another image stands in, until that is undone or a new version is published"

PAUSE = 2.0  # seconds between two looks at the files, at least
FOLLOWED = 0.5  # and between two looks at what others have put in force


class Publisher:
    """Publishes a folder of creatives, or one of them; with `versions`, what was published outlives the folder."""

    def __init__(
        self, folder: Path, workshop: Workshop, only: str = "*", versions: PublishedVersions | None = None
    ) -> None:
        """Raises `ConfigError` where there is no such folder, and nothing was published before."""
        if not folder.is_dir() and not (versions and versions.current):
            raise ConfigError(f"there is no folder of creatives {folder}: livecontent init DIR makes a first one")
        self.library = Library()
        self.blanks: Mapping[str, Blank] = {}  # what is left of creatives that were published, and can't be shown
        self.degraded: Mapping[str, str] = {}  # creatives that are not served from their folder as it is, and why
        self.beside: list[Callable[[], Iterable[CompiledCreative]]] = []  # what is drawn besides, such as drafts
        self._folder = folder
        self._workshop = workshop
        self._only = only
        self._versions = versions
        self._stamps: Mapping[str, Stamp] = {}
        self._problems: dict[str, list[Problem]] = {}
        self._shared: Stamp = ()
        self._shared_changed = False
        self._looking = 0.0  # seconds that the last look took
        self._told: Set[str] = frozenset()  # of whose recall the log has told
        self._turn = threading.RLock()  # who publishes in the studio of this process does not wait for the next look
        self.refresh()

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the creatives that can't be used as they stand."""
        of_each = map(self.problems_of, dict.fromkeys((*self._problems, *self.degraded)))
        return list(dict.fromkeys(chain.from_iterable(of_each)))  # of what they share, once

    def problems_of(self, name: str) -> list[Problem]:
        """What is wrong with one of them, in its folder or in what it shares."""
        found = [*self._problems.get(name, ())]
        if why := self.degraded.get(name):
            served = f"{why}; what was published before is served"
            found.append(Problem(str(self._folder / name / FILE), 1, 1, served, warning=True))
        return found

    @property
    def recalled(self) -> Mapping[str, Current]:
        """What stands in for creatives that were recalled."""
        return self._versions.recalled if self._versions else {}

    @property
    def in_error(self) -> Set[str]:
        """The creatives whose folders have errors."""
        return self._problems.keys() - {""}

    def polls(self) -> dict[str, tuple[str, ...]]:
        """The answers of the polls of all creatives, by name; where only one is published, of the others as well."""
        found: dict[str, tuple[str, ...]] = {}
        for polls in (compiled.loaded.creative.polls for compiled in self.library.values()):
            _add_answers(found, polls)
        for name in names_in(self._folder) if self._only != "*" else ():
            folder = self._folder / name
            with suppress(OSError, CreativeError):  # the others are not looked at now
                if name not in self.library and b"polls:" in (folder / FILE).read_bytes():
                    _add_answers(found, load_creative(folder, self._workshop.vocabulary).creative.polls)
        return found

    def maps(self) -> Iterator[MapView]:
        """How much the maps of stores show, of all creatives."""
        return chain.from_iterable(compiled.loaded.creative.map_views() for compiled in self.library.values())

    async def watch(self) -> None:
        """Publishes what changes from now on, and logs what is wrong with it. Whatever goes wrong, it goes on.

        Files are looked at, as not all file systems tell when one changes; that takes a thousandth of a core at most.
        What others have put in force is one look at one folder, and more often.
        """
        failed = ""
        looked = time.monotonic()
        while True:
            await asyncio.sleep(FOLLOWED)
            due = time.monotonic() - looked >= max(PAUSE, 1000 * self._looking)
            try:
                await asyncio.to_thread(self.look if due else self.follow)
                failed = ""
            except Exception as error:
                if failed != repr(error):  # not at each look
                    log.exception("%s: what has changed can't be published yet", self._folder)
                failed = repr(error)
            looked = time.monotonic() if due else looked

    def look(self) -> None:
        """Publishes what has changed, and logs it; what is wrong, once when it happens, and once when it is mended."""
        with self._turn:
            self._tell(self.refresh)

    def follow(self) -> None:
        """Serves what others have put in force, and logs it."""
        with self._turn:
            if self._versions and (pointed := self._versions.refresh()):
                self._tell(lambda: self._serve(pointed))

    def _tell(self, publish: Callable[[], list[Problem]]) -> None:
        before, published = self.degraded, dict(self.library)
        for problem in publish():
            log.error("%s", problem)
        for name, compiled in self.library.items():
            if published.get(name) is not compiled:
                log.info("%s: published, version %s", name, compiled.loaded.version)
        for name, why in self.degraded.items():
            if before.get(name) != why:
                log.warning("%s: %s; what was published before is served", name, why)
        for name in before.keys() - self.degraded.keys():
            log.warning("%s: is well again, or was taken out", name)
        for name in self.recalled.keys() ^ self._told:
            log.warning("%s: %s", name, _RECALLED if name in self.recalled else "is recalled no more")
        self._told = set(self.recalled)

    def refresh(self) -> list[Problem]:
        """Publishes what has changed, and tells what is wrong with it. Not for the event loop."""
        before, told = self._stamps, self._problems.pop("", [])
        pointed = self._pointed()
        try:
            stamps = self._look()
        except OSError as error:  # of the folder itself: what was published stays
            stamps = before
            self._problems[""] = [Problem(str(self._folder), 1, 1, f"can't be read: {error.strerror}")]
        self._stamps = stamps
        changed = {name for name, stamp in stamps.items() if stamp != before.get(name) or self._shares(name)}
        changed |= pointed | (before.keys() - stamps.keys()) | self._outliving()
        self._problems = {name: found for name, found in self._problems.items() if name in stamps or not name}
        try:
            found = self._serve(changed)
        except Exception:
            self._stamps = before  # the next look finds the same changes
            raise
        return found if told else list(dict.fromkeys([*found, *self._problems.get("", [])]))

    def _serve(self, changed: Set[str]) -> list[Problem]:
        """Puts these in use as they are now; what is wrong with them."""
        if changed:
            self._publish(sorted(changed))
        self.degraded = self._kept_alive()
        return list(dict.fromkeys(chain.from_iterable(self._problems.get(name, ()) for name in sorted(changed))))

    def _pointed(self) -> set[str]:
        """Where others have put another version in force; what they could not finish is finished."""
        if self._versions is None:
            return set()
        pointed = self._versions.refresh()
        for name in self._versions.unfinished:
            try:
                self._versions.finish(self._folder / name)
                pointed.add(name)
            except LivecontentError as error:
                log.warning("%s: publishing can't be finished: %s", name, error)
        return pointed

    def _outliving(self) -> set[str]:
        """The creatives that were published before this process was there, and have no folder any more."""
        known = self._versions.current.keys() if self._versions else set()
        return set(known - self._stamps.keys() - self.library.keys() - self.blanks.keys())

    def _kept_alive(self) -> Mapping[str, str]:
        """The creatives that are served though their folder is gone or broken, and why."""
        if self._versions is None:
            return {}
        served = {name for name in (*self.library, *self.blanks) if not self._versions.is_removed(name)}
        if "" in self._problems:
            return dict.fromkeys(served, "the folder of creatives can't be read")
        gone = dict.fromkeys(served - self._stamps.keys(), "its folder is gone")
        return gone | dict.fromkeys(served & self._problems.keys(), "its folder has errors")

    def _shares(self, name: str) -> bool:
        """Whether a file that the creative may share with others has changed."""
        compiled = self.library.get(name)
        return self._shared_changed and (compiled is None or name in self._problems or compiled.loaded.shares)

    def _publish(self, changed: Iterable[str]) -> None:
        """What can't be published stays as it was before."""
        current, blanks = dict(self.library), dict(self.blanks)
        for name in changed:
            before = current.pop(name, None)
            blanks.pop(name, None)
            if compiled := self._in_force(name, before):
                current[name] = compiled
            elif self._versions and name in self._versions.current:
                blanks[name] = self._versions.blank(name)
        self._tidy(list(self.library.values()), list(current.values()))
        self.library.put({name: current[name] for name in sorted(current)})
        self.blanks = blanks

    def _in_force(self, name: str, before: CompiledCreative | None) -> CompiledCreative | None:
        """What is served of a creative: what its folder has, where that can be, else what was published before."""
        self._problems.pop(name, None)
        try:
            if name in self._stamps and (compiled := self._published(name, before)):
                return compiled
        except CreativeError as error:
            self._problems[name] = error.problems
        except Exception as error:
            log.exception("%s: can't be published", name)
            self._problems[name] = [Problem(str(self._folder / name / FILE), 1, 1, f"can't be published: {error}")]
        if self._versions is None:
            return before if name in self._stamps else None
        now = self._versions.current.get(name)
        if now is None:  # the disk did not take it
            return before
        if now.removed:
            return None
        if before and before.loaded.version == now.version:
            return before
        kept = compile_kept(self._folder / name, self._versions, self._workshop)
        return make_ready(kept, before) if kept else before

    def _look(self) -> Mapping[str, Stamp]:
        """The stamps of all folders that are creatives."""
        start = time.thread_time()
        found = {}
        shared = shared_stamp(self._folder)
        self._shared_changed, self._shared = shared != self._shared, shared
        for name in sorted(names_in(self._folder)) if self._only == "*" else [self._only]:
            stamp = self._stamps.get(name)
            if stamp is None or not is_now(stamp):
                stamp = stamp_of(self._folder / name)
            if stamp:
                found[name] = stamp
        self._looking = time.thread_time() - start
        return found

    def _published(self, name: str, before: CompiledCreative | None) -> CompiledCreative | None:
        """The creative of a folder; the one before, where its files are the same; None where a command chose another.

        Raises `CreativeError`.
        """
        loaded = load_creative(self._folder / name, self._workshop.vocabulary)
        if self._versions and self._versions.is_replaced(loaded):
            return None
        same = before if before and before.loaded.version == loaded.version else None
        compiled = same or self._checked(loaded)
        if self._versions and not self._versions.keep(loaded):
            return None
        return same or make_ready(compiled, before)

    def _checked(self, loaded: LoadedCreative) -> CompiledCreative:
        """A creative, compiled; checked once on a machine, not by each of its processes."""
        shop = self._workshop
        key = shop.statics.checked(loaded.version)
        if key in shop.painter.store:
            return CompiledCreative(loaded, shop)
        compiled = publish(check_loaded(loaded, shop.available), shop)
        shop.statics.file(key, bytes)
        return compiled

    def _tidy(self, before: Sequence[CompiledCreative], current: Sequence[CompiledCreative]) -> None:
        """Lets go of images and files of others. Those before are opened for as long as an open takes."""
        drafts = [compiled for beside in self.beside for compiled in beside()]
        used = {digest for one in (*before, *current, *drafts) for digest in one.images}
        self._workshop.painter.images.retain(used)
        if self._only == "*":
            self._workshop.painter.store.retain({key for one in (*current, *drafts) for key in one.keys})


def _add_answers(found: dict[str, tuple[str, ...]], polls: Mapping[str, Poll]) -> None:
    """Polls with the same name are one."""
    for name, poll in polls.items():
        found[name] = tuple(dict.fromkeys((*found.get(name, ()), *poll.answers)))
