"""An e-mail as it goes over the wire: plain text with an HTML alternative, and nothing that tracks its reader."""

from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from chalicelib.ports import Mail, RefusedError, TimeSource


def as_mime(mail: Mail, address: str, display_name: str, time: TimeSource) -> EmailMessage:
    """The message with its headers. Raises RefusedError for an address that cannot stand in one.

    `Auto-Submitted` (RFC 3834) keeps holiday notices from answering. SES puts a Message-ID of its own in place of ours,
    so ours is repeated under a name that it leaves alone.
    """
    if not mail.to.isascii():
        raise RefusedError("address_not_ascii")
    message = EmailMessage(policy=policy.SMTP)
    try:
        message["From"] = Address(display_name, addr_spec=address)
        message["To"] = Address(addr_spec=mail.to)
        message["Subject"] = mail.subject
    except (ValueError, IndexError, MessageError):
        raise RefusedError("bad_address") from None  # the parser's error repeats it
    message["Date"] = format_datetime(time.now())
    message["Message-ID"] = mail.message_id
    message["X-Huiyin-Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(mail.text, cte="base64")
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html", cte="base64")
    return message
