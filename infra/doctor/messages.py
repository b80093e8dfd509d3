"""Messages that failed for good, and failed runs of jobs that nobody has looked at."""

from collections import Counter
from typing import Final

from chalicelib.services.replay import failed_messages
from infra.cloud.dead_letters import waiting
from infra.doctor.findings import Finding, Patient, attention, not_here, ok

CHECK: Final = "messages"
_SHOWN = 5


def look(patient: Patient) -> list[Finding]:
    """Both are replayed by one command."""
    stage = f" --stage {patient.found.stage}" if patient.found else ""
    return [_messages(patient, stage), _runs(patient, stage)]


def _messages(patient: Patient, stage: str) -> Finding:
    failed = failed_messages(patient.inst)
    if not failed:
        return ok(CHECK, "none has failed for good")
    kinds = Counter(f"{each.template} ({each.note or 'no reason noted'})" for each in failed).most_common()
    named = ", ".join(f"{count} {kind}" for kind, count in kinds[:_SHOWN])
    more = f", and {len(kinds) - _SHOWN} more kinds" if len(kinds) > _SHOWN else ""
    return attention(
        CHECK,
        f"{len(failed)} failed for good and lie on the centre's desk: {named}{more}",
        f"Mend the cause, then: python -m infra replay{stage} --messages",
    )


def _runs(patient: Patient, stage: str) -> Finding:
    if patient.found is None:
        return not_here("failed runs", "a stand keeps none; its jobs tick while it runs")
    count = waiting(patient.found)
    if count is None:
        return not_here("failed runs", "this version has no queue of them")
    if not count:
        return ok("failed runs", "the queue is empty")
    return attention(
        "failed runs", f"about {count} runs of jobs failed for good", f"See which: python -m infra replay{stage}"
    )
