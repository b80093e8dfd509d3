"""PutItem, UpdateItem, DeleteItem and TransactWriteItems."""

from typing import Any

from tests.fakes.dynamodb.expressions import updates
from tests.fakes.dynamodb.table import DynamoTable, RefusedError, Write, test_of, words_of

MOST_WRITES = 100
_FAILED = "The conditional request failed"
_KNOWN = {
    *("TableName", "ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"),
    *("Item", "Key", "UpdateExpression"),
}


def _write(table: DynamoTable, request: dict[str, Any], *, deletes: bool = False, checks: bool = False) -> Write:
    """What one write would do. Raises RefusedError when its condition does not hold."""
    words = words_of(request)
    place = table.place(request["Item"] if "Item" in request else request["Key"])
    before = table.rows.get(place, {})
    if not test_of(request.get("ConditionExpression"))(before, words):
        raise RefusedError("ConditionalCheckFailedException", _FAILED)
    if checks:
        return place, before or None
    if deletes:
        return place, None
    if "Item" in request:
        return place, table.checked(request["Item"])
    after = {**before, **request["Key"]}
    for name, make in updates(request["UpdateExpression"]):
        value, attribute = make(before, words), words.names[name]
        if attribute in request["Key"]:
            raise RefusedError("ValidationException", "Cannot update a part of the key")
        after.pop(attribute, None)
        after |= {attribute: value} if value is not None else {}
    return place, table.checked(after)


def put(table: DynamoTable, request: dict[str, Any]) -> dict[str, Any]:
    table.keep([_write(table, request)])
    return {}


def update(table: DynamoTable, request: dict[str, Any]) -> dict[str, Any]:
    assert request.get("ReturnValues", "NONE") in {"NONE", "ALL_NEW"}
    place, row = _write(table, request)
    table.keep([(place, row)])
    return {"Attributes": dict(row or {})} if request.get("ReturnValues") == "ALL_NEW" else {}


def delete(table: DynamoTable, request: dict[str, Any]) -> dict[str, Any]:
    table.keep([_write(table, request, deletes=True)])
    return {}


def transact(table: DynamoTable, request: dict[str, Any]) -> dict[str, Any]:
    """All or nothing; a second time under its token it is done already."""
    token, items = request["ClientRequestToken"], request["TransactItems"]
    if token in table.tokens:
        if table.tokens[token] != items:
            raise RefusedError("IdempotentParameterMismatchException", "another transaction had this token")
        return {}
    places = [table.place(each["Item"] if "Item" in each else each["Key"]) for item in items for each in item.values()]
    if len(items) > MOST_WRITES or len(set(places)) < len(places):
        raise RefusedError("ValidationException", "too many writes, or two on one item")
    writes, reasons = [], []
    for ((kind, each),) in (item.items() for item in items):
        assert kind in {"Put", "Update", "Delete", "ConditionCheck"}, kind
        assert set(each) <= _KNOWN, each
        try:
            writes.append(_write(table, each, deletes=kind == "Delete", checks=kind == "ConditionCheck"))
            reasons.append("None")
        except RefusedError as error:
            reasons.append("ConditionalCheckFailed" if str(error) == _FAILED else "ValidationError")
    if set(reasons) != {"None"}:
        message = f"Transaction cancelled, please refer cancellation reasons for specific reasons {reasons}"
        raise RefusedError("TransactionCanceledException", message, reasons)
    table.keep(writes)
    table.tokens[token] = items
    return {}
