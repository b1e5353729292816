"""Reads creatives: folder in, checked and compiled creative out. A bad creative fails here, never at an open."""
