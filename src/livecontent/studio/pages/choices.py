"""What the controls of the inbox offer: moments, addresses, mail clients."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

# Of the clients that a preview knows, those that people read in.
CLIENTS = (
    "gmail",
    "yahoo-aol",
    "apple-mpp",
    "apple-mail",
    "safari-private-relay",
    "outlook-win",
    "outlook-mac",
    "outlook-mobile",
    "microsoft-net",
    "thunderbird",
    "scanner",
)
AT_HAND = ("", "apple-mpp", "gmail", "outlook-win", "scanner")  # one click away; "" is this browser
COMPARED = AT_HAND[:-1]  # side by side

# Addresses for examples (RFC 5737), and whose the demo's GeoIP file says they are.
ADDRESSES: Mapping[str, str] = MappingProxyType(
    {
        "192.0.2.1": "Lille",
        "192.0.2.65": "Brest",
        "192.0.2.113": "Nice",
        "198.51.100.1": "London",
        "198.51.100.161": "Tromsø",
        "203.0.113.1": "Montréal",
        "203.0.113.49": "Tokyo",
        "203.0.113.81": "Sydney",
    }
)


def deadline(now: datetime) -> datetime:
    """When the offer of the email ends: the next Christmas Eve, so that there is always something to count down to."""
    end = datetime(now.astimezone(PARIS).year, 12, 24, 18, tzinfo=PARIS)
    return end if now < end else end.replace(year=end.year + 1)


def sent(now: datetime) -> datetime:
    """When the email was sent: the evening before."""
    return (now - timedelta(days=1)).astimezone(PARIS).replace(hour=17, minute=45)


def times_worth_a_look(now: datetime) -> dict[str, str]:
    """Moments by name, as the control takes them, in the reader's time zone; "" is now."""
    today = now.astimezone(PARIS).date()
    sunday = today + timedelta(days=(6 - today.weekday()) % 7)
    later = deadline(now).date() + timedelta(days=1)
    return {
        "now": "",
        "morning": f"{today}T08:05",
        "evening": f"{today}T19:30",
        "night": f"{today}T23:30",
        "sunday": f"{sunday}T12:00",
        "later": f"{later}T10:00",
    }
