"""The ledger's key of the made-up counties in `data`: made from a seed, so that no private key lies in the project.

A ledger goes on under the key it began with, so whoever closes more days of a dumped county needs that very key.
"""

import random
from functools import cache

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SEED = "a made-up county's ledger"
EXPONENT = 65537
_SMALL = [n for n in range(3, 2000, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2))]


class SeededSigner:
    """Signer whose RSA key is the same in every process and version."""

    def sign(self, data: bytes) -> bytes:
        return _key().sign(data, padding.PKCS1v15(), SHA256())

    def public_key_pem(self) -> bytes:
        return _key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@cache
def _key() -> rsa.RSAPrivateKey:
    drawn = random.Random(SEED)  # noqa: S311  it has to be the same again, and guards nothing
    p, q = _prime(drawn), _prime(drawn)
    d = pow(EXPONENT, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(EXPONENT, p * q)
    return rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public).private_key()


def _prime(drawn: random.Random) -> int:
    """1,024 bits, the highest two set, so that the product of two has 2,048."""
    while True:
        found = drawn.getrandbits(1024) | 3 << 1022 | 1
        if found % EXPONENT != 1 and all(found % small for small in _SMALL) and _is_prime(found, drawn):
            return found


def _is_prime(number: int, drawn: random.Random) -> bool:
    """Miller and Rabin's test, with eight witnesses."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(8):
        power = pow(drawn.randrange(2, number - 1), odd, number)
        if power in {1, number - 1}:
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True
