"""Closing days: one file and one signed manifest a day, in order, nothing lost, nothing twice, whatever is interrupted.

Every scene ends with verify.py over the files, as an auditor would.
"""

import gzip
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib import verify
from chalicelib.domain import day_file
from chalicelib.domain.letter import Kind, Letter, LetterId, MailboxId, RulebookRef, Status, UnitId
from chalicelib.ports import Change
from chalicelib.services import close_day as closing
from chalicelib.services.close_day import DayNotOverError, DaysOutOfOrderError, LedgerPorts
from chalicelib.services.ledger_files import LedgerKeyChangedError, read_filed
from tests.fakes.files import FakeReports, FakeSigner
from tests.fakes.ledger import ZONE, Chain, local
from tests.fakes.store import FakeJobRuns, FakeLetterStore, FakeOutbox

D1, D2, D3, D4 = (date(2026, 11, day) for day in (20, 21, 22, 23))
NIGHT = local(D4, 1)  # 01:00 of the fourth day: three days are over


def always() -> bool:
    return True


@dataclass
class County:
    """A store of letters, a bucket, a key; and short ways to use them."""

    store: FakeLetterStore = field(default_factory=lambda: FakeLetterStore(FakeOutbox(), ZONE))
    reports: FakeReports = field(default_factory=FakeReports)
    runs: FakeJobRuns = field(default_factory=FakeJobRuns)
    signer: FakeSigner = field(default_factory=FakeSigner)
    chains: dict[str, Chain] = field(default_factory=dict)

    @property
    def ports(self) -> LedgerPorts:
        return LedgerPorts(self.store, self.reports, self.signer, self.runs)

    def happen(self, letter: str, at: datetime, recorded_at: datetime | None = None, batch: str | None = None) -> None:
        """One more event of a letter, written to the store."""
        chain = self.chains.setdefault(letter, Chain(letter))
        before = self.store.load(LetterId(letter))
        event = chain.add(at, recorded_at)
        was = before.letter if before else None
        fresh = a_letter(letter, at, imported=batch is not None)
        after = replace(was or fresh, version=event.sequence, event_count=event.sequence, last_hash=event.hash)
        self.store.commit(Change(was, after, (event,), import_batch=batch))

    def close(self, now: datetime = NIGHT, has_time: Callable[[], bool] = always) -> list[str]:
        """Run the job; the names of the days it closed."""
        return [day.name for day in closing.close_missing_days(self.ports, now, ZONE, has_time)]

    def day(self, day: date) -> list[tuple[str, int]]:
        """What stands in a day's file."""
        lines = gzip.decompress(self.reports.files[f"ledger/day={day}/events.jsonl.gz"]).splitlines()
        return [(line["letter"], line["sequence"]) for line in map(json.loads, lines)]

    def sha256(self, key: str) -> str:
        return hashlib.sha256(self.reports.files[key]).hexdigest()

    def manifest(self, day: date) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.reports.files[f"ledger/day={day}/manifest.json"])
        return said


def a_letter(letter: str, received_at: datetime, imported: bool) -> Letter:
    return Letter(
        id=LetterId(letter),
        version=1,
        status=Status.RECEIVED,
        kind=Kind.CONSULTATION,
        mailbox=MailboxId("county"),
        centre=UnitId("centre"),
        source="province" if imported else "web",
        subject="路灯",
        received_at=received_at,
        rulebook=RulebookRef("shuangfeng-2018", "1"),
        code_hash="",
        source_number=letter if imported else None,
        written_at=received_at if imported else None,
    )


@pytest.fixture
def county() -> County:
    return County()


@pytest.fixture
def verified(county: County, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """Lay the bucket out as a directory and run verify.py on it; what it said, which must be good."""

    def run() -> str:
        for key, data in county.reports.files.items():
            path = tmp_path / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        code = verify.main([str(tmp_path)])
        said = capsys.readouterr().out
        assert code == 0, said
        return said

    return run


def test_each_day_that_is_over_is_closed_in_order_also_an_empty_one(
    county: County, verified: Callable[[], str]
) -> None:
    county.happen("B", local(D1, 9))
    county.happen("A", local(D1, 9))
    county.happen("A", local(D1, 11))
    county.happen("A", local(D3, 23, 59))
    county.happen("A", local(D4, 0, 0))
    assert county.close() == ["day=2026-11-20", "day=2026-11-21", "day=2026-11-22"]
    assert county.day(D1) == [("A", 1), ("B", 1), ("A", 2)]
    assert county.day(D2) == []
    assert county.day(D3) == [("A", 3)]
    assert county.manifest(D1)["previous"] is None
    assert "来信 2 封，记录 4 条" in verified()


def test_doing_it_again_changes_nothing(county: County) -> None:
    county.happen("A", local(D1))
    county.close()
    before = dict(county.reports.files)
    assert county.close() == []
    assert closing.close_day(county.ports, NIGHT, ZONE, D1).count == 1
    assert county.reports.files == before


def test_the_same_events_give_the_same_bytes(county: County) -> None:
    other = County()
    for each in (county, other):
        each.happen("A", local(D1))
        each.close()
    assert county.reports.files == other.reports.files


def test_the_ledger_begins_with_the_first_letter_and_not_before(county: County) -> None:
    """A fresh installation closes nothing, however old the calendar."""
    assert county.close() == []
    county.happen("A", local(D3))
    assert county.close() == ["day=2026-11-22"]


def test_imported_history_does_not_begin_the_ledger_in_its_own_past(
    county: County, verified: Callable[[], str]
) -> None:
    county.happen("OLD", local(date(2011, 5, 1)), recorded_at=local(D2), batch="b1")
    assert county.close() == []
    assert closing.close_import(county.ports, local(D2, 12), ZONE, "b1").count == 1
    county.happen("OLD", local(D3))
    assert county.close() == ["day=2026-11-21", "day=2026-11-22"]
    assert county.day(D3) == [("OLD", 2)]
    assert "导入批次：1 个" in verified()


def test_a_new_letter_fetched_from_upstream_begins_the_ledger_when_it_was_fetched(county: County) -> None:
    county.happen("A", local(D2))
    fetched = a_letter("NEW", local(D1), imported=True)
    event = Chain("NEW").add(local(D1))
    letter = replace(fetched, written_at=local(date(2026, 11, 1)), event_count=1, last_hash=event.hash)
    county.store.commit(Change(None, letter, (event,)))
    assert county.close() == ["day=2026-11-20", "day=2026-11-21", "day=2026-11-22"]
    assert county.day(D1) == [("NEW", 1)]


def test_an_import_is_written_once(county: County) -> None:
    county.happen("OLD", local(date(2011, 5, 1)), recorded_at=local(D2), batch="b1")
    first = closing.close_import(county.ports, local(D2), ZONE, "b1")
    files = dict(county.reports.files)
    assert closing.close_import(county.ports, local(D4), ZONE, "b1") == first
    assert county.reports.files == files
    assert county.runs.last(closing.FIRST_DAY) == "2026-11-21"


def test_a_day_names_every_import_closed_by_then(county: County, verified: Callable[[], str]) -> None:
    county.happen("A", local(D1))
    for batch, letter, night in (("z", "OLD1", D2), ("a", "OLD2", D3)):
        county.close(local(night, 1))
        county.happen(letter, local(date(2011, 5, 1)), recorded_at=local(night, 2), batch=batch)
        closing.close_import(county.ports, local(night, 2), ZONE, batch)
    county.close()
    a, z = (
        {"name": name, "manifest_sha256": county.sha256(f"ledger/{name}/manifest.json")}
        for name in ("import=a", "import=z")
    )
    assert [county.manifest(day)["imports"] for day in (D1, D2, D3)] == [[], [z], [a, z]]
    assert "注意" not in verified()


def test_an_import_that_is_not_closed_is_named_by_no_day(county: County) -> None:
    """It was broken off between its two files: whoever runs it again closes it."""
    county.happen("OLD1", local(date(2011, 5, 1)), recorded_at=local(D1), batch="a")
    closing.close_import(county.ports, local(D1, 12), ZONE, "a")
    manifest = county.reports.files.pop("ledger/import=a/manifest.json")
    county.close(local(D2, 1))
    assert county.manifest(D1)["imports"] == []
    closing.close_import(county.ports, local(D2, 12), ZONE, "a")
    assert county.reports.files["ledger/import=a/manifest.json"] == manifest
    county.close(local(D3, 1))
    assert [each["name"] for each in county.manifest(D2)["imports"]] == ["import=a"]


def test_what_a_day_named_is_named_by_all_later_ones_whatever_became_of_it(
    county: County, verified: Callable[[], str]
) -> None:
    """Were it dropped from the list, the office itself would have signed its removal away."""
    county.happen("A", local(D1))
    county.happen("OLD1", local(date(2011, 5, 1)), recorded_at=local(D1), batch="a")
    closing.close_import(county.ports, local(D1, 12), ZONE, "a")
    county.close(local(D2, 1))
    taken = {key: county.reports.files.pop(key) for key in list(county.reports.files) if "import=a" in key}
    county.close(local(D3, 1))
    county.reports.files["ledger/import=a/manifest.json"] = b"{}"
    county.close()
    for day in (D2, D3):
        assert county.manifest(day)["imports"] == county.manifest(D1)["imports"] != []
    county.reports.files.update(taken)
    verified()


def test_days_go_on_after_a_day_that_an_older_version_closed(county: County, verified: Callable[[], str]) -> None:
    county.happen("OLD1", local(date(2011, 5, 1)), recorded_at=local(D1), batch="a")
    closing.close_import(county.ports, local(D1, 12), ZONE, "a")
    county.close(local(D2, 1))
    said = county.manifest(D1)
    older = {name: said[name] for name in said if name not in {"imports", "packed_sha256", "signature"}}
    manifest = day_file.signed(older, county.signer.public_key_pem(), county.signer.sign)
    county.reports.files[f"ledger/day={D1}/manifest.json"] = manifest
    county.close()
    assert [[each["name"] for each in county.manifest(day)["imports"]] for day in (D2, D3)] == [["import=a"]] * 2
    verified()


def test_an_import_that_ends_while_a_day_is_closed_is_named_by_that_day_or_the_next(
    county: County, verified: Callable[[], str]
) -> None:
    """The other run closed the day without it: the first manifest written counts, and both would be true."""
    racing = Racing("2026-11-20/manifest")
    county.reports = racing
    county.happen("A", local(D1))

    def the_other_run() -> None:
        county.close(local(D2, 1))
        county.happen("OLD1", local(date(2011, 5, 1)), recorded_at=local(D2), batch="a")
        closing.close_import(county.ports, local(D2), ZONE, "a")

    racing.meanwhile = the_other_run
    assert county.close() == ["day=2026-11-20", "day=2026-11-21", "day=2026-11-22"]
    assert [len(county.manifest(day)["imports"]) for day in (D1, D2, D3)] == [0, 1, 1]
    verified()


def test_the_manifest_tells_of_the_bytes_that_lie_there_whoever_packed_them(
    county: County, verified: Callable[[], str]
) -> None:
    """A run that was killed had another zlib, which packs the same lines in another way."""
    county.happen("A", local(D1))
    events = f"ledger/day={D1}/events.jsonl.gz"
    ours = day_file.pack(county.chains["A"].events)
    theirs = ours[:10] + gzip.compress(gzip.decompress(ours), compresslevel=1)[10:]
    assert theirs != ours
    county.reports.files[events] = theirs
    county.close(local(D2, 1))
    assert county.reports.files[events] == theirs
    assert county.manifest(D1)["packed_sha256"] == county.sha256(events)
    verified()


def test_a_day_that_is_not_over_is_refused(county: County) -> None:
    """23:59 local is still the day, though it is the next... or the previous one in UTC."""
    with pytest.raises(DayNotOverError):
        closing.close_day(county.ports, local(D1, 23, 59), ZONE, D1)
    assert closing.close_day(county.ports, local(D2, 0, 0), ZONE, D1).count == 0


def test_days_are_closed_one_after_the_other(county: County) -> None:
    county.happen("A", local(D1))
    closing.close_day(county.ports, NIGHT, ZONE, D1)
    with pytest.raises(DaysOutOfOrderError) as refused:
        closing.close_day(county.ports, NIGHT, ZONE, D3)
    assert refused.value.expected == D2
    with pytest.raises(DaysOutOfOrderError):
        closing.close_day(county.ports, NIGHT, ZONE, D1 - timedelta(days=1))


def test_it_stops_between_two_days_when_time_is_up(county: County, verified: Callable[[], str]) -> None:
    county.happen("A", local(D1))
    answers = iter([True, False])
    assert county.close(has_time=lambda: next(answers)) == ["day=2026-11-20"]
    verified()
    assert county.close() == ["day=2026-11-21", "day=2026-11-22"]


@pytest.mark.parametrize("days_late", [1, 7])
def test_a_straggler_goes_into_the_next_file_and_keeps_its_time(
    county: County, verified: Callable[[], str], days_late: int
) -> None:
    now = local(D1 + timedelta(days=days_late), 1)
    county.happen("A", local(D1, 9))
    county.close(now)
    county.happen("A", local(D1, 10))
    county.happen("B", local(D1, 8))
    county.close(now + timedelta(days=1))
    day = D1 + timedelta(days=days_late)
    assert county.day(day) == [("B", 1), ("A", 2)]
    assert county.manifest(day)["stragglers"] == 2
    county.close(now + timedelta(days=3))
    assert county.day(day + timedelta(days=1)) == []
    verified()


def test_an_older_straggler_is_found_by_reconcile_and_goes_into_the_next_file(
    county: County, verified: Callable[[], str]
) -> None:
    """The stand's clock was set back: the event bears a day that was closed long ago."""
    now = local(D1 + timedelta(days=10), 1)
    county.happen("A", local(D1, 9))
    county.close(now)
    county.happen("A", local(D1, 10))
    county.happen("A", now)
    found = read_filed(county.reports).missing(county.chains["A"].events, ZONE)
    assert found == [("A", 2)]
    closing.note_missing(county.runs, found)
    county.close(now + timedelta(days=1))
    assert county.day(now.astimezone(ZONE).date()) == [("A", 2), ("A", 3)]
    assert county.runs.last(closing.MISSING) == "[]"
    assert read_filed(county.reports).missing(county.chains["A"].events, ZONE) == []
    verified()


def test_a_missing_event_that_was_filed_meanwhile_is_not_filed_twice(
    county: County, verified: Callable[[], str]
) -> None:
    """Files never change: a line that stood twice could not be mended."""
    county.happen("A", local(D1))
    closing.note_missing(county.runs, [(LetterId("A"), 1), (LetterId("gone"), 1)])
    county.close(NIGHT + timedelta(days=20))
    closing.note_missing(county.runs, [(LetterId("A"), 1)])
    county.close(NIGHT + timedelta(days=21))
    verified()


def test_an_event_is_never_filed_before_its_day(county: County, verified: Callable[[], str]) -> None:
    county.happen("A", local(D1))
    county.happen("A", local(D3))
    closing.note_missing(county.runs, [(LetterId("A"), 2)])
    county.close()
    assert [county.day(day) for day in (D1, D2, D3)] == [[("A", 1)], [], [("A", 2)]]
    verified()


def test_an_event_waits_for_the_one_it_follows(county: County, verified: Callable[[], str]) -> None:
    """Two machines' clocks differ at midnight: the second step is recorded on the day before the first."""
    county.happen("A", local(D1, 9))
    county.happen("A", local(D2, 0, 0))
    county.happen("A", local(D1, 23, 58))
    county.happen("A", local(D1, 23, 59))
    county.close(local(D2, 1))
    assert county.day(D1) == [("A", 1)]
    verified()
    county.close(local(D3, 1))
    assert county.day(D2) == [("A", 3), ("A", 4), ("A", 2)]
    verified()


def test_a_run_killed_between_the_two_files_is_finished_by_the_next(
    county: County, verified: Callable[[], str]
) -> None:
    """What the file holds counts; what came after it is a straggler of the next day."""
    county.happen("A", local(D1, 9))
    county.close(local(D2, 1))
    del county.reports.files[f"ledger/day={D1}/manifest.json"]
    county.happen("A", local(D1, 23))
    assert county.close() == ["day=2026-11-20", "day=2026-11-21", "day=2026-11-22"]
    assert county.day(D1) == [("A", 1)]
    assert county.day(D2) == [("A", 2)]
    verified()


class Racing(FakeReports):
    """Before the first write of a key that contains `at`, something else happens."""

    def __init__(self, at: str) -> None:
        super().__init__()
        self.at = at
        self.meanwhile: Callable[[], object] | None = None

    def put_once(self, key: str, data: bytes, content_type: str) -> bool:
        if self.meanwhile and self.at in key:
            happening, self.meanwhile = self.meanwhile, None
            happening()
        return super().put_once(key, data, content_type)


@pytest.mark.parametrize("at", ["2026-11-20/events", "2026-11-20/manifest"])
def test_two_runs_at_once_close_the_day_once(county: County, verified: Callable[[], str], at: str) -> None:
    """The other run sees one event more, or one less: whichever file is first is the day's, for both."""
    racing = Racing(at)
    county.reports = racing
    county.happen("A", local(D1, 9))
    results: list[Sequence[closing.Closed]] = []

    def other_run() -> None:
        county.happen("A", local(D1, 10))
        results.append(closing.close_missing_days(county.ports, local(D2, 1), ZONE, always))

    racing.meanwhile = other_run
    results.append(closing.close_missing_days(county.ports, local(D2, 1), ZONE, always))
    assert results[0] == results[1]
    county.close()
    filed = read_filed(county.reports)
    assert [sequence for sequence in range(9) if (LetterId("A"), sequence) in filed] == [1, 2]
    verified()


class Overtaken(FakeReports):
    """Once a file that contains `at` was looked for and is not there, something else happens."""

    at = ""
    meanwhile: Callable[[], object] | None = None

    def get(self, key: str) -> bytes | None:
        found = super().get(key)
        if self.meanwhile and self.at in key and found is None:
            happening, self.meanwhile = self.meanwhile, None
            happening()
        return found


@pytest.mark.parametrize("day", [D1, D2, D3])
@pytest.mark.parametrize("more", [0, 2])
def test_a_run_that_another_overtakes_finds_the_days_closed(
    county: County, verified: Callable[[], str], day: date, more: int
) -> None:
    """The other one closes this day, or also later ones, just after this run saw it open: no disorder, no alarm."""
    overtaken = Overtaken()
    county.reports = overtaken
    county.happen("A", local(D1))
    county.happen("A", local(D3))
    the_other_runs_at = min(NIGHT, local(day + timedelta(days=1 + more), 1))
    overtaken.at, overtaken.meanwhile = f"day={day}/manifest", lambda: county.close(the_other_runs_at)
    assert county.close() == ["day=2026-11-20", "day=2026-11-21", "day=2026-11-22"]
    assert overtaken.meanwhile is None
    assert [county.day(each) for each in (D1, D2, D3)] == [[("A", 1)], [], [("A", 2)]]
    verified()


class Noting(FakeJobRuns):
    """Somebody else notes something between a look at this note and what is written for it."""

    def __init__(self, job: str, value: str) -> None:
        super().__init__()
        self.job, self.value = job, value
        self.meanwhile = False

    def last(self, job: str) -> str | None:
        seen = super().last(job)
        if self.meanwhile and job == self.job:
            self.meanwhile = False
            self.note(job, self.value)
        return seen


def test_two_imports_at_once_note_the_earlier_day(county: County) -> None:
    """A ledger that began with the later one would leave the days between unclosed."""
    county.runs = runs = Noting(closing.FIRST_DAY, "2026-11-20")
    county.happen("OLD", local(date(2011, 5, 1)), recorded_at=local(D2), batch="b1")
    runs.meanwhile = True
    closing.close_import(county.ports, local(D3), ZONE, "b1")
    assert runs.last(closing.FIRST_DAY) == "2026-11-20"
    closing.close_import(county.ports, local(date(2026, 11, 19)), ZONE, "b1")
    assert runs.last(closing.FIRST_DAY) == "2026-11-19"


def test_what_reconcile_finds_while_days_are_closed_waits_for_the_next_closing(county: County) -> None:
    found_later = '[["B", 7]]'
    county.runs = runs = Noting(closing.MISSING, found_later)
    county.happen("A", local(D1))
    closing.note_missing(runs, [(LetterId("A"), 1)])
    runs.meanwhile = True
    county.close()
    assert runs.last(closing.MISSING) == found_later


def test_nothing_is_signed_with_another_key_than_before(county: County) -> None:
    county.happen("A", local(D1))
    county.close(local(D2, 1))
    county.signer = FakeSigner("other")
    with pytest.raises(LedgerKeyChangedError):
        county.close()


def test_the_verifier_and_the_key_lie_beside_the_ledger(county: County) -> None:
    county.close()
    assert county.reports.files["ledger/verify.py"] == Path(verify.__file__).read_bytes()
    assert county.reports.files["ledger/public_key.pem"] == county.signer.public_key_pem()


def test_a_broken_off_import_is_lost_neither_nor_doubled(county: County, verified: Callable[[], str]) -> None:
    """The import was killed before its files were written; reconcile files its events; then it is run again."""
    county.happen("A", local(D1))
    county.happen("OLD", local(date(2011, 5, 1)), recorded_at=local(D1), batch="b1")
    county.close(local(D2, 1))
    events = [event for chain in county.chains.values() for event in chain.events]
    closing.note_missing(county.runs, read_filed(county.reports).missing(events, ZONE))
    county.close(local(D3, 1))
    assert county.day(D2) == [("OLD", 1)]
    county.happen("OLD2", local(date(2011, 6, 1)), recorded_at=local(D3), batch="b1")
    assert closing.close_import(county.ports, local(D3, 2), ZONE, "b1").count == 1
    verified()
