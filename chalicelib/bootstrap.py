"""The only join: settings → adapters → an installation. Once a container; clients and secrets on first use."""

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any, cast

from chalicelib.adapters.calendar_files import parse_notice, shipped_calendar
from chalicelib.adapters.directory_once import DirectoryOnce
from chalicelib.adapters.dynamodb import DynamoJobRuns, DynamoLetterStore, DynamoOutbox, DynamoRegistry, open_table
from chalicelib.adapters.form_pages import FormPages
from chalicelib.adapters.kms_secrets import KmsSecrets
from chalicelib.adapters.kms_signer import KmsSigner
from chalicelib.adapters.message_templates import MessageTemplates
from chalicelib.adapters.random_ids import RandomIds
from chalicelib.adapters.rotating_links import RotatingLinks, present_and_last
from chalicelib.adapters.rulebook_files import rulebook, rulebook_at
from chalicelib.adapters.s3_attachments import S3Attachments
from chalicelib.adapters.s3_reports import S3Reports
from chalicelib.adapters.scratch_files import scratch_files
from chalicelib.adapters.system_clock import SystemClock
from chalicelib.config import Settings, settings_from
from chalicelib.domain.letter import RulebookRef
from chalicelib.domain.rulebook import Rulebook
from chalicelib.domain.working_calendar import WorkingCalendar
from chalicelib.observability import logger
from chalicelib.ports import Mailer, ProofOfWork, Room, TextSender, TimeSource
from chalicelib.services.installation import Installation
from chalicelib.services.notices import loaded_notices
from chalicelib.services.wording import Sender, Words

if TYPE_CHECKING:
    from chalicelib.services.reporting.files import ReportFiles

READ_AGAIN = timedelta(minutes=5)
"""After so long passwords of outside services are read again, as the secrets of links are (RotatingLinks)."""


@dataclass(frozen=True, slots=True)
class Container:
    """An installation, and what only some functions need beside it."""

    installation: Installation
    words: Words
    sender: Sender
    report_files: "ReportFiles"
    pages: FormPages = field(default_factory=FormPages)
    room: Room = scratch_files


_containers: list[Container] = []


def container() -> Container:
    """This process's container, made from the environment on first use. Raises SettingsError naming what is missing."""
    if not _containers:
        _containers.append(build(settings_from(os.environ)))
    return _containers[-1]


def installation() -> Installation:
    """This process's installation."""
    return container().installation


def new_invocation() -> Container:
    """This process's container, for a request or job that begins now: it reads the directory anew."""
    present = container()
    if isinstance(present.installation.registry, DirectoryOnce):
        present.installation.registry.forget()
    return present


def use(other: Container | None) -> None:
    """Take another container from now on (the stand's, a test's); None: make one anew on next use."""
    _containers[:] = [] if other is None else [other]


def build(settings: Settings, time_source: TimeSource | None = None) -> Container:
    """Join everything for these settings. Makes no call and no client yet."""
    clock = time_source or SystemClock()
    table = open_table(settings.table, settings.region, settings.endpoint)
    sender = Sender(settings.mail_from, settings.county, settings.office_phone)
    jobs = DynamoJobRuns(table)
    mailer, texts = partial(_mailer, settings, clock), partial(_text_sender, settings)
    joined = Installation(
        letters=DynamoLetterStore(table, settings.zone),
        outbox=DynamoOutbox(table),
        registry=DirectoryOnce(DynamoRegistry(table)),
        jobs=jobs,
        attachments=S3Attachments(_client("s3"), settings.attachments_bucket),
        reports=S3Reports(_client("s3"), settings.reports_bucket, settings.site_bucket, settings.inbox_bucket),
        secrets=KmsSecrets(
            _client("kms"), settings.personal_data_key, cache(lambda: _secret(settings.hash_secret).encode())
        ),
        links=RotatingLinks(
            lambda: present_and_last(_client("secretsmanager")(), settings.link_secret), time.monotonic
        ),
        signer=KmsSigner(_client("kms"), settings.ledger_key),
        mailer=cast(Mailer, _Renewed(mailer, clock) if settings.smtp else _Deferred(mailer)),
        texts=cast(TextSender, _Renewed(texts, clock) if settings.gateway else _Deferred(texts)),
        ids=RandomIds(),
        time=clock,
        pause=_pause,
        rulebook=rulebook(settings.rulebook),
        rulebook_of=lambda ref: _rulebook_of(ref, settings.rulebook),
        calendar=lambda: _calendar(loaded_notices(jobs)),
        zone=settings.zone,
        county=settings.county,
        site_url=settings.site_url,
        proofs=cast(ProofOfWork, _Deferred(_proofs)) if settings.proof else None,
        report_language=settings.report_language,
    )
    return Container(joined, MessageTemplates(), sender, cast("ReportFiles", _Deferred(_report_files)))


@cache
def _calendar(texts: tuple[str, ...]) -> WorkingCalendar:
    """The shipped notices and those loaded at run time; made anew only when another one was loaded."""
    loaded = [parse_notice(text, f"loaded notice {number}") for number, text in enumerate(texts, start=1)]
    return shipped_calendar(loaded=loaded)


@cache
def _rulebook_of(ref: RulebookRef, in_force: str) -> Rulebook:
    """The rulebook a letter began with, in that version; where it is not kept, the newest of its name, with a warning.

    Raises RulebookError when there is none of this name any more.
    """
    book = rulebook_at(ref, in_force)
    if book.version != ref.version:
        logger.warning(
            "a letter began with a version of its rulebook that is not kept",
            extra={"rulebook": ref.name, "version": book.version, "began_with": ref.version},
        )
    return book


class _Deferred:
    """Stands in for a port until its first use, so that a function that sends no mail loads no mail client."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = cache(make)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._make(), name)


class _Renewed:
    """As `_Deferred`, made anew every few minutes: a function that runs each minute lives for hours, and would log in
    with the old password as long after the mail server has been given a new one."""

    def __init__(self, make: Callable[[], Any], clock: TimeSource) -> None:
        self._make, self._clock = make, clock
        self._made: tuple[datetime, Any] | None = None

    def __getattr__(self, name: str) -> Any:
        now = self._clock.now()
        if self._made is None or abs(now - self._made[0]) >= READ_AGAIN:
            self._made = (now, self._make())
        return getattr(self._made[1], name)


@cache
def _session() -> Any:
    """One botocore session for all clients: what it reads of services and regions it reads once.

    Not boto3's: that would load several more libraries, and nothing here needs its transfers.
    """
    import botocore.session  # noqa: PLC0415  slow to import, and not every function makes a client

    return botocore.session.get_session()


def _client(service: str) -> Callable[[], Any]:
    """An AWS client made on first use and kept. One call that hangs must not use up the function's time."""

    @cache
    def make() -> Any:
        from botocore.config import Config  # noqa: PLC0415  as above

        patience = Config(
            connect_timeout=5,
            read_timeout=15,
            retries={"total_max_attempts": 3, "mode": "standard"},
            # Addresses that we sign and others open: in the region's own host, and as encrypted objects ask for.
            signature_version="s3v4" if service == "s3" else None,
            s3={"addressing_style": "virtual"} if service == "s3" else None,
        )
        return _session().create_client(service, config=patience)

    return make


def _secret(name: str) -> str:
    """A secret's text, from Secrets Manager. Whoever needs it keeps it, for as long as it may stay the same."""
    return str(_client("secretsmanager")().get_secret_value(SecretId=name)["SecretString"])


def _report_files() -> Any:
    from chalicelib.adapters.report_files import RenderedFiles  # noqa: PLC0415  only one function makes reports

    return RenderedFiles()


def _proofs() -> Any:
    from chalicelib.adapters.altcha_proof import AltchaProofs  # noqa: PLC0415  where they are asked for

    return AltchaProofs()


def _mailer(settings: Settings, clock: TimeSource) -> Mailer:
    if settings.smtp is None:
        from chalicelib.adapters.ses_mail import SesMail  # noqa: PLC0415  the one that is set, and no other

        return SesMail(_client("ses")(), settings.mail_from, settings.county, clock)
    from chalicelib.adapters.smtp_mail import Security, SmtpMail, SmtpServer  # noqa: PLC0415  as above

    smtp = settings.smtp
    password = _secret(smtp.password_secret) if smtp.password_secret else None
    server = SmtpServer(smtp.host, smtp.port, Security(smtp.security), smtp.user, password)
    return SmtpMail(server, settings.mail_from, settings.county, clock)


def _text_sender(settings: Settings) -> TextSender:
    if settings.gateway is None:
        from chalicelib.adapters.sns_text import ONE_TRY, SnsText  # noqa: PLC0415  as above

        return SnsText(_session().create_client("sns", config=ONE_TRY), settings.text_sign)
    from chalicelib.adapters.gateway_text import GatewayText  # noqa: PLC0415  as above

    key = _secret(settings.gateway.key_secret) if settings.gateway.key_secret else ""
    return GatewayText(settings.gateway.url, key, settings.text_sign, settings.gateway.template_ids)


def _pause(attempt: int) -> None:
    """Wait a little, longer each time and never two callers alike, before a write is tried again."""
    time.sleep(random.uniform(0.01, 0.05 * 2 ** min(attempt, 5)))  # noqa: S311  spreading load, not a secret
