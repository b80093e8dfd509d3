"""Values for tests with readable defaults. What a test does not name is some ordinary letter on Fri 20 Nov 2026.

`arrived`, `moved` and `swept` make the writes of real moves, by the domain under the Shuangfeng rulebook.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from chalicelib.adapters.calendar_files import shipped_calendar
from chalicelib.domain import desk
from chalicelib.domain.arrival import Arrival, receive
from chalicelib.domain.clocks import Clock, ClockName, open_clock
from chalicelib.domain.directory import Contact, Directory, Mailbox, Unit
from chalicelib.domain.draft import Announcement, Outcome, Surroundings
from chalicelib.domain.engine import make
from chalicelib.domain.letter import (
    Actor,
    ClockId,
    ContactId,
    Kind,
    Letter,
    LetterId,
    MailboxId,
    Role,
    RulebookRef,
    Status,
    UnitId,
)
from chalicelib.domain.limit import CountedIn, Limit
from chalicelib.domain.messages import Channel, Message, owed
from chalicelib.domain.payloads import Payload
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.rulebook_file import parse_rulebook
from chalicelib.domain.watch import visit
from chalicelib.domain.workflow import Move
from chalicelib.domain.working_calendar import WorkingCalendar
from chalicelib.ports import Change, LetterFile, NumberTaken, Remembered, SealedWriter

SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""Fri 20 Nov 2026, 10:00 in Shuangfeng: within office hours."""

CENTRE = UnitId("centre")
ROADS = UnitId("roads")
WATER = UnitId("water")
COUNTY_BOX = MailboxId("county")
_RULEBOOKS = Path(__file__).parent.parent / "chalicelib" / "rulebooks"


@cache
def rulebook(name: str = "shuangfeng-2018") -> Rulebook:
    """A rulebook of the project."""
    file = f"{name}.toml"
    return parse_rulebook(file, (_RULEBOOKS / file).read_text())


@cache
def calendar() -> WorkingCalendar:
    """The calendar that the project ships."""
    return shipped_calendar()


def a_contact(contact_id: str, unit: UnitId, *roles: Role, epoch: int = 0, phone: str | None = None) -> Contact:
    """A staff person with an address of their own."""
    return Contact(
        ContactId(contact_id),
        f"name of {contact_id}",
        unit,
        frozenset(roles),
        f"{contact_id}@county.test",
        phone,
        epoch,
    )


def a_directory() -> Directory:
    """The centre and two units, each with a handler, a direct and a first responsible person; inspector and leader."""
    staff = [
        a_contact("clerk", CENTRE, Role.CENTRE),
        a_contact("inspector", UnitId("inspection"), Role.INSPECTOR),
        a_contact("leader", UnitId("office"), Role.LEADER),
    ]
    for unit in (ROADS, WATER):
        staff += [
            a_contact(f"{unit}-handler", unit, Role.HANDLER),
            a_contact(f"{unit}-deputy-head", unit, Role.DIRECT_RESPONSIBLE),
            a_contact(f"{unit}-head", unit, Role.FIRST_RESPONSIBLE),
        ]
    units = [Unit(u, f"unit {u}") for u in (CENTRE, ROADS, WATER, UnitId("inspection"), UnitId("office"))]
    return Directory.of(units, staff, [Mailbox(COUNTY_BOX, "county box", CENTRE)])


def a_letter(letter_id: str = "letter-1", **changes: object) -> Letter:
    """A letter just received."""
    letter = Letter(
        id=LetterId(letter_id),
        version=1,
        status=Status.RECEIVED,
        kind=Kind.CONSULTATION,
        mailbox=COUNTY_BOX,
        centre=CENTRE,
        source="web",
        subject="关于东路路灯的咨询",
        received_at=FRIDAY,
        rulebook=RulebookRef("shuangfeng-2018", "1"),
        code_hash="0" * 64,
    )
    return replace(letter, **changes)  # type: ignore[arg-type]


def a_clock(clock_id: str = "C#001", name: ClockName = ClockName.HANDLE, days: int = 5, **changes: object) -> Clock:
    """A clock of some working days, started on Friday 10:00."""
    limit = Limit(days, CountedIn.WORKING_DAYS)
    clock = open_clock(ClockId(clock_id), name, limit, FRIDAY, calendar(), SHANGHAI)
    return replace(clock, **changes)  # type: ignore[arg-type]


def a_message(message_id: str = "message-1", **changes: object) -> Message:
    """An e-mail to the centre's clerk that may go at once."""
    message = Message(message_id, None, "clerk", Channel.EMAIL, "letter_to_triage", FRIDAY, FRIDAY)
    return replace(message, **changes)  # type: ignore[arg-type]


def surroundings(now: datetime = FRIDAY, directory: Directory | None = None, number: str | None = None) -> Surroundings:
    """Everything a rule may ask. Salts are counted, not random."""
    salts = count(1)
    return Surroundings(
        now=now,
        zone=SHANGHAI,
        rulebook=rulebook(),
        calendar=calendar(),
        directory=directory or a_directory(),
        new_salt=lambda: f"{next(salts):032x}",
        number=number,
    )


def an_arrival(body: str = "东路的路灯坏了一周，请问何时修复？", **changes: object) -> Arrival:
    """A consultation by web form to the county's box."""
    arrival = Arrival(Mailbox(COUNTY_BOX, "county box", CENTRE), Kind.CONSULTATION, "关于东路路灯的咨询", body)
    return replace(arrival, **changes)  # type: ignore[arg-type]


CLERK = Actor("clerk", Role.CENTRE, CENTRE)
ROADS_HANDLER = Actor("roads-handler", Role.HANDLER, ROADS)
WRITER = Actor("writer", Role.WRITER, channel="web")


def arrived(
    letter_id: str = "letter-1",
    at: datetime = FRIDAY,
    arrival: Arrival | None = None,
    *,
    remember: Remembered | None = None,
    import_batch: str | None = None,
) -> Change:
    """The first write of a new letter, its writer sealed."""
    around = surroundings(at)
    outcome = receive(LetterId(letter_id), "0" * 64, arrival or an_arrival(), "web", around)
    change = _change(None, [outcome], outcome.announcements, around, by_ladder=False)
    sealed = SealedWriter(b"sealed " + letter_id.encode())
    return replace(change, writer=sealed, remember=remember, import_batch=import_batch)


def moved(
    file: LetterFile,
    move: Move,
    payload: Payload,
    actor: Actor = CLERK,
    at: datetime = FRIDAY + timedelta(hours=1),
    number: NumberTaken | None = None,
) -> Change:
    """The write of one move on a letter as it was loaded."""
    around = surroundings(at, number=f"双信〔2026〕{number.value}号" if number else None)
    outcome = make(move, file.letter, file.clocks, actor, payload, around)
    return replace(_change(file, [outcome], outcome.announcements, around, by_ladder=False), number=number)


def swept(file: LetterFile, clock: ClockId, at: datetime) -> Change | None:
    """The write of the sweep's visit to one clock; None when no step has come."""
    around = surroundings(at)
    watched = visit(file.letter, file.clocks, clock, around)
    if not watched.outcomes:
        return None
    return _change(file, watched.outcomes, watched.announcements, around, by_ladder=True)


def _change(
    file: LetterFile | None,
    outcomes: Sequence[Outcome],
    announcements: Sequence[Announcement],
    around: Surroundings,
    *,
    by_ladder: bool,
) -> Change:
    last = outcomes[-1]
    changed = {clock.id: clock for outcome in outcomes for clock in outcome.changed_clocks}
    return Change(
        before=file.letter if file else None,
        after=last.letter,
        events=tuple(outcome.event for outcome in outcomes),
        clocks=tuple(changed[key] for key in sorted(changed)),
        texts=tuple(text for outcome in outcomes for text in outcome.texts),
        messages=owed(announcements, last.letter, last.event.sequence, around, by_ladder=by_ladder),
        desk_before=file.desk if file else (),
        desk=desk.with_archive(last.letter, last.clocks, around.directory),
    )
