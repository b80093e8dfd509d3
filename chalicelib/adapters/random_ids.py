"""Fresh randomness from the operating system's generator for secrets."""

import secrets

from chalicelib.domain.letter import LetterId

# Crockford's base 32: no I, L, O, U, so that a code read out or written down by hand is not misread.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class RandomIds:
    """Ids nobody can guess."""

    def letter_id(self) -> LetterId:
        """A tracking code: 12 characters, 60 bits. Pages show it in groups of four; the id has no dashes."""
        return LetterId("".join(secrets.choice(ALPHABET) for _ in range(12)))

    def query_code(self) -> str:
        """The writer's secret: eight digits; guessing is slowed by the lock on the letter."""
        return f"{secrets.randbelow(10**8):08d}"

    def upload_id(self) -> str:
        """160 bits, letters and digits."""
        return "".join(secrets.choice(ALPHABET) for _ in range(32))

    def salt(self) -> str:
        """128 bits, hex."""
        return secrets.token_hex(16)
