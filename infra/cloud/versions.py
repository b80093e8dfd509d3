"""Which versions a stage has had: each can be put back as it was, pages included, without building it anew."""

import io
import json
import tempfile
import zipfile
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError

from infra.cloud import artifacts
from infra.cloud.account import Account, told
from infra.cloud.settings import Site
from infra.errors import OperatorError
from infra.package import write_zip
from infra.rulebooks import SUFFIX

_RULEBOOKS: Final = Path("chalicelib/rulebooks")
_KEPT: Final = 50
"""Versions that the list names; older files stay in the bucket."""
_TRIES: Final = 20
_MISSING: Final = frozenset({"NoSuchKey", "NoSuchBucket"})
_OVERTAKEN: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"})
"""What S3 answers to a conditional write when somebody else wrote or deleted the list after it was read (412, 409,
404): https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html"""


@dataclass(frozen=True, slots=True)
class Version:
    """What was deployed, and when (ISO 8601, UTC). `code`, `template`, `pages`: keys in the artifacts bucket.

    `hosting`, `address`: what its pages were built for, as the settings said it; `hosting` is empty for a version that
    was remembered before this was kept, `address` too where the pages have CloudFront's or the bucket's own address.
    """

    name: str
    at: str
    code: str
    template: str
    pages: str
    hosting: str = ""
    address: str = ""


def versions(account: Account, stage: str) -> list[Version]:
    """Those deployed successfully, the newest first. Raises OperatorError."""
    return _listed(account, stage)[0]


def version(account: Account, stage: str, name: str) -> Version:
    """The version of this name. Raises OperatorError that lists those there are."""
    there = versions(account, stage)
    for each in there:
        if each.name == name:
            return each
    listed = "\n".join(f"  {each.name}  {each.at}" for each in there) or "  none yet"
    raise OperatorError(f"{stage} never had a version {name}. Those it had:\n{listed}")


def remember(account: Account, stage: str, deployed: Version) -> None:
    """Put it on top of the list; one that is there already moves up. Raises OperatorError.

    Whoever else deploys meanwhile loses nothing: the list is written only if it is still the one that was read.
    """
    s3 = account.client("s3")
    for _ in range(_TRIES):
        there, etag = _listed(account, stage)
        kept = [deployed, *(each for each in there if each.name != deployed.name)][:_KEPT]
        body = json.dumps([asdict(each) for each in kept])
        still = {"IfNoneMatch": "*"} if etag is None else {"IfMatch": etag}
        with told("The list of versions cannot be written"):
            try:
                s3.put_object(Bucket=artifacts.bucket_of(account), Key=_list_of(stage), Body=body, **still)
            except ClientError as error:
                if error.response["Error"]["Code"] not in _OVERTAKEN:
                    raise
            else:
                return
    raise OperatorError(
        f"Others write the list of versions of {stage} all the time, so {deployed.name} could not be put on it. It is "
        "deployed; run the same command again so that it can be gone back to."
    )


def differs(earlier: Version, site: Site) -> str | None:
    """What to tell whoever goes back to it when its pages were built for another place than the settings name now.

    None when it is the same, or when that version does not say what it was built for.
    """
    if not earlier.hosting or (earlier.hosting, earlier.address) == (site.hosting, _address(site)):
        return None
    return (
        f"look out: the pages of {earlier.name} were built for {_place(earlier.hosting, earlier.address)}; "
        f"the settings now say {_place(site.hosting, _address(site))}. They are put there as they are and may not find "
        "what they need: look at them afterwards. To go back whole, first put [site] back as it was"
    )


def new_version(
    account: Account,
    stage: str,
    code: str,
    template: dict[str, Any],
    pages: Path,
    at: datetime,
    site: Site | None = None,
) -> Version:
    """Lay template and built pages down, and name the version after all of it.

    `code`: the bundle's key. `site`: what the pages were built for. Raises OperatorError.
    """
    with tempfile.TemporaryDirectory(prefix="huiyin-version-") as scratch:
        packed = Path(scratch) / "pages.zip"
        write_zip(pages, packed)
        packed_pages = artifacts.upload_file(account, stage, packed, "pages.zip")
    laid = artifacts.upload_template(account, stage, template)
    name, when = f"{laid.hash[:6]}{packed_pages.hash[:6]}", at.isoformat(timespec="seconds")
    version = Version(name, when, code, laid.key, packed_pages.key)
    return replace(version, hosting=site.hosting, address=_address(site)) if site else version


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


def _listed(account: Account, stage: str) -> tuple[list[Version], str | None]:
    """The list, and the mark of its state (S3's ETag); None when there is no list yet.

    What a later version adds to an entry is passed over.
    """
    known = {each.name for each in fields(Version)}
    with told("The list of versions cannot be read"):
        try:
            found = account.client("s3").get_object(Bucket=artifacts.bucket_of(account), Key=_list_of(stage))
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return [], None
            raise
        entries = json.loads(found["Body"].read())
    listed = [Version(**{name: said for name, said in each.items() if name in known}) for each in entries]
    return listed, str(found["ETag"])


def _address(site: Site) -> str:
    """Empty where nobody chose one."""
    return site.address if site.hosting == "elsewhere" else site.domain


def _place(hosting: str, address: str) -> str:
    return f'hosting = "{hosting}"' + (f" at {address}" if address else "")


def _read(account: Account, key: str) -> bytes:
    with told(f"{key} cannot be read"):
        data: bytes = account.client("s3").get_object(Bucket=artifacts.bucket_of(account), Key=key)["Body"].read()
    return data


def _list_of(stage: str) -> str:
    return f"{stage}/versions.json"
