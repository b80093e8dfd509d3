"""What a county has outside the account: its mail server and its SMS gateway, on this machine. In China all mail and
every SMS goes that way."""

import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from infra.cloud.settings import Mail, Sms
from infra.environment import LOOPBACK, free_port
from infra.rehearsal.post import Sent
from infra.stand.settings import sms_words

USER: Final = "rehearsal"
PASSWORD: Final = "the mail server's password"  # noqa: S105  of a server that lives as long as the rehearsal
KEY: Final = "the-gateways-key"


@dataclass(slots=True)
class Outside:
    """Both servers, and what they took. What comes without the right password or key they refuse."""

    smtp_port: int = 0
    gateway_port: int = 0
    taken: list[Sent] = field(default_factory=list)

    def mail(self, sender: str) -> Mail:
        """Settings by which mails go to this server."""
        return Mail(sender=sender, by="smtp", host=LOOPBACK, port=self.smtp_port, security="plain", user=USER)

    def sms(self) -> Sms:
        """Settings by which SMS go to this gateway."""
        numbers = {name: str(number) for number, name in enumerate(sorted(sms_words()), start=1)}
        return Sms(by="gateway", gateway=f"http://{LOOPBACK}:{self.gateway_port}", templates=numbers)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        """A mail has come."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        body = mail.get_body(("plain",))
        text = f"{mail['Subject']}\n{body.get_content() if body else ''}"
        self.taken.append(Sent(f"smtp {len(self.taken)}", "smtp", ", ".join(envelope.rcpt_tos), text))
        return "250 OK"

    def take_text(self, body: dict[str, Any]) -> None:
        """An SMS has come: its template's name, and its parameters."""
        text = " ".join([sorted(sms_words())[int(body["template"]) - 1], *body["params"].values()])
        self.taken.append(Sent(f"gateway {len(self.taken)}", "gateway", body["phone"], text))


@contextmanager
def outside() -> Iterator[Outside]:
    """Both servers for as long as it lasts."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    county = Outside(smtp_port=free_port())
    server = ThreadingHTTPServer((LOOPBACK, 0), _gateway_of(county))
    county.gateway_port = server.server_port
    mail = Controller(
        county,
        hostname=LOOPBACK,
        port=county.smtp_port,
        authenticator=_only_us,
        auth_required=True,
        auth_require_tls=False,
    )
    Thread(target=server.serve_forever, daemon=True).start()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Requiring AUTH")  # without TLS it is dangerous, but not on one machine
        mail.start()
        try:
            yield county
        finally:
            mail.stop()
            server.shutdown()
            server.server_close()


def _only_us(_server: Any, _session: Any, _envelope: Any, _mechanism: Any, data: Any) -> AuthResult:
    right = data == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


def _gateway_of(county: Outside) -> type[BaseHTTPRequestHandler]:
    class Gateway(BaseHTTPRequestHandler):
        """Takes SMS with the right key."""

        def do_POST(self) -> None:
            """See GatewayText."""
            data = self.rfile.read(int(self.headers["Content-Length"]))
            right = self.headers["Authorization"] == f"Bearer {KEY}"
            if right:
                county.take_text(json.loads(data))
            self.send_response(200 if right else 401)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing: numbers stand in it."""

    return Gateway
