"""A letter takes the files that were uploaded for it, shows them, and lets go of them.

The order is: look at each file, keep a copy under the letter's id, write the letter (which takes the uploads in the
same transaction), delete what came in. Cut off before the write, a copy is left that no letter knows: reconcile deletes
it. Cut off after it, what came in is left: the bucket forgets it. So no letter ever speaks of a file that is not there.
"""

import hashlib
from collections.abc import Iterable, Sequence

from chalicelib.domain.attachments import (
    LINK_GOOD_FOR,
    MAX_BYTES,
    MOST_OF_LETTER,
    Attached,
    Upload,
    disposition,
    is_what_it_says,
)
from chalicelib.domain.errors import DomainError, FieldError, InvalidFieldsError
from chalicelib.domain.letter import LetterId, StoredFile, Text
from chalicelib.ports import Change, UploadTakenError
from chalicelib.services.installation import Installation
from chalicelib.services.uploads import PURPOSE

FIELD = "attachments"


def take(inst: Installation, letter: LetterId, ids: Sequence[str], there: Iterable[Text] = ()) -> tuple[Attached, ...]:
    """Keep the files of these uploads under the letter, each under a new id. `there`: what the letter has so far.

    Raises InvalidFieldsError: which of them cannot be taken, why, and what to do. Then nothing is kept.
    """
    kept: list[Attached] = []
    errors = []
    for index, upload in enumerate(_claimable(inst, ids, sum(text.file is not None for text in there))):
        data = inst.attachments.incoming(upload.id, MAX_BYTES)
        if reason := _wrong_with(upload, data):
            errors.append(FieldError(f"{FIELD}.{index}", reason))
        elif data is not None and not errors:
            kept.append(_kept(inst, letter, upload, data))
    if errors:
        inst.attachments.drop(letter, [each.file.id for each in kept])
        raise InvalidFieldsError(tuple(errors))
    return tuple(kept)


def _claimable(inst: Installation, ids: Sequence[str], there: int) -> list[Upload]:
    if there + len(ids) > MOST_OF_LETTER:
        raise InvalidFieldsError((FieldError(FIELD, "too_many_files", (("max", MOST_OF_LETTER),)),))
    uploads, errors = [], []
    for index, each in enumerate(ids):
        upload = inst.letters.upload(each)
        if each in ids[:index]:
            errors.append(FieldError(f"{FIELD}.{index}", "upload_twice"))
        elif upload is None or upload.good_until <= inst.time.now():
            errors.append(FieldError(f"{FIELD}.{index}", "upload_gone"))
        elif upload.taken:
            errors.append(FieldError(f"{FIELD}.{index}", "upload_taken"))
        else:
            uploads.append(upload)
    if errors:
        raise InvalidFieldsError(tuple(errors))
    return uploads


def _wrong_with(upload: Upload, data: bytes | None) -> str | None:
    if data is None:
        return "upload_not_sent"
    if len(data) != upload.size:
        return "upload_of_other_size"
    return None if is_what_it_says(upload.type, data) else "upload_not_what_it_says"


def _kept(inst: Installation, letter: LetterId, upload: Upload, data: bytes) -> Attached:
    """Under an id of its own, so that whoever loses a race for the upload deletes no copy but theirs."""
    name = inst.secrets.unseal_bytes(f"{PURPOSE}:{upload.id}", upload.name).decode()
    file = StoredFile(inst.ids.upload_id(), upload.type, upload.size, hashlib.sha256(data).hexdigest())
    inst.attachments.keep(letter, file.id, data, file.type, disposition(name))
    return Attached(name, file, upload)


def commit(inst: Installation, change: Change) -> None:
    """Write the change, and see to the files it brings or drops.

    Raises as LetterStore.commit does; but when an upload was taken meanwhile, InvalidFieldsError says which.
    """
    letter = change.after.id
    try:
        inst.letters.commit(change)
    except DomainError as refused:  # nothing was written: the uploads wait on, the copies go
        inst.attachments.drop(letter, _files(text for text in change.texts if text.salt))
        if isinstance(refused, UploadTakenError):
            raise _no_longer_free(inst, change.uploads) from refused
        raise
    inst.attachments.forget_incoming([each.id for each in change.uploads])
    inst.attachments.drop(letter, _files(text for text in change.texts if not text.salt))  # their words went (PL-17)


def _files(texts: Iterable[Text]) -> list[str]:
    return [text.file.id for text in texts if text.file is not None]


def _no_longer_free(inst: Installation, uploads: Sequence[Upload]) -> InvalidFieldsError:
    now = [inst.letters.upload(each.id) for each in uploads]
    lost = [index for index, each in enumerate(now) if each is None or each.taken]
    return InvalidFieldsError(tuple(FieldError(f"{FIELD}.{index}", "upload_taken") for index in lost or [0]))


def link_to(inst: Installation, letter: LetterId, file: StoredFile) -> str:
    """An address to download it at, good until `LINK_GOOD_FOR` from now, for whoever may read the letter's body."""
    return inst.attachments.link(letter, file.id, int(LINK_GOOD_FOR.total_seconds()))
