"""Somebody is about to send a file: they get an address for it, and an id by which a letter takes it."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.attachments import CLAIM_WITHIN, FORM_GOOD_FOR, Upload, announced
from chalicelib.ports import UploadForm
from chalicelib.services.installation import Installation

PURPOSE = "upload"
"""What names of uploads are sealed for, with the upload's id behind it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Where to post the file, until when (UTC), and as what it will be kept."""

    id: str
    form: UploadForm
    name: str
    type: str
    max_bytes: int
    expires_at: datetime


def offer_upload(inst: Installation, name: str, type_: str, size: int) -> Offer:
    """Take the announcement of one file. Raises InvalidFieldsError naming each field.

    No account and no proof of work is asked for: nothing is stored here but a small note that expires, the form takes
    one file of this size, and what no letter takes the bucket forgets.
    """
    file, now, upload = announced(name, type_, size), inst.time.now(), inst.ids.upload_id()
    sealed = inst.secrets.seal_bytes(f"{PURPOSE}:{upload}", file.name.encode())
    inst.letters.offer(Upload(upload, file.type, file.size, now + CLAIM_WITHIN, sealed))
    form = inst.attachments.form(upload, file, int(FORM_GOOD_FOR.total_seconds()))
    return Offer(upload, form, file.name, file.type, file.size, now + FORM_GOOD_FOR)
