"""Citizens' files on S3: `incoming/<upload>` until a letter takes them, then `letters/<letter>/<file>`.

No name of a file is in a key. The bucket itself encrypts, refuses everybody without rights, takes browsers' posts from
the website's origin only, and forgets what waits under incoming/ (infra/resources.json).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.attachments import Announced
from chalicelib.domain.letter import LetterId
from chalicelib.ports import KeptFile, UploadForm

INCOMING, KEPT = "incoming/", "letters/"
_PRIVATE = "private, no-store"


class S3Attachments:
    """AttachmentStore on one bucket. `client` gives a boto3 S3 client, first called when needed."""

    def __init__(self, client: Callable[[], Any], bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def form(self, upload: str, file: Announced, seconds: int) -> UploadForm:
        """See AttachmentStore. S3 itself holds the post to key, type and size."""
        made = self._client().generate_presigned_post(
            Bucket=self._bucket,
            Key=f"{INCOMING}{upload}",
            Fields={"Content-Type": file.type},
            Conditions=[{"Content-Type": file.type}, ["content-length-range", 1, file.size]],
            ExpiresIn=seconds,
        )
        return UploadForm(made["url"], made["fields"])

    def incoming(self, upload: str, at_most: int) -> bytes | None:
        """See AttachmentStore."""
        try:
            stored = self._client().get_object(Bucket=self._bucket, Key=f"{INCOMING}{upload}")
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise
        data: bytes = stored["Body"].read(at_most + 1)
        return data

    def keep(self, letter: LetterId, file: str, data: bytes, content_type: str, disposition: str) -> None:
        """See AttachmentStore. What was looked at is what is kept: the form may be posted again in between."""
        self._client().put_object(
            Bucket=self._bucket,
            Key=_kept_key(letter, file),
            Body=data,
            ContentType=content_type,
            ContentDisposition=disposition,
            CacheControl=_PRIVATE,
        )

    def forget_incoming(self, uploads: Sequence[str]) -> None:
        """See AttachmentStore."""
        self._delete([f"{INCOMING}{upload}" for upload in uploads])

    def drop(self, letter: LetterId, files: Sequence[str]) -> None:
        """See AttachmentStore."""
        self._delete([_kept_key(letter, file) for file in files])

    def link(self, letter: LetterId, file: str, seconds: int) -> str:
        """See AttachmentStore. Type and name to save it under are the object's own, not parts of the address."""
        link: str = self._client().generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": _kept_key(letter, file)}, ExpiresIn=seconds
        )
        return link

    def kept(self, letter: LetterId | None = None) -> Iterator[KeptFile]:
        """See AttachmentStore; as many pages as it takes."""
        prefix = KEPT if letter is None else f"{KEPT}{letter}/"
        for page in self._client().get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
            for item in page.get("Contents", ()):
                of_letter, _, file = str(item["Key"]).removeprefix(KEPT).partition("/")
                yield KeptFile(LetterId(of_letter), file, item["LastModified"])

    def _delete(self, keys: Sequence[str]) -> None:
        """What cannot be deleted now is deleted later, by the bucket's own rule or by reconcile."""
        for key in keys:
            try:
                self._client().delete_object(Bucket=self._bucket, Key=key)
            except (ClientError, BotoCoreError):
                continue


def _kept_key(letter: LetterId, file: str) -> str:
    return f"{KEPT}{letter}/{file}"
