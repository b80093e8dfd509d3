"""A proof of work before a letter is taken, where the installation asks for one: a browser computes for a second.

It keeps programs from flooding the letterbox, without anybody's help and without a picture to decipher. Each proof is
good for one letter and for an hour.
"""

from datetime import timedelta

from chalicelib.domain.errors import FieldError, InvalidFieldsError
from chalicelib.ports import ProofUsed
from chalicelib.services.installation import Installation

GOOD_FOR = timedelta(hours=1)
"""Long enough to be fetched when somebody begins to write."""


def is_required(inst: Installation) -> bool:
    """Whether `POST /letters` asks for a proof."""
    return inst.proofs is not None


def challenge(inst: Installation) -> dict[str, object]:
    """Something for a browser to compute; `required` False, and nothing else, where no proof is asked for."""
    if inst.proofs is None:
        return {"required": False}
    return {"required": True, **inst.proofs.challenge(_key(inst), inst.time.now() + GOOD_FOR)}


def checked(inst: Installation, payload: str | None) -> ProofUsed | None:
    """The proof that is used up with the letter; None where none is asked for.

    Raises InvalidFieldsError on `proof`: left out, wrong, or expired. Whether it was used before, only the write tells.
    """
    if inst.proofs is None:
        return None
    if payload is None:
        raise refused("proof_needed")
    proof = inst.proofs.solved(payload, _key(inst))
    if proof is None:
        raise refused("proof_wrong")
    if proof.expires_at <= inst.time.now():
        raise refused("proof_expired")
    return proof


def refused(reason: str) -> InvalidFieldsError:
    """The error for a proof that is not taken."""
    return InvalidFieldsError((FieldError("proof", reason),))


def _key(inst: Installation) -> str:
    """Made of the installation's one secret for hashes; it never leaves the server."""
    return inst.secrets.keyed_hash("proof-of-work", "key")
