"""What is logged of a failure: the error's class and where it happened, never what it said."""

import json

from chalicelib.observability import log_failure, log_run
from tests.functional.world import heard_in_logs


def failed(message: str) -> dict[str, object]:
    """The log line of an error with this message."""
    with heard_in_logs() as heard:
        try:
            raise LookupError(message)
        except LookupError as error:
            log_failure("request failed", error, job="sweep")
    line = json.loads(heard())
    assert isinstance(line, dict)
    return line


def test_an_errors_class_and_place_are_logged_and_not_its_message() -> None:
    line = failed("张晓明 13907385566")
    assert (line["level"], line["error_class"], line["job"]) == ("ERROR", "LookupError", "sweep")
    assert str(line["where"]).startswith("['test_observability.py:")
    assert "13907385566" not in json.dumps(line, ensure_ascii=False)
    assert "张晓明" not in json.dumps(line, ensure_ascii=False)


def test_what_led_to_an_error_is_not_logged_either() -> None:
    with heard_in_logs() as heard:
        try:
            try:
                raise ValueError("13907385566")
            except ValueError as cause:
                raise RuntimeError from cause
        except RuntimeError as error:
            log_failure("request failed", error)
    assert "13907385566" not in heard()


def test_a_job_is_logged_in_figures_as_one_line_of_json() -> None:
    with heard_in_logs() as heard:
        log_run("sweep", visited=3, failed=("KeyError",))
    line = json.loads(heard())
    assert (line["job"], line["visited"], line["failed"]) == ("sweep", 3, ["KeyError"])
