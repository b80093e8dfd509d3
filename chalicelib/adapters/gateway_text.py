"""Sends SMS through an HTTP gateway: POST JSON {sign, template, phone, params, id}, with a bearer key.

What an answer means:
  2xx                          accepted
  400, 404, 409, 422 (4xx)     refused for good
  401, 403, 408, 429, 503, 3xx not taken now: a key, a quota or an address to mend; tried again
  500, 502, 504 (other 5xx)    the gateway, or one behind it, broke off: the SMS may be out
No connection, or none that speaks TLS: not taken. Connected and then silence or a broken line: may be out.
"""

import json
from collections.abc import Mapping

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationParseError,
    NewConnectionError,
    ProxyError,
    SSLError,
)

from chalicelib.adapters.phone_numbers import international
from chalicelib.ports import OutcomeUnknownError, RefusedError, SendingError, TextMessage

NEVER_REACHED = (NewConnectionError, ConnectTimeoutError, SSLError, ProxyError, LocationParseError)
LATER = frozenset({401, 403, 408, 429, 503})


class GatewayText:
    """`template_ids`: our template names → the numbers under which the gateway has approved them.

    Another language than zh-Hans is approved under a name of its own, such as `writer_letter_answered@en`. Where a
    county has none approved, the zh-Hans one goes out: the parameters are the same, and better that than silence.
    """

    def __init__(
        self, url: str, key: str, sign: str, template_ids: Mapping[str, str], timeout_seconds: float = 10.0
    ) -> None:
        self._url, self._sign, self._template_ids = url, sign, dict(template_ids)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._pool = urllib3.PoolManager(timeout=urllib3.Timeout(connect=5.0, read=timeout_seconds))

    def send(self, text: TextMessage) -> None:
        """Hand it over. Raises SendingError, RefusedError or OutcomeUnknownError."""
        in_language = self._template_ids.get(f"{text.template}@{text.language}")
        template = in_language or self._template_ids.get(text.template)
        if template is None:
            raise RefusedError(f"no_template_id:{text.template}")
        body = {
            "sign": self._sign,
            "template": template,
            "phone": international(text.to),
            "params": dict(text.params),
            "id": text.message_id,
        }
        try:
            answer = self._pool.request(
                "POST", self._url, body=json.dumps(body).encode(), headers=self._headers, retries=False
            )
        except NEVER_REACHED as error:
            raise SendingError(f"gateway:{type(error).__name__}") from None
        except HTTPError as error:
            raise OutcomeUnknownError(f"gateway:{type(error).__name__}") from None
        _check(answer.status)


def _check(status: int) -> None:
    if 200 <= status < 300:
        return
    name = f"gateway:{status}"
    if status in LATER or 300 <= status < 400:
        raise SendingError(name)
    raise (OutcomeUnknownError if status >= 500 else RefusedError)(name)
