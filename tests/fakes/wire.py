"""Real servers on this machine for adapters to talk to: HTTP and SMTP, answering what a test asks for."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from socket import create_server
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK = "127.0.0.1"
SILENCE = -1
"""An answer that never comes: the request is read, and then nothing for longer than the adapter waits."""
HANG_UP = -2
"""The request is read and the line cut."""
CUT = "cut"
"""The same as an SMTP server's answer to QUIT."""


def free_port() -> int:
    """A port nobody listens on."""
    with create_server((LOOPBACK, 0)) as listening:
        return int(listening.getsockname()[1])


@dataclass(slots=True)
class HttpServer:
    """`status`: an HTTP status, SILENCE or HANG_UP; `body` is sent with it. `requests` are the bodies that came."""

    port: int = 0
    status: int = 200
    body: str = "{}"
    requests: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{LOOPBACK}:{self.port}"


@contextmanager
def http_server() -> Iterator[HttpServer]:
    """A server that takes any POST."""
    state = HttpServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            state.requests.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            state.headers.append({name.lower(): value for name, value in self.headers.items()})
            if state.status == SILENCE:
                state.closing.wait(5)
            if state.status < 0:
                self.close_connection = True
                return
            data = state.body.encode()
            self.send_response(state.status)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("Location", f"{state.url}/elsewhere")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        state.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(slots=True)
class SmtpServer:
    """Keeps what it accepts. `answers` by command (RCPT, DATA, QUIT) replace the usual ones."""

    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        """Accept a recipient, or not."""
        if "RCPT" in self.answers:
            return self.answers["RCPT"].format(address=address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Accept a message, or not."""
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        self.encrypted.append(server.transport.get_extra_info("ssl_object") is not None)
        return "250 OK"

    async def handle_QUIT(self, server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        """Say goodbye, or go without."""
        if self.answers.get("QUIT") == CUT:
            server.transport.abort()
        return self.answers.get("QUIT", "221 Bye")


def only_the_box(_server: Any, _session: Any, _envelope: Any, _mechanism: Any, data: Any) -> AuthResult:
    """Lets in `box` with the password `right`."""
    return AuthResult(success=data == LoginPassword(b"box", b"right"), handled=False)


@contextmanager
def smtp_server(certificate: "Certificate | None" = None, **options: Any) -> Iterator[SmtpServer]:
    """A real SMTP server. With a certificate it speaks TLS from the start; STARTTLS is an option of its own."""
    state = SmtpServer(port=free_port())
    context = certificate.for_server() if certificate else None
    controller = Controller(state, hostname=LOOPBACK, port=state.port, ssl_context=context, **options)
    controller.start()
    try:
        yield state
    finally:
        controller.stop()


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate for 127.0.0.1 that only its own test trusts."""

    path: Path

    def for_server(self) -> ssl.SSLContext:
        """What the server shows."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path)
        return context

    def for_client(self) -> ssl.SSLContext:
        """What a client that trusts it checks against."""
        return ssl.create_default_context(cafile=str(self.path))


def make_certificate(folder: Path) -> Certificate:
    """A fresh one, good for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(LOOPBACK))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return Certificate(path)
