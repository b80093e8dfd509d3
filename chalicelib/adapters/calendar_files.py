"""Reads calendar files (TOML): the State Council's notices, the table behind the estimate, and a county's own days.

Every error names the file, the key and the reason, so that whoever types in a notice can mend it.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from chalicelib.domain.estimate import MOVING_ANCHORS, FestivalTable, MovingDates, Order, StatutoryFestival
from chalicelib.domain.notices import CalendarError, Notice
from chalicelib.domain.working_calendar import WorkingCalendar

SHIPPED = Path(__file__).parent.parent / "calendars" / "cn"
OWN = SHIPPED.parent / "own.toml"
_ESTIMATE = "estimate.toml"


class CalendarFileError(CalendarError):
    """A calendar file is wrong: which file, which key, and why."""

    code = "bad_calendar_file"

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}")
        self.file = file
        self.key = key
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.reason}"


def shipped_calendar(own_days: Mapping[date, bool] | None = None, loaded: Iterable[Notice] = ()) -> WorkingCalendar:
    """The project's own calendar with the county's days and the notices loaded since on top.

    `own_days` None: those of `calendars/own.toml`, which a county puts there before it deploys; without one, none.
    """
    if own_days is None:
        own_days = read_own_days(OWN) if OWN.exists() else {}
    return WorkingCalendar.from_notices([*read_notices(), *loaded], own_days, read_festival_table())


def read_notices(folder: Path = SHIPPED) -> tuple[Notice, ...]:
    """All notices of a folder, in the order of their file names (the dates of publication)."""
    return tuple(read_notice(path) for path in sorted(folder.glob("*.toml")) if path.name != _ESTIMATE)


def read_notice(path: Path) -> Notice:
    return parse_notice(_text(path), path.name)


def parse_notice(text: str, file: str) -> Notice:
    """A notice from the text of its file; `file` is what errors call it."""
    top = _parse(text, file)
    top.allow("schedule_year", "published_on", "number", "source", "festivals")
    off: dict[date, str] = {}
    work: dict[date, str] = {}
    for festival in top.tables("festivals"):
        festival.allow("name", "off", "work")
        name = festival.text("name")
        for key, days in (("off", off), ("work", work)):
            for day in festival.days(key):
                if day in off or day in work:
                    raise festival.error(key, f"{day} is listed twice")
                days[day] = name
    return Notice(
        published_on=top.day("published_on"),
        schedule_year=top.integer("schedule_year"),
        number=top.text("number") if "number" in top.values else None,
        source=top.text("source"),
        off_days=off,
        work_days=work,
    )


def read_own_days(path: Path) -> dict[date, bool]:
    """A county's own days: true for a day it works, false for a day off. The format is in `own.example.toml`."""
    top = _parse(_text(path), path.name)
    top.allow("off", "work")
    own = dict.fromkeys(top.days("off"), False)
    for day in top.days("work"):
        if day in own:
            raise top.error("work", f"{day} is also listed under off")
        own[day] = True
    return own


def read_festival_table(path: Path = SHIPPED / _ESTIMATE) -> FestivalTable:
    top = _parse(_text(path), path.name)
    top.allow("source", "orders", "years")
    return FestivalTable(
        orders=tuple(_order(order) for order in top.tables("orders")),
        moving=tuple(_moving(year) for year in top.tables("years")),
    )


def _order(order: "_Table") -> Order:
    order.allow("first_year", "festivals")
    return Order(order.integer("first_year"), tuple(_festival(each) for each in order.tables("festivals")))


def _festival(festival: "_Table") -> StatutoryFestival:
    festival.allow("name", "anchor", "days")
    anchor = festival.text("anchor")
    if anchor not in MOVING_ANCHORS and not _is_month_day(anchor):
        raise festival.error("anchor", f"must be MM-DD or one of {', '.join(MOVING_ANCHORS)}")
    offsets = festival.values.get("days")
    if not isinstance(offsets, list) or not all(type(offset) is int for offset in offsets):
        raise festival.error("days", "must be a list of whole numbers")
    return StatutoryFestival(festival.text("name"), anchor, tuple(offsets))


def _moving(year: "_Table") -> MovingDates:
    year.allow(*MOVING_ANCHORS)
    dates = MovingDates(*(year.day(anchor) for anchor in MOVING_ANCHORS))
    for anchor in MOVING_ANCHORS:
        if year.day(anchor).year != dates.year:
            raise year.error(anchor, f"lies outside {dates.year}")
    return dates


def _is_month_day(anchor: str) -> bool:
    try:
        date.fromisoformat(f"2026-{anchor}")
    except ValueError:
        return False
    return True


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CalendarFileError(path.name, "file", f"cannot be read: {type(error).__name__}") from error


def _parse(text: str, file: str) -> "_Table":
    try:
        return _Table(file, "", tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise CalendarFileError(file, "file", f"is no TOML: {error}") from error


@dataclass(frozen=True, slots=True)
class _Table:
    """One TOML table, with its place in the file for errors."""

    file: str
    place: str
    values: Mapping[str, Any]

    def error(self, key: str, reason: str) -> CalendarFileError:
        return CalendarFileError(self.file, self.place + key, reason)

    def allow(self, *keys: str) -> None:
        for key in self.values:
            if key not in keys:
                raise self.error(key, f"is not known here; expected {', '.join(keys)}")

    def text(self, key: str) -> str:
        value = self._required(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, "must be a text that is not empty")
        return value

    def integer(self, key: str) -> int:
        value = self._required(key)
        if type(value) is not int:
            raise self.error(key, "must be a whole number")
        return value

    def day(self, key: str) -> date:
        return self._as_day(key, self._required(key))

    def days(self, key: str) -> list[date]:
        value = self.values.get(key, [])
        if not isinstance(value, list):
            raise self.error(key, "must be a list of dates")
        return [self._as_day(f"{key}[{i}]", each) for i, each in enumerate(value)]

    def tables(self, key: str) -> "Iterator[_Table]":
        value = self._required(key)
        if not isinstance(value, list) or not value or not all(isinstance(each, dict) for each in value):
            raise self.error(key, f"must be tables, each headed [[{key}]]")
        return (_Table(self.file, f"{self.place}{key}[{i}].", each) for i, each in enumerate(value))

    def _as_day(self, key: str, value: object) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.error(key, "must be a date like 2026-10-01, without quotation marks")
        return value

    def _required(self, key: str) -> object:
        if key not in self.values:
            raise self.error(key, "is missing")
        return self.values[key]
