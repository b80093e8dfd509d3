"""Sends e-mail through an SMTP server, over TLS (port 465) or STARTTLS (port 587)."""

import contextlib
import smtplib
import ssl
from dataclasses import dataclass, field
from enum import StrEnum

from chalicelib.adapters.mail_mime import as_mime
from chalicelib.ports import Mail, RefusedError, SendingError, TimeSource

OURS_TO_MEND = frozenset({530, 534, 535, 538})
"""RFC 4954: the login is missing, too weak or wrong. That says nothing about the message."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Security(StrEnum):
    """How the connection is protected. `plain` is for a server on this machine only."""

    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where to hand e-mail over. `context` None: certificates are checked against the system's authorities."""

    host: str
    port: int = 465
    security: Security = Security.TLS
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_seconds: float = 20.0
    context: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        if self.security is Security.PLAIN and self.host not in LOOPBACK:
            raise ValueError("SMTP without TLS is for a server on this machine only")


class SmtpMail:
    """One connection a message: a broken one costs one message a retry, and nothing else."""

    def __init__(self, server: SmtpServer, address: str, display_name: str, time: TimeSource) -> None:
        self._server, self._address, self._display_name, self._time = server, address, display_name, time

    def send(self, mail: Mail) -> None:
        """Hand it over. Raises SendingError (no connection, login refused, 4xx) or RefusedError (5xx)."""
        message = as_mime(mail, self._address, self._display_name, self._time)
        try:
            smtp = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            raise SendingError(f"smtp:{type(error).__name__}") from None
        try:
            smtp.send_message(message, self._address, [mail.to])
        except smtplib.SMTPRecipientsRefused as error:
            raise _failure(next(code for code, _ in error.recipients.values())) from None
        except smtplib.SMTPResponseException as error:
            raise _failure(error.smtp_code) from None
        except smtplib.SMTPNotSupportedError:
            raise RefusedError("smtp:not_supported") from None
        except OSError as error:  # SMTPException is one, and so is every broken connection
            raise SendingError(f"smtp:{type(error).__name__}") from None
        finally:
            with contextlib.suppress(OSError):
                smtp.quit()  # the message is accepted already, whatever the server says now
            smtp.close()

    def try_login(self) -> None:
        """Connect and log in as `send` does, and send nothing. Raises SendingError, or ValueError without TLS."""
        try:
            smtp = self._connected()
        except smtplib.SMTPResponseException as error:
            raise SendingError(f"smtp:{error.smtp_code}") from None
        except (OSError, smtplib.SMTPException) as error:
            raise SendingError(f"smtp:{type(error).__name__}") from None
        with contextlib.suppress(OSError):
            smtp.quit()
        smtp.close()

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        name, seconds = self._address.rpartition("@")[2], server.timeout_seconds
        context = server.context or ssl.create_default_context()
        if server.security is Security.TLS:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, name, timeout=seconds, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, name, timeout=seconds)
        try:
            if server.security is Security.STARTTLS:
                smtp.starttls(context=context)
            if server.user is not None:
                smtp.login(server.user, server.password or "")
        except (OSError, smtplib.SMTPException):
            smtp.close()
            raise
        return smtp


def _failure(code: int) -> SendingError:
    """RFC 5321: 4yz may work later, 5yz never will. The server's own words may name the address; they stay here."""
    final = code >= 500 and code not in OURS_TO_MEND
    return (RefusedError if final else SendingError)(f"smtp:{code}")
