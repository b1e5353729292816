"""All that `livecontent check` says; runs when a creative is published, never at an open."""

from dataclasses import replace
from pathlib import Path

from livecontent.creative.load import LoadedCreative, load_creative
from livecontent.creative.model import AvailableAssets
from livecontent.errors import CreativeError, Problem
from livecontent.lint.references import check_references
from livecontent.lint.staleness import check_staleness
from livecontent.vocabulary import Vocabulary


def problems_of(loaded: LoadedCreative, vocabulary: Vocabulary, available: AvailableAssets) -> list[Problem]:
    """Every problem of a valid creative, with its place."""
    assets = frozenset(loaded.assets)
    return [
        *check_references(loaded.source, loaded.creative, vocabulary, assets, available),
        *check_staleness(loaded.source, loaded.creative, vocabulary),
    ]


def load_checked(folder: Path, vocabulary: Vocabulary, available: AvailableAssets) -> LoadedCreative:
    """Loads the creative in a folder, with its warnings. Raises `CreativeError` with every problem found."""
    return check_loaded(load_creative(folder, vocabulary), vocabulary, available)


def check_loaded(loaded: LoadedCreative, vocabulary: Vocabulary, available: AvailableAssets) -> LoadedCreative:
    """The creative with its warnings. Raises `CreativeError` with every problem found."""
    problems = problems_of(loaded, vocabulary, available)
    if any(not problem.warning for problem in problems):
        raise CreativeError(problems)
    return replace(loaded, warnings=tuple(problems))
