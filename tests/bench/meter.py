"""A meter between the product and the emulator: passes every call on, and counts what the cloud would charge for.

Calls by service and operation; bytes to and from S3; DynamoDB's write units as the emulator counts them. Its read units
are worked out here, for the emulator counts each reading as one small item.
"""

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from infra.environment import LOOPBACK

Json = Any
_READS: Final = frozenset({"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"})
_SCOPE: Final = re.compile(r"Credential=[^/]+/\d+/[^/]+/(?P<service>[a-z0-9-]+)/aws4_request")
_HOP_BY_HOP: Final = frozenset({"connection", "keep-alive", "transfer-encoding", "expect", "content-length"})


@dataclass(slots=True)
class Used:
    """What was used. `calls`: by `service.Operation`; `read_units`, `write_units`: DynamoDB's; `s3_*`: bytes."""

    calls: Counter[str] = field(default_factory=Counter)
    read_units: float = 0.0
    write_units: float = 0.0
    s3_in: int = 0
    s3_out: int = 0

    def of(self, *beginnings: str) -> int:
        """How many calls' names begin with one of these, such as `kms.` or `s3.PUT`."""
        return sum(count for name, count in self.calls.items() if name.startswith(beginnings))

    def __add__(self, other: "Used") -> "Used":
        return Used(
            self.calls + other.calls,
            self.read_units + other.read_units,
            self.write_units + other.write_units,
            self.s3_in + other.s3_in,
            self.s3_out + other.s3_out,
        )


class Meter:
    """Counts into the present `Used`; `taken` hands it over and begins a new one."""

    def __init__(self, upstream: str) -> None:
        self.upstream = urlsplit(upstream).netloc
        self._lock, self._used = threading.Lock(), Used()
        self._server = ThreadingHTTPServer((LOOPBACK, 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def endpoint(self) -> str:
        """The address for AWS_ENDPOINT_URL."""
        return f"http://{LOOPBACK}:{self._server.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator["Meter"]:
        """Serve as long as it lasts."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()

    def taken(self) -> Used:
        """What was used since the last call of this."""
        with self._lock:
            used, self._used = self._used, Used()
        return used

    def note(self, name: str, sent: bytes, answer: bytes) -> None:
        """One call that was passed on."""
        with self._lock:
            self._used.calls[name] += 1
            if name.startswith("s3."):
                self._used.s3_in += len(sent)
                self._used.s3_out += len(answer)
            if name.startswith("dynamodb."):
                if name.partition(".")[2] in _READS:
                    self._used.read_units += read_units(json.loads(sent), json.loads(answer))
                else:
                    self._used.write_units += _written(json.loads(answer))


def _written(answer: Json) -> float:
    said = answer.get("ConsumedCapacity") or []
    return float(sum(each["CapacityUnits"] for each in ([said] if isinstance(said, dict) else said)))


def read_units(sent: Json, answer: Json) -> float:
    """By DynamoDB's rule: a unit for each started 4 kB, of single items each for itself, of a query for all together.

    Half of it where an answer may be a moment old.
    """
    if "Responses" in answer:
        return sum(
            _rated(size_of(item), sent["RequestItems"][table].get("ConsistentRead", False))
            for table, items in answer["Responses"].items()
            for item in items
        )
    found = answer["Items"] if "Items" in answer else [answer.get("Item", {})]
    return _rated(sum(map(size_of, found)), sent.get("ConsistentRead", False))


def _rated(size: int, consistent: bool) -> float:
    return max(1, -(-size // 4096)) * (1.0 if consistent else 0.5)


def size_of(item: Json) -> int:
    """An item's bytes by DynamoDB's rule: names and values, three more for a list or map and one for each in it."""
    return sum(len(name.encode()) + _value(value) for name, value in item.items())


def _value(typed: Json) -> int:
    ((kind, value),) = typed.items()
    match kind:
        case "S":
            size = len(value.encode())
        case "N":
            size = len(value) // 2 + 2
        case "B":
            size = len(value) * 3 // 4
        case "M":
            size = 3 + sum(len(name.encode()) + 1 + _value(each) for name, each in value.items())
        case "L":
            size = 3 + sum(1 + _value(each) for each in value)
        case "SS" | "NS" | "BS":
            size = sum(len(each.encode()) for each in value)
        case _:  # a truth value, or nothing
            size = 1
    return size


def name_of(method: str, path: str, headers: Any, body: bytes) -> str:
    """`dynamodb.Query`, `s3.GET`, `s3.LIST`, `ses.SendRawEmail`. An upload from a browser carries no signature."""
    found = _SCOPE.search(headers.get("Authorization", ""))
    service = found["service"] if found else "s3"
    if target := headers.get("X-Amz-Target"):
        return f"{service}.{target.rpartition('.')[2]}"
    if service == "s3":
        query = parse_qs(urlsplit(path).query, keep_blank_values=True)
        listing = method == "GET" and bool({"list-type", "versions"} & query.keys())
        copying = method == "PUT" and "x-amz-copy-source" in {name.lower() for name in headers}
        return f"s3.{'LIST' if listing else 'COPY' if copying else method}"
    return f"{service}.{parse_qs(body.decode(errors='replace')).get('Action', [method])[0]}"


def _handler(meter: Meter) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            name = name_of(self.command, self.path, self.headers, body)
            if name.startswith("dynamodb."):  # not every caller asks what its call consumes
                body = json.dumps({**json.loads(body or b"{}"), "ReturnConsumedCapacity": "TOTAL"}).encode()
            connection = HTTPConnection(meter.upstream, timeout=60)
            kept = {key: value for key, value in self.headers.items() if key.lower() not in _HOP_BY_HOP}
            connection.request(self.command, self.path, body, {**kept, "Content-Length": str(len(body))})
            answer = connection.getresponse()
            said = answer.read()
            meter.note(name, body, said)
            self.send_response(answer.status)
            for key, value in answer.getheaders():
                if key.lower() not in _HOP_BY_HOP:
                    self.send_header(key, value)
            length = answer.getheader("Content-Length") if self.command == "HEAD" else None
            self.send_header("Content-Length", length or str(len(said)))
            self.end_headers()
            self.wfile.write(said)
            connection.close()

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass_on  # noqa: N815  names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Nothing: each call would be a line."""

    return Handler
