"""The rows of one table, where its indexes find them, and what it refuses to hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.dynamodb.expressions import Row, Test, Value, Words, condition, placeholders

MOST_BYTES = 400 * 1024


class RefusedError(Exception):
    """DynamoDB says no: its code, and for a transaction the code of each write."""

    def __init__(self, code: str, message: str, reasons: list[str] | None = None) -> None:
        super().__init__(message)
        self.code, self.reasons = code, reasons


@dataclass(frozen=True, slots=True)
class Index:
    """The keys of the table or of an index; `shows`: the attributes it holds, None for all."""

    partition: str
    order: str
    shows: frozenset[str] | None = None


Place = tuple[str, str]
Write = tuple[Place, Row | None]


@dataclass(slots=True)
class DynamoTable:
    """One table by CreateTable's definition. A row is never changed, only replaced."""

    definition: Mapping[str, Any]
    rows: dict[Place, Row] = field(default_factory=dict)
    parts: dict[tuple[str | None, str], dict[Place, Row]] = field(default_factory=dict)
    tokens: dict[str, Any] = field(default_factory=dict)
    """The transactions done, by their tokens."""
    indexes: dict[str | None, Index] = field(init=False)

    def __post_init__(self) -> None:
        own = _keys(self.definition["KeySchema"])
        self.indexes = {None: own}
        for each in self.definition["GlobalSecondaryIndexes"]:
            keys = _keys(each["KeySchema"])
            bare = each["Projection"]["ProjectionType"] == "KEYS_ONLY"
            shows = frozenset({own.partition, own.order, keys.partition, keys.order}) if bare else None
            self.indexes[each["IndexName"]] = Index(keys.partition, keys.order, shows)

    def place(self, key: Row) -> Place:
        """Where an item of this key lies."""
        own = self.indexes[None]
        return str(key[own.partition]["S"]), str(key[own.order]["S"])

    def checked(self, row: Row) -> Row:
        """The row, if it may lie here: its keys and those of indexes are texts, not empty, and it is not too big."""
        for index in self.indexes.values():
            for name in (index.partition, index.order):
                if name in row and not row[name].get("S"):
                    raise RefusedError("ValidationException", f"{name} is a key and must be a text")
        if sum(len(name.encode()) + size_of(value) for name, value in row.items()) > MOST_BYTES:
            raise RefusedError("ValidationException", "Item size has exceeded the maximum allowed size")
        return row

    def keep(self, writes: list[Write]) -> None:
        """Replace rows; None takes one away."""
        for place, row in writes:
            before = self.rows.pop(place, None)
            for part in self._parts_of(before) if before else ():
                del self.parts[part][place]
            if row is not None:
                self.rows[place] = row
                for part in self._parts_of(row):
                    self.parts.setdefault(part, {})[place] = row

    def _parts_of(self, row: Row) -> Iterator[tuple[str | None, str]]:
        for name, index in self.indexes.items():
            if index.partition in row and index.order in row:
                yield name, str(row[index.partition]["S"])


def _keys(schema: list[dict[str, str]]) -> Index:
    by_type = {each["KeyType"]: each["AttributeName"] for each in schema}
    return Index(by_type["HASH"], by_type["RANGE"])


def size_of(value: Value) -> int:
    """What a value counts for, in bytes."""
    ((_, raw),) = value.items()
    return len(raw if isinstance(raw, bytes) else str(raw).encode())


def words_of(request: dict[str, Any]) -> Words:
    """The placeholders; DynamoDB refuses those that no expression speaks of."""
    names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
    said = [placeholders(text) for name, text in request.items() if name.endswith("Expression")]
    if frozenset().union(*said) != {*names, *values}:
        raise RefusedError("ValidationException", "Value unused or not defined in expressions")
    return Words(names, values)


def test_of(text: str | None) -> Test:
    """A condition or filter; none holds always."""
    return condition(text) if text else lambda _row, _words: True
