"""Clients by name, with their usual verdicts: those that a person can preview as."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from livecontent.clients.classify import Features, classify
from livecontent.clients.user_agents import load_agents
from livecontent.facts import Client

_BROWSER = "mozilla/5.0 firefox/146.0"


@cache
def known_clients() -> Mapping[str, Client]:
    """Those with a name of their own, and the few that are told by more than a name."""
    agents = load_agents()
    signs = [
        *(Features(agent) for agent in agents.named),
        Features(agents.tell(agents.prefetch), owner="google"),
        Features(agents.tell(agents.apple), relayed=True),
        Features(agents.tell("applewebkit")),
        Features(agents.tell(_BROWSER), webp=True),
        Features(agents.tell(_BROWSER), webp=True, relayed=True),
        Features(agents.tell(_BROWSER), owner="microsoft", microsoft=False),
        Features(agents.tell("mimecast")),
        Features(agents.tell("curl/8")),
    ]
    return {client.name: client for client in map(classify, signs)}
