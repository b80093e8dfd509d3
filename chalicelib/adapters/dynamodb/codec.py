"""Domain values to JSON text and back. Instants are written in UTC, and come back aware."""

import json
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from functools import cached_property
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from chalicelib.domain.clocks import Clock
from chalicelib.domain.directory import Contact, Mailbox, Unit
from chalicelib.domain.ledger import Event, instant
from chalicelib.domain.letter import DeskEntry, Letter, Text
from chalicelib.domain.messages import Message
from chalicelib.ports import Remembered

T = TypeVar("T")


class Codec(Generic[T]):
    """Writes and reads one type. Its pydantic adapter is made at the first use: a cold start makes only what it needs.

    `drop_none` leaves out fields that are None, to keep small what each move rewrites. Never for events: a None
    inside their facts is part of the hash.
    """

    def __init__(self, kind: type[T], *, drop_none: bool = True) -> None:
        self._kind = kind
        self._drop_none = drop_none

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self._kind)

    def dump(self, value: T) -> str:
        """The value as JSON text; the same value gives the same text. Raises ValueError for a naive instant."""
        plain = self._adapter.dump_python(value, exclude_none=self._drop_none)
        return json.dumps(plain, default=_plain, ensure_ascii=False, separators=(",", ":"))

    def load(self, text: str | None) -> T:
        """The value of this text. Raises ValueError when there is none, or it is of another shape."""
        if text is None:
            raise ValueError(f"an item that should hold a {self._kind.__name__} holds no data")
        return self._adapter.validate_json(text)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("an instant without a zone cannot be stored")
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, AbstractSet):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot be stored")


LETTER = Codec(Letter)
EVENT = Codec(Event, drop_none=False)
CLOCK = Codec(Clock)
TEXT = Codec(Text)
DESK = Codec(DeskEntry)
MESSAGE = Codec(Message)
REMEMBERED = Codec(Remembered)
UNIT = Codec(Unit)
CONTACT = Codec(Contact)
MAILBOX = Codec(Mailbox)
