"""Whether the settings are complete, and the last deployment came to its end."""

from infra.doctor.findings import Finding, Patient, attention, not_here, ok, wrong

CHECK = "settings"
_AT_REST = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")


def look(patient: Patient) -> list[Finding]:
    """Settings, then the stack's state."""
    return [*_settings(patient), *_stack(patient)]


def _settings(patient: Patient) -> list[Finding]:
    told, book = patient.settings, patient.inst.rulebook
    if told is None:
        return [not_here(CHECK, "this process holds an installation without an environment")]
    findings = [
        ok(CHECK, f"complete: {told.county}, rulebook {book.name} {book.version}, mail {told.mailer}, SMS {told.texts}")
    ]
    if patient.found is not None and not told.site_url.startswith("https://") and not patient.found.account.endpoint:
        findings.append(
            wrong(
                CHECK, f"the pages' address is not secure: {told.site_url}", "Set one with https:// and deploy again."
            )
        )
    if told.office_phone is None:
        findings.append(
            attention(
                CHECK,
                "no office phone is set: mails name no number for questions",
                "Set the office phone in the deployment's settings and deploy again, if people may call.",
            )
        )
    return findings


def _stack(patient: Patient) -> list[Finding]:
    if patient.found is None:
        return []
    name, status = patient.found.stack.name, patient.found.stack.status
    again = f"python -m infra deploy --stage {patient.found.stage}"
    if status in _AT_REST:
        return [ok("stack", f"{name}: {status}")]
    if status.endswith("_IN_PROGRESS"):
        return [attention("stack", f"{name} is being changed: {status}", "Wait a few minutes and look again.")]
    if status == "UPDATE_ROLLBACK_COMPLETE":
        return [attention("stack", f"{name} was put back: the last update failed", f"Mend its cause, then: {again}")]
    return [wrong("stack", f"{name}: {status}", f"CloudFormation's console names the cause. Mend it, then: {again}")]
