"""Whether the alarms are there and quiet, and somebody hears them."""

from typing import Any, Final

from infra.cloud.deployed import Deployed
from infra.doctor.findings import Finding, Patient, attention, not_here, ok, wrong

CHECK: Final = "alarms"
_NAMED: Final = 5
"""More alarms than that are only counted."""
_ALARM = "AWS::CloudWatch::Alarm"


def look(patient: Patient) -> list[Finding]:
    """Of a deployed installation; a stand has none."""
    found = patient.found
    if found is None:
        return [not_here(CHECK, "a stand has no alarms")]
    names = [each.name for each in found.of_kind(_ALARM)]
    if not names:
        do = f"Deploy again: python -m infra deploy --stage {found.stage}"
        return [wrong(CHECK, f"{found.stack.name} has no alarms", do)]
    pages = patient.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNames=names)
    said = [each for page in pages for each in page.get("MetricAlarms", [])]
    return [*_states(found, names, said), *_heard(patient, found)]


def _states(found: Deployed, names: list[str], said: list[dict[str, Any]]) -> list[Finding]:
    findings = []
    gone = sorted(set(names) - {each["AlarmName"] for each in said})
    if gone:
        do = f"Deploy again: python -m infra deploy --stage {found.stage}"
        findings.append(wrong(CHECK, f"deleted by hand: {', '.join(gone)}", do))
    for each in said:
        name, about = each["AlarmName"], each.get("AlarmDescription") or "no description"
        if each["StateValue"] == "ALARM":
            since = each.get("StateUpdatedTimestamp")
            when = f" since {since:%Y-%m-%d %H:%M} UTC" if since else ""
            findings.append(
                wrong(CHECK, f"{name} is ringing{when}: {about}", f"docs/runbook.md says what to do on {name}.")
            )
        elif not each.get("ActionsEnabled", True):
            findings.append(
                attention(CHECK, f"{name} is switched off: it tells nobody", "Switch its actions on in CloudWatch.")
            )
    waiting = [each["AlarmName"] for each in said if each["StateValue"] == "INSUFFICIENT_DATA"]
    if waiting:
        few = len(waiting) <= _NAMED
        words = f"no data yet: {', '.join(sorted(waiting)) if few else f'{len(waiting)} of {len(said)} alarms'}"
        findings.append(attention(CHECK, words, "Usual on the first day; later look whether the jobs run."))
    return findings or [ok(CHECK, f"{len(said)} alarms, all quiet")]


def _heard(patient: Patient, found: Deployed) -> list[Finding]:
    """A subscription that nobody confirmed is told nothing."""
    topic = found.output("AlarmTopic")
    if topic is None:
        return []
    pages = patient.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    all_of = [each["SubscriptionArn"] for page in pages for each in page["Subscriptions"]]
    confirmed = [each for each in all_of if each.startswith("arn:")]
    if confirmed:
        return [ok("alarm mail", f"{len(confirmed)} confirmed {'address' if len(confirmed) == 1 else 'addresses'}")]
    if all_of:
        return [
            wrong(
                "alarm mail",
                "nobody has confirmed the address that alarms go to: they are told nothing",
                "Open the mail 'AWS Notification - Subscription Confirmation' there, and its link. It is sent anew "
                "when you delete the subscription of the topic in the SNS console and create it again.",
            )
        ]
    do = f"Set the alarm address in the deployment's settings: python -m infra deploy --stage {found.stage}"
    return [wrong("alarm mail", "alarms go to nobody", do)]
