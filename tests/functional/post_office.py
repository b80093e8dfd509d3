"""A county with a post office, for tests of what goes out: real moves on fakes, and dispatch over them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from chalicelib.adapters.link_tokens import ItsdangerousLinks
from chalicelib.domain.arrival import Arrival
from chalicelib.domain.letter import Actor, LetterId, Writer
from chalicelib.domain.payloads import Accept, Assign, Payload
from chalicelib.domain.workflow import Move
from chalicelib.ports import LetterFile, NumberTaken
from chalicelib.services.dispatch import DispatchResult, dispatch
from chalicelib.services.installation import Installation
from chalicelib.services.wording import Sender
from tests.builders import CLERK, FRIDAY, SHANGHAI, a_directory, arrived, calendar, moved, rulebook, swept
from tests.fakes.files import FakeSecrets
from tests.fakes.post import FakeMailer, FakeTextSender
from tests.fakes.store import FakeLetterStore, FakeOutbox, FakeRegistry
from tests.functional.world import WORDS

SENDER = Sender("box@county.test", "县长信箱")
SITE = "https://letters.county.test"
NOT_ASKED = cast(Any, None)
"""Ports dispatch has no business with."""


@dataclass(slots=True)
class Hands:
    """A clock that a test sets."""

    at: datetime = FRIDAY

    def now(self) -> datetime:
        """See TimeSource."""
        return self.at


@dataclass(slots=True)
class PostOffice:
    """The county on Fri 20 Nov 2026, 10:00. `at` moves the time."""

    outbox: FakeOutbox = field(default_factory=FakeOutbox)
    registry: FakeRegistry = field(default_factory=FakeRegistry)
    secrets: FakeSecrets = field(default_factory=FakeSecrets)
    mailer: FakeMailer = field(default_factory=FakeMailer)
    texts: FakeTextSender = field(default_factory=FakeTextSender)
    links: ItsdangerousLinks = field(default_factory=lambda: ItsdangerousLinks(["a secret"]))
    time: Hands = field(default_factory=Hands)
    letters: FakeLetterStore = field(init=False)
    numbers: int = 0

    def __post_init__(self) -> None:
        self.letters = FakeLetterStore(self.outbox, SHANGHAI)
        people = a_directory()
        self.registry.put([*people.units.values()], [*people.contacts.values()], [*people.mailboxes.values()])

    def arrive(self, letter: str = "letter-1", writer: Writer | None = None, arrival: Arrival | None = None) -> None:
        """A letter comes in."""
        change = arrived(letter, self.time.at, arrival)
        sealed = self.secrets.seal(LetterId(letter), writer) if writer else None
        self.letters.commit(replace(change, writer=sealed))

    def file(self, letter: str = "letter-1") -> LetterFile:
        """The letter as it stands."""
        file = self.letters.load(LetterId(letter))
        assert file is not None
        return file

    def move(self, move: Move, payload: Payload, actor: Actor = CLERK, letter: str = "letter-1") -> None:
        """Somebody makes a move, now."""
        number = None
        if move is Move.ACCEPT:
            self.numbers += 1
            number = NumberTaken("centre/2026", self.numbers)
        self.letters.commit(moved(self.file(letter), move, payload, actor, self.time.at, number))

    def assigned(self, letter: str, *units: str, arrival: Arrival | None = None) -> None:
        """A letter comes in, is accepted, and is assigned; what that owed lies in the outbox."""
        self.arrive(letter, arrival=arrival)
        self.move(Move.ACCEPT, Accept(), letter=letter)
        self.move(Move.ASSIGN, Assign(units=list(units)), letter=letter)

    def sweep(self, letter: str = "letter-1") -> None:
        """Take the ladder steps of the letter that have come."""
        for clock in self.file(letter).clocks:
            change = swept(self.file(letter), clock.id, self.time.at)
            if change is not None:
                self.letters.commit(change)

    def empty(self) -> None:
        """Forget everything owed and sent so far."""
        self.outbox.messages.clear()
        self.mailer.sent.clear()
        self.texts.sent.clear()

    def dispatch(self, at_most: int = 100, has_time: Callable[[], bool] = lambda: True) -> DispatchResult:
        """One run."""
        return dispatch(self.installation(), WORDS, SENDER, at_most, has_time)

    def installation(self) -> Installation:
        """What bootstrap would have joined."""
        return Installation(
            letters=self.letters,
            outbox=self.outbox,
            registry=self.registry,
            jobs=NOT_ASKED,
            reports=NOT_ASKED,
            attachments=NOT_ASKED,
            secrets=self.secrets,
            links=self.links,
            signer=NOT_ASKED,
            mailer=self.mailer,
            texts=self.texts,
            ids=NOT_ASKED,
            time=self.time,
            pause=NOT_ASKED,
            rulebook=rulebook(),
            rulebook_of=lambda _: rulebook(),
            calendar=calendar,
            zone=SHANGHAI,
            county="示例县",
            site_url=SITE,
        )
