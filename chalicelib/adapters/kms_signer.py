"""Signs manifests with an RSA key that never leaves KMS."""

import base64
import hashlib
import textwrap
from collections.abc import Callable
from typing import Any

from chalicelib.domain.day_file import ALGORITHM

_LONGEST_MESSAGE = 4096  # bytes KMS takes as they are; of longer ones it takes the digest, for the same signature


class KmsSigner:
    """Signer on one KMS key. `client` gives a boto3 KMS client and is first called when one is needed."""

    def __init__(self, client: Callable[[], Any], key: str) -> None:
        self._client = client
        self._key = key
        self._pem: bytes | None = None

    def sign(self, data: bytes) -> bytes:
        """The RSASSA_PKCS1_V1_5_SHA_256 signature of these bytes."""
        short = len(data) <= _LONGEST_MESSAGE
        answer = self._client().sign(
            KeyId=self._key,
            Message=data if short else hashlib.sha256(data).digest(),
            MessageType="RAW" if short else "DIGEST",
            SigningAlgorithm=ALGORITHM,
        )
        signature: bytes = answer["Signature"]
        return signature

    def public_key_pem(self) -> bytes:
        """The key to check signatures with; asked for once."""
        if self._pem is None:
            der = self._client().get_public_key(KeyId=self._key)["PublicKey"]
            body = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64))
            self._pem = f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n".encode()
        return self._pem
