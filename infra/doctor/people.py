"""Whether letters find somebody: an active centre, a mailbox, and the people each unit must name."""

from typing import Final

from chalicelib.domain.letter import Role
from chalicelib.services.directory_oddities import oddities
from infra.doctor.findings import Finding, Patient, attention, judged, ok, wrong

CHECK: Final = "people"
_SHOWN = 5


def look(patient: Patient) -> list[Finding]:
    """By the directory as it is now. Units and mailboxes are named, people are not."""
    directory = patient.inst.registry.directory()
    load = "Load a file of units: python -m infra import-units FILE.csv (docs/importing.md)."
    bad: dict[str, str] = {}
    if not directory.mailboxes:
        bad["there is no mailbox: citizens have nowhere to write to"] = load
    if not directory.holders(Role.CENTRE):
        bad["nobody active has the role centre: no letter is accepted"] = load
    for unit in _without_address(patient):
        bad[f"unit {unit} has somebody without an e-mail address: they hear nothing"] = load
    active = sum(each.active for each in directory.contacts.values())
    fine = f"{active} active contacts in {len(directory.units)} units, {len(directory.mailboxes)} mailboxes"
    found = judged(CHECK, bad, fine, wrong)
    return [*found, *_odd(patient)] if directory.contacts else found


def _without_address(patient: Patient) -> list[str]:
    contacts = patient.inst.registry.directory().contacts.values()
    return sorted({each.unit for each in contacts if each.active and "@" not in each.email})


def _odd(patient: Patient) -> list[Finding]:
    """What import-units warns of as well: units without a handler or responsible person, letters nobody could keep."""
    said = list(oddities(patient.inst.registry.directory()))
    if not said:
        return [ok("staffing", "each unit has a handler and both responsible persons")]
    more = f"; and {len(said) - _SHOWN} more" if len(said) > _SHOWN else ""
    words = "; ".join(said[:_SHOWN]) + more
    return [attention("staffing", words, "Add them to the file of units: python -m infra import-units FILE.csv.")]
