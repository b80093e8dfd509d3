"""Where things lie in a checkout, and the environment in which code meets the emulator instead of the cloud."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
RESOURCES: Final = ROOT / "infra" / "resources.json"
EMULATOR_PYTHON: Final = ROOT / ".venv-emulator" / "bin" / "python"
WITNESS: Final = ROOT / "infra" / "rehearsal" / "witness.py"
LOOPBACK: Final = "127.0.0.1"

# Any region would do for an emulator; this one has every service the product can use.
LOCAL_REGION: Final = "ap-southeast-1"

# The emulator checks no signature, but the SDK refuses to send a request without one.
DUMMY_CREDENTIALS: Final[Mapping[str, str]] = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_SESSION_TOKEN": "local",
    "AWS_DEFAULT_REGION": LOCAL_REGION,
    "AWS_REGION": LOCAL_REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def local_aws(endpoint: str) -> dict[str, str]:
    """Variables that send every AWS SDK call of a process to the emulator at `endpoint`, with no real credentials."""
    return {**DUMMY_CREDENTIALS, "AWS_ENDPOINT_URL": endpoint}


def without_aws(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """A copy of `environ` in which nothing points at an AWS account or endpoint."""
    return {name: value for name, value in environ.items() if not name.startswith("AWS_")}


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def port_is_taken(port: int) -> bool:
    """Whether something answers on the loopback port already."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0
