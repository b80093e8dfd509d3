"""Whether the account lets enough functions run at the same time."""

from typing import Final

from infra.doctor.findings import Finding, Patient, attention, not_here, ok
from scheduled.timetable import TIMETABLE

CHECK: Final = "capacity"
_ENOUGH: Final = 100
_USUAL: Final = 1000


def look(patient: Patient) -> list[Finding]:
    """Of a deployed installation. Only running counts: a pause reserves nothing and works under any limit."""
    if patient.found is None:
        return [not_here(CHECK, "a stand runs on this machine")]
    limit = int(patient.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"])
    if limit >= _ENOUGH:
        return [ok(CHECK, f"{limit} functions may run at the same time in this account")]
    return [
        attention(
            CHECK,
            f"only {limit} functions may run at the same time in this account, as in a new one: {len(TIMETABLE)} jobs "
            "and everybody who opens a page share them",
            "In the console: Service Quotas, AWS Lambda, 'Concurrent executions': ask for "
            f"{_USUAL} (free, about a day). Until then some requests are turned away and come again.",
        )
    ]
