"""A stage as `deploy` would leave it, as small as can be: what the operator's commands read of a stack.

Table, buckets, keys and secrets are those of the fixture `stack`; the functions are a few lines that obey `MODE`.
"""

import itertools
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from chalicelib import bootstrap
from infra.cloud.account import Account, account
from infra.provision import Provisioned
from infra.stand.settings import sms_words
from scheduled.timetable import TIMETABLE

_numbers = itertools.count(1)
_CODE = """
import os
def handler(event, context):
    if os.environ.get("MODE") == "fail":
        raise RuntimeError("words of a citizen")
    return {"ran": event["id"]}
"""


def settings(made: Provisioned, site: str) -> dict[str, str]:
    """What a county would have set."""
    return {
        **made.environment,
        "HUIYIN_COUNTY": "示例县",
        "HUIYIN_RULEBOOK": "shuangfeng-2018",
        "HUIYIN_SITE_URL": site,
        "HUIYIN_MAILER": "ses",
        "HUIYIN_TEXTS": "gateway",
        "HUIYIN_GATEWAY_URL": f"{site}/sms",
        "HUIYIN_GATEWAY_TEMPLATES": ",".join(f"{name}=1" for name in sms_words()),
        "HUIYIN_OFFICE_PHONE": "0000-0000000",
    }


@dataclass(frozen=True, slots=True)
class Stage:
    """A deployed stage, and the account it is in."""

    name: str
    account: Account
    environment: dict[str, str]

    @property
    def stack(self) -> str:
        """Its stack's name."""
        return f"huiyin-{self.name}"

    def function(self, job: str) -> str:
        """The physical name of a job's function."""
        return f"{self.stack}-{job}"

    def set_mode(self, job: str, mode: str) -> None:
        """Let a job's function fail, or succeed again."""
        client = self.account.client("lambda")
        client.update_function_configuration(FunctionName=self.function(job), Environment={"Variables": {"MODE": mode}})

    def queue(self) -> str:
        """The queue of failed runs."""
        found = self.account.client("cloudformation").describe_stacks(StackName=self.stack)["Stacks"][0]["Outputs"]
        return next(str(each["OutputValue"]) for each in found if each["OutputKey"] == "DeadLetters")


def deploy(made: Provisioned, name: str, site: str, **changed: str) -> Stage:
    """Make the stack of this stage; `changed`: settings that differ."""
    here = account("ap-southeast-1")
    environment = {**settings(made, site), "HUIYIN_MAIL_FROM": f"box@{name}.test", **changed}
    cloud = here.client("cloudformation")
    cloud.create_stack(
        StackName=f"huiyin-{name}",
        TemplateBody=json.dumps(_template(name, environment)),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
    )
    cloud.get_waiter("stack_create_complete").wait(
        StackName=f"huiyin-{name}", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    return Stage(name, here, environment)


@contextmanager
def deployed(made: Provisioned, site: str = "http://127.0.0.1:9", **changed: str) -> Iterator[Stage]:
    """A stage of its own; this process knows of no installation meanwhile, and is left as it was."""
    before = dict(os.environ)
    name = f"t{os.getpid()}-{next(_numbers)}"
    try:
        stage = deploy(made, name, site, **changed)
        for each in [each for each in os.environ if each.startswith("HUIYIN_")]:
            del os.environ[each]
        yield stage
    finally:
        os.environ.clear()
        os.environ.update(before)
        bootstrap.use(None)


def _template(name: str, environment: dict[str, str]) -> dict[str, Any]:
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
                ],
            }
        },
    }
    resources: dict[str, Any] = {
        "Role": role,
        "APIHandler": _function(f"huiyin-{name}-api", environment),
        "DeadLetters": {"Type": "AWS::SQS::Queue", "Properties": {}},
        "AlarmTopic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": f"huiyin-{name}-alarms"}},
        "SweepAlarm": {
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "AlarmName": f"huiyin-{name}-sweep",
                "AlarmDescription": "the sweep has not run",
                "Namespace": "Huiyin",
                "MetricName": "sweep_finished",
                "Statistic": "Sum",
                "Period": 900,
                "EvaluationPeriods": 1,
                "Threshold": 1,
                "ComparisonOperator": "LessThanThreshold",
                "AlarmActions": [{"Ref": "AlarmTopic"}],
            },
        },
    }
    for job in TIMETABLE:
        logical = "".join(part.title() for part in job.split("_"))
        resources[logical] = _function(f"huiyin-{name}-{job}", {"MODE": "good"})
        resources[f"{logical}Schedule"] = {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "Name": f"huiyin-{name}-{job}-rule",
                "ScheduleExpression": "rate(1 day)",
                "State": "ENABLED",
            },
        }
    outputs = {
        "DeadLetters": {"Value": {"Ref": "DeadLetters"}},
        "AlarmTopic": {"Value": {"Ref": "AlarmTopic"}},
        "RestAPIId": {"Value": "none"},
        "ApiAddress": {"Value": "http://127.0.0.1:9"},
    }
    return {"Resources": resources, "Outputs": outputs}


def _function(name: str, environment: dict[str, str]) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "FunctionName": name,
            "Runtime": "python3.11",
            "Handler": "index.handler",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Code": {"ZipFile": _CODE},
            "Environment": {"Variables": environment},
        },
    }
