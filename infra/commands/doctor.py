"""Look an installation over: what is well, what needs attention, what is wrong, and what to do about it.

Settings, sender and SMS, calendar, alarms, jobs and failed messages, the table and its protection, keys, the website
and the people in the directory. Nothing is changed and nothing is sent. Exit code 1: something is wrong.

    python -m infra doctor --stage production
    python -m infra doctor --json
"""

import argparse
import json
import os
from collections import Counter
from typing import TYPE_CHECKING

from infra.target import add_target, opened

if TYPE_CHECKING:
    from infra.doctor.findings import Finding, Patient

_MARKS = {"ok": "ok       ", "attention": "ATTENTION", "wrong": "WRONG    ", "not here": "-        "}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """For people or for programs."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    add_target(parser)


def run(args: argparse.Namespace) -> int:
    """Make every check, telling each as it is made."""
    from infra.doctor.look import look_over

    findings: list[Finding] = []
    for finding in look_over(_patient(args)):
        findings.append(finding)
        if not args.json:
            _say(finding)
    verdicts = Counter(each.verdict.value for each in findings)
    if args.json:
        print(json.dumps({"findings": [each.as_json() for each in findings]}, ensure_ascii=False, indent=2))
    else:
        print(f"\n{verdicts['wrong']} wrong, {verdicts['attention']} need attention, {verdicts['ok']} ok")
    return 1 if verdicts["wrong"] else 0


def _say(finding: "Finding") -> None:
    print(f"{_MARKS[finding.verdict.value]} {finding.check}: {finding.says}")
    if finding.do:
        print(f"          → {finding.do}")


def _patient(args: argparse.Namespace) -> "Patient":
    import boto3

    from chalicelib.adapters.system_clock import SystemClock
    from chalicelib.config import SettingsError, settings_from
    from infra.doctor.findings import Patient

    container, found = opened(args)
    try:
        settings = settings_from(os.environ)
    except SettingsError:
        settings = None
    client = found.account.client if found is not None else boto3.client
    return Patient(container, found, settings, client, SystemClock().now())
