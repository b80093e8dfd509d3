"""Sends SMS through Amazon SNS (not offered in AWS China; there, an HTTP gateway)."""

from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError, SSLError

from chalicelib.adapters.phone_numbers import international
from chalicelib.ports import OutcomeUnknownError, RefusedError, SendingError, TextMessage

REFUSALS = frozenset(
    {"InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid", "ValidationError", "OptedOut"}
)
NEVER_REACHED = (EndpointConnectionError, ConnectTimeoutError, SSLError)

ONE_TRY = Config(retries={"total_max_attempts": 1, "mode": "standard"}, connect_timeout=5, read_timeout=15)
"""The client must be made with this: boto3 would otherwise send an SMS again after a lost answer."""


class SnsText:
    """`client` is a boto3 `sns` client made with ONE_TRY. `sign` stands in 【】 before the words, as carriers ask."""

    def __init__(self, client: Any, sign: str, sender_id: str | None = None) -> None:
        self._client, self._sign = client, sign
        self._attributes = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
        if sender_id:
            self._attributes["AWS.SNS.SMS.SenderID"] = {"DataType": "String", "StringValue": sender_id}

    def send(self, text: TextMessage) -> None:
        """Hand it over. Raises SendingError, RefusedError, or OutcomeUnknownError when no answer came."""
        phone = international(text.to)
        try:
            self._client.publish(
                PhoneNumber=phone, Message=f"【{self._sign}】{text.text}", MessageAttributes=self._attributes
            )
        except ClientError as error:
            raise _failure(error) from None
        except NEVER_REACHED as error:
            raise SendingError(f"sns:{type(error).__name__}") from None
        except BotoCoreError as error:
            raise OutcomeUnknownError(f"sns:{type(error).__name__}") from None


def _failure(error: ClientError) -> SendingError:
    code = str(error.response.get("Error", {}).get("Code", "unknown"))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in REFUSALS:
        return RefusedError(f"sns:{code}")
    if status >= 500:
        return OutcomeUnknownError(f"sns:{code}")
    return SendingError(f"sns:{code}")
