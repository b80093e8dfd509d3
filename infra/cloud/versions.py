"""Which versions a stage has had: each can be put back as it was, pages included, without building it anew."""

import io
import json
import tempfile
import zipfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError

from infra.cloud import artifacts
from infra.cloud.account import Account, told
from infra.errors import OperatorError
from infra.package import write_zip
from infra.rulebooks import SUFFIX

_RULEBOOKS: Final = Path("chalicelib/rulebooks")
_KEPT: Final = 50
"""Versions that the list names; older files stay in the bucket."""


@dataclass(frozen=True, slots=True)
class Version:
    """What was deployed, and when (ISO 8601, UTC). `code`, `template`, `pages`: keys in the artifacts bucket."""

    name: str
    at: str
    code: str
    template: str
    pages: str


def versions(account: Account, stage: str) -> list[Version]:
    """Those deployed successfully, the newest first. Raises OperatorError."""
    with told("The list of versions cannot be read"):
        try:
            found = account.client("s3").get_object(Bucket=artifacts.bucket_of(account), Key=_list_of(stage))
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "NoSuchBucket"}:
                return []
            raise
        return [Version(**each) for each in json.loads(found["Body"].read())]


def version(account: Account, stage: str, name: str) -> Version:
    """The version of this name. Raises OperatorError that lists those there are."""
    there = versions(account, stage)
    for each in there:
        if each.name == name:
            return each
    listed = "\n".join(f"  {each.name}  {each.at}" for each in there) or "  none yet"
    raise OperatorError(f"{stage} never had a version {name}. Those it had:\n{listed}")


def remember(account: Account, stage: str, deployed: Version) -> None:
    """Put it on top of the list; one that is there already moves up."""
    kept = [deployed, *(each for each in versions(account, stage) if each.name != deployed.name)][:_KEPT]
    with told("The list of versions cannot be written"):
        account.client("s3").put_object(
            Bucket=artifacts.bucket_of(account), Key=_list_of(stage), Body=json.dumps([asdict(each) for each in kept])
        )


def new_version(
    account: Account, stage: str, code: str, template: dict[str, Any], pages: Path, at: datetime
) -> Version:
    """Lay template and built pages down, and name the version after all of it. `code`: the bundle's key."""
    with tempfile.TemporaryDirectory(prefix="huiyin-version-") as scratch:
        packed = Path(scratch) / "pages.zip"
        write_zip(pages, packed)
        site = artifacts.upload_file(account, stage, packed, "pages.zip")
    laid = artifacts.upload_template(account, stage, template)
    return Version(f"{laid.hash[:6]}{site.hash[:6]}", at.isoformat(timespec="seconds"), code, laid.key, site.key)


def template_of(account: Account, wanted: Version) -> dict[str, Any]:
    """The version's template. Raises OperatorError."""
    template: dict[str, Any] = json.loads(_read(account, wanted.template))
    return template


def rulebooks_of(account: Account, wanted: Version) -> set[str]:
    """The names of the rulebooks in the version's bundle. Raises OperatorError."""
    with zipfile.ZipFile(io.BytesIO(_read(account, wanted.code))) as bundle:
        files = [Path(name) for name in bundle.namelist()]
    return {each.stem for each in files if each.parent == _RULEBOOKS and each.suffix == SUFFIX}


def pages_of(account: Account, wanted: Version, folder: Path) -> Path:
    """The version's pages, unpacked into `folder`. Raises OperatorError."""
    with zipfile.ZipFile(io.BytesIO(_read(account, wanted.pages))) as packed:
        packed.extractall(folder)
    return folder


def _read(account: Account, key: str) -> bytes:
    with told(f"{key} cannot be read"):
        data: bytes = account.client("s3").get_object(Bucket=artifacts.bucket_of(account), Key=key)["Body"].read()
    return data


def _list_of(stage: str) -> str:
    return f"{stage}/versions.json"
