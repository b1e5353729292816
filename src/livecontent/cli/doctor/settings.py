"""Checks of the settings themselves."""

from collections.abc import Iterator

from livecontent.cli.doctor.finding import Finding, judged
from livecontent.cli.storage import is_demo
from livecontent.config import DEMO_FILE, UNIX, Settings, config_file

_ASKED = {
    "full": "are recorded: only if they have agreed elsewhere",
    "no-record": "are only counted",
    "none": "get no personal images",
}


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


def check_consent(settings: Settings) -> Iterator[Finding]:
    """What holds for those who have not decided."""
    well = settings.consent != "full" or is_demo(settings)
    seen = f"{settings.consent}: recipients who have not decided {_ASKED[settings.consent]}"
    yield judged("consent", well, seen, 'if not: consent = "no-record"', "warning")
