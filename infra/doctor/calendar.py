"""Through when the working calendar is certain, and when the next notice is to be expected."""

from datetime import date, timedelta
from typing import Final

from chalicelib.adapters.calendar_files import read_notices
from chalicelib.domain.clocks import local_date
from infra.doctor.findings import Finding, Patient, attention, ok, wrong

CHECK: Final = "calendar"
SOON: Final = timedelta(days=60)
_YEARS = 5


def look(patient: Patient) -> list[Finding]:
    """By the clock of the installation."""
    inst = patient.inst
    today, through = local_date(inst.time.now(), inst.zone), inst.calendar().certain_through
    left = (through - today).days
    load = "python -m infra load-calendar FILE.toml (docs/calendar.md says how to write it)"
    if left < 0:
        return [
            wrong(CHECK, f"dates are certain through {through} only: all later ones are provisional", f"Now: {load}")
        ]
    words = f"dates are certain through {through}, {left} days from now"
    if through - today < SOON:
        return [attention(CHECK, words, f"{usually_comes()} Once it is there: {load}")]
    return [ok(CHECK, words)]


def usually_comes() -> str:
    """When the State Council published next year's days in the last years."""
    ahead = [each.published_on for each in read_notices() if each.published_on.year == each.schedule_year - 1]
    last = sorted(ahead)[-_YEARS:]
    by_day = sorted(last, key=lambda each: (each.month, each.day))
    first, latest = _day(by_day[0]), _day(by_day[-1])
    return f"The State Council's notice came between {first} and {latest} in the last {len(last)} years."


def _day(of: date) -> str:
    return f"{of.day} {of:%B}"
