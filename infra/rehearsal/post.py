"""What was sent, by whichever way: e-mail by SES or SMTP, SMS by SNS or a gateway."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from infra.errors import OperatorError
from infra.rehearsal.people import direct, wait_until

_BY_THE_SCHEDULE: Final = 100.0  # the schedule that sends mail runs every minute, and a busy machine is slow
_BY_HAND: Final = 20.0
_CODE: Final = re.compile(r"\b(\d{6})\b")


@dataclass(frozen=True, slots=True)
class Sent:
    """One message: `way` is ses, sns, smtp or gateway; `to` an address or a number."""

    id: str
    way: str
    to: str
    text: str


Box = Callable[[], Iterable[Sent]]


@dataclass(slots=True)
class Post:
    """All boxes of a rehearsal. `hurry` sends what is owed at once; without it one waits for the deployed schedule."""

    boxes: list[Box]
    hurry: Callable[[], None] | None = None
    _seen: set[str] = field(default_factory=set)

    def wait_for(self, to: str, words: str, way: str | None = None) -> str:
        """The text of the next message there that holds these words. Raises OperatorError when none comes.

        One that was found is not found a second time. `way`: by this way and no other.
        """

        def look() -> str | None:
            return self._next(to, words, way)

        found = look()
        if found is None and self.hurry is not None:
            self.hurry()
        patience = _BY_THE_SCHEDULE if self.hurry is None else _BY_HAND
        by = f" by {way}" if way else ""
        return found or wait_until(look, f"nothing with {words!r} has come to {to}{by}", patience)

    def _next(self, to: str, words: str, way: str | None) -> str | None:
        for sent in (each for box in self.boxes for each in box()):
            if sent.id not in self._seen and sent.to.endswith(to) and words in sent.text and way in {None, sent.way}:
                self._seen.add(sent.id)
                return sent.text
        return None


def emulated_boxes(endpoint: str) -> list[Box]:
    """What the emulator's SES and SNS have sent. `endpoint`: where the emulator answers."""
    return [lambda: _mails(endpoint), lambda: _texts(endpoint)]


def code_in(text: str) -> str:
    """The one-time code in a message. Raises OperatorError when it has none."""
    found = _CODE.search(text)
    if found is None:
        raise OperatorError("A message that should hold a one-time code holds none.")
    return found[1]


def _mails(endpoint: str) -> Iterator[Sent]:
    accounts = _asked(f"{endpoint}/_ministack/ses/messages")["messages"]
    for mail in sorted((each for mails in accounts.values() for each in mails), key=lambda each: each["Timestamp"]):
        yield Sent(mail["MessageId"], "ses", ", ".join(mail["To"]), f"{mail['Subject']}\n{mail['BodyText']}")


def _texts(endpoint: str) -> Iterator[Sent]:
    for phone, texts in _asked(f"{endpoint}/_ministack/sns/sms-messages")["sms_messages"].items():
        for text in texts:
            yield Sent(text["MessageId"], "sns", phone, text["Message"])


def _asked(address: str) -> Any:
    with direct().open(address, timeout=30) as answer:
        return json.load(answer)
