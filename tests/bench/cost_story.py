"""A letter's life over the real API and jobs, step by step: what each step uses, counted by the meter.

Everything runs in this process against the emulator, as the functions would; the clock is set by hand.
"""

import hashlib
import json
import os
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

import boto3

from app import app
from chalicelib import bootstrap
from chalicelib.config import settings_from
from chalicelib.observability import logger
from chalicelib.ports import LinkClaims
from chalicelib.services.wording import LINK_LIVES
from infra.environment import local_aws
from infra.provision import provision
from infra.stand.demo import load_demo
from infra.stand.gateway import Api
from scheduled import calendar_watch, close_day, dispatch, fetch, publish, reconcile, reports, spot_checks, sweep
from scheduled.runner import run_job
from tests.bench.meter import Meter, Used

JOBS: Final = {
    "sweep": sweep.job,
    "dispatch": dispatch.job,
    "close_day": close_day.job,
    "publish": publish.job,
    "reports": reports.job,
    "reconcile": reconcile.job,
    "calendar_watch": calendar_watch.job,
    "fetch": fetch.job,
    "spot_checks": spot_checks.job,
}
API_FUNCTION: Final = "api"
IN_TIME, LATE, LATE_DAYS = 12, 4, 31
"""Letters of the story; every third of the first kind has a photo. The late ones lie for a month."""
LEFT: Final = "left lying, "
CENTRE, HANDLER, UNIT = "shouli-1@yunxi.example", "jiaotong-1@yunxi.example", "jiaotong"
ZONE: Final = ZoneInfo("Asia/Shanghai")
SENDER: Final = "letters@yunxi.example"
PHOTO: Final = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(1_500_000)
"""As large as what a phone's camera makes, once the page has made it smaller."""
BODY: Final = "东门路自上周起整段没有路灯，夜间行走不便，老人和孩子尤其担心，请问何时可以修好？" * 8
ANSWER: Final = "您好，来信收悉。经现场核实，路灯线路已修复，今晚起正常照明，感谢您的监督。" * 8
SETTINGS: Final = {
    "HUIYIN_COUNTY": "云溪县",
    "HUIYIN_RULEBOOK": "shuangfeng-2018",
    "HUIYIN_SITE_URL": "https://letters.example",
    "HUIYIN_MAIL_FROM": SENDER,
    "HUIYIN_MAILER": "ses",
    "HUIYIN_TEXTS": "sns",
    "POWERTOOLS_SERVICE_NAME": "huiyin",
    "POWERTOOLS_METRICS_NAMESPACE": "Huiyin",
}


@dataclass(slots=True)
class Hands:
    """The county's clock (UTC), as the story has set it."""

    at: datetime

    def now(self) -> datetime:
        """See TimeSource."""
        return self.at

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.at += timedelta(**span)


@dataclass(slots=True)
class Measured:
    """One kind of step: how often it was taken, what all of it used, the processor's time of it, and log lines' size.

    `figures`: names of the metrics that it told.
    `function`: whose memory and time it takes, `api` or a job; None for what the browser does with a bucket alone.
    """

    function: str | None
    times: int = 0
    used: Used = field(default_factory=Used)
    cpu_ms: float = 0.0
    log_bytes: int = 0
    answer_bytes: int = 0
    figures: set[str] = field(default_factory=set)


@dataclass(slots=True)
class County:
    """The demo county on the emulator, with what every step so far has used. `before`: how names of steps begin."""

    meter: Meter
    clock: Hands
    api: Api
    steps: dict[str, Measured] = field(default_factory=dict)
    before: str = ""
    _tokens: dict[str, str] = field(default_factory=dict)

    def measured(self, name: str, function: str | None, step: Callable[[], Any]) -> Any:
        """Take a step, and add what it used under this name."""
        self.meter.taken()
        paper = StringIO()
        before = logger.registered_handler.setStream(paper)  # type: ignore[attr-defined]
        begun = time.thread_time()
        with redirect_stdout(paper):
            result = step()
        spent = (time.thread_time() - begun) * 1000
        logger.registered_handler.setStream(before)  # type: ignore[attr-defined]
        into = self.steps.setdefault(self.before + name, Measured(function))
        into.times += 1
        into.cpu_ms += spent
        into.log_bytes += len(paper.getvalue().encode())
        into.used += self.meter.taken()
        into.figures |= _figures_in(paper.getvalue())
        return result

    def runs(self, job: str, name: str | None = None) -> Any:
        """One run of a job, as its schedule would."""
        return self.measured(name or job, job, lambda: run_job(job, JOBS[job], lambda: True))

    def asks(self, name: str, method: str, path: str, body: object = None, **headers: str) -> Any:
        """One request; anything but success ends the measurement."""
        sent = {"Content-Type": "application/json"} | {key.replace("_", "-"): each for key, each in headers.items()}
        payload = b"" if body is None else json.dumps(body).encode()
        answer = self.measured(name, API_FUNCTION, lambda: self.api.handle(method, path, sent, payload))
        if not 200 <= answer.status < 300:
            raise RuntimeError(f"{method} {path} answered {answer.status}: {answer.body.decode()}")
        self.steps[self.before + name].answer_bytes += len(answer.body)
        return json.loads(answer.body)

    def as_staff(self, name: str, person: str, method: str, path: str, body: object = None, **headers: str) -> Any:
        """A request with this person's desk link."""
        return self.asks(name, method, path, body, Authorization=f"Bearer {self._token(person)}", **headers)

    def moves(self, person: str, code: str, move: str, **fields: object) -> None:
        """As the page does: open the desk, open the letter, make the move at the version it shows."""
        self.as_staff("staff: open the desk", person, "GET", "/desk")
        seen = self.as_staff("staff: open a letter", person, "GET", f"/desk/letters/{code}")
        path, name = f"/desk/letters/{code}/moves/{move}", f"staff: {move}"
        self.as_staff(name, person, "POST", path, fields, If_Match=str(seen["version"]))

    def _token(self, person: str) -> str:
        if person not in self._tokens:
            inst = bootstrap.installation()
            contact = inst.registry.directory().by_email(person)
            if contact is None:
                raise RuntimeError(f"the demo county has no {person}")
            claims = LinkClaims(contact.id, None, contact.epoch, datetime.now(UTC) + LINK_LIVES * 20)
            self._tokens[person] = inst.links.token(claims)
        return self._tokens[person]


@contextmanager
def county(meter: Meter, begins: datetime) -> Iterator[County]:
    """The demo county in a new installation behind the meter; the process's environment is its own meanwhile."""
    before = dict(os.environ)
    made = provision(meter.endpoint, f"cost-{uuid4().hex[:6]}")
    clock = Hands(begins.astimezone(UTC))
    os.environ.update({**local_aws(meter.endpoint), **SETTINGS, **made.environment})
    try:
        _verify_sender(meter.endpoint)
        bootstrap.use(bootstrap.build(settings_from(os.environ), clock))
        load_demo(bootstrap.installation().registry)
        yield County(meter, clock, Api(app))
    finally:
        bootstrap.use(None)
        os.environ.clear()
        os.environ.update(before)


def letter(there: County, number: int, *, photo: bool = False) -> tuple[str, str]:
    """A citizen writes, with e-mail and phone; tracking and query code."""
    files = [_sends_photo(there)] if photo else []
    body = {
        "kind": "consultation",
        "subject": f"请问东门路的路灯何时修好（{number}）",
        "body": BODY,
        "writer": {"name": "测试人", "phone": f"139{number:08}", "email": f"writer-{number}@mail.example"},
        "attachments": files,
    }
    name = "writer: send a letter" + (" with a photo" if photo else "")
    key = hashlib.sha256(f"{number}".encode()).hexdigest()[:32]
    said = there.asks(name, "POST", "/letters", body, Idempotency_Key=key)
    return said["tracking_code"], said["query_code"]


def looks(there: County, code: str, query_code: str) -> None:
    """The writer opens the letter's page."""
    there.asks("writer: follow the letter", "GET", f"/letters/{code}", Query_Code=query_code)


def handled_in_time(there: County, number: int, *, photo: bool = False) -> str:
    """From the letter to its closing, within its limits; the code. Mails go out after each step."""
    code, query_code = letter(there, number, photo=photo)
    looks(there, code, query_code)
    there.runs("dispatch", "dispatch, messages of moves")
    there.clock.later(hours=1)
    there.moves(CENTRE, code, "accept")
    there.moves(CENTRE, code, "assign", units=[UNIT])
    there.runs("dispatch", "dispatch, messages of moves")
    looks(there, code, query_code)
    there.clock.later(hours=1)
    there.moves(HANDLER, code, "contact_writer", note="已电话联系来信人，说明办理进展。")
    there.moves(HANDLER, code, "answer", body=ANSWER, channel="web")
    there.runs("dispatch", "dispatch, messages of moves")
    looks(there, code, query_code)
    looks(there, code, query_code)
    rating = {"score": 5, "comment": "谢谢"}
    there.asks("writer: rate", "POST", f"/letters/{code}/moves/rate", rating, Query_Code=query_code)
    there.moves(CENTRE, code, "approve")
    there.runs("dispatch", "dispatch, messages of moves")
    looks(there, code, query_code)
    return code


def left_lying(there: County, numbers: Iterable[int], days: int) -> None:
    """Letters that are assigned, and that nobody answers for so many days: reminders, urges, escalation.

    Meanwhile the nightly and morning jobs run, as in any month. How such a letter came in is counted apart.
    """
    there.before = LEFT
    for number in numbers:
        code, _ = letter(there, number)
        there.moves(CENTRE, code, "accept")
        there.moves(CENTRE, code, "assign", units=[UNIT])
    there.runs("dispatch", "dispatch, messages of moves")
    there.before = ""
    for _ in range(days):
        there.clock.later(days=1)
        there.runs("sweep", "sweep, a day's steps")
        there.runs("dispatch", "dispatch, messages of steps")
        there.runs("close_day", "close_day, day by day")
        there.runs("reports", "reports, day by day")


def _sends_photo(there: County) -> str:
    offer = there.asks(
        "writer: ask where to send a photo",
        "POST",
        "/uploads",
        {"name": "路灯.jpg", "type": "image/jpeg", "size": len(PHOTO)},
    )
    there.measured("writer: send a photo to the bucket", None, lambda: _posted(offer))
    return str(offer["id"])


def _posted(offer: Any) -> None:
    boundary = uuid4().hex
    fields = {**offer["fields"]}
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f.jpg"\r\n'
    data = "".join([*parts, head, "Content-Type: image/jpeg\r\n\r\n"]).encode() + PHOTO
    data += f"\r\n--{boundary}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    direct.open(urllib.request.Request(offer["url"], data, headers, method="POST"), timeout=60).close()  # noqa: S310


def _verify_sender(endpoint: str) -> None:
    boto3.client("ses", endpoint_url=endpoint).verify_email_identity(EmailAddress=SENDER)


def _figures_in(printed: str) -> set[str]:
    """Names of the metrics in what a function printed (CloudWatch's embedded metric format)."""
    found: set[str] = set()
    for line in printed.splitlines():
        told = json.loads(line).get("_aws", {}).get("CloudWatchMetrics", []) if line.startswith("{") else []
        found |= {f"{each['Dimensions']}{metric['Name']}" for each in told for metric in each["Metrics"]}
    return found
