"""Servers with time enough: on a busy machine a recipient would be given a fallback, which is not what is looked at."""

from __future__ import annotations

from dataclasses import replace

from livecontent.services import Services

PATIENCE = 60.0  # seconds for each image


def patient(parts: Services, seconds: float = PATIENCE) -> Services:
    """The same parts, in no hurry."""
    kit = parts.kit
    unhurried = replace(kit, gatherer=kit.gatherer.patient(seconds), renderer=kit.renderer.patient(seconds))
    return replace(parts, kit=unhurried)
