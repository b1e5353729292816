"""All that `livecontent check` says; runs when a creative is published, never at an open."""

from dataclasses import replace
from pathlib import Path

from livecontent.creative.load import LoadedCreative, load_creative
from livecontent.creative.model import AvailableAssets
from livecontent.errors import CreativeError
from livecontent.lint.references import check_references
from livecontent.lint.staleness import check_staleness
from livecontent.vocabulary import Vocabulary


def load_checked(folder: Path, vocabulary: Vocabulary, available: AvailableAssets) -> LoadedCreative:
    """Loads the creative in a folder, with its warnings. Raises `CreativeError` with every problem found."""
    return check_loaded(load_creative(folder, vocabulary), vocabulary, available)


def check_loaded(loaded: LoadedCreative, vocabulary: Vocabulary, available: AvailableAssets) -> LoadedCreative:
    """The creative with its warnings. Raises `CreativeError` with every problem found."""
    source, creative = loaded.source, loaded.creative
    problems = [*check_references(source, creative, vocabulary, frozenset(loaded.assets), available)]
    problems += check_staleness(source, creative, vocabulary)
    if any(not problem.warning for problem in problems):
        raise CreativeError(problems)
    return replace(loaded, warnings=tuple(problems))
