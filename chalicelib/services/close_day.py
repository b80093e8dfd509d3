"""Closes the ledger's days, one after the other: a file of events and a signed manifest for each, also for empty days.

The manifest comes last and is what makes a day closed. A run that ends between the two files is finished by the next
one; of two runs at once the first to write counts, for both. An event that missed its day's file goes into the file of
a later day. Each day names the imports that are closed by then, so none can be removed unseen.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain import day_file
from chalicelib.domain.day_file import EventKey, day_folder, import_folder
from chalicelib.domain.errors import DomainError
from chalicelib.domain.ledger import Event
from chalicelib.domain.letter import LetterId
from chalicelib.ports import JobRuns, LetterStore, ReportStore, Signer
from chalicelib.services import ledger_files as files
from chalicelib.services.installation import Installation

LOOK_BACK = 7
"""Days before the one being closed whose journal is read again for stragglers."""

FIRST_DAY = "ledger_first_day"
MISSING = "ledger_missing"
_MISSING_AT_ONCE = 1000  # a note is one item of the table; what is over is found again the next night


class DayNotOverError(DomainError):
    """The day is not over yet in the county's zone."""

    code = "day_not_over"


class DaysOutOfOrderError(DomainError):
    """Days are closed one after the other: `expected` is the next one."""

    code = "days_out_of_order"

    def __init__(self, expected: date) -> None:
        super().__init__(expected)
        self.expected = expected


@dataclass(frozen=True, slots=True)
class LedgerPorts:
    """What closing a day needs."""

    letters: LetterStore
    reports: ReportStore
    signer: Signer
    runs: JobRuns

    @classmethod
    def of(cls, installation: Installation) -> "LedgerPorts":
        """Those of an installation."""
        return cls(installation.letters, installation.reports, installation.signer, installation.jobs)


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed folder of the ledger. `stragglers`: lines recorded on another day than the file's."""

    name: str
    count: int
    stragglers: int
    sha256: str


def close_missing_days(
    ports: LedgerPorts, now: datetime, zone: ZoneInfo, has_time: Callable[[], bool]
) -> Sequence[Closed]:
    """Close every day that is over and not closed, in order; what was closed, in order.

    The ledger begins with the day of the first event; before there is one, nothing is closed. Stops between two days
    when `has_time` says so; the next run goes on. Events that reconcile found missing go into the first file written.
    """
    files.publish_verifier(ports.reports, ports.signer)
    days = files.closed_days(ports.reports)
    day = days[-1] + timedelta(days=1) if days else _first_day(ports, zone)
    noted = ports.runs.last(MISSING)
    missing = _as_keys(noted)
    done: list[Closed] = []
    while day is not None and day < now.astimezone(zone).date() and has_time():
        done.append(close_day(ports, now, zone, day, missing))
        if missing:
            ports.runs.swap(MISSING, noted, "[]")  # what reconcile has noted since is for the next day
            missing = ()
        day += timedelta(days=1)
    return done


def close_day(ports: LedgerPorts, now: datetime, zone: ZoneInfo, day: date, missing: Iterable[EventKey] = ()) -> Closed:
    """Close one local day; a closed one is left as it is. `missing`: events to file that no journal search finds.

    Raises DayNotOverError, and DaysOutOfOrderError when another day must be closed before.
    """
    if day >= now.astimezone(zone).date():
        raise DayNotOverError
    folder = day_folder(day)
    manifest = ports.reports.get(folder.manifest)
    if manifest is None:
        previous = _previous_manifest(ports.reports, day)
        packed = _settled_events(ports, zone, day, missing)
        # Looked for once the day before is there: what that one names is there too, so the list only ever grows.
        imports = files.imports_closed(ports.reports, day_file.imports_named(previous))
        fields = day_file.day_fields(day, packed, previous, imports, zone)
        manifest = files.put_manifest_once(ports.reports, ports.signer, folder, fields)
    return _closed(manifest)


def close_import(ports: LedgerPorts, now: datetime, zone: ZoneInfo, batch: str) -> Closed:
    """Write the history that came with an import beside the days. Doing it again finds it written.

    Notes the day: the ledger of a county that imports first begins there, and not with its oldest imported letter.
    """
    files.publish_verifier(ports.reports, ports.signer)
    folder = import_folder(batch)
    manifest = ports.reports.get(folder.manifest)
    if manifest is None:
        filed = files.read_filed(ports.reports)  # of an import broken off earlier, reconcile may have filed some
        events = [event for event in ports.letters.imported(batch) if (event.letter, event.sequence) not in filed]
        packed = files.put_events_once(ports.reports, folder, events)
        fields = day_file.import_fields(batch, packed)
        manifest = files.put_manifest_once(ports.reports, ports.signer, folder, fields)
    _note_first_day(ports.runs, now.astimezone(zone).date().isoformat())
    return _closed(manifest)


def _note_first_day(runs: JobRuns, today: str) -> None:
    """Keep the earliest day that any import noted, also when several end at once."""
    while (noted := runs.last(FIRST_DAY)) is None or noted > today:
        if runs.swap(FIRST_DAY, noted, today):
            return


def note_missing(runs: JobRuns, missing: Sequence[EventKey]) -> None:
    """Remember what reconcile found missing, for the next day that is closed."""
    runs.note(MISSING, json.dumps(missing[:_MISSING_AT_ONCE]))


def _as_keys(noted: str | None) -> Sequence[EventKey]:
    return tuple((LetterId(letter), sequence) for letter, sequence in json.loads(noted or "[]"))


def _first_day(ports: LedgerPorts, zone: ZoneInfo) -> date | None:
    """The day of the first event. Imported history counts as received when it was written: its import noted its day."""
    noted = ports.runs.last(FIRST_DAY)
    days = [date.fromisoformat(noted)] if noted else []
    received = (each.received_at for each in ports.letters.letters() if each.received_at != each.written_at)
    days += [moment.astimezone(zone).date() for moment in received]
    return min(days, default=None)


def _previous_manifest(reports: ReportStore, day: date) -> bytes | None:
    """The bytes that the day's manifest chains to; None for the first day.

    Another run may have closed this day and later ones since it was looked for: that is no disorder.
    """
    days = files.closed_days(reports)
    before = [each for each in days if each < day]
    if day not in days and days and (not before or before[-1] != day - timedelta(days=1)):
        raise DaysOutOfOrderError(days[-1] + timedelta(days=1))
    return files.stored(reports, day_folder(before[-1]).manifest) if before else None


def _settled_events(ports: LedgerPorts, zone: ZoneInfo, day: date, missing: Iterable[EventKey]) -> bytes:
    """The bytes of the day's file of events as stored, written now or by a run that did not come to its end."""
    window = [day - timedelta(days=back) for back in range(LOOK_BACK, 0, -1)]
    filed = {key for each in window for key in files.event_keys(ports.reports, day_folder(each))}
    recorded = {
        (event.letter, event.sequence): event for each in (*window, day) for event in ports.letters.journal(each)
    }
    found = _load(ports, zone, day, missing)
    candidates = [event for key, event in {**recorded, **found}.items() if key not in filed]
    ready, _ = day_file.split_unready(candidates, filed, lambda event: _follows_later_day(ports, zone, day, event))
    return files.put_events_once(ports.reports, day_folder(day), ready)


def _load(ports: LedgerPorts, zone: ZoneInfo, day: date, missing: Iterable[EventKey]) -> dict[EventKey, Event]:
    """The events that were found missing, if they still are in no file of any age."""
    wanted = set(missing)
    if wanted:
        filed = files.read_filed(ports.reports)
        wanted = {key for key in wanted if key not in filed}
    found: dict[EventKey, Event] = {}
    for letter in {letter for letter, _ in wanted}:
        file = ports.letters.load(letter)
        for event in file.events if file else ():
            if (letter, event.sequence) in wanted and event.recorded_at.astimezone(zone).date() <= day:
                found[letter, event.sequence] = event
    return found


def _follows_later_day(ports: LedgerPorts, zone: ZoneInfo, day: date, event: Event) -> bool:
    """Whether the event before this one was recorded on a day that is still to be closed."""
    file = ports.letters.load(event.letter)
    before = (each for each in file.events if each.sequence == event.sequence - 1) if file else ()
    return any(each.recorded_at.astimezone(zone).date() > day for each in before)


def _closed(manifest: bytes) -> Closed:
    said = json.loads(manifest)
    return Closed(said["name"], said["count"], said.get("stragglers", 0), said["sha256"])
