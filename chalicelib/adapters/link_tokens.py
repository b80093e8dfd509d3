"""Signed desk links: an itsdangerous token of who, which letter, which epoch, until when.

The plain serializer, not the timed one: that reads the system clock, and the only clock here is TimeSource.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from itsdangerous import BadData, URLSafeSerializer

from chalicelib.domain.errors import LinkRefusedError
from chalicelib.domain.letter import ContactId, LetterId
from chalicelib.ports import LinkClaims

SALT = "huiyin.desk-link.1"
"""Sets these tokens apart from anything else signed with the same secret. Not a secret."""

TOKEN = re.compile(r"[A-Za-z0-9_.-]+")


class ItsdangerousLinks:
    """`secrets`, the newest first: the first signs, all are accepted, so that a secret can be changed without
    breaking the links of the last 14 days."""

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets or not all(secrets):
            raise ValueError("desk links need a secret")
        self._serializer = URLSafeSerializer(
            list(reversed(secrets)),
            salt=SALT,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def token(self, claims: LinkClaims) -> str:
        """The signed token; expiry in whole seconds."""
        payload = {"c": claims.contact, "l": claims.letter, "e": claims.epoch, "x": int(claims.expires_at.timestamp())}
        return str(self._serializer.dumps(payload))

    def read(self, token: str) -> LinkClaims:
        """The claims of a token. Raises LinkRefusedError("malformed"). Expiry and epoch are the caller's to check."""
        if not TOKEN.fullmatch(token):  # base64 decoding passes over what does not belong to it
            raise LinkRefusedError("malformed")
        try:
            payload = self._serializer.loads(token)
            return LinkClaims(
                contact=ContactId(payload["c"]),
                letter=LetterId(payload["l"]) if payload["l"] is not None else None,
                epoch=payload["e"],
                expires_at=datetime.fromtimestamp(payload["x"], UTC),
            )
        except (BadData, KeyError, TypeError, ValueError, OverflowError):
            raise LinkRefusedError("malformed") from None
