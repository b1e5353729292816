"""Clients by name, with their usual verdicts: those that a person can preview as."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from livecontent.facts import Client
from livecontent.verdict.agents import load_agents


@cache
def known_clients() -> Mapping[str, Client]:
    """Those with a name of their own, and the few that are told by more than a name."""
    others = (
        Client("gmail-prefetch", proxy=True, time="early"),
        Client("apple-mpp", proxy=True, time="early", place_trust="coarse", webp=True),
        Client("safari-private-relay", proxy=True, time="live", place_trust="coarse", webp=True),
        Client("microsoft-net", proxy=True, time="live"),
        Client("apple-mail", proxy=False, time="live", place_trust="ip", webp=True),
        Client("browser", proxy=False, time="live", place_trust="ip", webp=True),
        Client("scanner", proxy=True, time="early"),
        Client("bot"),
    )
    return {client.name: client for client in (*load_agents().clients, *others)}
