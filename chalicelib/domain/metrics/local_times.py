"""Local dates and times of a ledger's instants, for millions of them: what neighbours share is worked out once."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.domain.ledger import instant
from chalicelib.domain.periods import midnight

_ONE_DAY = timedelta(days=1)


class LocalDays:
    """The local date of a ledger's instants, quickly: a UTC day has at most two of them."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._known: dict[str, tuple[str, date, date]] = {}

    def of(self, at: str) -> date:
        """The local date of `at` (UTC, as `ledger.instant` writes it)."""
        known = self._known.get(at[:10])
        if known is None:
            known = self._known[at[:10]] = self._turn_of(date.fromisoformat(at[:10]))
        turn, before, day = known
        return day if at >= turn else before

    def _turn_of(self, utc: date) -> tuple[str, date, date]:
        """The last local midnight that does not lie after this UTC day, and the local dates it parts."""
        day = utc + _ONE_DAY
        while instant(midnight(day, self._zone))[:10] > utc.isoformat():
            day -= _ONE_DAY
        return instant(midnight(day, self._zone)), day - _ONE_DAY, day


class LocalTimes:
    """Instants of the ledger as local time, to the second: quickly, for an hour has one distance from UTC."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._hours: dict[str, tuple[str, str] | None] = {}

    def of(self, at: str | None) -> str | None:
        """The local time of `at` (UTC, as `ledger.instant` writes it), such as 2026-11-20T10:00:00+08:00."""
        if at is None:
            return None
        hour = at[:13]
        if hour not in self._hours:
            self._hours[hour] = self._whole(hour)
        known = self._hours[hour]
        return f"{known[0]}{at[13:19]}{known[1]}" if known else local_time(at, self._zone)

    def _whole(self, hour: str) -> tuple[str, str] | None:
        """What stands before and behind the minutes of this hour; None where a local hour is not one of UTC."""
        begin, end = (datetime.fromisoformat(f"{hour}:{at}Z").astimezone(self._zone) for at in ("00:00", "59:59"))
        same = begin.utcoffset() == end.utcoffset() and begin.minute == begin.second == 0
        return (begin.isoformat()[:13], begin.isoformat()[19:]) if same else None


def local_time(at: str, zone: ZoneInfo) -> str:
    """An instant of the ledger as local time, to the second."""
    return datetime.fromisoformat(at).astimezone(zone).isoformat(timespec="seconds")
