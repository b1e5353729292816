"""Clients by name, with their usual verdicts: those that a person can preview as."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from livecontent.facts import Client
from livecontent.verdict.agents import load_agents
from livecontent.verdict.judge import Signs, tell

_BROWSER = "mozilla/5.0 firefox/146.0"


@cache
def known_clients() -> Mapping[str, Client]:
    """Those with a name of their own, and the few that are told by more than a name."""
    agents = load_agents()
    signs = [
        *(Signs(agent) for agent in agents.named),
        Signs(agents.tell(agents.prefetch), owner="google"),
        Signs(agents.tell(agents.apple), relayed=True),
        Signs(agents.tell("applewebkit")),
        Signs(agents.tell(_BROWSER), webp=True),
        Signs(agents.tell(_BROWSER), webp=True, relayed=True),
        Signs(agents.tell(_BROWSER), owner="microsoft", microsoft=False),
        Signs(agents.tell("mimecast")),
        Signs(agents.tell("curl/8")),
    ]
    return {client.name: client for client in map(tell, signs)}
