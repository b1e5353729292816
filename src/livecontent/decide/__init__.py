"""Decides which variant is shown, with a trace that says why. Pure."""
