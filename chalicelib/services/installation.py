"""One county's running installation: its ports, its rules and its zone, as the use cases take them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.domain.directory import Directory
from chalicelib.domain.draft import Surroundings
from chalicelib.domain.languages import DEFAULT
from chalicelib.domain.letter import RulebookRef
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.working_calendar import WorkingCalendar
from chalicelib.ports import (
    AttachmentStore,
    Ids,
    JobRuns,
    LetterStore,
    Links,
    Mailer,
    Outbox,
    ProofOfWork,
    Registry,
    ReportStore,
    Secrets,
    Signer,
    TextSender,
    TimeSource,
)


@dataclass(frozen=True, slots=True)
class Installation:
    """Joined by bootstrap once a container; tests build one of fakes.

    `rulebook` is the one in force for new letters; `rulebook_of` gives the one an older letter began with. `calendar`
    is asked anew by every use case, since a notice may have been loaded. `pause(n)` waits before the n-th next try.
    `proofs`: None where letters are taken without a proof of work.
    """

    letters: LetterStore
    outbox: Outbox
    registry: Registry
    jobs: JobRuns
    reports: ReportStore
    attachments: AttachmentStore
    secrets: Secrets
    links: Links
    signer: Signer
    mailer: Mailer
    texts: TextSender
    ids: Ids
    time: TimeSource
    pause: Callable[[int], None]
    rulebook: Rulebook
    rulebook_of: Callable[[RulebookRef], Rulebook]
    calendar: Callable[[], WorkingCalendar]
    zone: ZoneInfo
    county: str
    site_url: str
    proofs: ProofOfWork | None = None
    report_language: str = DEFAULT.value

    def surroundings(
        self, now: datetime, directory: Directory, rulebook: Rulebook, number: str | None = None
    ) -> Surroundings:
        """What the domain's rules may ask, at this moment."""
        return Surroundings(
            now=now,
            zone=self.zone,
            rulebook=rulebook,
            calendar=self.calendar(),
            directory=directory,
            new_salt=self.ids.salt,
            number=number,
            county=self.county,
        )
