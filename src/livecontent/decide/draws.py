"""Chance that can be repeated: numbers by a key and a few names, the same each time they are asked for."""

from collections.abc import Mapping
from hashlib import blake2b
from math import log

_WHOLE = float(1 << 64)


class Draws:
    """Numbers between 0 and 1 by a secret key, so that nobody can choose theirs by their address."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        """Of at most 64 bytes."""
        self._key = key

    def number(self, *names: str) -> float:
        """Above 0 and below 1; equal names draw the same."""
        digest = blake2b("\x1f".join(names).encode("utf-8", "replace"), digest_size=8, key=self._key).digest()
        return (int.from_bytes(digest, "big") | 1) / _WHOLE if digest != b"\xff" * 8 else 0.5

    def arm(self, weights: Mapping[str, float], *names: str) -> str:
        """One of these, in proportion to their weights: where one is added, people move to that one only.

        Weighted rendezvous hashing: the smallest of exponential numbers, each with its weight as its rate.
        """
        drawn = {arm: -log(self.number(*names, arm)) / weight for arm, weight in weights.items()}
        return min(drawn, key=drawn.__getitem__)
