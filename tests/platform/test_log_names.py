"""Whoever is told to look into a function's log is told the log group that it really writes into."""

from typing import Any, cast

from infra.cloud.deployed import FUNCTION, Deployed, Resource
from infra.cloud.stack import Stack
from infra.template import load


def the_stage(*resources: Resource) -> Deployed:
    """A stage that consists of these."""
    stack = Stack("huiyin-trial", "CREATE_COMPLETE", {}, {})
    return Deployed(cast(Any, None), "trial", stack, {each.logical: each for each in resources}, {})


def test_each_function_of_the_template_has_the_log_that_it_is_told_to_write_into() -> None:
    groups = load().of_type("AWS::Logs::LogGroup")
    jobs = [name.removesuffix("Log") for name in groups if name not in {"ApiLog", "ApiAccessLog"}]
    found = the_stage(
        *(Resource(job, FUNCTION, f"physical-{job}") for job in jobs),
        Resource("APIHandler", FUNCTION, "physical-api"),
        *(Resource(name, "AWS::Logs::LogGroup", f"huiyin-trial-{name}-X1Y2") for name in groups),
    )
    assert found.log_of("api") == "huiyin-trial-ApiLog-X1Y2"
    assert {found.log_of(job) for job in found.functions()} == {
        f"huiyin-trial-{name}-X1Y2" for name in groups if name != "ApiAccessLog"
    }


def test_without_a_log_group_in_the_stack_it_is_the_one_that_the_cloud_makes() -> None:
    found = the_stage(Resource("CloseDay", FUNCTION, "huiyin-trial-CloseDay-Z"))
    assert found.log_of("close_day") == "/aws/lambda/huiyin-trial-CloseDay-Z"
