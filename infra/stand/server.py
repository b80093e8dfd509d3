"""The stand's web server: one port for the website, the API and the stand's own page."""

import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from infra.environment import LOOPBACK
from infra.stand.answers import Answer, problem

BODY_MAX: Final = 10 * 1024 * 1024
"""Bytes of a request, as API Gateway takes them."""
_DRAIN_SECONDS, _CHUNK = 5.0, 64 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came over the wire. `target`: path and query, still encoded."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path, decoded once."""
        return unquote(self.target.partition("?")[0])


Answering = Callable[[Request], Answer]


class StandServer(ThreadingHTTPServer):
    """A thread a connection. `request_queue_size`: hundreds may knock at the same moment."""

    daemon_threads = True
    request_queue_size = 512

    def __init__(self, port: int, answering: Answering, say: Callable[[str], None]) -> None:
        self.answering, self.say = answering, say
        self._busy = 0
        self._idle = threading.Condition()
        super().__init__((LOOPBACK, port), _Handler)

    def answer(self, request: Request) -> Answer:
        """The answer to one request; a fault of the stand itself is said and answered with 500."""
        with self._idle:
            self._busy += 1
        try:
            return self.answering(request)
        except Exception as error:  # noqa: BLE001  the entry point: a request must not end the stand
            frame = traceback.extract_tb(error.__traceback__)[-1]
            self.say(f"a request failed: {type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}")
            return problem(500, "unexpected")
        finally:
            with self._idle:
                self._busy -= 1
                self._idle.notify_all()

    def wait_until_idle(self, seconds: float) -> None:
        """Let requests that are being answered finish."""
        with self._idle:
            self._idle.wait_for(lambda: self._busy == 0, seconds)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke is nobody's fault."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "huiyin-stand", ""
    timeout = 60
    server: StandServer

    def _handle(self) -> None:
        body = self._body() if self._is_for_us() else problem(403, "foreign_page")
        if isinstance(body, Answer):
            self.close_connection = True
            self._send(body)
            self._drain()
            return
        method = "GET" if self.command == "HEAD" else self.command
        self._send(self.server.answer(Request(method, self.path, dict(self.headers.items()), body)))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _handle  # noqa: N815

    def _is_for_us(self) -> bool:
        """Whether the address asked for is this machine's: a page elsewhere may have a name that leads here."""
        name = str(self.headers.get("Host", LOOPBACK)).rpartition(":")
        return (name[0] or name[2]) in {LOOPBACK, "localhost"}

    def handle_expect_100(self) -> bool:
        """Do not ask for a body that will be refused."""
        return True if isinstance(self._length(), Answer) else super().handle_expect_100()

    def _length(self) -> int | Answer:
        given = self.headers.get_all("Content-Length", [])
        if self.headers.get("Transfer-Encoding"):
            return problem(411, "length_required")
        if not given:
            return 0
        if len(set(given)) > 1 or not (given[0].isascii() and given[0].isdigit() and len(given[0]) <= 18):
            return problem(400, "bad_request")
        return int(given[0]) if int(given[0]) <= BODY_MAX else problem(413, "too_large")

    def _body(self) -> bytes | Answer:
        length = self._length()
        if isinstance(length, Answer):
            return length
        body = self.rfile.read(length)
        return body if len(body) == length else problem(400, "bad_request")  # the connection broke off

    def _drain(self) -> None:
        """Read on for a while and forget it: a client that is still sending would lose our answer to a reset."""
        self.connection.settimeout(1)
        until = time.monotonic() + _DRAIN_SECONDS
        try:
            while time.monotonic() < until and self.rfile.read1(_CHUNK):
                pass
        except OSError:
            pass

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            if name.casefold() != "content-length":
                for each in value if isinstance(value, list) else [value]:
                    self.send_header(name, each)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def send_error(self, code: int, *_: object) -> None:
        """What http.server refuses by itself (a broken request line, an unknown method), as a problem document."""
        self.close_connection = True
        self.request_version = (
            self.protocol_version
        )  # to one too old to send headers in, our answer has them all the same
        self.command = self.command or ""
        unknown_method = code == HTTPStatus.NOT_IMPLEMENTED
        self._send(problem(405, "method_not_allowed") if unknown_method else problem(code, "bad_request"))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class's name
        """No access log: an address may carry what is nobody's business."""
