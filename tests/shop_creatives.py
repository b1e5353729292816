"""The demo's creatives, for tests of what needs some."""

from pathlib import Path

from livecontent.config import shipped


def link_creatives(folder: Path) -> None:
    """Puts them into a folder `templates`, where others may be put beside them."""
    (folder / "templates").mkdir()
    for one in shipped("templates").iterdir():
        (folder / "templates" / one.name).symlink_to(one)
