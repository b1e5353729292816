"""Decides: a creative and a moment in, a variant out, with the trace that says why. Pure."""
