"""Draws scenes: scene in, pixels out. Pillow lives here and in `encode`."""
