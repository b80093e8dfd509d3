"""The State Council's yearly notices on days off and make-up workdays: what they say together, and do they add up.

国务院办公厅关于部分节假日安排的通知. A notice for a year appears in the autumn before; some were revised in mid-year
(2015-05-13, 2019-03-22, 2020-01-27), and some reach back into the last days of the December before.
"""

from calendar import isleap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.domain.errors import DomainError

LAST_CERTAIN_DAY = (12, 28)
"""Month and day. Four notices (2008, 2012, 2019, 2023) changed days of the December before, none before the 29th."""

_ONE_DAY = timedelta(days=1)


class CalendarError(DomainError):
    """The calendar cannot answer: `reason` is a sentence for staff and logs. It never holds personal data."""

    code = "calendar"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True)
class Notice:
    """One State Council notice.

    `off_days` and `work_days` map a date to the Chinese name of the festival it belongs to; a name may join two
    festivals with 、. `work_days` holds make-up workdays only. `number` is the document's number where it is known,
    `source` the address where the notice was published.
    """

    published_on: date
    schedule_year: int
    number: str | None
    source: str
    off_days: Mapping[date, str]
    work_days: Mapping[date, str]

    @property
    def festivals(self) -> frozenset[str]:
        """The single festivals the notice arranges."""
        names = (*self.off_days.values(), *self.work_days.values())
        return frozenset().union(*(_single(name) for name in names))


@dataclass(frozen=True, slots=True)
class NamedDay:
    """What the notices together say about a day: a make-up workday or a day off, and of which festival."""

    working: bool
    festival: str


def in_order(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Notices by publication; of two published on one day, the one for the earlier year comes first."""
    return tuple(sorted(notices, key=lambda notice: (notice.published_on, notice.schedule_year)))


def merge(notices: Iterable[Notice]) -> dict[date, NamedDay]:
    """What all notices together say, the later ones winning.

    A revision (same year) takes the place of the earlier schedule of each festival it names, from its publication on;
    days before that have been lived and stand, unless it names them itself. Everything else is decided day by day.
    """
    named: dict[date, NamedDay] = {}
    years_seen: set[int] = set()
    for notice in in_order(notices):
        if notice.schedule_year in years_seen:
            for day in _superseded(named, notice):
                del named[day]
        years_seen.add(notice.schedule_year)
        named |= {day: NamedDay(False, festival) for day, festival in notice.off_days.items()}
        named |= {day: NamedDay(True, festival) for day, festival in notice.work_days.items()}
    return named


def check_notice(notice: Notice, earlier: Iterable[Notice] = ()) -> list[str]:
    """Findings a person should look at before the notice is used; empty when it adds up.

    `earlier` are the notices already known: a revision is counted together with what it revises. None of the findings
    proves a notice wrong: the schedules of 2015 (from its revision on) and 2020 (likewise) really gave extra days off.
    """
    findings: list[str] = []
    year = notice.schedule_year
    if not notice.off_days:
        findings.append("it names no day off")
    if notice.published_on.year not in (year - 1, year):
        findings.append(f"published on {notice.published_on}, but it is for {year}")
    findings += [
        f"{day} is both a day off and a workday" for day in sorted(notice.off_days.keys() & notice.work_days.keys())
    ]
    findings += [
        f"{day} is named as a make-up workday, but it is a weekday"
        for day in sorted(notice.work_days)
        if day.weekday() < 5
    ]
    findings += [
        f"{day} lies outside the schedule of {year}"
        for day in sorted(notice.off_days.keys() | notice.work_days.keys())
        if not date(year - 1, *LAST_CERTAIN_DAY) < day <= date(year, 12, 31)
    ]
    return findings + _count_findings(notice, earlier)


def _count_findings(notice: Notice, earlier: Iterable[Notice]) -> list[str]:
    """全国年节及纪念日放假办法: 13 days off a year since 2025, 11 before; a schedule moves them but should not add any.

    Days the schedule names in the December before are counted with it, since they are swapped against its January.
    """
    year = notice.schedule_year
    named = merge([*(n for n in earlier if n.schedule_year == year), notice])
    weekdays = sum((date(year, 1, 1) + n * _ONE_DAY).weekday() < 5 for n in range(365 + isleap(year)))
    expected = weekdays - (13 if year >= 2025 else 11)
    found = weekdays + sum(said.working - (day.weekday() < 5) for day, said in named.items())
    return [] if found == expected else [f"{year} would have {found} working days, {expected} are expected"]


def _superseded(named: Mapping[date, NamedDay], revision: Notice) -> list[date]:
    festivals = revision.festivals
    return [
        day
        for day, was in named.items()
        if day.year == revision.schedule_year and day >= revision.published_on and _single(was.festival) & festivals
    ]


def _single(name: str) -> frozenset[str]:
    return frozenset(name.split("、"))
