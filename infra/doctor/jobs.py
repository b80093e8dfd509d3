"""Whether the scheduled jobs do their work at their times, by what each leaves behind: on a stand as in an account."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, cast

from chalicelib.domain.clocks import local_date
from chalicelib.domain.periods import PeriodKind
from chalicelib.services.ledger_files import closed_days
from chalicelib.services.publish import STATISTICS
from chalicelib.services.reconcile import NOTE as RECONCILE
from chalicelib.services.reports import ReportOffice, moment_of, owed_periods
from chalicelib.services.sweep import HEARTBEAT
from infra.doctor.findings import Finding, Patient, attention, ok, wrong
from scheduled.timetable import TIMETABLE, ZONE, DailyAt

CLOSE_DAY = cast(DailyAt, TIMETABLE["close_day"])
_SLACK = timedelta(minutes=15)
"""A run may begin late and take its time."""
_HOUR = timedelta(hours=1)


def look(patient: Patient) -> list[Finding]:
    """One line a job that leaves a trace."""
    return [trace(patient) for trace in (_sweep, _dispatch, _close_day, _publish, _reports, _reconcile)]


def _late(patient: Patient, job: str, says: str) -> Finding:
    if patient.found is None:
        return wrong(f"job {job}", says, "Is the stand running? Its jobs tick only while it does.")
    return wrong(f"job {job}", says, f"Its log says why: log group {patient.found.log_of(job)}; docs/runbook.md.")


def _sweep(patient: Patient) -> Finding:
    last, now = patient.inst.jobs.last(HEARTBEAT), patient.inst.time.now()
    if last is None:
        return attention("job sweep", "has not run yet", "Just deployed: look again in ten minutes.")
    at = datetime.fromisoformat(last)
    if now - at > _SLACK:
        return _late(patient, "sweep", f"ran last at {_local(patient, at)}, and should every five minutes")
    return ok("job sweep", f"ran last at {_local(patient, at)}")


def _dispatch(patient: Patient) -> Finding:
    due, now = patient.inst.outbox.next_due(), patient.inst.time.now()
    if due is not None and now - due > _SLACK:
        return _late(patient, "dispatch", f"a message has been due since {_local(patient, due)} and was not sent")
    return ok("job dispatch", "nothing that is due waits" if due is None or due > now else "is at work")


def _close_day(patient: Patient) -> Finding:
    """Yesterday's file must be there an hour after its time."""
    inst = patient.inst
    days, now = closed_days(inst.reports), inst.time.now()
    if not days:
        return attention("job close_day", "no day is closed yet", "The first one is, in the night after the first day.")
    expected = last_closed(now)
    if days[-1] < expected:
        return _late(patient, "close_day", f"the ledger is closed through {days[-1]}, and should be through {expected}")
    return ok("job close_day", f"the ledger is closed through {days[-1]}")


def last_closed(now: datetime) -> date:
    """The day that should be closed by now: yesterday; until an hour after the job's time, the day before it."""
    local = now.astimezone(ZONE)
    begun = datetime.combine(local.date(), CLOSE_DAY.local, ZONE) + _HOUR
    return local.date() - timedelta(days=1 if local >= begun else 2)


def _publish(patient: Patient) -> Finding:
    inst = patient.inst
    written = inst.reports.get(STATISTICS)
    if written is None:
        return attention("job publish", "no public figures yet", "Just deployed: look again in twenty minutes.")
    at = datetime.fromisoformat(json.loads(written)["as_of"])
    if inst.time.now() - at > 2 * _SLACK:
        return _late(patient, "publish", f"the public figures are of {_local(patient, at)}, and should be new")
    return ok("job publish", f"the public figures are of {_local(patient, at)}")


def _reports(patient: Patient) -> Finding:
    """What is owed for more than two hours: the job runs every hour."""
    container = patient.container
    office = ReportOffice.of(container.installation, container.report_files, container.room)
    now = container.installation.time.now()
    owed = [
        period.folder
        for name, rule in office.rulebook.reports.items()
        for period in owed_periods(office, PeriodKind(name))
        if moment_of(period, rule, office.zone) <= now - 2 * _HOUR
    ]
    if owed:
        return _late(patient, "reports", f"{len(owed)} reports are owed and not made, such as {owed[0]}")
    return ok("job reports", "every report whose moment has come is there")


def _reconcile(patient: Patient) -> Finding:
    noted = json.loads(patient.inst.jobs.last(RECONCILE) or "{}")
    if "at" not in noted:
        return attention("job reconcile", "has not run yet", "It runs at 02:30 each night: look again tomorrow.")
    at = datetime.fromisoformat(noted["at"])
    when = _local(patient, at)
    if patient.inst.time.now() - at > timedelta(days=1) + _HOUR:
        return _late(patient, "reconcile", f"ran last at {when}, and should every night")
    found = dict(_what_was_found(noted))
    if found:
        named = ", ".join(f"{count} {name}" for name, count in found.items())
        return attention("job reconcile", f"at {when} it found: {named}", "docs/runbook.md says what each means.")
    return ok("job reconcile", f"ran last at {when}, and found nothing" + ("" if noted["finished"] else " so far"))


def _what_was_found(noted: dict[str, Any]) -> Iterator[tuple[str, int]]:
    for name, value in noted.items():
        if isinstance(value, list) and value:
            yield name, len(value)
    if noted.get("round_overdue"):
        yield "round_overdue", 1


def _local(patient: Patient, at: datetime) -> str:
    local = at.astimezone(patient.inst.zone)
    same = local.date() == local_date(patient.inst.time.now(), patient.inst.zone)
    return f"{local:%H:%M}" if same else f"{local:%Y-%m-%d %H:%M}"
