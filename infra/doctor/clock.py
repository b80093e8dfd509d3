"""Whether this machine's clock agrees with the cloud's: signatures of calls are refused when it is five minutes off."""

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from infra.doctor.findings import Finding, Patient, attention, not_here, ok, wrong

CHECK: Final = "clock"
_A_LITTLE, _TOO_MUCH = 30.0, 240.0


def look(patient: Patient) -> list[Finding]:
    """By the Date header of an answer."""
    if patient.found is None:
        return [not_here(CHECK, "a stand has a clock of its own, which may be moved")]
    before = time.time()
    answer = patient.client("sts").get_caller_identity()
    said = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    if said is None:
        return [not_here(CHECK, "the cloud's answer tells no time")]
    return [judge((before + time.time()) / 2, parsedate_to_datetime(said).timestamp())]


def judge(here: float, there: float) -> Finding:
    """Both in seconds since 1970; the header has whole seconds only."""
    off = here - there
    words = f"this machine's clock is {abs(off):.0f} seconds {'ahead of' if off > 0 else 'behind'} the cloud's"
    do = "Let the machine set its clock by the network (timedatectl set-ntp true)."
    if abs(off) >= _TOO_MUCH:
        return wrong(CHECK, words, f"{do} Calls are refused once it is five minutes off.")
    if abs(off) >= _A_LITTLE:
        return attention(CHECK, words, do)
    return ok(CHECK, f"{words}: {datetime.fromtimestamp(there, UTC):%Y-%m-%d %H:%M} UTC")
