"""Whether SMS can go out: no sandbox and money left, or an approved template for each SMS there is."""

from datetime import timedelta
from typing import Final

from chalicelib.domain.languages import DEFAULT
from infra.doctor.findings import Finding, Patient, attention, not_here, ok, wrong
from infra.stand.settings import sms_words

CHECK: Final = "sms"
_NEARLY_USED_UP = 0.8


def look(patient: Patient) -> list[Finding]:
    """By the way that is set."""
    told = patient.settings
    if told is None:
        return [not_here(CHECK, "no settings say how SMS go out")]
    if told.gateway is not None:
        return _gateway(dict(told.gateway.template_ids))
    if patient.found is None:
        return [not_here(CHECK, "sent by SNS; its limits are looked at with --stage")]
    if patient.found.account.in_china:
        return [wrong(CHECK, "SNS sends no SMS in this region", "Set texts gateway with a provider; deploy again.")]
    return _sns(patient)


def _gateway(approved: dict[str, str]) -> list[Finding]:
    """An SMS without its number is refused for good. Another language's is no must: the zh-Hans one goes out then."""
    names = set(sms_words())
    needed = {name for name in names if "@" not in name}
    missing, unknown = sorted(needed - set(approved)), sorted(set(approved) - names)
    findings = []
    if missing:
        findings.append(
            wrong(
                CHECK,
                f"{len(missing)} of {len(needed)} SMS templates have no number: {', '.join(missing)}",
                "Have them approved (docs/messages.md holds their words), add name=number to the gateway's templates "
                "in the settings, deploy again, then: python -m infra replay --messages.",
            )
        )
    if unknown:
        findings.append(
            attention(CHECK, f"no SMS is called {', '.join(unknown)}", "Correct the names in the gateway's templates.")
        )
    others = len([name for name in approved if "@" in name and name in names])
    words = f"gateway: all {len(needed)} templates have numbers, {others} of other languages than {DEFAULT.value}"
    return findings or [ok(CHECK, words)]


def _sns(patient: Patient) -> list[Finding]:
    sns = patient.client("sns")
    findings = []
    if sns.get_sms_sandbox_account_status().get("IsInSandbox"):
        findings.append(
            wrong(
                CHECK,
                "SNS keeps this account in its SMS sandbox: only verified numbers get SMS",
                "In the SNS console, under Mobile, Text messaging, leave the sandbox; it takes about a day.",
            )
        )
    limit = sns.get_sms_attributes(attributes=["MonthlySpendLimit"])["attributes"].get("MonthlySpendLimit")
    if limit is None:
        return [*findings, ok(CHECK, "SNS; it tells no spending limit")]
    spent = _spent(patient)
    words = f"SNS: {spent:.2f} of {float(limit):.2f} USD of this month's limit used"
    if spent >= _NEARLY_USED_UP * float(limit):
        return [*findings, attention(CHECK, words, "Ask for a higher SMS spending limit; SMS stop when it is reached.")]
    return [*findings, ok(CHECK, words)]


def _spent(patient: Patient) -> float:
    points = patient.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SNS",
        MetricName="SMSMonthToDateSpentUSD",
        StartTime=patient.machine_time - timedelta(days=1),
        EndTime=patient.machine_time,
        Period=86_400,
        Statistics=["Maximum"],
    )["Datapoints"]
    return max((float(each["Maximum"]) for each in points), default=0.0)
