"""Looks at the pages in their bucket as a browser would get them: types, how long they are kept, whom they talk to."""

import re
from typing import Any, Final

from infra.cloud.account import told
from infra.cloud.pages import ASK_ANEW, FOR_EVER
from infra.errors import OperatorError
from infra.rehearsal.stage import Rehearsal

_SCRIPT: Final = re.compile(r'(?:src|href)="([^"]+-[A-Z0-9]{8}\.js)"')


def look_at_pages(rehearsal: Rehearsal) -> str:
    """The start page and its scripts, once all is as it should be. Raises OperatorError."""
    page = _object(rehearsal, "index.html")
    _is(page, "index.html", "text/html; charset=utf-8", ASK_ANEW)
    text = str(page["Body"].read().decode())
    scripts = [found[1] for found in _SCRIPT.finditer(text)]
    if not scripts:
        raise OperatorError("The start page names no script whose name carries its hash.")
    all_of_it = text + "".join(_script(rehearsal, key) for key in scripts)
    for part in (rehearsal.api.address, rehearsal.target.settings.county):
        if part not in all_of_it:
            raise OperatorError(f"Neither the start page nor one of its scripts names {part}.")
    return all_of_it


def _script(rehearsal: Rehearsal, key: str) -> str:
    found = _object(rehearsal, key)
    _is(found, key, "text/javascript; charset=utf-8", FOR_EVER)
    return str(found["Body"].read().decode())


def _object(rehearsal: Rehearsal, key: str) -> Any:
    found = rehearsal.deployed()
    with told(f"The page {key} cannot be read"):
        return found.account.client("s3").get_object(Bucket=found.output("SiteBucketName"), Key=key)


def _is(found: Any, key: str, kind: str, kept: str) -> None:
    if (found["ContentType"], found["CacheControl"]) != (kind, kept):
        raise OperatorError(f"{key} lies there as {found['ContentType']}, {found['CacheControl']}; not {kind}, {kept}.")
