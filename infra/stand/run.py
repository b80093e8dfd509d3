"""Starts the stand, serves, and ends it cleanly: the emulator saves its state last."""

import fcntl
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from infra import emulator
from infra.emulator import Emulator
from infra.environment import LOOPBACK, ROOT, port_is_taken
from infra.errors import OperatorError
from infra.provision import provision
from infra.stand import settings
from infra.stand.answers import Answer, problem
from infra.stand.clock import StandClock
from infra.stand.server import Request, StandServer
from infra.stand.settings import Home

_LAST_REQUESTS_SECONDS = 10.0


def say(text: str) -> None:
    """A line for whoever started the stand. Never anything of a letter."""
    print(text, flush=True)


def run(home: Home, port: int) -> None:
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
            server, ticker, counted = _assemble(home, machine, port)
            threading.Thread(target=server.serve_forever, name="server", daemon=True).start()
            ticker.start()
            _greet(port, counted, time.monotonic() - began)
            ended.wait()
            say("Ending: finishing what is under way ...")
            server.shutdown()
            ticker.stop()
            server.wait_until_idle(_LAST_REQUESTS_SECONDS)
        finally:
            say("Saving the emulator's state ...")
            machine.stop()
        say(f"Saved in {home.folder}. The next start goes on from here.")


def _assemble(home: Home, machine: Emulator, port: int) -> tuple[StandServer, Any, int]:
    """Everything between the emulator and the first request. The app is imported in its environment only."""
    say("Setting up table, buckets, keys and secrets ...")
    made = provision(machine.endpoint, settings.STACK)
    variables = settings.environment(made.environment, machine.endpoint, port)
    settings.enter(variables)
    settings.save_environment(home, variables)

    import boto3  # noqa: PLC0415  slow, and only once the environment points at the emulator

    boto3.client("ses").verify_email_identity(EmailAddress=settings.MAIL_FROM)
    say("Loading the app ...")

    from app import app  # noqa: PLC0415  as above
    from chalicelib import bootstrap  # noqa: PLC0415
    from chalicelib.config import settings_from  # noqa: PLC0415
    from infra.stand import routes  # noqa: PLC0415
    from infra.stand.demo import CONFIG, load_demo  # noqa: PLC0415
    from infra.stand.gateway import Api  # noqa: PLC0415
    from infra.stand.jobs import Jobs  # noqa: PLC0415
    from infra.stand.journey import Journeys  # noqa: PLC0415
    from infra.stand.post_box import PostBox  # noqa: PLC0415
    from infra.stand.static import Folder  # noqa: PLC0415
    from infra.stand.ticker import Ticker  # noqa: PLC0415

    clock = StandClock(home.clock)
    container = bootstrap.build(settings_from(os.environ), clock)
    bootstrap.use(container)
    inst = container.installation
    if loaded := load_demo(inst.registry):
        say(f"Loaded the demo county {settings.COUNTY}: {loaded} contacts.")
    # Clients and secrets are made on first use; two threads must not do that at once.
    inst.secrets.keyed_hash("stand", "")
    inst.reports.keys("site/")
    server = StandServer(port, say)
    jobs = Jobs(container, say)
    pages = Folder(ROOT / "infra" / "stand", {}, only={"page.html", "page.js", "page.css"})
    stand = routes.Stand(
        container=container,
        clock=clock,
        jobs=jobs,
        journeys=Journeys(clock, jobs, inst),
        post_box=PostBox(home.messages, machine.endpoint, clock, inst.zone),
        pages=pages,
        say=say,
    )
    website = Folder(ROOT / "website", {"config.js": CONFIG})
    server.answering = _answering(stand, website, Api(app))
    return server, Ticker(clock, jobs), len(inst.registry.directory().contacts)


def _answering(stand: Any, website: Any, api: Any) -> Any:
    from infra.stand import routes  # noqa: PLC0415  imports the app's parts

    def answer(request: Request) -> Answer:
        path = request.path
        if path == routes.PREFIX or path.startswith(f"{routes.PREFIX}/"):
            return routes.handle(stand, request)
        if request.method == "GET":
            if path.startswith("/site/data/"):
                return _published(stand, path.removeprefix("/"))
            if page := website.get(path.removeprefix("/")):
                found: Answer = page
                return found
        handled: Answer = api.handle(request.method, request.target, request.headers, request.body)
        return handled

    return answer


def _published(stand: Any, key: str) -> Answer:
    """A file that the job `publish` has put into the bucket; the website's own origin gives it in the cloud."""
    data = stand.container.installation.reports.get(key)
    if data is None:
        return problem(404, "not_found")
    return Answer(
        200,
        data,
        {"Content-Type": "application/json", "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"},
    )


def _start_emulator(home: Home) -> Emulator:
    found = emulator.running(home.emulator)
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
