"""Commands for people."""


def main() -> None:
    """The program `livecontent`."""
