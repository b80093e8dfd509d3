"""DynamoDB in the tests' own memory answers as moto does, which others wrote: the same calls, the same answers.

The rest of the contract suite shows the same of what the stores make of it.
"""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from chalicelib.adapters.dynamodb import Item
from tests.contract.stores import client_of, make_table, quick_table

Call = tuple[str, dict[str, Any]]
NAMES = {"#a": "state", "#b": "value", "#c": "data", "#k": "PK"}
VALUES = {":s": {"S": "b"}, ":n": {"N": "2"}, ":more": {"N": "10"}, ":prefix": {"S": "a"}, ":raw": {"B": b"\xff\x00"}}


def key(pk: str, sk: str = "x") -> dict[str, Any]:
    return {"PK": {"S": pk}, "SK": {"S": sk}}


def said(table: type[Item], name: str, arguments: dict[str, Any]) -> object:
    """The answer without its wrapping, or the code of the refusal with the reasons for each write."""
    try:
        answer = client_of(table)._make_api_call(name, {"TableName": table.Meta.table_name, **arguments})
    except ClientError as error:
        reasons = [each["Code"] for each in error.response.get("CancellationReasons", [])]
        return error.response["Error"]["Code"], reasons
    wrapping = {"ResponseMetadata", "ConsumedCapacity"}
    plain = {name: value for name, value in answer.items() if name not in wrapping}
    if name == "Scan":
        plain["Items"] = sorted(plain["Items"], key=lambda item: str(sorted(item.items())))  # in no order
    return plain


def of(texts: list[str]) -> dict[str, Any]:
    """The placeholders that these expressions speak of, and no others."""
    whole = " ".join(texts)
    return {
        name: used
        for name, known in (("ExpressionAttributeNames", NAMES), ("ExpressionAttributeValues", VALUES))
        if (
            used := {
                mark: stands
                for mark, stands in known.items()
                if mark in whole.replace("(", " ").replace(")", " ").replace(",", " ").split()
            }
        )
    }


CONDITIONS = (
    "#a = :s",
    "#a <> :s",
    "#a < :s",
    "#b <= :n",
    "#b > :n",
    "#b >= :more",
    "#b BETWEEN :n AND :more",
    "#a = :n",
    "attribute_exists (#c)",
    "attribute_not_exists (#k)",
    "begins_with (#a, :prefix)",
    "(#a = :s AND #b = :n)",
    "(#a = :s OR #b = :n)",
    "(NOT #a = :s)",
    "(#a = :s OR (#b > :n AND attribute_not_exists (#c)))",
)
UPDATES = (
    "SET #a = :s",
    "SET #a = :s, #b = :n",
    "SET #b = if_not_exists (#b, :n)",
    "ADD #b :n",
    "SET #a = :s REMOVE #c",
    "REMOVE #a ADD #b :more",
)
rows = st.fixed_dictionaries(
    {},
    optional={
        "state": st.sampled_from("abc").map(lambda text: {"S": text}),
        "value": st.sampled_from(["1", "2", "9", "10", "11"]).map(lambda number: {"N": number}),
        "data": st.sampled_from(["", "张"]).map(lambda text: {"S": text}),
        "due_shard": st.sampled_from("pq").map(lambda text: {"S": text}),
        "due_at": st.sampled_from(["1", "2", "张"]).map(lambda text: {"S": text}),
        "sealed": st.just({"B": b"\xff\x00"}),
    },
)
EVERYWHERE = [key("m"), key("m", "y"), key("m", "z"), key("n")]
places = st.sampled_from(EVERYWHERE)


def _call(name: str, **arguments: Any) -> Call:
    texts = [text for each, text in arguments.items() if each.endswith("Expression")]
    return name, {**arguments, **of(texts)}


conditions = st.sampled_from(CONDITIONS)
puts = st.builds(lambda place, row: _call("PutItem", Item={**row, **place}), places, rows)
guarded = st.builds(
    lambda place, row, test: _call("PutItem", Item={**row, **place}, ConditionExpression=test), places, rows, conditions
)
changes = st.builds(
    lambda place, change: _call("UpdateItem", Key=place, UpdateExpression=change, ReturnValues="ALL_NEW"),
    places,
    st.sampled_from(UPDATES),
)
deletions = st.builds(lambda place, test: _call("DeleteItem", Key=place, ConditionExpression=test), places, conditions)
looks = st.builds(lambda place: _call("GetItem", Key=place, ConsistentRead=True), places)
scans = st.builds(lambda test: _call("Scan", FilterExpression=test), conditions)


def test_it_answers_any_row_of_calls_as_moto_does() -> None:
    with mock_aws():
        memory, moto = quick_table(), make_table(None)

        @settings(max_examples=60, deadline=None)
        @given(st.lists(puts | guarded | changes | deletions | looks | scans, max_size=25))
        def alike(calls: list[Call]) -> None:
            for place in EVERYWHERE:  # as new
                for table in (memory, moto):
                    said(table, "DeleteItem", {"Key": place})
            for name, arguments in [*calls, ("Scan", {})]:
                assert said(memory, name, arguments) == said(moto, name, arguments), (name, arguments)
            for shard in "pq":
                asked = {
                    "IndexName": "due",
                    "KeyConditionExpression": "#h = :h",
                    "ExpressionAttributeNames": {"#h": "due_shard"},
                    "ExpressionAttributeValues": {":h": {"S": shard}},
                }
                assert in_order(said(memory, "Query", asked)) == in_order(said(moto, "Query", asked))

        alike()


def in_order(answer: Any) -> list[tuple[str, str]]:
    """Rows of an index; those with one key lie in no order."""
    ats = [each["due_at"]["S"] for each in answer["Items"]]
    assert ats == sorted(ats)
    return sorted((each["due_at"]["S"], str(sorted(each.items()))) for each in answer["Items"])


def test_a_query_goes_forwards_and_backwards_page_by_page(table: type[Item]) -> None:
    for number in range(7):
        said(table, "PutItem", {"Item": key("m", str(number))})
    for forward in (True, False):
        asked: dict[str, Any] = {
            "KeyConditionExpression": "#k = :k",
            "ExpressionAttributeNames": {"#k": "PK"},
            "ExpressionAttributeValues": {":k": {"S": "m"}},
            "ScanIndexForward": forward,
            "Limit": 3,
        }
        found: list[str] = []
        pages = 0
        while True:
            answer: Any = said(table, "Query", asked)
            pages += 1
            found += [each["SK"]["S"] for each in answer["Items"]]
            if "LastEvaluatedKey" not in answer:
                break
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        assert (pages, found) == (3, sorted("0123456", reverse=not forward))


def test_a_megabyte_is_a_page(table: type[Item]) -> None:
    for number in range(5):
        said(table, "PutItem", {"Item": {**key("m", str(number)), "data": {"S": "x" * 300_000}}})
    first: Any = said(table, "Scan", {})
    assert 3 <= len(first["Items"]) <= 4
    assert len([row.sk for row in table.query("m")]) == 5


def big() -> dict[str, Any]:
    return {"Item": {**key("m"), "data": {"S": "x" * 410 * 1024}}}


def nothing_for_an_index() -> dict[str, Any]:
    return {"Item": {**key("m"), "due_shard": {"NULL": True}}}


def unused_value() -> dict[str, Any]:
    return {"Item": key("m"), "ConditionExpression": "attribute_not_exists (#k)", **of(["#k :s"])}


def unknown_name() -> dict[str, Any]:
    return {"Item": key("m"), "ConditionExpression": "#z = :s", **of([":s"]), "ExpressionAttributeNames": {"#k": "PK"}}


@pytest.mark.parametrize("wrong", [big, nothing_for_an_index, unused_value, unknown_name])
def test_a_wrong_put_is_refused(wrong: Callable[[], dict[str, Any]]) -> None:
    """As AWS documents it; moto lets some of it pass."""
    table = quick_table()
    assert said(table, "PutItem", wrong()) == ("ValidationException", [])
    assert said(table, "Scan", {}) == {"Items": [], "Count": 0, "ScannedCount": 0}


def put(pk: str, **more: Any) -> dict[str, Any]:
    return {"Put": {"Item": {**key(pk), **more}}}


def new(pk: str) -> dict[str, Any]:
    return {"Put": {"Item": key(pk), "ConditionExpression": "attribute_not_exists (#k)", **of(["#k"])}}


def test_a_transaction_is_written_whole_or_not_at_all(table: type[Item]) -> None:
    def sent(token: str, *items: dict[str, Any]) -> object:
        named = [{kind: {"TableName": table.Meta.table_name, **each} for kind, each in item.items()} for item in items]
        client = client_of(table)
        try:
            client.transact_write_items(ClientRequestToken=token, TransactItems=named)
        except ClientError as error:
            reasons = [each["Code"] for each in error.response.get("CancellationReasons", [])]
            return error.response["Error"]["Code"], reasons
        return None

    def there() -> set[str]:
        return {row.pk for row in table.scan()}

    assert sent("1", new("a"), new("b")) is None
    assert sent("2", new("c"), new("a")) == ("TransactionCanceledException", ["None", "ConditionalCheckFailed"])
    assert there() == {"a", "b"}
    assert sent("3", {"Delete": {"Key": key("a")}}, put("c")) is None
    assert there() == {"b", "c"}
    assert sent("4", put("d"), put("d")) == ("ValidationException", [])
    assert there() == {"b", "c"}
    assert sent("5", *(put(f"n{number}") for number in range(101))) == ("ValidationException", [])
    assert there() == {"b", "c"}


def test_a_transaction_sent_twice_under_its_token_is_written_once() -> None:
    table = quick_table()
    item = {"Put": {"TableName": table.Meta.table_name, **new("a")["Put"]}}
    for _ in range(2):
        client_of(table).transact_write_items(ClientRequestToken="one", TransactItems=[item])
    with pytest.raises(ClientError, match="IdempotentParameterMismatch"):
        client_of(table).transact_write_items(
            ClientRequestToken="one", TransactItems=[{"Put": {"TableName": table.Meta.table_name, "Item": key("b")}}]
        )


def test_what_it_does_not_know_is_an_error_and_no_guess() -> None:
    table = quick_table()
    with pytest.raises(AssertionError):
        said(table, "PutItem", {"Item": key("m"), "ReturnValues": "ALL_OLD"})
    with pytest.raises(KeyError):
        said(table, "DescribeTable", {})
    for text in ("size (#c) > :n", "#a.#b = :s", "#a IN (:s, :n)"):
        with pytest.raises(AssertionError):
            said(table, "Scan", {"FilterExpression": text, **of([text.replace(".", " ")])})


def test_values_of_two_types_have_no_order() -> None:
    """moto fails on such a comparison."""
    table = quick_table()
    said(table, "PutItem", {"Item": {**key("m"), "state": {"S": "1"}}})
    for text in ("#a < :n", "#a > :n"):
        found: Any = said(table, "Scan", {"FilterExpression": text, **of([text])})
        assert found["Items"] == []


def test_an_index_cannot_be_read_consistently_and_a_batch_names_no_key_twice(table: type[Item]) -> None:
    asked = {
        "IndexName": "due",
        "ConsistentRead": True,
        "KeyConditionExpression": "#h = :h",
        "ExpressionAttributeNames": {"#h": "due_shard"},
        "ExpressionAttributeValues": {":h": {"S": "p"}},
    }
    assert said(table, "Query", asked) == ("ValidationException", [])
    twice = {"RequestItems": {table.Meta.table_name: {"Keys": [key("m"), key("m")]}}}
    with pytest.raises(ClientError, match="ValidationException"):
        client_of(table).batch_get_item(**twice)
