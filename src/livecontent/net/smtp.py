"""Sends a mail through a configured server; what the server says is told in its own words."""

import smtplib
import ssl
from email.message import EmailMessage

from livecontent.errors import LivecontentError
from livecontent.setting_sections import SmtpSettings

PATIENCE = 20.0  # seconds


class MailError(LivecontentError):
    """A mail was not taken."""


def send_mail(message: EmailMessage, server: SmtpSettings) -> None:
    """Hands a mail to one person over. Not for the event loop. Raises `MailError`."""
    where = f"{server.host}:{server.port}"
    try:
        with _connected(server) as connection:
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        said = "; ".join(f"{code} {_said(text)}" for code, text in error.recipients.values())
        raise MailError(f"{where} says: {said}") from None
    except smtplib.SMTPResponseException as error:
        raise MailError(f"{where} says: {error.smtp_code} {_said(error.smtp_error)}") from None
    except smtplib.SMTPException as error:
        raise MailError(f"{where}: {error}") from None
    except (OSError, UnicodeError) as error:
        raise MailError(f"{where} can't be reached: {getattr(error, 'strerror', '') or error}") from None


def _connected(server: SmtpSettings) -> smtplib.SMTP:
    if server.tls == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE, context=ssl.create_default_context())
    connection = smtplib.SMTP(server.host, server.port, timeout=PATIENCE)
    try:
        if server.tls == "starttls":
            connection.starttls(context=ssl.create_default_context())
    except BaseException:
        connection.close()
        raise
    return connection


def _said(text: bytes | str) -> str:
    return " ".join((text.decode("utf-8", "replace") if isinstance(text, bytes) else text).split())
