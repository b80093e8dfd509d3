"""Domain values to JSON text and back. Instants are written in UTC, and come back aware."""

import json
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from functools import cached_property
from typing import Generic, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from chalicelib.adapters.dynamodb.table import Item
from chalicelib.domain.attachments import Upload
from chalicelib.domain.clocks import Clock
from chalicelib.domain.directory import Contact, Mailbox, Unit
from chalicelib.domain.ledger import Event, instant
from chalicelib.domain.letter import DeskEntry, Letter, Text
from chalicelib.domain.messages import Message
from chalicelib.ports import Remembered

T = TypeVar("T")


class Codec(Generic[T]):
    """Writes and reads one dataclass. Its pydantic adapter is made at the first use: a cold start makes what it needs.

    Fields that have their defaults are left out, in parts as well: it keeps small what each move rewrites. A default is
    therefore part of how values are stored, and may never change. `whole`: nothing is left out, for an event is written
    once, and each of its fields is part of its hash.

    A field that this version does not know is refused: a later one wrote it, and rewriting the item would lose it.
    Since defaults are left out, that concerns only items in which the later version had something to say (ADR 21).
    """

    def __init__(self, kind: type[T], *, whole: bool = False) -> None:
        self._kind = kind
        self._whole = whole

    @cached_property
    def _adapter(self) -> TypeAdapter[T | None]:
        """For the value or null: only so a dataclass and its parts take pydantic's settings from here."""
        return TypeAdapter(self._kind | None, config=ConfigDict(extra="forbid"))

    @cached_property
    def _lenient(self) -> TypeAdapter[T | None]:
        return TypeAdapter(self._kind | None)

    def dump(self, value: T) -> str:
        """The value as JSON text; the same value gives the same text. Raises ValueError for a naive instant."""
        plain = self._adapter.dump_python(value, exclude_defaults=not self._whole)
        return json.dumps(plain, default=_plain, ensure_ascii=False, separators=(",", ":"))

    def read(self, row: Item) -> T:
        """The value of this item. Raises NewerShapeError when a later version wrote it, else ValueError as `load`."""
        return self.load(row.known().data)

    def read_only(self, row: Item) -> T:
        """The same without the fields that this version does not know: for what is never written back as it was read.

        Raises as `read` does for everything else.
        """
        return self._loaded(row.known().data, self._lenient)

    def load(self, text: str | None) -> T:
        """The value of this text. Raises ValueError when there is none, or it is of another shape.

        The error names fields only: what stands in them may be anybody's words or address.
        """
        return self._loaded(text, self._adapter)

    def _loaded(self, text: str | None, adapter: TypeAdapter[T | None]) -> T:
        try:
            value = None if text is None else adapter.validate_json(text)
        except ValidationError as error:
            wrong = ", ".join(".".join(map(str, each["loc"])) + f" {each['type']}" for each in error.errors())
        else:
            if value is None:
                raise ValueError(f"an item that should hold a {self._kind.__name__} holds no data")
            return value
        raise ValueError(f"a stored {self._kind.__name__} has another shape: {wrong}")

    def readable(self, row: Item) -> T | None:
        """The value of this item; None where `read` refuses it: for lists, in which one bad item hides no other."""
        try:
            return self.read(row)
        except ValueError:
            return None


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
EVENT = Codec(Event, whole=True)
CLOCK = Codec(Clock)
TEXT = Codec(Text)
DESK = Codec(DeskEntry)
MESSAGE = Codec(Message)
REMEMBERED = Codec(Remembered)
UPLOAD = Codec(Upload)
UNIT = Codec(Unit)
CONTACT = Codec(Contact)
MAILBOX = Codec(Mailbox)
