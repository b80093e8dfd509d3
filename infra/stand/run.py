"""Starts the stand, serves, and ends it cleanly: the emulator saves its state last."""

import fcntl
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import boto3

from infra import emulator
from infra.emulator import Emulator
from infra.environment import LOOPBACK, port_is_taken
from infra.errors import OperatorError
from infra.provision import provision
from infra.stand import settings
from infra.stand.settings import Home

_LOOK_SECONDS = 1.0


def say(text: str) -> None:
    """A line for whoever started the stand. Never anything of a letter."""
    print(text, flush=True)


def run(home: Home, port: int, chosen: settings.Chosen) -> None:
    """Run until Ctrl-C or SIGTERM. Raises OperatorError when the stand cannot start."""
    home.folder.mkdir(parents=True, exist_ok=True)
    with _only_one(home, port):
        if port_is_taken(port):
            raise OperatorError(
                f"Port {port} is taken by another program. End it, or choose another port: make run PORT={port + 1}"
            )
        ended = _ending_signals()
        began = time.monotonic()
        machine = _start_emulator(home)
        try:
            _prepare(home, machine, port, chosen)
            say("Loading the app ...")
            from chalicelib.domain.errors import RulebookError
            from infra.stand.assemble import assemble  # the app may be imported in its own environment only

            try:
                stand = assemble(home, machine.endpoint, port, say)
            except RulebookError as error:
                raise OperatorError(f"The rulebook cannot be used. {error}") from error
            stand.start()
            _greet(port, stand.contacts, time.monotonic() - began)
            _wait(ended, machine)
            say("Ending: finishing what is under way ...")
            stand.stop()
        finally:
            _save(home, machine)


def _wait(ended: threading.Event, machine: Emulator) -> None:
    """Until somebody ends the stand. Raises OperatorError when the emulator is gone: nothing can be served then."""
    while not ended.wait(_LOOK_SECONDS):
        if not machine.alive:
            raise OperatorError("The emulator was killed, and with it everything since its last clean end. Start anew.")


def _save(home: Home, machine: Emulator) -> None:
    if machine.alive:
        say("Saving the emulator's state ...")
        machine.stop()
        home.saved.touch()
        say(f"Saved in {home.folder}. The next start goes on from here.")


def _set_aside_remains(home: Home) -> None:
    """After a power cut the emulator's tables are older than its files: nothing fits together any more.

    What is left is kept beside, and the stand begins anew.
    """
    if home.saved.exists() or not home.emulator.exists():
        return
    aside = home.folder / f"broken-off-{time.time_ns()}"
    aside.mkdir()
    for remains in (home.emulator, home.messages, home.clock):
        if remains.exists():
            remains.rename(aside / remains.name)
    say(f"The last run was cut off and its data does not fit together. It is kept in {aside}; this is a new beginning.")


def _prepare(home: Home, machine: Emulator, port: int, chosen: settings.Chosen) -> None:
    """Make in the emulator what the product needs, and turn this process's environment to it."""
    say("Setting up table, buckets, keys and secrets ...")
    made = provision(machine.endpoint, settings.STACK, origins=settings.origins(port))
    variables = settings.environment(made.environment, machine.endpoint, port, chosen)
    settings.enter(variables)
    settings.save_environment(home, variables)
    boto3.client("ses").verify_email_identity(EmailAddress=settings.MAIL_FROM)
    _keep_what_the_machine_calls_old()


def _keep_what_the_machine_calls_old() -> None:
    """The emulator deletes by the machine's clock: where the stand's was set back, what is new would be old to it."""
    never = {"AttributeName": "expires_at", "Enabled": False}
    boto3.client("dynamodb").update_time_to_live(TableName=os.environ["HUIYIN_TABLE"], TimeToLiveSpecification=never)


def _start_emulator(home: Home) -> Emulator:
    found = emulator.running(home.emulator)
    if found is None:
        _set_aside_remains(home)
    home.saved.unlink(missing_ok=True)
    say("Finding the emulator that still runs ..." if found else "Starting the AWS emulator ...")
    return found or emulator.start(home.emulator, keep=True)


def _greet(port: int, contacts: int, seconds: float) -> None:
    site = f"http://{LOOPBACK}:{port}"
    say(
        f"""
Ready after {seconds:.1f} s. {settings.COUNTY}, {contacts} contacts. Open:

  {site}/           the citizens' website: write a letter, follow it
  {site}/_stand/    what was mailed and sent by SMS, the clock, the desks of all contacts, the reports
  {site}/health     the API

Staff have no accounts: open a desk by a link in their mail, or from the stand page. Ctrl-C ends and saves."""
    )


def _ending_signals() -> threading.Event:
    """Set by Ctrl-C, a polite kill, or a closed terminal. A second Ctrl-C must not cut the saving short."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: ended.set())
    return ended


@contextmanager
def _only_one(home: Home, port: int) -> Iterator[None]:
    """Two stands would share one clock and one emulator."""
    with home.lock.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            other = json.loads(lock.read() or "{}").get("port", "?")
            raise OperatorError(
                f"A stand already runs on {home.folder} (http://{LOOPBACK}:{other}/). "
                "End it first, or give this one a --home of its own."
            ) from None
        lock.truncate(0)
        lock.write(json.dumps({"port": port}))
        lock.flush()
        yield
