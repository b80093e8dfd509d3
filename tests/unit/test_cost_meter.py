"""What the price table is made of: how calls are named, how reading is counted, how a bill is added up."""

import pytest

from tests.bench.cost_bill import Bill, runs_a_month
from tests.bench.cost_story import Measured
from tests.bench.meter import Used, name_of, read_units, size_of

SIGNED = "AWS4-HMAC-SHA256 Credential=local/20260101/ap-southeast-1/{}/aws4_request, SignedHeaders=host, Signature=0"
FULL = {"PK": {"S": "x" * 4094}}
"""Exactly 4,096 bytes, with the name."""


def headers(service: str, **more: str) -> dict[str, str]:
    return {"Authorization": SIGNED.format(service), **more}


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (("POST", "/", headers("dynamodb", **{"X-Amz-Target": "DynamoDB_20120810.Query"}), b"{}"), "dynamodb.Query"),
        (("POST", "/", headers("kms", **{"X-Amz-Target": "TrentService.Decrypt"}), b"{}"), "kms.Decrypt"),
        (("POST", "/", headers("ses"), b"Action=SendRawEmail&Version=2010-12-01"), "ses.SendRawEmail"),
        (("GET", "/bucket?list-type=2&prefix=ledger", headers("s3"), b""), "s3.LIST"),
        (("GET", "/bucket/key", headers("s3"), b""), "s3.GET"),
        (("PUT", "/bucket/key", headers("s3", **{"x-amz-copy-source": "/a/b"}), b""), "s3.COPY"),
        (("POST", "/bucket", {}, b"a form"), "s3.POST"),
    ],
)
def test_a_call_is_named_by_what_it_is_charged_as(call: tuple[str, str, dict[str, str], bytes], name: str) -> None:
    assert name_of(*call) == name


def test_an_items_size_is_that_of_its_names_and_values() -> None:
    assert size_of(FULL) == 4096
    assert size_of({"名": {"S": "信"}}) == 6
    assert size_of({"a": {"M": {"b": {"S": "cc"}}}, "c": {"L": [{"BOOL": True}]}}) == 1 + (3 + 1 + 1 + 2) + 1 + (
        3 + 1 + 1
    )


def test_reading_counts_each_started_four_kilobytes() -> None:
    assert read_units({"ConsistentRead": True}, {"Item": FULL}) == 1
    assert read_units({"ConsistentRead": True}, {"Item": {**FULL, "z": {"S": ""}}}) == 2
    assert read_units({}, {"Item": FULL}) == 0.5
    assert read_units({}, {}) == 0.5  # nothing found costs as much


def test_a_query_is_rounded_once_and_a_batch_each_time() -> None:
    small = {"PK": {"S": "x"}}
    assert read_units({}, {"Items": [small] * 100}) == 0.5
    asked = {"RequestItems": {"table": {"ConsistentRead": True}}}
    assert read_units(asked, {"Responses": {"table": [small] * 100}}) == 100


def test_a_step_is_added_so_often_as_it_is_taken() -> None:
    step = Measured("dispatch", times=2, used=Used(read_units=8, write_units=2), cpu_ms=20)
    bill = Bill()
    bill.add(step, 10)
    price = {"what": "reading", "unit": "read units", "price": 0.5, "per": 4}
    (line,) = bill.lines({"price": {"read": price}})
    assert (line.amount, line.cost) == (40, 5)


def test_a_months_runs_follow_the_timetable() -> None:
    assert (runs_a_month("dispatch"), runs_a_month("reports"), runs_a_month("close_day")) == (43_200, 720, 30)
