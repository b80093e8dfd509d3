"""A county whose data an earlier version left, with the present code over them."""

import base64
import gzip
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.adapters.dynamodb import Item
from chalicelib.adapters.rulebook_files import rulebook_at
from chalicelib.domain.directory import Directory
from chalicelib.domain.letter import LetterId, RulebookRef
from chalicelib.domain.rulebook import Rulebook
from tests.contract.stores import client_of, quick_table, stores_on
from tests.functional.world import Answer, Citizen, Desk, World
from tests.versions.ledger_key import SeededSigner

DATA = Path(__file__).parent / "data"
SUFFIX = ".json.gz"
ENDED = {"declined", "kept", "withdrawn", "closed", "removed", "merged"}


def dumps(county: str = "") -> list[str]:
    """The names of the dumps there are, of this county or of all, the oldest version first."""
    return sorted(path.name.removesuffix(SUFFIX) for path in DATA.glob(f"*{county}{SUFFIX}"))


@dataclass(frozen=True, slots=True)
class Dump:
    """What lay in one county's table and buckets, and what its people were told. As JSON; see dump.py."""

    name: str
    said: dict[str, Any]

    @property
    def letters(self) -> dict[str, dict[str, Any]]:
        """By the names of the story: codes, and what the writer was told."""
        return dict(self.said["letters"])

    @property
    def desks(self) -> dict[str, list[list[str]] | None]:
        """By contact: what waited for them; None where their link was worth nothing any more."""
        return dict(self.said["desks"])

    def items(self) -> list[dict[str, Any]]:
        """The table's items, as DynamoDB speaks of them."""
        return [{name: _value(value) for name, value in item.items()} for item in self.said["items"]]


@cache
def read(name: str) -> Dump:
    """One dump of `data`."""
    return Dump(name, json.loads(gzip.decompress((DATA / f"{name}{SUFFIX}").read_bytes())))


def table_of(dump: Dump) -> type[Item]:
    """A table that holds it."""
    table = quick_table()
    for item in dump.items():
        client_of(table).put_item(TableName=table.Meta.table_name, Item=item)
    return table


class Updated(World):
    """The county right after the update: the same moment, the same people, the present code."""

    def __init__(self, dump: Dump) -> None:
        self.dump, self.table = dump, table_of(dump)
        super().__init__(Directory.of((), (), ()), dump.said["rulebook"], stores_on(self.table))
        self.time.at = datetime.fromisoformat(dump.said["at"])
        self.files.files |= {key: base64.b64decode(text) for key, text in dump.said["files"].items()}
        for letter, file, text in dump.said["attachments"]:
            self.attachments.keep(LetterId(letter), file, base64.b64decode(text), "image/jpeg", "attachment")
        self.open(signer=SeededSigner())

    def _rulebook_of(self, ref: RulebookRef) -> Rulebook:
        """As an installation has it: each letter in the version it began with."""
        return rulebook_at(ref, self.dump.said["rulebook"])

    def writer_of(self, name: str) -> Citizen:
        """Who wrote this letter of the story."""
        letter = self.dump.letters[name]
        return Citizen(self, letter["code"], letter["query_code"], Answer(201, "{}", {}))

    def by_old_link(self, contact: str) -> Desk:
        """The desk by the link that was mailed before the update."""
        return Desk(self, contact, self.dump.said["links"][contact])

    def download(self, folder: Path) -> Path:
        """Ledger and reports, as an auditor pulls them."""
        for key, data in self.files.files.items():
            if key.startswith(("ledger/", "reports/")):
                path = folder / key
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        return folder


def _value(value: dict[str, Any]) -> dict[str, Any]:
    return {kind: base64.b64decode(raw) if kind == "B" else raw for kind, raw in value.items()}
