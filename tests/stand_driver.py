"""Starts a stand as a process of its own and talks to it over HTTP alone, as anybody outside would."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from infra.environment import ROOT, free_port, without_aws

READY_SECONDS = 90.0
CENTRE, CENTRE_TOO = "shouli-1@yunxi.example", "shouli-2@yunxi.example"
HANDLER, DIRECT, FIRST = (f"jiaotong-{number}@yunxi.example" for number in (1, 2, 3))
INSPECTORS = ("ducha-1@yunxi.example", "ducha-2@yunxi.example")
UNIT = "jiaotong"

WRITER = {
    "name": "欧阳测试名",
    "phone": "13911112222",
    "email": "writer.private@mail.example",
    "address": "无名巷77号院",
}
"""A writer whose every word can be looked for where it must not be."""
WRITER_PHONE = "+86" + WRITER["phone"]

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Reply:
    """One HTTP answer."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content)


@dataclass(frozen=True)
class Sent:
    """A letter as its writer knows it."""

    code: str
    query_code: str
    receipt: Any


@dataclass
class Stand:
    """A stand under test. `output` holds everything it printed, over all its starts."""

    home: Path
    port: int = field(default_factory=free_port)
    rulebook: Path | None = None
    process: subprocess.Popen[bytes] | None = None

    @property
    def site(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        """What it printed."""
        return (self.home / "output.log").read_text(encoding="utf-8")

    def start(self) -> "Stand":
        """Start it, and wait until it says that it is ready."""
        self.home.mkdir(parents=True, exist_ok=True)
        before = self.output if (self.home / "output.log").exists() else ""
        command = [sys.executable, "-m", "infra", "stand", "--port", str(self.port), "--home", str(self.home)]
        command += ["--rulebook", str(self.rulebook)] if self.rulebook else []
        with (self.home / "output.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=without_aws(), stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        deadline = time.monotonic() + READY_SECONDS
        while "Ready after" not in self.output[len(before) :]:
            assert self.process.poll() is None, f"the stand ended while starting:\n{self.output}"
            assert time.monotonic() < deadline, f"the stand did not become ready:\n{self.output}"
            time.sleep(0.05)
        return self

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it and wait; its exit code."""
        assert self.process is not None
        os.kill(self.process.pid, number)
        return self.process.wait(60)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Reply:
        """One request; `body` as JSON, or bytes as they are. Header names with `_` for `-`."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json"} | {name.replace("_", "-"): each for name, each in headers.items()}
        request = urllib.request.Request(self.site + path, data, sent, method=method)  # noqa: S310  always this stand
        try:
            with _direct.open(request, timeout=120) as answer:
                return Reply(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            return Reply(error.code, dict(error.headers), error.read())

    def get(self, path: str, **headers: str) -> Any:
        """The JSON at a path; anything but 200 fails."""
        reply = self.ask("GET", path, **headers)
        assert reply.status == 200, (path, reply)
        return reply.json

    def post(self, path: str, body: object, **headers: str) -> Any:
        """The JSON that a POST is answered with; anything but success fails."""
        reply = self.ask("POST", path, body, **headers)
        assert 200 <= reply.status < 300, (path, reply)
        return reply.json

    def set_clock(self, now: str, **more: bool) -> Any:
        """Set the clock."""
        return self.post("/_stand/clock", {"now": now, **more})

    def advance(self, **by: Any) -> Any:
        """Move the clock on; `run_jobs` beside the unit."""
        more = {"run_jobs": by.pop("run_jobs")} if "run_jobs" in by else {}
        return self.post("/_stand/clock", {"advance": by, **more})

    def run_job(self, name: str) -> Any:
        """Run a job now; its figures."""
        return self.post(f"/_stand/jobs/{name}", {})["result"]

    def messages(self, to: str | None = None, about: Sent | None = None) -> list[Any]:
        """What was sent; `about`: what names this letter by its tracking code or its number."""
        found: list[Any] = self.get("/_stand/messages" + (f"?to={quote(to)}" if to else ""))["messages"]
        if about is None:
            return found
        names = [name for name in (about.code, self.as_writer(about)["number"]) if name]
        return [each for each in found if any(name in each["subject"] + each["text"] for name in names)]

    def objects(self) -> list[str]:
        """The keys in the report bucket."""
        return [each["key"] for each in self.get("/_stand/objects/")["objects"]]

    def file(self, key: str) -> bytes:
        """A file of the report bucket."""
        reply = self.ask("GET", f"/_stand/objects/{quote(key)}")
        assert reply.status == 200, (key, reply)
        return reply.content

    def write(self, subject: str = "云溪大桥的路灯", kind: str = "consultation", **more: Any) -> Sent:
        """A citizen writes."""
        letter = {
            "kind": kind,
            "subject": subject,
            "body": "桥头的路灯坏了三周，什么时候能修好？",
            "writer": WRITER,
            **more,
        }
        receipt = self.post("/letters", letter)
        return Sent(receipt["tracking_code"], receipt["query_code"], receipt)

    def as_writer(self, sent: Sent) -> Any:
        """The letter as its writer sees it."""
        return self.get(f"/letters/{sent.code}", Query_Code=sent.query_code)

    def token(self, email: str, about: Sent) -> str:
        """The desk token in the newest mail to somebody about this letter, taken out of its link."""
        links = [link for each in self.messages(email, about) for link in each["links"]]
        assert links, f"no link was mailed to {email}"
        found = re.fullmatch(rf"{re.escape(self.site)}/desk\.html#([^/]+)(/.*)?", links[-1])
        assert found, links[-1]
        return found[1]

    def make(self, email: str, sent: Sent, move: str, body: object = None) -> Any:
        """Make a move at the desk by the link that was mailed."""
        reply = self.try_to(email, sent, move, body)
        assert reply.status == 200, (move, reply)
        return reply.json

    def assigned(self, subject: str) -> Sent:
        """A letter that waits for the handler's answer; everybody has been mailed."""
        sent = self.write(subject=subject)
        self.run_job("dispatch")
        self.make(CENTRE, sent, "accept")
        self.make(CENTRE, sent, "assign", {"units": [UNIT]})
        self.run_job("dispatch")
        return sent

    def try_to(self, email: str, sent: Sent, move: str, body: object = None) -> Reply:
        """Try a move."""
        token = self.token(email, sent)
        path = f"/desk/letters/{sent.code}/moves/{move}"
        return self.ask("POST", path, body or {}, Authorization=f"Bearer {token}")


def clock_of(letter: Any, name: str) -> Any:
    """The newest clock of this name."""
    return [clock for clock in letter["clocks"] if clock["name"] == name][-1]
