"""Encodes pictures: pixels in, bytes of a file out. One encoder each; every file says 96 dpi: Outlook sizes by it."""
