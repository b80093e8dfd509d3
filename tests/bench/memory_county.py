"""A county with as many letters as wanted on the emulator, filled through the product's own services.

Half of the letters are history of an older system, one import. The others came in on five days some weeks ago and on
five of the last days: two hundred still lie with the centre, half of the rest was answered and approved, the rest lies
with a unit. No job has
run since, so ladder steps are due, messages are owed and no day is closed.
"""

import csv
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import boto3

from chalicelib import bootstrap
from chalicelib.adapters.system_clock import SystemClock
from chalicelib.config import settings_from
from chalicelib.domain.clocks import local_date
from chalicelib.domain.letter import Actor, ContactId, Kind, LetterId, Role, Status, UnitId, Writer
from chalicelib.domain.payloads import Accept, Answer, Approve, Assign, ContactWriter, Payload
from chalicelib.domain.workflow import Move
from chalicelib.ports import LinkClaims
from chalicelib.services.import_letters import import_letters
from chalicelib.services.installation import Installation
from chalicelib.services.move import make_move
from chalicelib.services.submit import Receipt, Submission, submit
from chalicelib.services.uploads import offer_upload
from infra.environment import local_aws
from infra.provision import provision
from infra.stand.demo import load_demo
from tests.bench.cost_story import SETTINGS, Hands

LYING: Final = 200
"""Letters that wait for the centre, of any number."""
DAYS_AGO: Final = (40, 39, 38, 37, 36, 9, 8, 7, 6, 5)
"""Days on which letters came in: long enough ago for ladders, and within what closings and spot checks look back."""
FEWEST: Final = 500
UNITS: Final = ("jiaotong", "jiaoyu")
CENTRE: Final = "shouli-1"
SENDER: Final = "letters@yunxi.example"
BODY: Final = "东门路自上周起整段没有路灯，夜间行走不便，老人和孩子尤其担心，请问何时可以修好？" * 15
ANSWER: Final = "您好，来信收悉。经现场核实，路灯线路已修复，今晚起正常照明，感谢您的监督。" * 15
_CLERK: Final = Actor(CENTRE, Role.CENTRE, UnitId("shouli"))


@dataclass(frozen=True, slots=True)
class County:
    """A filled installation: the variables that point at it, its ports, and the clock of its filling."""

    environment: Mapping[str, str]
    inst: Installation
    clock: Hands
    letters: int

    def token(self, contact: str = CENTRE) -> str:
        """A desk link of this person, good for a day."""
        person = self.inst.registry.directory().contacts[ContactId(contact)]
        claims = LinkClaims(person.id, None, person.epoch, datetime.now(UTC) + timedelta(days=1))
        return self.inst.links.token(claims)

    @property
    def month(self) -> str:
        """The month of the first days on which letters came in."""
        return f"{_days_ago(DAYS_AGO[0]).astimezone(self.inst.zone):%Y-%m}"

    def given_to_a_unit(self) -> LetterId:
        """A letter that lies with a unit."""
        return next(letter.id for letter in self.inst.letters.letters() if letter.status is Status.ASSIGNED)

    def written(self) -> tuple[LetterId, str]:
        """A letter that a citizen wrote on the website, and its query code."""
        fields: dict[str, object] = {"kind": Kind.CONSULTATION, "subject": "路灯", "body": BODY}
        made: list[tuple[LetterId, str]] = []

        def note(receipt: Receipt) -> dict[str, object]:
            made.append((receipt.outcome.letter.id, receipt.query_code))
            return {}

        submit(self.inst, Submission(fields, None, (), Writer(phone="13900000000")), None, note)
        return made[-1]

    def uploads(self, count: int, size: int) -> list[str]:
        """So many photos of so many bytes that wait for their letter, as browsers would have posted them."""
        inst = replace(self.inst, time=SystemClock())
        offers = [offer_upload(inst, f"{n}.jpg", "image/jpeg", size).id for n in range(count)]
        photo = b"\xff\xd8\xff\xe0\x00\x10JFIF".ljust(size, b"\x00")
        for each in offers:
            self._client("s3").put_object(
                Bucket=self.environment["HUIYIN_ATTACHMENTS_BUCKET"], Key=f"incoming/{each}", Body=photo
            )
        return offers

    def drop(self, rows: int, source: str) -> None:
        """A file of so many new letters in the inbox."""
        data = table(range(rows), "fetched", answered=False)
        bucket = self.environment["HUIYIN_INBOX_BUCKET"]
        self._client("s3").put_object(Bucket=bucket, Key=f"inbox/{source}/today.csv", Body=data)

    def _client(self, service: str) -> Any:
        return boto3.client(service, endpoint_url=self.environment["AWS_ENDPOINT_URL"])


@contextmanager
def county(endpoint: str, letters: int) -> Iterator[County]:
    """A new installation with so many letters; the process's environment is its own meanwhile."""
    before = dict(os.environ)
    made = provision(endpoint, f"memory-{letters}")
    here = {**local_aws(endpoint), **SETTINGS, **made.environment}
    os.environ.update(here)
    clock = Hands(_days_ago(DAYS_AGO[0]))
    try:
        boto3.client("ses", endpoint_url=endpoint).verify_email_identity(EmailAddress=SENDER)
        inst = bootstrap.build(settings_from(os.environ), clock).installation
        load_demo(inst.registry)
        _fill(inst, clock, letters)
        yield County(here, inst, clock, letters)
    finally:
        os.environ.clear()
        os.environ.update(before)


def table(numbers: range, prefix: str, *, answered: bool) -> bytes:
    """A file as `import-letters` takes it, of made-up letters."""
    paper = io.StringIO()
    columns = ("source_number", "subject", "body", "written_at", "writer", "area", "field", "answer", "answered_at")
    writer = csv.writer(paper)
    writer.writerow(columns)
    for number in numbers:
        written = f"2025-{1 + number % 12:02}-{1 + number % 28:02} 10:00:00"
        replied = (ANSWER, written.replace("10:00", "16:00")) if answered else ("", "")
        subject = f"请问东门路的路灯何时修好（{prefix} {number}）"
        writer.writerow((f"{prefix}-{number}", subject, BODY, written, "欧阳测试名", "北山镇", "城乡建设", *replied))
    return paper.getvalue().encode()


def _fill(inst: Installation, clock: Hands, letters: int) -> None:
    """History first, then day after day; last those that nobody has looked at."""
    _import(inst, table(range(letters // 2), "old", answered=True), "old")
    given = letters - letters // 2 - LYING
    for number, ago in enumerate(DAYS_AGO):
        clock.at = _days_ago(ago)
        numbers = range(given * number // len(DAYS_AGO), given * (number + 1) // len(DAYS_AGO))
        _import(inst, table(numbers, "new", answered=False), "web")
        came = dict.fromkeys(event.letter for event in inst.letters.journal(local_date(clock.at, inst.zone)))
        for turn, letter in enumerate(came):
            _handled(inst, clock, letter, turn)
    _import(inst, table(range(LYING), "lying", answered=False), "web")


def _days_ago(days: int) -> datetime:
    """Nine o'clock in China, so many days ago (UTC)."""
    return datetime.now(UTC).replace(hour=1, minute=0) - timedelta(days=days)


def _import(inst: Installation, data: bytes, source: str) -> None:
    came = import_letters(inst, data, source, Kind.CONSULTATION, lambda _done, _rows: None)
    if came.refused:
        raise RuntimeError(f"rows were refused: {came.by_reason()}")


def _handled(inst: Installation, clock: Hands, letter: LetterId, number: int) -> None:
    """Given to a unit; every other one is answered and approved the same day."""
    unit = UNITS[number // 2 % len(UNITS)]
    person = Actor(f"{unit}-1", Role.HANDLER, UnitId(unit))
    steps: list[tuple[Move, Payload, Actor]] = [
        (Move.ACCEPT, Accept(), _CLERK),
        (Move.ASSIGN, Assign(units=(unit,), note="请按规定办理"), _CLERK),
    ]
    if number % 2:
        steps += [
            (Move.CONTACT_WRITER, ContactWriter(note="已电话联系来信人"), person),
            (Move.ANSWER, Answer(body=ANSWER, channel="web"), person),
            (Move.APPROVE, Approve(), _CLERK),
        ]
    for move, payload, actor in steps:
        clock.at += timedelta(seconds=1)
        make_move(inst, letter, move, payload, lambda _file, _directory, actor=actor: actor)  # type: ignore[misc]
