"""Commands, run by tests."""

from collections.abc import Callable

from typer.testing import Result

from livecontent.errors import LivecontentError

Run = Callable[..., Result]


def said(result: Result) -> str:
    """What a person reads: the error's own words where it is one of ours."""
    if result.exception and not isinstance(result.exception, SystemExit | LivecontentError):
        raise result.exception
    return result.output + str(result.exception or "")
