"""The emulator starts, is found again, keeps what it was given, and says what to do when it cannot start."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra import emulator
from infra.emulator import Emulator
from infra.environment import EMULATOR_PYTHON, LOOPBACK, ROOT, free_port
from infra.errors import OperatorError

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.skipif(not EMULATOR_PYTHON.exists(), reason="no .venv-emulator; run: make emulator-env"),
]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder for one emulator, which is ended after the test."""
    yield tmp_path / "emulator"
    if running := emulator.running(tmp_path / "emulator"):
        running.stop()


def _s3(running: Emulator) -> Any:
    return boto3.client("s3", endpoint_url=running.endpoint)


def _make_topic(running: Emulator) -> str:
    """Kept another way than objects are: with the emulator's state, on a clean stop."""
    topics: str = boto3.client("sns", endpoint_url=running.endpoint).create_topic(Name="kept")["TopicArn"]
    return topics


def _make_bucket(running: Emulator) -> None:
    _s3(running).create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"})
    _s3(running).put_object(Bucket="kept", Key="letter", Body=b"text")


def test_starting_twice_gives_the_same_emulator(home: Path) -> None:
    first = emulator.start(home)
    second = emulator.start(home, port=free_port())
    assert not first.adopted
    assert second.adopted
    assert second.endpoint == first.endpoint


def test_it_listens_on_the_loopback_address_alone(home: Path) -> None:
    """It has no login: nobody else on the network may reach it."""
    running = emulator.start(home)
    inodes = {descriptor.readlink() for descriptor in Path(f"/proc/{_pid(running)}/fd").iterdir()}
    listening = [
        fields
        for table in ("tcp", "tcp6")
        for fields in map(str.split, Path(f"/proc/net/{table}").read_text().splitlines()[1:])
        if fields[3] == "0A" and Path(f"socket:[{fields[9]}]") in inodes
    ]
    assert [fields[1].split(":")[0] for fields in listening] == ["0100007F"]


def test_what_it_keeps_is_there_after_a_clean_stop(home: Path) -> None:
    running = emulator.start(home, keep=True)
    _make_bucket(running)
    topic = _make_topic(running)
    running.stop()
    assert emulator.running(home) is None
    again = emulator.start(home, keep=True)
    assert not again.adopted
    assert _s3(again).get_object(Bucket="kept", Key="letter")["Body"].read() == b"text"
    topics = boto3.client("sns", endpoint_url=again.endpoint).list_topics()["Topics"]
    assert [found["TopicArn"] for found in topics] == [topic]


def test_it_forgets_everything_unless_told_to_keep_it(home: Path) -> None:
    running = emulator.start(home)
    _make_bucket(running)
    running.stop()
    assert _s3(emulator.start(home)).list_buckets()["Buckets"] == []


def test_a_killed_stand_finds_its_emulator_and_its_data_again(home: Path) -> None:
    """kill -9 gives the stand no chance to end its child; the next start must not begin a second, empty one."""
    script = (
        f"import sys, time; from pathlib import Path; from infra import emulator\n"
        f"print(emulator.start(Path({str(home)!r})).port, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as stand:
        assert stand.stdout is not None
        port = int(stand.stdout.readline())
        _make_bucket(Emulator(home, port, adopted=True, process=None))
        stand.kill()
    again = emulator.start(home)
    assert (again.adopted, again.port) == (True, port)
    assert [bucket["Name"] for bucket in _s3(again).list_buckets()["Buckets"]] == ["kept"]


def test_ctrl_c_on_the_stand_does_not_reach_the_emulator(home: Path) -> None:
    """A terminal sends SIGINT to its whole foreground group; the emulator must outlive it to save its state."""
    running = emulator.start(home)
    assert os.getpgid(_pid(running)) != os.getpgid(0)
    assert os.getsid(_pid(running)) != os.getsid(0)


@pytest.mark.parametrize("leftover", ["", '{"port": 1}', "torn {"])
def test_a_stale_lock_file_is_of_no_consequence(home: Path, leftover: str) -> None:
    home.mkdir()
    (home / "emulator.lock").write_text(leftover)
    running = emulator.start(home)
    assert not running.adopted
    assert json.loads((home / "emulator.lock").read_text()) == {"port": running.port}


def test_an_emulator_that_was_killed_is_started_anew(home: Path) -> None:
    first = emulator.start(home)
    assert first.process is not None
    os.kill(_pid(first), signal.SIGKILL)
    first.process.wait()
    assert emulator.running(home) is None
    assert not emulator.start(home).adopted


def test_a_taken_port_is_refused_with_a_way_out(home: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(OperatorError, match=f"Port {port} .* is taken.*Choose another port"):
            emulator.start(home, port=port)


def test_a_missing_environment_names_the_command_that_makes_it(home: Path) -> None:
    with pytest.raises(OperatorError, match="make emulator-env"):
        emulator.start(home, python=home / "bin" / "python")


def test_an_emulator_that_dies_at_once_shows_its_last_words(home: Path) -> None:
    """Here the environment exists but has no ministack in it."""
    with pytest.raises(OperatorError, match="No module named ministack"):
        emulator.start(home, python=Path(sys.executable))


def test_stopping_twice_is_harmless(home: Path) -> None:
    running = emulator.start(home)
    running.stop()
    running.stop()


def test_it_starts_quickly(home: Path) -> None:
    """The second start of the stand is to be quick: the emulator may take a few seconds of it at the most."""
    started = time.monotonic()
    emulator.start(home)
    assert time.monotonic() - started < 10


def _pid(running: Emulator) -> int:
    return int((running.home / "tmp" / f"ministack-{running.port}.pid").read_text())
