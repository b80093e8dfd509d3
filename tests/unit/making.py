"""A letter's life told move by move, for the tests of the rules. Local times are written as people say them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

from chalicelib.domain.arrival import Arrival, receive
from chalicelib.domain.clocks import Clock, ClockName
from chalicelib.domain.directory import Directory, Mailbox, Unit
from chalicelib.domain.draft import Announcement, Outcome, Surroundings
from chalicelib.domain.engine import make, why_not
from chalicelib.domain.ledger import Event
from chalicelib.domain.letter import Actor, Kind, Letter, LetterId, MailboxId, Role, Text, UnitId
from chalicelib.domain.payloads import Accept, Assign, Payload
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.watch import visit
from chalicelib.domain.workflow import Move
from chalicelib.domain.working_calendar import WorkingCalendar
from tests.builders import CENTRE, COUNTY_BOX, ROADS, SHANGHAI, WATER, a_contact, calendar, rulebook

BUREAU = UnitId("bureau")
"""The office above roads: whoever accuses it accuses roads as well."""
PARKS = UnitId("parks")
INSPECTION = UnitId("inspection")

CLERK = Actor("clerk", Role.CENTRE, CENTRE)
INSPECTOR = Actor("inspector", Role.INSPECTOR, INSPECTION)
LEADER = Actor("leader", Role.LEADER, UnitId("office"))
WRITER = Actor("writer", Role.WRITER, channel="web")
ROADS_HANDLER = Actor("roads-handler", Role.HANDLER, ROADS)
WATER_HANDLER = Actor("water-handler", Role.HANDLER, WATER)
PARKS_HANDLER = Actor("parks-handler", Role.HANDLER, PARKS)

FRIDAY_TEN = "2026-11-20 10:00"


def local(moment: str) -> datetime:
    """A wall-clock time in Shuangfeng, as the instant it is."""
    return datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI).astimezone(UTC)


def day(text: str) -> date:
    return date.fromisoformat(text)


def county() -> Directory:
    """The centre, a bureau with roads below it, water, parks, the inspection, and the leaders' office."""
    staff = [
        a_contact("clerk", CENTRE, Role.CENTRE),
        a_contact("inspector", INSPECTION, Role.INSPECTOR),
        a_contact("leader", UnitId("office"), Role.LEADER),
        a_contact("auditor", UnitId("office"), Role.AUDITOR),
        a_contact("bureau-head", BUREAU, Role.FIRST_RESPONSIBLE),
        a_contact("bureau-inspector", BUREAU, Role.INSPECTOR, Role.HANDLER),
    ]
    for unit in (ROADS, WATER, PARKS):
        staff += [
            a_contact(f"{unit}-handler", unit, Role.HANDLER),
            a_contact(f"{unit}-deputy-head", unit, Role.DIRECT_RESPONSIBLE),
            a_contact(f"{unit}-head", unit, Role.FIRST_RESPONSIBLE),
        ]
    units = [Unit(u, f"unit {u}") for u in (CENTRE, BUREAU, WATER, PARKS, INSPECTION, UnitId("office"))]
    units.append(Unit(ROADS, "unit roads", BUREAU))
    boxes = [Mailbox(COUNTY_BOX, "county box", CENTRE), Mailbox(MailboxId("water-box"), "water box", WATER)]
    return Directory.of(units, staff, boxes)


class Story:
    """One letter on its way. Time stands at `now` until a step says otherwise."""

    def __init__(
        self,
        kind: Kind = Kind.CONSULTATION,
        at: str = FRIDAY_TEN,
        *,
        book: Rulebook | None = None,
        known: WorkingCalendar | None = None,
        people: Directory | None = None,
        arrival: Arrival | None = None,
    ) -> None:
        self.book, self.known, self.people = book or rulebook(), known or calendar(), people or county()
        self._salts = count(1)
        self.now = local(at)
        self.number: str | None = "信箱〔2026〕0001号"
        box = self.people.mailboxes[COUNTY_BOX]
        came = arrival or Arrival(box, kind, "关于东路路灯的来信", "东路的路灯坏了一周。")
        self.events: list[Event] = []
        self.texts: list[Text] = []
        self.told: list[Announcement] = []
        self.told_ever: list[Announcement] = []
        self.last = self._keep(receive(LetterId("letter-1"), "c" * 64, came, "web", self.around))

    @property
    def around(self) -> Surroundings:
        return Surroundings(
            now=self.now,
            zone=SHANGHAI,
            rulebook=self.book,
            calendar=self.known,
            directory=self.people,
            new_salt=lambda: f"salt{next(self._salts):028d}",
            number=self.number,
        )

    def _keep(self, outcome: Outcome) -> Outcome:
        self.letter: Letter = outcome.letter
        self.clocks: tuple[Clock, ...] = outcome.clocks
        self.events.append(outcome.event)
        self.texts += outcome.texts
        self.told = list(outcome.announcements)
        self.told_ever += outcome.announcements
        return outcome

    def at(self, moment: str) -> "Story":
        self.now = local(moment)
        return self

    def do(self, move: Move, payload: Payload, actor: Actor = CLERK, at: str | None = None) -> "Story":
        """Make a move, at this local time if one is given."""
        self.now = local(at) if at else self.now
        self.last = self._keep(make(move, self.letter, self.clocks, actor, payload, self.around))
        return self

    def why_not(self, move: Move, actor: Actor) -> str | None:
        return why_not(move, self.letter, self.clocks, actor, self.around)

    def assigned(self, *units: UnitId, at: str | None = None) -> "Story":
        """Accepted and given to these units, to roads when none is named."""
        self.do(Move.ACCEPT, Accept(), at=at)
        return self.do(Move.ASSIGN, Assign(units=units or (ROADS,)))

    def sweep(self, at: str | None = None, known: WorkingCalendar | None = None) -> "Story":
        """Visit every clock whose moment has come, as the sweep does."""
        self.now, self.known = (local(at) if at else self.now), known or self.known
        self.told = []
        due = [clock for clock in self.clocks if clock.next_action_at is not None and clock.next_action_at <= self.now]
        for clock in due:
            watched = visit(self.letter, self.clocks, clock.id, self.around)
            for outcome in watched.outcomes:
                told = self.told
                self._keep(outcome)
                self.told = told
            self.told += watched.announcements
        return self

    def clock(self, name: ClockName, unit: UnitId | None = None) -> Clock:
        """The latest clock of this name, of this unit when one is given."""
        found = [c for c in self.clocks if c.name is name and unit in {None, c.unit}]
        assert found, f"no {name} clock of {unit}"
        return found[-1]

    def running(self) -> list[tuple[str, str | None]]:
        """Names and units of the clocks that run."""
        return [(c.name.value, c.unit) for c in self.clocks if c.running]

    def units(self) -> list[str]:
        """The units that hold the letter, the lead first and marked."""
        held = sorted(self.letter.assignments, key=lambda each: not each.lead)
        return [f"*{each.unit}" if each.lead else each.unit for each in held]

    def facts(self) -> dict[str, object]:
        """Facts of the last event."""
        return dict(self.events[-1].facts)

    def heard(self) -> set[tuple[str, str]]:
        """Templates of the last step and whom they are for: a role, with `@unit` when it is one unit's."""
        return {
            (each.template, role.value + (f"@{each.unit}" if each.unit else ""))
            for each in self.told
            for role in each.to
        } | {(each.template, f"contact {each.contact}") for each in self.told if each.contact}


def in_status(story: Story, **changes: object) -> Story:
    """The same letter put straight into another state."""
    story.letter = replace(story.letter, **changes)  # type: ignore[arg-type]
    return story


def names(steps: Sequence[Event]) -> list[str]:
    """The ladder steps that these events record, in order."""
    return [str(event.facts["step"]) for event in steps if event.move == "ladder_step"]
