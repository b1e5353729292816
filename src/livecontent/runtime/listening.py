"""Addresses to listen on, as settings write them: `127.0.0.1:9464`, `[::1]:9464`, or `off`."""

import re
from ipaddress import ip_address

OFF = "off"

_ADDRESS = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^\s:/\[\]]+)):([0-9]{1,5})")


def parse_listening(text: str) -> tuple[str, int] | None:
    """Host and port, None for `off`. Raises `ValueError`."""
    if text == OFF:
        return None
    found = _ADDRESS.fullmatch(text)
    if not found or int(found[3]) > 65_535:
        raise ValueError(f"{text!r} is not an address with a port, such as 127.0.0.1:9464, nor {OFF}")
    return found[1] or found[2], int(found[3])


def known_listening(text: str) -> str:
    """The text. Raises `ValueError` where it can't be read."""
    parse_listening(text)
    return text


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches an address to listen on."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
