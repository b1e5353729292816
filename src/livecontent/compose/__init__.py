"""Composes scenes: a variant and a moment in, a scene out. Pure: no clock, network, disk or environment."""
