"""When each job runs: for the deployed schedules and for the stand alike. Local times are the default zone's."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
"""Schedules are fixed when the app is packaged; China has one zone and no summer time."""


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many minutes."""

    minutes: int


@dataclass(frozen=True, slots=True)
class DailyAt:
    """Once a day, local time."""

    local: time

    def utc(self) -> time:
        """The same moment on UTC's clock."""
        return datetime.combine(datetime(2026, 1, 1, tzinfo=ZONE), self.local, ZONE).astimezone(UTC).time()


TIMETABLE: dict[str, Every | DailyAt] = {
    "sweep": Every(5),
    "dispatch": Every(1),
    "close_day": DailyAt(time(1, 0)),
    "publish": Every(10),
    "reports": Every(60),
    "reconcile": DailyAt(time(2, 30)),
    "calendar_watch": DailyAt(time(9, 0)),
    "fetch": Every(10),
    "spot_checks": Every(30),
}
