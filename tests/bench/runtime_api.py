"""Starts one function of an unzipped bundle as the cloud does, and measures its cold start.

awslambdaric, the cloud's own runtime client, imports the handler and asks for an invocation: what passes from the
program's start until it asks is the init. The Runtime API it asks is a small server on loopback.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from infra.environment import DUMMY_CREDENTIALS, LOOPBACK

PATIENCE_SECONDS: Final = 60
_REQUEST_ID: Final = "00000000-0000-4000-8000-000000000000"
_INVOCATION: Final = f"/2018-06-01/runtime/invocation/{_REQUEST_ID}"
_RUNTIME: Final = ("awslambdaric", "snapshot_restore_py", "simplejson", "runtime_client")
"""What the cloud's image has beside the bundle: awslambdaric, and what it imports."""


class DidNotStartError(Exception):
    """The function said that its init failed, answered with an error, or ended; with its own words."""


@dataclass(frozen=True, slots=True)
class Started:
    """One cold start. Milliseconds by the clock and of the processor, from the program's start.

    `first_ms`: until the first invocation was answered; `cpu_ms` and `peak_mb` are through the end of what was asked.
    `said`: what it printed.
    """

    init_ms: float
    cpu_ms: float
    peak_mb: float
    first_ms: float | None = None
    answer: Any = None
    said: str = ""


class _RuntimeApi(HTTPServer):
    """Hands out one event, or none, and keeps when it was asked and answered."""

    def __init__(self, event: object | None, patience: float) -> None:
        super().__init__((LOOPBACK, 0), _Asked)
        self.timeout = self.patience = patience
        self.event = event
        self.asked_at: float | None = None
        self.answered_at: float | None = None
        self.answer: Any = None
        self.failure: str | None = None
        self.over = False

    def handle_timeout(self) -> None:
        self.failure, self.over = "it did not ask for an invocation in time", True


class _Asked(BaseHTTPRequestHandler):
    """The four requests of the Runtime API that awslambdaric makes."""

    server: _RuntimeApi
    protocol_version = "HTTP/1.1"  # the client breaks off at the answers of an older one
    timeout = PATIENCE_SECONDS

    def do_GET(self) -> None:
        api = self.server
        api.asked_at = api.asked_at or time.perf_counter()
        if api.event is None:
            api.over = self.close_connection = True  # no answer: what is measured is over
            return
        self._say(
            200,
            json.dumps(api.event).encode(),
            {
                "Lambda-Runtime-Aws-Request-Id": _REQUEST_ID,
                "Lambda-Runtime-Deadline-Ms": str(int((time.time() + api.patience) * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": "function",
                "Lambda-Runtime-Trace-Id": "Root=1-0-0;Sampled=0",
                "Content-Type": "application/json",
            },
        )

    def do_POST(self) -> None:
        api, now = self.server, time.perf_counter()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._say(202)
        api.over = True
        if self.path == f"{_INVOCATION}/response":
            api.answered_at, api.answer = now, json.loads(body)
        else:
            api.failure = body.decode()

    def _say(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Connection", "close")
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: thousands of starts would fill the screen."""


def start(
    tree: Path,
    handler: str,
    event: object | None = None,
    environment: Mapping[str, str] | None = None,
    options: Sequence[str] = (),
    patience: float = PATIENCE_SECONDS,
) -> Started:
    """Start `handler` of the unzipped bundle in `tree`, hand it `event` if there is one, and end it.

    Nothing but the standard library, the runtime client and the bundle can be imported, and nothing is written beside
    the code. `options`: of the interpreter. `patience`: the seconds that the function has. Raises DidNotStartError.
    """
    with TemporaryDirectory(prefix="huiyin-runtime-") as runtime, _RuntimeApi(event, patience) as api:
        _link_runtime(Path(runtime))
        variables = {
            "PATH": os.environ.get("PATH", ""),
            **DUMMY_CREDENTIALS,
            "AWS_LAMBDA_RUNTIME_API": f"{LOOPBACK}:{api.server_port}",
            "AWS_LAMBDA_FUNCTION_NAME": handler,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "LAMBDA_TASK_ROOT": str(tree),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": runtime,
            **(environment or {}),
        }
        said = Path(runtime) / "said"
        with said.open("wb") as log:
            begun = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, "-S", *options, "-m", "awslambdaric", handler],
                cwd=tree,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            while not api.over:
                api.handle_request()
        peak_mb = _peak_mb(process.pid)
        os.kill(process.pid, signal.SIGKILL)  # Popen would take the figures of one that has ended already
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = -signal.SIGKILL  # it has been waited for
        if api.failure is not None or api.asked_at is None:
            raise DidNotStartError(f"{handler}: {api.failure}\n{said.read_text(errors='replace')}")
        return Started(
            init_ms=(api.asked_at - begun) * 1000,
            cpu_ms=(used.ru_utime + used.ru_stime) * 1000,
            peak_mb=peak_mb,
            first_ms=None if api.answered_at is None else (api.answered_at - begun) * 1000,
            answer=api.answer,
            said=said.read_text(errors="replace"),
        )


def _link_runtime(folder: Path) -> None:
    """Make the runtime client importable, and nothing else of this environment."""
    import awslambdaric

    site = Path(awslambdaric.__file__).parents[1]
    for path in site.iterdir():
        if path.name.partition(".")[0] in _RUNTIME:
            (folder / path.name).symlink_to(path)


def _peak_mb(pid: int) -> float:
    """The most memory the program had so far, in 10⁶ bytes; 0 where the system does not tell, and of one that ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return 0.0
    _, told, rest = status.partition("VmHWM:")
    return int(rest.split()[0]) * 1024 / 1e6 if told else 0.0
