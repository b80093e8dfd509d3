"""A letter arrives: from the web form, or fetched from another platform."""

from dataclasses import dataclass, replace
from dataclasses import field as part  # an arrival has a `field` of its own
from datetime import datetime

from chalicelib.domain.clocks import ClockName, local_date
from chalicelib.domain.directory import Directory, Mailbox
from chalicelib.domain.draft import Draft, Outcome, Surroundings
from chalicelib.domain.languages import DEFAULT, Language
from chalicelib.domain.letter import (
    Actor,
    Kind,
    Letter,
    LetterId,
    Role,
    RulebookRef,
    Status,
    TextPurpose,
    UnitId,
    Writer,
)
from chalicelib.domain.named import named_in
from chalicelib.domain.places import places
from chalicelib.domain.redaction import redact_writer
from chalicelib.domain.visibility import names_somebody

IMPORT = "import"
"""The channel of letters that came in a file; their writers are known to the upstream platform only."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came in, already checked. Limits run from our receipt; `written_at` (UTC) is information.

    `traces`: by what a repeat of it is found again (see `traces.traces_of`).
    """

    mailbox: Mailbox
    kind: Kind
    subject: str = part(repr=False)
    body: str = part(repr=False)
    source: str = "web"
    source_number: str | None = None
    written_at: datetime | None = None
    field: str | None = part(default=None, repr=False)
    region: str | None = part(default=None, repr=False)
    about_units: tuple[UnitId, ...] = ()
    about_text: str | None = part(default=None, repr=False)
    publish_consent: bool = False
    keep_confidential: bool = False
    traces: tuple[str, ...] = ()
    relay_subject: str | None = part(default=None, repr=False)
    language: Language = DEFAULT

    def of(self, writer: Writer) -> "Arrival":
        """The same with the subject as it is listed for those who are not to know who wrote (PL-18)."""
        return replace(self, relay_subject=redact_writer(self.subject, writer))


def newborn(letter_id: LetterId, code_hash: str, arrival: Arrival, around: Surroundings) -> Letter:
    """The letter before anything has happened to it, received now."""
    book = around.rulebook
    return Letter(
        id=letter_id,
        version=1,
        status=Status.RECEIVED,
        kind=arrival.kind,
        mailbox=arrival.mailbox.id,
        centre=arrival.mailbox.owner,
        source=arrival.source,
        subject=arrival.subject,
        relay_subject=arrival.relay_subject,
        received_at=around.now,
        rulebook=RulebookRef(book.name, book.version),
        code_hash=code_hash,
        field=arrival.field,
        region=arrival.region,
        source_number=arrival.source_number,
        written_at=arrival.written_at,
        about_units=arrival.about_units,
        about_unsettled=arrival.about_text is not None,
        publish_consent=arrival.publish_consent,
        keep_confidential=arrival.keep_confidential,
        traces=arrival.traces,
        received_on=local_date(around.now, around.zone),
        language=arrival.language,
    )


def arrival_facts(letter: Letter, around: Surroundings) -> dict[str, object]:
    """What the ledger says of a letter that came in. `field` and `region`: see `places`.

    `guarded`: it names an office or somebody, the ledger does not say whom (PL-18). Reports leave such letters out of
    their lists.
    """
    book = around.rulebook
    return {
        "kind": letter.kind.value,
        "source": letter.source,
        "mailbox": letter.mailbox,
        "centre": letter.centre,
        "guarded": names_somebody(letter),
        "rulebook": f"{book.name}@{book.version}",
        **places(letter, book),
    }


def _kept_from_named(letter: Letter, arrival: Arrival, directory: Directory) -> Letter:
    """PL-18: whoever is named in words is kept from it at once, until the centre has said whom it is about.

    In an accusation the letter's own words are looked at as well, for not everybody fills in whom it is about.
    """
    words = [arrival.about_text or ""]
    if letter.kind is Kind.ACCUSATION:
        words += [arrival.subject, arrival.body]
    named = named_in("\n".join(words), directory)
    guessed = bool(named.contacts or set(named.units) - set(letter.about_units))
    return replace(
        letter,
        about_guessed=guessed,
        about_units=tuple(dict.fromkeys((*letter.about_units, *named.units))),
        about_contacts=named.contacts,
        about_unsettled=letter.about_unsettled or guessed,
    )


def receive(
    letter_id: LetterId,
    code_hash: str,
    arrival: Arrival,
    channel: str,
    around: Surroundings,
    taken_in_by: Actor | None = None,
) -> Outcome:
    """The letter's first event. Its triage limit runs from this moment (SF-2.1).

    `taken_in_by`: who wrote it down, when it came by telephone or on paper (HF-3.2, BB-1). The words stay the writer's.
    """
    letter = _kept_from_named(newborn(letter_id, code_hash, arrival, around), arrival, around.directory)
    draft = Draft(letter, {}, Actor("writer", Role.WRITER, channel=channel), around)
    draft.fact(**arrival_facts(letter, around), status=Status.RECEIVED.value)
    draft.say(TextPurpose.BODY, arrival.body, for_writer=True)
    draft.say(TextPurpose.ABOUT, arrival.about_text)
    draft.attach_files()
    draft.open(ClockName.TRIAGE, around.rulebook.triage)
    if channel != IMPORT:
        draft.tell("letter_received", Role.WRITER, channels=("email", "sms"))
    draft.tell("letter_to_triage", Role.CENTRE)
    if taken_in_by is not None:
        draft.actor = taken_in_by
    return draft.finish("receive")
