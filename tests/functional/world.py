"""A county with people in it: the real application over in-memory ports, driven as a browser and a clock would.

Tests say who does what and when, and look at what a person would see: answers, desks, mails.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from urllib.parse import unquote

from chalice.config import Config
from chalice.local import ForbiddenError, LambdaEventConverter, LocalGateway, RouteMatcher

from app import app
from chalicelib import bootstrap
from chalicelib.adapters.link_tokens import ItsdangerousLinks
from chalicelib.adapters.message_templates import MessageTemplates
from chalicelib.adapters.random_ids import RandomIds
from chalicelib.adapters.report_files import RenderedFiles
from chalicelib.bootstrap import Container
from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.letter import LetterId, RulebookRef
from chalicelib.domain.rulebook import Rulebook
from chalicelib.observability import logger
from chalicelib.ports import LetterFile, Mail
from chalicelib.services.installation import Installation
from chalicelib.services.wording import Sender
from scheduled import (
    calendar_watch,
    close_day,
    dispatch,
    fetch,
    publish,
    reconcile,
    reports,
    spot_checks,
    sweep,
)
from scheduled.runner import HasTime, run_job
from tests.builders import SHANGHAI, a_directory, calendar, rulebook
from tests.contract.stores import Stores
from tests.fakes.files import FakeAttachments, FakeReports, FakeSecrets, FakeSigner
from tests.fakes.post import FakeMailer, FakeTextSender
from tests.fakes.store import FakeJobRuns, FakeLetterStore, FakeOutbox, FakeRegistry

WORDS = MessageTemplates()
"""Read and compiled once, as a function that goes on living does."""

SITE = "https://letters.county.test"
LINK = re.compile(re.escape(SITE) + r"/desk\.html#([^/\s\"]+)")
WRITER = {"name": "张晓明", "phone": "13907385566", "email": "zhang.xiaoming@mail.test", "address": "永丰镇书院路17号"}
JOBS = {
    "sweep": sweep.job,
    "dispatch": dispatch.job,
    "close_day": close_day.job,
    "reports": reports.job,
    "publish": publish.job,
    "reconcile": reconcile.job,
    "calendar_watch": calendar_watch.job,
    "fetch": fetch.job,
    "spot_checks": spot_checks.job,
}


class _Decoding(LambdaEventConverter):
    """API Gateway hands path parameters over decoded."""

    def create_lambda_event(self, *args: Any, **kwargs: Any) -> Any:
        event = super().create_lambda_event(*args, **kwargs)
        event["pathParameters"] = {name: unquote(value) for name, value in event["pathParameters"].items()}
        return event


_GATEWAY = LocalGateway(app, Config())
_GATEWAY.event_converter = _Decoding(RouteMatcher(list(app.routes)))


def _as_read(body: str) -> str:
    """JSON without escapes, as its reader sees it: looking for Chinese words in it must be able to find them."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False)
    except ValueError:
        return body


@dataclass(slots=True)
class Hands:
    """The county's clock, as the test has set it."""

    at: datetime

    def now(self) -> datetime:
        """See TimeSource."""
        return self.at


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP. `raw` is the body's text."""

    status: int
    raw: str
    headers: dict[str, str]

    @property
    def body(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.raw)

    def __getitem__(self, key: str) -> Any:
        return self.body[key]

    def refused(self) -> tuple[int, str]:
        """Status, and the problem's own code, for an error."""
        return self.status, str(self.body["type"]).rpartition(":")[2]

    def fields(self) -> list[str]:
        """The fields a problem document names."""
        return [each["field"] for each in self.body["errors"]]

    def moves(self) -> list[str]:
        """The moves a letter's view offers."""
        return [each["move"] for each in self.body["moves"]]

    def form(self, move: str) -> dict[str, Any]:
        """The form of one of them: its fields by name."""
        found = next(each for each in self.body["moves"] if each["move"] == move)
        return dict(found["schema"]["properties"])

    def clock(self, name: str) -> dict[str, Any]:
        """The newest time limit of this name."""
        return dict([each for each in self.body["clocks"] if each["name"] == name][-1])


class World:
    """The county on Fri 20 Nov 2026, 10:00, under the rulebook of this name.

    `stores`: where letters lie, if not in memory (`tests.contract.stores`).
    """

    def __init__(
        self, directory: Directory | None = None, book: str = "shuangfeng-2018", stores: Stores | None = None
    ) -> None:
        self.time = Hands(datetime(2026, 11, 20, 10, tzinfo=SHANGHAI).astimezone(UTC))
        if stores is None:
            outbox = FakeOutbox()
            stores = Stores(FakeLetterStore(outbox, SHANGHAI), outbox, FakeRegistry(), FakeJobRuns())
        self.letters: Any = stores.letters
        self.outbox: Any = stores.outbox
        self.registry: Any = stores.registry
        self.jobs: Any = stores.jobs
        self.mailer, self.texts, self.files = FakeMailer(), FakeTextSender(), FakeReports()
        self.attachments = FakeAttachments()
        self.attachments.now = self.time.now
        self.secrets, self.links = FakeSecrets(), ItsdangerousLinks(["a secret"])
        self.rulebooks: dict[str, Rulebook] = {book: rulebook(book)}
        self.people(directory or a_directory())
        self.installation = Installation(
            letters=self.letters,
            outbox=self.outbox,
            registry=self.registry,
            jobs=self.jobs,
            reports=self.files,
            attachments=self.attachments,
            secrets=self.secrets,
            links=self.links,
            signer=FakeSigner(),
            mailer=self.mailer,
            texts=self.texts,
            ids=RandomIds(),
            time=self.time,
            pause=lambda _: None,
            rulebook=rulebook(book),
            rulebook_of=self._rulebook_of,
            calendar=calendar,
            zone=SHANGHAI,
            county="示例县",
            site_url=SITE,
        )
        self.open()

    def open(self, **ports: Any) -> None:
        """Let the application work with this world; `ports` replaces some of what the installation is made of."""
        self.installation = replace(self.installation, **ports)
        sender = Sender("box@county.test", "示例县信箱")
        bootstrap.use(Container(self.installation, WORDS, sender, RenderedFiles()))

    def _rulebook_of(self, ref: RulebookRef) -> Rulebook:
        return self.rulebooks[ref.name]

    def people(self, directory: Directory) -> None:
        """Add or replace offices and staff."""
        self.registry.put([*directory.units.values()], [*directory.contacts.values()], [*directory.mailboxes.values()])

    def contact(self, contact_id: str) -> Contact:
        """One of the staff."""
        directory: Directory = self.registry.directory()
        return next(each for key, each in directory.contacts.items() if key == contact_id)

    # time and jobs

    def at(self, local: str) -> None:
        """Set the clock to this local time."""
        self.time.at = datetime.fromisoformat(local).replace(tzinfo=SHANGHAI).astimezone(UTC)

    def later(self, **spans: float) -> None:
        """Let time pass: `days=…`, `hours=…`, `minutes=…`."""
        self.time.at += timedelta(**spans)

    def run(self, job: str, has_time: HasTime = lambda: True) -> Any:
        """Run a scheduled job, as its schedule would."""
        return run_job(job, JOBS[job], has_time)

    def post_goes_out(self) -> None:
        """Everything that may be sent now is sent."""
        self.run("dispatch")

    def nobody_acts_until(self, local: str, every: timedelta = timedelta(hours=1)) -> None:
        """Hours pass, and the jobs tick."""
        end = datetime.fromisoformat(local).replace(tzinfo=SHANGHAI)
        while self.time.at < end:
            self.time.at = min(self.time.at + every, end.astimezone(UTC))
            self.run("sweep")
            self.run("dispatch")

    # what people get

    def mails_to(self, contact_id: str) -> list[Mail]:
        """E-mails that one of the staff got."""
        return self.mailer.to(self.contact(contact_id).email)

    # over HTTP

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Answer:
        """One request. `raw` goes out as it is; else `body` as JSON."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        payload = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        try:
            said = _GATEWAY.handle_request(method, path, sent, payload)
        except ForbiddenError as error:
            return Answer(403, (error.body or b"").decode(), {})
        headers = {k.lower(): str(v) for k, v in said["headers"].items()}
        return Answer(said["statusCode"], _as_read(said["body"] or ""), headers)

    def send_letter(self, **fields: Any) -> "Citizen":
        """Somebody writes; the letter is taken."""
        said = self.try_to_send(**fields)
        assert said.status == 201, said.raw
        return Citizen(self, said["tracking_code"], said["query_code"], said)

    def try_to_send(self, key: str | None = None, language: str | None = None, **fields: Any) -> Answer:
        """Somebody writes; whatever comes of it."""
        letter = {
            "kind": "consultation",
            "subject": "东路的路灯",
            "body": "东路的路灯坏了一周，请问何时修复？",
            "writer": WRITER,
            **fields,
        }
        headers = {"Idempotency-Key": key} if key else {}
        headers |= {"Accept-Language": language} if language else {}
        return self.call("POST", "/letters", {k: v for k, v in letter.items() if v is not None}, headers)

    def desk(self, contact_id: str) -> "Desk":
        """A staff person opens the link in the newest mail; without one, they ask for a link first."""
        self.post_goes_out()
        if not self.mails_to(contact_id):
            assert self.call("POST", "/desk/links", {"email": self.contact(contact_id).email}).status == 202
            self.post_goes_out()
        found = LINK.search(self.mails_to(contact_id)[-1].text)
        assert found is not None, "a mail without a link"
        return Desk(self, contact_id, found.group(1))

    def file(self, code: str) -> LetterFile:
        """The letter as it lies in the store, for what no page shows."""
        file: LetterFile | None = self.letters.load(LetterId(code))
        assert file is not None
        return file

    def steps(self, code: str) -> list[str]:
        """Names of the ladder steps taken on this letter."""
        return [str(e.facts["step"]) for e in self.file(code).events if e.move == "ladder_step"]

    def everything(self) -> str:
        """All that is stored and owed, to see whether anything changed."""
        files = sorted((file for each in self.letters.letters() if (file := self.letters.load(each.id))), key=str)
        return repr((files, self.outbox.messages, self.registry.directory(), vars(self.jobs), self.files.files))


@dataclass(frozen=True, slots=True)
class Citizen:
    """Someone who wrote a letter, with its codes."""

    world: World
    code: str
    query_code: str
    receipt: Answer

    def looks(self, query_code: str | None = None, **headers: str) -> Answer:
        """Follow the letter."""
        given = {"Query-Code": self.query_code if query_code is None else query_code, **headers}
        return self.world.call("GET", f"/letters/{self.code}", headers=given)

    def does(self, move: str, headers: dict[str, str] | None = None, **fields: Any) -> Answer:
        """Supplement, rate, reopen, withdraw."""
        path = f"/letters/{self.code}/moves/{move}"
        return self.world.call("POST", path, fields, {"Query-Code": self.query_code, **(headers or {})})


@dataclass(frozen=True, slots=True)
class Desk:
    """One person's desk, opened by a link."""

    world: World
    contact: str
    token: str = field(repr=False)

    def call(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Answer:
        """A request with the link's token."""
        return self.world.call(method, path, body, {"Authorization": f"Bearer {self.token}", **(headers or {})})

    def waiting(self) -> list[dict[str, Any]]:
        """What waits for this person."""
        return list(self.call("GET", "/desk")["letters"])

    def opens(self, code: str, headers: dict[str, str] | None = None) -> Answer:
        """Look at one letter."""
        return self.call("GET", f"/desk/letters/{code}", headers=headers)

    def tries(self, code: str, move: str, /, headers: dict[str, str] | None = None, **fields: Any) -> Answer:
        """Make a move, whatever comes of it."""
        return self.call("POST", f"/desk/letters/{code}/moves/{move}", fields, headers)

    def makes(self, code: str, move: str, /, **fields: Any) -> Answer:
        """Make a move that is allowed."""
        said = self.tries(code, move, **fields)
        assert said.status == 200, (move, said.status, said.raw)
        return said


def assigned(world: World, *units: str, **fields: Any) -> Citizen:
    """A letter that was accepted and assigned to these units."""
    citizen = world.send_letter(**fields)
    clerk = world.desk("clerk")
    clerk.makes(citizen.code, "accept")
    clerk.makes(citizen.code, "assign", units=list(units or ("roads",)))
    return citizen


def answered(world: World, **fields: Any) -> Citizen:
    """A letter that the roads office has answered."""
    citizen = assigned(world, **fields)
    world.desk("roads-handler").makes(citizen.code, "answer", body="路灯已经修好。")
    return citizen


@contextmanager
def heard_in_logs() -> Iterator[Callable[[], str]]:
    """Everything the functions write to their log meanwhile."""
    handler, paper = logger.registered_handler, StringIO()
    before = handler.setStream(paper)  # type: ignore[attr-defined]
    try:
        yield paper.getvalue
    finally:
        handler.setStream(before)  # type: ignore[attr-defined]
