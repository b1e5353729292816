"""Checks of the settings and the data folder."""

import asyncio
import os
import shutil
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from livecontent.cli.doctor.finding import Finding, judged
from livecontent.cli.storage import is_demo, with_storage
from livecontent.config import DEMO_FILE, UNIX, Settings, config_file
from livecontent.errors import LivecontentError, in_words
from livecontent.runtime.keys import SecretKeys
from livecontent.runtime.shared_counts import counts_of_servers
from livecontent.services import make_services

_ASKED = {
    "full": "are recorded: only if they have agreed elsewhere",
    "no-record": "are only counted",
    "none": "get no personal images",
}


ROOM, LITTLE = 100 << 20, 1 << 30  # bytes free on the disk of the data folder: what is needed, and what is little


def check_data(settings: Settings) -> Iterator[Finding]:
    """Whether this user may write it, and nobody else read it."""
    folder = settings.data
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not there.is_dir():
        yield Finding("data", "error", f"{there} is no folder", "name another in the setting data")
    elif not os.access(there, os.W_OK | os.X_OK):
        owner = f"{os.geteuid()}:{os.getegid()}"
        remedy = f"run this as the user of the server; else: chown -R {owner} {there}, or set data to another folder"
        yield Finding("data", "error", f"{there} can't be written by this user ({owner})", remedy)
    else:
        yield _private("data", folder, 0o700)


def check_key(settings: Settings) -> Iterator[Finding]:
    """The key of the refs."""
    if settings.key_path.exists():
        SecretKeys(settings.key_path, settings.data)
    yield _private("key", settings.key_path, 0o600)


def check_recipients(settings: Settings) -> Iterator[Finding]:
    """How many there are."""
    count = with_storage(settings, lambda storage: storage.recipients.count()) if settings.data.is_dir() else 0
    remedy = "livecontent import recipients FILE, or livecontent demo to try"
    yield judged("recipients", count > 0, f"{count:,} in {settings.data}", remedy, "warning")


def check_server(settings: Settings) -> Iterator[Finding]:
    """Whether one can start: all that it opens is opened."""
    if not settings.data.is_dir():
        return
    try:
        asyncio.run(make_services(settings, None).aclose())
    except (LivecontentError, OSError) as error:
        remedy = "mend that first; what is damaged in the data folder comes back by: livecontent restore BACKUP"
        yield Finding("server", "error", f"it can't start: {in_words(error)}", remedy)
    else:
        yield Finding("server", "ok", "all that it opens can be opened")


def check_disk(settings: Settings) -> Iterator[Finding]:
    """Whether there is room for events; a server goes on without, but keeps none."""
    if settings.data.is_dir():
        free = shutil.disk_usage(settings.data).free
        remedy = (
            f"no event can be kept on a full disk: make room, or set data to a folder on another one ({settings.data})"
        )
        yield judged("disk", free >= LITTLE, f"{free >> 20:,} MiB free", remedy, "warning" if free >= ROOM else "error")


def _private(what: str, path: Path, wanted: int) -> Finding:
    if not path.exists():
        return Finding(what, "ok", f"{path}, made at the first start")
    mode = stat.S_IMODE(path.stat().st_mode)
    remedy = f"other users can read it: chmod {wanted:o} {path}"
    return judged(what, not mode & 0o077, f"{path}, mode {mode:04o}", remedy)


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Where they are, and those that let strangers do too much."""
    demo = is_demo(settings)
    file = settings.data / DEMO_FILE.name if demo else config_file()
    yield Finding("settings", "ok", str(file or "no livecontent.toml in this folder: all have their defaults"))
    for name in ("preview", "demo"):
        if getattr(settings, name) and not demo:
            yield Finding(name, "error", "is on, for everyone who knows the URL", f"set {name} = false")
    if any(proxy != UNIX and proxy.prefixlen == 0 for proxy in settings.trusted_proxies):
        seen = "trusted_proxies includes every address: clients can forge theirs"
        yield Finding("proxies", "error", seen, "list only your own proxies")


_CROWD = 300  # requests before they say anything: one reader can have a proxy of their own
_TRUST = {
    "loopback": 'trusted_proxies = ["127.0.0.1", "::1"]',
    "private": 'trusted_proxies = ["10.0.0.5"], with the address of your proxy',
    "public": "list the networks of your CDN or load balancer, as it publishes them, in trusted_proxies",
    "unix": 'trusted_proxies = ["unix"]',
}


def check_proxies(settings: Settings) -> Iterator[Finding]:
    """Whether a crowd has one address: a proxy that is not trusted stood before most of what the server was asked."""
    told = Counter[str]()
    for metric in counts_of_servers(settings.data):
        for sample in metric.samples:
            if metric.name == "livecontent_untrusted_proxies":
                told[sample.labels["network"]] += int(sample.value)
            elif metric.name == "livecontent_requests" and sample.labels["path"] in ("image", "click", "block"):
                told["all"] += int(sample.value)
    whole = told.pop("all", 0)
    for network, count in told.items():
        if whole >= _CROWD and 2 * count >= whole:
            seen = f"{count:,} of {whole:,} requests came through a proxy ({network}) that is not trusted"
            remedy = f"{_TRUST[network]}; then restart the server"
            yield Finding("proxies", "warning", f"{seen}: its address, and place, stand for those of readers", remedy)


def check_consent(settings: Settings) -> Iterator[Finding]:
    """What holds for those who have not decided."""
    well = settings.consent != "full" or is_demo(settings)
    seen = f"{settings.consent}: recipients who have not decided {_ASKED[settings.consent]}"
    yield judged("consent", well, seen, 'if not: consent = "no-record"', "warning")
