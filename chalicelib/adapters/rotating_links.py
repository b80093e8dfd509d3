"""Desk links whose secret may be changed while functions run: the present and the last secret are both good.

Whoever changes it because it has leaked changes it twice; then no link made with the leaked one opens anything.
"""

from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.adapters.link_tokens import ItsdangerousLinks
from chalicelib.ports import LinkClaims

READ_EVERY = 300.0
"""Seconds after which the secrets are read again."""


class RotatingLinks:
    """`secrets` gives those in force, the newest first; `seconds` is a clock that only ever goes on."""

    def __init__(self, secrets: Callable[[], Sequence[str]], seconds: Callable[[], float]) -> None:
        self._secrets = secrets
        self._seconds = seconds
        self._read: tuple[float, ItsdangerousLinks] | None = None

    def token(self, claims: LinkClaims) -> str:
        """See Links."""
        return self._links().token(claims)

    def read(self, token: str) -> LinkClaims:
        """See Links. Raises LinkRefusedError("malformed")."""
        return self._links().read(token)

    def _links(self) -> ItsdangerousLinks:
        now = self._seconds()
        if self._read is None or now - self._read[0] >= READ_EVERY:
            self._read = (now, ItsdangerousLinks(self._secrets()))
        return self._read[1]


def present_and_last(client: Any, name: str) -> list[str]:
    """The text of a secret of Secrets Manager, and the one it had before, if it was ever changed."""
    present: str = client.get_secret_value(SecretId=name)["SecretString"]
    try:
        last: str = client.get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS")["SecretString"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return [present]
    return [present, last]
