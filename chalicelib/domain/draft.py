"""What one move is about to change, gathered by the move's own rule and then written as one."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.attachments import Attached
from chalicelib.domain.clocks import (
    Clock,
    ClockName,
    Ending,
    end_clock,
    local_date,
    open_clock,
    overdue_days,
    state_of,
    working_days_used,
)
from chalicelib.domain.directory import Directory
from chalicelib.domain.ladder import wind_up
from chalicelib.domain.ledger import Event, chained, text_fact
from chalicelib.domain.letter import Actor, ClockId, Letter, Role, StoredFile, Text, TextPurpose, UnitId
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.rules import LimitRule
from chalicelib.domain.working_calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Announcement:
    """Someone should hear of it. `unit` narrows roles to one unit; `params` may hold no personal data and no prose."""

    template: str
    to: tuple[Role, ...]
    unit: UnitId | None = None
    contact: str | None = None
    channels: tuple[str, ...] = ("email",)
    params: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All a rule may ask that is not the letter: time, rules, calendar, people, fresh randomness.

    `number`: the register number to give if the letter is accepted now. `other`: the letter that a move names, if the
    mover may see it. `texts`: what was said on the letter so far. `files`: those that come with what the writer says
    now, already looked at. `county`: the county's name.
    """

    now: datetime
    zone: ZoneInfo
    rulebook: Rulebook
    calendar: WorkingCalendar
    directory: Directory
    new_salt: Callable[[], str]
    number: str | None = None
    other: Letter | None = None
    texts: tuple[Text, ...] = ()
    files: tuple[Attached, ...] = ()
    county: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished move: the letter after it, its one event, changed clocks, new texts, and who should hear."""

    letter: Letter
    event: Event
    clocks: tuple[Clock, ...]
    changed_clocks: tuple[Clock, ...]
    texts: tuple[Text, ...]
    announcements: tuple[Announcement, ...]


@dataclass(slots=True)
class Draft:
    """A letter being moved. Rules change it through these verbs only, so nothing happens beside the ledger."""

    letter: Letter
    clocks: dict[ClockId, Clock]
    actor: Actor
    around: Surroundings
    facts: dict[str, object] = field(default_factory=dict)
    texts: list[Text] = field(default_factory=list)
    announcements: list[Announcement] = field(default_factory=list)
    touched: list[ClockId] = field(default_factory=list)

    def __post_init__(self) -> None:
        """A letter's time never runs backwards, even if the machine's clock does: no limit ends before it began."""
        last = self.letter.last_at
        if last is not None and last > self.around.now:
            self.around = replace(self.around, now=last)

    def set(self, **changes: Any) -> None:
        """Change fields of the letter."""
        self.letter = replace(self.letter, **changes)

    def fact(self, **facts: object) -> None:
        """Say something in the ledger; None is left out."""
        self.facts.update({key: value for key, value in facts.items() if value is not None})

    def attach_files(self) -> None:
        """Keep the files that came with the writer's words: their names and what they are, not their content."""
        for each in self.around.files:
            self.say(TextPurpose.ATTACHMENT, each.name, for_writer=True, file=each.file)
        if self.around.files:
            self.fact(attachments=len(self.around.files))

    def say(
        self, purpose: TextPurpose, content: str | None, *, for_writer: bool = False, file: StoredFile | None = None
    ) -> None:
        """Keep somebody's words with the letter; the ledger gets their salted hash only."""
        if content is None:
            return
        self.letter = replace(self.letter, text_count=self.letter.text_count + 1)
        text = Text(
            id=f"T#{self.letter.text_count:03d}",
            purpose=purpose,
            content=content,
            salt=self.around.new_salt(),
            at=self.around.now,
            author=self.actor.role,
            unit=self.actor.unit,
            for_writer=for_writer,
            file=file,
        )
        self.texts.append(text)

    @property
    def last_text(self) -> str:
        """The id of the newest text."""
        return f"T#{self.letter.text_count:03d}"

    def erase_texts(self) -> None:
        """Drop all words and their salts; their hashes stay in the ledger and prove nothing to anybody any more.

        Of files stays where they lay, so that whoever clears the bucket after this write can find them.
        """
        self.texts.extend(
            replace(text, content="", salt="", file=replace(text.file, sha256="") if text.file else None)
            for text in self.around.texts
        )

    def tell(
        self,
        template: str,
        *to: Role,
        unit: UnitId | None = None,
        contact: str | None = None,
        channels: tuple[str, ...] = ("email",),
        **params: str | int,
    ) -> None:
        """Owe somebody a message."""
        self.announcements.append(Announcement(template, to, unit, contact, channels, tuple(sorted(params.items()))))

    def running(self, *names: ClockName, unit: UnitId | None = None) -> list[Clock]:
        """Running clocks of these names, of one unit when one is given."""
        return [c for c in self.clocks.values() if c.running and c.name in names and unit in {None, c.unit}]

    def open(self, name: ClockName, rule: LimitRule | None, unit: UnitId | None = None) -> None:
        """Start a clock by this rule; no rule, no clock."""
        if rule is None:
            return
        around = self.around
        self.letter = replace(self.letter, clock_count=self.letter.clock_count + 1)
        clock_id = ClockId(f"C#{self.letter.clock_count:03d}")
        clock = open_clock(
            clock_id, name, rule.limit, around.now, around.calendar, around.zone, clause=rule.clause, unit=unit
        )
        self.put(self.wound(clock))

    def open_triage(self) -> None:
        """The letter is the centre's to deal with: its limit runs, if it does not already."""
        if not self.running(ClockName.TRIAGE):
            self.open(ClockName.TRIAGE, self.around.rulebook.triage)

    def wound(self, clock: Clock) -> Clock:
        """The clock with its ladder set from now on."""
        steps = self.around.rulebook.ladder.get(clock.name, ())
        return wind_up(clock, steps, self.around.now, self.around.calendar, self.around.zone)

    def end(self, clock: Clock, ending: Ending) -> None:
        """End a running clock."""
        self.put(end_clock(clock, self.around.now, ending))

    def put(self, clock: Clock) -> None:
        """Keep a clock in its new state."""
        self.clocks[clock.id] = clock
        if clock.id not in self.touched:
            self.touched.append(clock.id)

    def finish(self, move: str, recorded_at: datetime | None = None) -> Outcome:
        """Seal the move: one event over everything that changed, chained to the letter's last.

        `recorded_at` is given only for history that happened before we wrote it.
        """
        if self.touched:
            self.fact(clocks=[self._clock_fact(self.clocks[each]) for each in self.touched])
        new = [each for each in self.texts if each.salt]
        if new:
            self.fact(texts=[text_fact(each) for each in new])
        sequence = self.letter.event_count + 1
        now = self.around.now
        event = chained(
            self.letter.id, sequence, self.letter.last_hash, now, recorded_at or now, move, self.actor, self.facts
        )
        letter = replace(self.letter, event_count=sequence, last_hash=event.hash, last_at=now)
        return Outcome(
            letter=letter,
            event=event,
            clocks=tuple(self.clocks[key] for key in sorted(self.clocks)),
            changed_clocks=tuple(self.clocks[key] for key in self.touched),
            texts=tuple(self.texts),
            announcements=tuple(self.announcements),
        )

    def _clock_fact(self, clock: Clock) -> dict[str, object]:
        around = self.around
        today = local_date(around.now, around.zone)
        fact: dict[str, object] = {
            "id": clock.id,
            "name": clock.name.value,
            "unit": clock.unit,
            "clause": clock.clause,
            "started_on": local_date(clock.started_at, around.zone).isoformat(),
            "limit": clock.limit.number,
            "counted_in": clock.limit.counted_in.value,
            "granted": clock.granted,
            "due_on": clock.due_on.isoformat(),
            "provisional": clock.provisional,
            "calendar": clock.calendar_version,
            "state": state_of(clock, around.zone, today).value,
        }
        if not clock.running:
            fact["working_days_used"] = working_days_used(clock, around.calendar, around.zone, today)
            fact["overdue_days"] = overdue_days(clock, around.calendar, around.zone, today)
        return fact
