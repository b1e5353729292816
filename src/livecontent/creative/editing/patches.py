"""Patches of a text: what is replaced, and where."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple, Self


class Patch(NamedTuple):
    """At an offset of characters, one text comes in place of another."""

    at: int
    old: str
    new: str

    @property
    def least(self) -> Self:
        """The same without what stays alike at both ends."""
        before = _alike(self.old, self.new)
        old, new = self.old[before:], self.new[before:]
        after = _alike(old[::-1], new[::-1])
        return self._replace(at=self.at + before, old=old[: len(old) - after], new=new[: len(new) - after])


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (left, right) in pairs if left != right), min(len(one), len(other)))


TextPatches = Sequence[Patch]  # of one text, none over another


def patched(text: str, patches: Iterable[Patch]) -> str:
    """The text with patches. Raises `ValueError` where it is not the text that they are for."""
    ordered = sorted(patches)
    if any(one.at + len(one.old) > other.at for one, other in pairwise(ordered)):
        raise ValueError("two patches are about the same place")
    for at, old, new in reversed(ordered):
        if text[at : at + len(old)] != old:
            raise ValueError(f"another text stands at character {at}")
        text = text[:at] + new + text[at + len(old) :]
    return text
