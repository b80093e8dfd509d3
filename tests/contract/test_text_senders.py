"""TextSender: SNS and an HTTP gateway against real servers here. An SMS is handed over once or not at all."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qs

import boto3
import pytest
from botocore.config import Config

from chalicelib.adapters.gateway_text import GatewayText
from chalicelib.adapters.sns_text import ONE_TRY, SnsText
from chalicelib.domain.languages import Language
from chalicelib.ports import OutcomeUnknownError, RefusedError, SendingError, TextMessage, TextSender
from infra.environment import LOCAL_REGION
from tests.fakes import wire

TEXT = TextMessage("letter-1-000001-02", "138 0000 1111", "writer_letter_received", (("code", "K7RM"),), "来信已收到。")
PUBLISHED = "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"
AWS_ERROR = (
    "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code>"
    "<Message>+8613800001111</Message></Error></ErrorResponse>"
)


def sns(server: wire.HttpServer) -> SnsText:
    config = ONE_TRY.merge(Config(connect_timeout=0.5, read_timeout=0.5))
    client = boto3.client("sns", region_name=LOCAL_REGION, endpoint_url=server.url, config=config)
    server.body = PUBLISHED
    return SnsText(client, "县长信箱", "HUIYIN")


def gateway(server: wire.HttpServer) -> GatewayText:
    return GatewayText(f"{server.url}/send", "the key", "县长信箱", {"writer_letter_received": "SMS_1001"}, 0.5)


@dataclass(frozen=True)
class Route:
    """One way for SMS to go."""

    sender: TextSender
    server: wire.HttpServer


@pytest.fixture(params=[sns, gateway], ids=["SNS", "gateway"])
def route(request: pytest.FixtureRequest) -> Iterator[Route]:
    make: Callable[[wire.HttpServer], TextSender] = request.param
    with wire.http_server() as server:
        yield Route(make(server), server)


def kind_of_failure(sender: TextSender, text: TextMessage = TEXT) -> type[SendingError]:
    with pytest.raises(SendingError) as failed:
        sender.send(text)
    assert "13800001111" not in f"{failed.value}{failed.value.__cause__}"
    return type(failed.value)


def test_one_sms_is_one_request(route: Route) -> None:
    route.sender.send(TEXT)
    assert len(route.server.requests) == 1


def test_a_gateway_is_asked_for_the_words_of_the_language_and_for_the_others_where_it_has_none() -> None:
    """Carriers approve each wording under a number of its own; a county may have had one language approved."""
    english, traditional = (replace(TEXT, language=each) for each in (Language.EN, Language.ZH_HANT))
    ids = {"writer_letter_received": "SMS_1", "writer_letter_received@en": "SMS_2"}
    with wire.http_server() as server:
        sender = GatewayText(f"{server.url}/send", "the key", "县长信箱", ids, 0.5)
        for text in (TEXT, english, traditional):
            sender.send(text)
        assert [json.loads(each)["template"] for each in server.requests] == ["SMS_1", "SMS_2", "SMS_1"]


@pytest.mark.parametrize("status", [wire.SILENCE, wire.HANG_UP, 500, 502, 504])
def test_a_lost_answer_is_an_unknown_outcome_and_nothing_is_sent_again(route: Route, status: int) -> None:
    route.server.status, route.server.body = status, AWS_ERROR.format(code="InternalError")
    assert kind_of_failure(route.sender) is OutcomeUnknownError
    assert len(route.server.requests) == 1


@pytest.mark.parametrize("make", [sns, gateway])
def test_with_nobody_there_it_is_tried_later(make: Callable[[wire.HttpServer], TextSender]) -> None:
    assert kind_of_failure(make(wire.HttpServer(port=wire.free_port()))) is SendingError


def test_a_number_that_is_none_is_refused_before_anything_is_sent(route: Route) -> None:
    assert kind_of_failure(route.sender, replace(TEXT, to="请打电话")) is RefusedError
    assert route.server.requests == []


def test_sns_gets_number_signed_words_and_attributes() -> None:
    with wire.http_server() as server:
        sns(server).send(TEXT)
        form = parse_qs(server.requests[0].decode())
    assert form["PhoneNumber"] == ["+8613800001111"]
    assert form["Message"] == ["【县长信箱】来信已收到。"]
    attributes = {
        form[f"MessageAttributes.entry.{n}.Name"][0]: form[f"MessageAttributes.entry.{n}.Value.StringValue"][0]
        for n in (1, 2)
    }
    assert attributes == {"AWS.SNS.SMS.SMSType": "Transactional", "AWS.SNS.SMS.SenderID": "HUIYIN"}


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "InvalidParameter", RefusedError),
        (400, "OptedOut", RefusedError),
        (400, "Throttling", SendingError),
        (403, "AuthorizationError", SendingError),
    ],
)
def test_sns_codes_say_whether_to_try_again(status: int, code: str, kind: type[SendingError]) -> None:
    with wire.http_server() as server:
        sender = sns(server)
        server.status, server.body = status, AWS_ERROR.format(code=code)
        assert kind_of_failure(sender) is kind
        assert len(server.requests) == 1


def test_the_gateway_gets_template_and_parameters_and_no_words() -> None:
    with wire.http_server() as server:
        gateway(server).send(TEXT)
        assert json.loads(server.requests[0]) == {
            "sign": "县长信箱",
            "template": "SMS_1001",
            "phone": "+8613800001111",
            "params": {"code": "K7RM"},
            "id": "letter-1-000001-02",
        }
        assert server.headers[0]["authorization"] == "Bearer the key"
        assert server.headers[0]["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RefusedError),
        (404, RefusedError),
        (422, RefusedError),
        (401, SendingError),
        (403, SendingError),
        (408, SendingError),
        (429, SendingError),
        (503, SendingError),
        (302, SendingError),
    ],
)
def test_gateway_codes_say_whether_to_try_again(status: int, kind: type[SendingError]) -> None:
    with wire.http_server() as server:
        sender = gateway(server)
        server.status = status
        assert kind_of_failure(sender) is kind
        assert len(server.requests) == 1


def test_a_template_the_gateway_has_no_number_for_is_refused_by_name() -> None:
    with wire.http_server() as server, pytest.raises(RefusedError, match="no_template_id:staff_digest"):
        gateway(server).send(replace(TEXT, template="staff_digest"))
