"""Proof of work by ALTCHA: challenges as its widgets and solvers read them, and the check of their answers.

What has to be found is a number from 0 to `MOST` that was hashed with a salt: half of them on average. A desktop's
browser does about 60,000 tries a second; one slowed down four times, as an old phone is, 14,000 to 20,000: one to two
seconds. The library is imported on first use: most functions never ask for a proof.
"""

from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qs

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, StrictInt, TypeAdapter, ValidationError

from chalicelib.ports import ProofUsed

ALGORITHM: Final = "SHA-256"
MOST = 50_000
_LONGEST = 253402300799
"""9999-12-31, in seconds."""


class _Payload(BaseModel):
    """What a solver sends back; `took` and whatever else it says do not matter."""

    model_config = ConfigDict(hide_input_in_errors=True)

    algorithm: str = Field(pattern=f"^{ALGORITHM}$")
    challenge: str = Field(pattern="^[0-9a-f]{64}$")
    number: StrictInt = Field(ge=0, le=MOST)
    salt: str = Field(max_length=200, pattern="^[0-9a-z?=&]+$")
    signature: str = Field(pattern="^[0-9a-f]{64}$")


_BASE64 = TypeAdapter(Base64Bytes)


class AltchaProofs:
    """See ProofOfWork. `most`: the largest number there is to find (tests find a small one)."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most

    def challenge(self, key: str, expires_at: datetime) -> dict[str, str | int]:
        """See ProofOfWork. The fields are those of ALTCHA's own challenges."""
        from altcha.v1 import ChallengeOptions, create_challenge  # noqa: PLC0415  see above

        made = create_challenge(ChallengeOptions(ALGORITHM, self._most, hmac_key=key, expires=expires_at))
        return {
            "algorithm": made.algorithm,
            "challenge": made.challenge,
            "maxnumber": self._most,
            "salt": made.salt,
            "signature": made.signature,
        }

    def solved(self, payload: str, key: str) -> ProofUsed | None:
        """See ProofOfWork. ALTCHA would look at the system's clock; whoever asks compares `expires_at` instead."""
        from altcha.v1 import Payload, verify_solution  # noqa: PLC0415  see above

        try:
            given = _Payload.model_validate_json(_BASE64.validate_python(payload))
        except ValidationError:
            return None
        solution = Payload(ALGORITHM, given.challenge, given.number, given.salt, given.signature)
        right, _ = verify_solution(solution, key, check_expires=False)
        expires = _expiry(given.salt)
        return ProofUsed(given.challenge, expires) if right and expires is not None else None


def _expiry(salt: str) -> datetime | None:
    """The moment that was signed with the challenge, from the salt's query."""
    said = parse_qs(salt.partition("?")[2]).get("expires", [""])[0]
    if not said.isdigit() or int(said) > _LONGEST:
        return None
    return datetime.fromtimestamp(int(said), UTC)
