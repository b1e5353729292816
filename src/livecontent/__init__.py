"""livecontent: images for emails and web pages, built at the instant they are opened."""

__version__ = "0.1.0"
