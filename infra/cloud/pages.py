"""Puts the website into its bucket: scripts and styles first, pages last, each with how long it may be kept.

Names of scripts and styles carry their hash, so an older page that somebody still has open finds its own: nothing is
deleted here. `site/data/` belongs to the job `publish` and is never touched.
"""

import mimetypes
import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from botocore.config import Config

from infra.cloud.account import Account, told
from infra.cloud.stack import Say

_HASHED: Final = re.compile(r"-[A-Z0-9]{8}\.(js|css|woff2|svg)(\.map)?$")
FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_ANEW: Final = "no-cache"
_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}


def cache_of(path: Path) -> str:
    """The Cache-Control header of a file of the site."""
    return FOR_EVER if _HASHED.search(path.name) else ASK_ANEW


def type_of(path: Path) -> str:
    """The Content-Type header of a file of the site; texts are UTF-8."""
    guessed = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{guessed}; charset=utf-8" if guessed.startswith("text/") else guessed


def upload_pages(account: Account, folder: Path, bucket: str, say: Say) -> int:
    """Put every file of the built site there; how many. Raises OperatorError."""
    files = sorted((path for path in folder.rglob("*") if path.is_file()), key=_pages_last)
    s3 = account.client("s3")
    with told(f"The pages cannot be put into {bucket}"):
        for path in files:
            s3.put_object(
                Bucket=bucket,
                Key=path.relative_to(folder).as_posix(),
                Body=path.read_bytes(),
                ContentType=type_of(path),
                CacheControl=cache_of(path),
            )
    say(f"{len(files)} files of the website are in {bucket}")
    return len(files)


def address_of(account: Account, bucket: str) -> str:
    """Where browsers reach a bucket: as the product's own signed addresses begin (chalicelib.bootstrap)."""
    client = account.session.client("s3", config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))
    signed = urlsplit(client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "-"}))
    return f"{signed.scheme}://{signed.netloc}{signed.path.removesuffix('/-')}"


def _pages_last(path: Path) -> tuple[bool, str]:
    return path.suffix == ".html", path.as_posix()
