"""A folder of creatives: folder in, published creatives and the problems of those that can't be used out."""

from collections.abc import Callable
from pathlib import Path

from livecontent.creative.load import FILE, LoadedCreative
from livecontent.errors import ConfigError, CreativeError, Problem


def load_library(
    folder: Path, load: Callable[[Path], LoadedCreative], only: str = "*"
) -> tuple[list[LoadedCreative], list[Problem]]:
    """All creatives of a folder, by name, or only one. Raises `ConfigError` where there is no such folder."""
    if not folder.is_dir():
        raise ConfigError(f"templates: there is no folder {folder}")
    published: list[LoadedCreative] = []
    problems: list[Problem] = []
    for file in sorted(folder.glob(f"{only}/{FILE}")):
        try:
            published.append(load(file.parent))
        except CreativeError as error:
            problems += error.problems
    return published, problems
