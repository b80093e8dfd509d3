"""Mailer: SES and SMTP against real servers on this machine. Both must carry the same letter and fail alike."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from socket import create_server
from typing import Any
from urllib.parse import parse_qs

import boto3
import pytest
import urllib3
from botocore.config import Config

from chalicelib.adapters.ses_mail import SesMail
from chalicelib.adapters.smtp_mail import Security, SmtpMail, SmtpServer
from chalicelib.ports import Mail, Mailer, RefusedError, SendingError
from infra.emulator import Emulator
from infra.environment import LOCAL_REGION
from tests.builders import FRIDAY
from tests.fakes import wire
from tests.functional.post_office import Hands

TIME = Hands(FRIDAY)
FROM, NAME = "box@county.test", "县长信箱（双峰县）"
LONG = "您有一封来信待办，应于11月24日（周二）前答复。" * 40
MAIL = Mail(
    "<letter-1-000001-01@county.test>",
    "wang@mail.test",
    "来信待办：信箱〔2026〕0001号（咨询），11月24日（周二）前答复",
    f"{LONG}\n\n.一行以点开头\n",
    f"<p>{LONG}</p>\n",
)
SES_OK = (
    "<SendRawEmailResponse><SendRawEmailResult><MessageId>1</MessageId></SendRawEmailResult></SendRawEmailResponse>"
)
AWS_ERROR = (
    "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
    "<Message>wang@mail.test: no</Message></Error></ErrorResponse>"
)


@dataclass(frozen=True)
class Route:
    """One way for mail to go, and the two ways in which its server can say no."""

    mailer: Mailer
    received: Callable[[], list[EmailMessage]]
    say_later: Callable[[], None]
    say_never: Callable[[], None]


def ses_client(url: str) -> Any:
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=1, read_timeout=1)
    return boto3.client("ses", region_name=LOCAL_REGION, endpoint_url=url, config=config)


def _ses() -> Iterator[Route]:
    with wire.http_server() as server:
        server.body = SES_OK

        def received() -> list[EmailMessage]:
            forms = [parse_qs(each.decode()) for each in server.requests]
            raw = [base64.b64decode(form["RawMessage.Data"][0]) for form in forms]
            return [message_from_bytes(each, policy=policy.default) for each in raw]

        def answer(status: int, code: str) -> Callable[[], None]:
            def set_it() -> None:
                server.status, server.body = status, AWS_ERROR.format(code=code)

            return set_it

        mailer = SesMail(ses_client(server.url), FROM, NAME, TIME)
        yield Route(mailer, received, answer(400, "Throttling"), answer(400, "MessageRejected"))


def _smtp() -> Iterator[Route]:
    with wire.smtp_server() as server:

        def answer(text: str) -> Callable[[], None]:
            return lambda: server.answers.update(RCPT=text)

        mailer = SmtpMail(SmtpServer(wire.LOOPBACK, server.port, Security.PLAIN), FROM, NAME, TIME)
        later, never = answer("451 {address}: try again later"), answer("550 {address}: no such user")
        yield Route(mailer, lambda: server.received, later, never)


@pytest.fixture(params=[_ses, _smtp], ids=["SES", "SMTP"])
def route(request: pytest.FixtureRequest) -> Iterator[Route]:
    yield from request.param()


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def test_a_letter_arrives_as_it_was_written(route: Route) -> None:
    route.mailer.send(MAIL)
    (message,) = route.received()
    assert (message["Subject"], message["To"]) == (MAIL.subject, MAIL.to)
    sender = message["From"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == (NAME, FROM)
    assert part(message, "plain") == MAIL.text
    assert part(message, "html") == MAIL.html


def test_a_letter_carries_its_stable_id_its_date_and_that_no_person_wrote_it(route: Route) -> None:
    route.mailer.send(MAIL)
    route.mailer.send(MAIL)
    first, second = route.received()
    assert first["Message-ID"] == second["Message-ID"] == first["X-Huiyin-Message-ID"] == MAIL.message_id
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Date"].datetime == FRIDAY


def test_a_letter_without_html_is_plain(route: Route) -> None:
    route.mailer.send(replace(MAIL, html=None))
    (message,) = route.received()
    assert message.get_content_type() == "text/plain"


def test_what_may_work_later_is_not_a_refusal(route: Route) -> None:
    route.say_later()
    with pytest.raises(SendingError) as failed:
        route.mailer.send(MAIL)
    assert not isinstance(failed.value, RefusedError)
    assert MAIL.to not in f"{failed.value}{failed.value.__cause__}"


def test_what_never_works_is_a_refusal_that_repeats_no_address(route: Route) -> None:
    route.say_never()
    with pytest.raises(RefusedError) as refused:
        route.mailer.send(MAIL)
    assert MAIL.to not in f"{refused.value}{refused.value.__cause__}"


@pytest.mark.parametrize(
    "address",
    ["", "wang", "wang@mail.test\r\nBcc: all@mail.test", "王@mail.test", "wang@邮件.test", "a@b, c@d", "@", "<>"],
)
def test_an_address_that_is_none_is_refused_before_anything_is_sent(route: Route, address: str) -> None:
    with pytest.raises(RefusedError):
        route.mailer.send(replace(MAIL, to=address))
    assert route.received() == []


@pytest.mark.parametrize("name", ["SES", "SMTP"])
def test_with_nobody_there_it_is_tried_later(name: str) -> None:
    port = wire.free_port()
    smtp = SmtpMail(SmtpServer(wire.LOOPBACK, port, Security.PLAIN), FROM, NAME, TIME)
    ses = SesMail(ses_client(f"http://{wire.LOOPBACK}:{port}"), FROM, NAME, TIME)
    mailers: dict[str, Mailer] = {"SES": ses, "SMTP": smtp}
    with pytest.raises(SendingError) as failed:
        mailers[name].send(MAIL)
    assert not isinstance(failed.value, RefusedError)


@pytest.mark.parametrize("status", [wire.SILENCE, wire.HANG_UP, 500, 503])
def test_ses_that_breaks_off_is_tried_again(status: int) -> None:
    with wire.http_server() as server:
        server.status, server.body = status, AWS_ERROR.format(code="InternalFailure")
        with pytest.raises(SendingError) as failed:
            SesMail(ses_client(server.url), FROM, NAME, TIME).send(MAIL)
        assert not isinstance(failed.value, RefusedError)


def test_ses_is_told_the_configuration_set_that_reports_bounces() -> None:
    with wire.http_server() as server:
        server.body = SES_OK
        SesMail(ses_client(server.url), FROM, NAME, TIME, "bounces").send(MAIL)
        form = parse_qs(server.requests[0].decode())
        assert form["ConfigurationSetName"] == ["bounces"]
        assert (form["Source"], form["Destinations.member.1"]) == ([FROM], [MAIL.to])


@pytest.mark.parametrize("code", ["AccountSendingPausedException", "ConfigurationSetDoesNotExist", "AccessDenied"])
def test_what_the_operator_can_mend_at_ses_is_tried_again(code: str) -> None:
    with wire.http_server() as server:
        server.status, server.body = 400, AWS_ERROR.format(code=code)
        with pytest.raises(SendingError) as failed:
            SesMail(ses_client(server.url), FROM, NAME, TIME).send(MAIL)
        assert not isinstance(failed.value, RefusedError)


def test_the_emulators_ses_takes_mail_from_a_verified_sender_only(emulator: Emulator) -> None:
    client = boto3.client("ses", region_name=LOCAL_REGION, endpoint_url=emulator.endpoint)
    mailer = SesMail(client, FROM, NAME, TIME)
    with pytest.raises(RefusedError, match="ses:MessageRejected"):
        mailer.send(MAIL)
    client.verify_email_identity(EmailAddress=FROM)
    client.verify_email_identity(EmailAddress=MAIL.to)
    mailer.send(MAIL)
    kept = urllib3.request("GET", f"{emulator.endpoint}/_ministack/ses/messages").json()["messages"]
    (message,) = [each for account in kept.values() for each in account if each["To"] == [MAIL.to]]
    assert message["Subject"] == MAIL.subject
    assert LONG in message["BodyText"]


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({"DATA": "452 no room"}, SendingError),
        ({"DATA": "554 not this"}, RefusedError),
        ({"RCPT": "450 grey"}, SendingError),
        ({"RCPT": "553 bad name"}, RefusedError),
        ({"RCPT": "501 bad syntax"}, RefusedError),
        ({"RCPT": "530 log in first"}, SendingError),
    ],
)
def test_smtp_codes_say_whether_to_try_again(answers: dict[str, str], kind: type[SendingError]) -> None:
    with wire.smtp_server() as server:
        server.answers |= answers
        with pytest.raises(SendingError) as failed:
            SmtpMail(SmtpServer(wire.LOOPBACK, server.port, Security.PLAIN), FROM, NAME, TIME).send(MAIL)
        assert type(failed.value) is kind
        assert server.received == []


@pytest.mark.parametrize("goodbye", ["421 out of here", wire.CUT])
def test_a_rude_goodbye_does_not_make_an_accepted_mail_fail(goodbye: str) -> None:
    with wire.smtp_server() as server:
        server.answers["QUIT"] = goodbye
        SmtpMail(SmtpServer(wire.LOOPBACK, server.port, Security.PLAIN), FROM, NAME, TIME).send(MAIL)
        assert len(server.received) == 1
        assert server.envelopes == [(FROM, [MAIL.to])]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> wire.Certificate:
    return wire.make_certificate(tmp_path_factory.mktemp("tls"))


def test_smtp_over_tls(certificate: wire.Certificate) -> None:
    with wire.smtp_server(certificate) as server:
        target = SmtpServer(wire.LOOPBACK, server.port, Security.TLS, context=certificate.for_client())
        SmtpMail(target, FROM, NAME, TIME).send(MAIL)
        assert server.encrypted == [True]


def test_a_login_is_tried_without_sending_anything(certificate: wire.Certificate) -> None:
    """What `doctor` asks of a mail server."""
    with wire.smtp_server(
        tls_context=certificate.for_server(),
        require_starttls=True,
        authenticator=wire.only_the_box,
        auth_required=True,
    ) as server:
        right = SmtpServer(
            wire.LOOPBACK, server.port, Security.STARTTLS, "box", "right", context=certificate.for_client()
        )
        SmtpMail(right, FROM, NAME, TIME).try_login()
        assert server.encrypted == []
        with pytest.raises(SendingError, match="smtp:535"):
            SmtpMail(replace(right, password="wrong"), FROM, NAME, TIME).try_login()
    with pytest.raises(SendingError, match="smtp:ConnectionRefusedError"):
        SmtpMail(right, FROM, NAME, TIME).try_login()


def test_smtp_with_starttls_and_login(certificate: wire.Certificate) -> None:
    with wire.smtp_server(
        tls_context=certificate.for_server(),
        require_starttls=True,
        authenticator=wire.only_the_box,
        auth_required=True,
    ) as server:
        right = SmtpServer(
            wire.LOOPBACK, server.port, Security.STARTTLS, "box", "right", context=certificate.for_client()
        )
        SmtpMail(right, FROM, NAME, TIME).send(MAIL)
        assert server.encrypted == [True]
        with pytest.raises(SendingError, match="smtp:SMTPAuthenticationError") as failed:
            SmtpMail(replace(right, password="wrong"), FROM, NAME, TIME).send(MAIL)
        assert not isinstance(failed.value, RefusedError)
        assert len(server.received) == 1


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_certificate_nobody_vouches_for_gets_no_mail(certificate: wire.Certificate, security: Security) -> None:
    at_once = security is Security.TLS
    later = None if at_once else certificate.for_server()
    with wire.smtp_server(certificate if at_once else None, tls_context=later) as server:
        with pytest.raises(SendingError, match="smtp:SSLCertVerificationError"):
            SmtpMail(SmtpServer(wire.LOOPBACK, server.port, security), FROM, NAME, TIME).send(MAIL)
        assert server.received == []


def test_a_server_that_offers_no_starttls_gets_no_mail() -> None:
    """Somebody in between may have struck the offer out."""
    with wire.smtp_server() as server:
        with pytest.raises(SendingError):
            SmtpMail(SmtpServer(wire.LOOPBACK, server.port, Security.STARTTLS), FROM, NAME, TIME).send(MAIL)
        assert server.received == []


def test_smtp_without_tls_stays_on_this_machine() -> None:
    with pytest.raises(ValueError, match="TLS"):
        SmtpServer("mail.county.test", 25, Security.PLAIN)


def test_a_server_that_says_nothing_is_left_after_the_time_out() -> None:
    with create_server((wire.LOOPBACK, 0)) as silent:
        target = SmtpServer(wire.LOOPBACK, silent.getsockname()[1], Security.PLAIN, timeout_seconds=0.3)
        with pytest.raises(SendingError, match="smtp:SMTPServerDisconnected"):
            SmtpMail(target, FROM, NAME, TIME).send(MAIL)
