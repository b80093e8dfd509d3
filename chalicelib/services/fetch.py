"""Fetching: letters that other platforms have put into the inbox come in at fixed times of working days (BB-2.1).

A platform, or a clerk, drops `inbox/<source>/<file>.csv`. What became of it stands in `inbox-results/`, which is also
how a file is known to have been taken; one that was replaced by another of its name is taken again.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.clocks import local_date
from chalicelib.domain.directory import Contact, Directory
from chalicelib.domain.ledger import instant
from chalicelib.domain.letter import Kind, MailboxId, Role
from chalicelib.domain.messages import Channel, Message
from chalicelib.domain.working_calendar import WorkingCalendar
from chalicelib.services.csv_rows import BadFileError
from chalicelib.services.import_letters import import_letters
from chalicelib.services.installation import Installation
from chalicelib.services.take_in import UnknownSourceError, known_source, mailbox_of

NOTE = "fetch"
INBOX, RESULTS = "inbox/", "inbox-results/"
LOOK_BACK = 30
"""Days in which the last working day is looked for; no festival lasts so long."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that did not come in: where, which column, why; never what stands there."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file, as it is kept beside the inbox. `unusable`: why none of it could be read.

    `moment`: at which fetching it came in (UTC). Holds nothing a citizen wrote.
    """

    source: str
    file: str
    sha256: str
    moment: str
    mailbox: str
    new: int = 0
    there_already: int = 0
    refused: tuple[Refusal, ...] = ()
    unusable: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one run took in. `moment` None: nothing was due. Not `finished`: the next run goes on."""

    moment: str | None = None
    files: int = 0
    new: int = 0
    there_already: int = 0
    refused: int = 0
    unusable: int = 0
    finished: bool = True


def fetch(inst: Installation, has_time: Callable[[], bool]) -> Fetched:
    """Take in what lies in the inbox, if one of the rulebook's moments has come since the last time.

    A moment that was missed is made up by the next run; one that is cut off is gone on with. No letter comes in twice.
    """
    rule = inst.rulebook.fetch
    if rule is None:
        return Fetched()
    moment = last_moment(inst.time.now(), rule.at, inst.calendar(), inst.zone)
    seen = inst.jobs.last(NOTE)
    if moment is None or (seen is not None and datetime.fromisoformat(seen) >= moment):
        return Fetched()
    results: list[Result] = []
    for key in inst.reports.keys(INBOX):
        if not has_time():
            return _figures(instant(moment), results, finished=False)
        if key.count("/") >= 2 and not key.endswith("/"):
            results += _once(inst, key, instant(moment))
    _tell(inst, instant(moment), results)
    inst.jobs.note(NOTE, instant(moment))
    return _figures(instant(moment), results, finished=True)


def last_moment(now: datetime, times: Sequence[time], calendar: WorkingCalendar, zone: ZoneInfo) -> datetime | None:
    """The last of these local times on a working day that is not after `now` (UTC)."""
    today = local_date(now, zone)
    days = (today - timedelta(days=back) for back in range(LOOK_BACK))
    working = (day for day in days if calendar.is_working_day(day))
    moments = (datetime.combine(day, at, zone).astimezone(UTC) for day in working for at in sorted(times, reverse=True))
    return next((each for each in moments if each <= now), None)


def _once(inst: Installation, key: str, moment: str) -> list[Result]:
    """The file's result if it is of this moment: taken now, or before this run was cut off. Else it is an old one."""
    data = inst.reports.get(key)
    if data is None:
        return []
    digest = hashlib.sha256(data).hexdigest()
    place = f"{RESULTS}{key.removeprefix(INBOX)}.{digest[:12]}.json"
    there = inst.reports.get(place)
    if there is not None:
        return [_read(there)] if _read(there).moment == moment else []
    result = _taken(inst, key, data, digest, moment)
    inst.reports.put_once(place, json.dumps(asdict(result), ensure_ascii=False).encode(), "application/json")
    return [result]


def _taken(inst: Installation, key: str, data: bytes, digest: str, moment: str) -> Result:
    source, _, file = key.removeprefix(INBOX).partition("/")
    directory = inst.registry.directory()
    mailbox = mailbox_of(source, inst.rulebook, directory) or next(iter(directory.mailboxes.values()), None)
    about = (source, file, digest, moment, str(mailbox.id) if mailbox else "")
    try:
        known_source(inst.rulebook, source)
        came = import_letters(inst, data, source, Kind.OTHER, lambda _done, _rows: None, history=False)
    except (BadFileError, UnknownSourceError) as error:
        return Result(*about, unusable=str(error))
    refused = (Refusal(each.error.line, each.error.column, each.error.reason) for each in came.refused)
    return Result(*about, new=came.new, there_already=came.there_already, refused=tuple(refused))


def _read(data: bytes) -> Result:
    said = json.loads(data)
    return Result(**{**said, "refused": tuple(Refusal(**each) for each in said["refused"])})


def _tell(inst: Installation, moment: str, results: Sequence[Result]) -> None:
    """One mail a person and moment, to the office of the mailbox; nothing came, nothing is said."""
    directory, now = inst.registry.directory(), inst.time.now()
    for mailbox in dict.fromkeys(each.mailbox for each in results):
        figures = _figures(moment, [each for each in results if each.mailbox == mailbox], finished=True)
        counted = ("files", "new", "there_already", "refused", "unusable")
        for contact in _office(mailbox, directory):
            message = Message(
                id=f"fetch-{datetime.fromisoformat(moment):%Y%m%dT%H%M}-{mailbox}-{contact.id}",
                letter=None,
                recipient=contact.id,
                channel=Channel.EMAIL,
                template="fetch_result",
                created_at=now,
                not_before=now,
                params=tuple((name, getattr(figures, name)) for name in counted),
            )
            inst.outbox.add(message)


def _office(mailbox: str, directory: Directory) -> tuple[Contact, ...]:
    found = directory.mailboxes.get(MailboxId(mailbox))
    return (found and directory.holders(Role.CENTRE, found.owner)) or directory.holders(Role.CENTRE)


def _figures(moment: str, results: Iterable[Result], *, finished: bool) -> Fetched:
    taken = tuple(results)
    return Fetched(
        moment=moment,
        files=len(taken),
        new=sum(each.new for each in taken),
        there_already=sum(each.there_already for each in taken),
        refused=sum(len(each.refused) for each in taken),
        unusable=sum(each.unusable is not None for each in taken),
        finished=finished,
    )
