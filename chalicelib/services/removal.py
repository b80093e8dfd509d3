"""What becomes of a removed letter's writer (PL-17)."""

from chalicelib.domain.letter import Writer
from chalicelib.ports import LetterFile, SealedWriter
from chalicelib.services.installation import Installation


def only_contact_kept(inst: Installation, file: LetterFile) -> SealedWriter | None:
    """Of the writer's data stays how to tell them of the removal; name and address go. None: there was nothing."""
    if file.writer is None:
        return None
    writer = inst.secrets.unseal(file.letter.id, file.writer)
    return inst.secrets.seal(file.letter.id, Writer(phone=writer.phone, email=writer.email))
