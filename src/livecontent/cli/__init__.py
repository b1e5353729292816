"""Commands: `livecontent --help` lists them."""

from livecontent.cli.main import main

__all__ = ["main"]
