"""GetItem, BatchGetItem, Query and Scan."""

from collections.abc import Iterator
from typing import Any
from zlib import crc32

from tests.fakes.dynamodb.expressions import Row, Words, condition
from tests.fakes.dynamodb.table import DynamoTable, Index, Place, RefusedError, size_of, test_of, words_of

MOST_KEYS, PAGE_BYTES = 100, 1024 * 1024


def _shown(row: Row, request: dict[str, Any], index: Index | None = None) -> Row:
    """What of a row was asked for, and the index holds: a dictionary of its own."""
    wanted = request.get("ProjectionExpression")
    if wanted:
        names = [request["ExpressionAttributeNames"][each.strip()] for each in wanted.split(",")]
        return {name: row[name] for name in names if name in row}
    if index and index.shows:
        return {name: row[name] for name in index.shows}
    return dict(row)


def get(table: DynamoTable, request: dict[str, Any]) -> dict[str, Any]:
    row = table.rows.get(table.place(request["Key"]))
    return {"Item": _shown(row, request)} if row else {}


def batch_get(table: DynamoTable, request: dict[str, Any]) -> dict[str, Any]:
    ((name, asked),) = request["RequestItems"].items()
    places = [table.place(key) for key in asked["Keys"]]
    if not 0 < len(places) <= MOST_KEYS or len(set(places)) < len(places):
        raise RefusedError("ValidationException", "too many keys, or one twice")
    assert set(asked) <= {"Keys", "ConsistentRead"}, asked
    return {
        "Responses": {name: [dict(table.rows[each]) for each in places if each in table.rows]},
        "UnprocessedKeys": {},
    }


def query(table: DynamoTable, request: dict[str, Any]) -> dict[str, Any]:
    name = request.get("IndexName")
    if name and request.get("ConsistentRead"):
        raise RefusedError("ValidationException", "Consistent reads are not supported on global secondary indexes")
    index, words = table.indexes[name], words_of(request)
    (hashed,) = [words.values[value] for value in _partition(request["KeyConditionExpression"], words, index)]
    test = condition(request["KeyConditionExpression"])
    part = table.parts.get((name, str(hashed["S"])), {})
    found = [row for row in part.values() if test(row, words)]
    found.sort(
        key=lambda row: (row[index.order]["S"], *table.place(row)), reverse=not request.get("ScanIndexForward", True)
    )
    return _page(table, request, words, found, index)


def _partition(text: str, words: Words, index: Index) -> Iterator[str]:
    """The placeholder of the value that the partition key is asked to have."""
    sides = text.replace("(", " ").replace(")", " ").split()
    for left, sign, right in zip(sides, sides[1:], sides[2:], strict=False):
        if sign == "=" and words.names.get(left) == index.partition:
            yield right


def scan(table: DynamoTable, request: dict[str, Any]) -> dict[str, Any]:
    """By the partition keys' hashes, as DynamoDB does: nobody may count on an order."""
    words = words_of(request)

    def order(row: Row) -> tuple[int, Place]:
        place = table.place(row)
        return crc32(place[0].encode()), place

    rows = sorted(table.rows.values(), key=order)
    if "ExclusiveStartKey" in request:
        start = order(request["ExclusiveStartKey"])
        rows = [row for row in rows if order(row) > start]
        request = {name: value for name, value in request.items() if name != "ExclusiveStartKey"}
    return _page(table, request, words, rows, table.indexes[None])


def _page(table: DynamoTable, request: dict[str, Any], words: Words, rows: list[Row], index: Index) -> dict[str, Any]:
    """A megabyte or `Limit` rows, before the filter; and where the next page begins."""
    own = table.indexes[None]
    keys = {own.partition, own.order, index.partition, index.order}
    if "ExclusiveStartKey" in request:
        behind = [
            number
            for number, row in enumerate(rows, 1)
            if table.place(row) == table.place(request["ExclusiveStartKey"])
        ]
        assert behind, "a query goes on behind a row that is there"
        rows = rows[behind[0] :]
    page, size = [], 0
    for row in rows[: request.get("Limit")]:
        page.append(row)
        size += sum(len(name) + size_of(value) for name, value in row.items())
        if size > PAGE_BYTES:
            break
    full = len(page) < len(rows) or len(page) == request.get("Limit")
    fits = test_of(request.get("FilterExpression"))
    shown = [_shown(row, request, index) for row in page if fits(row, words)]
    said = {"Items": shown, "Count": len(shown), "ScannedCount": len(page)}
    return {**said, "LastEvaluatedKey": {name: page[-1][name] for name in keys}} if full and page else said
