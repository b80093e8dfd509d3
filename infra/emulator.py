"""Starts, finds again and stops the AWS emulator (ministack) that the stand and the contention tests run on.

The emulator is a child in a session of its own, so Ctrl-C on the stand does not tear it down before its state is
saved, and a stand that is killed leaves it running with its data. Who lives is told by a file lock that the child
inherits: the kernel lets go of it when the emulator ends, however it ends, so a stale file or a reused process id
never misleads.
"""

import fcntl
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO

from infra.environment import (
    DUMMY_CREDENTIALS,
    EMULATOR_PYTHON,
    LOCAL_REGION,
    LOOPBACK,
    WITNESS,
    free_port,
    port_is_taken,
    without_aws,
)
from infra.errors import OperatorError

START_SECONDS = 60.0
STOP_SECONDS = 60.0
_POLL_SECONDS = 0.05
_ROOT = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator. `adopted`: it was running before, with the data it had."""

    home: Path
    port: int
    adopted: bool
    process: subprocess.Popen[bytes] | None

    @property
    def endpoint(self) -> str:
        """The address for AWS_ENDPOINT_URL."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return _is_alive(self.home)

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ask the emulator to end and wait until it has saved its state and is gone.

        Raises OperatorError when it is still there after `seconds`; it is left alone then, for it may be saving.
        """
        pid = _pid(self.home, self.port)
        if pid is not None and _is_alive(self.home):
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + seconds
        while _is_alive(self.home):
            if time.monotonic() > deadline:
                raise OperatorError(
                    f"The emulator (process {pid}) did not end within {seconds:.0f} seconds. See {_log(self.home)}."
                )
            time.sleep(_POLL_SECONDS)
        if self.process is not None:
            self.process.wait(seconds)


def start(
    home: Path,
    *,
    port: int | None = None,
    keep: bool = False,
    witness: Path | None = None,
    python: Path = EMULATOR_PYTHON,
) -> Emulator:
    """Start the emulator that keeps its files under `home`, or adopt the one that already runs there.

    `port`: None takes any free one; an adopted emulator keeps its own. `keep`: what is stored survives a clean stop.
    `witness`: IAM policies are enforced, and each decision about a role is written to this file.
    Returns when it answers.
    Raises OperatorError when its virtual environment is missing, the port is taken, or it does not come up.
    """
    if not python.exists():
        raise OperatorError(f"The emulator's virtual environment is missing ({python}). Run: make emulator-env")
    home = home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    with _lock_file(home).open("a+") as lock:
        if not _try_lock(lock):
            return _adopt(home)
        port = free_port() if port is None else port
        if port_is_taken(port):
            raise OperatorError(f"Port {port} on {LOOPBACK} is taken by another program. Choose another port.")
        lock.truncate(0)
        lock.write(json.dumps({"port": port}))
        lock.flush()
        # The child holds the lock through its copy of the descriptor; ours is closed on leaving the block.
        process = _launch(home, port, lock.fileno(), keep=keep, witness=witness, python=python)
    emulator = Emulator(home, port, adopted=False, process=process)
    _wait_until_ready(emulator)
    return emulator


def running(home: Path) -> Emulator | None:
    """The emulator that runs under `home`, or None."""
    return _adopt(home.resolve()) if _is_alive(home) else None


def _adopt(home: Path) -> Emulator:
    deadline = time.monotonic() + START_SECONDS
    while not (text := _lock_file(home).read_text()):  # whoever starts it writes the port right after locking
        if time.monotonic() > deadline:
            raise OperatorError(f"{_lock_file(home)} is locked but names no port. End the program that holds it.")
        time.sleep(_POLL_SECONDS)
    emulator = Emulator(home, json.loads(text)["port"], adopted=True, process=None)
    _wait_until_ready(emulator)
    return emulator


def _launch(
    home: Path, port: int, lock: int, *, keep: bool, witness: Path | None, python: Path
) -> subprocess.Popen[bytes]:
    folders = {"TMPDIR": home / "tmp", "STATE_DIR": home / "state", "S3_DATA_DIR": home / "s3"}
    for folder in folders.values():
        folder.mkdir(exist_ok=True)
    environment = {
        # Python's own variables would reach the functions it runs, which have their compiled modules with them.
        **{name: value for name, value in without_aws().items() if not name.startswith("PYTHON")},
        **{name: str(folder) for name, folder in folders.items()},
        **{name: DUMMY_CREDENTIALS[name] for name in _ROOT},  # whose signatures on addresses it takes
        "BIND_HOST": LOOPBACK,
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": LOCAL_REGION,
        "PERSIST_STATE": str(int(keep)),
        "S3_PERSIST": str(int(keep)),
        "AUTH": "false" if witness is None else "true",
        "LOG_LEVEL": "WARNING",
        # Listeners on fixed ports that nothing here uses.
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
    }
    program = ["-m", "ministack"] if witness is None else [str(WITNESS), str(witness)]
    with _log(home).open("wb") as log:
        return subprocess.Popen(
            [str(python), *program],
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(lock,),
        )


def _wait_until_ready(emulator: Emulator) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not (_answers(f"{emulator.endpoint}/_ministack/health") and _warm_up(emulator.endpoint)):
        if emulator.process is not None and emulator.process.poll() is not None:
            raise OperatorError(f"The emulator ended while starting. Its last words:\n{_last_words(emulator.home)}")
        if time.monotonic() > deadline:
            raise OperatorError(f"The emulator does not answer on {emulator.endpoint}. See {_log(emulator.home)}.")
        time.sleep(_POLL_SECONDS)


def _warm_up(endpoint: str) -> bool:
    """The emulator loads a service when it is first asked: let that not fall on a caller's time-out."""
    headers = {"X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": "application/x-amz-json-1.0"}
    scope = f"local/20200101/{LOCAL_REGION}/dynamodb/aws4_request"
    headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
    return _answers(urllib.request.Request(endpoint, data=b"{}", headers=headers, method="POST"))


def _answers(request: str | urllib.request.Request) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=START_SECONDS):
            return True
    except urllib.error.HTTPError:
        return True  # with policies enforced the unsigned warm-up is refused, which is an answer
    except (OSError, HTTPException):
        return False


def _is_alive(home: Path) -> bool:
    if not _lock_file(home).exists():
        return False
    with _lock_file(home).open("a+") as lock:
        return not _try_lock(lock)


def _try_lock(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _pid(home: Path, port: int) -> int | None:
    """The process id as the emulator itself wrote it down."""
    path = home / "tmp" / f"ministack-{port}.pid"
    return int(path.read_text()) if path.exists() else None


def _lock_file(home: Path) -> Path:
    return home / "emulator.lock"


def _log(home: Path) -> Path:
    return home / "emulator.log"


def _last_words(home: Path) -> str:
    return "\n".join(_log(home).read_text(errors="replace").splitlines()[-15:])
