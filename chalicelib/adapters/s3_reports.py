"""Ledger and report files, and the public site's data, on S3. Encryption at rest is the buckets' default."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO

from botocore.exceptions import ClientError

REPLACEABLE = "site/"
KEPT_BRIEFLY = "public, max-age=60"
"""How long a browser may show public figures without asking: they are replaced every ten minutes."""
INBOX = ("inbox/", "inbox-results/")
_EXISTS = frozenset({"PreconditionFailed", "412"})
_RACING = frozenset({"ConditionalRequestConflict", "409"})
_TRIES = 5


class S3Reports:
    """ReportStore on several buckets, as if they were one. `client` gives a boto3 S3 client, first called when needed.

    What is under site/ is replaced every ten minutes and read by everybody: it lies in the site's bucket. Files that
    other platforms hand over hold personal data, and are gone after some weeks: they have a bucket of their own. In
    the reports' bucket nothing can be replaced for years.
    """

    def __init__(self, client: Callable[[], Any], bucket: str, site_bucket: str, inbox_bucket: str = "") -> None:
        self._client = client
        self._bucket, self._site_bucket, self._inbox_bucket = bucket, site_bucket, inbox_bucket or bucket

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """Write or replace a file under site/. Raises ValueError for any other key."""
        if not key.startswith(REPLACEABLE):
            raise ValueError(f"{key}: only files under {REPLACEABLE} may be replaced")
        self._client().put_object(
            Bucket=self._site_bucket, Key=key, Body=data, ContentType=content_type, CacheControl=KEPT_BRIEFLY
        )

    def put_once(self, key: str, data: bytes, content_type: str) -> bool:
        """Write a file that is not there yet; the bucket itself decides who was first."""
        return self._put_once(key, lambda: nullcontext(data), content_type)

    def put_file_once(self, key: str, path: Path, content_type: str) -> bool:
        """The same with a local file, which is read as it is sent: in one request, of which S3 takes up to 5 GB."""
        return self._put_once(key, lambda: path.open("rb"), content_type)

    def _put_once(self, key: str, opened: Callable[[], AbstractContextManager[Any]], content_type: str) -> bool:
        for attempt in range(1, _TRIES + 1):
            try:
                with opened() as body:
                    self._client().put_object(
                        Bucket=self._bucket_of(key), Key=key, Body=body, ContentType=content_type, IfNoneMatch="*"
                    )
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code in _EXISTS:
                    return False
                # Another write of the same key is under way and may yet fail: S3 asks to try again.
                if code not in _RACING or attempt == _TRIES:
                    raise
            else:
                return True
        raise AssertionError  # the last try returns or raises

    def get(self, key: str) -> bytes | None:
        """The file's bytes; None when there is none."""
        stream = self.open(key)
        if stream is None:
            return None
        with stream:
            return stream.read()

    def open(self, key: str) -> BinaryIO | None:
        """The answer's body as it comes in; None when there is no such file."""
        try:
            stream: BinaryIO = self._client().get_object(Bucket=self._bucket_of(key), Key=key)["Body"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise
        return stream

    def keys(self, prefix: str) -> Sequence[str]:
        """All keys under a prefix, sorted; as many pages as it takes."""
        buckets = [self._bucket_of(prefix)]
        if REPLACEABLE.startswith(prefix) and prefix != REPLACEABLE:
            buckets = [self._bucket, self._site_bucket]
        pager = self._client().get_paginator("list_objects_v2")
        pages = (page for bucket in buckets for page in pager.paginate(Bucket=bucket, Prefix=prefix))
        return sorted(item["Key"] for page in pages for item in page.get("Contents", ()))

    def _bucket_of(self, key: str) -> str:
        if key.startswith(INBOX):
            return self._inbox_bucket
        return self._site_bucket if key.startswith(REPLACEABLE) else self._bucket

    def link(self, key: str, seconds: int) -> str:
        """A presigned address to read the file for so long."""
        link: str = self._client().generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket_of(key), "Key": key}, ExpiresIn=seconds
        )
        return link
