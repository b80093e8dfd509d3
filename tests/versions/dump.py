"""Dumps a made-up county as the code beside this package leaves it: `python -m tests.versions.dump NAME [FOLDER]`.

Run at each release, and once in a checkout of each earlier one: docs/upgrades.md says how. What comes out is what lies
in the table, the buckets and the mails of that county, with what its people were told, for the versions after it.
"""

import base64
import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from moto import mock_aws

from infra.environment import LOCAL_REGION
from tests.contract.stores import make_table, stores_on
from tests.functional.world import LINK, Desk, World
from tests.versions import stories
from tests.versions.ledger_key import SeededSigner

DATA = Path(__file__).parent / "data"


class OnTable(World):
    """The county on DynamoDB tables, whatever this version's World takes."""

    def settle(self, stores: Any, directory: Any, **ports: Any) -> None:
        """Leave the stores in memory."""
        self.letters, self.outbox = stores.letters, stores.outbox
        self.registry, self.jobs = stores.registry, stores.jobs
        self.people(directory)
        ports |= {"letters": self.letters, "outbox": self.outbox, "registry": self.registry, "jobs": self.jobs}
        self.open(signer=SeededSigner(), **ports)


def main(arguments: list[str]) -> None:
    """NAME: of this version, as `2-regulations`. FOLDER: where the files go, if not beside the others."""
    name, folder = arguments[0], Path(arguments[1] if len(arguments) > 1 else DATA)
    counties: dict[str, Callable[[Any], tuple[Any, stories.Letters]]] = {"shuangfeng": _shuangfeng}
    if _has_rulebook("chongqing-2005"):
        counties["chongqing"] = lambda stores: _county(stores, "chongqing-2005", stories.chongqing)
        counties["pingliang"] = lambda stores: _county(stores, "pingliang-2012", stories.pingliang)
    for county, played in counties.items():
        with mock_aws():
            table = make_table(None)
            world, letters = played(stores_on(table))
            told = _dump(world, letters, table.Meta.table_name)
        path = folder / f"{name}-{county}.json.gz"
        text = json.dumps({"version": name, "commit": _commit(), **told}, ensure_ascii=False, separators=(",", ":"))
        path.write_bytes(gzip.compress(text.encode(), mtime=0))
        print(f"{path.name}: {path.stat().st_size} bytes, {len(told['items'])} items")  # noqa: T201  a command


def _shuangfeng(stores: Any) -> tuple[Any, stories.Letters]:
    from tests.builders import a_directory

    world = OnTable()
    world.settle(stores, a_directory())
    return world, stories.shuangfeng(world)


def _county(stores: Any, book: str, story: Callable[[Any], stories.Letters]) -> tuple[Any, stories.Letters]:
    from tests.regulations.county import County, a_county  # the first version has none

    county = County(a_county(), book, stores)
    county.open(signer=SeededSigner())
    return county, story(county)


def _has_rulebook(name: str) -> bool:
    return (Path("chalicelib") / "rulebooks" / f"{name}.toml").exists()


def _commit() -> str:
    return subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()


def _dump(world: Any, letters: stories.Letters, table: str) -> dict[str, Any]:
    client = boto3.client("dynamodb", region_name=LOCAL_REGION)
    pages = client.get_paginator("scan").paginate(TableName=table)
    items = sorted(
        (item for page in pages for item in page["Items"]), key=lambda item: (item["PK"]["S"], item["SK"]["S"])
    )
    kept = getattr(getattr(world, "attachments", None), "files", {})
    return {
        "at": world.time.at.isoformat(),
        "rulebook": world.installation.rulebook.name,
        "items": [{name: _plain(value) for name, value in item.items()} for item in items],
        "files": {key: _text(data) for key, data in sorted(world.files.files.items()) if _is_kept(key)},
        "attachments": [[letter, file, _text(data)] for (letter, file), data in sorted(kept.items())],
        "letters": {
            name: {"code": each.code, "query_code": each.query_code, "told": each.looks().body}
            for name, each in letters.items()
        },
        "links": (links := _links(world)),
        "desks": {contact: _desk(world, contact, token) for contact, token in links.items()},
    }


def _is_kept(key: str) -> bool:
    """Daily lists are many, and nothing is folded from them; schemas are put there again."""
    return not key.startswith(("reports/daily/", "reports/schemas/"))


def _links(world: Any) -> dict[str, str]:
    """The newest desk link of everybody who was mailed one."""
    mailed = {contact: world.mails_to(contact) for contact in world.registry.directory().contacts}
    found = {contact: LINK.search(mails[-1].text) for contact, mails in mailed.items() if mails}
    return {contact: link.group(1) for contact, link in sorted(found.items()) if link}


def _desk(world: Any, contact: str, token: str) -> list[list[str]] | None:
    """What waits for this person: tracking code, what for, until when. None: the link has run out or was revoked."""
    shown = Desk(world, contact, token).call("GET", "/desk")
    if shown.status != 200:
        return None
    return sorted([each["tracking_code"], each["waits_for"], each["due_on"]] for each in shown["letters"])


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    return {kind: _text(raw) if kind == "B" else raw for kind, raw in value.items()}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


if __name__ == "__main__":
    main(sys.argv[1:])
