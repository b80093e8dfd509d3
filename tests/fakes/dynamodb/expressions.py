"""What DynamoDB's expressions say, for the part of the language that the project uses; anything else is an error.

Names are always placeholders (`#0`) and values too (`:0`), as PynamoDB writes them.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

Value = dict[str, Any]
"""One type and what is of it: `{"S": "text"}`, `{"N": "1"}`, `{"B": b"bytes"}`."""

Row = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Words:
    """What the placeholders of a request stand for."""

    names: Mapping[str, str]
    values: Mapping[str, Value]


Test = Callable[[Row, Words], bool]
Operand = Callable[[Row, Words], Value | None]
Updates = tuple[tuple[str, Operand], ...]
"""Which attribute (by its placeholder) becomes what; None removes it."""

_TOKEN = re.compile(r"\s*([#:]\w+|[A-Za-z_]+|<=|>=|<>|[=<>(),])")
_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


@cache
def condition(text: str) -> Test:
    """A condition, filter or key condition: whether a row fulfils it."""
    reader = _Reader(text)
    test = reader.either()
    reader.end()
    return test


@cache
def updates(text: str) -> Updates:
    """An update: each value is made from the row as it was before."""
    reader, made = _Reader(text), []
    while reader.left:
        makes = {"SET": reader.set_clause, "REMOVE": reader.remove_clause, "ADD": reader.add_clause}[reader.next()]
        made.append(makes())
        while reader.took(","):
            made.append(makes())
    return tuple(made)


@cache
def placeholders(text: str) -> frozenset[str]:
    """Every placeholder an expression speaks of."""
    return frozenset(re.findall(r"[#:]\w+", text))


class _Reader:
    """Reads one expression from left to right."""

    def __init__(self, text: str) -> None:
        self.left = _TOKEN.findall(text)
        assert not _TOKEN.sub("", text).strip(), f"not known: {text}"

    def next(self) -> str:
        """The next token, which is taken."""
        return str(self.left.pop(0))

    def took(self, token: str) -> bool:
        """Whether this token came next; then it is taken."""
        came = self.left[:1] == [token]
        if came:
            self.left.pop(0)
        return came

    def must(self, token: str) -> None:
        """This token comes next."""
        assert self.took(token), (token, self.left)

    def end(self) -> None:
        """Nothing is left."""
        assert not self.left, self.left

    def either(self) -> Test:
        """Tests joined by OR."""
        tests = [self._both()]
        while self.took("OR"):
            tests.append(self._both())
        return lambda row, words: any(test(row, words) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self.took("AND"):
            tests.append(self._one())
        return lambda row, words: all(test(row, words) for test in tests)

    def _one(self) -> Test:
        if self.took("NOT"):
            inner = self._one()
            return lambda row, words: not inner(row, words)
        if self.took("("):
            inner = self.either()
            self.must(")")
            return inner
        if self.left[0] in {"attribute_exists", "attribute_not_exists", "begins_with"}:
            return self._function(self.next())
        return self._comparison()

    def _function(self, name: str) -> Test:
        self.must("(")
        path = self._operand()
        if name == "begins_with":
            self.must(",")
            prefix = self._operand()
            self.must(")")
            return lambda row, words: _begins(path(row, words), prefix(row, words))
        self.must(")")
        wanted = name == "attribute_exists"
        return lambda row, words: (path(row, words) is not None) is wanted

    def _comparison(self) -> Test:
        left, sign = self._operand(), self.next()
        right = self._operand()
        if sign == "BETWEEN":
            self.must("AND")
            most = self._operand()
            return lambda row, words: (
                _compares(">=", left(row, words), right(row, words))
                and _compares("<=", left(row, words), most(row, words))
            )
        assert sign in {"=", "<>", *_ORDER}, sign
        return lambda row, words: _compares(sign, left(row, words), right(row, words))

    def _operand(self) -> Operand:
        token = self.next()
        assert token[0] in "#:", f"not known: {token}"
        if token[0] == "#":
            return lambda row, words: row.get(words.names[token])
        return lambda _row, words: words.values[token]

    def set_clause(self) -> tuple[str, Operand]:
        """`path = value`, or `path = if_not_exists(path, value)`."""
        path = self._path()
        self.must("=")
        if not self.took("if_not_exists"):
            return path, self._operand()
        self.must("(")
        there = self._operand()
        self.must(",")
        otherwise = self._operand()
        self.must(")")
        return path, lambda row, words: there(row, words) or otherwise(row, words)

    def remove_clause(self) -> tuple[str, Operand]:
        """`path`."""
        return self._path(), lambda _row, _words: None

    def add_clause(self) -> tuple[str, Operand]:
        """`path value`: a number, added to what is there or to nothing."""
        path, more = self._path(), self._operand()

        def added(row: Row, words: Words) -> Value:
            number = more(row, words)
            assert number is not None
            before = row.get(words.names[path], {"N": "0"})
            return {"N": str(Decimal(before["N"]) + Decimal(number["N"]))}

        return path, added

    def _path(self) -> str:
        token = self.next()
        assert token[0] == "#", f"not known: {token}"
        return token


def _plain(value: Value) -> tuple[str, Any]:
    ((kind, raw),) = value.items()
    assert kind in {"S", "N", "B"}, f"not known: {kind}"
    return kind, Decimal(raw) if kind == "N" else raw


def _compares(sign: str, left: Value | None, right: Value | None) -> bool:
    """Missing is equal to nothing and unequal to everything; values of two types have no order.

    Python orders text by code points, which is the order of its UTF-8 bytes, DynamoDB's own.
    """
    if left is None or right is None:
        return sign == "<>"
    one, other = _plain(left), _plain(right)
    if sign in {"=", "<>"}:
        return (one == other) is (sign == "=")
    return one[0] == other[0] and bool(_ORDER[sign](one[1], other[1]))


def _begins(value: Value | None, prefix: Value | None) -> bool:
    assert prefix is not None
    return value is not None and "S" in value and str(value["S"]).startswith(prefix["S"])
