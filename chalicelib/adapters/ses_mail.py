"""Sends e-mail through Amazon SES (not offered in AWS China; there, SMTP)."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.mail_mime import as_mime
from chalicelib.ports import Mail, RefusedError, SendingError, TimeSource

REFUSALS = frozenset({"MessageRejected", "MailFromDomainNotVerifiedException", "InvalidParameterValue"})
"""What SES will answer again however often it is asked. All else (throttling, a pause, rights) may be mended."""


class SesMail:
    """`client` is a boto3 `ses` client; `configuration_set` is where bounces are reported from."""

    def __init__(
        self, client: Any, address: str, display_name: str, time: TimeSource, configuration_set: str | None = None
    ) -> None:
        self._client = client
        self._address, self._display_name, self._time = address, display_name, time
        self._extra = {"ConfigurationSetName": configuration_set} if configuration_set else {}

    def send(self, mail: Mail) -> None:
        """Hand it over. Raises SendingError or RefusedError."""
        raw = as_mime(mail, self._address, self._display_name, self._time).as_bytes()
        try:
            self._client.send_raw_email(
                Source=self._address, Destinations=[mail.to], RawMessage={"Data": raw}, **self._extra
            )
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "unknown"))
            kind = RefusedError if code in REFUSALS else SendingError
            raise kind(f"ses:{code}") from None  # the answer's text names the address
        except BotoCoreError as error:
            raise SendingError(f"ses:{type(error).__name__}") from None
