"""All that `livecontent check` says; runs when a creative is published, never at an open."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from livecontent.creative.load import LoadedCreative, load_creative
from livecontent.creative.model import AvailableAssets
from livecontent.errors import CreativeError, Problem
from livecontent.lint.deciding import check_deciding
from livecontent.lint.film import check_film
from livecontent.lint.references import check_references
from livecontent.lint.staleness import check_staleness
from livecontent.vocabulary import Vocabulary


def load_checked(folder: Path, vocabulary: Vocabulary, available: AvailableAssets) -> LoadedCreative:
    """Loads the creative in a folder, with its warnings. Raises `CreativeError` with every problem found."""
    return check_loaded(load_creative(folder, vocabulary), available)


def check_loaded(loaded: LoadedCreative, available: AvailableAssets) -> LoadedCreative:
    """The creative with its warnings. Raises `CreativeError` with every problem found."""
    source, creative, vocabulary = loaded.source, loaded.creative, loaded.vocabulary
    problems = [*check_references(source, creative, vocabulary, frozenset(loaded.assets), available)]
    problems += check_deciding(source, creative, vocabulary)
    problems += check_staleness(source, creative, vocabulary)
    problems += check_film(source, creative)
    problems = list(dict.fromkeys(problems))  # what several alternatives share is told once
    if any(not problem.warning for problem in problems):
        raise CreativeError(problems)
    dark = check_loaded(loaded.dark, available) if loaded.dark else None
    told = [*problems, *(dark.warnings if dark else ())]
    return replace(loaded, warnings=tuple(_told_once(dict.fromkeys(told))), dark=dark)


def _told_once(warnings: Iterable[Problem]) -> Iterator[Problem]:
    """Warnings that say the same are one, with the lines of the others."""
    lines: dict[str, list[int]] = {}
    first: dict[str, Problem] = {}
    for one in warnings:
        first.setdefault(one.message, one)
        lines.setdefault(one.message, []).append(one.line)
    for message, one in first.items():
        others = sorted(set(lines[message]) - {one.line})
        also = f" (also in line{'s' * (len(others) > 1)} {', '.join(map(str, others))})" if others else ""
        yield replace(one, message=f"{message}{also}")
